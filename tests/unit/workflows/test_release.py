"""What a rulebook must show before it decides: its tests, its proofs, and two who approved what it changes."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.model.release import Release
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, empty_network

NAMES = 'approved_by = ["A. Made-up", "B. Made-up"]'


def releases(made: MadeNetwork) -> list[Release]:
    """Return what each rulebook leaf says of its release, in order."""
    fields = ("certificates", "approval")
    leaves = [msgspec.json.decode(payload) for payload in made.payloads("rulebook")]
    return [msgspec.convert({name: leaf[name] for name in fields}, Release) for leaf in leaves]


@pytest.fixture
def made(tmp_path: Path) -> MadeNetwork:
    return empty_network(tmp_path / "network")


@pytest.fixture
def ran(made: MadeNetwork) -> MadeNetwork:
    made.run(DAY_1)
    return made


def test_the_first_release_shows_its_certificates_for_every_set_of_rules_to_come(made: MadeNetwork) -> None:
    """A rule that begins next month is proved today; nobody has to approve a first one."""
    rules = made.folder / "rulebook" / "house.cedar"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace('@effective_from("2018-01-01")', '@effective_from("2026-04-01")', 1), "utf-8")
    shutil.rmtree(made.folder / "rulebook" / "tests")

    made.run(DAY_1)

    (found,) = releases(made)
    assert found.approval is None
    assert found.certificates is not None
    answers = found.certificates.answers
    assert {each.at for each in answers} == {"2026-03-02", "2026-04-01"}
    assert {each.result for each in answers} == {"proved"}
    asked = [(each.property, each.parameters.get("class")) for each in answers]
    assert ("neutral", "nationality") in asked
    assert ("neutral", "spend") in asked


def test_a_second_release_waits_for_two_who_approve_its_difference(ran: MadeNetwork) -> None:
    """The error says what to do; the rulebook of the last run stays the one in force."""
    ran.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4000"))
    approval = ran.folder / "rulebook" / "release.toml"
    right = approval.read_text("utf-8")
    leaves = ran.size()

    for text, said in (
        (None, "nobody approved what this rulebook changes"),
        ("diff = 1", "no approval"),
        (f'diff = "sha256:{"0" * 64}"\n{NAMES}', "approved was another difference"),
        (right.replace("B. Made-up", " a. made-UP "), "too few approved it"),
        (right.replace('"B. Made-up"', '""'), "too few approved it"),
    ):
        approval.unlink(missing_ok=True)
        if text is not None:
            approval.write_text(text, "utf-8")
        with pytest.raises(RulebookInvalid, match=said):
            ran.run(DAY_2)
    assert ran.size() == leaves
    approval.write_text(right, "utf-8")
    ran.run(DAY_2)

    first, second = releases(ran)
    assert first.approval is None
    assert second.approval is not None
    assert second.approval.approved_by == ("A. Made-up", "B. Made-up")


def test_a_rulebook_that_comes_back_needs_nothing_new_and_the_next_one_follows_it(ran: MadeNetwork) -> None:
    """It was released once; what is approved after that is the difference to the rules that decide."""
    ran.add("advertisers", id="late", name="Late Comer", domains="late.example")
    before = (ran.folder / "rulebook" / "house.cedar").read_bytes()
    ran.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4000"))
    ran.run(DAY_2)
    (ran.folder / "rulebook" / "house.cedar").write_bytes(before)
    (ran.folder / "rulebook" / "release.toml").unlink()
    ran.add("advertisers", id="later", name="Later Comer", domains="later.example")

    ran.run(DAY_2)

    assert len(releases(ran)) == 2
    ran.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4500"))
    ran.run(DAY_2)
    assert len(releases(ran)) == 3


def test_a_rule_that_exempts_large_spenders_is_stopped_with_two_advertisers(ran: MadeNetwork) -> None:
    """The proof shows both, who differ in what they spend and in nothing else."""
    ran.edit_rules(
        lambda text: text.replace(
            "principal.verification < 2", "principal.verification < 2 && principal.spend_micros < 100000000000"
        )
    )

    with pytest.raises(
        RulebookInvalid, match=r"does not depend on spend: refuted.*they differ in advertiser's spend so far"
    ):
        ran.run(DAY_2)


def test_a_release_against_its_own_tests_is_stopped(made: MadeNetwork) -> None:
    """The test is named, and how to see all."""
    tests = made.folder / "rulebook" / "tests" / "requests.jsonl"
    first, *rest = tests.read_text("utf-8").splitlines()
    plain = json.loads(first)
    plain["expect"]["outcome"] = "refuse" if plain["expect"]["outcome"] != "refuse" else "allow"
    tests.write_text("\n".join([json.dumps(plain), *rest]), "utf-8")

    with pytest.raises(RulebookInvalid, match=rf"test {plain['id']}: outcome .*`evenhand rules test` shows all"):
        made.run(DAY_1)


def test_no_new_rulebook_is_historic_where_others_were_released(ran: MadeNetwork) -> None:
    """It would decide without proof or approval: an exception for one party could be written so."""
    ran.edit_rules(lambda text: text.replace("principal.verification < 2", "principal.spend_micros < 2"), historic=True)

    with pytest.raises(RulebookInvalid, match="a new rulebook cannot be historic where others were released"):
        ran.run(DAY_2)

    assert len(releases(ran)) == 1


def test_what_was_in_force_before_the_first_release_may_come_back(made: MadeNetwork) -> None:
    """The log has it, as what it was."""
    plain = (made.folder / "rulebook" / "house.cedar").read_text("utf-8")
    older = plain.replace("principal.verification < 2", "principal.spend_micros < 2")
    made.edit_rules(lambda _: older, historic=True)
    made.run(DAY_1)
    made.settings["rulebook"]["historic"] = False
    made.edit_rules(lambda _: plain)
    (made.folder / "rulebook" / "release.toml").unlink(missing_ok=True)
    made.run(DAY_2)

    made.edit_rules(lambda _: older, historic=True)
    report = made.run(DAY_3)

    assert (report.historic, len(releases(made))) == (True, 2)


def test_what_a_lost_rulebook_changed_cannot_be_approved(ran: MadeNetwork) -> None:
    """Nobody can say any more how the new one differs."""
    ran.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4000"))
    shutil.rmtree(ran.folder / "snapshots" / "rulebooks")

    with pytest.raises(RulebookInvalid, match="the rulebook before this one was not kept"):
        ran.run(DAY_2)


def test_what_was_historic_is_released_like_any_other(made: MadeNetwork) -> None:
    """Otherwise a rulebook could slip in as history and stay as law."""
    made.edit_rules(
        lambda text: text.replace("principal.verification < 2", "principal.spend_micros < 2"), historic=True
    )
    made.run(DAY_1)
    made.settings["rulebook"]["historic"] = False

    with pytest.raises(RulebookInvalid, match="does not depend on spend: refuted"):
        made.run(DAY_2)

    made.edit_rules(lambda text: text.replace("principal.spend_micros < 2", "principal.verification < 2"))
    (made.folder / "rulebook" / "release.toml").unlink()
    made.run(DAY_2)
    historic, released = releases(made)
    assert historic == Release()
    assert released.certificates is not None
