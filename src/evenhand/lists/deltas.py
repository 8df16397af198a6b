"""OpenSanctions' deltas: what they say has changed since a version, and that version with it applied.

A delta tells what changed in OpenSanctions' own file, which can be their reading and not the source. So the publisher's
word is kept beside a difference of our own.

Source: `screening.md` §2.6; https://www.opensanctions.org/faq/80/ (deltas) and /81/ (`last_change`). `ADD` and `MOD`
carry the whole entity, `DEL` its id.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from evenhand.lists.changes import diff
from evenhand.lists.entry import Files
from evenhand.lists.ftm import FTM_LINES, Line, check_keys, text_of
from evenhand.lists.reading import ReadList, read_files
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListChange
from evenhand.model.record import Record

Op = Literal["ADD", "MOD", "DEL"]


class Change(Record, frozen=True, kw_only=True):
    """One line of a delta; `entity` is the whole new entity as published, ``""`` where it was deleted."""

    op: Op
    id: str
    entity: str = ""


class Applied(Record, frozen=True, kw_only=True):
    """A version with a delta applied.

    `ops` is the publisher's word by the id of any entity, also of those that are no entries; `changes` is our own
    difference of the entries. `publisher_processing` are the entries that differ although the publisher says that
    they did not change (`last_change` is the same).
    """

    read: ReadList
    ops: dict[str, Op]
    changes: tuple[ListChange, ...]
    publisher_processing: tuple[str, ...]


class _Index(msgspec.Struct):
    versions: dict[str, str]


class _Operation(msgspec.Struct):
    op: Op
    entity: msgspec.Raw


class _Named(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    last_change: Any = None


def delta_urls(name: str, data: bytes, *, since: str) -> list[tuple[str, str]]:
    """Return the versions after `since` with the addresses of their deltas, oldest first, from a `delta.json`.

    Raises:
        ListUnreadable: the index is none, or all it names is newer than `since`: the list must be fetched whole.
    """
    try:
        versions = msgspec.json.decode(data, type=_Index).versions
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ListUnreadable(f"no index of deltas ({error})", where=name, expected='{"versions":{…}}') from None
    check_keys(name, None, data)
    if versions and since < min(versions):
        todo = "fetch the whole list"
        raise ListUnreadable(
            "deltas begin after the version:", where=name, got=since, expected=min(versions), todo=todo
        )
    return sorted((version, url) for version, url in versions.items() if version > since)


def read_delta(name: str, data: bytes) -> tuple[Change, ...]:
    """Return the lines of a delta in order.

    Raises:
        ListUnreadable: a line is no operation, or an entity occurs twice.
    """
    found: dict[str, Change] = {}
    for number, line in enumerate(text_of(name, data).split("\n"), start=1):
        if line.strip():
            change = _change(name, number, line)
            check_keys(name, number, line)
            if change.id in found:
                got = change.id
                raise ListUnreadable("entity occurs twice", where=name, line=number, got=got, expected="each once")
            found[change.id] = change
    return tuple(found.values())


def apply_delta(known: ReadList, delta: Files, key: str) -> Applied:
    """Return the known version with the one delta that follows it; `delta` holds its file by name.

    The new version's lines are the old ones in their order, changed in place, new ones last.

    Raises:
        ListUnreadable: the list is no FollowTheMoney, or the delta changes what the version does not hold or adds
            what it does: it follows another version.
    """
    if known.reader != FTM_LINES.reader:
        raise ListUnreadable("a delta applies to no", got=known.reader, expected=FTM_LINES.reader)
    ((name, data),) = known.files.items()
    ((delta_name, delta_data),) = delta.items()
    changes = read_delta(delta_name, delta_data)
    before = _by_id(name, data)
    after = _applied(before, changes, delta_name)
    lines = "".join(f"{line}\n" for line in after.values()).encode()
    read = read_files({name.removesuffix(".gz"): lines}, key, where=Path(delta_name))
    ops = {change.id: change.op for change in changes}
    own = tuple(diff(known.entities, read.entities))
    return Applied(
        read=read,
        ops=ops,
        changes=own,
        publisher_processing=tuple(
            each.id for each in own if ops.get(each.id) == "MOD" and _is_same(before[each.id], after[each.id])
        ),
    )


def _change(name: str, number: int, line: str) -> Change:
    try:
        operation = msgspec.json.decode(line, type=_Operation)
        if operation.op == "DEL":
            return Change(op="DEL", id=msgspec.json.decode(operation.entity, type=_Named).id)
        entity = msgspec.json.decode(operation.entity, type=Line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        what = f"no operation ({error})"
        raise ListUnreadable(what, where=name, line=number, got=line, expected='{"op","entity"}') from None
    return Change(op=operation.op, id=entity.id, entity=bytes(operation.entity).decode())


def _by_id(name: str, data: bytes) -> dict[str, str]:
    """Return the lines of a list by the ids of their entities."""
    found: dict[str, str] = {}
    for number, line in enumerate(text_of(name, data).split("\n"), start=1):
        if line.strip():
            id_ = msgspec.json.decode(line, type=_Named).id
            if id_ in found:
                raise ListUnreadable("entity occurs twice", where=name, line=number, got=id_, expected="each once")
            found[id_] = line
    return found


def _applied(before: Mapping[str, str], changes: tuple[Change, ...], name: str) -> dict[str, str]:
    after = dict(before)
    for change in changes:
        if (change.op == "ADD") is (change.id in before):
            expected = "an entity that is new" if change.op == "ADD" else "an entity of the version before"
            todo = "fetch the whole list"
            raise ListUnreadable(
                f"{change.op} of another version:", where=name, got=change.id, expected=expected, todo=todo
            )
        if change.op == "DEL":
            del after[change.id]
        else:
            after[change.id] = change.entity
    return after


def _is_same(before: str, after: str) -> bool:
    """Return whether the publisher says that an entity did not change."""
    old, new = (msgspec.json.decode(each, type=_Named).last_change for each in (before, after))
    return bool(old) and old == new
