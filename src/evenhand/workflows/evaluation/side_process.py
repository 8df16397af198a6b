"""Work in a second process beside this one, which begins as this one is now and ends with it."""

import ctypes
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Final

from evenhand.model.errors import ProcessEnded

_DONE, _FAILED = b"+", b"-"
_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_LENGTH: Final = 8  # bytes that say how long a message is


def can_work_beside() -> bool:
    """Return whether a second process can be forked, and has a core of its own."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


class SideProcess:
    """A process that gives the bytes which a function returns; it shares the memory of this one, and nothing after.

    It leaves them in a file and ends: what it holds is of no use until somebody asks for them.
    """

    def __init__(self, what: str, work: Callable[[], bytes], *, lost: str = "nothing was decided") -> None:
        """Begin with the work; in an error `what` names it, and `lost` says what its end means."""
        self._what, self._lost = what, lost
        self._left = TemporaryFile()  # noqa: SIM115  closed by `end`

        def leave() -> None:
            self._left.write(_answer(work))
            self._left.flush()

        self._process = _fork(leave)

    def result(self) -> bytes:
        """Return what the work gave, when it is done.

        Raises:
            ProcessEnded: it failed, or somebody ended the process.
        """
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        self._left.seek(0)
        return _checked(self._what, self._left.read(), status, self._lost)

    def end(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, 0
        _kill(process)
        self._left.close()


class SideWorker:
    """A process that answers questions one after another, each while this one makes the next.

    It begins as this process is then: with the first question, or before. One question is open at a time: `ask`,
    `answer`, `ask`. `lost` says in an error what the end of the worker means.
    """

    def __init__(self, what: str, work: Callable[[bytes], bytes], *, lost: str) -> None:
        """Take the work, which gives the answer to a question; `what` names it in an error."""
        self._what, self._work, self._lost = what, work, lost
        self._process = 0
        self._questions: IO[bytes] = BytesIO()
        self._answers: IO[bytes] = BytesIO()

    def begin(self) -> None:
        """Begin now, if it has not."""
        if self._process:
            return
        own, other = socket.socketpair()

        def serve() -> None:
            own.close()
            with other.makefile("rb") as questions, other.makefile("wb") as answers:
                while question := _read(questions):
                    _write(answers, _answer(partial(self._work, question)))

        self._process = _fork(serve)
        other.close()
        self._questions, self._answers = own.makefile("wb"), own.makefile("rb")
        own.close()

    def ask(self, question: bytes) -> None:
        """Hand a question over.

        Raises:
            ProcessEnded: somebody ended the process.
        """
        self.begin()
        try:
            _write(self._questions, question)
        except (BrokenPipeError, ConnectionResetError):
            self.answer()

    def answer(self) -> bytes:
        """Return the answer to the question that is open, when it is there.

        Raises:
            ProcessEnded: the work failed, or somebody ended the process.
        """
        try:
            answer = _read(self._answers)
        except ConnectionResetError:
            answer = b""
        if answer[:1] == _DONE:
            return answer[1:]
        process, self._process = self._process, 0
        if answer:
            os.kill(process, signal.SIGKILL)  # it failed, and waits for another question
        _, status = os.waitpid(process, 0)
        return _checked(self._what, answer, status, self._lost)

    def end(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, 0
        _kill(process)
        self._answers.close()
        with suppress(OSError):  # what is left of a question goes nowhere
            self._questions.close()


def _checked(what: str, answer: bytes, status: int, lost: str) -> bytes:
    """Return what a process gave that ended with this status.

    Raises:
        ProcessEnded: it failed, or somebody ended it.
    """
    if answer[:1] == _DONE and not status:
        return answer[1:]
    code = os.waitstatus_to_exitcode(status)
    if answer[:1] == _FAILED:
        how = f"failed: {answer[1:].decode()}"
    else:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"failed: {code}"
    raise ProcessEnded(f"the process beside this run, {what}, {how}; {lost}",
                       todo="run again; a system that lacks memory ends processes")  # fmt: skip


def _kill(process: int) -> None:
    if process:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _fork(work: Callable[[], None]) -> int:
    """Return the id of a process that does some work and ends; a fork must not come back into what its parent did."""
    parent, library = os.getpid(), ctypes.CDLL(None)
    with suppress(AttributeError):  # another library than glibc
        library.malloc_trim(0)  # what is free here would be taken, and so copied, by both
    process = os.fork()
    if process:
        return process
    try:
        # INVARIANT: it does not outlive the run, whose lock on the ledger it would hold.
        library.prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
        # To collect what is its parent's would copy it, and a database closed here would wait for threads that are not.
        gc.freeze()
        if os.getppid() == parent:
            work()
        os._exit(0)
    finally:
        os._exit(1)  # what it left may not be whole


def _answer(work: Callable[[], bytes]) -> bytes:
    try:
        return _DONE + work()
    except Exception as error:  # noqa: BLE001  the end of this process, whose parent says in one line what it was
        return _FAILED + f"{type(error).__name__}: {error}".encode(errors="replace")


def _write(to: IO[bytes], message: bytes) -> None:
    to.write(len(message).to_bytes(_LENGTH))
    to.write(message)
    to.flush()


def _read(source: IO[bytes]) -> bytes:
    """Return the next message, nothing where the other end is gone before it is whole."""
    length = int.from_bytes(source.read(_LENGTH))
    message = source.read(length)
    return message if len(message) == length else b""
