"""What Cedar's operations do to values that are ok; one that is not ok in the end is an `ArithmeticError`."""

from collections.abc import Callable
from typing import Any

from evenhand.policy.typed.extension_types import within_long
from evenhand.policy.typed.nodes import Datetime, Duration, Fields, Ip, Uid, Value
from evenhand.policy.typed.values import Store, StoredEntity

DAY_MS = 86_400_000


class NotThere(ArithmeticError):
    """An attribute, tag or entity is not there."""


def attribute(base: Uid | Fields, name: str, store: Store) -> Value:
    """Return `base.name`.

    Raises:
        NotThere: the attribute or the entity is not there.
    """
    owner = _stored(base, store).attrs if isinstance(base, Uid) else base
    if name not in owner:
        raise NotThere(name)
    return owner[name]


def has_attribute(base: Uid | Fields, name: str, store: Store) -> bool:
    """Return `base has name`; false for an entity that is not there."""
    if isinstance(base, Uid):
        return base in store and name in store[base].attrs
    return name in base


def tag(base: Uid, key: str, store: Store) -> Value:
    """Return `base.getTag(key)`.

    Raises:
        NotThere: the tag or the entity is not there.
    """
    tags = _stored(base, store).tags
    if key not in tags:
        raise NotThere(key)
    return tags[key]


def has_tag(base: Uid, key: str, store: Store) -> bool:
    """Return `base.hasTag(key)`; false for an entity that is not there."""
    return base in store and key in store[base].tags


def member(left: Uid, right: Uid | frozenset[Value], store: Store) -> bool:
    """Return `left in right`; an entity that is not there is in itself alone."""
    groups = right if isinstance(right, frozenset) else {right}
    above = store[left].ancestors if left in store else frozenset()
    return left in groups or not above.isdisjoint(groups)


def like(text: str, pattern: tuple[str | None, ...]) -> bool:
    """Return whether a text matches, by code point: each run of text as early as it can be, the last at the end."""
    if None not in pattern:
        return text == "".join(run or "" for run in pattern)
    head, tail = pattern[0] or "", pattern[-1] or ""
    if not (text.startswith(head) and text.endswith(tail)):
        return False
    # Where head and tail overlap nothing is found between them, not even the empty run that a star stands for.
    at, end = len(head), len(text) - len(tail)
    for run in pattern[1:-1]:
        found = text.find(run or "", at, end)
        if found < 0:
            return False
        at = found + len(run or "")
    return True


def _stored(uid: Uid, store: Store) -> StoredEntity:
    if uid not in store:
        raise NotThere(uid)
    return store[uid]


def _truncated(unit_ms: int) -> Callable[[Duration], int]:
    """Return a method that counts whole units, toward zero."""
    return lambda span: abs(span.ms) // unit_ms * (1 if span.ms >= 0 else -1)


def _length(ip: Ip) -> int:
    return 32 if ip.version == 4 else 128


def _bounds(ip: Ip) -> tuple[int, int]:
    host = _length(ip) - ip.prefix
    first = ip.address >> host << host
    return first, first + (1 << host) - 1


def _is_loopback(ip: Ip) -> bool:
    return _bounds(ip)[0] >> 24 == 127 if ip.version == 4 else _bounds(ip)[0] == 1


def _is_multicast(ip: Ip) -> bool:
    bits, top = (4, 0b1110) if ip.version == 4 else (8, 0xFF)
    return ip.address >> _length(ip) - bits == top and ip.prefix >= bits


def _is_in_range(ip: Ip, other: Ip) -> bool:
    (first, last), (start, end) = _bounds(ip), _bounds(other)
    return ip.version == other.version and start <= first and last <= end


# By name; every operand must be ok.
STRICT: dict[str, Callable[..., Any]] = {
    "not": lambda arg: not arg,
    "neg": lambda arg: within_long(-arg),
    "eq": lambda left, right: left == right,
    "less": lambda left, right: left < right,
    "less_eq": lambda left, right: left <= right,
    "add": lambda left, right: within_long(left + right),
    "sub": lambda left, right: within_long(left - right),
    "mul": lambda left, right: within_long(left * right),
    "contains": lambda group, element: element in group,
    "contains_all": lambda left, right: left >= right,
    "contains_any": lambda left, right: not left.isdisjoint(right),
    "is_empty": lambda arg: not arg,
    "is_ipv4": lambda ip: ip.version == 4,
    "is_ipv6": lambda ip: ip.version == 6,
    "is_loopback": _is_loopback,
    "is_multicast": _is_multicast,
    "is_in_range": _is_in_range,
    "offset": lambda at, span: Datetime(within_long(at.ms + span.ms)),
    "duration_since": lambda at, start: Duration(within_long(at.ms - start.ms)),
    "to_date": lambda at: Datetime(within_long(at.ms // DAY_MS * DAY_MS)),
    "to_time": lambda at: Duration(at.ms % DAY_MS),
    "to_milliseconds": lambda span: span.ms,
    "to_seconds": _truncated(1_000),
    "to_minutes": _truncated(60_000),
    "to_hours": _truncated(3_600_000),
    "to_days": _truncated(DAY_MS),
}
