"""Forms of facts in JSON, as DuckDB's `json_structure` names them: which of them the columns of a schema can hold.

Every form is judged once; thousands of facts share one. What is judged unfit here may still be facts that fit: it is
read plainly, value by value.
"""

from collections.abc import Mapping
from typing import Any

from evenhand.policy.schema import Attribute, EntityRef, EntityType, Primitive, RecordType, Schema, SetOf, Type

# A number beyond int64 is read too, to be seen: DuckDB makes NULL of one that a type cannot hold.
PLAIN = {"Bool": "BOOLEAN", "Long": "HUGEINT", "String": "VARCHAR"}
CALLS = frozenset({"datetime", "decimal"})
UID = {"id": "VARCHAR", "type": "VARCHAR"}
CALL = {"__extn": {"arg": "VARCHAR", "fn": "VARCHAR"}}
REFERENCE = {"__entity": UID}

# A number that is not negative is unsigned to DuckDB; of both kinds in one list it makes a third.
_FORMS = {"Bool": {"BOOLEAN"}, "Long": {"UBIGINT", "BIGINT", "HUGEINT"}, "String": {"VARCHAR"}}
_EMPTY, _NOTHING = "JSON", "NULL"
_ENTITY = frozenset({"uid", "attrs", "parents", "tags"})


def has_column(kind: Type, schema: Schema, *, role: bool = False) -> bool:
    """Return whether a value of a type has a column; `role`: it may name an entity that has attributes."""
    match kind:
        case Primitive(name):
            return name in PLAIN or name in CALLS
        case EntityRef(name):
            return name in schema.entities and (role or bool(schema.entities[name].members))
        case SetOf(Primitive(name)):
            return name in PLAIN
        case SetOf(element):
            return isinstance(element, EntityRef) and has_column(element, schema)
        case RecordType(attributes):
            # SQL's names do not differ by case.
            names = {name.lower() for name in attributes}
            return len(names) == len(attributes) and any(has_column(each.type, schema) for each in attributes.values())


def record_fits(form: Any, declared: Mapping[str, Attribute], schema: Schema, *, roles: bool = False) -> bool:
    """Return whether a record of this form has what is declared and no more, all of it with columns."""
    if form == _EMPTY:
        form = {}
    if not isinstance(form, dict) or not form.keys() <= declared.keys():
        return False
    if len({name.lower() for name in declared}) < len(declared):
        return False
    return all(
        _fits(form[name], each.type, schema, roles) if name in form else each.optional
        for name, each in declared.items()
    )


def entity_fits(form: Any, kind: EntityType | None, schema: Schema) -> bool:
    """Return whether an entity of this form is of the type; the types of its parents are no part of the form."""
    if kind is None or kind.members or not isinstance(form, dict) or not {"uid", "attrs"} <= form.keys() <= _ENTITY:
        return False
    if form["uid"] != UID or form.get("parents", [_NOTHING]) not in ([_NOTHING], [UID]):
        return False
    return _tags_fit(form.get("tags", _EMPTY), kind) and record_fits(form["attrs"], kind.attributes.attributes, schema)


def _tags_fit(form: Any, kind: EntityType) -> bool:
    texts = isinstance(form, dict) and all(each == "VARCHAR" for each in form.values())
    return form == _EMPTY or (kind.tags == Primitive("String") and texts)


def _fits(form: Any, kind: Type, schema: Schema, roles: bool) -> bool:
    if not has_column(kind, schema, role=roles):
        return False
    match kind:
        case Primitive(name):
            return form == CALL if name in CALLS else isinstance(form, str) and form in _FORMS[name]
        case EntityRef():
            return bool(form == REFERENCE)
        case SetOf(element):
            return isinstance(form, list) and (form == [_NOTHING] or _fits(form[0], element, schema, False))
        case RecordType(attributes):
            return record_fits(form, attributes, schema)
