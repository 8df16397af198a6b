"""The folder of a ledger: its paths, its one writer's lock, and its own key (`docs/reference/ledger.md`)."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evenhand.model.errors import BadInput, LedgerBusy, StorageFailed
from evenhand.store.file_owners import denied_by
from evenhand.store.network import SETTINGS_FILE
from evenhand.store.repaired_files import read_repairs, repairs_sentence
from evenhand.workflows.operations.lock_holder import forget_holder, read_holder, write_holder

_log = logging.getLogger("evenhand.ledger")
RETRY_S = 0.05
OTHERS = 0o077


@dataclass(frozen=True)
class LedgerFolder:
    """Where everything of a ledger lies; `path` itself may be a stranger's tlog-tiles folder."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "LedgerFolder":
        """Return the ledger that a path means: a network's folder stands for the ledger in it."""
        return cls(path / "ledger" if (path / SETTINGS_FILE).exists() else path)

    @property
    def public(self) -> Path:
        """Return the folder that may be served: the ledger's, or a stranger's itself."""
        inside = self.path / "public"
        return inside if inside.is_dir() else self.path

    @property
    def private(self) -> Path:
        """Return the folder that nobody else may read."""
        return self.path / "private"

    @property
    def tables(self) -> Path:
        """Return the database."""
        return self.private / "ledger.sqlite"

    @property
    def retiring(self) -> Path:
        """Return the file of the key that signs beside the new one for a time."""
        return self.private / "retiring.key"

    @property
    def next_key(self) -> Path:
        """Return the file of a key that is about to become the log's."""
        return self.private / "next.key"

    @property
    def repairs(self) -> Path:
        """Return the folder of what was found where public files were written again, which is there if any was."""
        return self.private / "repairs"

    def repairs_sentence(self) -> str:
        """Return in one sentence which public files were not as published, ``""`` where none was."""
        return repairs_sentence(read_repairs(self.repairs), self.repairs)

    def is_whole(self) -> bool:
        """Tell whether there are tables beside the public folder."""
        return self.private.is_dir()

    def check_whole(self) -> None:
        """Raise BadInput unless this is a ledger that may be written to."""
        if not self.is_whole():
            raise BadInput("no ledger to write to", where=self.path, expected="a folder with `public` and `private`",
                           todo="restore it from a backup, or make a new one with `evenhand ledger init`")  # fmt: skip

    def check_closed(self) -> None:
        """Raise BadInput if others than the owner may look into `private`, where key and payloads are."""
        with one_line(self.private):
            mode = self.private.stat().st_mode & 0o777
        if mode & OTHERS:
            raise BadInput(
                "others than the owner may open the ledger's private folder", where=self.private, got=f"{mode:o}",
                expected="700", todo="run `chmod 700` on it; if others could read the key, `evenhand ledger rotate`",
            )  # fmt: skip

    @contextmanager
    def locked(self, wait_s: float) -> Iterator[None]:
        """Hold the lock of the one writer; the system frees it when the process ends, however it ends.

        The lock's file says who holds it. Anyone who waits is told of it as a warning of the logger `evenhand.ledger`.

        Raises:
            LedgerBusy: another process holds the lock and kept it for `wait_s` seconds.
            BadInput: there is no ledger, or others may open its private folder.
        """
        self.check_whole()
        self.check_closed()
        path = self.private / "lock"
        with one_line(path):
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait(lock, path, wait_s)
            write_holder(lock)
            try:
                yield
            finally:
                forget_holder(lock)
        finally:
            with one_line(path):
                os.close(lock)


@contextmanager
def one_line(where: Path) -> Iterator[None]:
    """Say in one line that a file cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            "cannot read or write", where=error.filename or where, got=error.strerror,
            todo=denied_by(error) or "check that the file is there and who may use it",
        ) from error  # fmt: skip


def _wait(lock: int, path: Path, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    if not _try_lock(lock, path) and wait_s:
        _log.warning("evenhand: waiting up to %g s for %s to finish writing", wait_s, read_holder(lock))
    while not _try_lock(lock, path):
        if time.monotonic() >= until:
            holder = read_holder(lock)
            raise LedgerBusy(
                f"another process writes this ledger: {holder}", where=path,
                todo=f"waited {wait_s:g} s; wait for it or stop it, then run again",
            )  # fmt: skip
        time.sleep(RETRY_S)


def _try_lock(lock: int, path: Path) -> bool:
    try:
        with one_line(path):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except StorageFailed as error:
        if isinstance(error.__cause__, BlockingIOError):
            return False
        raise
    return True
