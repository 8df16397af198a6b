"""From the ledger into the outbox: every statement of reasons once, as the EU database takes it or parked."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from evenhand.ledger import Ledger
from evenhand.model.errors import EvenhandError, HistoryConflict, LedgerBusy
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.reasons import Corpus
from evenhand.reasons.draft import draft_of
from evenhand.reasons.exports import export
from evenhand.reasons.lint import remember
from evenhand.store.outbox import Outbox, Row, State
from evenhand.workflows.delivery.reversed_decisions import reversed_decisions

_CHUNK = 500
_NO_RECORD = {"errors": [{"field": "id", "code": "required"}]}
_ERASED = {"errors": [{"field": "id", "code": "erased"}]}
REVERSED = {"errors": [{"field": "decision", "code": "reversed-on-complaint"}]}
"""What stands in the outbox of a statement whose decision was reversed before it was sent."""
_UNSAFE = re.compile(r"[^a-z0-9.-]+")


def outbox_path(folder: Path, target: str) -> Path:
    """Return where the outbox of a network for one database is: a test instance has its own."""
    host = _UNSAFE.sub("-", target.partition("://")[2].lower()).strip("-.")[:60]
    return folder / "outbox" / f"{host}-{sha256_hex(target.encode())[:8]}.sqlite"


def queue_all(ledger: Ledger, folder: Path) -> tuple[str, ...]:
    """Queue in every outbox that a network has; return a sentence for each that cannot be used.

    One that is being sent from is passed over: its next call reads the ledger itself.
    """
    doubts = []
    for path in sorted((folder / "outbox").glob("*.sqlite")):
        try:
            with closing(Outbox(path, None, ledger.origin, wait_s=0)) as outbox:
                queue(ledger, outbox)
        except LedgerBusy:
            continue
        except EvenhandError as error:
            doubts.append(f"statements of reasons are not queued: {error}")
    return tuple(doubts)


def queue(ledger: Ledger, outbox: Outbox) -> None:
    """Add the statements that the ledger has got since the outbox last read it, in their order.

    One whose letter waits for a review is queued once that letter is out. What our own check refuses is parked with
    its codes; so is a leaf that is no record, and one that was erased or whose decision was reversed on a complaint,
    also if that was after it was queued. A reason id that is there already is not queued again. Killed anywhere, the
    next call goes on.

    Raises:
        HistoryConflict: the outbox has read more than the ledger holds.
    """
    if outbox.size > ledger.size:
        raise HistoryConflict(
            "the outbox has read further than this ledger goes", where=ledger.origin, got=outbox.size,
            expected=f"at most {ledger.size}", todo="find out which of the two is another's or an old copy",
        )  # fmt: skip
    if outbox.size == ledger.size:
        return
    start, corpus, rows, sent = outbox.size, Corpus(), [], _sent(ledger)
    erased, wrong, reversed_ids = [], [], reversed_decisions(ledger)
    for seq, _, payload in ledger.entries("statement"):  # from the first, for boilerplate is known by what was before
        raw = _record(payload)
        if payload is None:
            erased.append(seq)
        out_at, raw = _as_sent(raw, seq, sent)
        is_reversed = raw.get("decision") in reversed_ids
        if is_reversed:
            wrong.append(seq)
        if out_at is not None and out_at >= start:
            row = _row(seq, raw, payload is None, corpus)
            rows.append(_reversed(row) if is_reversed else row)
        if len(rows) == _CHUNK:
            outbox.add(rows, seq + 1)
            rows = []
        remember(draft_of(raw), "tdb", corpus)
    outbox.withdraw(erased, _ERASED)
    outbox.withdraw(wrong, REVERSED)
    outbox.add(rows, ledger.size)


def _record(payload: bytes | None) -> dict[str, Any]:
    """Return the reasons record of a leaf; empty where it was erased, or anybody's leaf that is no record."""
    raw = msgspec.json.decode(payload or b"{}")
    return {name: value for name, value in raw.items() if name != "notice_sha256"} if isinstance(raw, dict) else {}


def _sent(ledger: Ledger) -> dict[str, tuple[int, str]]:
    """Return where in the ledger each statement that waited was let out, and on which day, by its id."""
    kept = ((seq, msgspec.json.decode(payload)) for seq, _, payload in ledger.entries("notice") if payload is not None)
    return {notice["statement"]: (seq, notice["on"]) for seq, notice in kept if isinstance(notice, dict)}


def _as_sent(raw: dict[str, Any], seq: int, sent: dict[str, tuple[int, str]]) -> tuple[int | None, dict[str, Any]]:
    """Return where in the ledger a statement was let out, None where its letter waits, and the record as it is told."""
    if raw.get("waits_until") is None:
        return seq, raw
    out_at, on = sent.get(str(raw.get("id")), (None, ""))
    dates = raw.get("dates")
    with_date = dates | {"informed": on} if isinstance(dates, dict) else dates
    return out_at, raw | {"waits_until": None, "dates": with_date}


def _reversed(row: Row) -> Row:
    return Row(seq=row.seq, reason_id=row.reason_id, state=State.PARKED, answer=REVERSED)


def _row(seq: int, raw: dict[str, Any], is_erased: bool, corpus: Corpus) -> Row:
    reason_id = raw.get("id")
    if not isinstance(reason_id, str):
        return Row(seq=seq, reason_id=f"entry-{seq}", state=State.PARKED, answer=_ERASED if is_erased else _NO_RECORD)
    line = export(raw, "tdb", corpus)
    if not line["ok"]:
        return Row(seq=seq, reason_id=reason_id, state=State.PARKED, answer={"errors": line["errors"]})
    payload = canonical_exact(line["body"])
    return Row(seq=seq, reason_id=reason_id, payload_sha256=sha256_hex(payload), state=State.READY, payload=payload)
