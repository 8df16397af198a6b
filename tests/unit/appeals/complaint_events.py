"""Events of a made-up complaint, chained as the ledger keeps them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from evenhand.model.complaint import ComplaintEvent, ComplaintReason
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AdmitBody,
    AssignBody,
    EventBody,
    EyesChecked,
    FileBody,
    ProposeBody,
)
from evenhand.model.record import record_sha256

FILED_AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
CHECKED = EyesChecked(staff_rules="not_verified")
COMPLAINT = "c-0123456789abcdef"


def file_body(
    *, decision: str = "d-made-up", reasons: tuple[ComplaintReason, ...] = ("facts_wrong",), words: str = "Not so."
) -> FileBody:
    """Return what a made-up advertiser filed."""
    return FileBody(
        decision=decision, party_kind="advertiser", party_id="made-up", filed_by="Made-up Ltd", reasons=reasons,
        words=words, acknowledge_by=FILED_AT + timedelta(hours=24),
        admit_by=FILED_AT + timedelta(days=7),
    )  # fmt: skip


def proposal(*, needs_confirmation: bool = False, outcome: str = "upheld") -> ProposeBody:
    """Return an answer that addresses `facts_wrong`."""
    return ProposeBody(
        outcome=outcome, codes=("facts_confirmed",) if outcome == "upheld" else ("wrong_entity",), text="We looked.",  # type: ignore[arg-type]
        answers={"facts_wrong": "They are right."}, needs_confirmation=needs_confirmation, checked=CHECKED,
        gate_by=FILED_AT + timedelta(days=1), exports_by=FILED_AT + timedelta(days=2),
    )  # fmt: skip


TO_REVIEW: tuple[tuple[str, EventBody], ...] = (
    ("Made-up Ltd", file_body()),
    ("evenhand 1", AcknowledgeBody()),
    ("anna", AdmitBody(decide_by=FILED_AT + timedelta(days=14))),
    ("anna", AssignBody(reviewer="anna", conflict=False, checked=CHECKED)),
)
"""Who did what up to a review by anna."""


def chain(steps: Iterable[tuple[str, EventBody]], minutes: int = 1) -> list[ComplaintEvent]:
    """Return events so many minutes apart, with numbers and hashes."""
    events: list[ComplaintEvent] = []
    for seq, (by, body) in enumerate(steps):
        last = record_sha256(events[-1]) if events else "0" * 64
        at = FILED_AT + timedelta(minutes=minutes * seq)
        events.append(ComplaintEvent(complaint=COMPLAINT, seq=seq, at=at, by=by, body=body, prev_hash=last))
    return events
