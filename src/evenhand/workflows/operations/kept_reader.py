"""A ledger that stays open for many readers: what was checked once is not checked again for each of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evenhand.ledger import LogReader
from evenhand.ledger.recovery import read_history, read_on
from evenhand.model.errors import EvenhandError
from evenhand.store.keys import Ed25519Verifier
from evenhand.store.ledger_settings import read_ledger_settings
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.operations.known_checkpoints import known_checkpoints
from evenhand.workflows.operations.ledger_folder import one_line
from evenhand.workflows.operations.ledger_tables import Tables, open_tables
from evenhand.workflows.operations.ledgers import whole_ledger


class KeptReader:
    """The ledger of one folder for all threads of a process, one after the other.

    What was recorded since is checked and added before each use, so that a reader sees what `read_ledger` would give.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._open: tuple[Tables, LogReader] | None = None

    @contextmanager
    def read(self) -> Iterator[LogReader]:
        """Hold the ledger for reading; no other thread reads it meanwhile, so take long reads elsewhere.

        Raises:
            HistoryConflict: what is on disk is not the history that was signed.
            BadInput: there is no ledger with payloads.
            StorageFailed: a file cannot be read.
        """
        with self._lock:
            yield self._current()

    def close(self) -> None:
        """Close it; the next reader opens it again."""
        with self._lock:
            if self._open is not None:
                self._open[0].close()
                self._open = None

    def _current(self) -> LogReader:
        if self._open is not None:
            try:
                return self._read_on(*self._open)
            except EvenhandError:  # restored from a backup, or a connection was lost: what is wrong is told anew
                self.close()
        return self._read_anew()

    def _read_on(self, tables: Tables, reader: LogReader) -> LogReader:
        where = whole_ledger(self._folder)
        files, tree = PublicFiles(where.public), reader.tree
        checkpoint = read_on(tables, files, Ed25519Verifier(), tree, reader.checkpoint)
        known = reader.checkpoint
        if checkpoint is None or (known is not None and checkpoint.note == known.note):
            return reader
        self._open = tables, LogReader(tables, tree, checkpoint)
        return self._open[1]

    def _read_anew(self) -> LogReader:
        where = whole_ledger(self._folder)
        with one_line(where.path):
            # Before the checkpoint, which a run publishes before it writes the files that remember it.
            seen = known_checkpoints(where, read_ledger_settings(where.path).origin)
            tables = open_tables(where, read_only=True)
            try:
                tree, checkpoint = read_history(tables, PublicFiles(where.public), Ed25519Verifier(), seen)
            except BaseException:
                tables.close()
                raise
        self._open = tables, LogReader(tables, tree, checkpoint)
        return self._open[1]
