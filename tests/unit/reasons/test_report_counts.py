"""The counts of a transparency report."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenhand.reasons.report_counts import numbers
from tests.unit.reasons.test_exports import changed


def test_each_statement_counts_once_under_each_head() -> None:
    """A government's requests stand apart; a statement counts in each of its countries."""
    records = [
        changed(source__type="government", scope=["IE", "DE", "IE"], dates__informed="2026-11-26"),
        changed(ground__type="law", scope="EEA", automation__decision="full"),
        changed(kind="suspend-ads", scope=["DE"]),
    ]

    counted = numbers(records)

    assert (counted.statements, counted.left_out, counted.days_to_notice) == (3, 0, 0.0)
    assert counted.source == {"government": 1, "own": 2}
    assert counted.kind == {"refuse-ads": 2, "suspend-ads": 1}
    assert counted.ground == {"clause": 2, "law": 1}
    assert counted.decision == {"full": 1, "none": 2}
    assert counted.territory == {"DE": 2, "EEA": 1, "IE": 1}


def test_no_statements_have_no_median() -> None:
    """Nothing is not nought days."""
    assert (numbers([]).statements, numbers([]).days_to_notice) == (0, None)


def test_what_is_no_statement_is_counted_as_left_out() -> None:
    """A report must not lose any without saying so."""
    assert (numbers([{"id": "r-1"}, changed()]).left_out, numbers([{"id": "r-1"}, changed()]).statements) == (1, 1)


RECORDS = st.lists(
    st.builds(
        changed,
        kind=st.sampled_from(["refuse-ads", "label-ads", 7]),
        source__type=st.sampled_from(["own", "government", "made-up"]),
        dates__informed=st.sampled_from(["2026-11-24", "2026-12-01", "soon"]),
    ),
    max_size=8,
)


@given(records=RECORDS)
def test_every_head_adds_up_to_the_statements(records: list[dict[str, Any]]) -> None:
    """The denominator of each is the same; what is left out is in none."""
    counted = numbers(records)

    assert counted.statements + counted.left_out == len(records)
    for head in (counted.kind, counted.ground, counted.category, counted.source, counted.detection, counted.decision):
        assert sum(head.values()) == counted.statements
