"""What lists and places mean is released as rules are: two people approve a change, or no run decides by it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from evenhand.model.decision import Party
from evenhand.model.errors import RulebookInvalid
from evenhand.model.log import LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical
from evenhand.model.run import RunReport
from evenhand.model.task import Task
from evenhand.policy import Rulebook
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.review.other_tasks import other_tasks
from evenhand.workflows.rulebooks.approvals import approve
from evenhand.workflows.rulebooks.release import due_difference, followed_rulebook
from evenhand.workflows.run.party_run import decide_again
from tests.networks import BY, DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, approve_changes, empty_network, free_the_list
from tests.people import acting, write_staff
from tests.suffixes import SUFFIXES

STOPPED = "nobody approved what this rulebook changes"
TAKEN = "What lists mean in rulebook (designations, laws, territories, shared hosts) is taken as it is now"


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def leaves(made: MadeNetwork) -> Iterator[dict[str, object]]:
    """Yield what each leaf of a release says."""
    yield from map(msgspec.json.decode, made.payloads("rulebook"))


def tasks(made: MadeNetwork) -> list[Task]:
    with read_ledger(made.network.ledger) as ledger:
        in_force = Rulebook.load(made.folder / "rulebook").sha256
        return [each for each in other_tasks(made.network, ledger, DAY_2, SUFFIXES, in_force) if each.kind == "release"]


def test_a_silent_edit_stops_the_run_and_frees_nobody(made: MadeNetwork) -> None:
    """One cell of a table did what takes two people in a rule."""
    before, size = made.register()[1], made.size()
    free_the_list(made)

    for _ in range(2):
        with pytest.raises(RulebookInvalid, match=STOPPED):
            made.run(DAY_2)

    assert (made.register()[1], made.size()) == (before, size)
    assert before["frozen"].outcome is Outcome.REFUSE
    assert [each.question.partition(" ")[0] for each in tasks(made)] == ["Approve"]
    assert "what lists mean in the rulebook" in tasks(made)[0].question


def test_two_people_release_it_and_the_ledger_has_it(made: MadeNetwork) -> None:
    """One is too few; afterwards the run needs nothing more, and the approval of the past is none of the future."""
    free_the_list(made)
    approve_changes(made, "A. Made-up")
    with pytest.raises(RulebookInvalid, match="too few approved it"):
        made.run(DAY_2)
    approve_changes(made)
    assert not tasks(made)

    report = made.run(DAY_2)

    assert any("(advertiser frozen): refused until now, allowed from this run on" in each for each in report.lifted)
    first, second = leaves(made)
    assert first["mapping_files"] != second["mapping_files"]
    assert second["mapping"] == made.last("frozen").inputs.mapping
    assert (second["approval"]["approved_by"], second["certificates"]) == (["A. Made-up", "B. Made-up"], None)  # type: ignore[index]
    assert made.run(DAY_3).warnings == ()
    assert len(list(leaves(made))) == 2


def test_what_was_in_force_before_does_not_come_back_by_itself(made: MadeNetwork) -> None:
    """An older file is a change like any other: it can free somebody too."""
    path = made.folder / "rulebook" / "designations.csv"
    old = path.read_bytes()
    free_the_list(made)
    approve_changes(made)
    made.run(DAY_2)

    path.write_bytes(old)

    with pytest.raises(RulebookInvalid, match="approved was another difference"):
        made.run(DAY_3)
    approve_changes(made)
    made.run(DAY_3)
    assert made.register()[1]["frozen"].outcome is Outcome.REFUSE
    assert len(list(leaves(made))) == 3


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("designations.csv", "house-other,*,,no\n"),
        ("laws.csv", "house-sanctions,*,US,31 CFR 501 | 404 | US,made up\n"),
        ("territories.csv", "QP,EU,2020-01-01,\n"),
        ("shared_hosts.txt", "ferrolit.example\n"),
    ],
)
def test_every_file_that_can_free_somebody_is_released(made: MadeNetwork, name: str, line: str) -> None:
    """A host that is said to be a platform's finds nobody at the gate, and a place in the Union binds its law."""
    path = made.folder / "rulebook" / name
    path.write_text((path.read_text("utf-8") if path.exists() else "") + line, "utf-8")

    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_2)


def test_a_file_that_is_gone_is_a_change(made: MadeNetwork) -> None:
    """Without laws no statement cites one."""
    (made.folder / "rulebook" / "laws.csv").unlink()

    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_2)


def test_what_was_only_saved_anew_needs_nobody(made: MadeNetwork) -> None:
    """A spreadsheet writes other line ends. The ledger has the hash that decisions name all the same."""
    path = made.folder / "rulebook" / "designations.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    made.add("advertisers", id="late", name="Late Comer", domains="late.example")

    assert made.run(DAY_2).warnings == ()

    _, second = leaves(made)
    assert (second["mapping"], second["approval"]) == (made.last("late").inputs.mapping, None)
    free_the_list(made)
    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_3)


def test_rules_and_mapping_are_approved_together(made: MadeNetwork) -> None:
    """The approval of the rules alone does not let a row through beside them."""
    made.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4000"))
    free_the_list(made)

    with pytest.raises(RulebookInvalid, match="approved was another difference"):
        made.run(DAY_2)
    approve_changes(made)
    made.run(DAY_2)

    assert [each["approval"] is None for each in leaves(made)] == [True, False]


def test_rules_that_come_back_bring_no_mapping_that_was_never_released_with_them(made: MadeNetwork) -> None:
    """They come back with the mapping of their last release, as they are, or with the one in force."""
    rules, table = made.folder / "rulebook" / "house.cedar", made.folder / "rulebook" / "designations.csv"
    old, old_table = rules.read_bytes(), table.read_bytes()
    made.edit_rules(lambda text: text.replace("designated_share_bp >= 5000", "designated_share_bp >= 4000"))
    table.write_text(f"{old_table.decode()}house-other,*,,no\n", "utf-8")
    approve_changes(made)
    made.run(DAY_2)
    (made.folder / "rulebook" / "release.toml").unlink()

    rules.write_bytes(old)
    free_the_list(made)
    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_3)

    table.write_text(f"{old_table.decode()}house-other,*,,no\n", "utf-8")
    made.run(DAY_3)
    assert [each["approval"] is None for each in leaves(made)] == [True, False, True]


def test_a_release_that_decided_nothing_is_what_the_next_one_follows(made: MadeNetwork) -> None:
    """Else two people would approve its rules once more, with every later row."""
    made.edit_rules(lambda text: f"// the same rules\n{text}")
    made.run(DAY_2)
    free_the_list(made)

    rulebook = Rulebook.load(made.folder / "rulebook")
    with read_ledger(made.network.ledger) as ledger:
        assert followed_rulebook(made.network, rulebook, ledger).sha256 == rulebook.sha256


def test_a_network_with_staff_signs_it(made: MadeNetwork) -> None:
    """Two signatures over the difference of what lists mean, as over that of rules."""
    write_staff(made.folder)
    free_the_list(made)
    made.write()
    approve_changes(made)
    with pytest.raises(RulebookInvalid, match="too few signed it `nobody`"):
        made.run(DAY_2)

    for who in ("pol", "lea"):
        with read_ledger(made.network.ledger) as ledger:
            difference = due_difference(made.network, ledger, DAY_1)
        approve(made.network, difference, acting(who), DAY_1)
    made.run(DAY_2)

    *_, last = leaves(made)
    assert last["approval"]["approved_by"] == ["pol", "lea"]  # type: ignore[index]
    report = verify_with_signatures(made.folder)
    assert (report.ok, report.signatures) == (True, 2)


def test_what_was_lost_cannot_be_compared(made: MadeNetwork) -> None:
    """Nobody can say any more what the rows meant; with the old ones in place a run keeps them anew."""
    path = made.folder / "rulebook" / "designations.csv"
    old = path.read_bytes()
    shutil.rmtree(made.folder / "snapshots" / "rulebooks")
    free_the_list(made)
    with pytest.raises(RulebookInvalid, match="the rulebook before this one was not kept"):
        made.run(DAY_2)

    path.write_bytes(old)
    made.run(DAY_2)
    free_the_list(made)
    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_3)


def test_a_copy_that_was_edited_too_hides_nothing(made: MadeNetwork) -> None:
    """Who writes the same row into what is kept would leave no difference to approve: the ledger has its hash."""
    free_the_list(made)
    (kept,) = (made.folder / "snapshots" / "rulebooks").iterdir()
    shutil.copy(made.folder / "rulebook" / "designations.csv", kept)

    with pytest.raises(RulebookInvalid, match="the rulebook before this one was not kept"):
        made.run(DAY_2)


def test_a_release_of_before_is_said_once_and_its_mapping_taken(tmp_path: Path) -> None:
    """Its leaf names no mapping. The first run after the update goes on and says so; from then on a change stops."""
    made = empty_network(tmp_path / "network")
    write_old_leaf(made)

    first, second = made.run(DAY_1), made.run(DAY_2)

    assert [each.startswith(TAKEN) for each in first.warnings] == [True]
    assert second.warnings == ()
    old, new = leaves(made)
    assert ("mapping_files" in old, new["approval"]) == (False, None)
    free_the_list(made)
    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_3)


def test_an_answer_before_the_first_run_says_it_too(made: MadeNetwork) -> None:
    """It decides, so it writes the leaf: no run would say it after that."""
    write_old_leaf(made, number=1)

    report = decide_again(made.network, [Party(kind="advertiser", id="frozen")], DAY_2, BY, TOOLS)

    assert [each.startswith(TAKEN) for each in report.warnings] == [True]
    assert made.run(DAY_3).warnings == ()


def test_a_mapping_of_before_that_was_changed_meanwhile_is_said_too(made: MadeNetwork) -> None:
    """What was changed since the last run was never approved: the sentence of earlier versions says it once more."""
    write_old_leaf(made, number=1)
    free_the_list(made)

    report: RunReport = made.run(DAY_2)

    assert [each.startswith(said) for each, said in zip(report.warnings, (TAKEN, "What a list means"), strict=True)]
    assert made.run(DAY_3).warnings == ()


def test_a_historic_rulebook_says_that_nobody_approved_it(made: MadeNetwork) -> None:
    """It needs no release, and is nobody's predecessor: what it meant is not in force afterwards."""
    path = made.folder / "rulebook" / "designations.csv"
    old = path.read_bytes()
    made.settings["rulebook"]["historic"] = True
    free_the_list(made)
    assert any(each.startswith("What a list means was changed") for each in made.run(DAY_2).warnings)

    made.settings["rulebook"]["historic"] = False
    with pytest.raises(RulebookInvalid, match=STOPPED):
        made.run(DAY_3)
    path.write_bytes(old)
    made.run(DAY_3)
    assert made.register()[1]["frozen"].outcome is Outcome.REFUSE


def write_old_leaf(made: MadeNetwork, number: int = 0) -> None:
    """Append the leaf of a release as version 0.2.0 wrote it."""
    sha256 = Rulebook.load(made.folder / "rulebook").sha256
    key, named = f"rulebook:{sha256}{f':{number}' if number else ''}", f"sha256:{sha256}"
    with open_ledger(made.folder / "ledger") as ledger:
        payload = canonical({"sha256": sha256, "historic": False, "approval": None, "sealing": 1})
        ledger.append([LogRecord(kind="rulebook", payload=payload, key=key, rulebook=named)], DAY_1)
