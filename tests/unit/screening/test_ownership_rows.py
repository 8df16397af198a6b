"""The ownership table of a day: which rows hold, and what they add up to."""

from datetime import date
from typing import Any

import pytest

from evenhand.model.errors import OwnershipUnreadable
from evenhand.model.party import Ownership
from evenhand.screening.ownership.ownership_rows import in_force, ownership_rows_of

ON = date(2026, 1, 1)


def row(owner: str, owned: str, share: Any = None, **more: Any) -> Ownership:
    return Ownership(owner=owner, owned=owned, share=share, **more)


def test_parties_are_numbered_in_the_order_of_their_ids() -> None:
    """Equal ways are told apart by id: comparing numbers must say the same as comparing ids."""
    edges = ownership_rows_of([row("c", "b", 1), row("a", "c", 2)], ON)

    assert edges.ids == ["a", "b", "c"]
    assert (edges.owner.tolist(), edges.owned.tolist()) == ([0, 2], [2, 1])


def test_lines_of_one_owner_and_company_are_one_holding() -> None:
    """Their known parts add up, an unknown part stays beside them, and its rows are in table order."""
    rows = [
        row("a", "b", 200_000),
        row("x", "b", 1),
        row("a", "b"),
        row("a", "b", 100_000, kind="ownership_or_control"),
    ]

    edges = ownership_rows_of(rows, ON)

    assert (edges.known.tolist(), edges.unknown.tolist()) == ([200_000, 1], [True, False])
    assert edges.rows[edges.first_row[0] : edges.first_row[1]].tolist() == [0, 2, 3]
    assert edges.rest[edges.number["b"]] == 799_999


def test_control_and_acting_for_are_kept_apart_from_shares() -> None:
    """The arithmetic never sees them, not even a share that stands beside them."""
    edges = ownership_rows_of([row("a", "b", 600_000, kind="control"), row("a", "c", kind="acts_for")], ON)

    assert (len(edges.owner), edges.unshared.tolist()) == (0, [0, 1])


def test_the_holdings_in_a_company_come_by_owner() -> None:
    """Whatever the order of the table."""
    edges = ownership_rows_of([row("z", "c", 1), row("a", "c", 2), row("a", "b", 3)], ON)

    assert [edges.ids[edges.owner[each]] for each in edges.into(edges.number["c"])] == ["a", "z"]


def test_an_empty_table_is_an_answer() -> None:
    """A network need not know any owner."""
    edges = ownership_rows_of([], ON)

    assert (edges.ids, len(edges.owner), edges.overfull, in_force([], ON)) == ([], 0, (), [])


def test_rows_that_have_ended_or_not_begun_do_not_hold() -> None:
    """Both ends belong to the time; where all are out of it nothing is left."""
    rows = [row("a", "b", 1, until=date(2025, 12, 31)), row("a", "b", 2, as_of=date(2026, 1, 2))]

    assert in_force(rows, ON) == []
    assert ownership_rows_of(rows, ON).known.tolist() == []
    assert in_force(rows, date(2025, 12, 31)) == rows[:1]


def test_only_the_newest_statement_of_a_holding_holds() -> None:
    """Each kind is a statement of its own; a row without a day is the oldest."""
    old, new, control = row("a", "b", 1), row("a", "b", 2, as_of=date(2020, 1, 1)), row("a", "b", kind="control")

    assert in_force([old, new, control], ON) == [new, control]


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (-1, "L1 of A: share is negative `-1`; expected 0 to 1,000,000; correct the row"),
        (1_000_001, "share is no whole number of millionths `1000001`"),
        (10**30, "share is no whole number of millionths `1000"),
        (float("nan"), "share is no whole number of millionths `nan`"),
        (0.5, "share is no whole number of millionths `0.5`"),
        (True, "share is no whole number of millionths `True`"),
        ("50 %", "share is no whole number of millionths `50 %`"),
    ],
)
def test_what_is_no_share_is_refused_with_its_row(share: Any, says: str) -> None:
    """Intake refuses it by row; anyone who calls the library learns which row, and what to do."""
    with pytest.raises(OwnershipUnreadable, match=says):
        ownership_rows_of([row("L2", "B", 500_000), row("L1", "A", share)], ON)
