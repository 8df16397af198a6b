"""Facts without what no rule may look at: two of them that are then equal are mirrors of one another."""

from collections.abc import Mapping
from typing import Any

import msgspec

from evenhand.model.facts import Facts
from evenhand.policy.roles import Roles

_VARIED = ("protected", "proxy")


def without_protected(facts: Facts, roles: Roles) -> dict[str, Any]:
    """Return facts as plain values without protected attributes and proxies, and without who the principal is."""
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
