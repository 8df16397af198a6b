"""What all pages of one console share: the network, the accounts, the clock, and what was read and is still right."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from evenhand.ledger import LogReader
from evenhand.model.console import ServeSettings
from evenhand.model.errors import EvenhandError, NetworkUnreadable
from evenhand.model.record import sha256_hex
from evenhand.model.visible_text import visible
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.jobs import Jobs
from evenhand.store.kept_forms import KeptForms
from evenhand.store.network import SETTINGS_FILE, Network, read_network
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.store.searches import Searches
from evenhand.store.second_factors import SecondFactors
from evenhand.store.sessions import ReadLog, Sessions
from evenhand.store.sign_ons import SignOns
from evenhand.web.console.draft_runner import DraftRunner
from evenhand.web.console.health_watch import HealthWatch
from evenhand.web.console.job_runner import JobRunner
from evenhand.web.console.list_readings import ListReadings
from evenhand.web.console.live import Live, run_changed
from evenhand.web.console.rulebook_readings import RulebookReadings
from evenhand.web.console.sealed_values import SealedValues
from evenhand.workflows.evaluation.last_run import LastRun, read_last_run
from evenhand.workflows.operations.checked_histories import keep_checked
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.task_board import TaskBoard
from evenhand.workflows.review.task_sources import KeptSources
from evenhand.workflows.run import Tools

_LOCK_WAIT_S = 10.0
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Machine:
    """What only an interface may read: the clock, random bytes and texts, and what asks witnesses over HTTP."""

    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    random_text: Callable[[], str]


@dataclass
class Console:
    """The console of one network; one object a process, used by all its threads."""

    settings: ServeSettings
    machine: Machine
    tables: ConsoleTables
    live: Live = field(default_factory=Live)
    draft_runner: DraftRunner = field(default_factory=DraftRunner)
    rulebooks: RulebookReadings = field(default_factory=RulebookReadings)
    _kept: dict[str, tuple[object, object]] = field(default_factory=dict)
    _keeping: dict[str, threading.Lock] = field(default_factory=dict)
    lists: ListReadings = field(default_factory=ListReadings)
    jobs: JobRunner = field(init=False)
    health: HealthWatch = field(init=False)
    sealed: SealedValues = field(init=False)
    _network: tuple[int, Network] | None = None
    _unread: str = ""
    _warned: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Make what is one object for all threads: it knows its own child processes."""
        self.jobs = JobRunner(Jobs(self.tables, self.folder), self.folder, self.machine.now, self.new_id)
        self.sealed = SealedValues(self.machine.random_bytes(32))
        self.health = HealthWatch(self.network, self.folder, self.machine.now)

    @property
    def folder(self) -> Path:
        """Return the network's folder."""
        return Path(self.settings.network)

    @contextmanager
    def reading(self) -> Iterator[LogReader]:
        """Hold the network's ledger for reading, one thread at a time: what is kept beside it needs no lock then.

        Raises:
            HistoryConflict: what is on disk is not the history that was signed.
            StorageFailed: a file cannot be read.
        """
        with self._reading, read_ledger(self.network().ledger) as ledger:
            yield ledger

    def kept(self, name: str, stamp: object, make: Callable[[], Kept]) -> Kept:
        """Return what was made under a name for this stamp; where the stamp is another, make it anew and keep that.

        One thread makes it, others who ask for it wait. What is kept must be safe for several threads.
        """
        with self._lock:
            lock = self._keeping.setdefault(name, threading.Lock())
        with lock:
            found = self._kept.get(name)
            if found is None or found[0] != stamp:
                found = self._kept[name] = stamp, make()
            return cast("Kept", found[1])

    @cached_property
    def accounts(self) -> Accounts:
        """Return who can log in."""
        return Accounts(self.tables)

    @cached_property
    def sessions(self) -> Sessions:
        """Return who is logged in."""
        return Sessions(self.tables, timedelta(minutes=self.settings.idle_minutes))

    @cached_property
    def kept_forms(self) -> KeptForms:
        """Return the forms that came in after their session had ended."""
        return KeptForms(self.tables)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Return who has to give a code after the password."""
        return SecondFactors(self.tables)

    @cached_property
    def sign_ons(self) -> SignOns:
        """Return whom a provider of single sign-on may log in."""
        return SignOns(self.tables)

    @cached_property
    def read_log(self) -> ReadLog:
        """Return who was shown what."""
        return ReadLog(self.tables)

    def last_run(self) -> LastRun | None:
        """Return what the last run did, None where there was none or that is lost."""
        return read_last_run(self.network().state)

    def new_id(self) -> str:
        """Return a new id of 16 letters and digits, for a job or an upload."""
        return sha256_hex(self.machine.random_text().encode())[:16]

    @cached_property
    def suffixes(self) -> PublicSuffixes:
        """Return the public-suffix rules."""
        return PublicSuffixes()

    @cached_property
    def searches(self) -> Searches:
        """Return the searches that people saved."""
        return Searches(self.tables)

    @property
    def session_lasts(self) -> timedelta:
        """Return how long a session lasts at most."""
        return timedelta(hours=self.settings.session_hours)

    @property
    def is_https(self) -> bool:
        """Return whether browsers reach the console over https, so that its cookies are for https alone."""
        return self.settings.public_url.startswith("https://")

    def close(self) -> None:
        """Stop what runs beside the pages, and close the tables."""
        self.draft_runner.stop()
        self.tables.close()

    def network(self) -> Network:
        """Return the network, read again when its settings have changed; what held last while they do not hold.

        Raises:
            NetworkUnreadable: the settings do not hold, and never did since this process began.
        """
        path = self.folder / SETTINGS_FILE
        changed = path.stat().st_mtime_ns if path.is_file() else 0
        with self._lock:
            if self._network is None or self._network[0] != changed:
                self._network = changed, self._read_network()
            return self._network[1]

    def _read_network(self) -> Network:
        try:
            network = replace(read_network(self.folder), keeps_staff=True)
        except NetworkUnreadable as error:
            if self._network is None:
                raise
            self._unread = str(error)
            return self._network[1]
        self._unread = ""
        keep_checked(network.ledger)
        return network

    def fault(self) -> str:
        """Return why `evenhand.toml` or the staff does not hold now, as the command line says it; ``""`` if both hold.

        What held last counts meanwhile. It is said on standard error too, once.
        """
        network = self.network()
        fault = self._unread
        if not fault:
            try:
                network_staff(replace(network, keeps_staff=False))
            except EvenhandError as error:
                fault = str(error)
        if fault and fault != self._warned:
            sys.stderr.write(f"evenhand: warning: {visible(fault)}; the console goes on with what held before\n")
        self._warned = fault
        return network.as_set(fault).replace(str(self.folder), "DIR")

    def tools(self) -> Tools:
        """Return what a workflow needs of this machine."""
        return Tools(
            self.suffixes, self.machine.random_bytes, _LOCK_WAIT_S, lambda *_: None, now=self.machine.now(),
        )  # fmt: skip

    def board(self) -> TaskBoard:
        """Return all tasks as they stand.

        Raises:
            NotFound: there was no run yet.
        """
        return self.live.board(self.network(), self.machine.now(), self.suffixes)

    def sources(self) -> KeptSources:
        """Return what answers to tasks rest on, kept between requests."""
        return KeptSources(self.live.tasks(self.network(), self.suffixes), self.run)

    def run(self) -> KeptRun:
        """Return what the last run left, as far as pages about tasks show it.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        network = self.network()

        def read() -> KeptRun:
            with read_ledger(network.ledger) as ledger:
                return KeptRun(network, ledger, self.machine.now(), self.suffixes)

        return self.kept("run", (network, run_changed(network)), read)
