"""The part of facts that rules can see: two facts with equal parts have equal rulings (`pipeline.md` §8)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from evenhand.model.facts import Entity, Facts, Uid
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.time_of_day import AT


def without_at(facts: Facts) -> dict[str, Any]:
    """Return the facts as plain values without `context.at`: what `facts_sha256` is over."""
    plain: dict[str, Any] = msgspec.to_builtins(facts)
    return plain | {"context": {name: value for name, value in facts.context.items() if name != "at"}}


def select_relevant_facts(facts: Facts, active: ActiveRules) -> dict[str, Any]:
    """Return the facts without `context.at` and without what no active rule reads: what `read_sha256` is over.

    Principal, action, resource, references and the ids of all entities stay: a missing entity changes a ruling.
    Parents stay where membership is tested; those of designations always, because membership runs through them.
    """
    reads = _reads(active.reads)
    context = {name: value for name, value in facts.context.items() if name != "at"}
    return {
        "principal": _uid(facts.principal),
        "action": _uid(facts.action),
        "resource": _uid(facts.resource),
        "context": _kept(context, "context", reads),
        "entities": [_entity(entity, reads) for entity in facts.entities],
    }


class _Reads(NamedTuple):
    """Attribute paths that rules read, and the paths that lead to one."""

    paths: frozenset[str]
    above: frozenset[str]


@lru_cache(maxsize=64)
def _reads(reads: frozenset[str]) -> _Reads:
    paths = reads - {AT}
    return _Reads(paths, frozenset(path[:at] for path in paths for at, sign in enumerate(path) if sign == "."))


def _uid(uid: Uid) -> dict[str, str]:
    return {"type": uid.type, "id": uid.id}


def _entity(entity: Entity, reads: _Reads) -> dict[str, Any]:
    kind = entity.uid.type
    in_hierarchy = kind == "Designation" or f"{kind}.@parents" in reads.paths
    return {
        "uid": _uid(entity.uid),
        "attrs": _kept(entity.attrs, kind, reads),
        "parents": [_uid(each) for each in entity.parents] if in_hierarchy else [],
        "tags": entity.tags if f"{kind}.@tags" in reads.paths else {},
    }


def _kept(values: Mapping[str, Any], path: str, reads: _Reads) -> dict[str, Any]:
    """Return what is read of a record: a value read itself is kept whole, one read only under it in part.

    References stay too: one to an entity that the schema does not know makes facts that nothing can rule.
    """
    if path in reads.paths:
        return dict(values)
    kept: dict[str, Any] = {}
    for name, value in values.items():
        under = f"{path}.{name}"
        part = _kept(value, under, reads) if isinstance(value, dict) else None
        if under in reads.paths or _refers(value):
            kept[name] = value
        elif part or under in reads.above:
            kept[name] = value if part is None else part
    return kept


def _refers(value: Any) -> bool:
    match value:
        case {"__entity": _} | [{"__entity": _}, *_]:
            return True
        case _:
            return False
