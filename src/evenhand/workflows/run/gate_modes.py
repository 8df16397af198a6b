"""How far the gate's answers went, and since when: the log of its switch, entered in the ledger by the next run."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from evenhand.model.log import LogRecord
from evenhand.model.record import Record, canonical_exact
from evenhand.model.service import Mode
from evenhand.store.network import Network


class GateMode(Record, frozen=True, kw_only=True):
    """Payload of a `gate_mode` leaf: from `since` on the service's answers went as `mode` says."""

    v: int = 1
    mode: Mode
    since: datetime


def mode_records(network: Network) -> tuple[list[LogRecord], tuple[str, ...]]:
    """Return a leaf for each change in the log of the network's switch, and a sentence for each line that is none.

    The log is the service's, `<switch>.log`; a line is an instant and a word, as `2026-11-24T12:00:00Z observe`. The
    ledger keeps the first leaf of each line, so that the log may be read again. A last line without its end is still
    being written, and waits.
    """
    switch = network.settings.gate.switch
    log = network.folder / f"{switch}.log"
    if not switch or not log.exists():
        return [], ()
    records, doubts = [], []
    for number, line in _lines(log.read_bytes()):
        change = _change(line)
        if change is None:
            doubts.append(f"{log.name}:{number}: no change of the gate's mode, left out of the ledger")
        else:
            key = f"gate_mode:{change.since.isoformat()} {change.mode}"
            records.append(LogRecord(kind="gate_mode", payload=canonical_exact(change), key=key))
    return records, tuple(doubts)


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    whole, end, _ = data.rpartition(b"\n")
    if end:
        yield from enumerate(whole.decode("utf-8", "replace").split("\n"), 1)


def _change(line: str) -> GateMode | None:
    since, _, mode = line.partition(" ")
    try:
        return msgspec.convert({"mode": mode, "since": since}, GateMode) if since.endswith("Z") else None
    except msgspec.ValidationError:
        return None
