"""The tables of a ledger in one schema of a Postgres database, for ledgers that several hosts may write in turn."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock, Timer
from typing import Any

import psycopg
from psycopg import errors

from evenhand.model.errors import HistoryConflict, LedgerBusy, StorageFailed
from evenhand.model.log import SealedField, StoredCheckpoint, StoredEntry
from evenhand.store.postgres_causes import failure
from evenhand.store.postgres_schema import SCHEMA_VERSION, connected, give_up_as_client, shown_address

_log = logging.getLogger("evenhand.ledger")
PAGE = 500  # rows fetched at once
TELL_AFTER_S = 5.0  # how long a commit takes before somebody is told what it may wait for
LOCK = "hashtextextended('evenhand ledger ' || current_schema(), 0)"


class PostgresTables:
    """The tables that the connection string `address` leads to; fits `evenhand.ledger.Storage`.

    One writer: it holds an advisory lock of its session. A lost connection loses the lock unnoticed, so every start
    raises `epoch`, and who still has an older one can neither append nor move `head_current`. The object never connects
    a second time. `synchronous_commit` is on: a method that writes returns when the server's log is on its disk.
    Threads share the one connection, one call at a time.

    Raises:
        LedgerBusy: another session held the lock for `wait_s` seconds.
        StorageFailed: no such database or tables, a server that does not wait for its disk, or a standby where none is
            expected: what it lacks would be missing without a word.
    """

    def __init__(self, address: str, *, read_only: bool = False, is_standby: bool = False, wait_s: float = 0) -> None:
        self._where = shown_address(address)
        self._lock = RLock()
        self._epoch = -1
        with self._clear():
            self._sql = connected(address, autocommit=True)
        try:
            with self._clear():
                self._check_role(is_standby)
                self._begin(read_only, wait_s)
        except BaseException:
            self._sql.close()
            raise

    @property
    def where(self) -> str:
        """Return server and database, without what lets in."""
        return self._where

    def close(self) -> None:
        """Hang up, which frees the lock."""
        self._sql.close()

    def name(self) -> tuple[str, str]:
        """Return origin and vkey of the log that the tables belong to."""
        rows = self._rows("SELECT origin, vkey FROM meta WHERE schema = %s", SCHEMA_VERSION)
        if len(rows) != 1:
            raise StorageFailed("not the tables of one ledger", where=self._where, expected=f"schema {SCHEMA_VERSION}")
        return rows[0][0], rows[0][1]

    def rename(self, vkey: str) -> None:
        """Make `vkey` the key of the log that the tables belong to."""
        with self._fenced():
            self._change("UPDATE meta SET vkey = %s", vkey)

    def leaves(self, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield seq, leaf and leaf hash from `start` in order of seq, payloads unread."""
        while rows := self._rows(f"{_LEAVES} WHERE seq >= %s ORDER BY seq LIMIT %s", start, PAGE):
            yield from rows
            start = rows[-1][0] + 1

    def entries(self, start: int = 0) -> Iterator[StoredEntry]:
        """Yield whole rows from `start` in order of seq; body and salt are None where they are gone."""
        while rows := self._rows(f"{_ENTRIES} WHERE seq >= %s ORDER BY seq LIMIT %s", start, PAGE):
            yield from map(_entry, rows)
            start = rows[-1][0] + 1

    def last_leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield seq and leaf from the last backward."""
        before = (1 << 63) - 1
        while rows := self._rows(f"{_LEAVES} WHERE seq < %s ORDER BY seq DESC LIMIT %s", before, PAGE):
            yield from (row[:2] for row in rows)
            before = rows[-1][0]

    def entry(self, seq: int) -> StoredEntry | None:
        """Return one whole row."""
        rows = self._rows(f"{_ENTRIES} WHERE seq = %s", seq)
        return _entry(rows[0]) if rows else None

    def known(self, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Return seq and leaf hash of those idempotency keys whose record is there, its payload too."""
        query = "SELECT key, idem.seq, leaf_hash, payload.seq FROM idem JOIN entry USING (seq)"
        rows = self._rows(f"{query} LEFT JOIN payload USING (seq) WHERE key = ANY(%s)", list(keys))
        gone = [key for key, _, _, payload in rows if payload is None]
        if gone and self._epoch >= 0:  # erased when keys were still kept
            self._change("DELETE FROM idem WHERE key = ANY(%s)", gone)
        return {key: (seq, kept) for key, seq, kept, payload in rows if payload is not None}

    def idempotency_keys(self) -> Iterator[tuple[str, int]]:
        """Yield every idempotency key with its seq."""
        yield from self._rows("SELECT key, seq FROM idem")

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make all that is written meanwhile durable together, or none of it."""
        with self._clear(), self._sql.transaction():
            yield

    def remove(self) -> None:
        """Drop the tables; the schema stays."""
        with self._fenced():
            self._change("DROP TABLE payload, sealed, idem, subject, cosignature, head, head_current, meta, entry")

    def append(self, entries: Sequence[StoredEntry]) -> None:
        """Add rows with the next seqs, and erase what they say, all or nothing of it.

        One without a body, from another's tables, was erased there.
        """
        with self._fenced():
            self._copy("entry", "int8 bytea bytea", ((entry.seq, entry.leaf, entry.leaf_hash) for entry in entries))
            payloads = ((one.seq, one.body, one.salt, one.subject or None) for one in entries if one.body is not None)
            self._copy("payload", "int8 bytea bytea text", payloads)
            self._copy("idem", "text int8", ((entry.key, entry.seq) for entry in entries if entry.key))
            sealed = ((entry.seq, one.path, one.salt, one.value) for entry in entries for one in entry.sealed)
            self._copy("sealed", "int8 text bytea bytea", sealed)
            for entry in entries:
                self._erase(list(entry.erases), list(entry.erases_fields))

    def sealed(self, start: int = 0) -> Iterator[tuple[int, SealedField]]:
        """Yield every sealed value of the entries from `start`, in order of seq and path."""
        query = "SELECT seq, path, salt, value FROM sealed WHERE seq >= %s ORDER BY seq, path"
        for seq, path, salt, value in self._rows(query, start):
            yield seq, SealedField(path=path, salt=salt, value=value)

    def subject_keys(self, subjects: Collection[str]) -> dict[str, bytes]:
        """Return the keys of those subjects that have one."""
        return dict(self._rows("SELECT name, key FROM subject WHERE name = ANY(%s)", list(subjects)))

    def add_subject_keys(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of subjects that have none."""
        with self._fenced():
            self._copy("subject", "text bytea", keys.items())

    def of_subject(self, subject: str) -> list[int]:
        """Return which entries have a payload about `subject`."""
        return [seq for (seq,) in self._rows("SELECT seq FROM payload WHERE subject = %s ORDER BY seq", subject)]

    def purge(self) -> None:
        """Rewrite the tables without deleted rows.

        The server's write-ahead log, its copies and its backups keep pieces until they expire: its settings say when.
        """
        self._change("VACUUM (FULL) payload, sealed, subject, idem")

    def bytes_used(self) -> int:
        """Return how much of the server's disk the tables and their indexes take."""
        query = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r'"
        ((size,),) = self._rows(f"{query} AND relnamespace = current_schema()::regnamespace")
        return int(size)

    def settle(self) -> None:
        """Return at once: the server cleans up by itself."""

    def checkpoints(self, start: int = 0) -> Iterator[StoredCheckpoint]:
        """Yield every checkpoint from size `start` on, in order of size."""
        query = "SELECT size, root, extract(epoch FROM at)::bigint, note FROM head WHERE size >= %s ORDER BY size"
        for size, root, at, note in self._rows(query, start):
            yield StoredCheckpoint(size=size, root=root, at=at, note=note)

    def add_checkpoint(self, checkpoint: StoredCheckpoint, after: int | None = None) -> None:
        """Keep a checkpoint, if the last one there is of size `after` (None: there is none)."""
        swap = "UPDATE head_current SET size = %s, root = %s WHERE size IS NOT DISTINCT FROM %s AND epoch = %s"
        with self._clear(), self._committing():
            if self._change(swap, checkpoint.size, checkpoint.root, after, self._epoch) != 1:
                raise self._conflict(f"another process committed a checkpoint after the one of size {after}")
            row = checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.note
            self._change("INSERT INTO head VALUES (%s, %s, to_timestamp(%s), %s)", *row)

    def add_note(self, size: int, note: str) -> None:
        """Keep the signed note beside its checkpoint."""
        self._change("UPDATE head SET note = %s WHERE size = %s", note, size)

    def cosigned_sizes(self) -> dict[str, int]:
        """Return the size of the largest checkpoint that each witness cosigned."""
        return dict(self._rows("SELECT witness, max(size) FROM cosignature GROUP BY witness"))

    def cosignatures(self, size: int) -> dict[str, str]:
        """Return the witnesses' lines below the checkpoint of `size`."""
        return dict(self._rows("SELECT witness, line FROM cosignature WHERE size = %s ORDER BY witness", size))

    def add_cosignature(self, size: int, witness: str, line: str) -> None:
        """Keep a witness's line; a later one of the same witness for the same checkpoint takes its place."""
        query = "INSERT INTO cosignature VALUES (%s, %s, %s) ON CONFLICT (size, witness) DO UPDATE SET line = %s"
        self._change(query, size, witness, line, line)

    def damage(self) -> Iterator[str]:
        """Yield what is structurally wrong with the tables, one line each."""
        for table in ("payload", "idem"):
            query = f"SELECT seq FROM {table} WHERE NOT EXISTS (SELECT FROM entry WHERE entry.seq = {table}.seq)"
            yield from (f"{table} of entry {seq}, which is not there" for (seq,) in self._rows(query))
        ((last,),) = self._rows("SELECT max(size) FROM head")
        for (size,) in self._rows("SELECT size FROM head_current WHERE size IS DISTINCT FROM %s", last):
            yield f"head_current of size {size}, where the last checkpoint is of size {last}"

    def _check_role(self, is_standby: bool) -> None:
        if self._sql.execute("SELECT pg_is_in_recovery()").fetchone() != (is_standby,):
            raise StorageFailed(
                "no standby" if is_standby else "a standby, which may lag and takes no writes",
                where=self._where, todo="`postgres` is the main server's address, `replica` that of a standby of it",
            )  # fmt: skip

    def _begin(self, read_only: bool, wait_s: float) -> None:
        """Set the session, and for a writer take the lock and raise the epoch."""
        if read_only:
            self._change("SET default_transaction_read_only = on")
            return
        # INVARIANT: an append is acknowledged only after the server's fsync.
        self._change("SET synchronous_commit = on")
        ((fsync,),) = self._rows("SHOW fsync")
        if fsync != "on":
            raise StorageFailed("the server does not wait for its disk", where=self._where, got=f"fsync = {fsync}")
        give_up_as_client(self._sql)
        self._rows("SELECT set_config('lock_timeout', %s, false)", f"{max(1, round(wait_s * 1000))}ms")
        try:
            self._sql.execute(f"SELECT pg_advisory_lock({LOCK})")
            epochs = self._sql.execute("UPDATE head_current SET epoch = epoch + 1 RETURNING epoch").fetchall()
        except errors.LockNotAvailable:
            raise LedgerBusy("another session writes this ledger", where=self._where, todo="wait or stop it") from None
        if len(epochs) != 1:
            raise StorageFailed("not the tables of one ledger", where=self._where, expected="one row in head_current")
        self._epoch = epochs[0][0]
        self._change("SET lock_timeout = 0")

    @contextmanager
    def _fenced(self) -> Iterator[None]:
        """Hold a transaction, unless another process has begun to write; until it ends none can."""
        with self._clear(), self._committing():
            if not self._rows("SELECT epoch FROM head_current WHERE epoch = %s FOR SHARE", self._epoch):
                raise self._conflict("another process has taken over this ledger")
            yield

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Hold a transaction, and tell who waits long for its end, which may be for as long as a replica is down."""
        what = "evenhand: %s has not acknowledged for %g s what was written: it may wait for its replica; let it wait"
        timer = Timer(TELL_AFTER_S, _log.warning, (what, self._where, TELL_AFTER_S))
        timer.daemon = True
        timer.start()
        try:
            with self._sql.transaction():
                yield
        finally:
            timer.cancel()

    def _conflict(self, what: str) -> HistoryConflict:
        return HistoryConflict(what, where=self._where, todo="stop one of the two writers; nothing was signed")

    def _copy(self, table: str, types: str, rows: Iterable[tuple[object, ...]]) -> None:
        with self._sql.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types.split())
            for row in rows:
                copy.write_row(row)

    def _erase(self, seqs: list[int], paths: list[str]) -> None:
        """Delete payloads, or the values sealed at `paths` only, of the entries `seqs`."""
        if paths:
            self._change("DELETE FROM sealed WHERE seq = ANY(%s) AND path = ANY(%s)", seqs, paths)
        elif seqs:
            self._change("DELETE FROM sealed WHERE seq = ANY(%s)", seqs)
            self._change("DELETE FROM payload WHERE seq = ANY(%s)", seqs)
            # An idempotency key may be a hash of what was erased, or name the party.
            gone = "NOT EXISTS (SELECT FROM payload WHERE payload.seq = idem.seq)"
            self._change(f"DELETE FROM idem WHERE {gone}")
            # A key goes with the last payload of its subject: then no commitment about it opens any more.
            kept = "SELECT FROM payload WHERE payload.subject = subject.name"
            self._change(f"DELETE FROM subject WHERE NOT EXISTS ({kept})")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._clear():
            return self._sql.execute(query, values, binary=True).fetchall()

    def _change(self, query: str, *values: object) -> int:
        with self._clear():
            return self._sql.execute(query, values or None).rowcount

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """Say in one line what the server says in many."""
        try:
            with self._lock:
                yield
        except (psycopg.Error, UnicodeError) as error:
            raise failure("cannot use the ledger's tables", self._where, error) from error


_LEAVES = "SELECT seq, leaf, leaf_hash FROM entry"
# OFFSET 0 keeps each row's payload a look-up: joined as tables, every page read all the payloads before it again.
_ENTRIES = (
    "SELECT seq, leaf, leaf_hash, body, salt, payload.subject, subject.key FROM entry"
    " LEFT JOIN LATERAL (SELECT body, salt, subject FROM payload WHERE seq = entry.seq OFFSET 0) AS payload ON true"
    " LEFT JOIN LATERAL (SELECT key FROM subject WHERE name = payload.subject OFFSET 0) AS subject ON true"
)


def _entry(row: tuple[Any, ...]) -> StoredEntry:
    seq, leaf, leaf_hash, body, salt, subject, key = row
    return StoredEntry(
        seq=seq, leaf=leaf, leaf_hash=leaf_hash, body=body, salt=salt, subject=subject or "", subject_key=key
    )
