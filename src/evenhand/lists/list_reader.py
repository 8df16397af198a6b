"""Reading of a list's files, completely or not at all; the only place where formats are recognised."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from evenhand.lists.formats.entry import Entry, Files, Format
from evenhand.lists.formats.eu import EU_XML
from evenhand.lists.formats.ftm import FTM_LINES
from evenhand.lists.formats.house import HOUSE_CSV
from evenhand.lists.formats.ofac import OFAC_CSV
from evenhand.lists.formats.ofac_advanced import OFAC_XML
from evenhand.lists.formats.other_files import check_other_file
from evenhand.lists.formats.state_media import STATE_MEDIA
from evenhand.lists.formats.uk import UK_CSV
from evenhand.lists.formats.un import UN_XML
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import HOLDINGS, NAME_PROPERTIES, ListedEntity, ListRelation
from evenhand.model.record import Record
from evenhand.model.visible_text import hidden_characters

_ALL = (OFAC_CSV, OFAC_XML, UN_XML, EU_XML, UK_CSV, STATE_MEDIA, FTM_LINES, HOUSE_CSV)
FORMATS: dict[str, Format] = {format_.reader: format_ for format_ in _ALL}
_PUBLISHERS = frozenset(format_.publisher for format_ in _ALL if format_.publisher)
_OWN = "house-"
_MOST_NAMED = 5
_MAY_BE_EMPTY = ("sdn_comments.csv", "cons_comments.csv")
_SUFFIXES = (".csv", ".xml", ".jsonl", ".gz", ".json")


class ReadList(Record, frozen=True, kw_only=True):
    """One publication as read: its own files' bytes, by name, its entities and relations in published order.

    At least one end of a relation is an entity, or it is what a company holds that an entity holds, over any steps.
    `published_on` is None where the files carry no date. `left_out` counts, by kind, values of the files that are in no
    entity or relation. `notes` are sentences for a person to check.
    """

    publisher: str
    reader: str
    reader_version: int
    published_on: date | None
    files: dict[str, bytes]
    entities: tuple[ListedEntity, ...]
    left_out: dict[str, int]
    relations: tuple[ListRelation, ...] = ()
    notes: tuple[str, ...] = ()


def read_list(path: Path, key: str) -> ReadList:
    """Return the list that a file or folder holds, under the key `<publisher>-<list>`.

    A folder may hold other files; it must hold one list. About a second for the SDN list.

    Raises:
        ListUnreadable: nothing is there, no format or more than one fits, the list is not whole or another one.
    """
    return read_files(list_files(path), key, where=path)


def fitting_formats(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the formats that a file, or the files of a folder, look like, each with the files that do.

    Raises:
        ListUnreadable: nothing is there.
    """
    files = list_files(path)
    return {format_.reader: tuple(members) for format_ in FORMATS.values() if (members := format_.members(files))}


def read_files(
    files: Files, key: str, *, where: Path | str, known: Callable[[Files], ReadList | None] = lambda _: None
) -> ReadList:
    """Return the list of these files; `where` is named in errors.

    `known` may have what the list's own files were read as by this reader; else they are read.

    Raises:
        ListUnreadable: as for `read_list`.
    """
    format_, members = _recognised(files, key, where)
    _check_publisher(format_, key, where)
    kept = known(members)
    if kept is not None and (kept.reader, kept.reader_version) == (format_.reader, format_.version):
        return msgspec.structs.replace(kept, files=dict(members))
    left_out: Counter[str] = Counter()
    entities, relations = _unique(format_.entries(members, key, left_out))
    if not entities and not (format_.may_be_empty and key.startswith(_OWN)):
        raise ListUnreadable("no entry", where=where, expected="at least one")
    tied = _tied(relations, entities)
    left_out["relation of no entry"] += len(relations) - len(tied)
    return ReadList(
        publisher=format_.publisher or key.partition("-")[0],
        reader=format_.reader,
        reader_version=format_.version,
        published_on=format_.published_on(members),
        files=dict(members),
        entities=tuple(entities.values()),
        relations=tied,
        left_out={kind: count for kind, count in sorted(left_out.items()) if count},
        notes=_notes(entities.values()),
    )


def _tied(relations: Sequence[ListRelation], entities: Container[str]) -> tuple[ListRelation, ...]:
    """Return the relations with an entity at one end, and the holdings that lead on from one over other parties."""
    companies: dict[str, list[str]] = defaultdict(list)
    for relation in relations:
        if relation.kind in HOLDINGS and relation.object:
            companies[relation.subject].append(relation.object)
    waiting = [owner for owner in companies if owner in entities]
    below = set[str]()
    while waiting:
        new = set(companies.get(waiting.pop(), ())) - below
        below |= new
        waiting += new
    return tuple(
        relation for relation in relations
        if relation.subject in entities or relation.object in entities
        or (relation.kind in HOLDINGS and relation.subject in below)
    )  # fmt: skip


def _notes(entities: Collection[ListedEntity]) -> tuple[str, ...]:
    """Return who has no name, and whose texts hide characters that show nothing or turn the line around."""
    return (*_nameless(entities), *_hidden(entities))


def _nameless(entities: Iterable[ListedEntity]) -> Iterator[str]:
    found = [entity.id for entity in entities if not any(entity.values(name) for name in NAME_PROPERTIES)]
    if found:
        entries = "1 entry has" if len(found) == 1 else f"{len(found):,} entries have"
        yield f"{entries} no name, and can be found by numbers and websites only: {_named(found)}"


def _hidden(entities: Iterable[ListedEntity]) -> Iterator[str]:
    found: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        texts = (entity.id, entity.caption, *(value for values in entity.properties.values() for value in values))
        if hidden := hidden_characters(" ".join(texts)):
            found[entity.id] = hidden
    if found:
        entries = "1 entry has" if len(found) == 1 else f"{len(found):,} entries have"
        characters = ", ".join(sorted({character for hidden in found.values() for character in hidden})[:_MOST_NAMED])
        yield f"{entries} hidden characters ({characters}): {_named(list(found))}"


def _named(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_MOST_NAMED]) + (", ..." if len(ids) > _MOST_NAMED else "")


def list_files(path: Path) -> Files:
    """Return the bytes of a list's file by name, or of those files of a folder that could be of one.

    A name whose ending is in capitals is in lower case: OFAC's `SDN.CSV` is `sdn.csv`.

    Raises:
        ListUnreadable: nothing is there, or two files whose names differ in that only.
    """
    try:
        found = [path] if path.is_file() else sorted(path.iterdir())
        names = [(_plain_name(file.name), file) for file in found if file.is_file()]
        if twice := [name for name, count in Counter(name for name, _ in names).items() if count > 1]:
            raise ListUnreadable("one name twice, in capitals and not", where=path, got=twice[0], expected="each once")
        return {name: file.read_bytes() for name, file in names if name.endswith(_SUFFIXES)}
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        what = f"cannot be read ({getattr(error, 'strerror', None) or error})"
        raise ListUnreadable(what, where=path, expected="the file or folder of a list") from None


def _plain_name(name: str) -> str:
    return name.lower() if not name.endswith(_SUFFIXES) and name.lower().endswith(_SUFFIXES) else name


def _check_publisher(format_: Format, key: str, where: Path | str) -> None:
    """Refuse a publisher's list under the key of another publisher: what a match means is said by the key."""
    stated = key.partition("-")[0]
    if format_.publisher and stated in _PUBLISHERS and stated != format_.publisher:
        got = f"{format_.reader}, a list of {format_.publisher}"
        raise ListUnreadable(f"is not the list {key}:", where=where, got=got, expected=f"a list of {stated}")


def _recognised(files: Files, key: str, where: Path | str) -> tuple[Format, Mapping[str, bytes]]:
    fitting = [(format_, members) for format_ in FORMATS.values() if (members := format_.members(files))]
    may_be_empty = key.partition("-")[0] not in _PUBLISHERS
    for name, data in (fitting[0][1] if fitting else files).items():
        check_other_file(name, data)
        if not (data.strip() or may_be_empty or name in _MAY_BE_EMPTY):
            raise ListUnreadable("an empty file, no list", where=name, expected="the publisher's file")
    if not fitting:
        got = ", ".join(files) or f"no file in {_SUFFIXES}"
        raise ListUnreadable("unknown list format", where=where, got=got, expected=", ".join(FORMATS))
    names = [name for _, members in fitting for name in members]
    if len(fitting) > 1 or len(names) > fitting[0][0].files:
        raise ListUnreadable("more than one list", where=where, got=", ".join(names), expected="one")
    return fitting[0]


def _unique(read: Iterable[Entry | ListRelation]) -> tuple[dict[str, ListedEntity], list[ListRelation]]:
    """Return the entities by id, each once, and the relations."""
    found: dict[str, ListedEntity] = {}
    relations: list[ListRelation] = []
    for item in read:
        if isinstance(item, ListRelation):
            relations.append(item)
        elif item.entity.id in found:
            id_ = item.entity.id
            raise ListUnreadable("duplicate id", where=item.file, line=item.line, got=id_, expected="each once")
        else:
            found[item.entity.id] = item.entity
    return found, relations
