"""A publication by itself: a list's file or folder, or the folder of a kept version, outside any network."""

import re
from pathlib import Path

from evenhand.lists.kept import kept_files, version_in
from evenhand.lists.reading import ReadList, read_files, read_list
from evenhand.lists.state_media import STATE_MEDIA
from evenhand.lists.uk import UK_CSV
from evenhand.lists.versions import version_of
from evenhand.model.listing import ListedEntity, ListVersion

_KEYS = {STATE_MEDIA.reader: "state-media", UK_CSV.reader: "uk-sanctions"}
_NUMBERED = re.compile(r"(?P<key>[a-z]+-[a-z]+)-\d+")
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


def key_of(read: ReadList) -> str:
    """Return the key of a list that its publisher gives, by the ids of its entries; ``""`` for others."""
    numbered = _NUMBERED.fullmatch(read.entities[0].id) if read.publisher and read.entities else None
    return numbered["key"] if numbered else _KEYS.get(read.reader, "")


def _named(path: Path) -> str:
    name = path.absolute().name if path.is_dir() else path.name.partition(".")[0]
    return f"list-{_OTHER.sub('-', name.lower()).strip('-')}"
