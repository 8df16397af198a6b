"""How two versions of a list differ, entry by entry and field by field."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from evenhand.model.listing import FieldChange, ListChange, ListedEntity

Fields = Mapping[str, tuple[str, ...]]
_Entry = TypeVar("_Entry")


def diff(old: Iterable[ListedEntity], new: Iterable[ListedEntity]) -> Iterator[ListChange]:
    """Yield the entries added, removed and amended, by id in ascending order.

    An entry is amended when its schema, its caption or any property differs; values are compared as sets,
    blanks trimmed and collapsed, so that order and repetition are no change. Fields are in ascending order.
    """
    before, after = ({entity.id: entity for entity in entities} for entities in (old, new))
    return _changes(before, after, entity_fields)


def diff_fields(old: Mapping[str, Fields], new: Mapping[str, Fields]) -> Iterator[ListChange]:
    """Yield the same of entries that are given as fields by id; an empty value is no value."""
    return _changes(old, new, lambda fields: fields)


def entity_fields(entity: ListedEntity) -> Fields:
    """Return schema, caption and properties of an entity as fields."""
    return {"schema": (entity.schema,), "caption": (entity.caption,), **entity.properties}


def _changes(
    before: Mapping[str, _Entry], after: Mapping[str, _Entry], fields: Callable[[_Entry], Fields]
) -> Iterator[ListChange]:
    for id_ in sorted(before.keys() | after.keys()):
        if id_ not in before:
            yield ListChange(op="added", id=id_)
        elif id_ not in after:
            yield ListChange(op="removed", id=id_)
        elif changed := _changed(fields(before[id_]), fields(after[id_])):
            yield ListChange(op="amended", id=id_, fields=changed)


def _changed(old: Fields, new: Fields) -> tuple[FieldChange, ...]:
    if old == new:
        return ()
    before, after = _sets(old), _sets(new)
    return tuple(
        FieldChange(field=name, before=before.get(name, ()), after=after.get(name, ()))
        for name in sorted(before.keys() | after.keys())
        if before.get(name, ()) != after.get(name, ())
    )


def _sets(fields: Fields) -> dict[str, tuple[str, ...]]:
    sets = {name: {" ".join(value.split()) for value in values} - {""} for name, values in fields.items()}
    return {name: tuple(sorted(values)) for name, values in sets.items()}
