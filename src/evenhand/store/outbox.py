"""The statements on their way to one database, in one SQLite file: what is ready, under way, and settled."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import apsw
import msgspec

from evenhand.model.errors import BadInput
from evenhand.model.record import Record
from evenhand.store.outbox_file import FARTHEST_S, OutboxFile, opened

_SCHEMA = """
CREATE TABLE statement(
    seq INTEGER PRIMARY KEY, reason_id TEXT NOT NULL UNIQUE, payload_sha256 TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, answer TEXT NOT NULL, payload BLOB);
CREATE INDEX due ON statement(state, next_at, seq);
CREATE TABLE meta(target TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, held_until INTEGER NOT NULL);
"""
_COLUMNS = "seq, reason_id, payload_sha256, state, attempts, next_at, answer, CAST(payload AS BLOB)"
_PAGE = 500


class State(StrEnum):
    """How far a statement is; of the last three none ever changes again.

    `sending`: it was sent and no answer was read; the database may know it.
    `refused`: by the database. `parked`: by our own check, never sent.
    """

    READY = "ready"
    SENDING = "sending"
    STORED = "stored"
    REFUSED = "refused"
    PARKED = "parked"


class Row(Record, frozen=True, kw_only=True):
    """One statement: its place in the ledger, how far it is, and the bytes to send until it is settled.

    `attempts` counts how often it was sent and not answered; `next_at` is in Unix seconds; `answer` is what the
    database said, or our own check.
    """

    seq: int
    reason_id: str
    payload_sha256: str = ""
    state: State
    attempts: int = 0
    next_at: int = 0
    answer: dict[str, Any] = {}
    payload: bytes | None = None


class Outbox(OutboxFile):
    """The outbox at `path` for the database at `target` and the log `origin`; it is made if it is not there.

    Without a target it is the one that is there, whatever its database. It is held alone, by one process at a time,
    until `close`. A method that writes returns after fsync. `copied`: work on a copy in memory and leave the file, or
    its absence, as it is.

    Raises:
        LedgerBusy: another process holds it and kept it for `wait_s` seconds.
        BadInput: it belongs to another database or log.
        StorageFailed: the disk fails, or this is no outbox.
    """

    def __init__(self, path: Path, target: str | None, origin: str, *, wait_s: float, copied: bool = False) -> None:
        super().__init__(path)
        with self._clear():
            self._sql = _copy(path, wait_s) if copied else opened(path, wait_s, alone=True)
            with self._sql:
                if target is not None and not self._sql.execute("SELECT 1 FROM sqlite_schema").fetchall():
                    self._sql.execute(_SCHEMA)
                    self._sql.execute("INSERT INTO meta VALUES (?, ?, 0, 0)", (target, origin))
            kept = self._sql.execute("SELECT target, origin FROM meta").fetchall()
        if kept != [(kept[0][0] if target is None and kept else target, origin)]:
            self._sql.close()
            raise BadInput("outbox of another database or log", where=path, got=kept, expected=f"{target}, {origin}")

    @property
    def size(self) -> int:
        """Return the tree size up to which the ledger was read."""
        return int(self._rows("SELECT size FROM meta")[0][0])

    @property
    def held_until(self) -> int:
        """Return the instant before which the database wants no request, in Unix seconds; 0: none."""
        return int(self._rows("SELECT held_until FROM meta")[0][0])

    def hold(self, until: int) -> None:
        """Keep the instant before which the database wants no request."""
        self._rows("UPDATE meta SET held_until = ?", until)

    def add(self, rows: Sequence[Row], size: int) -> None:
        """Queue the ledger's records up to tree size `size`, all or none; queued ones stay."""
        with self._clear(), self._sql:
            self._sql.executemany(
                "INSERT OR IGNORE INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [_values(row) for row in rows]
            )
            self._sql.execute("UPDATE meta SET size = max(size, ?)", (size,))

    def put(self, rows: Sequence[Row]) -> None:
        """Keep how far statements are now, all or none; the bytes of a settled one are dropped."""
        # INVARIANT: what is settled stays as it is, so nothing that is stored can be made ready again.
        query = (
            "UPDATE statement SET state = ?, attempts = ?, next_at = ?, answer = ?,"
            " payload = CASE WHEN ?1 IN ('ready', 'sending') THEN payload END"
            " WHERE seq = ?5 AND state IN ('ready', 'sending')"
        )
        with self._clear(), self._sql:
            self._sql.executemany(
                query, [(row.state, row.attempts, row.next_at, _text(row.answer), row.seq) for row in rows]
            )

    def withdraw(self, seqs: Sequence[int], answer: dict[str, Any]) -> None:
        """Park those of these statements that are ready, and drop their bytes."""
        query = "UPDATE statement SET state = 'parked', answer = ?, payload = NULL WHERE seq = ? AND state = 'ready'"
        with self._clear(), self._sql:
            self._sql.executemany(query, [(_text(answer), seq) for seq in seqs])

    def due(self, state: State, now: int, most: int) -> list[Row]:
        """Return what is due in this state, longest due first, then in the order of the ledger."""
        where = "state = ? AND (next_at <= ? OR next_at > ?) ORDER BY next_at, seq LIMIT ?"
        return self._found(where, state, now, now + FARTHEST_S, most)

    def next_due(self) -> int | None:
        """Return when the next statement is due, None if all are settled."""
        (found,) = self._rows("SELECT min(next_at) FROM statement WHERE state IN ('ready', 'sending')")[0]
        return None if found is None else int(found)

    def of_state(self, state: State) -> Iterator[Row]:
        """Yield every statement in this state, in the order of the ledger."""
        last = -1
        while rows := self._found("state = ? AND seq > ? ORDER BY seq LIMIT ?", state, last, _PAGE):
            yield from rows
            last = rows[-1].seq

    def find(self, reason_id: str) -> Row | None:
        """Return the statement of this id, None where it was never queued."""
        return next(iter(self._found("reason_id = ?", reason_id)), None)

    def counts(self) -> dict[State, int]:
        """Return how many statements are in each state."""
        found = dict(self._rows("SELECT state, count(*) FROM statement GROUP BY state"))
        return {state: int(found.get(state, 0)) for state in State}

    def _found(self, where: str, *values: object) -> list[Row]:
        with self._clear():
            return [_row(row) for row in self._sql.execute(f"SELECT {_COLUMNS} FROM statement WHERE {where}", values)]


def _copy(path: Path, wait_s: float) -> apsw.Connection:
    memory = apsw.Connection(":memory:")
    if path.exists() and path.stat().st_size:
        kept = opened(path, wait_s, alone=True)
        try:
            memory.deserialize("main", kept.serialize("main"))
        finally:
            kept.close()
    return memory


def _values(row: Row) -> tuple[Any, ...]:
    answer = _text(row.answer)
    return row.seq, row.reason_id, row.payload_sha256, row.state, row.attempts, row.next_at, answer, row.payload


def _text(answer: dict[str, Any]) -> str:
    return msgspec.json.encode(answer).decode()


def _row(values: tuple[Any, ...]) -> Row:
    seq, reason_id, sha256, state, attempts, next_at, answer, payload = values
    return Row(
        seq=seq, reason_id=reason_id, payload_sha256=sha256, state=State(state), attempts=attempts, next_at=next_at,
        answer=msgspec.json.decode(answer), payload=payload,
    )  # fmt: skip
