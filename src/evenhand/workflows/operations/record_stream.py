"""Records from a stream into a ledger: each answered, in order, after it is durable."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from evenhand.ledger.commit_queue import BatchSettings
from evenhand.ledger.protocols import HttpPost
from evenhand.ledger.record_lines import LINE_BYTES, read_line
from evenhand.ledger.writer import Writer
from evenhand.model.errors import RecordRefused
from evenhand.model.log import LedgerSettings, LogRecord, Receipt
from evenhand.store.ledger_settings import read_ledger_settings
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import Tell, open_ledger

READ_BYTES = 1 << 18


def append_lines(
    folder: Path,
    source: int,
    clock: Callable[[], datetime],
    answer: Callable[[Sequence[Receipt]], None],
    *,
    wait_s: float = 0,
    ask: HttpPost | None = None,
    tell: Tell | None = None,
) -> None:
    """Append what can be read from the file descriptor `source`, a record a line; `answer` gets what is durable.

    Whatever has arrived is written at once: a caller that waits for each answer before the next line gets it, one
    that sends a file gets large transactions. Heads are published on the way and at the end.

    Raises:
        RecordRefused: a line breaks a rule; nothing of it and of later lines is stored, earlier ones are published.
        LedgerBusy, HistoryConflict, BadInput, StorageFailed: as `open_ledger`.
    """
    settings = read_ledger_settings(LedgerFolder.at(folder).path)
    refused: RecordRefused | None = None
    with (
        open_ledger(folder, wait_s=wait_s, ask=ask, tell=tell) as ledger,
        Writer(ledger, clock, _pace(settings)) as writer,
    ):
        number = 0
        for lines in _arrived(source):
            records, refused = _records(lines, number, settings.max_payload_bytes)
            number += len(lines)
            if records:
                answer(writer.append(records))
            if refused is not None:
                break
        writer.publish()
    if refused is not None:
        raise refused


def _pace(settings: LedgerSettings) -> BatchSettings:
    # One caller, who waits for each answer: no company will come.
    return BatchSettings(settings.batch_records, 0, settings.publish_every_ms / 1000)


def _arrived(source: int) -> Iterator[list[bytes]]:
    """Yield the whole lines that each read brings; a last line needs no end, one that is far too long ends it all."""
    rest = b""
    while (data := os.read(source, READ_BYTES)) and len(rest) <= LINE_BYTES:
        *lines, rest = (rest + data).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]


def _records(lines: Sequence[bytes], before: int, most_bytes: int) -> tuple[list[LogRecord], RecordRefused | None]:
    """Return the records of lines up to the first that is refused, and why that is; empty lines are passed over."""
    records = []
    for number, line in enumerate(lines, start=before + 1):
        try:
            records += [read_line(line, most_bytes)] if line.strip() else []
        except RecordRefused as error:
            return records, RecordRefused(
                error.what, where=error.where or "line", line=number, got=error.got, expected=error.expected,
                todo=error.todo or "earlier lines are stored; correct this one and continue with it",
            )  # fmt: skip
    return records, None
