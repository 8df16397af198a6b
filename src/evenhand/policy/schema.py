"""The types a rulebook's schema declares; cedarpy gives no way to read a schema back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import schema_syntax as syntax

SCHEMA_FILE = "schema.cedarschema"
PRIMITIVES = frozenset({"Bool", "Long", "String", "decimal", "datetime", "duration", "ipaddr"})


@dataclass(frozen=True)
class Primitive:
    """A type without parts, by Cedar's name: Bool, Long, String, decimal, datetime, duration or ipaddr."""

    name: str


@dataclass(frozen=True)
class EntityRef:
    """A reference to an entity of the named type."""

    name: str


@dataclass(frozen=True)
class SetOf:
    """A set of values of one type."""

    element: "Type"


@dataclass(frozen=True)
class Attribute:
    """An attribute's type, whether it may be absent, and its annotations: its role (`policy.md` §2)."""

    type: "Type"
    optional: bool
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class RecordType:
    """A record: attributes by name."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @cached_property
    def required(self) -> frozenset[str]:
        """Return the names of the attributes that are never absent."""
        return frozenset(name for name, attribute in self.attributes.items() if not attribute.optional)

    def __hash__(self) -> int:
        return hash(frozenset(self.attributes.items()))


Type = Primitive | EntityRef | SetOf | RecordType


@dataclass(frozen=True)
class EntityType:
    """An entity type; `members` are the ids of an enum type, else empty, `ancestors` the types that it can be under."""

    attributes: RecordType
    tags: Type | None = None
    members: tuple[str, ...] = ()
    ancestors: frozenset[str] = frozenset()


ActionKey = tuple[str, str]


@dataclass(frozen=True)
class Environment:
    """One request environment: principal type, action, resource type, and what the context holds."""

    principal: str
    action: ActionKey
    resource: str
    context: RecordType


@dataclass(frozen=True)
class Schema:
    """Entity types by name, the request environments, and for each action the actions it is in, itself included."""

    entities: Mapping[str, EntityType]
    environments: tuple[Environment, ...]
    groups: Mapping[ActionKey, frozenset[ActionKey]]


def read_schema(text: str, where: str = SCHEMA_FILE) -> Schema:
    """Return the types that a schema in Cedar's schema syntax declares.

    The text is expected to have passed `cedarpy.Schema.from_str`; this reader does not repeat its checks.

    Raises:
        RulebookInvalid: a token out of place, or a type that nobody declares.

    Source: docs.cedarpolicy.com, "Cedar schema format: Human-readable: Grammar".

    >>> schema = read_schema('entity User { age: Long }; action see appliesTo { principal: User, resource: User };')
    >>> [(each.principal, each.action[1]) for each in schema.environments]
    [('User', 'see')]
    """
    parsed = syntax.parse(text, where)
    names = _Names(parsed, where)
    above = _ancestors({each.name: names.parents(each) for each in parsed.entities})
    entities = {each.name: names.entity(each, above[each.name]) for each in parsed.entities}
    environments = tuple(each for action in parsed.actions for each in names.environments(action))
    return Schema(entities, environments, _closed(parsed.actions))


def _closed(actions: list[syntax.Action]) -> dict[ActionKey, frozenset[ActionKey]]:
    """Return the groups above each action, itself included; Cedar has refused rings already."""
    direct = {action.key: action.groups for action in actions}

    def above(key: ActionKey) -> frozenset[ActionKey]:
        return frozenset({key}).union(*(above(group) for group in direct.get(key, ())))

    return {key: above(key) for key in direct}


def _ancestors(parents: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the types above each type; a type can be above itself, and rings are allowed."""
    above = dict(parents)
    while True:
        further = {name: found.union(*(above[each] for each in found)) for name, found in above.items()}
        if further == above:
            return above
        above = further


class _Names:
    """Finds what a name of the text stands for: the nearest namespace first, then the outermost."""

    def __init__(self, parsed: syntax.Parsed, where: str) -> None:
        self._entities = {entity.name for entity in parsed.entities}
        self._commons = {common.name: common for common in parsed.commons}
        self._where = where

    def parents(self, declared: syntax.Entity) -> frozenset[str]:
        return frozenset(self._qualified(name, declared.namespace) for name in declared.parents)

    def entity(self, declared: syntax.Entity, ancestors: frozenset[str]) -> EntityType:
        tags = None if declared.tags is None else self.type(declared.tags, declared.namespace)
        return EntityType(self._record(declared.attributes, declared.namespace), tags, declared.members, ancestors)

    def environments(self, action: syntax.Action) -> Iterator[Environment]:
        context = self.type(action.context, action.namespace)
        assert isinstance(context, RecordType), "Cedar has refused any other context"
        for principal in action.principals:
            for resource in action.resources:
                yield Environment(
                    self._qualified(principal, action.namespace),
                    action.key,
                    self._qualified(resource, action.namespace),
                    context,
                )

    def type(self, written: syntax.Written, namespace: str) -> Type:
        match written:
            case syntax.Name(text):
                return self._named(text, namespace)
            case syntax.SetOf(element):
                return SetOf(self.type(element, namespace))
            case syntax.Record():
                return self._record(written, namespace)

    def _record(self, written: syntax.Record, namespace: str) -> RecordType:
        return RecordType({
            name: Attribute(self.type(each.type, namespace), each.optional, each.annotations)
            for name, each in written.attributes.items()
        })  # fmt: skip

    def _named(self, text: str, namespace: str) -> Type:
        name = self._qualified(text, namespace)
        if name in self._commons:
            common = self._commons[name]
            return self.type(common.type, common.namespace)
        return EntityRef(name) if name in self._entities else Primitive(name)

    def _qualified(self, text: str, namespace: str) -> str:
        plain = text.removeprefix("__cedar::")
        for name in (f"{namespace}::{text}", text):
            if name in self._entities or name in self._commons:
                return name
        if plain in PRIMITIVES:
            return plain
        raise RulebookInvalid("unknown type", where=self._where, got=text, expected="a type that the schema declares")
