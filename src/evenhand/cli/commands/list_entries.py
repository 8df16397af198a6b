"""`evenhand lists entry`: an entry found by its id in the lists in force of a network, or in files."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from evenhand.lists import Versions
from evenhand.lists.publication import read_publication
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.matches import EntryShown
from evenhand.store.network import read_network
from evenhand.workflows.evaluation.listed_entries import entry_shown

Listed = Sequence[tuple[ListVersion, Sequence[ListedEntity]]]

_MOST_NAMED = 5


def folder_and_id(arguments: Sequence[str]) -> tuple[Path | None, str]:
    """Return the network's folder, if one is named, and the id; who writes the folder last is understood too.

    Raises:
        BadInput: more than two words, or none of two is a folder.
    """
    match arguments:
        case [id_]:
            return None, id_
        case [folder, id_] if Path(folder).is_dir():
            return Path(folder), id_
        case [id_, folder] if Path(folder).is_dir():
            return Path(folder), id_
        case _:
            raise BadInput("not a network's folder and an id:", got=" ".join(arguments), expected="[DIR] ID")


def lists_of(folder: Path | None, paths: Iterable[Path]) -> Listed:
    """Return the lists in force of a network and those of files.

    Raises:
        BadInput: neither is named, or the network has no list yet.
        ListUnreadable: a list cannot be read.
    """
    found = [read_publication(path) for path in paths]
    if folder is not None:
        network = read_network(folder)
        kept = Versions(network.lists)
        versions = [kept.current(source.key) for source in network.settings.lists]
        found += [(version, kept.entities(version)) for version in versions if version is not None]
    if not found:
        where = "no list is in force" if folder is not None else "no list to look in"
        todo = f"`evenhand lists update {folder}` takes them" if folder is not None else ""
        raise BadInput(where, where=folder or "", expected="a network's folder with lists, or --list", todo=todo)
    return found


def entries_of(id_: str, listed: Listed) -> tuple[EntryShown, ...]:
    """Return the entries of this id, which may be `list:id` or `list#id`; several lists may have one each.

    Raises:
        NotFound: there is none; the error names ids that are near, and entries of that name.
    """
    found = tuple(
        entry_shown(version, entity)
        for version, entities in listed
        for entity in entities
        if id_ in (entity.id, f"{version.key}:{entity.id}", f"{version.key}#{entity.id}")
    )
    if not found:
        near = _near(id_, listed)
        raise NotFound(
            "no entry of this id", got=id_, expected=f"one such as {', '.join(near)}" if near else _asked(listed)
        )
    return found


def _near(id_: str, listed: Listed) -> list[str]:
    """Return ids of entries that have this text as their name, then ids that are spelled alike."""
    key, _, rest = id_.replace("#", ":", 1).partition(":")
    wanted = rest if key in {version.key for version, _ in listed} else id_
    called = [
        entity.id
        for _, entities in listed
        for entity in entities
        if wanted.casefold() in (each.casefold() for each in (entity.caption, *entity.values("name", "alias")))
    ]
    ids = [entity.id for _, entities in listed for entity in entities]
    return list(dict.fromkeys((*called, *get_close_matches(wanted, ids, _MOST_NAMED))))[:_MOST_NAMED]


def _asked(listed: Listed) -> str:
    return f"the id of an entry of {', '.join(version.key for version, _ in listed)}"
