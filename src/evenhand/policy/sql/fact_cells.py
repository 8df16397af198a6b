"""Cells of the wide table, column by column, read from the values of requests.

What hangs on one entity alone is read once for all the requests that have it at the same place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.policy.schema import EntityRef, Primitive, Schema, SetOf, Type
from evenhand.policy.sql.columns import Column, Exists, FactPath, In, IpTest, Present, Value, mask_of
from evenhand.policy.sql.terms import ip_text
from evenhand.policy.typed.nodes import Ip, Uid
from evenhand.policy.typed.operations import STRICT, member
from evenhand.policy.typed.values import Request, StoredEntity

Cell = Any
Places = NDArray[np.int64]

ABSENT: dict[str, Cell] = {"BOOLEAN": False, "BIGINT": 0, "VARCHAR": ""}


@dataclass(frozen=True)
class _Entities:
    """The entities at a path, each once, and for each request its place among them."""

    uids: list[Uid | None]
    stored: list[StoredEntity | None]
    places: Places


class Rows:
    """Reads columns from requests; they must outlive it, because entities are told apart as objects."""

    def __init__(self, requests: Sequence[Request], schema: Schema) -> None:
        self._requests, self._schema = requests, schema
        self._entities: dict[FactPath, _Entities] = {}
        self._values: dict[FactPath, list[Any]] = {}

    def cells(self, column: Column) -> tuple[list[Cell], Places]:
        """Return a column's distinct rows, or nearly so, and for each request which of them is its own."""
        match column.source:
            case Value(path):
                absent, write = ABSENT.get(column.storage, ()), self._writer(path.type)
                return [absent if each is None else write(each) for each in self._at(path)], self._places(path)
            case Present(path):
                return [each is not None for each in self._at(path)], self._places(path)
            case Exists(path):
                entities = self._entities_at(path)
                return [each is not None for each in entities.stored], entities.places
            case In(path, above):
                return self._memberships(path, above)
            case IpTest(op, args):
                test = STRICT[op]
                rows = zip(*(self._addresses(arg) for arg in args), strict=True)
                return [None not in row and test(*row) for row in rows], self._every()

    def _at(self, path: FactPath) -> list[Any]:
        """Return what is at a path, None where something on the way is absent: by owner, or by request without one."""
        if path not in self._values:
            self._values[path] = self._read(path)
        return self._values[path]

    def _read(self, path: FactPath) -> list[Any]:
        if path.base is None:
            root = path.root
            if isinstance(root, Uid):
                return [root] * len(self._requests)
            return [getattr(request, root) for request in self._requests]
        step = path.steps[-1]
        if not isinstance(path.base.type, EntityRef):
            return [None if each is None else each.get(step.name) for each in self._at(path.base)]
        kind = "tags" if step.tag else "attrs"
        stored = self._entities_at(path.base).stored
        return [None if each is None else getattr(each, kind).get(step.name) for each in stored]

    def _entities_at(self, path: FactPath) -> _Entities:
        if path not in self._entities:
            self._entities[path] = self._told_apart(self._of_each(path))
        return self._entities[path]

    def _told_apart(self, uids: Sequence[Uid | None]) -> _Entities:
        seen: dict[tuple[str | None, int], int] = {}
        found = _Entities([], [], np.empty(len(uids), np.int64))
        for number, (uid, request) in enumerate(zip(uids, self._requests, strict=True)):
            name, stored = (None, None) if uid is None else (uid.id, request.store.get(uid))
            place = seen.setdefault((name, id(stored)), len(found.uids))
            if place == len(found.uids):
                found.uids.append(uid)
                found.stored.append(stored)
            found.places[number] = place
        return found

    def _of_each(self, path: FactPath) -> list[Any]:
        """Return what each request has at a path."""
        values = self._at(path)
        return values if path.owner is None else [values[place] for place in self._places(path).tolist()]

    def _places(self, path: FactPath) -> Places:
        return self._every() if path.owner is None else self._entities_at(path.owner).places

    def _every(self) -> Places:
        return np.arange(len(self._requests))

    def _memberships(self, path: FactPath, above: FactPath) -> tuple[list[Cell], Places]:
        if isinstance(above.root, Uid) and above.base is None:
            entities, group = self._entities_at(path), above.root
            pairs = zip(entities.uids, entities.stored, strict=True)
            return [
                uid == group or (each is not None and group in each.ancestors) for uid, each in pairs
            ], entities.places
        entries = zip(self._of_each(path), self._of_each(above), self._requests, strict=True)
        return [
            None not in (one, two) and member(one, two, request.store) for one, two, request in entries
        ], self._every()

    def _addresses(self, arg: FactPath | Ip) -> list[Any]:
        return [arg] * len(self._requests) if isinstance(arg, Ip) else self._of_each(arg)

    def _writer(self, kind: Type) -> Callable[[Any], Cell]:
        """Return what writes a value of a type as its column holds it."""
        match kind:
            case Primitive("decimal"):
                return lambda value: value.scaled
            case Primitive("datetime" | "duration"):
                return lambda value: value.ms
            case Primitive("ipaddr"):
                return ip_text
            case EntityRef():
                return lambda value: value.id
            case SetOf(element):
                return self._set_writer(element)
            case _:
                return lambda value: value

    def _set_writer(self, element: Type) -> Callable[[Any], Cell]:
        """Return what writes a set: its bits, or its cells sorted."""
        members = mask_of(element, self._schema)
        if members:
            bits = {name: 1 << place for place, name in enumerate(members)}
            return lambda value: sum(bits[each.id] for each in value)
        write = self._writer(element)
        return lambda value: tuple(sorted(write(each) for each in value))
