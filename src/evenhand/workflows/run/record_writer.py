"""Records appended chunk by chunk, in order; of many, another process commits to a chunk while the next is made."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from evenhand.ledger import Ledger
from evenhand.ledger.leaf import Committed, commit_record
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.errors import RecordRefused
from evenhand.model.log import LogRecord, Receipt
from evenhand.workflows.delivery.publication import in_chunks
from evenhand.workflows.evaluation.side_process import SideWorker, can_work_beside

Written = Callable[[Sequence[Receipt], Sequence[LogRecord]], None]

_WORTH_A_PROCESS = 4_000  # records: for fewer a second process costs more than it saves
_CHUNK = 4_000  # records of one transaction: each writes a page of keys for almost every record, and waits for the disk
_WORTH_BEGINNING = 1 << 17  # bytes of tables: those of 4,000 advertisers have more, compressed or not
_AFTER = "what was recorded before is safe"

_decode = msgspec.msgpack.Decoder(tuple[list[bytes], list[LogRecord]]).decode
_commitments = msgspec.msgpack.Decoder(list[str]).decode


@contextmanager
def early_worker(tables: Iterable[Path], ledger: Ledger, *, is_first: bool) -> Iterator[SideWorker | None]:
    """Begin the process that commits to records before tables are read, where a first run will make many; else None.

    It begins as this one is then. With the first records it would be given all that was read by then, and keep what of
    it this process has no use for any more.
    """
    size = sum(each.stat().st_size for each in tables if each.is_file())
    worker = _worker() if is_first and size >= _WORTH_BEGINNING and _can_help(ledger) else None
    try:
        yield worker
    finally:
        if worker is not None:
            worker.end()


def write_records(
    ledger: Ledger, records: Iterable[tuple[LogRecord, ...]], at: datetime, written: Written, *, expected: int,
    worker: SideWorker | None = None,
) -> None:  # fmt: skip
    """Append records in order, those of one tuple in one transaction; `written` is called with what is durable.

    About as many as `expected` come. Many are checked and committed to by a second process: the same entries in the
    same order, and still nothing is written or acknowledged by another process than this. It is the `worker`, which
    then ends, or one that is begun now.

    Raises:
        RecordRefused: a record may not become a leaf; of its chunk nothing is stored.
        ProcessEnded: the second process failed, or was ended.
        StorageFailed: the disk fails.
    """
    if expected < _WORTH_A_PROCESS or not _can_help(ledger):
        in_chunks(records, lambda chunk: written(ledger.append(chunk, at), chunk))
        return
    pair = _TwoProcesses(ledger, at, written, worker or _worker())
    try:
        in_chunks(records, pair.take, _CHUNK)
        pair.finish()
    finally:
        pair.end()


class _TwoProcesses:
    """This process, which makes records and appends them, and the one that commits to those made before."""

    def __init__(self, ledger: Ledger, at: datetime, written: Written, worker: SideWorker) -> None:
        self._ledger, self._at, self._written, self._worker = ledger, at, written, worker
        self._open: tuple[list[LogRecord], list[bytes]] | None = None

    def take(self, chunk: list[LogRecord]) -> None:
        """Hand a chunk to the other process, and append the one before while it works."""
        before = self._answered()
        salts = self._ledger.draw_salts(len(chunk)) or []
        self._worker.ask(msgspec.msgpack.encode((salts, chunk)))
        self._open = chunk, salts
        self._append(before)

    def finish(self) -> None:
        """Append what is left."""
        self._append(self._answered())

    def end(self) -> None:
        """End the other process."""
        self._worker.end()

    def _answered(self) -> list[Committed]:
        """Return the chunk that the other process has, committed to."""
        if self._open is None:
            return []
        chunk, salts = self._open
        found = _commitments(self._worker.answer())
        if not found:
            for record, salt in zip(chunk, salts, strict=True):
                commit_record(record, salt)  # which refuses one, and says why
        return [Committed(*each) for each in zip(chunk, salts, found, strict=True)]

    def _append(self, chunk: list[Committed]) -> None:
        if chunk:
            records = [each.record for each in chunk]
            self._written(self._ledger.append_committed(chunk, self._at), records)


def _can_help(ledger: Ledger) -> bool:
    return can_work_beside() and ledger.draw_salts(0) is not None


def _worker() -> SideWorker:
    return SideWorker("committing to records", partial(_committed, SealingForms()), lost=_AFTER)


def _committed(forms: SealingForms, question: bytes) -> bytes:
    """Return the commitments to salts and records in one row; none where a record may not become a leaf."""
    salts, records = _decode(question)
    try:
        found = [commit_record(record, salt, forms) for record, salt in zip(records, salts, strict=True)]
    except RecordRefused:
        found = []
    return msgspec.msgpack.encode(found)
