"""What time alone does to complaints: a deadline that passed is recorded, once; nothing is closed by it."""

from evenhand.appeals.clocks import passed_deadlines
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import BreachBody, ResumeBody
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.complaints.filing import acknowledge, record_end_of_decision
from evenhand.workflows.complaints.settlement_plan import history_of
from evenhand.workflows.evaluation.decision_end import DecisionEnd, decision_end

_BEFORE_DECISION = frozenset(
    {"filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed"}
)


def record_passed_deadlines(held: OpenComplaints, program: str) -> list[Complaint]:
    """Record what the clocks say at this instant and return the complaints with a new event; may be repeated.

    A deadline of the network that passed is a breach. A complainant who has not answered in time is waited for no
    longer. That the restriction complained of was lifted is recorded; the complaint is answered all the same, and one
    of somebody that had ended for it is opened again. One that a killed process left without its acknowledgement is
    acknowledged.
    """
    ends, changed = _ends(held), []
    for before in list(held.complaints.by_id.values()):
        after = _advanced(held, acknowledge(held, before, program), ends, program)
        if after.next_seq > before.next_seq:
            changed.append(after)
    return changed


def _advanced(held: OpenComplaints, complaint: Complaint, ends: dict[str, DecisionEnd], program: str) -> Complaint:
    answer = complaint.deadline("answer")
    if complaint.state == "waiting_for_complainant" and answer is not None and held.at > answer.due_at:
        question = max(event.seq for event in complaint.events if event.kind == "ask")
        complaint = held.add(complaint.id, ResumeBody(question=question), by=program)
    for passed in passed_deadlines(complaint, held.at):
        body = BreachBody(clock=passed.clock, due_at=passed.due_at)
        complaint = held.add(complaint.id, body, by=program)
    if _may_have_ended(complaint):
        complaint = record_end_of_decision(held, complaint, ends.get(complaint.decision), program)
    return complaint


def _may_have_ended(complaint: Complaint) -> bool:
    """Return whether it is not recorded yet that the decision complained of has ended, and it would matter."""
    if complaint.state == "superseded":
        return complaint.way != "same_mistake"
    return complaint.state in _BEFORE_DECISION and complaint.lifted_on is None and complaint.decision != ""


def _ends(held: OpenComplaints) -> dict[str, DecisionEnd]:
    """Return how each decision complained of ended; cost: the history of the network where there is a complaint."""
    complained = {each.decision for each in held.complaints.by_id.values() if _may_have_ended(each)}
    if not complained:
        return {}
    history, found = history_of(held.network, held.ledger), {}
    for name in complained:
        about = decision_with_letter(held.ledger, name)
        end = None if about is None else decision_end(held.ledger, history, about.decision, held.at)
        if end is not None:
            found[name] = end
    return found
