"""The screening runners on small samples of labelled data."""

import json
from pathlib import Path

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
