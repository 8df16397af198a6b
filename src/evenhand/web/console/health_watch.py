"""How the network stands, looked at beside the pages: a page shows what was found last and waits for a moment only."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from evenhand.model.errors import EvenhandError
from evenhand.model.run import Advice
from evenhand.store.network import Network
from evenhand.workflows.queries.health import HealthLine, health

_FRESH_FOR: Final = timedelta(seconds=60)
_WAIT_S: Final = 0.15
_LONGEST_S: Final = 300
_RESTS_TIMES: Final = 20  # so much longer than it took: a page that stays open costs no more than 5 % of a core


class Health(NamedTuple):
    """How a network stood at an instant; `findings` are those of `evenhand doctor`, None where it was not asked yet."""

    at: datetime
    lines: tuple[HealthLine, ...]
    findings: tuple[Advice, ...] | None


class _Found(msgspec.Struct):
    findings: tuple[Advice, ...]


class HealthWatch:
    """What was found of a network last, for all threads; it is looked at again when that is a minute old.

    The doctor is a process of its own: it takes seconds on a large ledger, and pages go on. What it finds may be older.
    """

    def __init__(self, network: Callable[[], Network], folder: Path, now: Callable[[], datetime]) -> None:
        self._network, self._folder, self._now = network, folder.resolve(), now
        self._lock = threading.Lock()
        self._latest: Health | None = None
        self._begun: datetime | None = None
        self._doctor_due: datetime | None = None
        self._ready = threading.Event()

    def latest(self) -> Health | None:
        """Return what was found last, None where that is still being looked for; it waits 150 ms at most."""
        now = self._now()
        with self._lock:
            if self._begun is None or not self._begun <= now < self._begun + _FRESH_FOR:
                self._begun = now
                self._ready.clear()
                threading.Thread(target=self._look, args=(now,), name="health", daemon=True).start()
        if self._latest is None:
            self._ready.wait(_WAIT_S)
        return self._latest

    def _look(self, at: datetime) -> None:
        try:
            lines = health(self._network(), at)
        except EvenhandError as error:
            lines = (HealthLine("Settings", str(error), "bad"),)
        before = self._latest.findings if self._latest else None
        self._latest = Health(at, lines, before)
        self._ready.set()
        if self._doctor_due is None or at >= self._doctor_due:
            began = time.monotonic()
            self._latest = Health(at, lines, self._doctor())
            took = timedelta(seconds=_RESTS_TIMES * (time.monotonic() - began))
            self._doctor_due = at + max(_FRESH_FOR, took)

    def _doctor(self) -> tuple[Advice, ...] | None:
        command = [sys.executable, "-P", "-m", "evenhand", "doctor", str(self._folder), "--json"]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_S, check=False
            )
            return msgspec.json.decode(done.stdout, type=_Found).findings
        except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError):
            return None
