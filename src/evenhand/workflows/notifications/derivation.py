"""Events made of the ledger and of how the network is now, and queued once each, with the place up to which they go."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from evenhand.ledger import LogReader
from evenhand.model.errors import EvenhandError, HistoryConflict
from evenhand.model.notification import EventKind, NetworkEvent
from evenhand.model.record import Record
from evenhand.store.event_outbox import EventOutbox
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import KINDS as COMPLAINT_KINDS
from evenhand.workflows.evaluation.run_state import state_stamp
from evenhand.workflows.notifications.event_records import receivers_of
from evenhand.workflows.notifications.ledger_events import entry_event, erased_events
from evenhand.workflows.notifications.outbox_place import open_outbox, outbox_path
from evenhand.workflows.notifications.state_events import (
    complaint_deadlines,
    near_deadlines,
    reopened_matches,
    stale_lists,
    stale_register,
)
from evenhand.workflows.operations.ledgers import read_ledger

_T = TypeVar("_T")
_MOVE_DEADLINES = {*COMPLAINT_KINDS, "erasure"}
KEPT_FOR = timedelta(days=30)
"""So long an event that waits for nobody can be sent again."""


class Derived(Record, frozen=True, kw_only=True):
    """What a look for events came to: deliveries that are new, the tree size that was read to, and what went wrong.

    `began` is True where nothing was read before: then events begin with the records that come after this size.
    `problems` are sentences on what could not be looked at; the next look tries it again.
    """

    queued: int = 0
    size: int = 0
    began: bool = False
    problems: tuple[str, ...] = ()


def derive_events(network: Network, at: datetime) -> Derived:
    """Queue every event since the last call for those who want it, and return what that came to.

    The first call begins with the ledger as it is: of its records no event is made, of how the network is now all are.
    No lock of the ledger is taken. All of it is one transaction: killed anywhere, the next call finds the same again.

    Raises:
        BadInput: there is no ledger yet.
        HistoryConflict: the outbox has read further than the ledger goes, or the ledger was changed.
        LedgerBusy, StorageFailed: the outbox is held by another process, or cannot be used.
    """
    if not network.settings.receivers and not outbox_path(network.folder).exists():
        return Derived()
    with (
        read_ledger(network.ledger) as ledger,
        closing(open_outbox(network.folder, ledger.origin)) as outbox,
        outbox.changing(),
    ):
        return _Look(network, ledger, outbox, at).derive()


def forget_erased(folder: Path, ledger: LogReader, parties: frozenset[str]) -> None:
    """Withdraw the events of the network in `folder` that are about erased entries or `parties`, and what they say.

    May be repeated.
    """
    if outbox_path(folder).exists():
        with closing(open_outbox(folder, ledger.origin)) as outbox:
            about = outbox.about()
            erased = {*erased_events(ledger, iter(about)), *(event for event, _, party in about if party in parties)}
            outbox.forget(sorted(erased))


class _Look:
    """One look for events, inside of one transaction of the outbox."""

    def __init__(self, network: Network, ledger: LogReader, outbox: EventOutbox, at: datetime) -> None:
        self._network, self._ledger, self._outbox, self._at = network, ledger, outbox, at
        self._wanted = {kind for each in network.settings.receivers for kind in each.events}
        self._queued = 0
        self._problems: list[str] = []

    def derive(self) -> Derived:
        """Queue what is new, keep how far it was read, and return what that came to."""
        ledger, outbox, start = self._ledger, self._outbox, self._outbox.size
        if start is not None and start > ledger.size:
            raise HistoryConflict(
                "the outbox of events has read further than this ledger goes", where=ledger.origin, got=start,
                expected=f"at most {ledger.size}",
                todo="find out which of the two is another's or an old copy; without it events begin anew",
            )  # fmt: skip
        stamp = state_stamp(self._network.state)
        kinds = self._queue_entries(ledger.size if start is None else start)
        if start is None or not kinds.isdisjoint(_MOVE_DEADLINES):
            self._keep_deadlines()
        if not self._queue_states(is_new_state=stamp != outbox.stamp):
            stamp = outbox.stamp
        outbox.remove_bodies(int((self._at - KEPT_FOR).timestamp()))
        outbox.advance(ledger.size, stamp)
        return Derived(queued=self._queued, size=ledger.size, began=start is None, problems=tuple(self._problems))

    def _queue_entries(self, start: int) -> set[str]:
        """Queue the events of the ledger's entries from `start` on, and return of which kinds those entries are."""
        kinds: set[str] = set()
        for seq, leaf, payload in self._ledger.entries(start=start):
            kinds.add(leaf.kind)
            event = None if payload is None else entry_event(self._ledger, seq, leaf, payload)
            if event is not None:
                self._queue(event)
        return kinds

    def _keep_deadlines(self) -> None:
        found = self._looked("complaints", lambda: complaint_deadlines(self._network, self._ledger))
        if found is not None:
            self._outbox.keep_deadlines(found)

    def _queue_states(self, *, is_new_state: bool) -> bool:
        """Queue what can be seen of how the network is now; return whether matches were looked at, if they had to be.

        What the last run saw is read only where it is new: it takes seconds in a large network.
        """
        network, origin, at = self._network, self._ledger.origin, self._at
        looks: list[tuple[EventKind, Callable[[], Iterable[NetworkEvent]]]] = [
            ("list.stale", partial(stale_lists, network, origin, at)),
            ("register.stale", partial(stale_register, network, origin, at)),
            ("clock.near", partial(near_deadlines, self._outbox.deadlines(), origin, at)),
        ]
        if is_new_state:
            looks.append(("match.reopened", partial(reopened_matches, network, self._ledger, at)))
        done: dict[EventKind, bool] = {}
        for kind, look in looks:
            found = self._looked(kind, partial(_all_of, look)) if kind in self._wanted else []
            for event in found or ():
                self._queue(event)
            done[kind] = found is not None
        return done.get("match.reopened", True)

    def _looked(self, what: str, look: Callable[[], _T]) -> _T | None:
        """Return what a look finds, None where it fails: the others go on, and the next call tries it again."""
        try:
            return look()
        except (EvenhandError, OSError) as error:
            self._problems.append(f"{what}: {error}")
            return None

    def _queue(self, event: NetworkEvent) -> None:
        targets = receivers_of(self._network.settings, event.kind)
        if targets:
            self._queued += self._outbox.queue(event, targets, int(self._at.timestamp()))


def _all_of(look: Callable[[], Iterable[NetworkEvent]]) -> list[NetworkEvent]:
    return list(look())
