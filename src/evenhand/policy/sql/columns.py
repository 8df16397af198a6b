"""The wide table of facts that a rule set needs: one column for each value, presence, membership or test it reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from evenhand.policy.schema import EntityRef, Primitive, Schema, SetOf, Type
from evenhand.policy.typed.nodes import CallOp, Ip, Uid

Storage: TypeAlias = Literal["BOOLEAN", "BIGINT", "VARCHAR", "BOOLEAN[]", "BIGINT[]", "VARCHAR[]"]

# A mask is one int64, and its sign is no bit.
MASK_BITS = 63

_SCALARS: dict[str, Storage] = {
    "Bool": "BOOLEAN", "Long": "BIGINT", "decimal": "BIGINT", "datetime": "BIGINT", "duration": "BIGINT",
    "String": "VARCHAR", "ipaddr": "VARCHAR",
}  # fmt: skip
_LISTS: dict[Storage, Storage] = {"BOOLEAN": "BOOLEAN[]", "BIGINT": "BIGINT[]", "VARCHAR": "VARCHAR[]"}


@dataclass(frozen=True)
class Step:
    """One step from a record or entity: an attribute, or a tag."""

    name: str
    tag: bool = False


@dataclass(frozen=True)
class FactPath:
    """Where a value of the facts is: a variable or an entity named by the rule, and steps from there.

    `base` is the path one step back, None at the root; `owner` the last entity on the way, on which alone the value
    hangs, None if there is none.
    """

    root: str | Uid
    type: Type
    steps: tuple[Step, ...] = ()
    base: "FactPath | None" = field(default=None, compare=False)
    owner: "FactPath | None" = field(default=None, compare=False)

    def then(self, name: str, kind: Type, *, tag: bool = False) -> "FactPath":
        """Return the path one step further."""
        owner = self if isinstance(self.type, EntityRef) else self.owner
        return FactPath(self.root, kind, (*self.steps, Step(name, tag)), self, owner)

    def __str__(self) -> str:
        root = self.root if isinstance(self.root, str) else f"{self.root.type}__{self.root.id}"
        return "__".join([root, *(f"tag__{step.name}" if step.tag else step.name for step in self.steps)])


@dataclass(frozen=True)
class Value:
    """The value at a path: an instant in ms, a decimal in ten-thousandths, an entity's id, an enum set's mask.

    Where the value is absent it is false, 0, empty: nothing asks for it without its `Present` or `Exists`.
    """

    path: FactPath


@dataclass(frozen=True)
class Present:
    """Whether there is a value at a path; none is where an entity on the way is not in the store."""

    path: FactPath


@dataclass(frozen=True)
class Exists:
    """Whether the entity at a path is in the store."""

    path: FactPath


@dataclass(frozen=True)
class In:
    """Whether the entity at one path is the one at another, or below it, or below one of the set there."""

    path: FactPath
    above: FactPath


@dataclass(frozen=True)
class IpTest:
    """What a test of addresses says; those at paths, or written in the rule."""

    op: CallOp
    args: tuple[FactPath | Ip, ...]


Source: TypeAlias = Value | Present | Exists | In | IpTest


@dataclass(frozen=True)
class Column:
    """A column of the wide table: never NULL, lists sorted and distinct."""

    name: str
    storage: Storage
    source: Source


class Unstorable(Exception):
    """A value that no column can hold: a record, or a set of records or of sets."""


class Columns:
    """The columns asked for so far, each once.

    Names are paths joined by `__`. SQL's names do not differ by case, so that of two alike the later gets a number.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._made: dict[Source, Column] = {}
        self._names: set[str] = set()

    def __iter__(self) -> Iterator[Column]:
        return iter(self._made.values())

    def name(self, source: Source) -> str:
        """Return the name of the column that holds something."""
        if source not in self._made:
            storage = storage_of(source.path.type, self._schema) if isinstance(source, Value) else "BOOLEAN"
            self._made[source] = Column(self._free(_named(source)), storage, source)
        return self._made[source].name

    def _free(self, wanted: str) -> str:
        plain = re.sub(r"[^0-9A-Za-z_-]", "_", wanted)
        name, number = plain, 1
        while name.lower() in self._names:
            number += 1
            name = f"{plain}__{number}"
        self._names.add(name.lower())
        return name


def storage_of(kind: Type, schema: Schema) -> Storage:
    """Return the type of the column that holds values of a type; a set of an enum type is a mask.

    Raises:
        Unstorable: no column can hold one.
    """
    match kind:
        case Primitive(name):
            return _SCALARS[name]
        case EntityRef():
            return "VARCHAR"
        case SetOf(Primitive() | EntityRef() as element):
            return "BIGINT" if mask_of(element, schema) else _LISTS[storage_of(element, schema)]
        case _:
            raise Unstorable


def mask_of(element: Type, schema: Schema) -> tuple[str, ...]:
    """Return the ids that the bits of a set of a type stand for, from the lowest; none if it is no mask."""
    entity = schema.entities.get(element.name) if isinstance(element, EntityRef) else None
    return entity.members if entity and len(entity.members) <= MASK_BITS else ()


def _named(source: Source) -> str:
    match source:
        case Value(path):
            return str(path)
        case Present(path):
            return f"{path}__present"
        case Exists(path):
            return f"{path}__exists"
        case In(path, above):
            return f"{path}__in__{above}"
        case IpTest(op, args):
            return "__".join([op, *(str(arg) if isinstance(arg, FactPath) else _written(arg) for arg in args)])


def _written(ip: Ip) -> str:
    return f"{ip.address:x}_{ip.prefix}"
