"""The part of facts that rules can see: two facts with equal parts have equal rulings (`pipeline.md` §8)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from evenhand.model.facts import Entity, Facts
from evenhand.policy.rulebook.rulebook import AT, ActiveRules


def without_at(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain values without `context.at`: what `facts_sha256` is over."""
    plain: dict[str, Any] = msgspec.to_builtins(facts)
    return plain | {"context": {name: value for name, value in facts.context.items() if name != "at"}}


def select_relevant_facts(facts: Facts, active: ActiveRules) -> dict[str, Any]:
    """Return the facts without `context.at` and without what no active rule reads: what `read_sha256` is over.

    Principal, action, resource, references and the ids of all entities stay: a missing entity changes a ruling.
    Parents stay where membership is tested; those of designations always, because membership runs through them.
    """
    reads = active.reads - {AT}
    context = {name: value for name, value in facts.context.items() if name != "at"}
    return without_at(facts) | {
        "context": _kept(context, "context", reads),
        "entities": [_entity(entity, reads) for entity in facts.entities],
    }


def _entity(entity: Entity, reads: frozenset[str]) -> dict[str, Any]:
    kind = entity.uid.type
    in_hierarchy = kind == "Designation" or f"{kind}.@parents" in reads
    return {
        "uid": {"type": kind, "id": entity.uid.id},
        "attrs": _kept(entity.attrs, kind, reads),
        "parents": [{"type": each.type, "id": each.id} for each in entity.parents] if in_hierarchy else [],
        "tags": entity.tags if f"{kind}.@tags" in reads else {},
    }


def _kept(values: Mapping[str, Any], path: str, reads: frozenset[str]) -> dict[str, Any]:
    """Return what is read of a record: a value read itself is kept whole, one read only under it in part.

    References stay too: one to an entity that the schema does not know makes facts that nothing can rule.
    """
    if path in reads:
        return dict(values)
    kept: dict[str, Any] = {}
    for name, value in values.items():
        under = f"{path}.{name}"
        part = _kept(value, under, reads) if isinstance(value, dict) else None
        if under in reads or _refers(value):
            kept[name] = value
        elif part or any(read.startswith(f"{under}.") for read in reads):
            kept[name] = value if part is None else part
    return kept


def _refers(value: Any) -> bool:
    match value:
        case {"__entity": _} | [{"__entity": _}, *_]:
            return True
        case _:
            return False
