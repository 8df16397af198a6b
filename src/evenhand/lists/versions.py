"""Publications kept byte for byte, by content hash, and the one in force: `lists/<key>/<sha256>/…`, `current`.

A version's folder and the pointer are each written beside their place, synced and renamed. A process that is
killed leaves the old version in force or the new one, and at most a folder `….partial` that the next one removes.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from evenhand.lists.reading import ReadList, read_files, read_list
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity, ListRelation, ListVersion
from evenhand.model.network import ListSource
from evenhand.model.record import canonical, files_sha256, sha256_hex
from evenhand.model.run import ListNews

_VERSION = "version.json"
_CURRENT = "current"
_PARTIAL = ".partial"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Versions:
    """The kept versions of a network's lists, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], tuple[tuple[ListedEntity, ...], tuple[ListRelation, ...]]] = {}

    def take(self, source: ListSource, base: Path) -> ListNews:
        """Read a source, keep it as a version and put it in force; return what became of it.

        `source.path` is relative to `base`. A list that cannot be read, or has less than 90 % of the entries of
        the version in force, leaves that version in force, and `problem` says why in one line. The same bytes
        are the same version: it keeps the date that it was first taken with.

        Raises:
            ListUnreadable: the key is no name, or what is kept is damaged.

        Source: `screening.md` §3.
        """
        folder = self._of(source.key)
        current = self.current(source.key)
        try:
            read = read_list(base / source.path, source.key)
            version = _version(read, source)
            _check_plausible(version, current, base / source.path, folder / _CURRENT)
        except ListUnreadable as error:
            return ListNews(key=source.key, status="kept", version=current, problem=str(error))
        self._read[source.key, version.sha256] = read.entities, read.relations
        if current and current.sha256 == version.sha256:
            return ListNews(key=source.key, status="unchanged", version=current)
        kept = _keep(folder, version, read.files)
        _point(folder, kept.sha256)
        return ListNews(key=source.key, status="new", version=kept)

    def current(self, key: str) -> ListVersion | None:
        """Return the version in force, None if there never was one.

        Raises:
            ListUnreadable: the pointer names no kept version.
        """
        pointer = self._of(key) / _CURRENT
        if not pointer.exists():
            return None
        sha256 = pointer.read_text(encoding="ascii", errors="replace").strip()
        if not _SHA256.fullmatch(sha256):
            raise ListUnreadable("names no version", where=pointer, got=sha256, expected="64 hex digits", todo=_ANEW)
        return _read_version(self._of(key) / sha256)

    def entities(self, version: ListVersion) -> tuple[ListedEntity, ...]:
        """Return a version's entities in published order, read from its kept bytes.

        Raises:
            ListUnreadable: the kept bytes are gone or no longer have the version's hash.
        """
        return self._again(version)[0]

    def relations(self, version: ListVersion) -> tuple[ListRelation, ...]:
        """Return the ties between parties that a version states, as `entities` does; at least one end is an entry."""
        return self._again(version)[1]

    def all(self, key: str) -> tuple[ListVersion, ...]:
        """Return every kept version of a list, by date of publication (undated first), then by hash."""
        folder = self._of(key)
        names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        versions = [_read_version(folder / name) for name in names if _SHA256.fullmatch(name)]
        return tuple(sorted(versions, key=lambda each: str(each.published_on or "")))

    def _again(self, version: ListVersion) -> tuple[tuple[ListedEntity, ...], tuple[ListRelation, ...]]:
        folder = self._of(version.key) / version.sha256
        files = _kept_files(folder, version)
        at = version.key, version.sha256
        if at not in self._read:
            read = read_files(files, version.key, where=folder)
            self._read[at] = read.entities, read.relations
        return self._read[at]

    def _of(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ListUnreadable("key of a list", got=key, expected="<publisher>-<list>, lower case")
        return self._folder / key


_ANEW = "delete it and run again to take the list anew"


def _version(read: ReadList, source: ListSource) -> ListVersion:
    return ListVersion(
        key=source.key,
        publisher=read.publisher,
        sha256=files_sha256(read.files),
        published_on=read.published_on or source.published_on,
        files={name: sha256_hex(data) for name, data in read.files.items()},
        reader=read.reader,
        reader_version=read.reader_version,
        entries=len(read.entities),
    )


def _check_plausible(new: ListVersion, current: ListVersion | None, path: Path, pointer: Path) -> None:
    if current and new.entries * 10 < current.entries * 9:
        raise ListUnreadable(
            "too few entries, the version in force stays:",
            where=path,
            got=new.entries,
            expected=f"at least 90 % of {current.entries}",
            todo=f"if it is right, delete {pointer} and run again",
        )


def _read_version(folder: Path) -> ListVersion:
    try:
        return msgspec.json.decode((folder / _VERSION).read_bytes(), type=ListVersion)
    except (OSError, msgspec.DecodeError) as error:
        raise ListUnreadable(f"no kept version ({error})", where=folder, expected=_VERSION) from None


def _kept_files(folder: Path, version: ListVersion) -> Mapping[str, bytes]:
    try:
        files = {name: (folder / name).read_bytes() for name in version.files}
    except OSError as error:
        raise ListUnreadable(f"kept file is gone ({error.strerror})", where=folder, expected="as kept") from None
    if files_sha256(files) != version.sha256:
        raise ListUnreadable(
            "kept bytes changed:",
            where=folder,
            got=files_sha256(files),
            expected=version.sha256,
            todo=f"restore the folder, or delete it with {folder.parent / _CURRENT} and run again",
        )
    return files


def _keep(folder: Path, version: ListVersion, files: Mapping[str, bytes]) -> ListVersion:
    """Write a version's folder, unless it is there already; return the version as it is kept."""
    target = folder / version.sha256
    for leftover in folder.glob(f"*{_PARTIAL}"):
        shutil.rmtree(leftover)
    if target.is_dir():
        kept = _read_version(target)
        _kept_files(target, kept)
        return kept
    partial = folder / f"{version.sha256}{_PARTIAL}"
    partial.mkdir(parents=True)
    for name, data in [*files.items(), (_VERSION, canonical(version))]:
        _write(partial / name, data)
    _sync(partial)
    partial.rename(target)
    _sync(folder)
    return version


def _point(folder: Path, sha256: str) -> None:
    partial = folder / f"{_CURRENT}.new"
    _write(partial, f"{sha256}\n".encode())
    # INVARIANT: the version's folder is durable before the pointer names it.
    partial.replace(folder / _CURRENT)
    _sync(folder)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
