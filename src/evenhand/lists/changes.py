"""How two versions of a list differ, entry by entry."""

from collections.abc import Iterable, Iterator

from evenhand.model.listing import FieldChange, ListChange, ListedEntity


def diff(old: Iterable[ListedEntity], new: Iterable[ListedEntity]) -> Iterator[ListChange]:
    """Yield the entries added, removed and amended, by id in ascending order.

    An entry is amended when its schema, its caption or any property differs; values are compared as sets,
    blanks trimmed and collapsed, so that order and repetition are no change. Fields are in ascending order.
    """
    before, after = ({entity.id: entity for entity in each} for each in (old, new))
    for id_ in sorted(before.keys() | after.keys()):
        if id_ not in before:
            yield ListChange(op="added", id=id_)
        elif id_ not in after:
            yield ListChange(op="removed", id=id_)
        elif fields := _field_changes(before[id_], after[id_]):
            yield ListChange(op="amended", id=id_, fields=fields)


def _field_changes(old: ListedEntity, new: ListedEntity) -> tuple[FieldChange, ...]:
    if old == new:
        return ()
    before, after = _fields(old), _fields(new)
    return tuple(
        FieldChange(field=name, before=before.get(name, ()), after=after.get(name, ()))
        for name in sorted(before.keys() | after.keys())
        if before.get(name, ()) != after.get(name, ())
    )


def _fields(entity: ListedEntity) -> dict[str, tuple[str, ...]]:
    values = {"schema": (entity.schema,), "caption": (entity.caption,), **entity.properties}
    sets = {name: {" ".join(value.split()) for value in each} - {""} for name, each in values.items()}
    return {name: tuple(sorted(each)) for name, each in sets.items()}
