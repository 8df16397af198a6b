"""The folder of one stored version: the publisher's files, `version.json`, and a digest of each entry as read.

Folders and files are written under a temporary name, synced and renamed: a process that is killed leaves the old or
the new, and at most a folder `….partial` that the next one removes.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from evenhand.lists.list_reader import ReadList
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListVersion
from evenhand.model.record import Record, canonical, canonical_exact, files_sha256, sha256_hex
from evenhand.store.atomic_files import sync_path, write_whole

_VERSION = "version.json"
CURRENT = "current"
_REFUSED = "refused.json"
_PARTIAL = ".partial"
_LOCK = "lock"


class ReadingDigest(Record, frozen=True, kw_only=True):
    """A version as one reader read it: 16 hex digits an entry, and counts of what it left out, by kind."""

    entries: dict[str, str]
    left_out: dict[str, int]


class RefusedVersion(Record, frozen=True, kw_only=True):
    """A version that was not taken because entries of the one in force are missing from it.

    `sha256` is of its files, `entries` how many it has; `missing` are the ids that it lacks, in order, 1,000 at most,
    of `missing_count`. The files themselves are not kept.
    """

    sha256: str
    entries: int
    missing: tuple[str, ...]
    missing_count: int


_MOST_MISSING = 1_000


def note_refused(folder: Path, version: ListVersion, missing: Iterable[str]) -> None:
    """Write down which entries a version lacks that was not taken, for a person to look at."""
    ids = sorted(missing)
    refused = RefusedVersion(
        sha256=version.sha256, entries=version.entries, missing=tuple(ids[:_MOST_MISSING]), missing_count=len(ids)
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / _REFUSED, canonical(refused))


def read_refused(folder: Path) -> RefusedVersion | None:
    """Return the version of a list that was not taken last, None where the last one was, or nothing is known."""
    try:
        return msgspec.json.decode((folder / _REFUSED).read_bytes(), type=RefusedVersion)
    except (OSError, msgspec.MsgspecError):
        return None


def forget_refused(folder: Path) -> None:
    """Forget a version that was not taken: another one was."""
    (folder / _REFUSED).unlink(missing_ok=True)


def read_version(folder: Path) -> ListVersion:
    """Return what `version.json` says.

    Raises:
        ListUnreadable: it is not there or damaged.
    """
    try:
        return msgspec.json.decode((folder / _VERSION).read_bytes(), type=ListVersion)
    except (OSError, msgspec.DecodeError) as error:
        raise ListUnreadable(f"not a stored version ({error})", where=folder, expected=_VERSION) from None


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
        raise ListUnreadable(
            f"stored file is missing ({error.strerror})", where=folder, expected="the file as stored"
        ) from None
    if files_sha256(files) != version.sha256:
        raise ListUnreadable(
            "stored files were changed, their SHA-256 is",
            where=folder,
            got=files_sha256(files),
            expected=version.sha256,
            todo=f"restore the folder, or delete it with {folder.parent / CURRENT} and run again",
        )
    return files


def store_version(folder: Path, version: ListVersion, read: ReadList) -> ListVersion:
    """Store a version in the list's folder, unless it is there already; return it as it is stored.

    The same bytes keep their date. If a newer reader read them, `version.json` names that reader from now on.
    """
    target = folder / version.sha256
    for leftover in folder.glob(f"*{_PARTIAL}"):
        shutil.rmtree(leftover)
    if target.is_dir():
        kept = read_version(target)
        kept_files(target, kept)
        return kept if same_reader(kept, version) else _update_reader(target, kept, version, read)
    partial = folder / f"{version.sha256}{_PARTIAL}"
    partial.mkdir(parents=True)
    ours = {_digest_name(version): canonical_exact(digest_of(read)), _VERSION: canonical(version)}
    for name, data in [*read.files.items(), *ours.items()]:
        write_whole(partial / name, data)
    sync_path(partial)
    partial.rename(target)
    sync_path(folder)
    return version


def set_current(folder: Path, sha256: str) -> None:
    """Put a kept version in force."""
    # INVARIANT: the version's folder is durable before the pointer names it.
    write_whole(folder / CURRENT, f"{sha256}\n".encode())


def digest_of(read: ReadList) -> ReadingDigest:
    """Return the digest of a list as read; an entry's digits are over it and its relations."""
    relations: dict[str, list[bytes]] = {}
    for relation in read.relations:
        for id_ in {relation.subject, relation.object}:
            relations.setdefault(id_, []).append(canonical_exact(relation))
    entries = {
        entity.id: sha256_hex(b"\0".join([canonical_exact(entity), *sorted(relations.get(entity.id, ()))]))[:16]
        for entity in read.entities
    }
    return ReadingDigest(entries=entries, left_out=read.left_out)


def read_digest(folder: Path, version: ListVersion) -> ReadingDigest | None:
    """Return the digest by the reader that `version` names, None if there is none."""
    try:
        return msgspec.json.decode((folder / _digest_name(version)).read_bytes(), type=ReadingDigest)
    except (OSError, msgspec.DecodeError):
        return None


def changed_by_reader(folder: Path, version: ListVersion, read: ReadList) -> frozenset[str]:
    """Return the ids of entries that `read` has differently from the reader that `version` names.

    Both read the same bytes. Without that reader's digest every entry may differ.
    """
    if same_reader(read, version):
        return frozenset()
    before = read_digest(folder, version)
    if before is None:
        return frozenset(entity.id for entity in read.entities)
    return frozenset(id_ for id_, _ in before.entries.items() ^ digest_of(read).entries.items())


def same_reader(one: ListVersion | ReadList, other: ListVersion | ReadList) -> bool:
    """Return whether both were read by the same version of the same reader."""
    return (one.reader, one.reader_version) == (other.reader, other.reader_version)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a list's folder; they wait, for about as long as a list takes to read."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _update_reader(target: Path, kept: ListVersion, version: ListVersion, read: ReadList) -> ListVersion:
    updated = msgspec.structs.replace(
        kept, reader=version.reader, reader_version=version.reader_version, entries=version.entries
    )
    # INVARIANT: the digest is durable before `version.json` names it.
    write_whole(target / _digest_name(updated), canonical_exact(digest_of(read)))
    write_whole(target / _VERSION, canonical(updated))
    return updated


def _digest_name(version: ListVersion) -> str:
    return f"as-read-by-{version.reader}-{version.reader_version}"
