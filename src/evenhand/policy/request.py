"""Facts made ready for the engine: encoded once, with what they refer to and the day they speak of."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from evenhand.model.facts import Facts, Uid

EntityKey = tuple[str, str]

_decode = msgspec.json.Decoder(Facts).decode
_encode = msgspec.json.Encoder().encode

# Cedar's own text of an instant: a date alone, or with a time to the second or millisecond and Z or ±hhmm.
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{3}))?(Z|[+-]\d{4}))?", re.ASCII)


@dataclass(frozen=True)
class PreparedRequest:
    """A request as the engine takes it.

    `day` is the UTC day of `context.at`. `entities` are JSON by (type, id), `references` what request, context and
    attributes point at, `parents` what entities are in.
    """

    day: date
    request: dict[str, Any]
    entities: dict[EntityKey, bytes]
    references: set[EntityKey]
    parents: set[EntityKey]


class _NotARequest(Exception):
    """The facts cannot be ruled."""


def prepare(facts: Facts | bytes) -> PreparedRequest | None:
    """Return the request that facts make; None if they are no facts or can be asked of no engine.

    Refused are JSON that is no `Facts`, an instant that is no ISO text (`offset` could carry one far outside the
    calendar), a missing or unreadable `context.at`, and one entity with two meanings.
    """
    read = read_facts(facts)
    try:
        return None if read is None else _prepared(read)
    except _NotARequest:
        return None


def read_facts(facts: Facts | bytes) -> Facts | None:
    """Return facts, decoded if they are JSON; None if they are none."""
    try:
        return _decode(facts) if isinstance(facts, bytes) else facts
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


def day_of(at: Any) -> date | None:
    """Return the UTC day of an instant in Cedar JSON; None if it is none.

    >>> day_of({"__extn": {"fn": "datetime", "arg": "2026-01-01T00:30:00+0200"}})
    datetime.date(2025, 12, 31)
    """
    match at:
        case {"__extn": {"fn": "datetime", "arg": str() as text}}:
            found = _INSTANT.fullmatch(text)
        case _:
            return None
    if found is None:
        return None
    day, time, _, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{time or '00:00:00'}{zone or 'Z'}").astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def _prepared(facts: Facts) -> PreparedRequest:
    day = day_of(facts.context.get("at"))
    if day is None:
        raise _NotARequest
    references = {_key(facts.principal), _key(facts.resource)}
    _add_references(facts.context, references)
    parents: set[EntityKey] = set()
    entities: dict[EntityKey, bytes] = {}
    for entity in facts.entities:
        data = _encode(entity)
        if entities.setdefault(_key(entity.uid), data) != data:
            raise _NotARequest
        parents.update(_key(parent) for parent in entity.parents)
        _add_references(entity.attrs, references)
        if entity.tags:
            _add_references(entity.tags, references)
    return PreparedRequest(day, _request(facts), entities, references, parents)


def _request(facts: Facts) -> dict[str, Any]:
    named = {
        name: {"type": uid.type, "id": uid.id}
        for name, uid in (("principal", facts.principal), ("action", facts.action), ("resource", facts.resource))
    }
    return {**named, "context": _encode(facts.context).decode()}


def _key(uid: Uid) -> EntityKey:
    return uid.type, uid.id


def _add_references(value: dict[str, Any] | list[Any], found: set[EntityKey]) -> None:
    """Note every entity a Cedar JSON value points at, written as `__entity` or bare."""
    if isinstance(value, dict):
        kind, name = value.get("type"), value.get("id")
        if len(value) == 2 and isinstance(kind, str) and isinstance(name, str):
            found.add((kind, name))
        if value.get("fn") == "offset":
            raise _NotARequest
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            _add_references(each, found)
