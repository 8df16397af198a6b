"""The folder of one kept version: the publisher's files, `version.json`, and what a reader made of each entry.

Folders and files are written beside their place, synced and renamed: a process that is killed leaves the old or the
new, and at most a folder `….partial` that the next one removes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from evenhand.lists.reading import ReadList
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.record import Record, canonical, canonical_exact, files_sha256, sha256_hex

_VERSION = "version.json"
CURRENT = "current"
_PARTIAL = ".partial"
_LOCK = "lock"


class AsRead(Record, frozen=True, kw_only=True):
    """What one reader made of a version: 16 hex digits an entry, and counts of what it left out, by kind."""

    entries: dict[str, str]
    left_out: dict[str, int]


def read_version(folder: Path) -> ListVersion:
    """Return what `version.json` says.

    Raises:
        ListUnreadable: it is not there or damaged.
    """
    try:
        return msgspec.json.decode((folder / _VERSION).read_bytes(), type=ListVersion)
    except (OSError, msgspec.DecodeError) as error:
        raise ListUnreadable(f"no kept version ({error})", where=folder, expected=_VERSION) from None


def version_in(folder: Path) -> ListVersion | None:
    """Return the version that is kept in a folder, None if it is the folder of something else."""
    try:
        return read_version(folder)
    except ListUnreadable:
        return None


def kept_files(folder: Path, version: ListVersion) -> Mapping[str, bytes]:
    """Return the publisher's files of a version.

    Raises:
        ListUnreadable: they are gone or no longer have the version's hash.
    """
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
            todo=f"restore the folder, or delete it with {folder.parent / CURRENT} and run again",
        )
    return files


def keep(folder: Path, version: ListVersion, read: ReadList) -> ListVersion:
    """Keep a version in the list's folder, unless it is there already; return it as it is kept.

    The same bytes keep their date. Read by another version of the reader, they say that one from now on.
    """
    target = folder / version.sha256
    for leftover in folder.glob(f"*{_PARTIAL}"):
        shutil.rmtree(leftover)
    if target.is_dir():
        kept = read_version(target)
        kept_files(target, kept)
        return kept if same_reader(kept, version) else _renewed(target, kept, version, read)
    partial = folder / f"{version.sha256}{_PARTIAL}"
    partial.mkdir(parents=True)
    ours = {_as_read_name(version): canonical_exact(as_read(read)), _VERSION: canonical(version)}
    for name, data in [*read.files.items(), *ours.items()]:
        _write(partial / name, data)
    _sync(partial)
    partial.rename(target)
    _sync(folder)
    return version


def point(folder: Path, sha256: str) -> None:
    """Put a kept version in force."""
    # INVARIANT: the version's folder is durable before the pointer names it.
    replace_file(folder / CURRENT, f"{sha256}\n".encode())


def as_read(read: ReadList) -> AsRead:
    """Return what to remember of a reading; the digits of an entry are over it and its relations."""
    ties: dict[str, list[bytes]] = {}
    for relation in read.relations:
        for id_ in {relation.subject, relation.object}:
            ties.setdefault(id_, []).append(canonical_exact(relation))
    entries = {
        entity.id: sha256_hex(b"\0".join([canonical_exact(entity), *sorted(ties.get(entity.id, ()))]))[:16]
        for entity in read.entities
    }
    return AsRead(entries=entries, left_out=read.left_out)


def remembered(folder: Path, version: ListVersion) -> AsRead | None:
    """Return what the reader that `version` names made of it, None if that was not kept."""
    try:
        return msgspec.json.decode((folder / _as_read_name(version)).read_bytes(), type=AsRead)
    except (OSError, msgspec.DecodeError):
        return None


def read_otherwise(folder: Path, version: ListVersion, read: ReadList) -> frozenset[str]:
    """Return the ids of entries that `read` has otherwise than the reader that `version` names had them.

    Both read the same bytes. If nobody knows what that reader made of them, every entry may differ.
    """
    if same_reader(read, version):
        return frozenset()
    before = remembered(folder, version)
    if before is None:
        return frozenset(entity.id for entity in read.entities)
    return frozenset(id_ for id_, _ in before.entries.items() ^ as_read(read).entries.items())


def same_reader(one: ListVersion | ReadList, other: ListVersion | ReadList) -> bool:
    """Return whether two readings are by the same version of the same reader."""
    return (one.reader, one.reader_version) == (other.reader, other.reader_version)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.new")
    _write(partial, data)
    partial.replace(path)
    _sync(path.parent)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a list's folder; they wait, for about as long as a list takes to read."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _renewed(target: Path, kept: ListVersion, version: ListVersion, read: ReadList) -> ListVersion:
    renewed = msgspec.structs.replace(
        kept, reader=version.reader, reader_version=version.reader_version, entries=version.entries
    )
    # INVARIANT: what a reader made of the bytes is durable before `version.json` names it.
    replace_file(target / _as_read_name(renewed), canonical_exact(as_read(read)))
    replace_file(target / _VERSION, canonical(renewed))
    return renewed


def _as_read_name(version: ListVersion) -> str:
    return f"as-read-by-{version.reader}-{version.reader_version}"


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
