"""Versions stored byte for byte, by content hash, and the one in force: `lists/<key>/<sha256>/…`, `current`."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from evenhand.lists.formats.entry import Files
from evenhand.lists.formats.listing_periods import entries_in_force, on_day, period_notes
from evenhand.lists.kept_readings import keep_reading, kept_reading
from evenhand.lists.list_reader import ReadList, list_files, read_files
from evenhand.lists.removal_guard import ORDINARY, RemovalGuard
from evenhand.lists.version_files import (
    CURRENT,
    RefusedVersion,
    changed_by_reader,
    forget_refused,
    kept_files,
    locked,
    note_refused,
    read_digest,
    read_refused,
    read_version,
    same_reader,
    set_current,
    store_version,
)  # fmt: skip
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity, ListRelation, ListVersion
from evenhand.model.network import ListSource
from evenhand.model.record import files_sha256, sha256_hex
from evenhand.model.run import ListNews

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Versions:
    """The stored versions of a network's lists, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], ReadList] = {}
        self._kept: dict[tuple[str, str], ReadList | None] = {}  # what is kept beside the files

    def take(self, source: ListSource, base: Path, guard: RemovalGuard = ORDINARY) -> ListNews:
        """Read a source, store it as a version and put it in force; return the result.

        `source.path` is relative to `base`; of a source with a `url` the version in force is read again. A list that
        cannot be read, or has lost more of the version in force than `guard` allows, leaves that version in force, and
        `problem` says why in one line.

        Raises:
            ListUnreadable: the key is no name, or what is kept is damaged.

        Source: `lists.md` §2.
        """
        if source.urls:
            return self._reread(source.key)
        path = base / source.path
        try:
            read = read_files(list_files(path), source.key, where=path, known=partial(self._known, source.key))
        except ListUnreadable as error:
            # The version that stays in force is read by today's reader, which may read it differently.
            return replace(self._reread(source.key), status="kept", problem=str(error))
        return self.put(source.key, read, path, source.published_on, guard)

    def put(
        self,
        key: str,
        read: ReadList,
        where: Path | str,
        published_on: date | None,
        guard: RemovalGuard = ORDINARY,
    ) -> ListNews:
        """Store a list as read and put it in force, as `take` does; `where` is named in problems.

        `published_on` counts where the files carry no date. The same bytes are the same version: it keeps the date
        that it was first taken with, and names the reader that read it last.
        """
        news = self._put(key, read, where, published_on, guard)
        if news.status != "kept":
            forget_refused(self._of(key))
        return news

    def _put(
        self, key: str, read: ReadList, where: Path | str, published_on: date | None, guard: RemovalGuard = ORDINARY
    ) -> ListNews:
        folder = self._of(key)
        version = version_of(read, key, published_on)
        self._read[key, version.sha256] = replace(read, files={})
        with locked(folder):
            current = self.current(key)
            if current is None or current.sha256 != version.sha256:
                before = None if current is None else self._ids(current, guard.day)
                after = set(_ids(read.entities, guard.day))
                problem = guard.problem(key, before, after, where)
                if problem is not None:
                    note_refused(folder, version, set(before or ()) - after)
                    return self.refused(key, problem)
            reader_changes = self._count_changed(current, read)
            if current is None or current.sha256 != version.sha256:
                stored = store_version(folder, version, read)
                set_current(folder, stored.sha256)
                self._keep(stored, read)
                return ListNews(key=key, status="new", version=stored, reader_changes=reader_changes, notes=read.notes)
            if not same_reader(current, version):
                current = store_version(folder, version, read)
            self._keep(current, read)
            return ListNews(
                key=key, status="unchanged", version=current, reader_changes=reader_changes, notes=read.notes
            )

    def refused(self, key: str, error: ListUnreadable) -> ListNews:
        """Return the result for a refused list: the version in force stays, and the error says why."""
        return ListNews(key=key, status="kept", version=self.current(key), problem=str(error))

    def not_taken(self, key: str) -> RefusedVersion | None:
        """Return the version of a list that was not taken last for what it lacks, None where the last one was."""
        return read_refused(self._of(key))

    def current(self, key: str) -> ListVersion | None:
        """Return the version in force, None if there never was one.

        Raises:
            ListUnreadable: the pointer names not a stored version.
        """
        pointer = self._of(key) / CURRENT
        if not pointer.exists():
            return None
        sha256 = pointer.read_text(encoding="ascii", errors="replace").strip()
        if not _SHA256.fullmatch(sha256):
            raise ListUnreadable(
                "does not name a version", where=pointer, got=sha256, expected="64 hex digits", todo=_READ_AGAIN
            )
        return read_version(self._of(key) / sha256)

    def files(self, version: ListVersion) -> Mapping[str, bytes]:
        """Return a version's kept bytes, by file name.

        Raises:
            ListUnreadable: they are gone or no longer have the version's hash.
        """
        return kept_files(self.folder_of(version), version)

    def entities(self, version: ListVersion) -> tuple[ListedEntity, ...]:
        """Return a version's entities in published order, read from its kept bytes by today's reader.

        Of a version as `on` gives it, those in force on its `days`.

        Raises:
            ListUnreadable: the kept bytes are gone or no longer have the version's hash.
        """
        entities = self._reading(version).entities
        return entities if version.days is None else entries_in_force(entities, version.days[0])

    def on(self, version: ListVersion, day: date) -> ListVersion:
        """Return a version as it counts on a day; it is read unless its `days` say that nothing has changed.

        Raises:
            ListUnreadable: as for `entities`.
        """
        if version.days is not None and version.days[0] <= day <= version.days[1]:
            return version
        return on_day(replace(version, days=None), self._published(version), day)[0]

    def period_notes(self, version: ListVersion, day: date) -> tuple[str, ...]:
        """Return sentences on the entries that are not in force on a day, none where all are."""
        return tuple(period_notes(self._published(version), day))

    def relations(self, version: ListVersion) -> tuple[ListRelation, ...]:
        """Return the relations that a version states, as `entities` does; at least one end is an entry."""
        return self._reading(version).relations

    def changed_by_reader(self, version: ListVersion) -> frozenset[str]:
        """Return the ids of a version's entries that today's reader reads differently from the reader it names.

        None differ if that is today's reader; all may differ if its digest is gone.

        Raises:
            ListUnreadable: as for `entities`.
        """
        return changed_by_reader(self.folder_of(version), version, self._reading(version))

    def left_out(self, version: ListVersion) -> Mapping[str, int]:
        """Return how much of a version its reader left out, by kind."""
        known = read_digest(self.folder_of(version), version)
        return known.left_out if known is not None else {}

    def all(self, key: str) -> tuple[ListVersion, ...]:
        """Return every kept version of a list, by date of publication (undated first), then by hash."""
        folder = self._of(key)
        names = sorted(folder_.name for folder_ in folder.iterdir()) if folder.is_dir() else []
        versions = [read_version(folder / name) for name in names if _SHA256.fullmatch(name)]
        return tuple(sorted(versions, key=lambda version: str(version.published_on or "")))

    def stored(self, key: str, sha256: str) -> ListVersion:
        """Return the stored version of a list that has this hash, in force or not.

        Raises:
            ListUnreadable: the key is no name, or no such version is kept.
        """
        return read_version(self._of(key) / sha256)

    def folder_of(self, version: ListVersion) -> Path:
        """Return the folder that a version is kept in."""
        return self._of(version.key) / version.sha256

    def _reread(self, key: str) -> ListNews:
        current = self.current(key)
        if current is None:
            return ListNews(key=key, status="kept", version=None, problem=_NEVER)
        folder = self.folder_of(current)
        try:
            read = read_files(self.files(current), key, where=folder, known=partial(self._known, key))
        except ListUnreadable as error:
            return self.refused(key, error)
        return self._put(key, read, folder, current.published_on)

    def _published(self, version: ListVersion) -> tuple[ListedEntity, ...]:
        """Return all entities of a version; what was just taken is not read again."""
        taken = self._read.get((version.key, version.sha256))
        return (taken or self._reading(version)).entities

    def _reading(self, version: ListVersion) -> ReadList:
        files, key = self.files(version), version.key
        at = key, version.sha256
        if at not in self._read:
            read = read_files(files, key, where=self.folder_of(version), known=partial(self._known, key))
            self._read[at] = replace(read, files={})
        return self._read[at]

    def _known(self, key: str, files: Files) -> ReadList | None:
        """Return what a version with these files was read as, if that is kept."""
        sha256 = files_sha256(files)
        if (key, sha256) not in self._kept:
            self._kept[key, sha256] = kept_reading(self._of(key) / sha256)
        return self._kept[key, sha256]

    def _keep(self, version: ListVersion, read: ReadList) -> None:
        """Keep what the version in force was read as, unless that is kept."""
        at, kept = (version.key, version.sha256), replace(read, files={})
        if self._kept.get(at) != kept:
            keep_reading(self.folder_of(version), read)
            self._kept[at] = kept

    def _ids(self, current: ListVersion, day: date | None) -> tuple[str, ...]:
        """Return the ids of the entries of the version in force on a day, as today's reader reads its kept bytes.

        Where it cannot read them, they are those that the earlier reader found.

        Raises:
            ListUnreadable: it is unknown what a new version has lost.
        """
        try:
            return _ids(self.entities(current), day)
        except ListUnreadable:
            known = read_digest(self.folder_of(current), current)
            if known is None:
                raise
            return tuple(known.entries)

    def _count_changed(self, current: ListVersion | None, read: ReadList) -> int:
        if current is None or same_reader(current, read):
            return 0
        try:
            return len(self.changed_by_reader(current))
        except ListUnreadable:
            return current.entries

    def _of(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ListUnreadable("key of a list", got=key, expected="<publisher>-<list>, lower case")
        return self._folder / key


_READ_AGAIN = "delete it and run again to read the list again"
_NEVER = "never fetched; `evenhand lists update` fetches the first version"


def _ids(entities: tuple[ListedEntity, ...], day: date | None) -> tuple[str, ...]:
    return tuple(entity.id for entity in (entities if day is None else entries_in_force(entities, day)))


def version_of(read: ReadList, key: str, published_on: date | None) -> ListVersion:
    """Return the version that a list as read is; `published_on` counts where its files carry no date."""
    return ListVersion(
        key=key,
        publisher=read.publisher,
        sha256=files_sha256(read.files),
        published_on=read.published_on or published_on,
        files={name: sha256_hex(data) for name, data in read.files.items()},
        reader=read.reader,
        reader_version=read.reader_version,
        entries=len(read.entities),
    )
