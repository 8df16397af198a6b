"""Rulings made again from what an auditor's folder shows of the facts: what no rule reads is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evenhand.ledger.field_commitments import is_sealed
from evenhand.model.record import canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.request import day_of
from evenhand.policy.schema import Attribute, EntityRef, Primitive, RecordType, Schema, SetOf, Type
from evenhand.workflows.audit.unfit_facts import context_of, fits

CLOSED = "evenhand: not shown"
"""The id of an entity whose own is not shown; two of one type cannot be told apart, and are not ruled again."""

_PLAIN: dict[str, Any] = {"Bool": False, "Long": 0, "String": ""}
_EXTENSIONS = {
    "decimal": ("decimal", "0.0"), "datetime": ("datetime", "1970-01-01"), "duration": ("duration", "0s"),
    "ipaddr": ("ip", "127.0.0.1"),
}  # fmt: skip


class NotRuled(Exception):
    """Shown facts that cannot be ruled again: why, in words."""


@dataclass
class Replays:
    """Rulings of shown facts by one rulebook; equal facts are ruled once, when all are known."""

    rulebook: Rulebook
    reads: frozenset[str]
    by_clock: bool
    _asked: dict[bytes, list[tuple[int, Ruling]]] = field(default_factory=dict)
    _facts: dict[bytes, bytes] = field(default_factory=dict)
    _days: dict[date, str] = field(default_factory=dict)

    def ask(self, line: int, facts: Mapping[str, Any], recorded: Ruling) -> None:
        """Note the facts of a line with the ruling that was recorded.

        Raises:
            NotRuled: they cannot be ruled again from what is shown.
        """
        filled = filled_facts(facts, self.rulebook.schema, self.reads)
        at = filled["context"].pop("at", None)
        if (day := day_of(at)) is None:
            raise NotRuled("the facts name no day")
        if day not in self._days:
            self._days[day] = self.rulebook.active(day).sha256
        key = canonical_exact([self._days[day], at if self.by_clock else None, filled])
        if key not in self._facts:
            filled["context"]["at"] = at
            # With an id of its own, a request shares a handle of the engine with others.
            named = canonical_exact(f"{CLOSED} {len(self._facts)}")
            self._facts[key] = canonical_exact(filled).replace(canonical_exact(CLOSED), named)
        self._asked.setdefault(key, []).append((line, recorded))

    def differing(self) -> list[tuple[int, Ruling, Ruling]]:
        """Return line, recorded ruling and the one made again, where they are not the same."""
        rulings = rule_many(list(self._facts.values()), self.rulebook)
        return [
            (line, recorded, ruling)
            for key, ruling in zip(self._facts, rulings, strict=True)
            for line, recorded in self._asked[key]
            if recorded != ruling
        ]


def filled_facts(facts: Mapping[str, Any], schema: Schema, reads: frozenset[str]) -> dict[str, Any]:
    """Return facts equal for all that the rules see as equal: what they do not read is a constant.

    They fit the schema as far as what is shown does: what does not fit stays, and what is not there is not filled in,
    so that Cedar does not rule.

    Raises:
        NotRuled: two entities of one type have ids that are not shown, or the facts have another form.
    """
    try:
        entities = [_entity(entity, schema, reads) for entity in facts["entities"]]
        named = {name: _uid(facts[name]) for name in ("principal", "action", "resource")}
        context = _members(facts["context"], "context", _context(named, schema), schema, reads | {"context.at"})
    except (KeyError, TypeError, AttributeError) as error:
        raise NotRuled(f"no facts ({error!r})") from None
    closed = [entity["uid"]["type"] for entity in entities if entity["uid"]["id"] == CLOSED]
    if len(closed) != len(set(closed)):
        raise NotRuled("two entities of one type whose ids are not shown")
    return {**named, "context": context, "entities": entities}


def _entity(entity: Mapping[str, Any], schema: Schema, reads: frozenset[str]) -> dict[str, Any]:
    uid = _uid(entity["uid"])
    kind = uid["type"]
    declared = schema.entities[kind].attributes.attributes
    above, tags = entity.get("parents", []), entity.get("tags", {})
    return {
        "uid": uid,
        "attrs": _members(entity["attrs"], kind, declared, schema, reads),
        "parents": above if isinstance(above, list) else [],
        "tags": tags if f"{kind}.@tags" in reads else {},
    }


def _context(named: Mapping[str, Any], schema: Schema) -> Mapping[str, Attribute]:
    found = context_of(named, schema)
    if found is None:
        raise NotRuled("a request that the schema does not know")
    return found


def _members(
    shown: Mapping[str, Any], kind: str, declared: Mapping[str, Attribute], schema: Schema, reads: frozenset[str]
) -> dict[str, Any]:
    found = {}
    for name, attribute in declared.items():
        if name not in shown:
            continue
        value, is_read = shown[name], f"{kind}.{name}" in reads or kind in reads
        if not is_sealed(value) and (is_read or not fits(value, attribute.type, schema)):
            found[name] = _reference(value)
        elif not attribute.optional:
            found[name] = _constant(attribute.type)
    return found | dict.fromkeys(shown.keys() - declared.keys(), False)


def _uid(uid: Mapping[str, Any]) -> dict[str, str]:
    return {"type": uid["type"], "id": CLOSED if is_sealed(uid["id"]) else uid["id"]}


def _reference(value: Any) -> Any:
    match value:
        case {"__entity": {"id": name, "type": str()} as uid} if is_sealed(name):
            return {"__entity": _uid(uid)}
        case _:
            return value


def _constant(kind: Type) -> Any:
    """Return a value of a type, the same for all facts."""
    match kind:
        case Primitive(name) if name in _EXTENSIONS:
            function, argument = _EXTENSIONS[name]
            return {"__extn": {"fn": function, "arg": argument}}
        case Primitive(name):
            return _PLAIN[name]
        case SetOf():
            return []
        case EntityRef(name):
            return {"__entity": {"type": name, "id": CLOSED}}
        case RecordType(attributes):
            return {name: _constant(each.type) for name, each in attributes.items() if not each.optional}
