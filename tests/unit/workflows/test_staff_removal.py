"""A `staff.toml` that is taken away: reports say so, and nothing that took a signature becomes possible without one."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.cli.acting import acting_of
from evenhand.model.errors import BadInput, NotPermitted, RulebookInvalid
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import NO_STAFF, Signed, Staff, StaffRemoval
from evenhand.policy import Rulebook
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.people.staff_overview import staff_overview, unverified
from evenhand.workflows.queries.checkup import Machine, examine
from evenhand.workflows.review.staff_removal import remove_staff
from evenhand.workflows.review.task_board import read_board
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.rulebooks.release import release
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network
from tests.people import acting, write_staff

LATER = DAY_2 + timedelta(hours=3)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network that had staff at its first run, and whose `staff.toml` was gone at its second."""
    made = empty_network(tmp_path_factory.mktemp("removal") / "network")
    made.add("house-sanctions", id="s-mill", schema="Company", name="Dravik Mills", topic="made-up")
    made.add("advertisers", id="mill", name="Dravik Mill", domains="mill.example", country="QP")
    made.write()
    write_staff(made.folder)
    made.run(DAY_1)
    (made.folder / "staff.toml").unlink()
    made.run(DAY_2)
    return made


@pytest.fixture
def made(staffed: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return staffed.copy(tmp_path / "network")


def claim(made: MadeNetwork, who: Acting, minutes: int = 0) -> str:
    """Let somebody claim the network's first task, as the smallest of all acts."""
    with read_ledger(made.network.ledger) as ledger:
        task = next(iter(read_board(made.network, ledger, LATER, TOOLS.suffixes).tasks.values()))
    at = LATER + timedelta(minutes=minutes)
    return act(made.network, StatedEvent(task.id, "claim"), who, at, TOOLS).state


def test_reports_say_until_when_the_network_had_named_staff(made: MadeNetwork) -> None:
    """The run, `evenhand staff` and doctor; a run goes on, because nobody signs for it."""
    report = made.run(DAY_2 + timedelta(minutes=1))

    said = f"staff.toml is gone: the network had named staff until {DAY_2:%Y-%m-%d}; acts of people are refused"
    assert report.staff_until == DAY_2
    assert [each for each in report.warnings if each.startswith(said)]
    overview = staff_overview(made.network, LATER)
    assert (overview.verified, overview.until) == (False, DAY_2)
    found = [each.what for each in examine(made.folder, Machine(LATER, 1 << 40, {}, {})) if each.area == "staff"]
    assert [each.startswith(said) for each in found] == [True]


def test_a_network_that_never_had_staff_is_told_nothing_new(tmp_path: Path) -> None:
    """Most networks have none."""
    plain = empty_network(tmp_path / "network")

    report = plain.run(DAY_1)

    assert (report.staff_until, report.persons_verified) == (None, False)
    assert staff_overview(plain.network, LATER).until is None


def test_no_act_is_possible_without_a_signature_once_the_file_is_gone(made: MadeNetwork) -> None:
    """Nor with one: there is nobody whose key it could be."""
    size = made.size()

    for who in (Acting("anybody"), acting("ana")):
        with pytest.raises(NotPermitted, match="rule staff-removed"):
            claim(made, who)
    assert made.size() == size


def test_a_file_that_is_put_back_lets_its_people_act(made: MadeNetwork) -> None:
    """The way back after a mistake."""
    write_staff(made.folder)

    assert claim(made, acting("ana")) == "claimed"


def test_who_brings_a_key_is_told_of_the_missing_file_at_once(made: MadeNetwork) -> None:
    """Not to leave the key out, which would be refused as well; once two have signed for it, that is what to do."""
    with pytest.raises(NotPermitted, match=r"put staff\.toml back, or let two people sign") as refused:
        acting_of(made.network, "ana", "a.key")
    assert refused.value.rule == "staff-removed"

    remove_staff(made.network, acting("pol"), acting("lea"), LATER, TOOLS)
    with pytest.raises(BadInput, match="leave out --sign"):
        acting_of(made.network, "ana", "a.key")


def test_everything_that_is_shown_says_since_when_persons_are_not_verified(made: MadeNetwork) -> None:
    """In one sentence: run, complaint, settlement, numbers, audit."""
    assert made.folder.joinpath("staff.toml").exists() is False
    sentence = f"persons not verified since {DAY_2:%Y-%m-%d}: until then the network had named staff (staff.toml)"

    assert unverified(made.network, LATER) == sentence
    assert evenhand("complaints", made.folder, "--numbers").out.endswith(f"{sentence.capitalize()}\n")
    audited = evenhand("audit", "run", made.folder, "--exploratory", "--at", f"{LATER:%Y-%m-%dT%H:%M:%SZ}", "--json")
    assert f"{sentence.capitalize()}." in audited.json["limits"]
    ran = evenhand("run", made.folder, "--at", f"{LATER + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    assert sentence.split(":", maxsplit=1)[0] in ran.out
    assert f"<p>{sentence.capitalize()}.</p>" in (made.folder / "out" / "report.html").read_text("utf-8")

    write_staff(made.folder)
    assert unverified(made.network, LATER) == ""


def test_no_rulebook_is_released_by_two_names_once_the_file_is_gone(made: MadeNetwork) -> None:
    """Two people had to sign it before."""
    path = made.folder / "rulebook" / "more.cedar"
    path.write_text("// another hash\n", "utf-8")
    rulebook = made.network.rulebook

    with open_ledger(made.network.ledger) as ledger, pytest.raises(RulebookInvalid, match=r"staff\.toml is gone"):
        release(made.network, Rulebook.load(rulebook), ledger, LATER)


def test_two_people_sign_that_the_network_goes_on_without_staff(made: MadeNetwork) -> None:
    """From then on everybody may act unsigned, and reports still say until when the network had staff."""
    remove_staff(made.network, acting("pol"), acting("lea"), LATER, TOOLS)

    assert claim(made, Acting("anybody"), minutes=1) == "claimed"
    report = made.run(LATER + timedelta(minutes=2))
    assert (report.staff_until, [each for each in report.warnings if "staff.toml" in each]) == (DAY_2, [])
    verified = verify_with_signatures(made.folder)
    assert (verified.problems, verified.signatures) == ((), 2)
    with pytest.raises(BadInput, match="no staff to remove"):
        remove_staff(made.network, acting("pol"), acting("lea"), LATER + timedelta(minutes=3), TOOLS)


@pytest.mark.parametrize(("first", "second", "rule"), [
    ("pol", "pol", "not-own-proposal"), ("ana", "lea", "roles"), ("pol", "rob", "roles"), ("zoe", "lea", "staff"),
])  # fmt: skip
def test_who_may_not_release_a_rulebook_cannot_remove_the_staff(
    made: MadeNetwork, first: str, second: str, rule: str
) -> None:
    """Both are held against staff and rules of the last record."""
    with pytest.raises(NotPermitted) as refused:
        remove_staff(made.network, acting(first), acting(second), LATER, TOOLS)

    assert refused.value.rule == rule


def test_a_removal_takes_both_keys_and_the_rules_that_were_recorded(made: MadeNetwork) -> None:
    """Nobody writes milder rules first."""
    with pytest.raises(NotPermitted, match="not this person's"):
        remove_staff(made.network, acting("pol"), acting("lea", key_of="pol"), LATER, TOOLS)
    rules = made.folder / "staff-rules"
    rules.mkdir()
    (rules / "staff.cedar").write_text("permit (principal, action, resource);", "utf-8")
    with pytest.raises(BadInput, match="not those of the last record"):
        remove_staff(made.network, acting("pol"), acting("lea"), LATER, TOOLS)


def test_the_staff_is_removed_only_where_it_is_gone(made: MadeNetwork) -> None:
    """With the file there, the next act would write it down again."""
    write_staff(made.folder)

    with pytest.raises(BadInput, match="no staff to remove"):
        remove_staff(made.network, acting("pol"), acting("lea"), LATER, TOOLS)


def removal_of(made: MadeNetwork) -> StaffRemoval:
    remove_staff(made.network, acting("pol"), acting("lea"), LATER, TOOLS)
    staff = msgspec.json.decode(made.payloads("staff")[-1], type=Staff)
    assert isinstance(staff.removal, StaffRemoval)
    return staff.removal


def problems_with(made: MadeNetwork, removal: StaffRemoval | None) -> list[str]:
    """Return what verification says of a removal that is put into the ledger past the workflow."""
    staff = NO_STAFF if removal is None else msgspec.structs.replace(NO_STAFF, removal=removal)
    event = {"v": 1, "complaint": "c-1", "seq": 1, "at": "2026-03-02T12:00:00Z", "by": "x", "body": {"kind": "admit"}}
    with open_ledger(made.network.ledger) as ledger:
        ledger.append([LogRecord(kind="staff", payload=canonical(staff), key="staff:9"),
                       LogRecord(kind="complaint", payload=canonical(event), subject="mill")], LATER)  # fmt: skip
        ledger.publish(LATER)
    return [each.where for each in verify_with_signatures(made.folder).problems]


def test_verification_keeps_the_staff_where_its_removal_does_not_hold(made: MadeNetwork, tmp_path: Path) -> None:
    """Who writes the ledger cannot end the signatures alone: not unsigned, not by a removal of elsewhere."""
    signed = removal_of(made.copy(tmp_path / "other"))
    unsigned = "complaint: not signed, and the network had a staff.toml"
    other_leaf, forged = (msgspec.structs.replace(signed, leaf=99), msgspec.structs.replace(signed, at=DAY_1))

    assert problems_with(made.copy(tmp_path / "a"), None) == [unsigned]
    assert problems_with(made.copy(tmp_path / "b"), other_leaf)[0].startswith("staff: removes the staff of leaf 99")
    assert problems_with(made.copy(tmp_path / "c"), forged)[-1] == unsigned
    alone = msgspec.structs.replace(signed, second=None)
    assert problems_with(made.copy(tmp_path / "d"), alone) == ["staff: not signed by two people", unsigned]
    assert isinstance(signed.signed, Signed)
    assert problems_with(made, signed) == []
