"""Work in a second process beside this one, which begins as this one is now and ends with it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from evenhand.model.errors import ProcessEnded

_DONE, _FAILED = b"+", b"-"
_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def can_work_beside() -> bool:
    """Return whether a second process can be forked, and has a core of its own."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


class SideProcess:
    """A process that gives the bytes which a function returns; it shares the memory of this one, and nothing after."""

    def __init__(self, what: str, work: Callable[[], bytes]) -> None:
        """Begin with the work; `what` names it in an error."""
        self._what = what
        reading, writing = os.pipe()
        parent = os.getpid()
        self._process = os.fork()
        if not self._process:
            os.close(reading)
            _work(work, writing, parent)
        os.close(writing)
        self._answer = os.fdopen(reading, "rb")

    def result(self) -> bytes:
        """Return what the work gave, when it is done.

        Raises:
            ProcessEnded: it failed, or somebody ended the process.
        """
        answer = self._answer.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        if answer[:1] == _DONE and not status:
            return answer[1:]
        code = os.waitstatus_to_exitcode(status)
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed: {answer[1:].decode() or code}"
        raise ProcessEnded(f"the process beside this run, {self._what}, {how}; nothing was decided",
                           todo="run again; a system that lacks memory ends processes")  # fmt: skip

    def end(self) -> None:
        """End the process, whatever it does."""
        self._answer.close()
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


@contextmanager
def beside(what: str, work: Callable[[], bytes], *, worth: bool) -> Iterator[None]:
    """Do some work beside what happens within, where it is `worth` a process, else after it.

    Raises:
        ProcessEnded: the process failed, or was ended.
    """
    if not worth:
        yield
        work()
        return
    process = SideProcess(what, work)
    try:
        yield
        process.result()
    finally:
        process.end()


def _work(work: Callable[[], bytes], writing: int, parent: int) -> NoReturn:
    """Do the work and end; a fork must not come back into what its parent was doing."""
    try:
        # INVARIANT: it does not outlive the run, whose lock on the ledger it would hold.
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
        if os.getppid() == parent:
            with os.fdopen(writing, "wb") as answer:
                answer.write(_answer(work))
    finally:
        os._exit(0)


def _answer(work: Callable[[], bytes]) -> bytes:
    try:
        return _DONE + work()
    except Exception as error:  # noqa: BLE001  the end of this process, whose parent says in one line what it was
        return _FAILED + f"{type(error).__name__}: {error}".encode(errors="replace")
