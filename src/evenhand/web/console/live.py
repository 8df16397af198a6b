"""The tasks as they were read last; they are read on when something was recorded or time has passed."""

import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from evenhand.model.hosts import Suffixes
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.task_board import KeptBoard, TaskBoard
from evenhand.workflows.review.task_questions import are_kept, take_long

# Claims, snoozes and deadlines pass with time alone.
_FRESH_FOR: Final = timedelta(seconds=20)
_LONGEST_S: Final = 600


class Live:
    """The tasks of one network for all threads: one of them reads, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: KeptBoard | None = None
        self._board: TaskBoard | None = None
        self._stamp: tuple[int, int] = (-1, -1)

    def tasks(self, network: Network, suffixes: Suffixes) -> KeptBoard:
        """Return what the tasks are read with: it goes on from what it read before."""
        with self._lock:
            if self._tasks is None or self._tasks.network is not network:
                self._tasks, self._board = KeptBoard(network, suffixes), None
            return self._tasks

    def board(self, network: Network, at: datetime, suffixes: Suffixes) -> TaskBoard:
        """Return all tasks as they stand, at most 20 seconds old and never older than the last record.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        tasks = self.tasks(network, suffixes)
        with self._lock, read_ledger(network.ledger) as ledger:
            stamp, board = (ledger.size, run_changed(network)), self._board
            if board is None or stamp != self._stamp or not board.at <= at < board.at + _FRESH_FOR:
                if stamp[1] != self._stamp[1] and take_long(network) and not are_kept(network, ledger, at):
                    _make_elsewhere(network, at)
                self._stamp, board = stamp, tasks.board(ledger, at)
                self._board = board
            return board


def _make_elsewhere(network: Network, at: datetime) -> None:
    """Let a process of its own make the tasks of a new run, as a verb does: it takes long, and pages go on meanwhile.

    Where it fails they are made here.
    """
    command = [sys.executable, "-P", "-m", "evenhand", "tasks", str(network.folder), "--kind", "release"]
    command += ["--at", at.isoformat()]
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=_LONGEST_S, check=False,
        )  # fmt: skip


def file_stamp(path: Path) -> object:
    """Return what tells the file at a path from what is there after it was written again; None where there is none."""
    about = path.stat() if path.is_file() else None
    return about and (about.st_mtime_ns, about.st_size, about.st_ino)


def run_changed(network: Network) -> int:
    """Return when the last run has written its state."""
    path = network.state / "meta.json"
    return path.stat().st_mtime_ns if path.is_file() else 0
