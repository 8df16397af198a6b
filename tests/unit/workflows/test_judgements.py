"""A person's word on a match becomes a record, or one clear line."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.errors import BadInput, EvenhandError, LedgerBusy, NotFound
from evenhand.model.judgement import JudgedPair, Judgement
from evenhand.model.log import LeafKind, LogRecord
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.review.judgements import MOST_CHARACTERS, StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, TOOLS, MadeNetwork

LATER = DAY_1 + timedelta(hours=1)
WORD = StatedJudgement("namesake", "s-mills", "not-same", "A. Reviewer", "founded elsewhere")


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def say(made: MadeNetwork, **changes: Any) -> JudgedPair:
    return judge(made.network, replace(WORD, **changes), LATER, TOOLS)


def test_a_judgement_is_written_published_and_told(made: MadeNetwork) -> None:
    """Whole, with hashes in place of the values; the head covers it when the command returns."""
    size = made.size()

    pair = say(made, by="  A. Reviewer ")

    (payload,) = made.payloads("judgement")
    judgement = msgspec.json.decode(payload, type=Judgement)
    assert (pair.seq, pair.judgement, pair.effect) == (size, judgement, "next run")
    assert (judgement.party_kind, judgement.list, judgement.by) == ("advertiser", "house-sanctions", "A. Reviewer")
    assert (judgement.verdict, judgement.at, judgement.why) == ("not-same", LATER, "founded elsewhere")
    assert set(judgement.used) == {"name", "party name"}
    assert b"Dravik" not in payload
    assert pair.finding.startswith("possible match with `s-mills`")
    assert verify_folder(made.folder).size == size + 1
    with open_ledger(made.folder / "ledger") as ledger:
        leaf = next(leaf for _, leaf, _ in ledger.entries("judgement"))
        decided = next(leaf for _, leaf, _ in ledger.entries("decision"))
    assert leaf.lists == decided.lists


@pytest.mark.parametrize(
    "changes",
    [
        {"party": "dravik MILLS"},
        {"party": "advertiser:namesake"},
        {"entity": "house-sanctions#s-mills"},
    ],
)
def test_a_pair_is_named_as_people_have_it_at_hand(made: MadeNetwork, changes: dict[str, str]) -> None:
    """By a name, or with the kind or the list in front."""
    judgement = say(made, **changes).judgement

    assert (judgement.party_id, judgement.entity_id) == ("namesake", "s-mills")


@pytest.mark.parametrize("changes", [{}, {"party": "dravik mills"}])
def test_without_state_the_pair_is_screened_afresh_to_the_same_record(
    made: MadeNetwork, tmp_path: Path, changes: dict[str, str]
) -> None:
    """`state/` may be deleted at any time; what is judged is the same match."""
    forgets = made.copy(tmp_path / "forgets")
    shutil.rmtree(forgets.folder / "state")

    say(made, **changes)
    say(forgets, **changes)

    assert made.payloads("judgement") == forgets.payloads("judgement")


def test_what_was_judged_is_what_the_last_run_saw(made: MadeNetwork) -> None:
    """The tables changed since, and nobody has looked at that: the next run opens the match again."""
    made.row("advertisers", "namesake")["name"] = "Dravik-Mills"
    made.write()

    say(made)

    report = made.run(DAY_2)
    assert any("open again" in line and "party name" in line for line in report.again)
    assert made.last("namesake").outcome == "hold"


BAD: dict[str, tuple[dict[str, str], str]] = {
    "party": ({"party": "nobody"}, "no advertiser, payer or owner of this id or name `nobody`"),
    "near party": ({"party": "namesak"}, "near: namesake (Dravik Mills)"),
    "entity": ({"entity": "s-nothing"}, "no listed entity of this id `s-nothing`"),
    "no match": (
        {"entity": "s-ferro"},
        "no match between advertiser `namesake` and `s-ferro`; expected house-sanctions#s-mills",
    ),
    "nothing found": (
        {"party": "bakery"},
        "`s-mills`; expected a match of this party; screening found none; to block"
        " somebody who is on no list, add a row to a house list",
    ),
    "who": ({"by": " \n"}, "--by: no text"),
    "why": ({"why": ""}, "--why: no text"),
    "long": ({"why": "x" * (MOST_CHARACTERS + 1)}, "expected 1 to 4,000 characters"),
    "bytes": ({"why": "because \udcff"}, r"--why: no text `because \udcff`"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_judged_is_said_in_one_line(made: MadeNetwork, case: str) -> None:
    """What, where, what was expected; nothing is written."""
    changes, says = BAD[case]
    size = made.size()

    with pytest.raises(BadInput) as caught:
        say(made, **changes)

    assert says in str(caught.value)
    assert len(str(caught.value)) < 400
    assert made.size() == size


def test_two_of_a_name_and_an_entry_of_two_lists_are_not_guessed(made: MadeNetwork) -> None:
    """The line names what to type instead."""
    made.add("advertisers", id="namesake-2", name="Dravik Mills")
    made.add("house-media", id="s-mills", schema="Organization", name="Dravik Mills", topic="typology:SC")
    made.run(DAY_1)

    with pytest.raises(NotFound, match="expected advertiser:namesake, advertiser:namesake-2"):
        say(made, party="Dravik Mills")
    with pytest.raises(NotFound, match="expected house-media#s-mills, house-sanctions#s-mills"):
        say(made)
    assert say(made, entity="house-media#s-mills").judgement.list == "house-media"


def test_many_matches_are_named_up_to_five(made: MadeNetwork) -> None:
    """An error is a line, not a list."""
    for number in range(6):
        made.add("house-sanctions", id=f"s-same-{number}", schema="Company", name="Dravik Mills", topic="made-up")
    made.run(DAY_1)

    with pytest.raises(NotFound, match="or 2 more"):
        say(made, entity="s-ferro")


@pytest.mark.parametrize("away", [timedelta(days=-30), timedelta(days=900)])
def test_a_judgement_counts_by_its_place_and_not_by_its_time(made: MadeNetwork, away: timedelta) -> None:
    """The clock of anyone who judges is not the clock of the runs, and stops none."""
    judge(made.network, WORD, DAY_1 + away, TOOLS)

    made.run(DAY_2)

    assert made.last("namesake").outcome == "allow"
    with pytest.raises(BadInput, match="time before the last run's"):
        made.run(DAY_1)


@pytest.mark.parametrize("kind", ["task", "review", "staff"])
def test_nothing_that_people_record_stops_a_run_by_its_time(made: MadeNetwork, kind: LeafKind) -> None:
    """An event of a task may be written a month ahead of the clock of the runs."""
    with open_ledger(made.folder / "ledger") as ledger:
        ledger.append([LogRecord(kind=kind, payload=b"{}")], DAY_1 + timedelta(days=30))

    made.run(DAY_2)

    assert made.last("namesake").outcome == "hold"


def test_the_same_word_twice_is_one_record_and_another_at_that_second_is_refused(made: MadeNetwork) -> None:
    """A retry adds nothing; a correction must not vanish as one."""
    first, size = say(made), made.size()

    assert say(made) == first
    assert made.size() == size
    with pytest.raises(BadInput, match="judged at this very second"):
        say(made, verdict="same")


def test_who_cannot_have_the_ledger_says_so(made: MadeNetwork) -> None:
    """One writer; nothing is judged in between."""
    impatient = replace(TOOLS, wait_s=0.0)

    with open_ledger(made.folder / "ledger"), pytest.raises(LedgerBusy):
        judge(made.network, WORD, LATER, impatient)


def test_before_the_first_run_nothing_is_listed(made: MadeNetwork) -> None:
    """Lists are taken by a run; the line does not blame the person."""
    shutil.rmtree(made.folder / "state")
    shutil.rmtree(made.folder / "lists")

    with pytest.raises(EvenhandError, match="no listed entity of this id"):
        say(made)
