"""The queue between callers and the one thread that writes: submissions in, promises of their results back."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from evenhand.model.errors import EvenhandError, StorageFailed
from evenhand.model.log import LogRecord

T = TypeVar("T")
BATCH_RECORDS, BATCH_BYTES = 1000, 16 << 20  # most of one transaction
REOPEN = "open the ledger again and retry; committed records are safe, and the keys prevent duplicates"


class Promise(Generic[T]):
    """A value to come, or the error that came instead; a twentieth of what `concurrent.futures.Future` costs."""

    __slots__ = ("_pending", "_value")

    def __init__(self) -> None:
        self._pending = threading.Lock()
        self._pending.acquire()
        self._value: T | EvenhandError

    @property
    def is_resolved(self) -> bool:
        """Tell whether `result` returns or raises at once."""
        return not self._pending.locked()

    def resolve(self, value: T | EvenhandError) -> None:
        """Hand over the value or the error, once."""
        self._value = value
        self._pending.release()

    def result(self) -> T:
        """Return the value once it is there, or raise the error; for one caller at a time."""
        with self._pending:
            if isinstance(self._value, EvenhandError):
                raise self._value
            return self._value


class BatchSettings(NamedTuple):
    """Most records of one transaction, how long they wait for others, and the time between two checkpoints."""

    batch_records: int
    batch_wait_s: float
    publish_every_s: float


class Submission(NamedTuple):
    """One caller's request: append these records, or publish a checkpoint where there are none."""

    records: Sequence[LogRecord]
    promise: "Promise[Any]"


class CommitQueue:
    """Submissions in the order they came; put from any thread, taken by one."""

    def __init__(self, settings: BatchSettings) -> None:
        self._full, self._wait_s = settings.batch_records, settings.batch_wait_s
        self._changed = threading.Condition(threading.Lock())
        self._waiting: deque[Submission] = deque()
        self._held = 0  # records waiting; a publication weighs as much as a full batch, so that it does not wait
        self._since = 0.0
        self._taken: list[Submission] = []
        self._awake = self._closing = False
        self._end: EvenhandError | None = None

    def put(self, submission: Submission) -> None:
        """Queue one submission; the first wakes the taker, and so does the one that fills a batch.

        Raises:
            EvenhandError: the taker stopped, for this reason.
        """
        with self._changed:
            if self._end or self._closing:
                raise self._end or StorageFailed("the ledger is being closed", todo=REOPEN)
            before, self._held = self._held, self._held + self._weight(submission)
            self._waiting.append(submission)
            if not before:
                self._since = time.monotonic()
            if not before or before < self._full <= self._held:
                self._changed.notify()

    def take(self, until: float | None) -> list[Submission] | None:
        """Return the next batch; an empty one at `until` or when woken, None when closed and empty.

        A batch is taken once it is full, or when its first submission has waited `batch_wait_s`.
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
        """Resolve every open submission with `error`, and accept no more."""
        with self._changed:
            self._end = error
            left = [*self._taken, *self._waiting]
            self._waiting.clear()
        resolve_open(left, error)

    def _weight(self, submission: Submission) -> int:
        return len(submission.records) or self._full

    def _wait(self, until: float | None, done: Callable[[], bool]) -> None:
        while not (done() or self._closing):
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return
            self._changed.wait(left)

    def _next(self) -> list[Submission]:
        batch: list[Submission] = []
        held = 0
        while self._waiting and (not batch or held + self._weight(self._waiting[0]) <= self._full):
            batch.append(self._waiting.popleft())
            held += self._weight(batch[-1])
        self._held -= held
        return batch


def resolve_open(submissions: Sequence[Submission], value: object) -> None:
    """Give the same result to all submissions that have none yet."""
    for submission in submissions:
        if not submission.promise.is_resolved:
            submission.promise.resolve(value)
