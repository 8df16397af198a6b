"""The file of an outbox: one SQLite database of what is on its way to others, and its errors in one line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec

from evenhand.model.errors import LedgerBusy, StorageFailed

FARTHEST_S = 86_400
"""A clock that was put back must not keep what waits waiting for ever: nothing is ever put off by more than a day."""


class OutboxFile:
    """What every outbox has: its open file, and plain queries of it; a method that writes returns after fsync.

    `_lost` says what a new file in place of a damaged one knows.
    """

    _sql: apsw.Connection
    _lost = "the ledger fills it again"

    def __init__(self, path: Path) -> None:
        self._path = path

    def close(self) -> None:
        """Let go of the file."""
        with self._clear():
            self._sql.close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._clear():
            return list(self._sql.execute(query, values))

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """Say in one line what SQLite says in its codes."""
        try:
            yield
        except apsw.BusyError as error:
            raise LedgerBusy("another process sends", where=self._path, todo="wait for it or stop it") from error
        except (apsw.Error, OSError, msgspec.MsgspecError, ValueError, TypeError) as error:
            raise StorageFailed(
                "cannot use the outbox", where=self._path, got=str(error),
                todo=f"check space, permissions and the disk; if it is damaged delete it: {self._lost}",
            ) from error  # fmt: skip


def opened(path: Path, wait_s: float, *, alone: bool) -> apsw.Connection:
    """Return the file opened, made if it is not there; only its owner can read it, and what is deleted is overwritten.

    `alone`: with the one lock that it has, which the system frees when the process ends. Others wait for `wait_s`.
    """
    if str(path) != ":memory:":
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(int(wait_s * 1000))
        locking = [("locking_mode", "exclusive")] if alone else []
        for name, value in (*locking, ("synchronous", "full"), ("secure_delete", "on")):
            connection.pragma(name, value)
        if alone:
            connection.execute("BEGIN EXCLUSIVE; COMMIT")
    except apsw.Error:
        connection.close()
        raise
    return connection
