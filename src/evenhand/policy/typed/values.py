"""Facts in Cedar JSON as the evaluator's values, each held to the type that the schema declares."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from evenhand.policy.schema import (
    ActionKey,
    EntityRef,
    EntityType,
    Environment,
    Primitive,
    RecordType,
    Schema,
    SetOf,
    Type,
)
from evenhand.policy.typed.extension_types import CONSTRUCTORS, within_long
from evenhand.policy.typed.nodes import Datetime, Decimal, Duration, Fields, Ip, Uid, Value


class FactsInvalid(ValueError):
    """Facts do not fit the schema: the request has no decision."""


@dataclass(frozen=True)
class StoredEntity:
    """An entity of the store; `ancestors` are all it is in, itself left out."""

    attrs: Fields
    tags: Mapping[str, Value]
    ancestors: frozenset[Uid]


Store = Mapping[Uid, StoredEntity]
_Id = TypeVar("_Id", bound=Hashable)


@dataclass(frozen=True)
class Request:
    """What is asked, of which entities."""

    principal: Uid
    action: Uid
    resource: Uid
    context: Fields
    store: Store


def read_request(raw: Mapping[str, Any], store: Store, schema: Schema) -> Request:
    """Return a request with its store; raw holds principal, action, resource and context in Cedar JSON.

    Raises:
        FactsInvalid: no request environment takes it, or the context does not fit.
    """
    principal, action, resource = (_uid(raw[name], schema) for name in ("principal", "action", "resource"))
    environment = _environment(principal, action, resource, schema)
    return Request(principal, action, resource, _record(raw["context"], environment.context, schema), store)


def environment_of(request: Request, schema: Schema) -> Environment:
    """Return the request environment that a request is in."""
    return _environment(request.principal, request.action, request.resource, schema)


def read_entities(raw: Iterable[Any], schema: Schema) -> Store:
    """Return entities in Cedar JSON by uid, with all that each is in.

    Raises:
        FactsInvalid: an entity does not fit, is there twice with two meanings, or is in itself.
    """
    attributes: dict[Uid, tuple[Fields, Fields]] = {}
    parents: dict[Uid, frozenset[Uid]] = {}
    for entity in raw:
        uid = _uid(entity["uid"], schema)
        above = frozenset(_uid(parent, schema) for parent in entity.get("parents", ()))
        own = _own(entity, uid, above, schema)
        if attributes.setdefault(uid, own) != own or parents.setdefault(uid, above) != above:
            raise FactsInvalid(f"two meanings of {uid.type} {uid.id}")
    ancestors = {uid: _above(uid, parents) for uid in parents}
    _check_actions(ancestors, schema.groups)
    return {uid: StoredEntity(*attributes[uid], ancestors[uid]) for uid in attributes}


def read_value(raw: Any, kind: Type, schema: Schema) -> Value:
    """Return a value of a type.

    Raises:
        FactsInvalid: it is of another type; null, a fraction, or a number beyond int64 is of none.
    """
    match kind:
        case Primitive(name):
            return _primitive(raw, name)
        case EntityRef(name):
            uid = _uid(raw, schema)
            if uid.type != name:
                raise FactsInvalid(f"a {uid.type} where a {name} is expected")
            return uid
        case SetOf(element):
            if not isinstance(raw, list):
                raise FactsInvalid("no set")
            return frozenset(read_value(each, element, schema) for each in raw)
        case RecordType():
            return _record(raw, kind, schema)


def _environment(principal: Uid, action: Uid, resource: Uid, schema: Schema) -> Environment:
    request_types = principal.type, (action.type, action.id), resource.type
    for environment in schema.environments:
        if (environment.principal, environment.action, environment.resource) == request_types:
            return environment
    raise FactsInvalid(f"no environment takes {principal.type}, {action.id}, {resource.type}")


_TYPES: dict[str, type] = {"decimal": Decimal, "datetime": Datetime, "duration": Duration, "ipaddr": Ip}
_BY_TYPE = {"ipaddr": "ip"}


def _primitive(raw: Any, name: str) -> Value:
    match name, raw:
        case "Bool", bool():
            return raw
        case "Long", int() if not isinstance(raw, bool):
            return _within(raw)
        case "String", str():
            return raw
        case "Bool" | "Long" | "String", _:
            raise FactsInvalid(f"no {name}: {raw!r}")
        case _:
            return _extension(raw, name)


def _extension(raw: Any, name: str) -> Value:
    """Return a decimal, datetime, duration or address: `{"__extn": {"fn", "arg"}}`, without `__extn`, or bare text."""
    match raw:
        case str():
            value = _constructed(_BY_TYPE.get(name, name), raw)
        case {"__extn": call} if len(raw) == 1:
            value = _called(call)
        case _:
            value = _called(raw)
    if not isinstance(value, _TYPES[name]):
        raise FactsInvalid(f"no {name}: {raw!r}")
    return value


def _called(call: Any) -> Value:
    match call:
        case {"fn": "offset", "args": [start, by]}:
            datetime, duration = _extension(start, "datetime"), _extension(by, "duration")
            assert isinstance(datetime, Datetime)
            assert isinstance(duration, Duration)
            return Datetime(_within(datetime.ms + duration.ms))
        case {"fn": str() as name, "arg": str() as text} | {"fn": str() as name, "args": [str() as text]}:
            return _constructed(name, text)
        case _:
            raise FactsInvalid(f"no value of an extension type: {call!r}")


def _constructed(name: str, text: str) -> Value:
    if name not in CONSTRUCTORS:
        raise FactsInvalid(f"no extension type: {name}")
    try:
        return CONSTRUCTORS[name](text)
    except (ValueError, OverflowError) as error:
        raise FactsInvalid(str(error)) from error


def _within(value: int) -> int:
    try:
        return within_long(value)
    except OverflowError as error:
        raise FactsInvalid(str(error)) from error


def _record(raw: Any, kind: RecordType, schema: Schema) -> Fields:
    if not isinstance(raw, dict):
        raise FactsInvalid("no record")
    if not kind.required <= raw.keys() <= kind.attributes.keys():
        raise FactsInvalid(f"attributes {sorted(raw)} where {sorted(kind.attributes)} are declared")
    return Fields({name: read_value(value, kind.attributes[name].type, schema) for name, value in raw.items()})


def _uid(raw: Any, schema: Schema) -> Uid:
    match raw:
        case {"__entity": inner}:
            return _uid(inner, schema)
        case {"type": str() as kind, "id": str() as name}:
            declared = schema.entities.get(kind)
        case _:
            raise FactsInvalid(f"no entity: {raw!r}")
    if declared is None:
        if (kind, name) not in schema.groups:
            raise FactsInvalid(f"neither a type nor an action of the schema: {kind} {name}")
    elif declared.members and name not in declared.members:
        raise FactsInvalid(f"no member of {kind}: {name}")
    return Uid(kind, name)


_NO_TYPE = EntityType(RecordType())


def _own(raw: Mapping[str, Any], uid: Uid, parents: frozenset[Uid], schema: Schema) -> tuple[Fields, Fields]:
    """Return an entity's attributes and tags; an action has none, and what it is in the schema tells."""
    declared = schema.entities.get(uid.type, _NO_TYPE)
    if uid.type in schema.entities and not {parent.type for parent in parents} <= declared.ancestors:
        raise FactsInvalid(f"a {uid.type} in what it cannot be in")
    tags = raw.get("tags") or {}
    if declared.tags is None:
        if tags:
            raise FactsInvalid(f"tags on a {uid.type}")
        return _record(raw.get("attrs", {}), declared.attributes, schema), Fields()
    read = {key: read_value(value, declared.tags, schema) for key, value in tags.items()}
    return _record(raw.get("attrs", {}), declared.attributes, schema), Fields(read)


def all_above(uid: _Id, parents: Mapping[_Id, Iterable[_Id]]) -> frozenset[_Id]:
    """Return all that an entity is in, through entities of the store; itself among them is a ring."""
    found: set[_Id] = set()
    ahead = list(parents[uid])
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead.extend(parents.get(each, ()))
    return frozenset(found)


def _above(uid: Uid, parents: Mapping[Uid, frozenset[Uid]]) -> frozenset[Uid]:
    """Return all that an entity is in; a ring is refused."""
    found = all_above(uid, parents)
    if uid in found:
        raise FactsInvalid(f"in itself: {uid.type} {uid.id}")
    return found


def _check_actions(ancestors: Mapping[Uid, frozenset[Uid]], groups: Mapping[ActionKey, frozenset[ActionKey]]) -> None:
    for uid, above in ancestors.items():
        key = uid.type, uid.id
        if key in groups and {(each.type, each.id) for each in above} != groups[key] - {key}:
            raise FactsInvalid(f"action {uid.id} in other groups than the schema says")
