"""The tasks as they were read last; they are read anew when something was recorded or time has passed."""

import threading
from datetime import datetime, timedelta
from typing import Final

from evenhand.model.hosts import Suffixes
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.task_board import TaskBoard, read_board

# Claims, snoozes and deadlines pass with time alone.
_FRESH_FOR: Final = timedelta(seconds=20)


class Live:
    """The tasks of one network for all threads: one of them reads, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._board: TaskBoard | None = None
        self._stamp: tuple[int, int] = (-1, -1)

    def board(self, network: Network, at: datetime, suffixes: Suffixes) -> TaskBoard:
        """Return all tasks as they stand, at most 20 seconds old and never older than the last record.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        with self._lock, read_ledger(network.ledger) as ledger:
            stamp = (ledger.size, run_changed(network))
            board = self._board
            if board is None or stamp != self._stamp or not board.at <= at < board.at + _FRESH_FOR:
                board = read_board(network, ledger, at, suffixes)
                self._board, self._stamp = board, stamp
            return board


def run_changed(network: Network) -> int:
    """Return when the last run has written its state."""
    path = network.state / "meta.json"
    return path.stat().st_mtime_ns if path.is_file() else 0
