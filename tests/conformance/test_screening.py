"""The screening runners on small samples of labelled data."""

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.screening import Index
from tests.conformance import screening_pairs, screening_recall
from tests.data import DATA, needs_data

HARD = DATA / "screening" / "hard"


@pytest.fixture(scope="module")
def index() -> Index:
    """Build the index of the hard set's list once; it is only read."""
    return screening_recall.index_of([HARD / "list.visible.jsonl.gz"])


@needs_data
def test_labelled_name_pairs_reach_the_figure() -> None:
    """F1 at the scorer's own threshold, 472 pairs."""
    figures = screening_pairs.measure(DATA / "screening" / "pairs" / "pairs.visible.jsonl")

    assert set(figures) == {"cases", "f1", "precision", "recall", "threshold", "best_f1"}
    assert figures["f1"] >= 0.75


@needs_data
def test_a_sample_of_the_hard_set_reaches_the_figures(index: Index) -> None:
    """Every 18th row: recall of full kinds against false hits at one threshold."""
    rows = screening_pairs.rows_of(HARD / "hard.visible.jsonl.gz")[::18]

    figures = screening_recall.measure(rows, screening_recall.answers(rows, index))

    assert screening_recall.lost(rows, [[] for _ in rows], index) != []
    assert figures["recall_full"] >= 0.90
    assert figures["false_hits"] <= 0.03
    assert figures["background_false_hits"] <= 0.02


@needs_data
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
def test_the_index_loses_no_positive_of_the_hard_set(index: Index, every: int) -> None:
    """Whatever the plain comparison finds of 5,534 right answers, here of every fourth, the index leads to."""
    rows = [row for row in screening_pairs.rows_of(HARD / "hard.visible.jsonl.gz") if row["expected"]][::every]

    assert screening_recall.lost(rows, screening_recall.answers(rows, index), index) == []


def test_the_runners_read_made_up_rows(tmp_path: Path) -> None:
    """The form of rows and lists is the project's own, with or without third-party data."""
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(
        json.dumps(
            {
                "schema": "Person",
                "query": "Anna Petrov",
                "candidate": {"firstName": "Anna", "lastName": "PETROV"},
                "match": True,
            }
        )
    )
    listed = tmp_path / "list.jsonl"
    listed.write_text(
        json.dumps(
            {"id": "e1", "schema": "Organization", "caption": "x", "properties": {"name": ["Nordlicht Rundfunk"]}}
        )
    )
    rows = [
        {
            "id": "1",
            "query": {"schema": "Organization", "name": ["Nordlicht Rundfunk"]},
            "expected": ["e1"],
            "kind": "same",
        },
        {"id": "2", "query": {"schema": "Organization", "name": ["Bakery"]}, "expected": [], "kind": "neg_other"},
    ]

    index = screening_recall.index_of([listed])
    figures = screening_recall.measure(rows, screening_recall.answers(rows, index))

    assert screening_pairs.measure(pairs)["f1"] == 1.0
    assert (figures["recall"], figures["false_hits"], figures["background_false_hits"]) == (1.0, 0.0, 0.0)


def measured(tmp_path: Path, capsys: pytest.CaptureFixture[str], *rows: dict[str, object]) -> dict[str, Any]:
    """Return the last line of `screening_recall` on rows and one listed person, whose name is a text."""
    for name, lines in (
        ("rows", rows),
        ("list", [{"id": "e1", "schema": "Person", "properties": {"name": "Ana Moro"}}]),
    ):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert screening_recall.main([str(tmp_path / "rows"), "--lists", str(tmp_path / "list")]) == 0
    figures: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return figures


LISTED, OTHER = {"schema": "Person", "name": "Ana Moro"}, {"schema": "Person", "name": ["Bo Lindqvist"]}


def test_a_row_without_kind_is_what_its_right_answers_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No right answer makes it a negative (`screening.md` §9); null is as good as absent."""
    figures = measured(tmp_path, capsys, {"query": LISTED, "expected": ["e1"]}, {"query": OTHER, "expected": ["e1"]},
                       {"query": LISTED, "expected": [], "kind": None}, {"query": OTHER, "expected": []})  # fmt: skip

    assert (figures["positives"], figures["recall"], figures["recall_full"]) == (2, 0.5, 0.5)
    assert (figures["negatives"], figures["false_hits"]) == (2, 0.5)
    assert (figures["background"], figures["background_false_hits"], figures["by_kind"]) == (0, 0.0, {})


def test_a_row_that_states_nothing_is_in_no_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether its answer is right nobody can tell."""
    figures = measured(tmp_path, capsys, {"query": LISTED}, {"query": OTHER, "expected": None, "kind": "mine"})

    assert (figures["positives"], figures["negatives"], figures["recall"], figures["by_kind"]) == (0, 0, None, {})


def test_any_match_of_a_hard_negative_is_a_false_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even where the row names another entity as right."""
    figures = measured(tmp_path, capsys, {"query": LISTED, "expected": ["zz"], "kind": "neg_mine"})

    assert (figures["negatives"], figures["false_hits"], figures["extra_matches"]) == (1, 1.0, 0)


def test_a_name_that_is_a_text_is_one_name(tmp_path: Path) -> None:
    """Its letters are none; a line without caption is called by its first name."""
    path = tmp_path / "list"
    path.write_text('{"id": "e1", "schema": "Person", "properties": {"name": "Ana Moro", "alias": ["Ani"]}}')

    (entity,) = screening_recall.entities_of(path)

    assert (entity.caption, entity.properties["name"], entity.properties["alias"]) == (
        "Ana Moro",
        ("Ana Moro",),
        ("Ani",),
    )
