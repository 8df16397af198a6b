"""Entries and differences of list versions as they were read last: to read a large list takes seconds."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, NamedTuple, TypeVar

from evenhand.lists import Versions
from evenhand.lists.difference import Difference, difference
from evenhand.model.errors import NotFound, StateRefused
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.matches import EntryShown
from evenhand.store.network import Network
from evenhand.workflows.evaluation.listed_entries import entry_shown

_MOST_READINGS: Final = 2
_MOST_ENTRIES: Final = 200_000
"""A list with more entries is looked through at a terminal: `evenhand lists entry`."""

Value = TypeVar("Value")


class ReadVersion(NamedTuple):
    """The entries of a version, by id, and the texts by which they are found."""

    version: ListVersion
    entries: dict[str, ListedEntity]
    texts: dict[str, str]

    def found(self, words: str) -> list[ListedEntity]:
        """Return the entries in whose id, names or other names all words occur, in published order."""
        wanted = words.casefold().split()
        return [self.entries[id_] for id_, text in self.texts.items() if all(each in text for each in wanted)]

    def shown(self, entity_id: str) -> EntryShown:
        """Return an entry as its publisher lists it.

        Raises:
            NotFound: the version has none of this id.
        """
        entity = self.entries.get(entity_id)
        if entity is None:
            raise NotFound("no entry of this id in the version in force", where=self.version.key, got=entity_id)
        return entry_shown(self.version, entity)


class ListReadings:
    """What was read of lists, for all threads; of each kind the last two are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def entries(self, network: Network, key: str) -> ReadVersion | None:
        """Return the version in force of a list, read; None where there is none.

        Raises:
            StateRefused: it has too many entries to be looked through in a browser.
            ListUnreadable: what is kept is damaged.
        """
        kept = Versions(network.lists)
        current = kept.current(key)
        if current is None:
            return None
        if current.entries > _MOST_ENTRIES:
            raise StateRefused(
                f"{key} has {current.entries:,} entries, too many to look through here", where=key, state="large",
                event="search", todo=f"evenhand lists entry {network.folder} ID",
            )  # fmt: skip
        return self._once(("entries", key, current.sha256), lambda: _read(kept, current))

    def difference(self, network: Network, key: str, old: str, new: str) -> tuple[Difference, dict[str, str]]:
        """Return how two kept versions differ, and the captions of the entries that changed.

        Raises:
            ListUnreadable: one is not kept, or cannot be read.
        """
        kept = Versions(network.lists)
        before, after = (kept.folder_of(kept.stored(key, each)) for each in (old, new))
        return self._once(("difference", key, old, new), lambda: difference(before, after, key))

    def _once(self, key: Hashable, read: Callable[[], Value]) -> Value:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = read()
                while len(self._kept) > 2 * _MOST_READINGS:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]  # type: ignore[return-value]  # what `read` returned for this key


def _read(kept: Versions, version: ListVersion) -> ReadVersion:
    entries = {entity.id: entity for entity in kept.entities(version)}
    texts = {
        id_: "\n".join((id_, each.caption, *each.values("name", "alias", "previousName", "weakAlias"))).casefold()
        for id_, each in entries.items()
    }
    return ReadVersion(version, entries, texts)
