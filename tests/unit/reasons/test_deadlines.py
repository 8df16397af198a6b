"""Calendar months: the end of the month is the last day, never the next month's first."""

from datetime import date

import pytest

from evenhand.model.calendar_months import add_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 6, date(2027, 5, 24)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 4, date(2027, 4, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(9999, 8, 31), 6, date.max),
    ],
)
def test_a_window_ends_on_the_same_day_number_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    """DSA Art. 20(1) and `reasons.md` §7."""
    assert add_months(day, months) == expected
