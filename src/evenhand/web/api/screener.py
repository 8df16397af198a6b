"""The lists in force of a network, indexed once anew when a list has another version, and each day."""

import threading
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Final

from evenhand.intake.names import Named
from evenhand.lists import Versions
from evenhand.model.listing import ListVersion
from evenhand.model.matches import EntryShown
from evenhand.screening import Index
from evenhand.web.api.entity_query import EntityQuery, best_answer
from evenhand.web.console.console import Console
from evenhand.workflows.evaluation.listed_entries import entry_shown
from evenhand.workflows.queries.lookup import NameMatch, ScreenedName, look_up
from evenhand.workflows.queries.screening_index import Listed, index_of, listed_in

_INDEX: Final = "screening.index"
ALL_LISTS: Final = "default"
# Of one list fewer may be wanted than of all: so many are looked at before those of other lists are left out.
MOST: Final = 100


class Screener:
    """Lists and their index, kept for all threads of one console."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[date, tuple[tuple[str, str], ...]] | None = None
        self._kept: tuple[Listed, Index] | None = None

    def lists(self, console: Console) -> tuple[ListVersion, ...]:
        """Return the versions in force, in the order of the settings."""
        network = console.network()
        kept = Versions(network.lists)
        versions = (kept.current(source.key) for source in network.settings.lists)
        return tuple(each for each in versions if each is not None)

    def screen(self, console: Console, named: Sequence[Named], most: int, scope: str = ALL_LISTS) -> list[ScreenedName]:
        """Return an answer a name, in order, with at most `most` matches of the lists of `scope`.

        Raises:
            ListUnreadable: a required list has no version.
        """
        listed, index = self._indexed(console)
        answers = look_up(named, index, MOST if scope != ALL_LISTS else most, lambda *_: None, listed)
        return [_narrowed(each, scope, most) for each in answers]

    def screen_entities(
        self, console: Console, queries: Sequence[EntityQuery], most: int, scope: str = ALL_LISTS
    ) -> list[ScreenedName]:
        """Return an answer an entity, in order, as `screen` does.

        Raises:
            ListUnreadable: a required list has no version.
        """
        parties = [party for query in queries for party in query.parties]
        answers = iter(self.screen(console, parties, most, scope))
        return [best_answer(list(islice(answers, len(query.parties))), most) for query in queries]

    def entry(self, console: Console, name: str) -> EntryShown | None:
        """Return an entry in force by `list:id`, None where there is none."""
        key, _, id_ = name.partition(":")
        listed, _ = self._indexed(console)
        for version, entities in listed:
            if version.key == key:
                return next((entry_shown(version, each) for each in entities if each.id == id_), None)
        return None

    def _indexed(self, console: Console) -> tuple[Listed, Index]:
        network, at = console.network(), console.machine.now()
        versions = tuple((each.key, each.sha256) for each in self.lists(console))
        in_force = at.astimezone(network.settings.zone).date(), versions  # entries begin and end with a day
        with self._lock:
            if self._kept is None or self._of != in_force:
                listed = listed_in((), network.folder, at)
                index, _ = index_of(network.lists / _INDEX, listed, console.suffixes)
                self._of, self._kept = in_force, (listed, index)
            return self._kept


def _narrowed(answer: ScreenedName, scope: str, most: int) -> ScreenedName:
    matches: tuple[NameMatch, ...] = tuple(each for each in answer.matches if scope in (ALL_LISTS, each.list))[:most]
    return ScreenedName(line=answer.line, id=answer.id, name=answer.name, party=answer.party, matches=matches)
