"""Group commit: many callers, one thread that writes; each gets its result after its transaction is durable."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from types import TracebackType
from typing import Self

from evenhand.ledger.commit_queue import REOPEN, BatchSettings, CommitQueue, Promise, Submission, resolve_open
from evenhand.ledger.log import Ledger
from evenhand.model.errors import EvenhandError, RecordRefused, StorageFailed
from evenhand.model.log import Checkpoint, LogRecord, Receipt


class Writer:
    """The one writer of `ledger` while it is open; use it as a context manager. Safe to call from any thread.

    `clock` returns the time that leaves and checkpoints bear. A second thread publishes; both checkpoints and records
    are written by the first. If either fails, every waiting and every later caller gets the error.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], settings: BatchSettings) -> None:
        self._ledger, self._clock, self._settings = ledger, clock, settings
        self._queue = CommitQueue(settings)
        self._publisher = ThreadPoolExecutor(1, "publisher")
        self._publishing: Future[Checkpoint] | None = None
        self._wanted: list[Submission] = []  # publications that callers want,
        self._begun: list[Submission] = []  # and those that the one that runs will answer
        self._due = time.monotonic() + settings.publish_every_s
        self._thread = threading.Thread(target=self._run, name="writer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Write and publish what was submitted, and stop."""
        self._queue.close()
        self._thread.join()
        self._publisher.shutdown()

    def submit(self, records: Sequence[LogRecord]) -> Promise[list[Receipt]]:
        """Queue records and return the promise of their receipts, in that order, resolved after COMMIT.

        The promise breaks with RecordRefused if one of these records breaks the leaf's rules: then none of them
        is stored, of more than a transaction's records none of that transaction and of later ones. It breaks
        with the error that stopped the writer where that was before COMMIT.

        Raises:
            LedgerError: the writer has stopped, for this reason.
        """
        promise: Promise[list[Receipt]] = Promise()
        if not records:
            promise.resolve([])
        else:
            self._queue.put(Submission(records, promise))
        return promise

    def append(self, records: Sequence[LogRecord]) -> list[Receipt]:
        """Return the receipts of records once they are durable; raises as `submit` and its promise do."""
        return self.submit(records).result()

    def publish(self) -> Checkpoint:
        """Return a published checkpoint over everything that was submitted before."""
        promise: Promise[Checkpoint] = Promise()
        self._queue.put(Submission((), promise))
        return promise.result()

    def _run(self) -> None:
        end: EvenhandError = StorageFailed("the ledger's writer died", where=self._ledger.origin, todo=REOPEN)
        try:
            while (batch := self._queue.take(self._next_due())) is not None:
                self._commit([submission for submission in batch if submission.records])
                self._publish([submission for submission in batch if not submission.records])
            while self._publishing or self._wanted:
                wait([self._publishing] if self._publishing else [])
                self._publish([])
            end = StorageFailed("the ledger was closed", where=self._ledger.origin)
        except EvenhandError as error:
            end = self._cause(error)
        finally:
            self._queue.fail(end)
            resolve_open(self._begun + self._wanted, end)

    def _cause(self, error: EvenhandError) -> EvenhandError:
        """Return why the writer ends: after a failed publication every append fails too, and says less."""
        failed = self._publishing.exception() if self._publishing else None
        return failed if isinstance(failed, EvenhandError) else error

    def _next_due(self) -> float | None:
        return self._due if self._ledger.behind and not self._publishing else None

    def _commit(self, batch: list[Submission]) -> None:
        """Append the records of these callers, and resolve their promises."""
        if not batch:
            return
        try:
            receipts = self._ledger.append(
                [record for submission in batch for record in submission.records], self._clock()
            )
        except RecordRefused as error:
            # One caller's bad record is not the others' affair.
            if len(batch) == 1:
                batch[0].promise.resolve(error)
            else:
                for submission in batch:
                    self._commit([submission])
            return
        start = 0
        for submission in batch:
            stop = start + len(submission.records)
            submission.promise.resolve(receipts[start:stop])
            start = stop

    def _publish(self, submissions: list[Submission]) -> None:
        """Begin a publication if one is due or wanted and none runs; raise if the one that ran failed."""
        self._wanted += submissions
        if self._publishing:
            if not self._publishing.done():
                return
            resolve_open(self._begun, self._publishing.result())
            self._publishing = None
        if self._wanted or (self._ledger.behind and time.monotonic() >= self._due):
            self._begin()

    def _begin(self) -> None:
        self._due = time.monotonic() + self._settings.publish_every_s
        self._begun, self._wanted = self._wanted, []
        begun = self._ledger.begin_publication(self._clock())
        if isinstance(begun, Checkpoint):
            resolve_open(self._begun, begun)
            return
        self._publishing = self._publisher.submit(self._ledger.finish_publication, begun)
        self._publishing.add_done_callback(lambda _: self._queue.wake())
