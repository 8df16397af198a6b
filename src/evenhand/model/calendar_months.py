"""Months added to a day, as periods of law count them."""

from calendar import monthrange
from datetime import MAXYEAR, date


def add_months(day: date, months: int) -> date:
    """Return the same day number so many months later, or the last day of that month if it has none.

    Beyond the last year that dates have it is their last day.

    >>> add_months(date(2026, 8, 31), 6).isoformat()
    '2027-02-28'

    Source: `reasons.md` §7.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
