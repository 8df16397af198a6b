"""A complaint from its events: each is checked against the table, then applied; nothing else makes a state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import structs

from evenhand.appeals.clocks import with_pause
from evenhand.appeals.transitions import NOT_FILED, check_event, state_after
from evenhand.model.complaint import ClockName, Complaint, Deadline
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AdmitBody,
    AnswerBody,
    AskBody,
    AssignBody,
    BreachBody,
    ComparatorsBody,
    ComplaintEvent,
    ConfirmBody,
    EventBody,
    FileBody,
    InterimReliefBody,
    NameDecisionBody,
    ObjectBody,
    PlanBody,
    ProbeBody,
    ProposeBody,
    ProvedBody,
    RejectFormBody,
    ReliefEndedBody,
    ResumeBody,
    SupersedeBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.errors import StateRefused
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody

Changes = dict[str, Any]
"""Fields of a complaint with their new values, as `structs.replace` takes them."""


def fold(events: Iterable[ComplaintEvent]) -> Complaint:
    """Return the complaint that its events come to, from the first on.

    Raises:
        StateRefused: an event does not follow from those before it, or there is none.
    """
    complaint: Complaint | None = None
    for event in events:
        complaint = apply(complaint, event)
    if complaint is None:
        raise StateRefused("there is no event", where="complaint", state=NOT_FILED, event="", allowed=("file",))
    return complaint


def apply(complaint: Complaint | None, event: ComplaintEvent) -> Complaint:
    """Return the complaint after one more event; None is one that is not filed yet.

    Raises:
        StateRefused: the state does not allow the event.
    """
    check_event(complaint, event)
    if complaint is None:
        assert isinstance(event.body, FileBody)
        return _filed(event, event.body)
    changes = _changes(event.body, complaint, event)
    return structs.replace(complaint, state=state_after(complaint, event), events=(*complaint.events, event), **changes)


def _filed(event: ComplaintEvent, body: FileBody) -> Complaint:
    return Complaint(
        id=event.complaint,
        state="filed",
        decision=body.decision,
        statement=body.statement,
        party_kind=body.party_kind,
        party_id=body.party_id,
        filed_at=body.arrived_at or event.at,
        informed_on=body.informed_on,
        filed_by=body.filed_by,
        contact=body.contact,
        language=body.language,
        reasons=body.reasons,
        words=body.words,
        attachments=body.attachments,
        comparators_named=body.comparators,
        way=body.way,
        source=body.source,
        deadlines=_first_deadlines(body, body.arrived_at or event.at),
        events=(event,),
    )


def _first_deadlines(body: FileBody, since: datetime) -> tuple[Deadline, ...]:
    acknowledge = Deadline(clock="acknowledge", since=since, due_at=body.acknowledge_by)
    if body.admit_by is None:
        return (acknowledge,)
    return (acknowledge, Deadline(clock="admit", since=since, due_at=body.admit_by))


def _changes(body: EventBody, complaint: Complaint, event: ComplaintEvent) -> Changes:
    """Return what an event changes besides the state; events that only stand in the history change nothing."""
    match body:
        case AcknowledgeBody():
            return {"deadlines": _met(complaint, event.at, "acknowledge")}
        case NameDecisionBody():
            named = structs.asdict(body)
            return {**named, "informed_on": body.informed_on or complaint.informed_on}
        case AdmitBody():
            decide = Deadline(clock="decide", since=event.at, due_at=body.decide_by)
            reasons = body.reasons or complaint.reasons
            # One that had ended and was opened again is decided by the new day.
            known = (each for each in _met(complaint, event.at, "admit") if each.clock != "decide")
            deadlines = (*known, decide)
            return {"deadlines": deadlines, "reject_reason": None, "reasons": reasons, "asked_at": None}
        case RejectFormBody():
            rejecters = (*complaint.rejecters, event.by)
            deadlines = _met(complaint, event.at, "admit")
            return {"reject_reason": body.reason, "rejecters": rejecters, "text": body.text, "deadlines": deadlines}
        case ComparatorsBody():
            return {"comparators": body.comparators, "milder": body.milder}
        case AssignBody():
            return {"reviewer": body.reviewer, "reviewers": (*complaint.reviewers, body.reviewer)}
        case _:
            return _review_changes(body, complaint, event)


def _review_changes(body: EventBody, complaint: Complaint, event: ComplaintEvent) -> Changes:
    match body:
        case AskBody():
            answer = Deadline(clock="answer", since=event.at, due_at=body.due_at)
            return {"deadlines": (*complaint.deadlines, answer), "asked_at": event.at}
        case AnswerBody():
            deadlines = _met(complaint, event.at, "answer")
            return {"deadlines": _resumed(complaint, deadlines, event.at), "asked_at": None}
        case ResumeBody():
            # What passed after the last day for an answer is the network's own delay.
            due = [each.due_at for each in complaint.deadlines if each.clock == "answer"]
            until = min(event.at, *due[-1:])
            return {"deadlines": _resumed(complaint, _breached(complaint, "answer"), until), "asked_at": None}
        case ProposeBody():
            proposed = _proposed(event, body)
            return proposed if body.needs_confirmation else {**proposed, **_decided(complaint, event, body)}
        case ConfirmBody():
            return {"confirmer": event.by, **_decided(complaint, event, body)}
        case ObjectBody():
            return {"proposed": None, "needs_confirmation": False}
        case _:
            return _later_changes(body, complaint, event)


def _later_changes(body: EventBody, complaint: Complaint, event: ComplaintEvent) -> Changes:
    match body:
        case PlanBody():
            return {"new_decision": body.new_decision, "points": body.points}
        case ProbeBody():
            return {"probes": (*complaint.probes, body.probe)}
        case ProvedBody():
            met = _met(complaint, event.at, "propagate_gate", "propagate_exports")
            return {"deadlines": met, "new_decision": body.new_decision or complaint.new_decision}
        case TellBody():
            return {"told_at": event.at}
        case BreachBody():
            return {"deadlines": _breached(complaint, body.clock)}
        case ExternalOpenBody() | ExternalCloseBody():
            return {"external": body.number if isinstance(body, ExternalOpenBody) else ""}
        case _:
            return _relief_changes(body)


def _relief_changes(body: EventBody) -> Changes:
    match body:
        case InterimReliefBody():
            return {"relief_until": body.until}
        case SupersedeBody(lifted_on=lifted_on):
            return {"relief_until": None, "lifted_on": lifted_on}
        case ReliefEndedBody() | WithdrawBody():
            return {"relief_until": None}
        case _:
            return {}


def _proposed(event: ComplaintEvent, body: ProposeBody) -> Changes:
    return {
        "proposer": event.by, "proposed": body.outcome, "needs_confirmation": body.needs_confirmation,
        "outcome_codes": body.codes, "text": body.text, "answers": body.answers,
        "comparator_answers": body.comparator_answers, "changes": body.changes, "confirmer": "",
    }  # fmt: skip


def _decided(complaint: Complaint, event: ComplaintEvent, body: ProposeBody | ConfirmBody) -> Changes:
    outcome = body.outcome if isinstance(body, ProposeBody) else complaint.proposed
    deadlines = _met(complaint, event.at, "decide")
    if outcome != "upheld" and body.gate_by is not None and body.exports_by is not None:
        deadlines += (
            Deadline(clock="propagate_gate", since=event.at, due_at=body.gate_by),
            Deadline(clock="propagate_exports", since=event.at, due_at=body.exports_by),
        )
    return {"outcome": outcome, "decided_at": event.at, "deadlines": deadlines}


def _met(complaint: Complaint, at: datetime, *clocks: ClockName) -> tuple[Deadline, ...]:
    """Return the deadlines with those of these clocks met that were not yet."""
    return tuple(
        structs.replace(each, met_at=at) if each.clock in clocks and each.met_at is None else each
        for each in complaint.deadlines
    )


def _breached(complaint: Complaint, clock: ClockName) -> tuple[Deadline, ...]:
    last = complaint.deadline(clock)
    return tuple(structs.replace(each, breached=True) if each is last else each for each in complaint.deadlines)


def _resumed(complaint: Complaint, deadlines: tuple[Deadline, ...], until: datetime) -> tuple[Deadline, ...]:
    """Return the deadlines after a pause of the decision, which began with the question."""
    since = complaint.asked_at or until
    return tuple(
        with_pause(each, since, until) if each.clock == "decide" and each.met_at is None else each for each in deadlines
    )
