"""What callers asked the writer for and wait to have: a queue in, promises back."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from evenhand.model.errors import EvenhandError, StorageFailed
from evenhand.model.log import LogRecord

T = TypeVar("T")
REOPEN = "open the ledger again and retry; committed records are safe, and the keys prevent duplicates"


class Promise(Generic[T]):
    """A value to come, or the error that came instead; a twentieth of what `concurrent.futures.Future` costs."""

    __slots__ = ("_kept", "_value")

    def __init__(self) -> None:
        self._kept = threading.Lock()
        self._kept.acquire()
        self._value: T | EvenhandError

    @property
    def is_kept(self) -> bool:
        """Tell whether `result` returns or raises at once."""
        return not self._kept.locked()

    def keep(self, value: T | EvenhandError) -> None:
        """Hand over the value or the error, once."""
        self._value = value
        self._kept.release()

    def result(self) -> T:
        """Return the value once it is there, or raise the error; for one caller at a time."""
        with self._kept:
            if isinstance(self._value, EvenhandError):
                raise self._value
            return self._value


class Pace(NamedTuple):
    """How many records share a transaction at most, how long they wait for company, how often a head is published."""

    batch_records: int
    batch_wait_s: float
    publish_every_s: float


class Asked(NamedTuple):
    """One caller's wish: to append these records, or to publish where there are none."""

    records: Sequence[LogRecord]
    promise: "Promise[Any]"


class Queue:
    """Wishes not taken yet, in the order they came; put from any thread, taken by one."""

    def __init__(self, pace: Pace) -> None:
        self._full, self._wait_s = pace.batch_records, pace.batch_wait_s
        self._changed = threading.Condition(threading.Lock())
        self._waiting: deque[Asked] = deque()
        self._held = 0  # records waiting; a wish to publish weighs as much as a full batch, so that it does not wait
        self._since = 0.0
        self._taken: list[Asked] = []
        self._awake = self._closing = False
        self._end: EvenhandError | None = None

    def put(self, asked: Asked) -> None:
        """Queue one wish; the taker is woken by the first, and by that which fills a batch.

        Raises:
            EvenhandError: the taker stopped, for this reason.
        """
        with self._changed:
            if self._end or self._closing:
                raise self._end or StorageFailed("the ledger is being closed", todo=REOPEN)
            before, self._held = self._held, self._held + self._weight(asked)
            self._waiting.append(asked)
            if not before:
                self._since = time.monotonic()
            if not before or before < self._full <= self._held:
                self._changed.notify()

    def take(self, until: float | None) -> list[Asked] | None:
        """Return the next batch; an empty one at `until` or when woken, None when closed and empty.

        A batch is taken once it is full, or when its first has waited its time.
        """
        with self._changed:
            self._wait(until, lambda: self._held > 0 or self._awake)
            if self._held:
                self._wait(self._since + self._wait_s, lambda: self._held >= self._full)
            self._awake = False
            self._taken = self._next()
            return None if self._closing and not self._taken else self._taken

    def wake(self) -> None:
        """Let the taker return now."""
        with self._changed:
            self._awake = True
            self._changed.notify()

    def close(self) -> None:
        """Accept no more; what is queued is still given out."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def fail(self, error: EvenhandError) -> None:
        """Answer every wish that was not answered with `error`, and accept no more."""
        with self._changed:
            self._end = error
            left = [*self._taken, *self._waiting]
            self._waiting.clear()
        answer(left, error)

    def _weight(self, asked: Asked) -> int:
        return len(asked.records) or self._full

    def _wait(self, until: float | None, done: Callable[[], bool]) -> None:
        while not (done() or self._closing):
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return
            self._changed.wait(left)

    def _next(self) -> list[Asked]:
        batch: list[Asked] = []
        held = 0
        while self._waiting and (not batch or held + self._weight(self._waiting[0]) <= self._full):
            batch.append(self._waiting.popleft())
            held += self._weight(batch[-1])
        self._held -= held
        return batch


def answer(asked: Sequence[Asked], value: object) -> None:
    """Give the same answer to all that have none yet."""
    for each in asked:
        if not each.promise.is_kept:
            each.promise.keep(value)
