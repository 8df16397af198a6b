"""Facts that do not fit a rulebook's schema: no rule is asked about them, and what they are of is held."""

from collections.abc import Iterator, Mapping
from typing import Any

from evenhand.ledger.field_commitments import is_sealed
from evenhand.policy.schema import Attribute, EntityRef, Primitive, RecordType, Schema, SetOf, Type

_EXTENSIONS = frozenset({"decimal", "datetime", "duration", "ipaddr"})


def fits(value: Any, kind: Type, schema: Schema) -> bool:
    """Return whether a value in Cedar JSON is of a type; one that is not shown counts as of it.

    Arguments of Cedar's functions, as the text of a day, are not looked at.
    """
    if is_sealed(value):
        return True
    match kind:
        case Primitive("Bool"):
            return isinstance(value, bool)
        case Primitive("Long"):
            return type(value) is int
        case Primitive(name):
            return isinstance(value, str) or (name in _EXTENSIONS and isinstance(value, dict) and "__extn" in value)
        case SetOf(element):
            return isinstance(value, list) and all(fits(each, element, schema) for each in value)
        case EntityRef(name):
            return _refers(value, name, schema)
        case RecordType(attributes):
            return isinstance(value, dict) and not any(True for _ in _unfit(value, attributes, schema))


def unfit_facts(facts: Mapping[str, Any], schema: Schema) -> list[str]:
    """Return what of facts does not fit, as `Campaign.content`, sorted: as far as they are shown.

    An attribute that the schema does not know, one that it demands and that is not there, a value of another type, a
    member of a fixed set that the set does not have. Names of attributes are in the open where values are not.
    """
    return sorted({name for name, _ in _unfit_places(facts, schema)})


def unfit_paths(facts: Mapping[str, Any], schema: Schema) -> frozenset[str]:
    """Return the JSON Pointers into a payload of the attributes whose values do not fit, for facts that are whole.

    Dangling parents are among them.
    """
    return frozenset(path for _, path in _unfit_places(facts, schema)) | frozenset(dangling_parents(facts))


def dangling_parents(facts: Mapping[str, Any]) -> list[str]:
    """Return the JSON Pointers of shown parents of which one is not among the entities: nothing is allowed then."""
    there = {(entity["uid"]["type"], str(entity["uid"]["id"])) for entity in facts["entities"]}
    return [
        f"/facts/entities/{at}/parents"
        for at, entity in enumerate(facts["entities"])
        if isinstance(above := entity.get("parents", []), list)
        and any((each["type"], str(each["id"])) not in there for each in above)
    ]


def context_of(named: Mapping[str, Any], schema: Schema) -> Mapping[str, Attribute] | None:
    """Return what the schema says of the context of a request; None where it does not know such a request."""
    wanted = named["principal"]["type"], named["action"]["id"], named["resource"]["type"]
    for each in schema.environments:
        if (each.principal, each.action[1], each.resource) == wanted:
            return each.context.attributes
    return None


def _unfit_places(facts: Mapping[str, Any], schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield each attribute that does not fit, as rules name it and as JSON Pointer."""
    members = [("context", "/facts/context", facts["context"], context_of(facts, schema))]
    for at, entity in enumerate(facts["entities"]):
        kind = entity["uid"]["type"]
        declared = schema.entities[kind].attributes.attributes if kind in schema.entities else None
        members.append((kind, f"/facts/entities/{at}/attrs", entity["attrs"], declared))
    for kind, path, shown, declared in members:
        if declared is not None:
            yield from ((f"{kind}.{name}", f"{path}/{name}") for name in _unfit(shown, declared, schema))


def _unfit(shown: Mapping[str, Any], declared: Mapping[str, Attribute], schema: Schema) -> Iterator[str]:
    for name in shown.keys() | declared.keys():
        attribute = declared.get(name)
        if attribute is None or not (
            fits(shown[name], attribute.type, schema) if name in shown else attribute.optional
        ):
            yield name


def _refers(value: Any, kind: str, schema: Schema) -> bool:
    match value:
        case {"__entity": dict() as uid} if len(value) == 1:
            return _refers(uid, kind, schema)
        case {"type": str() as named, "id": name} if len(value) == 2:
            members = schema.entities[kind].members if kind in schema.entities else ()
            return named == kind and (not members or is_sealed(name) or name in members)
        case _:
            return False
