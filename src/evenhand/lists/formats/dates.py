"""Dates as publishers write them, read as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""

import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"(?:(?P<day>\d{1,2}) )?(?:(?P<month>[A-Za-z]{3,9}) )?(?P<year>\d{4})")
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_YEAR = re.compile(r"[0-9]{4}")
_WIDEST_RANGE = 30


def english_date(text: str) -> str:
    """Return `12 Mar 1970`, `Mar 1970` or `1970` in ISO form with as many parts, or ``""`` if it is none of them.

    >>> english_date("12 Mar 1970"), english_date("March 1970"), english_date("about 1970")
    ('1970-03-12', '1970-03', '')
    """
    found = _ENGLISH.fullmatch(text)
    month = (found["month"] or "")[:3].lower() if found else ""
    if not found or (month not in _MONTHS and (month or found["day"])):
        return ""
    parts = [found["year"]]
    parts += [f"{_MONTHS.index(month) + 1:02}"] if month else []
    parts += [f"{int(found['day']):02}"] if month and found["day"] else []
    return partial_date("-".join(parts))


def partial_date(text: str) -> str:
    """Return an ISO date of one, two or three parts unchanged, or ``""`` if it names no day of the calendar.

    >>> partial_date("1970-02"), partial_date("1970-02-30")
    ('1970-02', '')
    """
    if not _ISO.fullmatch(text):
        return ""
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return ""
    return text


def first_day(text: str) -> date:
    """Return the first day of what `partial_date` returned: of a year its first of January."""
    return date.fromisoformat(f"{text}-01-01"[:10])


def last_day(text: str) -> date:
    """Return the last day of what `partial_date` returned.

    >>> last_day("2024-02"), last_day("9999")
    (datetime.date(2024, 2, 29), datetime.date(9999, 12, 31))
    """
    year, *rest = (int(part) for part in text.split("-"))
    if len(rest) == 2:
        return date(year, *rest)
    if not rest or rest == [12]:
        return date(year, 12, 31)
    return date(year, rest[0] + 1, 1) - timedelta(days=1)


def years(first: str, last: str) -> tuple[str, ...]:
    """Return every year of a range of years, first and last included, or () if it is none or wider than 30 years."""
    if not (_YEAR.fullmatch(first) and _YEAR.fullmatch(last) and 0 <= int(last) - int(first) <= _WIDEST_RANGE):
        return ()
    return tuple(f"{year:04}" for year in range(int(first), int(last) + 1))
