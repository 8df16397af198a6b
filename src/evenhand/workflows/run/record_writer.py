"""Records appended chunk by chunk, in order; of many, another process commits to a chunk while the next is made."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from evenhand.ledger import Ledger
from evenhand.ledger.leaf import Committed, commit_record
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.errors import RecordRefused
from evenhand.model.log import LogRecord, Receipt
from evenhand.workflows.delivery.publication import in_chunks
from evenhand.workflows.evaluation.side_process import SideWorker

COMMIT = b"c"
"""Begins a question to the worker of the run: salts and records, to be committed to."""
Written = Callable[[Sequence[Receipt], Sequence[LogRecord]], None]

_WORTH_A_PROCESS = 4_000  # records: for fewer a second process costs more than it saves
_CHUNK = 4_000  # records of one transaction: each writes a page of keys for almost every record, and waits for the disk

_decode = msgspec.msgpack.Decoder(tuple[list[bytes], list[LogRecord]]).decode
_found = msgspec.msgpack.Decoder(list[str]).decode


def write_records(
    ledger: Ledger, records: Iterable[tuple[LogRecord, ...]], at: datetime, written: Written, *, expected: int,
    worker: SideWorker | None = None,
) -> None:  # fmt: skip
    """Append records in order, those of one tuple in one transaction; `written` is called with what is durable.

    About as many as `expected` come. Many are checked and committed to by the `worker` of the run, if it has one: the
    same entries in the same order, and still nothing is written or acknowledged by another process than this.

    Raises:
        RecordRefused: a record may not become a leaf; of its chunk nothing is stored.
        ProcessEnded: the second process failed, or was ended.
        StorageFailed: the disk fails.
    """
    if worker is None or expected < _WORTH_A_PROCESS or ledger.draw_salts(0) is None:
        in_chunks(records, lambda chunk: written(ledger.append(chunk, at), chunk))
        return
    pair = _TwoProcesses(ledger, at, written, worker)
    in_chunks(records, pair.take, _CHUNK)
    pair.finish()


class _TwoProcesses:
    """This process, which makes records and appends them, and the one that commits to those made before."""

    def __init__(self, ledger: Ledger, at: datetime, written: Written, worker: SideWorker) -> None:
        self._ledger, self._at, self._written, self._worker = ledger, at, written, worker
        self._open: tuple[list[LogRecord], list[bytes]] | None = None

    def take(self, chunk: list[LogRecord]) -> None:
        """Hand a chunk to the other process, and append the one before while it works."""
        before = self._answered()
        salts = self._ledger.draw_salts(len(chunk)) or []
        self._worker.ask(COMMIT + msgspec.msgpack.encode((salts, chunk)))
        self._open = chunk, salts
        self._append(before)

    def finish(self) -> None:
        """Append what is left."""
        self._append(self._answered())

    def _answered(self) -> list[Committed]:
        """Return the chunk that the other process has, committed to."""
        if self._open is None:
            return []
        chunk, salts = self._open
        found = _found(self._worker.answer())
        if not found:
            for record, salt in zip(chunk, salts, strict=True):
                commit_record(record, salt)  # which refuses one, and says why
        return [Committed(*each) for each in zip(chunk, salts, found, strict=True)]

    def _append(self, chunk: list[Committed]) -> None:
        if chunk:
            records = [each.record for each in chunk]
            self._written(self._ledger.append_committed(chunk, self._at), records)


def commitments(forms: SealingForms, question: memoryview) -> bytes:
    """Return the commitments to the salts and records of a `COMMIT`; none where a record may not become a leaf."""
    salts, records = _decode(question)
    try:
        found = [commit_record(record, salt, forms) for record, salt in zip(records, salts, strict=True)]
    except RecordRefused:
        found = []
    return msgspec.msgpack.encode(found)
