"""Which numbers are moments of acts, and in which other unit a number was probably counted."""

import re
from datetime import date, datetime
from typing import Final

EARLIEST: Final = 631_152_000  # 1990-01-01: no advertiser bought anything on the web before
LATEST: Final = 4_102_444_800  # the year 2100

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_SPREADSHEET_1970 = 25_569  # days from 1899-12-30 to 1970-01-01
_WRITTEN_OUT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_FINER = (
    (10**17, "nanoseconds", "1,000,000,000"),
    (10**14, "microseconds", "1,000,000"),
    (10**11, "milliseconds", "1,000"),
)
_COARSER = (
    (60, "minutes since 1970: multiply by 60"),
    (3_600, "hours since 1970: multiply by 3,600"),
    (_DAY_S, "days since 1970: multiply by 86,400"),
)


def fault_of_second(second: int) -> str:
    """Return what was expected instead of a number of seconds since 1970 that is no moment of an act, ``""`` if it is.

    >>> fault_of_second(1_772_000_300)
    ''
    >>> fault_of_second(493_000)
    'seconds since 1970, from 1990 to 2099; these may be hours since 1970: multiply by 3,600'
    """
    if EARLIEST <= second < LATEST:
        return ""
    digits = _written_out(second)
    if digits:
        return f"seconds since 1970; these may be the digits of a date: write {digits}"
    for least, unit, divisor in _FINER:
        if second >= least:
            return f"seconds since 1970; these are {unit}, divide by {divisor}"
    hints = _coarser(second)
    return f"seconds since 1970, from 1990 to 2099{f'; these may be {hints}' if hints else ''}"


def _coarser(second: int) -> str:
    """Return the coarser units in which a number is a moment from 1990 to 2099; several may fit."""
    day = second - _SPREADSHEET_1970
    found = []
    if EARLIEST <= day * _DAY_S < LATEST:
        on = date.fromordinal(_EPOCH + day)
        found.append(f"days as a spreadsheet counts them: write {on} and the time")
    found += (words for size, words in _COARSER if EARLIEST <= second * size < LATEST)
    return "; or ".join(found)


def _written_out(number: int) -> str:
    """Return the moment whose digits a number is, such as 20260301 or 20260301120000; ``""`` for none."""
    text = str(number)
    form = _WRITTEN_OUT.get(len(text), "") if re.fullmatch(r"(?:199|20)\d+", text) else ""
    try:
        return datetime.strptime(text, form).strftime("%Y-%m-%dT%H:%M:%S") if form else ""
    except ValueError:
        return ""
