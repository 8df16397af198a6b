"""The events on their way to webhooks and mail addresses, in one SQLite file, with the place up to which they go."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from evenhand.model.errors import BadInput
from evenhand.model.notification import DeliveryState, EventDelivery, NetworkEvent
from evenhand.store.outbox_file import FARTHEST_S, OutboxFile, opened

_SCHEMA = """
CREATE TABLE event(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER, party TEXT NOT NULL, made_at INTEGER NOT NULL, body BLOB);
CREATE TABLE delivery(
    number INTEGER PRIMARY KEY, event TEXT NOT NULL REFERENCES event, target TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, since INTEGER NOT NULL, next_at INTEGER NOT NULL, answer TEXT NOT NULL,
    UNIQUE(event, target));
CREATE INDEX due ON delivery(state, next_at, number);
CREATE TABLE deadline(
    complaint TEXT NOT NULL, clock TEXT NOT NULL, since INTEGER NOT NULL, due_at INTEGER NOT NULL,
    decision TEXT NOT NULL, party TEXT NOT NULL);
CREATE TABLE meta(origin TEXT NOT NULL, size INTEGER NOT NULL, stamp TEXT NOT NULL);
"""
_NOT_BEGUN = -1
ALL = -1
"""As many as there are."""
_SHOWN = (
    "SELECT number, event, kind, target, state, attempts, since, next_at, answer, CAST(body AS BLOB)"
    " FROM delivery JOIN event ON event.id = delivery.event WHERE"
)
_OPEN = "('waiting', 'failed')"


class KeptDeadline(NamedTuple):
    """An open deadline of a complaint, as it was when the complaint last changed; instants in Unix seconds."""

    complaint: str
    clock: str
    since: int
    due_at: int
    decision: str
    party: str


class EventOutbox(OutboxFile):
    """The outbox at `path` for the log `origin`; it is made if it is not there.

    Several processes may have it open: each waits up to `wait_s` seconds for the transaction of another.

    Raises:
        BadInput: it belongs to another log.
        LedgerBusy: another process was in a transaction for longer than `wait_s` seconds.
        StorageFailed: the disk fails, or this is no outbox.
    """

    _lost = "a new one begins with the records that come then, and what was not delivered is lost"

    def __init__(self, path: Path, origin: str, *, wait_s: float) -> None:
        super().__init__(path)
        with self._clear():
            self._sql = opened(path, wait_s, alone=False)
        try:
            if not self._is_made():
                with self.changing():
                    if not self._is_made():  # another process may have made it meanwhile
                        self._rows(_SCHEMA)
                        self._rows("INSERT INTO meta VALUES (?, ?, '')", origin, _NOT_BEGUN)
            (kept,) = self._rows("SELECT origin FROM meta")
            if kept != (origin,):
                raise BadInput("outbox of another log", where=path, got=kept[0], expected=origin)
        except BaseException:
            self._sql.close()
            raise

    @property
    def size(self) -> int | None:
        """Return the tree size up to which events were made of the ledger, None where nothing was read yet."""
        size = int(self._rows("SELECT size FROM meta")[0][0])
        return None if size == _NOT_BEGUN else size

    @property
    def stamp(self) -> str:
        """Return of which state of the last run events were made."""
        return str(self._rows("SELECT stamp FROM meta")[0][0])

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the file for one transaction: what is changed until its end is kept whole or, if it is killed, not."""
        with self._clear():
            self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with self._clear():
                self._sql.execute("ROLLBACK")
            raise
        with self._clear():
            self._sql.execute("COMMIT")

    def queue(self, event: NetworkEvent, targets: Sequence[str], at: int) -> int:
        """Queue an event for receivers that it was not queued for yet; return for how many. `at` is in Unix seconds."""
        values = event.id, event.kind, event.seq, event.party, at, event.body
        self._rows("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)", *values)
        query = (
            "INSERT OR IGNORE INTO delivery(event, target, state, attempts, since, next_at, answer)"
            " VALUES (?, ?, 'waiting', 0, 0, 0, '') RETURNING number"
        )
        return sum(len(self._rows(query, event.id, target)) for target in targets)

    def advance(self, size: int, stamp: str) -> None:
        """Keep up to which tree size, and of which state of the last run, events were made."""
        self._rows("UPDATE meta SET size = max(size, ?), stamp = ?", size, stamp)

    def keep_deadlines(self, deadlines: Iterable[KeptDeadline]) -> None:
        """Keep the open deadlines of all complaints in place of those that were kept."""
        self._rows("DELETE FROM deadline")
        for each in deadlines:
            self._rows("INSERT INTO deadline VALUES (?, ?, ?, ?, ?, ?)", *each)

    def deadlines(self) -> list[KeptDeadline]:
        """Return the kept deadlines, the earliest first."""
        return [KeptDeadline(*row) for row in self._rows("SELECT * FROM deadline ORDER BY due_at, complaint, clock")]

    def due(self, now: int, most: int, *, without: Sequence[str] = (), to: str = "") -> list[EventDelivery]:
        """Return what is due, longest due first, then in the order of the events.

        Nothing to receivers `without`; with `to` only what is due to this one.
        """
        marks = ", ".join("?" * len(without))
        where = (
            f"state = 'waiting' AND (next_at <= ? OR next_at > ?) AND target NOT IN ({marks}) AND ? IN ('', target)"
            " ORDER BY next_at, number LIMIT ?"
        )
        return self._found(where, now, now + FARTHEST_S, *without, to, most)

    def settle(self, row: EventDelivery) -> None:
        """Keep how far a delivery is now; one that does not wait any more stays as it is."""
        query = (
            "UPDATE delivery SET state = ?, attempts = ?, since = ?, next_at = ?, answer = ?"
            " WHERE number = ? AND state = 'waiting'"
        )
        self._rows(query, row.state, row.attempts, row.since, row.next_at, row.answer, row.number)

    def replay(self, event: str | None) -> int:
        """Let an event, None: every failed delivery, go out once more; return how many deliveries wait for it now."""
        which = "state = 'failed'" if event is None else "state IN ('failed', 'delivered') AND event = ?"
        query = (
            "UPDATE delivery SET state = 'waiting', attempts = 0, since = 0, next_at = 0, answer = ''"
            f" WHERE {which} AND (SELECT body FROM event WHERE id = event) IS NOT NULL RETURNING number"
        )
        return len(self._rows(query, *(() if event is None else (event,))))

    def withdraw_others(self, targets: Sequence[str]) -> None:
        """Withdraw what waits for receivers, or failed, that are none of these any more."""
        marks = ", ".join("?" * len(targets))
        self._withdraw(f"target NOT IN ({marks})", "the receiver is not in evenhand.toml any more", *targets)

    def forget(self, events: Sequence[str]) -> None:
        """Withdraw these events, and remove what they say: what they are about was erased."""
        with self.changing():
            for event in events:
                self._withdraw("event = ?", "what it is about was erased", event)
                self._rows("UPDATE event SET body = NULL, party = '' WHERE id = ?", event)
            self._rows("DELETE FROM deadline")

    def remove_bodies(self, before: int) -> None:
        """Remove what events say that were made before an instant and wait for nobody; that they were made stays."""
        query = (
            "UPDATE event SET body = NULL, party = '' WHERE made_at < ? AND body IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM delivery WHERE event = event.id AND state IN {_OPEN})"
        )
        self._rows(query, before)

    def about(self) -> list[tuple[str, int | None, str]]:
        """Return id, entry of the ledger and party of each event that still says something."""
        return self._rows("SELECT id, seq, party FROM event WHERE body IS NOT NULL")

    def newest(self, most: int) -> list[EventDelivery]:
        """Return deliveries without what they say: those that failed first, then what waits, then the newest."""
        rank = "CASE state WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END"
        return self._found(f"1 ORDER BY {rank}, number DESC LIMIT ?", most)

    def counts(self) -> dict[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        found = dict(self._rows("SELECT state, count(*) FROM delivery GROUP BY state"))
        return {state: int(found.get(state, 0)) for state in DeliveryState}

    def next_due(self) -> int | None:
        """Return when the next delivery is due in Unix seconds, None if none waits."""
        (found,) = self._rows("SELECT min(next_at) FROM delivery WHERE state = 'waiting'")[0]
        return None if found is None else int(found)

    def oldest_waiting(self) -> int | None:
        """Return when the oldest event was made that waits for a first attempt, None if none does."""
        query = "SELECT min(made_at) FROM event JOIN delivery ON event = id WHERE state = 'waiting' AND attempts = 0"
        (found,) = self._rows(query)[0]
        return None if found is None else int(found)

    def _is_made(self) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_schema LIMIT 1"))

    def _withdraw(self, where: str, answer: str, *values: object) -> None:
        query = f"UPDATE delivery SET state = 'withdrawn', answer = ? WHERE state IN {_OPEN} AND {where}"
        self._rows(query, answer, *values)

    def _found(self, where: str, *values: object) -> list[EventDelivery]:
        return [_delivery(row) for row in self._rows(f"{_SHOWN} {where}", *values)]


def _delivery(row: tuple[Any, ...]) -> EventDelivery:
    number, event, kind, target, state, attempts, since, next_at, answer, body = row
    return EventDelivery(
        number=number, event=event, kind=kind, target=target, state=DeliveryState(state), attempts=attempts,
        since=since, next_at=next_at, answer=answer, body=body,
    )  # fmt: skip
