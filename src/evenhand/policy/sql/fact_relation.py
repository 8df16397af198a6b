"""Facts as a relation: one row a request of one environment, its context and entities in typed columns.

DuckDB reads it from facts in JSON. Columns of the relation: `row_id BIGINT`; `day BIGINT`, the UTC day of `context.at`
since 1970; `context STRUCT`; for every role, that is principal, resource, and what the context refers to: its id, and
under `<role>__attrs`, `__tags` and `__above` what the facts hold of that entity: a struct of its attributes, NULL where
it is not there, its tags, and all that it is in, each as `type id`; `parents_there`, whether all parents are among the
facts. Values are stored as in the wide table (`columns.storage_of`), NULL where they are absent; the lists of
sets are in any order.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evenhand.policy.schema import Attribute, EntityRef, Environment, Primitive, RecordType, Schema, SetOf, Type
from evenhand.policy.sql.columns import mask_of
from evenhand.policy.sql.fact_shapes import CALL, CALLS, PLAIN, REFERENCE, UID, has_column
from evenhand.policy.sql.query import FITS, ROW

_LONG = Primitive("Long")
# How a value is made of what DuckDB read, by type.
_WRITTEN = {
    "Bool": "{}", "String": "{}", "Long": "TRY_CAST({} AS BIGINT)",
    "datetime": "epoch_ms(TRY_CAST({}.__extn.arg AS TIMESTAMP))",
    "decimal": "CAST(TRY_CAST({}.__extn.arg AS DECIMAL(18, 4)) * 10000 AS BIGINT)",
}  # fmt: skip
# Cedar reads more than these: what is written otherwise is read plainly. RE2's \d is ASCII.
_TEXTS = {
    "datetime": r"[1-9]\d{3}-\d\d-\d\d(T([01]\d|2[0-3]):\d\d:\d\d(\.\d{3})?Z)?",
    "decimal": r"-?\d{1,13}\.\d{1,4}",
}
_DAY_MS = 86_400_000
_MOST = 2**63 - 1
_NO_FIELD = '"-" := NULL'  # DuckDB has no struct without fields
CONTEXT = "context__"
ENTITY = {"uid": UID, "attrs": "JSON", "parents": [UID], "tags": "JSON"}


@dataclass(frozen=True)
class Role:
    """A place in requests that names an entity: the column with its id, where that is in the JSON, and its type."""

    name: str
    kind: str


def roles_of(environment: Environment, schema: Schema) -> tuple[Role, ...]:
    """Return the roles of an environment."""
    referred = (
        Role(f"{CONTEXT}{name}", each.type.name)
        for name, each in environment.context.attributes.items()
        if isinstance(each.type, EntityRef) and not schema.entities[each.type.name].members
    )
    return Role("principal", environment.principal), Role("resource", environment.resource), *referred


def relation_query(environment: Environment, schema: Schema, read: str, above: str) -> str:
    """Return the query that makes the relation of what is `read`: `row_id`, `s` and `entities` of facts in JSON.

    `above` is a table of `row_id`, `parents_there` and for each role `<role>__above`, of the rows that have parents.
    A row is left out where a value is not of its type, or is written in a form that only Cedar reads.
    """
    return _Reading(environment, schema).query(read, above)


def quoted(name: str) -> str:
    """Return a name as SQL reads it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL reads it."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: tuple[str, ...]) -> str:
    """Return a list of texts as SQL reads it."""
    return f"[{', '.join(map(literal, texts))}]::VARCHAR[]"


@dataclass(frozen=True)
class _Reading:
    """Writes the query of one environment, from the inside out: parts of the JSON, entities, values, the relation."""

    environment: Environment
    schema: Schema

    def query(self, read: str, above: str) -> str:
        roles = roles_of(self.environment, self.schema)
        context = self._parsed("context", self.environment.context.attributes, roles=True)
        parts = f"SELECT * REPLACE ({context} AS context) FROM {read}"
        referred = [
            f", context.{quoted(each.name.removeprefix(CONTEXT))}.__entity.id AS {quoted(each.name)}"
            for each in roles
            if each.name.startswith(CONTEXT)
        ]
        named = f"SELECT *{''.join(referred)} FROM ({parts})"
        with_entities = f"SELECT *, {', '.join(map(_found, roles))} FROM ({named})"
        raw = ", ".join(self._raw_entity(each) for each in roles)
        joined = f"FROM (SELECT *, {raw} FROM ({with_entities})) AS r LEFT JOIN {above} AS h USING ({ROW})"
        # No WHERE: DuckDB would move it down, and read the JSON again for every condition.
        is_read = f"coalesce({' AND '.join(self._conditions(roles))}, FALSE) AS {FITS}"
        return f"SELECT {', '.join(self._selected(roles))}, {is_read} {joined}"

    def _raw_entity(self, role: Role) -> str:
        entity, kind = f"{quoted(role.name + '__entity')}", self.schema.entities[role.kind]
        attributes = self._parsed(f"{entity}.attrs", kind.attributes.attributes)
        tags = f"from_json({entity}.tags, '\"MAP(VARCHAR, VARCHAR)\"')"
        return f"{attributes} AS {quoted(role.name + '__raw')}, {tags} AS {quoted(role.name + '__tags')}"

    def _parsed(self, text: str, declared: Mapping[str, Attribute], *, roles: bool = False) -> str:
        structure = {name: _structure(each.type, self.schema) for name, each in self._kept(declared, roles)}
        return f"from_json({text}, {literal(json.dumps(structure or {'-': 'VARCHAR'}))})"

    def _kept(self, declared: Mapping[str, Attribute], roles: bool = False) -> list[tuple[str, Attribute]]:
        return [(name, each) for name, each in declared.items() if has_column(each.type, self.schema, role=roles)]

    def _selected(self, roles: tuple[Role, ...]) -> Iterator[str]:
        yield ROW
        at = f"context.{quoted('at')}"
        yield f"{_WRITTEN['datetime'].format(at)} // {_DAY_MS} AS day"
        yield f"{self._record('context', self.environment.context.attributes, roles=True)} AS context"
        yield f"h.{ROW} IS NULL OR h.parents_there AS parents_there"
        for each in roles:
            yield quoted(each.name)
            entity, made = quoted(f"{each.name}__entity"), quoted(f"{each.name}__attrs")
            record = self._record(quoted(f"{each.name}__raw"), self.schema.entities[each.kind].attributes.attributes)
            yield f"CASE WHEN {entity} IS NOT NULL THEN {record} END AS {made}"
            yield quoted(f"{each.name}__tags")
            yield f"coalesce(h.{quoted(each.name + '__above')}, []) AS {quoted(each.name + '__above')}"

    def _record(self, raw: str, declared: Mapping[str, Attribute], *, roles: bool = False) -> str:
        kept = self._kept(declared, roles)
        fields = ", ".join(
            f"{quoted(name)} := {self._typed(f'{raw}.{quoted(name)}', each.type)}" for name, each in kept
        )
        return f"struct_pack({fields or _NO_FIELD})"

    def _typed(self, raw: str, kind: Type) -> str:
        """Return a value as its column holds it, NULL where it is absent."""
        match kind:
            case Primitive(name):
                return _WRITTEN[name].format(raw)
            case EntityRef():
                return f"{raw}.__entity.id"
            case SetOf(EntityRef() as element):
                return self._mask(raw, element)
            case SetOf(element):
                return f"TRY_CAST({raw} AS BIGINT[])" if element == _LONG else raw
            case RecordType(attributes):
                return f"CASE WHEN {raw} IS NOT NULL THEN {self._record(raw, attributes)} END"

    def _mask(self, raw: str, element: EntityRef) -> str:
        members = mask_of(element, self.schema)
        ids = f"list_transform({raw}, lambda x: x.__entity.id)"
        if not members:
            return ids
        bits = f"list_transform({ids}, lambda x: 1::BIGINT << (list_position({literals(members)}, x) - 1))"
        return f"CASE WHEN len({raw}) = 0 THEN 0 ELSE list_aggregate({bits}, 'bit_or') END"

    def _conditions(self, roles: tuple[Role, ...]) -> Iterator[str]:
        yield from self._checks("context", self.environment.context.attributes, roles=True)
        for each in roles:
            yield from self._checks(quoted(f"{each.name}__raw"), self.schema.entities[each.kind].attributes.attributes)
        # An entity that has no role was looked at by its form alone, which does not tell texts of instants and types.
        plain = tuple(name for name, each in self.schema.entities.items()
                      if not any(self._checks("", each.attributes.attributes)))  # fmt: skip
        in_role = [f"e.uid.type = {literal(each.kind)} AND e.uid.id IS NOT DISTINCT FROM {quoted(each.name)}"
                   for each in roles]  # fmt: skip
        is_read = " OR ".join([f"list_contains({literals(plain)}, e.uid.type)", *in_role])
        yield f"len(list_filter(entities, lambda e: NOT ({is_read}))) = 0"
        yield "len(list_distinct(list_transform(entities, lambda e: e.uid))) = len(entities)"
        yield f"(h.{ROW} IS NOT NULL OR len(list_filter(entities, lambda e: len(e.parents) > 0)) = 0)"

    def _checks(self, raw: str, declared: Mapping[str, Attribute], *, roles: bool = False) -> Iterator[str]:
        for name, each in self._kept(declared, roles):
            yield from self._check(f"{raw}.{quoted(name)}", each.type)

    def _check(self, raw: str, kind: Type) -> Iterator[str]:
        """Yield what must hold of a value beside its form."""
        match kind:
            case RecordType(attributes):
                yield from self._checks(raw, attributes)
            case SetOf(element):
                own = " AND ".join(self._must("x", element))
                if own:
                    yield f"({raw} IS NULL OR len(list_filter({raw}, lambda x: NOT ({own}))) = 0)"
            case _:
                own = " AND ".join(self._must(raw, kind))
                if own:
                    yield f"({raw} IS NULL OR ({own}))"

    def _must(self, raw: str, kind: Type) -> Iterator[str]:
        """Yield what must hold of one value that is there."""
        match kind:
            case Primitive("Long"):
                yield f"{raw} <= {_MOST}"
            case Primitive(name) if name in CALLS:
                yield f"{raw}.__extn.fn = {literal(name)}"
                yield f"regexp_full_match({raw}.__extn.arg, {literal(_TEXTS[name])})"
                yield f"{_WRITTEN[name].format(raw)} IS NOT NULL"
            case EntityRef(name):
                yield f"{raw}.__entity.type = {literal(name)}"
                members = self.schema.entities[name].members
                if members:
                    yield f"list_contains({literals(members)}, {raw}.__entity.id)"
            case _:
                pass


def _structure(kind: Type, schema: Schema) -> object:
    """Return the structure by which DuckDB reads a value of a type from JSON."""
    match kind:
        case Primitive(name):
            return CALL if name in CALLS else PLAIN[name]
        case EntityRef():
            return REFERENCE
        case SetOf(element):
            return [_structure(element, schema)]
        case RecordType(attributes):
            kept = {name: each.type for name, each in attributes.items() if has_column(each.type, schema)}
            return {name: _structure(each, schema) for name, each in kept.items()}


def _found(role: Role) -> str:
    is_it = f"e.uid.type = {literal(role.kind)} AND e.uid.id = {quoted(role.name)}"
    return f"list_filter(entities, lambda e: {is_it})[1] AS {quoted(role.name + '__entity')}"
