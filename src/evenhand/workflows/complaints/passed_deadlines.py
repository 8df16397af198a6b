"""What time alone does to complaints: a deadline that passed is recorded, once; nothing is closed by it."""

from collections.abc import Iterator

from evenhand.appeals.clocks import passed_deadlines
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import BreachBody, ResumeBody, SupersedeBody
from evenhand.model.outcome import Outcome
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.filing import acknowledge
from evenhand.workflows.evaluation.history import decision_of

_BEFORE_DECISION = frozenset(
    {"filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed"}
)


def record_passed_deadlines(held: OpenComplaints, program: str) -> list[Complaint]:
    """Record what the clocks say at this instant and return the complaints with a new event; may be repeated.

    A deadline of the network that passed is a breach. A complainant who has not answered in time is waited for no
    longer. A complaint whose decision was replaced by one that restricts nothing is superseded. One that a killed
    process left without its acknowledgement is acknowledged.
    """
    lifted = dict(_lifted(held))
    changed = []
    for before in list(held.complaints.by_id.values()):
        after = _advanced(held, acknowledge(held, before, program), lifted, program)
        if after.next_seq > before.next_seq:
            changed.append(after)
    return changed


def _advanced(held: OpenComplaints, complaint: Complaint, lifted: dict[str, str], program: str) -> Complaint:
    answer = complaint.deadline("answer")
    if complaint.state == "waiting_for_complainant" and answer is not None and held.at > answer.due_at:
        question = max(event.seq for event in complaint.events if event.kind == "ask")
        complaint = held.add(complaint.id, ResumeBody(question=question), by=program)
    for passed in passed_deadlines(complaint, held.at):
        body = BreachBody(clock=passed.clock, due_at=passed.due_at)
        complaint = held.add(complaint.id, body, by=program)
    if complaint.state in _BEFORE_DECISION and complaint.decision in lifted:
        complaint = held.add(complaint.id, SupersedeBody(by_decision=lifted[complaint.decision]), by=program)
    return complaint


def _lifted(held: OpenComplaints) -> Iterator[tuple[str, str]]:
    """Yield each decision complained of that a later one of its case lifted, with that one."""
    complained = {each.decision for each in held.complaints.by_id.values() if each.state in _BEFORE_DECISION} - {""}
    if not complained:
        return
    for _, _, payload in held.ledger.entries("decision"):
        decision = None if payload is None else decision_of(payload)
        if decision is not None and decision.supersedes in complained and decision.outcome is Outcome.ALLOW:
            yield decision.supersedes or "", decision.id
