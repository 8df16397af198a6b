"""The lists that names are screened against outside a run, and their index, kept in a file where one is wanted."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from evenhand.lists import Versions
from evenhand.lists.formats.listing_periods import on_day
from evenhand.lists.publication import read_publications
from evenhand.model.errors import BadInput, ListUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening import Index
from evenhand.screening.index.cache import kept_index
from evenhand.store.network import Network, read_network

Listed = list[tuple[ListVersion, Sequence[ListedEntity]]]


def listed_in(paths: Sequence[Path], network: Path | None, at: datetime) -> Listed:
    """Return the lists of some files and folders, and those in force in a network; none where none is named.

    Their entries are those in force on the day of `at`, in the network's zone, else in that of `at` itself.

    Raises:
        ListUnreadable: a list cannot be read, two have one key, or the network has no version of a required one.
    """
    whole = None if network is None else read_network(network)
    day = (at if whole is None else at.astimezone(whole.settings.zone)).date()
    in_force = [] if whole is None else _in_force(whole)
    places = {version.key: f"in force in {network}" for version, _ in in_force}
    published = list(chain.from_iterable(map(read_publications, paths)))
    for path, version, _ in published:
        if version.key in places:
            raise ListUnreadable(
                f"two lists have the key {version.key}: {places[version.key]} and {path}", expected="each list once"
            )
        places[version.key] = str(path)
    both = [*in_force, *((version, entities) for _, version, entities in published)]
    return [on_day(version, entities, day) for version, entities in both]


def index_of(file: Path | None, listed: Listed, suffixes: Suffixes) -> tuple[Index, str]:
    """Return the index of some lists, and a sentence on the file that keeps it, "" without one.

    Raises:
        BadInput: neither a list nor a file.
    """
    if listed and file is not None:
        index, why = kept_index(file, listed, suffixes)
        return index, f"index built and kept in {file}: {why}" if why else f"index of {file}"
    if file is not None:
        return Index.open(file, suffixes), f"index of {file}"
    if not listed:
        raise BadInput("no list to screen against", expected="--lists, --network or --index")
    return Index(listed, suffixes), ""


def _in_force(network: Network) -> Listed:
    kept = Versions(network.lists)
    versions = {source: kept.current(source.key) for source in network.settings.lists}
    missing = [source.key for source, version in versions.items() if version is None and source.required]
    found: Listed = [(version, kept.entities(version)) for version in versions.values() if version is not None]
    if missing or not found:
        what, todo = "no version in force of", f"`evenhand lists update {network.folder}` takes them"
        raise ListUnreadable(what, where=network.folder, got=", ".join(missing) or "any list", todo=todo)
    return found
