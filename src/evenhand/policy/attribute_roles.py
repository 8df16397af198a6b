"""The role of each attribute that a schema declares: what it is to the law of equal treatment."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from evenhand.model.facts import Facts
from evenhand.policy.schema import RecordType, Schema, SetOf, Type

Roles = Mapping[str, Mapping[str, str]]

IDENTITY = "identity"

_VARIED = ("protected", "proxy")


def roles(schema: Schema) -> dict[str, Mapping[str, str]]:
    """Return the annotations of each attribute by its path, as `Advertiser.media.control`; those without any too.

    What stands on a record counts for everything in it. Attributes of the context are of all actions together.

    Source: `policy.md` §2.
    """
    found: dict[str, Mapping[str, str]] = {}
    for name, entity in schema.entities.items():
        found.update(_under(name, entity.attributes, {}))
    for environment in schema.environments:
        for path, notes in _under("context", environment.context, {}):
            found[path] = {**found.get(path, {}), **notes}
    return found


def protected_classes(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Return the attributes of each protected class, its proxies included; `identity` are the ids of principals."""
    found: dict[str, list[str]] = {}
    for path, notes in roles(schema).items():
        for name in dict.fromkeys(notes[role] for role in ("protected", "proxy") if role in notes):
            found.setdefault(name, []).append(path)
    principals = dict.fromkeys(environment.principal for environment in schema.environments)
    named = {name: tuple(sorted(paths)) for name, paths in found.items()}
    return named | {IDENTITY: tuple(f"{kind}.@id" for kind in principals)}


def with_role(schema: Schema, role: str) -> dict[str, str]:
    """Return the attributes that an annotation stands on, and what it says."""
    return {path: notes[role] for path, notes in roles(schema).items() if role in notes}


def covers(path: str, other: str) -> bool:
    """Return whether one path is the other or a record around it.

    >>> covers("Advertiser.media", "Advertiser.media.control"), covers("Advertiser.media", "Advertiser.media_kind")
    (True, False)
    """
    return f"{other}.".startswith(f"{path}.")


def _under(path: str, record: RecordType, above: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, attribute in record.attributes.items():
        notes = {**above, **attribute.annotations}
        yield f"{path}.{name}", notes
        yield from _inside(f"{path}.{name}", attribute.type, notes)


def _inside(path: str, kind: Type, notes: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(kind, RecordType):
        yield from _under(path, kind, notes)
    elif isinstance(kind, SetOf):
        yield from _inside(path, kind.element, notes)


def without_protected(facts: Facts, roles: Roles) -> dict[str, Any]:
    """Return facts as plain values without protected attributes and proxies, and without who the principal is.

    Two facts that are then equal are a matched pair: no rule may treat them differently.
    """
    plain: dict[str, Any] = msgspec.to_builtins(facts)
    somebody, principal = {"type": facts.principal.type, "id": ""}, plain["principal"]
    return {
        "principal": somebody,
        "action": plain["action"],
        "resource": plain["resource"],
        "context": _kept(plain["context"], "context", roles),
        "entities": sorted(
            (_entity(each, somebody if each["uid"] == principal else each["uid"], roles) for each in plain["entities"]),
            key=lambda entity: (entity["uid"]["type"], entity["uid"]["id"]),
        ),
    }


def _entity(entity: Mapping[str, Any], uid: Mapping[str, str], roles: Roles) -> dict[str, Any]:
    return {**entity, "uid": uid, "attrs": _kept(entity["attrs"], uid["type"], roles)}


def _kept(values: Mapping[str, Any], path: str, roles: Roles) -> dict[str, Any]:
    return {
        name: _kept(value, f"{path}.{name}", roles) if isinstance(value, dict) else value
        for name, value in values.items()
        if not any(role in roles.get(f"{path}.{name}", {}) for role in _VARIED)
    }
