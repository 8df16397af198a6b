"""Which numbers are moments of acts, and in which other unit a number was probably counted."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Final

from evenhand.intake.values.cells import Unusable
from evenhand.intake.values.notations import day_evidence, day_text

EARLIEST: Final = 631_152_000  # 1990-01-01: no advertiser bought anything on the web before
LATEST: Final = 4_102_444_800  # the year 2100

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_SPREADSHEET_1970 = 25_569  # days from 1899-12-30 to 1970-01-01
_TIME = re.compile(
    r"(?P<day>\S.*?),?[T\s]\s*(?P<hour>[0-9]{1,2}):(?P<rest>[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*(?P<zone>[A-Za-z]{1,5}|[+-][0-9]{2}:?[0-9]{2}))?"
)
# Only names of one zone: CST, PST, BST and others are each that of several.
_ZONES: Final = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5,
    "EDT": -4, "MDT": -6, "PDT": -7,
}  # fmt: skip
_LONGEST = 60
_NO_TIME = "seconds since 1970, or a time as 2026-03-01T12:00:00Z"
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


def read_time(text: str, order: str = "") -> datetime:
    """Return the moment that a text tells, without a zone if it names none; `order` is `dmy` or `mdy`, if known.

    >>> read_time("2026-08-31 20:07:40 EDT").isoformat(), read_time("01.09.2026 00:07").isoformat()
    ('2026-08-31T20:07:40-04:00', '2026-09-01T00:07:00')
    >>> read_time("8/31/2026 8:07:40 PM").isoformat()
    '2026-08-31T20:07:40'

    Raises:
        Unusable: it is no time, or one that can be read in two ways.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise Unusable(_NO_TIME)
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise Unusable(_NO_TIME)
        hour = hour % 12 + 12 * (found["half"] in "pP")
    zone, day = _zone(found["zone"]) if found["zone"] else None, day_text(found["day"], order)
    try:
        return datetime.fromisoformat(f"{day}T{hour:02}:{found['rest']}").replace(tzinfo=zone)
    except ValueError:
        raise Unusable(_NO_TIME) from None


def _zone(name: str) -> timezone:
    if name[0] in "+-":
        east = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        if east >= timedelta(days=1):
            raise Unusable(_NO_TIME)
        return timezone(east if name[0] == "+" else -east)
    if (hours := _ZONES.get(name.upper())) is None:
        raise Unusable(f"a time with an offset such as +02:00, or UTC: `{name}` is not the name of one zone alone")
    return timezone(timedelta(hours=hours))


def day_order(texts: Iterable[str]) -> str:
    """Return `dmy` or `mdy` if some times of a column can be read in that order alone, and none in the other.

    >>> day_order(["9/1/2026 10:00", "8/31/2026 20:07 EDT"]), day_order(["9/1/2026 10:00"])
    ('mdy', '')
    """
    days = (found["day"] for text in texts if len(text) <= _LONGEST and (found := _TIME.fullmatch(text)))
    orders = {day_evidence(day) for day in days} & {"dmy", "mdy"}
    return orders.pop() if len(orders) == 1 else ""
