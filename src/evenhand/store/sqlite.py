"""The tables of a ledger in one SQLite file, written through one connection."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import RLock

import apsw

from evenhand.model.errors import HistoryConflict, StorageFailed
from evenhand.model.log import SealedField, StoredCheckpoint, StoredEntry
from evenhand.store.page_checksums import CarriedSums
from evenhand.store.sqlite_copy import copy_into
from evenhand.store.sqlite_reader import PATIENCE_MS, UnlockedReader, check_begins

SCHEMA_VERSION = 1
# `sealed`, `cosignature` and `subject` are empty where nothing was sealed or cosigned and salts are random.
SUBJECTS = "subject(name TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID"
SCHEMA = f"""
CREATE TABLE entry  (seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, leaf_hash BLOB NOT NULL);
CREATE TABLE payload(seq INTEGER PRIMARY KEY REFERENCES entry, body BLOB NOT NULL, salt BLOB NOT NULL, subject TEXT);
CREATE TABLE sealed (seq INTEGER, path TEXT, salt BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY(seq, path))
    WITHOUT ROWID;
CREATE TABLE head   (size INTEGER PRIMARY KEY, root BLOB NOT NULL, at INTEGER NOT NULL, note TEXT);
CREATE TABLE cosignature(size INTEGER, witness TEXT, line TEXT NOT NULL, PRIMARY KEY(size, witness)) WITHOUT ROWID;
CREATE TABLE idem   (key TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE {SUBJECTS};
CREATE TABLE meta   (origin TEXT NOT NULL, vkey TEXT NOT NULL, schema INTEGER NOT NULL);
"""
PAGE = 500  # rows fetched at once, so that no reader stays open between two writes


class SqliteTables:
    """The tables in the file at `path`; fits `evenhand.ledger.Storage`.

    Threads share its one connection, one call at a time. WAL with `synchronous=FULL`: a method that writes returns
    after fsync. apsw brings its own SQLite, because those that CPython links have the WAL-reset bug (sqlite.org
    change log, fixed in 3.51.3).

    Raises:
        StorageFailed: there is no such file, it is no database, or the disk fails.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path, self._read_only = path, read_only
        self.where = f"private/{path.name}"  # in the ledger's folder
        self._lock = RLock()
        with self._clear():
            check_begins(path)
            if read_only:
                self._reader = UnlockedReader(path, partial(_check_tables, temporary=True))
                return
            self._sums = CarriedSums(path)
            self._sql = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
            self._sql.set_busy_timeout(PATIENCE_MS)
            _configure(self._sql)
            _check_tables(self._sql, temporary=False)

    def close(self) -> None:
        """Close the file."""
        with self._clear():
            if self._read_only:
                self._reader.close()
                return
            self._sums.note()
            self._sql.close()
            self._sums.keep()

    def name(self) -> tuple[str, str]:
        """Return origin and vkey of the log that the tables belong to."""
        rows = self._rows("SELECT origin, vkey FROM meta WHERE schema = ?", SCHEMA_VERSION)
        if len(rows) != 1:
            raise StorageFailed("not the tables of one ledger", where=self._path, expected=f"schema {SCHEMA_VERSION}")
        return rows[0][0], rows[0][1]

    def rename(self, vkey: str) -> None:
        """Make `vkey` the key of the log that the tables belong to."""
        self._rows("UPDATE meta SET vkey = ?", vkey)

    def leaves(self, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield seq, leaf and leaf hash from `start` in order of seq, payloads unread."""
        while rows := self._rows(f"{_LEAVES} WHERE seq >= ? ORDER BY seq LIMIT ?", start, PAGE):
            yield from rows
            start = rows[-1][0] + 1

    def entries(self, start: int = 0) -> Iterator[StoredEntry]:
        """Yield whole rows from `start` in order of seq; body and salt are None where they are gone."""
        while rows := self._rows(f"{_ENTRIES} WHERE seq >= ? ORDER BY seq LIMIT ?", start, PAGE):
            yield from map(_entry, rows)
            start = rows[-1][0] + 1

    def last_leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield seq and leaf from the last backward."""
        before = (1 << 63) - 1
        while rows := self._rows(f"{_LEAVES} WHERE seq < ? ORDER BY seq DESC LIMIT ?", before, PAGE):
            yield from (row[:2] for row in rows)
            before = rows[-1][0]

    def entry(self, seq: int) -> StoredEntry | None:
        """Return one whole row."""
        rows = self._rows(f"{_ENTRIES} WHERE seq = ?", seq)
        return _entry(rows[0]) if rows else None

    def known(self, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Return seq and leaf hash of those idempotency keys whose record is there, its payload too."""
        query = (
            "SELECT key, idem.seq, CAST(leaf_hash AS BLOB), payload.seq FROM idem JOIN entry USING (seq)"
            f" LEFT JOIN payload USING (seq) WHERE key IN ({_marks(keys)})"
        )
        rows = self._rows(query, *keys)
        gone = [key for key, _, _, payload in rows if payload is None]
        if gone and not self._read_only:  # erased when keys were still kept
            self._rows(f"DELETE FROM idem WHERE key IN ({_marks(gone)})", *gone)
        return {key: (seq, kept) for key, seq, kept, payload in rows if payload is not None}

    def idempotency_keys(self) -> Iterator[tuple[str, int]]:
        """Yield every idempotency key with its seq."""
        yield from self._rows("SELECT key, seq FROM idem")

    def append(self, entries: Sequence[StoredEntry]) -> None:
        """Add rows with the next seqs, all or none; one without a body was erased in tables that it comes from."""
        with self._clear(), self._sql:
            self._sql.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(entry.seq, entry.leaf, entry.leaf_hash) for entry in entries]
            )
            self._sql.executemany(
                "INSERT INTO payload VALUES (?, ?, ?, ?)",
                [(one.seq, one.body, one.salt, one.subject or None) for one in entries if one.body is not None],
            )
            self._sql.executemany(
                "INSERT INTO idem VALUES (?, ?)", [(entry.key, entry.seq) for entry in entries if entry.key]
            )
            for entry in entries:
                if entry.sealed or entry.erases:
                    self._add_special(entry)

    def _add_special(self, entry: StoredEntry) -> None:
        """Keep what an entry seals and delete what it erases."""
        if entry.sealed:
            rows = [(entry.seq, field.path, field.salt, field.value) for field in entry.sealed]
            self._sql.executemany("INSERT INTO sealed VALUES (?, ?, ?, ?)", rows)
        seqs = [(seq,) for seq in entry.erases]
        if entry.erases_fields:
            places = [(seq, path) for (seq,) in seqs for path in entry.erases_fields]
            self._sql.executemany("DELETE FROM sealed WHERE seq = ? AND path = ?", places)
        elif seqs:
            self._sql.executemany("DELETE FROM payload WHERE seq = ?", seqs)
            self._sql.executemany("DELETE FROM sealed WHERE seq = ?", seqs)
            # An idempotency key may be a hash of what was erased, or name the party.
            self._sql.execute("DELETE FROM idem WHERE NOT EXISTS (SELECT 1 FROM payload WHERE payload.seq = idem.seq)")
            # A key goes with the last payload of its subject: then no commitment about it opens any more.
            self._sql.execute("DELETE FROM subject WHERE name NOT IN (SELECT subject FROM payload WHERE subject <> '')")

    def sealed(self, start: int = 0) -> Iterator[tuple[int, SealedField]]:
        """Yield every sealed value of the entries from `start`, in order of seq and path."""
        query = "SELECT seq, path, CAST(salt AS BLOB), CAST(value AS BLOB) FROM sealed WHERE seq >= ?"
        for seq, path, salt, value in self._rows(f"{query} ORDER BY seq, path", start):
            yield seq, SealedField(path=path, salt=salt, value=value)

    def subject_keys(self, subjects: Collection[str]) -> dict[str, bytes]:
        """Return the keys of those subjects that have one."""
        query = "SELECT name, CAST(key AS BLOB) FROM subject WHERE name = ?"
        return dict(row for subject in subjects for row in self._rows(query, subject))

    def add_subject_keys(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of subjects that have none."""
        with self._clear(), self._sql:
            self._sql.executemany("INSERT INTO subject VALUES (?, ?)", list(keys.items()))

    def of_subject(self, subject: str) -> list[int]:
        """Return which entries have a payload about `subject`."""
        return [seq for (seq,) in self._rows("SELECT seq FROM payload WHERE subject = ? ORDER BY seq", subject)]

    def purge(self) -> None:
        """Rewrite the whole file: free pages and gaps inside pages would keep parts of deleted rows."""
        self._sums.forget()
        self._rows("VACUUM")
        ((busy, _, _),) = self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StorageFailed("another process reads the ledger's tables", where=self._path, todo="stop it first")

    def bytes_used(self) -> int:
        """Return the size of the file."""
        return self._path.stat().st_size

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to `path`, which is empty or not there; a writer may go on meanwhile."""
        copy = partial(copy_into, path)
        with self._clear():
            self._reader.read(copy) if self._read_only else copy(self._sql)

    def settle(self) -> None:
        """Move what is committed from the journal into the file, without keeping the writer.

        SQLite does that itself within a COMMIT once the journal has 4,000 pages: its caller then waited 40 ms. Here a
        second connection moves most of it, without the writer's lock, and the rest is moved between two appends.
        """
        with self._clear(locked=False):
            connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READWRITE)
            try:
                connection.pragma("schema_version")  # opens the journal; without it the next line does nothing
                connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            finally:
                connection.close()
        with self._clear(), self._sums.moving():
            self._sql.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    def checkpoints(self, start: int = 0) -> Iterator[StoredCheckpoint]:
        """Yield every checkpoint from size `start` on, in order of size."""
        query = "SELECT size, CAST(root AS BLOB), at, note FROM head WHERE size >= ? ORDER BY size"
        for size, root, at, note in self._rows(query, start):
            yield StoredCheckpoint(size=size, root=root, at=at, note=note)

    def add_checkpoint(self, checkpoint: StoredCheckpoint, after: int | None = None) -> None:
        """Keep a checkpoint, if the last one there is of size `after` (None: there is none)."""
        query = "INSERT INTO head SELECT ?, ?, ?, ? WHERE (SELECT max(size) FROM head) IS ?"
        with self._clear():
            self._sql.execute(query, (checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.note, after))
            added = self._sql.changes() == 1
        if not added:
            raise HistoryConflict(
                f"another process committed a checkpoint after the one of size {after}", where=self._path,
                todo="stop one of the two writers; nothing was signed",
            )  # fmt: skip

    def add_note(self, size: int, note: str) -> None:
        """Keep the signed note beside its checkpoint."""
        self._rows("UPDATE head SET note = ? WHERE size = ?", note, size)

    def cosigned_sizes(self) -> dict[str, int]:
        """Return the size of the largest checkpoint that each witness cosigned."""
        return dict(self._rows("SELECT witness, max(size) FROM cosignature GROUP BY witness"))

    def cosignatures(self, size: int) -> dict[str, str]:
        """Return the witnesses' lines below the checkpoint of `size`."""
        return dict(self._rows("SELECT witness, line FROM cosignature WHERE size = ? ORDER BY witness", size))

    def add_cosignature(self, size: int, witness: str, line: str) -> None:
        """Keep a witness's line; a later one of the same witness for the same checkpoint takes its place."""
        self._rows("INSERT OR REPLACE INTO cosignature VALUES (?, ?, ?)", size, witness, line)

    def damage(self) -> Iterator[str]:
        """Yield what is structurally wrong with the tables, one line each."""
        yield from (line for (line,) in self._rows("PRAGMA integrity_check") if line != "ok")
        for table in ("payload", "idem"):
            query = f"SELECT seq FROM {table} WHERE seq NOT IN (SELECT seq FROM entry)"
            yield from (f"{table} of entry {seq}, which is not there" for (seq,) in self._rows(query))

    def _rows(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]  # rows of any table
        with self._clear():
            if self._read_only:
                return self._reader.read(lambda connection: connection.execute(query, values).fetchall())
            return self._sql.execute(query, values).fetchall()

    @contextmanager
    def _clear(self, *, locked: bool = True) -> Iterator[None]:
        """Say in one line what SQLite says in its codes."""
        try:
            with self._lock if locked else nullcontext():
                yield
        except (apsw.Error, OSError, UnicodeDecodeError) as error:
            raise StorageFailed(
                "cannot use the ledger's tables", where=self._path, got=str(_cause(error)),
                todo="check space, permissions and the disk, then run again; committed records are safe",
            ) from error  # fmt: skip


def _cause(error: BaseException) -> BaseException:
    """Return the error that came first: rolling back fails too where the disk is full, and says less."""
    while isinstance(error.__context__, apsw.Error | OSError):
        error = error.__context__
    return error


def _check_tables(connection: apsw.Connection, *, temporary: bool) -> None:
    connection.pragma("schema_version")  # reads the first page, so that a foreign file is refused here
    # A ledger begun before subjects had keys has no table of them; one that is only read stays as it is.
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'subject'").fetchall():
        connection.execute(f"CREATE {'TEMP ' if temporary else ''}TABLE {SUBJECTS}")


def create_tables(path: Path, origin: str, vkey: str) -> None:
    """Make the file at `path` with the tables of an empty log."""
    connection = apsw.Connection(str(path))
    _configure(connection)
    with connection:
        connection.execute(SCHEMA)
        connection.execute("INSERT INTO meta VALUES (?, ?, ?)", (origin, vkey, SCHEMA_VERSION))
    connection.close()


# Cast, because SQLite lets anybody who edits a row store text where bytes belong.
_LEAVES = "SELECT seq, CAST(leaf AS BLOB), CAST(leaf_hash AS BLOB) FROM entry"
_ENTRIES = (
    "SELECT seq, CAST(leaf AS BLOB), CAST(leaf_hash AS BLOB), CAST(body AS BLOB), CAST(salt AS BLOB), subject,"
    " subject.key FROM entry LEFT JOIN payload USING (seq) LEFT JOIN subject ON payload.subject = subject.name"
)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _configure(connection: apsw.Connection) -> None:
    # INVARIANT: an append is acknowledged only after fsync; FULL is what makes COMMIT wait for it in WAL mode.
    for name, value in (
        ("page_size", 8192), ("journal_mode", "wal"), ("synchronous", "full"), ("secure_delete", "on"),
        ("wal_autocheckpoint", 4000),
    ):  # fmt: skip
        connection.pragma(name, value)


def _entry(row: tuple) -> StoredEntry:  # type: ignore[type-arg]  # a row of _ENTRIES
    seq, leaf, leaf_hash, body, salt, subject, key = row
    return StoredEntry(
        seq=seq, leaf=leaf, leaf_hash=leaf_hash, body=body, salt=salt, subject=subject or "", subject_key=key
    )
