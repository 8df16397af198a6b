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
from msgspec.structs import replace

from evenhand.model.errors import EvenhandError
from evenhand.model.run import Advice
from evenhand.store.network import Network
from evenhand.workflows.queries.health import HealthLine, health, health_stamp

_FRESH_FOR: Final = timedelta(seconds=60)
_WAIT_S: Final = 0.15
_LONGEST_S: Final = 300
_RESTS_TIMES: Final = 20  # so much longer than it took: a page that stays open costs no more than 5 % of a core


class Health(NamedTuple):
    """How a network stood at an instant; `findings` are those of `evenhand doctor`, None where it was not asked yet.

    `asked_at` is when the doctor began, which may be before what `lines` say.
    """

    at: datetime
    lines: tuple[HealthLine, ...]
    findings: tuple[Advice, ...] | None
    asked_at: datetime | None = None


class _Found(msgspec.Struct):
    findings: tuple[Advice, ...]


class HealthWatch:
    """What was found of a network last, for all threads; looked at again after a minute, a record or a run.

    The doctor is a process of its own: it takes seconds on a large ledger, and pages go on. What it finds may be older.
    """

    def __init__(self, network: Callable[[], Network], folder: Path, now: Callable[[], datetime]) -> None:
        self._network, self._folder, self._now = network, folder.resolve(), now
        self._lock = threading.Lock()
        self._latest: Health | None = None
        self._begun: datetime | None = None
        self._stamp: tuple[int, ...] = ()
        self._latest_of: tuple[int, ...] = ()
        self._doctor_due: datetime | None = None
        self._ready = threading.Event()

    def latest(self) -> Health | None:
        """Return what was found last, None where that is still being looked for; it waits 150 ms at most."""
        now, stamp = self._now(), self._stamp_now()
        with self._lock:
            is_fresh = self._begun is not None and self._begun <= now < self._begun + _FRESH_FOR
            if not is_fresh or stamp != self._stamp:
                self._begun, self._stamp, self._ready = now, stamp, threading.Event()
                threading.Thread(target=self._look, args=(now, stamp, self._ready), name="health", daemon=True).start()
            ready = self._ready
        if self._latest is None or self._latest_of != stamp:
            ready.wait(_WAIT_S)
        return self._latest

    def _stamp_now(self) -> tuple[int, ...]:
        try:
            return health_stamp(self._network())
        except (EvenhandError, OSError):  # the lines say so
            return ()

    def _look(self, at: datetime, stamp: tuple[int, ...], ready: threading.Event) -> None:
        try:
            lines = health(self._network(), at)
        except EvenhandError as error:
            lines = (HealthLine("Settings", str(error), "bad"),)
        with self._lock:
            if stamp == self._stamp or self._latest is None:  # else a later look knows more
                before = self._latest or Health(at, (), None)
                self._latest = before._replace(at=at, lines=lines)
                self._latest_of = stamp
            is_due = self._doctor_due is None or at >= self._doctor_due
            if is_due:
                self._doctor_due = at + timedelta(seconds=_LONGEST_S)  # one doctor at a time
        ready.set()
        if is_due:
            self._ask_doctor(at)

    def _ask_doctor(self, at: datetime) -> None:
        began = time.monotonic()
        findings = self._doctor()
        took = timedelta(seconds=_RESTS_TIMES * (time.monotonic() - began))
        with self._lock:
            if self._latest is not None:
                self._latest = self._latest._replace(findings=findings, asked_at=at)
            self._doctor_due = at + max(_FRESH_FOR, took)

    def _doctor(self) -> tuple[Advice, ...] | None:
        command = [sys.executable, "-P", "-m", "evenhand", "doctor", str(self._folder), "--json"]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_S, check=False
            )
            found = msgspec.json.decode(done.stdout, type=_Found).findings
        except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError):
            return None
        return tuple(replace(each, what=self._as_set(each.what), todo=self._as_set(each.todo)) for each in found)

    def _as_set(self, text: str) -> str:
        """Return a text without where the network is on this machine's disk."""
        return text.replace(f"{self._folder}/", "").replace(str(self._folder), "DIR")
