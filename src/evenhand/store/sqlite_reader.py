"""Reading of a SQLite file in WAL mode without creating or changing files, also in a read-only folder."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import apsw

from evenhand.model.errors import StorageFailed

Result = TypeVar("Result")
MAGIC = b"SQLite format 3\0"
PATIENCE_MS = 5_000  # for another connection to the same file
_UNWRITTEN = "immutable=1"
_JOURNAL = "readonly_shm=1"


class _Version(NamedTuple):
    """Values that change with every write to the file; `journal` is whether its journal holds anything."""

    changed_ns: int
    size: int
    inode: int
    journal: bool


class UnlockedReader:
    """One connection to the database at `path` that takes no lock a writer waits for and leaves no file behind.

    A file whose journal is empty is read as one that nobody writes (`immutable`): SQLite then neither makes nor needs
    `-shm` and `-wal`. After every query it is checked that no write began meanwhile; the query is then made
    again. With a journal, the index that its writer made (`-shm`) is read and not written; only where that is missing
    SQLite makes a new one.
    """

    def __init__(self, path: Path, prepare: Callable[[apsw.Connection], None]) -> None:
        self._path, self._prepare = path, prepare
        self._open()

    def read(self, query: Callable[[apsw.Connection], Result]) -> Result:
        """Return what a query gives; it may be called again, and holds nothing of the connection when it returns."""
        while True:
            try:
                result = query(self._sql)
            except apsw.Error:
                if self._is_current():
                    raise
            else:
                if self._is_current():
                    return result
            self._sql.close()
            self._open()

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def _open(self, attempts: int = 20) -> None:
        self._version = _version(self._path)
        how = _JOURNAL if self._version.journal else _UNWRITTEN
        if self._version.journal and not _beside(self._path, "-shm").exists():
            how = ""
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        self._sql = apsw.Connection(f"file:{quote(str(self._path.absolute()))}?{how}", flags=flags)
        self._sql.set_busy_timeout(PATIENCE_MS)
        try:
            self._prepare(self._sql)
        except apsw.CantOpenError:
            # A writer that closed since took the journal away; what stays so is told after some attempts.
            if not (self._version.journal and attempts):
                raise
            self._sql.close()
            self._open(attempts - 1)
        except apsw.Error:
            if self._is_current():
                raise  # else the first query opens it again

    def _is_current(self) -> bool:
        """Tell whether the file is as it was when it was opened; with a journal SQLite itself sees to that."""
        return self._version.journal or _version(self._path) == self._version


def check_begins(path: Path) -> None:
    """Refuse a file that lost its beginning: SQLite would take an empty one for a new database."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise StorageFailed(
                "cannot use the ledger's tables", where=path, got="not a database", todo="restore them from a backup"
            )


def _version(path: Path) -> _Version:
    known, journal = path.stat(), _beside(path, "-wal")
    try:
        is_written = journal.stat().st_size > 0
    except FileNotFoundError:
        is_written = False
    return _Version(known.st_mtime_ns, known.st_size, known.st_ino, is_written)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
