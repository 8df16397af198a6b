"""`staff.toml`: who works for the network, in which roles, with which key."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec

from evenhand.model.errors import BadInput, NetworkUnreadable
from evenhand.model.record import Record
from evenhand.model.staff import Person, Role
from evenhand.store.ssh_keys import public_line, read_public_key

STAFF_FILE = "staff.toml"
ROLES: tuple[str, ...] = get_args(Role)

_SEE = "see the page staff-toml of the documentation"
_ID = re.compile(r"[a-z0-9]([a-z0-9._@-]{0,62}[a-z0-9])?")


class _Entry(Record, frozen=True, kw_only=True):
    """A block `[[person]]` as written; what it says is looked at one by one, so that errors name the person."""

    id: str
    name: str
    roles: list[str]
    key: str = ""
    active_from: Any = None
    active_until: Any = None


class _File(Record, frozen=True, kw_only=True):
    person: list[dict[str, Any]] = []


def read_people(data: bytes, where: Path) -> tuple[Person, ...]:
    """Return everybody in the bytes of a `staff.toml`, by id.

    Raises:
        NetworkUnreadable: no UTF-8, no TOML, nobody in it, a key of a block missing, unknown or wrong, an unknown role,
            a key that is no `ssh-ed25519`, an id or key twice, or an active time that ends before it begins.
    """
    blocks = _blocks(data, where)
    people = tuple(_person(block, number, where) for number, block in enumerate(blocks, start=1))
    for what, values in (("id", [each.id for each in people]), ("key", [each.key for each in people if each.key])):
        twice = next((value for value, times in Counter(values).items() if times > 1), None)
        if twice is not None:
            names = ", ".join(each.id for each in people if getattr(each, what) == twice)
            raise NetworkUnreadable(
                f"more than one person has the {what}", where=where, got=twice,
                expected=f"one person for each {what}" + (f"; these have it: {names}" if what == "key" else ""),
            )  # fmt: skip
    return tuple(sorted(people, key=lambda each: each.id))


def _blocks(data: bytes, where: Path) -> list[dict[str, Any]]:
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
        blocks = msgspec.convert(raw, _File).person
    except UnicodeDecodeError as error:
        raise NetworkUnreadable("is not UTF-8", where=where, todo="save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NetworkUnreadable(f"is not TOML: {error}", where=where, todo=_SEE) from error
    except msgspec.ValidationError as error:
        raise NetworkUnreadable(f"{error}", where=where, expected="blocks [[person]] alone", todo=_SEE) from error
    if not blocks:
        raise NetworkUnreadable("names nobody", where=where, expected="a block [[person]] for each person", todo=_SEE)
    return blocks


def _person(block: dict[str, Any], number: int, where: Path) -> Person:
    named = f"person {block.get('id') or number}"
    try:
        entry = msgspec.convert(block, _Entry)
    except msgspec.ValidationError as error:
        expected = "id, name, roles; key, active_from, active_until where wanted"
        raise NetworkUnreadable(f"{named}: {error}", where=where, expected=expected, todo=_SEE) from error
    for what, got, expected in _faults(entry):
        raise NetworkUnreadable(f"{named}: {what}", where=where, got=got, expected=expected, todo=_SEE)
    try:
        key = public_line(read_public_key(entry.key)) if entry.key.strip() else ""
    except BadInput as error:
        raise NetworkUnreadable(
            f"{named}: {error.what}", where=where, got=error.got, expected=error.expected, todo=error.todo
        ) from error
    return Person(
        id=entry.id, name=entry.name.strip(), roles=tuple(entry.roles), key=key,  # type: ignore[arg-type]  # looked at
        active_from=entry.active_from, active_until=entry.active_until,
    )  # fmt: skip


def _faults(entry: _Entry) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with a block, what it has there, and what was expected."""
    if not _ID.fullmatch(entry.id):
        yield "id is", entry.id, "lower-case letters, digits and . _ @ -, 64 at most"
    if not entry.name.strip():
        yield "name is", entry.name, "a name"
    for role in entry.roles:
        if role not in ROLES:
            yield "unknown role", role, ", ".join(ROLES)
    if not entry.roles or len(set(entry.roles)) < len(entry.roles):
        yield "roles are", ", ".join(entry.roles) or "[]", "one role or several, each once"
    yield from _wrong_days(entry)


def _wrong_days(entry: _Entry) -> Iterator[tuple[str, object, str]]:
    for name in ("active_from", "active_until"):
        day = getattr(entry, name)
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            yield f"{name} is", day, "a day such as 2026-01-31, without quotes"
    if entry.active_from and entry.active_until and entry.active_until < entry.active_from:
        yield "active_until is", entry.active_until, f"{entry.active_from} or later, as active_from says"
