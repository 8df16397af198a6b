"""Cedar's texts of decimals, instants, spans and addresses, read as strictly as Cedar reads them."""

import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from evenhand.policy.typed.nodes import Datetime, Decimal, Duration, Ip

LEAST, MOST = -(2**63), 2**63 - 1

_DECIMAL = re.compile(r"(-?)([0-9]+)\.([0-9]{1,4})")
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?"
)
_SPAN = re.compile(r"(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?")
_PREFIX = re.compile(r"0|[1-9][0-9]{0,2}")
_UNITS_MS = (86_400_000, 3_600_000, 60_000, 1_000, 1)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def decimal(text: str) -> Decimal:
    """Return a decimal of one to four digits after the point.

    Raises:
        ValueError: the text is no decimal, or beyond int64 ten-thousandths.

    >>> decimal("-1.5")
    Decimal(scaled=-15000)
    """
    found = _matched(_DECIMAL, text, "decimal")
    sign, whole, part = found.groups()
    scaled = int(whole) * 10_000 + int(part.ljust(4, "0"))
    return Decimal(within_long(-scaled if sign else scaled))


@lru_cache(maxsize=1 << 16)
def instant(text: str) -> Datetime:
    """Return an instant: a date alone, or with a time to the second or millisecond and `Z` or `±hhmm`.

    Raises:
        ValueError: the text is no instant of the calendar, years 0000 to 9999.

    >>> instant("1970-01-02T00:00:00.001+0100")
    Datetime(ms=82800001)
    """
    found = _matched(_INSTANT, text, "datetime")
    year, month, day, hour, minute, second, ms = (int(part or 0) for part in found.groups()[:7])
    sign, ahead_h, ahead_min = found[8], int(found[9] or 0), int(found[10] or 0)
    if not (1 <= month <= 12 and 1 <= day <= _month_days(year, month)):
        raise ValueError(f"no day of the calendar: {text}")
    if max(hour, ahead_h) > 23 or max(minute, second, ahead_min) > 59:
        raise ValueError(f"no time of day: {text}")
    ahead = (ahead_h * 60 + ahead_min) * (-1 if sign == "-" else 1)
    seconds = (_days_since_1970(year, month, day) * 1_440 + hour * 60 + minute - ahead) * 60 + second
    return Datetime(seconds * 1_000 + ms)


def span(text: str) -> Duration:
    """Return a span of days, hours, minutes, seconds and milliseconds, in that order.

    Raises:
        ValueError: the text is no span, or beyond int64 milliseconds.

    >>> span("-1d2h")
    Duration(ms=-93600000)
    """
    found = _matched(_SPAN, text, "duration")
    if not any(found.groups()[1:]):
        raise ValueError(f"no duration: `{text}`")
    ms = sum(int(part or 0) * unit for part, unit in zip(found.groups()[1:], _UNITS_MS, strict=True))
    return Duration(within_long(-ms if found[1] else ms))


def address(text: str) -> Ip:
    """Return an address of version 4 or 6, alone or with a prefix length.

    Raises:
        ValueError: the text is no address; one of version 6 written with dots or a zone is none.

    >>> address("10.1.2.3/8")
    Ip(version=4, address=167838211, prefix=8)
    """
    host, slash, prefix = text.partition("/")
    if slash and _PREFIX.fullmatch(prefix) is None:
        raise ValueError(f"no prefix length: `{text}`")
    if ":" not in host:
        return _ranged(Ip(4, int(IPv4Address(host)), int(prefix or 32)), 32)
    if "." in host or "%" in host:
        raise ValueError(f"an address of version 6 with dots or a zone: `{text}`")
    return _ranged(Ip(6, int(IPv6Address(host)), int(prefix or 128)), 128)


def address_text(ip: Ip) -> str:
    """Return an address as text that `address` reads back.

    >>> address_text(address("::1"))
    '::1/128'
    """
    return f"{IPv4Address(ip.address) if ip.version == 4 else IPv6Address(ip.address)}/{ip.prefix}"


CONSTRUCTORS: dict[str, Callable[[str], Decimal | Datetime | Duration | Ip]] = {
    "decimal": decimal, "datetime": instant, "duration": span, "ip": address,
}  # fmt: skip


def within_long(value: int) -> int:
    """Return the value if it is an int64.

    Raises:
        OverflowError: it is not; a kind of `ArithmeticError`, as Cedar's own.
    """
    if LEAST <= value <= MOST:
        return value
    raise OverflowError(f"beyond int64: {value}")


def _matched(form: re.Pattern[str], text: str, kind: str) -> re.Match[str]:
    found = form.fullmatch(text)
    if found is None:
        raise ValueError(f"no {kind}: `{text}`")
    return found


def _ranged(ip: Ip, longest: int) -> Ip:
    if ip.prefix > longest:
        raise ValueError(f"prefix longer than {longest}: {ip.prefix}")
    return ip


def _month_days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _MONTH_DAYS[month - 1]


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Return days; Python's own calendar begins with year 1, Cedar's with year 0, which is a leap year."""
    before = year * 365 + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    return before + sum(_month_days(year, each) for each in range(1, month)) + day - 1 - 719_528
