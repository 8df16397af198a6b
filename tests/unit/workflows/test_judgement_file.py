"""A file of judgements: every row that has an answer is recorded, or none, and each fault is one line."""

import csv
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.model.errors import LedgerBusy, NotFound, TableUnreadable
from evenhand.model.judgement import BulkJudged
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.review.judgement_file import ANSWERS, Defaults, judge_file, read_answers
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.review_queue import open_matches
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork, empty_network

LATER = DAY_1 + timedelta(hours=1)
HEADING = "party,entity,answer,by,why\n"
ROW = "namesake,s-mills,not-same,A. Reviewer,founded elsewhere\n"


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def given_back(made: MadeNetwork, text: str, *, partial: bool = False, defaults: Defaults | None = None) -> BulkJudged:
    path = made.folder / "judgements.csv"
    path.write_text(text, "utf-8")
    return judge_file(made.network, path, LATER, TOOLS, partial=partial, defaults=defaults or Defaults())


def test_a_table_by_hand_needs_five_columns_in_any_order(made: MadeNetwork) -> None:
    """Its own columns are passed over, and blank rows; who and why may come from the command line."""
    text = "note,Answer,entity,party\nx,not-same,house-sanctions#s-mills,Dravik MILLS\n,,,\n"

    judged = given_back(made, text, defaults=Defaults("A. Reviewer", "seen on the register"))

    (pair,) = judged.recorded
    assert (judged.open, judged.already, judged.problems) == (0, 0, ())
    assert (pair.judgement.party_id, pair.judgement.verdict, pair.judgement.by) == (
        "namesake",
        "not-same",
        "A. Reviewer",
    )
    assert pair.judgement.why == "seen on the register"
    assert pair.effect == "next run"


@pytest.mark.parametrize("word", [*ANSWERS, "NOT SAME", "not_same", " Same ", "Pas identique"])
def test_every_documented_answer_is_understood(made: MadeNetwork, word: str) -> None:
    """In three languages, however it is cased."""
    assert len(given_back(made, HEADING + ROW.replace("not-same", word)).recorded) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nobody,s-mills,same,A,b\n", "no advertiser, payer or owner of this id or name `nobody`"),
        ("namesake,s-nothing,same,A,b\n", "and `s-nothing`; expected house-sanctions#s-mills"),
        ("bakery,s-mills,same,A,b\n", "no match between advertiser `bakery` and `s-mills`; expected a match"),
        ("namesake,s-mills,maybe,A,b\n", "unknown answer `maybe`; expected same, not-same or unsure; also in"),
        ("frozen,s-ferro,same,,b\n", "by: no text"),
        ("frozen,s-ferro,same,A, \n", "why: no text"),
        ("namesake,s-mills,same\n", "broken row; expected"),
        ("frozen,s-ferro,same,A,b\nfrozen,s-ferro,not-same,A,b\n",
         "contradicts another row on this pair: line 3 `same`, line 4 `not-same`; expected one answer"),
    ],
)  # fmt: skip
def test_one_bad_row_and_nothing_is_recorded_unless_the_rest_is_asked_for(
    made: MadeNetwork, row: str, says: str
) -> None:
    """One line with file and row; half a file recorded by mistake would be worse than none."""
    size = made.size()

    refused = given_back(made, HEADING + ROW + row)

    assert (refused.recorded, made.size()) == ((), size)
    assert refused.problems
    assert all(each.startswith(("judgements.csv:3: ", "judgements.csv:4: ")) for each in refused.problems)
    assert says in refused.problems[0]
    assert [each.judgement.party_id for each in given_back(made, HEADING + ROW + row, partial=True).recorded] == [
        "namesake"
    ]


def test_a_guard_before_a_formula_is_taken_off_again(made: MadeNetwork) -> None:
    """A table that was written by us and copied from keeps what the person wrote."""
    (pair,) = given_back(made, HEADING + ROW.replace("founded elsewhere", "'=see the register")).recorded

    assert pair.judgement.why == "=see the register"


def test_the_same_row_twice_is_one_judgement(made: MadeNetwork) -> None:
    """Advertiser and payer of one pair may have brought it in twice."""
    assert len(given_back(made, HEADING + ROW + ROW).recorded) == 1


def test_two_judgements_of_a_pair_at_one_second_are_told(made: MadeNetwork) -> None:
    """The ledger tells them apart by the second."""
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "B", "c"), LATER, TOOLS)

    assert "judged at this very second" in given_back(made, HEADING + ROW).problems[0]


def test_an_answer_given_after_somebody_else_judged_is_told(made: MadeNetwork) -> None:
    """The queue's mark names the judgement that stood when it was written."""
    (waiting,) = [each for each in open_matches(made.network, SUFFIXES) if each.match.finding.party_id == "namesake"]
    text = f"party,entity,answer,by,why,mark\n{ROW.strip()},{waiting.mark}\n"
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "B", "c"), DAY_1 + timedelta(minutes=1), TOOLS)

    assert "was judged, since the file was written" in given_back(made, text).problems[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("party,entity\na,b\n", "has no column `answer`; found `party, entity`"),
        ("party,entity,answer,Answer\na,b,c,d\n", "has more than one column `answer`"),
        ("", "judgements.csv"),
        ("\0\1\2", "judgements.csv"),
    ],
)
def test_a_file_that_is_no_table_of_judgements_is_refused(made: MadeNetwork, text: str, says: str) -> None:
    """The error names the columns it looked for."""
    with pytest.raises(TableUnreadable, match=says):
        given_back(made, text)


def test_without_a_run_there_is_nothing_to_judge(tmp_path: Path) -> None:
    """Nor a queue."""
    made = empty_network(tmp_path / "network")
    made.write()

    with pytest.raises(NotFound, match="no findings of a last run; run `evenhand run` first"):
        given_back(made, HEADING + ROW)
    with pytest.raises(NotFound, match="no findings of a last run"):
        open_matches(made.network, SUFFIXES)


def test_the_queue_is_read_while_somebody_writes_and_a_file_waits_for_them(made: MadeNetwork) -> None:
    """Reading takes no lock; recording does."""
    impatient = TOOLS.__class__(**{**TOOLS.__dict__, "wait_s": 0.05})
    path = made.folder / "judgements.csv"
    path.write_text(HEADING + ROW)
    with open_ledger(made.folder / "ledger"):
        assert open_matches(made.network, SUFFIXES)
        with pytest.raises(LedgerBusy):
            judge_file(made.network, path, LATER, impatient)


def test_certain_matches_wait_for_nobody(made: MadeNetwork) -> None:
    """They have a number, domain or account of their own, and the rule decides; what only a name says is asked."""
    waiting = [each.match.finding for each in open_matches(made.network, SUFFIXES)]

    assert [each.party_id for each in waiting] == ["namesake"]
    assert not any(each.certain for each in waiting)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, st.sampled_from(["", "same", "x"]), TEXT, TEXT), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_cells_every_row_is_read_or_named(
    tmp_path: Path, rows: list[tuple[str, str, str, str, str]]
) -> None:
    """Quotes, line breaks, separators, any script: no row is lost, and none is read as another."""
    text = StringIO()
    csv.writer(text).writerows([("party", "entity", "answer", "by", "why"), *rows])
    path = tmp_path / "judgements.csv"
    path.write_text(text.getvalue(), "utf-8-sig", newline="")

    read, broken = read_answers(path)

    said = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(read) + len(broken) == len(said)
    if not broken:
        assert [each.answer for each in read] == [row[2] for row in said]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    """Somebody gives the wrong file."""
    path = tmp_path / "judgements.csv"
    path.write_bytes(b"party,entity,answer\n" + data if len(data) % 2 else data)

    with suppress(TableUnreadable):
        rows, broken = read_answers(path)
        assert all(each.line > 1 for each in rows)
        assert all("\n" not in what for _, what in broken)
