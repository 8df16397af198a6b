"""What rules can see of recorded facts, as flat values: two decisions with equal ones are equals to the rulebook."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from evenhand.model.audit_coverage import NO_MEMBER
from evenhand.model.facts import Facts, Uid
from evenhand.model.ruling import Rule
from evenhand.policy import ActiveRules, Rulebook
from evenhand.policy.attribute_roles import IDENTITY, covers, protected_classes
from evenhand.policy.law_reach import LawReach, law_reach
from evenhand.policy.number_bands import NumberBands, named_entities, number_bands
from evenhand.policy.schema import EntityRef, Primitive, RecordType, Schema, SetOf, Type

CLOCK = "context.at"
FIT = "facts_fit"
NO_LAW = "no law asks"
_CONTEXT, _PARENTS, _ID, _TAGS = "context", "@parents", "@id", "@tags"
_INSTANT = Primitive("datetime")

Values = dict[str, str | None]


class RecordedEntity(msgspec.Struct, frozen=True):
    """An entity of recorded facts, its attributes not decoded: most of them are equal in thousands of decisions."""

    uid: Uid
    attrs: dict[str, msgspec.Raw]
    parents: tuple[Uid, ...] = ()
    tags: msgspec.Raw = msgspec.Raw(b"{}")


class RecordedFacts(msgspec.Struct, frozen=True):
    """The facts of a decision as they stand in its payload."""

    principal: Uid
    action: Uid
    resource: Uid
    context: dict[str, msgspec.Raw]
    entities: tuple[RecordedEntity, ...]

    def attribute(self, name: str) -> Any:
        """Return an attribute of the principal in Cedar JSON, None if it is not there."""
        return decoded(principal_of(self).get(name))


@dataclass(frozen=True)
class FactReader:
    """Reads what the active rules of a rulebook on one day see of the facts of one action.

    A number is its band (`policy.number_bands`). Of what a party is in, only the designations that a rule names count;
    of its id, whether a rule names it. Instants are left out, because hardly two are equal: `context.at` names the
    rules that read one and applied.
    """

    rulebook: Rulebook
    active: ActiveRules
    action: str
    _reached: dict[tuple[str | None, ...], bool] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, bytes], tuple[str | None, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Return the facts that are read, sorted; `facts_fit` and `context.at` are among them."""
        return fact_paths(self._rules, self.active.schema)

    def read(self, facts: RecordedFacts, decision: str, applied: Iterable[str]) -> Values:
        """Return the facts by path, None where unknown; `decision` and `applied` rules are the recorded ruling's."""
        values: Values = dict.fromkeys(self.paths)
        values[FIT] = "false" if decision == "nodecision" else "true"
        if CLOCK in values:
            values[CLOCK] = ";".join(sorted(self.of_time.intersection(applied))) or "no rule on dates"
        self._read_record(_CONTEXT, facts.context, values)
        for entity in reversed(facts.entities):
            self._read_record(entity.uid.type, entity.attrs, values)
            self._read_self(entity, facts, values)
        return values

    def compared(self, values: Values, facts: msgspec.Raw) -> Values:
        """Return the facts in which equals are equal: of protected attributes only what a law asks for here.

        One that a rule reads without a law is no fact: who differs in it alone is treated unequally.
        """
        found = {path: value for path, value in values.items() if path not in self._unlawful}
        if self._law.attributes and not self._is_reached(values, facts):
            found.update(dict.fromkeys((path for path in self._law.attributes if path in found), NO_LAW))
        return found

    def _is_reached(self, values: Values, facts: msgspec.Raw) -> bool:
        key = tuple(values.get(path) for path in self._law.reads)
        if key not in self._reached:
            self._reached[key] = self._law.applies(msgspec.json.decode(facts, type=Facts))
        return self._reached[key]

    @property
    def lawful(self) -> tuple[str, ...]:
        """Return the protected attributes that are facts only where a law asks for them."""
        return self._law.attributes

    @cached_property
    def _law(self) -> LawReach:
        return law_reach(self.rulebook, self.active)

    @cached_property
    def _unlawful(self) -> frozenset[str]:
        return unlawful_facts(self.paths, self.active.schema, self._law.attributes)

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.active.rules.values() if self.action in rule.actions)

    @cached_property
    def of_time(self) -> frozenset[str]:
        """Return the rules that read an instant."""
        return frozenset(rule.id for rule in self._rules if _reads_instant(rule, self.active.schema))

    @cached_property
    def _bands(self) -> NumberBands:
        return number_bands(self.active.policies)

    @cached_property
    def _names(self) -> frozenset[tuple[str, str]]:
        return named_entities(self.active.policies)

    @cached_property
    def _attributes(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return by owner and its attribute the paths that begin there: what one piece of JSON is read for."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for path in self.paths:
            owner, _, rest = path.partition(".")
            if rest and not rest.startswith("@") and path != CLOCK:
                of_owner = found.setdefault(owner, {})
                first = rest.partition(".")[0]
                of_owner[first] = (*of_owner.get(first, ()), path)
        return found

    @cached_property
    def _groups(self) -> Mapping[str, frozenset[str]]:
        """Return by type the designations in which rules ask whether an entity is."""
        pairs = {pair for rule in self._rules for pair in rule.members}
        return {kind: frozenset(name for other, name in pairs if other == kind) for kind, _ in pairs}

    def _read_record(self, owner: str, record: Mapping[str, msgspec.Raw], values: Values) -> None:
        for first, paths in self._attributes.get(owner, {}).items():
            if first in record:
                values.update(zip(paths, self._cells(paths, bytes(record[first])), strict=True))

    def _cells(self, paths: tuple[str, ...], raw: bytes) -> tuple[str | None, ...]:
        key = paths[0], raw
        if key not in self._known:
            value = msgspec.json.decode(raw)
            self._known[key] = tuple(self._cell(path, value) for path in paths)
        return self._known[key]

    def _cell(self, path: str, value: Any) -> str | None:
        found = follow(value, path.split(".")[2:])
        is_number = isinstance(found, int) and not isinstance(found, bool)
        return self._bands.band(path, found) if is_number else as_text(found)

    def _read_self(self, entity: RecordedEntity, facts: RecordedFacts, values: Values) -> None:
        kind = entity.uid.type
        if f"{kind}.{_PARENTS}" in values:
            above = _above(entity, facts) & self._groups.get(kind, frozenset()) if entity.parents else ()
            values[f"{kind}.{_PARENTS}"] = ";".join(sorted(above)) or "none"
        if f"{kind}.{_ID}" in values:
            is_named = (kind, entity.uid.id) in self._names
            values[f"{kind}.{_ID}"] = entity.uid.id if is_named else "named by no rule"
        if f"{kind}.{_TAGS}" in values:
            values[f"{kind}.{_TAGS}"] = bytes(entity.tags).decode()


def fact_paths(rules: Iterable[Rule], schema: Schema) -> tuple[str, ...]:
    """Return the facts that rules can see, by path, sorted: instants and references are none by themselves."""
    kept = list(rules)
    read = {path for rule in kept for path in rule.reads}
    compared = {path for path in read if not isinstance(type_at(schema, path), EntityRef)}
    compared = {path for path in compared if type_at(schema, path) != _INSTANT} - {CLOCK}
    return tuple(sorted({*compared, FIT, *(CLOCK for rule in kept if _reads_instant(rule, schema))}))


def unlawful_facts(paths: Iterable[str], schema: Schema, relied: Iterable[str]) -> frozenset[str]:
    """Return the facts that are protected attributes on which no rule relies by law."""
    kept = tuple(relied)
    protected = [path for name, several in protected_classes(schema).items() if name != IDENTITY for path in several]
    return frozenset(
        path
        for path in paths
        if any(covers(each, path) for each in protected) and not any(covers(each, path) for each in kept)
    )


def principal_of(facts: RecordedFacts) -> Mapping[str, msgspec.Raw]:
    """Return the attributes of the party that the facts are about, none if it is not among them."""
    return next((each.attrs for each in facts.entities if each.uid == facts.principal), {})


def decoded(raw: msgspec.Raw | None) -> Any:
    """Return a value in Cedar JSON, None where there is none."""
    return None if raw is None else msgspec.json.decode(raw)


def as_text(value: Any) -> str | None:
    """Return a value in Cedar JSON as one cell; None if it is absent, members of a set sorted.

    >>> as_text([{"__entity": {"type": "Kind", "id": "news"}}, "de"]), as_text([]), as_text(True), as_text(None)
    ('de;news', 'none', 'true', None)
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case {"__entity": {"id": str() as name}}:
            return name
        case {"__extn": {"arg": str() as argument}}:
            return argument
        case list():
            return ";".join(sorted(str(as_text(each)) for each in value)) or NO_MEMBER
        case dict():
            return _encode(value).decode()
        case _:
            return str(value)


def type_at(schema: Schema, path: str) -> Type | None:
    """Return the type of what a path by type names, None for what is no attribute, as `Payer.@parents`."""
    owner, _, rest = path.partition(".")
    starts = [each.context for each in schema.environments] if owner == _CONTEXT else []
    starts += [schema.entities[owner].attributes] if owner in schema.entities else []
    return next((kind for start in starts if (kind := _typed(start, rest.split("."))) is not None), None)


def follow(value: Any, steps: Iterable[str]) -> Any:
    """Return what stands in a record under these names, one after another; None if nothing does."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


_encode: Callable[[Any], bytes] = msgspec.json.Encoder(order="sorted").encode


def _reads_instant(rule: Rule, schema: Schema) -> bool:
    return any(type_at(schema, path) == _INSTANT for path in rule.reads)


def _typed(kind: Type, steps: Iterable[str]) -> Type | None:
    for step in steps:
        inner = kind.element if isinstance(kind, SetOf) else kind
        if not isinstance(inner, RecordType) or step not in inner.attributes:
            return None
        kind = inner.attributes[step].type
    return kind


def _above(entity: RecordedEntity, facts: RecordedFacts) -> set[str]:
    """Return the ids of everything that an entity is in, directly or not."""
    parents = {each.uid.id: each.parents for each in facts.entities if each.uid.type not in ("Advertiser", "Payer")}
    found: set[str] = set()
    waiting = [uid.id for uid in entity.parents]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(uid.id for uid in parents.get(name, ()))
    return found
