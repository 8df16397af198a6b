"""The role of each attribute that a schema declares: what it is to the law of equal treatment."""

from collections.abc import Iterator, Mapping

from evenhand.policy.schema import RecordType, Schema, SetOf, Type

Roles = Mapping[str, Mapping[str, str]]


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
