"""Several processes that answer on one socket, and the one that starts them again when they die."""

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Final

from evenhand.web.gate.server import Say

STOP_S: Final = 4.5  # after this a worker is killed, so that the whole is gone within five seconds
_SHORT_LIFE_S: Final = 1.0  # a worker that dies sooner is not started again at once
_NAP_S: Final = 0.05


def run_workers(count: int, work: Callable[[int, int], None], say: Say, close: Callable[[], None]) -> None:
    """Run `work(number, pipe)` in `count` processes until SIGTERM or SIGINT; start again whichever dies.

    SIGHUP is handed on. `close` is called before the processes are told to stop: what this one holds open of what they
    share, a listening socket, would go on taking clients that nobody answers.

    The processes are forks: they share the listening socket and what was made before. `pipe` reads as ended when this
    process is gone, however it went.
    """
    _Workers(count, work, say, close).run()


def has_ended(pipe: int) -> bool:
    """Return whether the process that started this one is gone.

    The pipe tells it at once; the kernel closes what a killed process held open before it gives its children away.
    """
    return bool(select.select([pipe], [], [], 0)[0])


class _Workers:
    def __init__(self, count: int, work: Callable[[int, int], None], say: Say, close: Callable[[], None]) -> None:
        self._count, self._work, self._say, self._close = count, work, say, close
        self._running: dict[int, int] = {}
        self._started: dict[int, float] = {}
        self._is_stopping = False
        self._pipe, self._held = os.pipe()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._hand_on)
        for worker in range(self._count):
            self._start(worker)
        while not self._is_stopping:
            self._replace_the_dead()
            time.sleep(_NAP_S)
        self._end()

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _hand_on(self, number: int, _: object) -> None:
        for process in tuple(self._running):
            os.kill(process, number)

    def _start(self, worker: int) -> None:
        self._started[worker] = time.monotonic()
        process = os.fork()
        if process:
            self._running[process] = worker
            return
        status = 1
        try:
            os.close(self._held)
            self._work(worker, self._pipe)
            status = 0
        except Exception:  # noqa: BLE001  shown, and the parent starts another
            traceback.print_exc()
        finally:
            # A fork must not come back into what its parent was doing.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _replace_the_dead(self) -> None:
        for worker in self._dead():
            self._say(f"worker {worker} ended and is started again")
            if time.monotonic() - self._started[worker] < _SHORT_LIFE_S:
                time.sleep(_SHORT_LIFE_S)
            if not self._is_stopping:
                self._start(worker)

    def _dead(self) -> list[int]:
        """Return the workers that have ended; only processes that were started here are asked about."""
        ended = [process for process in self._running if os.waitpid(process, os.WNOHANG)[0]]
        return [self._running.pop(process) for process in ended]

    def _end(self) -> None:
        self._close()
        until = time.monotonic() + STOP_S
        while self._running and time.monotonic() < until:
            # More than once: a worker that has only just been started does not listen yet.
            for process in self._running:
                os.kill(process, signal.SIGTERM)
            self._dead()
            time.sleep(_NAP_S)
        for process in self._running:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
