"""Complaints of a large network: `python -m benchmarks.complaints [--quick]`; the figures are the last line, as JSON.

So many events of made complaints are appended to a ledger; then all are read and folded, as every verb on complaints
does. The baseline decodes the same records and checks nothing. Seconds are of the process's own time.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from evenhand.appeals import apply
from evenhand.cli.common import collector_at_rest
from evenhand.model.complaint import Complaint, ComplaintEvent
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AdmitBody,
    AnswerBody,
    AskBody,
    AssignBody,
    EventBody,
    EyesChecked,
    FileBody,
    ProposeBody,
    TellBody,
)
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical, sha256_hex
from evenhand.workflows.complaint_records.complaint_store import NO_EVENT_BEFORE, event_record, read_complaints
from evenhand.workflows.operations import create_ledger, open_ledger
from evenhand.workflows.operations.ledgers import read_ledger

FULL, QUICK = 100_000, 4_000
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
CHECKED = EyesChecked(staff_rules="not_verified")
BODIES: tuple[EventBody, ...] = (
    FileBody(decision="d-made", party_kind="advertiser", party_id="made", filed_by="Made-up Ltd",
             reasons=("facts_wrong",), words="Not so. " * 40, acknowledge_by=AT),
    AcknowledgeBody(), AdmitBody(decide_by=AT + timedelta(days=14)),
    AssignBody(reviewer="anna", conflict=False, checked=CHECKED), AskBody(question="Which register?", due_at=AT),
    AnswerBody(words="Of Bern. " * 40),
    ProposeBody(outcome="upheld", codes=("rule_fits",), text="We looked again. " * 20,
                answers={"facts_wrong": "They are right."}, needs_confirmation=False, checked=CHECKED),
    TellBody(),
)  # fmt: skip


def main() -> None:
    """Append the events, read and fold them, and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} events instead of {FULL:,}")
    wanted = QUICK if parser.parse_args().quick else FULL
    with TemporaryDirectory() as scratch, collector_at_rest():
        print(json.dumps(measure(Path(scratch, "ledger"), wanted)))


def measure(folder: Path, events: int) -> dict[str, Any]:
    """Return the figures of so many events in a new ledger."""
    create_ledger(folder, "ads.made-up.example/log")
    records = list(_records(events // len(BODIES)))
    with open_ledger(folder) as ledger:
        append_s = _timed(lambda: ledger.append(records, AT))
        ledger.publish(AT)
    decode = msgspec.json.Decoder(ComplaintEvent, strict=False).decode
    with read_ledger(folder) as reader:
        decoded_s = _timed(lambda: [decode(each.payload) for each in records])
        found = read_complaints(reader).by_id
        read_s = _timed(lambda: read_complaints(reader))
    assert len(found) == events // len(BODIES), "a complaint is missing"
    print(
        f"{len(records):,} events: appended {append_s:.2f} s, read and folded {read_s:.2f} s, decoded {decoded_s:.2f} s"
    )
    return {"events": len(records), "append_s": append_s, "read_fold_s": read_s, "baseline_decode_s": decoded_s}


def _records(complaints: int) -> Iterator[LogRecord]:
    for number in range(complaints):
        complaint: Complaint | None = None
        last = NO_EVENT_BEFORE
        for seq, body in enumerate(BODIES):
            event = ComplaintEvent(
                complaint=f"c-{number:020x}", seq=seq, at=AT + timedelta(minutes=seq), by="anna", body=body,
                prev_hash=last,
            )  # fmt: skip
            complaint = apply(complaint, event)
            last = sha256_hex(canonical(event))
            yield event_record(event, complaint)


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return round(time.process_time() - begun, 2)


if __name__ == "__main__":
    main()
