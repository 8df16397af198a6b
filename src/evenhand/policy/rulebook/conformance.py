"""Where facts do not fit a schema: the engine says only that they do not."""

from collections.abc import Iterator, Mapping
from typing import Any

from evenhand.model.facts import Facts
from evenhand.policy.schema import RecordType, Schema


def misfits(facts: Facts, schema: Schema) -> tuple[str, ...]:
    """Return sentences on attributes that only one of facts and schema has, and on requests that it knows none of.

    None if names and requests fit; values may still be of another type.

    >>> from evenhand.policy.schema import read_schema
    >>> schema = read_schema('entity User { age: Long }; action see appliesTo { principal: User, resource: User };')
    >>> user = {"uid": {"type": "User", "id": "u"}, "attrs": {"name": "x"}}
    >>> import msgspec
    >>> request = {"principal": user["uid"], "action": {"type": "Action", "id": "see"}, "resource": user["uid"]}
    >>> misfits(msgspec.convert({**request, "context": {}, "entities": [user]}, Facts), schema)
    ('User.name is not in the schema', 'User.age is not among the facts')
    """
    return tuple(dict.fromkeys(_misfits(facts, schema)))


def _misfits(facts: Facts, schema: Schema) -> Iterator[str]:
    request = facts.principal.type, (facts.action.type, facts.action.id), facts.resource.type
    known = {(each.principal, each.action, each.resource): each.context for each in schema.environments}
    if request not in known:
        yield f"the schema knows no {facts.action.id} of {facts.resource.type} by {facts.principal.type}"
    else:
        yield from _apart(facts.context, known[request], "context")
    for entity in facts.entities:
        kind = entity.uid.type
        if kind in schema.entities:
            yield from _apart(entity.attrs, schema.entities[kind].attributes, kind)
        else:
            yield f"{kind} is no entity type of the schema"


def _apart(values: Mapping[str, Any], record: RecordType, path: str) -> Iterator[str]:
    yield from (f"{path}.{name} is not in the schema" for name in values if name not in record.attributes)
    for name, attribute in record.attributes.items():
        if name in values:
            if isinstance(attribute.type, RecordType) and isinstance(values[name], dict):
                yield from _apart(values[name], attribute.type, f"{path}.{name}")
        elif not attribute.optional:
            yield f"{path}.{name} is not among the facts"
