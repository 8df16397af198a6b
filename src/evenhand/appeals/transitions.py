"""Which event a complaint allows in which state, and the state that it leads to (`appeals.md` §2)."""

from collections.abc import Mapping

from evenhand.model.complaint import Complaint, ComplaintState
from evenhand.model.complaint_codes import EventKind
from evenhand.model.complaint_events import (
    AdmitBody,
    AssignBody,
    BreachBody,
    ComplaintEvent,
    ConfirmBody,
    InterimReliefBody,
    NameDecisionBody,
    ProposeBody,
    ProvedBody,
    RejectFormBody,
    ReliefEndedBody,
    ResumeBody,
    SupersedeBody,
    TellBody,
)
from evenhand.model.errors import StateRefused
from evenhand.model.external_disputes import ExternalCloseBody

NOT_FILED = "not filed"

_BEFORE_DECISION: tuple[ComplaintState, ...] = (
    "filed",
    "acknowledged",
    "admissible",
    "under_review",
    "waiting_for_complainant",
    "proposed",
)
_UNDER_WAY: tuple[ComplaintState, ...] = ("admissible", "under_review", "waiting_for_complainant", "proposed")
_AFTER_DECISION: tuple[ComplaintState, ...] = ("decided", "propagating", "proved", "told", "closed")

ALLOWED: Mapping[EventKind, tuple[ComplaintState, ...]] = {
    "file": (),
    "acknowledge": ("filed",),
    "name_decision": ("filed", "acknowledged"),
    "admit": ("acknowledged", "inadmissible", "told"),
    "reject_form": ("acknowledged", "inadmissible", "told"),
    "comparators": ("filed", "acknowledged", "admissible", "under_review"),
    "assign": ("admissible", "under_review"),
    "show": (*_BEFORE_DECISION, "inadmissible"),
    "ask": ("under_review",),
    "answer": _BEFORE_DECISION,
    "resume": ("waiting_for_complainant",),
    "propose": ("under_review",),
    "confirm": ("proposed",),
    "object": ("proposed",),
    "plan": ("decided",),
    "probe": ("decided", "propagating", "proved", "told"),
    "proved": ("propagating",),
    "tell": ("inadmissible", "decided", "proved"),
    "close": ("told", "withdrawn", "superseded"),
    "withdraw": _BEFORE_DECISION,
    "supersede": (*_BEFORE_DECISION, "decided", "superseded"),
    "breach": (*_BEFORE_DECISION, "decided", "propagating"),
    "external_open": ("told", "closed"),
    "external_close": ("told", "closed"),
    "same_mistake": _AFTER_DECISION,
    "interim_relief": _UNDER_WAY,
    "relief_ended": (*_UNDER_WAY, *_AFTER_DECISION),
}  # fmt: skip
"""Each kind of event with the states that it is allowed in."""

LEADS_TO: Mapping[EventKind, ComplaintState] = {
    "file": "filed", "acknowledge": "acknowledged", "admit": "admissible", "reject_form": "inadmissible",
    "assign": "under_review", "ask": "waiting_for_complainant", "resume": "under_review",
    "propose": "proposed", "confirm": "decided", "object": "under_review", "plan": "propagating", "proved": "proved",
    "tell": "told", "close": "closed", "withdraw": "withdrawn", "supersede": "superseded",
}  # fmt: skip
"""The state after an event; others leave it. A proposal without confirmation decides, an answer ends the waiting.

A restriction that was lifted on a known day leaves a complaint open, and opens one again that had ended for it.
"""


def check_event(complaint: Complaint | None, event: ComplaintEvent) -> None:
    """Raise unless the event may follow; None is a complaint that is not filed yet.

    Raises:
        StateRefused: the state does not allow it; it names the state, the event and what is allowed.
    """
    if complaint is None:
        if event.kind != "file":
            raise StateRefused(where=event.complaint, state=NOT_FILED, event=event.kind, allowed=("file",))
        return
    if complaint.state not in ALLOWED[event.kind]:
        raise refused(complaint, event.kind)
    why = _condition(complaint, event)
    if why:
        raise refused(complaint, event.kind, f"`{event.kind}` is not allowed: {why}")
    if event.at < complaint.events[-1].at:
        last = f"{complaint.events[-1].at:%Y-%m-%dT%H:%M:%SZ}"
        raise refused(complaint, event.kind, f"`{event.kind}` is earlier than the last event, of {last}")


def refused(complaint: Complaint, event: EventKind, what: str = "") -> StateRefused:
    """Return the error for an event that the state does not allow, or that is refused for another reason, `what`."""
    idle = {event} if complaint.relief_until is not None else {event, "relief_ended"}
    allowed = tuple(each for each in allowed_events(complaint.state) if each not in idle)
    return StateRefused(what, where=complaint.id, state=complaint.state, event=event, allowed=allowed)


def allowed_events(state: ComplaintState) -> tuple[EventKind, ...]:
    """Return the kinds of events that a state allows, in the order of the table.

    >>> allowed_events("proposed")
    ('show', 'confirm', 'object', 'withdraw', 'supersede', 'breach', 'interim_relief', 'relief_ended')
    """
    return tuple(kind for kind, states in ALLOWED.items() if state in states)


def state_after(complaint: Complaint, event: ComplaintEvent) -> ComplaintState:
    """Return the state of a complaint after an event that `check_event` let pass."""
    if isinstance(event.body, ProposeBody) and not event.body.needs_confirmation:
        return "decided"
    if event.kind == "answer" and complaint.state == "waiting_for_complainant":
        return "under_review"
    if isinstance(event.body, SupersedeBody) and event.body.lifted_on is not None:
        return "acknowledged" if complaint.state == "superseded" else complaint.state
    return LEADS_TO.get(event.kind, complaint.state)


def _condition(complaint: Complaint, event: ComplaintEvent) -> str:
    """Return why an event is refused in a state that allows its kind, ``""`` if it is not."""
    match event.body:
        case NameDecisionBody():
            return "it names a decision already" if complaint.decision else ""
        case AdmitBody() | RejectFormBody():
            return _admissibility_condition(complaint, event.body)
        case AssignBody():
            waits = "unequal_treatment" in complaint.reasons and complaint.comparators is None
            return "the comparators are not attached yet" if waits else ""
        case ResumeBody():
            answer = complaint.deadline("answer")
            return "the time for an answer has not passed" if answer and event.at <= answer.due_at else ""
        case ProposeBody() | ConfirmBody():
            return _decision_condition(complaint, event)
        case _:
            return _later_condition(complaint, event)


def _admissibility_condition(complaint: Complaint, body: AdmitBody | RejectFormBody) -> str:
    if complaint.state != "acknowledged":
        if not complaint.rejecters or complaint.outcome is not None:
            return "it was not rejected for its form"
        if len(complaint.rejecters) > 1:
            return "a rejection is reviewed once"
    if isinstance(body, RejectFormBody):
        return ""
    if not complaint.decision:
        return "it names no decision yet (`name_decision`)"
    return "" if complaint.reasons or body.reasons else "it has no reason code yet, name one (--reason)"


def _decision_condition(complaint: Complaint, event: ComplaintEvent) -> str:
    """INVARIANT: what decides is signed by the reviewer who has the case, or by another person who confirms."""
    if isinstance(event.body, ProposeBody):
        return "" if event.by == complaint.reviewer else f"the review is `{complaint.reviewer}`'s"
    return "the proposer cannot confirm" if event.by == complaint.proposer else ""


def _later_condition(complaint: Complaint, event: ComplaintEvent) -> str:
    match event.body:
        case BreachBody(clock=clock, due_at=due_at):
            known = complaint.deadline(clock)
            if known is None or known.breached or known.met_at is not None:
                return f"the clock `{clock}` does not run, or its breach is recorded"
            return "the deadline has not passed" if event.at <= due_at or due_at < known.due_at else ""
        case TellBody():
            waits = complaint.state == "decided" and complaint.outcome != "upheld"
            return "the new decision is not proved at every point yet" if waits else ""
        case ProvedBody():
            return _proved_condition(complaint)
        case ExternalCloseBody(number=number):
            return "" if complaint.external == number else "no such dispute is open"
        case InterimReliefBody() | ReliefEndedBody():
            return _relief_condition(complaint, event)
        case SupersedeBody():
            return _lifting_condition(complaint, event.body)
        case _:
            return _plan_condition(complaint, event)


def _relief_condition(complaint: Complaint, event: ComplaintEvent) -> str:
    """INVARIANT: a relief has an end that is still to come, and there is one at a time."""
    runs = complaint.relief_until is not None and event.at < complaint.relief_until
    if isinstance(event.body, InterimReliefBody):
        if runs:
            return "the restriction is lifted already"
        return "" if event.at < event.body.until else "its end has passed"
    return "" if complaint.relief_until is not None else "the restriction is not lifted"


def _lifting_condition(complaint: Complaint, body: SupersedeBody) -> str:
    """INVARIANT: a restriction is lifted once, and what is decided does not end without its answer."""
    if complaint.lifted_on is not None or (body.lifted_on is None and complaint.state == "superseded"):
        return "it is recorded already"
    ends = body.lifted_on is None and complaint.state == "decided"
    return "it is decided, and is told the outcome" if ends else ""


def _plan_condition(complaint: Complaint, event: ComplaintEvent) -> str:
    if event.kind == "plan" and complaint.outcome == "upheld":
        return "the decision was upheld, nothing changes"
    if event.kind == "external_open" and complaint.external:
        return f"the dispute `{complaint.external}` is open"
    return ""


def _proved_condition(complaint: Complaint) -> str:
    """INVARIANT: proved only if each point was asked and its last answer was the expected one."""
    last = {probe.point: probe.agrees for probe in complaint.probes}
    missing = max(0, len(complaint.points) - len(last)) + sum(not agrees for agrees in last.values())
    return f"{missing} of {len(complaint.points)} points do not agree yet" if missing else ""
