"""The runner of evidence tables: what a row states is compared, and nothing agrees that was not."""

from typing import Any

import pytest

from tests.conformance.evidence_tables import run

COUNT = {"id": "c", "kind": "count", "text": "two former officials"}
DATE = {"id": "d", "kind": "date", "text": "on Monday", "published": "2026-11-26"}


def counts(*cases: dict[str, Any]) -> dict[str, Any]:
    return run(list(cases))[0]


@pytest.mark.parametrize(
    ("case", "right", "wrong"),
    [
        (COUNT, {"as_written": "two former officials"}, {"as_written": "two"}),
        (COUNT, {"n": 2, "named": False}, {"n": 2, "named": True}),
        (DATE, {"value": "2026-11-23"}, {"value": "2026-11-24"}),
        (DATE, {"precision": "day"}, {"precision": "month"}),
        ({**DATE, "text": "no day"}, {"value": None, "precision": "day"}, {"value": "2026-11-23"}),
        (COUNT, {"n": 2}, {"n": 2, "no_such": None}),
    ],
)
def test_each_key_that_a_row_states_is_compared(
    case: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    """One that has no answer is no agreement; of what is no date the precision says nothing."""
    assert counts({**case, "expect": right})["agree"] == 1
    assert counts({**case, "expect": wrong})["disagree"] == [case["id"]]


@pytest.mark.parametrize("expect", [{}, None, {"how": "cut"}])
def test_a_row_that_states_nothing_is_answered_and_not_compared(expect: dict[str, Any] | None) -> None:
    """It must not raise the share that agrees."""
    figures, (answer,) = run([{**COUNT, "expect": expect}])

    assert figures == {"cases": 1, "agree": 0, "unsupported": 0, "disagree": []}
    assert answer["got"]["n"] == 2
