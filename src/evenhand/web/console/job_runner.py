"""Starts the verbs that take long, watches them, stops them, and finds them again after the console was restarted."""

import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from evenhand.model.errors import EvenhandError, NotFound, StateRefused, StorageFailed
from evenhand.model.job import WRITING, Job, JobState, JobVerb
from evenhand.store.jobs import Jobs
from evenhand.web.console.processes import COMMAND, interrupt, process_mark, start_process

_INTERRUPTED: Final = 130
# Of these status 1 is an answer: a list could not be taken and the others were; a table cannot be used as it is; an
# audit found something.
_ANSWERS_BY_STATUS: Final = ("lists update", "tables check", "audit run")
# What these print once they are done is kept by the verb itself, and too much to keep twice.
_KEPT_ELSEWHERE: Final = ("audit run",)
_STARTS_WITHIN = timedelta(seconds=30)


class JobRunner:
    """The jobs of one network; used by all threads of a console."""

    def __init__(self, jobs: Jobs, network: Path, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.jobs = jobs
        self._network, self._now, self._new_id = network.resolve(), now, new_id
        self._own: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def start(self, verb: JobVerb, arguments: Sequence[str], person: str, about: str = "") -> Job:
        """Start a verb on the network, with JSON and progress, and return the job.

        Raises:
            StateRefused: another one that writes is at work.
            StorageFailed: it cannot be written down or started.
        """
        self.refresh()
        job = Job(
            id=self._new_id(), verb=verb, arguments=tuple(arguments), person=person, started=self._now(), about=about
        )
        if not self.jobs.begin(job):
            raise StateRefused("other work is going on", where="the network", state="running", event=verb,
                               todo="wait for its end, or cancel it on the page Runs")  # fmt: skip
        command = (*COMMAND, *verb.split(), str(self._network), *arguments, "--json", "--progress", "json")
        try:
            process = start_process(command, self.jobs.output(job.id), self.jobs.errors(job.id))
        except OSError as error:
            self.jobs.end(job, "failed", self._now(), f"cannot be started: {error.strerror}")
            raise StorageFailed("the work cannot be started", where=error.filename or verb, got=error.strerror,
                                todo="check space and memory of this machine") from error  # fmt: skip
        with self._lock:
            self._own[job.id] = process
        self.jobs.set_process(job, process.pid, process_mark(process.pid))
        threading.Thread(target=self._watch, args=(job, process), name=f"job {job.id}", daemon=True).start()
        return job

    def find(self, id_: str) -> Job:
        """Return a job as it is now.

        Raises:
            NotFound: there is none of this id.
        """
        job = self.jobs.find(id_)
        if job is None:
            raise NotFound("there is no such job", got=id_, todo="see the page Runs")
        if job.state != "running":
            return job
        self._settle(job)
        now = self.jobs.find(id_) or job
        return self.jobs.with_progress(now) if now.state == "running" else now

    def busy(self) -> Job | None:
        """Return the job that writes to the network now, None where there is none."""
        self.refresh()
        return next((each for each in self.jobs.running() if each.verb in WRITING), None)

    def refresh(self) -> None:
        """Write down the end of what has ended while nobody watched."""
        for job in self.jobs.running():
            self._settle(job)

    def cancel(self, id_: str) -> None:
        """Stop a job as Ctrl-C does: what was committed is safe."""
        job = self.find(id_)
        if job.state == "running" and not interrupt(job.pid, job.mark):
            self._settle(job)

    def wait(self, id_: str, seconds: float) -> Job:
        """Return a job when it has ended, or after some seconds as it is then."""
        with self._lock:
            process = self._own.get(id_)
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                self._ended(self.find_raw(id_), process)
        return self.find(id_)

    def find_raw(self, id_: str) -> Job:
        """Return a job as it is written down."""
        job = self.jobs.find(id_)
        assert job is not None, "a job that this process started is written down"
        return job

    def _watch(self, job: Job, process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        with suppress(EvenhandError):  # the console is closing: who comes next finds it ended
            self._ended(job, process)

    def _ended(self, job: Job, process: "subprocess.Popen[bytes]") -> None:
        self._end(job, _state(job, process.returncode))
        with self._lock:
            self._own.pop(job.id, None)

    def _settle(self, job: Job) -> None:
        """Write down the end of a job whose process has gone, unless this process still watches it."""
        with self._lock:
            is_own = job.id in self._own
        is_starting = not job.pid and self._now() - job.started < _STARTS_WITHIN
        if is_own or is_starting or (job.mark and process_mark(job.pid) == job.mark):
            return
        self._end(job, self._state_by_output(job))

    def _end(self, job: Job, state: JobState) -> None:
        known = self.jobs.with_progress(job)
        self.jobs.end(known, state, self._now(), known.message if state != "done" else "")
        if state == "done" and job.verb in _KEPT_ELSEWHERE:
            self.jobs.output(job.id).unlink(missing_ok=True)

    def _state_by_output(self, job: Job) -> JobState:
        """Return how a job ended that nobody watched, by what it printed."""
        with suppress(OSError, msgspec.MsgspecError):
            msgspec.json.decode(self.jobs.output(job.id).read_bytes())
            return "done"
        message = self.jobs.with_progress(job).message
        if message.startswith("Interrupted"):
            return "cancelled"
        return "failed" if message else "unknown"


def _state(job: Job, status: int) -> JobState:
    if status == 0 or (status == 1 and job.verb in _ANSWERS_BY_STATUS):
        return "done"
    return "cancelled" if status in (_INTERRUPTED, -2) else "failed"
