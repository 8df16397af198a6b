"""The whole difference of two publications of one list, in the publisher's own fields where we know them.

Source: `lists.md` §2.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from evenhand.lists.entry_changes import Fields, diff_fields, entity_fields
from evenhand.lists.formats.entry import Files
from evenhand.lists.formats.ofac import OFAC_CSV, published_fields
from evenhand.lists.list_reader import ReadList, read_files, read_list
from evenhand.lists.publication import key_of
from evenhand.lists.version_files import changed_by_reader, kept_files, version_in
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListChange, ListRelation
from evenhand.model.record import Record, files_sha256

# Formats whose fields are compared as published; entries of the others are compared by their properties.
_AS_PUBLISHED: dict[str, Callable[[Files], Iterable[tuple[str, Fields]]]] = {OFAC_CSV.reader: published_fields}


class Publication(Record, frozen=True, kw_only=True):
    """One of the two: its bytes' hash, its date of publication where it is known, and how many entries it has."""

    sha256: str
    published_at: date | None
    entries: int


class Difference(Record, frozen=True, kw_only=True):
    """How two publications differ; `changes` are in the order of ids.

    `counts` has `added`, `removed`, `amended` and `unchanged`, `fields` how many amended entries differ in a field,
    most first. `reader_changes` are entries of the older one that today's reader reads differently from the one
    that stored it: ours, not the publisher's, and in no other count.
    """

    publisher: str
    list: str
    old: Publication
    new: Publication
    counts: dict[str, int]
    fields: dict[str, int]
    changes: tuple[ListChange, ...]
    reader_changes: int


class _Side(NamedTuple):
    """One publication as read now; `reader_changes` counts entries that an earlier reader read differently."""

    path: Path
    key: str
    published_on: date | None
    read: ReadList
    reader_changes: int


def difference(old: Path, new: Path, key: str = "") -> tuple[Difference, dict[str, str]]:
    """Return how two publications of a list differ, and the caption of each entry that changed, by id.

    Each is a file or folder, read by today's reader. The folder of a kept version brings its key and its date; without
    a `key` that of the files counts.

    Raises:
        ListUnreadable: one is no whole list, or they are of two formats or two lists.
    """
    before, after = (_side(path, key) for path in (old, new))
    key = _one_key(before, after)
    changes = tuple(diff_fields(_fields(before.read), _fields(after.read)))
    publisher = before.read.publisher or key.partition("-")[0]
    counts = Counter(change.op for change in changes)
    whole = Difference(
        publisher=publisher,
        list=key.removeprefix(f"{publisher}-"),
        old=_publication(before),
        new=_publication(after),
        counts={
            "added": counts["added"],
            "removed": counts["removed"],
            "amended": counts["amended"],
            "unchanged": len(before.read.entities) - counts["removed"] - counts["amended"],
        },
        fields=dict(Counter(field.field for change in changes for field in change.fields).most_common()),
        changes=changes,
        reader_changes=before.reader_changes,
    )
    captions = {entity.id: entity.caption for side in (before, after) for entity in side.read.entities}
    return whole, {change.id: captions[change.id] for change in changes}


def _side(path: Path, key: str) -> _Side:
    version = version_in(path)
    if version is None:
        read = read_list(path, key)
        return _Side(path, key or key_of(read), read.published_on, read, 0)
    read = read_files(kept_files(path, version), version.key, where=path)
    return _Side(path, key or version.key, version.published_on, read, len(changed_by_reader(path, version, read)))


def _one_key(before: _Side, after: _Side) -> str:
    keys = [side.key for side in (before, after) if side.key]
    if before.read.reader != after.read.reader:
        what, one, other = "a list of another format:", before.read.reader, after.read.reader
    elif len(set(keys)) > 1:
        what, (one, other) = "another list:", keys
    else:
        return "".join(keys[:1])
    raise ListUnreadable(what, where=after.path, got=other, expected=f"`{one}`, as {before.path}")


def _fields(read: ReadList) -> Mapping[str, Fields]:
    as_published = _AS_PUBLISHED.get(read.reader)
    if as_published is not None:
        return dict(as_published(read.files))
    related: dict[str, list[str]] = defaultdict(list)
    for relation in read.relations:
        for id_ in {relation.subject, relation.object}:
            related[id_].append(_relation_text(relation))
    return {entity.id: {**entity_fields(entity), "relations": tuple(related[entity.id])} for entity in read.entities}


def _relation_text(relation: ListRelation) -> str:
    """Return all fields of a relation as one text, empty ones included."""
    subject, object_ = relation.subject or relation.subject_name, relation.object or relation.object_name
    share, when = relation.share, (relation.since, relation.until)
    parts = (subject, relation.kind, object_, "" if share is None else share, *(day or "" for day in when))
    return " | ".join([*map(str, parts), relation.text])


def _publication(side: _Side) -> Publication:
    return Publication(
        sha256=files_sha256(side.read.files), published_at=side.published_on, entries=len(side.read.entities)
    )
