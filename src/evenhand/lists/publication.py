"""A list outside any network: its file or folder, or the folder of a stored version."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from evenhand.lists.formats.other_files import check_other_file
from evenhand.lists.formats.state_media import STATE_MEDIA
from evenhand.lists.formats.uk import UK_CSV
from evenhand.lists.list_reader import FORMATS, ReadList, fitting_formats, list_files, read_files, read_list
from evenhand.lists.version_files import kept_files, version_in
from evenhand.lists.versions import version_of
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity, ListVersion

_KEYS = {STATE_MEDIA.reader: "state-media", UK_CSV.reader: "uk-sanctions"}
_NUMBERED = re.compile(r"(?P<key>[a-z]+-[a-z]+)-\d+")
_DEPTH = 3
_OTHER = re.compile(r"[^a-z0-9]+")


def read_publication(path: Path) -> tuple[ListVersion, tuple[ListedEntity, ...]]:
    """Return what a file or folder publishes: its version and its entities.

    Its key is that of a kept version or of its publisher; of other lists it is their name, as `list-<name>`.

    Raises:
        ListUnreadable: as for `read_list`.
    """
    version = version_in(path)
    if version is not None:
        read = read_files(kept_files(path, version), version.key, where=path)
        return version_of(read, version.key, version.published_on), read.entities
    read = read_list(path, _named(path))
    return version_of(read, key_of(read) or _named(path), None), read.entities


class Publication(NamedTuple):
    """A list outside any network: where it is, its version and its entities."""

    path: Path
    version: ListVersion
    entities: tuple[ListedEntity, ...]


class FoundList(NamedTuple):
    """A list that was found below a path: where, the key that its publisher gives or ``""``, and how it reads."""

    path: Path
    key: str
    read: ReadList


def find_lists(path: Path) -> tuple[FoundList, ...]:
    """Return the lists of a file, of a folder, or of the files and folders in it; other files are passed over.

    Raises:
        ListUnreadable: no list is there, or one that is cannot be read whole.
    """
    found = tuple(_lists_below(path, _DEPTH))
    if not found:
        for name, data in list_files(path).items():
            check_other_file(name, data)
        known = ", ".join(FORMATS)
        raise ListUnreadable(
            "no list recognised",
            where=path,
            expected=f"the files of {known}",
            todo="see the page lists of the documentation",
        )
    return found


def read_publications(path: Path) -> tuple[Publication, ...]:
    """Return each list that a file or folder holds, as `read_publication` would, of a folder of lists all of them.

    Raises:
        ListUnreadable: as for `read_list`.
    """
    if not path.is_dir() or version_in(path) is not None:
        return (Publication(path, *read_publication(path)),)
    if _is_one_list(fitting_formats(path)) and not any(member.is_dir() for member in path.iterdir()):
        return (Publication(path, *read_publication(path)),)
    lists = find_lists(path)
    return tuple(
        Publication(one.path, version_of(one.read, one.key or _named(one.path), None), one.read.entities)
        for one in lists
    )


def _lists_below(path: Path, depth: int) -> Iterator[FoundList]:
    formats = fitting_formats(path)
    if len(formats) == 1 if path.is_file() else _is_one_list(formats):
        read = read_list(path, _named(path))
        yield FoundList(path, key_of(read), read)
        formats = {}  # its files are read; folders below may hold other lists
    if path.is_dir():
        _check_apart(path, formats)
        for member in sorted(path.iterdir()):
            if (member.is_dir() and depth) or (member.is_file() and formats):
                yield from _lists_below(member, depth - 1)


def _is_one_list(formats: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the files of a folder are those of one list: of one format, and no more than it has."""
    return [len(files) <= FORMATS[name].files for name, files in formats.items()] == [True]


def _check_apart(path: Path, formats: Mapping[str, Sequence[str]]) -> None:
    """Refuse a folder that holds a list of several files and another list: one path could not name it."""
    several = [name for name in formats if FORMATS[name].files > 1]
    if several and len(formats) > 1:
        got = ", ".join(formats[several[0]])
        raise ListUnreadable(
            "more than one list", where=path, got=got, todo=f"move {several[0]} into a folder of its own"
        )


def key_of(read: ReadList) -> str:
    """Return the key of a list that its publisher gives, by the ids of its entries; ``""`` for others."""
    numbered = _NUMBERED.fullmatch(read.entities[0].id) if read.publisher and read.entities else None
    return numbered["key"] if numbered else _KEYS.get(read.reader, "")


def _named(path: Path) -> str:
    name = path.absolute().name if path.is_dir() else path.name.partition(".")[0]
    return f"list-{_OTHER.sub('-', name.lower()).strip('-')}"
