"""What a new version of a list must keep of the version in force."""

from collections.abc import Collection
from decimal import Decimal

import pytest

from evenhand.lists.removal_guard import RemovalGuard

TEN = [f"e{number}" for number in range(10)]


def problem(
    before: Collection[str] | None, after: Collection[str], most: str = "0.1", decided: Collection[str] = ()
) -> str:
    """Return the one line that refuses a version, empty if it is taken."""
    found = RemovalGuard(Decimal(most), lambda: decided).problem("house-own", before, after, "own.csv")
    return str(found or "")


@pytest.mark.parametrize(
    ("after", "most", "gone"),
    [
        (TEN, "0.1", ""),
        (TEN[1:], "0.1", ""),
        (TEN[2:], "0.1", "2 of 10"),
        ([*TEN[2:], "new", "newer", "newest"], "0.1", "2 of 10"),
        (TEN[2:], "0.2", ""),
        (TEN[1:], "0", "1 of 10"),
        ([], "1", ""),
        ([], "0.99", "10 of 10"),
    ],
)
def test_entries_are_counted_by_their_ids(after: list[str], most: str, gone: str) -> None:
    """New entries make up for none that is gone; a tenth is enough to go."""
    said = problem(TEN, after, most)

    assert (
        said == ""
        if not gone
        else f"own.csv: too many entries are missing or have ended, the version in force stays: `{gone}`" in said
    )


@pytest.mark.parametrize(
    ("decided", "refused"),
    [((), False), (("e0",), True), (("e0", "e1"), False), (("e0", "elsewhere"), True), (("elsewhere",), False)],
)
def test_entries_that_decisions_rest_on_may_leave_but_not_all_at_once(decided: tuple[str, ...], refused: bool) -> None:
    """One that stays shows that the list is still the same; one that left long ago says nothing of this version."""
    assert (
        "every entry that a decision in force rests on is missing" in problem(TEN, TEN[1:], decided=decided)
    ) is refused


def test_a_first_version_must_hold_an_entry_that_decisions_rest_on() -> None:
    """The folder of kept lists is gone and the decisions are not; a true first version has none."""
    assert problem(None, TEN) == problem(None, TEN, decided=("e3", "gone")) == ""
    assert "is missing (1 of 1): `gone`; expected at least one of them" in problem(None, TEN, decided=("gone",))


def test_a_long_list_of_ids_is_cut() -> None:
    """One line, whatever was decided."""
    assert "(9 of 9): `d0, d1, d2, ...`" in problem(None, TEN, decided=[f"d{number}" for number in range(9)])


def test_what_a_person_has_accepted_is_asked_nothing() -> None:
    """Not even the ledger, which may be another problem."""

    def fails() -> Collection[str]:
        raise AssertionError("asked")

    assert RemovalGuard(decided_on=fails, accepted=True).problem("house-own", TEN, [], "own.csv") is None
