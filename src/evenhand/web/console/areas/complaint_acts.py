"""What people do with a complaint on its page: each act as a form, done by the workflow that the verb does it by."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, get_args

from starlette.responses import Response

from evenhand.appeals.transitions import LEADS_TO, allowed_events
from evenhand.model.complaint import Complaint, OutcomeReason, RejectReason
from evenhand.model.complaint_codes import ComplaintOutcome, ComplaintReason
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput, EvenhandError, NotFound, NotPermitted, StateRefused
from evenhand.model.external_disputes import ExternalCloseBody
from evenhand.model.judgement import Verdict
from evenhand.model.staff import StaffAction
from evenhand.web.console.guard import error_status
from evenhand.web.console.problems import problem_of
from evenhand.web.console.visit import Visit
from evenhand.web.program import PROGRAM
from evenhand.workflows.complaint_records.complaint_store import (
    ComplaintFold,
    Complaints,
    OpenComplaints,
    open_complaints,
)
from evenhand.workflows.complaints import reviewing
from evenhand.workflows.complaints.case_shown import case_shown
from evenhand.workflows.complaints.comparator_run import attach_comparators, lacks_comparators
from evenhand.workflows.complaints.reading import show
from evenhand.workflows.complaints.relief import ReliefAsked, end_relief, follow_relief, relieve, withdraw
from evenhand.workflows.complaints.settlement import settle

_Act = Callable[[OpenComplaints, Complaint, Visit], Complaint]
ShowPage = Callable[[Visit, str, int], Response]

ACTIONS: Final[tuple[StaffAction, ...]] = (
    "admit", "reject_form", "assign", "review", "confirm", "interim_relief", "settle", "external_dispute",
)  # fmt: skip
"""What the staff's rules call the acts with a complaint."""

LABELS: Final[Mapping[str, str]] = {
    "name_decision": "Name the decision", "admit": "Admit", "reject_form": "Not admissible",
    "assign": "Take the review", "show": "Read the case", "ask": "Ask the complainant",
    "answer": "Record what the complainant added", "propose": "Propose an answer",
    "confirm": "Confirm", "object": "Object", "settle": "Carry it out",
    "interim_relief": "Lift the restriction meanwhile",
    "relief_ended": "End the relief", "external_open": "An out-of-court body has it",
    "external_close": "The out-of-court body has decided", "withdraw": "It was withdrawn", "close": "Close",
}  # fmt: skip
"""Each act that a person can do, by the kind of event that it makes, in the order of a case."""


def complaints_now(visit: Visit) -> Complaints:
    """Return every complaint, read on from what was read before."""
    fold = visit.console.kept("complaints", visit.network.ledger, ComplaintFold)
    with visit.console.reading() as ledger:
        return fold.read_on(ledger)


def act_on(visit: Visit, page: ShowPage) -> Response:
    """Do an act and return the way back to the complaint, or its page with what was refused."""
    name, complaint_id = visit.path("act"), visit.path("id")
    try:
        done = _done(visit, complaint_id, name)
    except StateRefused as error:
        return page(visit, _too_late(visit, complaint_id, error) or problem_of(error), error_status(error))
    except (BadInput, NotFound, NotPermitted) as error:
        return page(visit, problem_of(error), error_status(error))
    return visit.go(f"/complaints/{done.id}", f"{LABELS[name]}: recorded")


def _too_late(visit: Visit, complaint_id: str, error: StateRefused) -> str:
    """Return who was first, where the state of a complaint does not allow an act any more; else ``""``."""
    complaint = complaints_now(visit).get(complaint_id)
    if error.event not in LABELS or error.event in map(str, allowed_events(complaint.state)):
        return ""
    last = next(each for each in reversed(complaint.events) if each.kind in LEADS_TO)
    when = f"{last.at.astimezone(visit.network.settings.zone):%Y-%m-%d %H:%M}"
    what = LABELS.get(last.kind, last.kind.replace("_", " "))
    return (
        f"“{LABELS[error.event]}” is not possible now, and nothing was recorded: the last step is “{what}”, by"
        f" {last.by} on {when}. What can be done now stands on this page"
    )


def _done(visit: Visit, complaint_id: str, name: str) -> Complaint:
    network, tools = visit.network, visit.console.tools()
    words = visit.form.text("words")
    if name == "interim_relief":
        until = _day(visit, "until") if visit.form.text("until") else None
        return relieve(network, complaint_id, visit.acting(), ReliefAsked(until, words, None), visit.now, tools)
    if name == "relief_ended":
        return end_relief(network, complaint_id, visit.acting(), words, visit.now, tools)
    if name == "settle":
        return settle(network, complaint_id, visit.acting(), visit.now, tools, program=PROGRAM).complaint
    if name not in _ACTS:
        raise BadInput("no such act", got=name, expected=", ".join(LABELS))
    if name == "assign":
        _compare(visit, complaints_now(visit).get(complaint_id))
    with open_complaints(network, visit.now, tools) as held:
        before = held.complaints.get(complaint_id)
        after = _ACTS[name](held, before, visit)
    if name == "withdraw" and before.relief_until is not None:
        follow_relief(network, after, visit.person, visit.now, tools)
    return _compare(visit, after) if name in ("admit", "name_decision") else after


def _compare(visit: Visit, complaint: Complaint) -> Complaint:
    """Attach the like cases to a complaint of unequal treatment; one that cannot be compared now stays recorded."""
    if not lacks_comparators(complaint):
        return complaint
    try:
        attach_comparators(visit.network, complaint, visit.now, visit.console.tools())
    except EvenhandError:
        return complaint  # taking the review says that the comparators are missing, and why
    return complaints_now(visit).get(complaint.id)


def _name(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.name_decision(held, complaint, visit.acting(), visit.form.text("decision"), PROGRAM)


def _admit(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    chosen = tuple(each for each in get_args(ComplaintReason) if each in visit.form.all("reason"))
    return reviewing.admit(held, complaint, visit.acting(), chosen)


def _reject(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    reason: RejectReason = _one_of(visit, "reject", get_args(RejectReason))  # type: ignore[assignment]  # one of them
    return reviewing.reject(held, complaint, visit.acting(), reason, visit.form.text("words"), PROGRAM)


def _take(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    declared = {"yes": True, "no": False}.get(visit.form.text("conflict"))
    return reviewing.take(held, complaint, visit.acting(conflict=declared))


def _show(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return show(held, complaint, visit.acting())


def _ask(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.ask(held, complaint, visit.acting(), visit.form.text("words"))


def _answer(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.answer(held, complaint, visit.acting(), visit.form.text("words"))


def _propose(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    form = visit.form
    outcome: ComplaintOutcome = _one_of(visit, "outcome", get_args(ComplaintOutcome))  # type: ignore[assignment]
    proposal = reviewing.Proposal(
        outcome=outcome, codes=tuple(each for each in get_args(OutcomeReason) if each in form.all("code")),
        text=form.text("words"),
        answers={each: text for each in complaint.reasons if (text := form.text(f"to-{each}"))},
        comparator_answers={
            each: text
            for place, each in enumerate(complaint.comparators or (), 1)
            if (text := form.text(f"like-{place}"))
        },
        changes=_judgements(held, complaint, visit),
    )  # fmt: skip
    return reviewing.propose(held, complaint, visit.acting(), proposal)


def _judgements(held: OpenComplaints, complaint: Complaint, visit: Visit) -> tuple[FactChange, ...]:
    """Return what was said of the matches that the decision rests on; where nothing was chosen one stays as it is."""
    changes = []
    for each in case_shown(held.network, held.ledger, complaint).matches:
        field = f"judge-{each.list}#{each.entity_id}"
        if visit.form.text(field):
            verdict: Verdict = _one_of(visit, field, ("not-same", "unsure"))  # type: ignore[assignment]  # one of them
            changes.append(
                FactChange(kind="judgement", list=each.list, entity_id=each.entity_id, verdict=verdict)
            )  # fmt: skip
    return tuple(changes)


def _confirm(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.confirm(held, complaint, visit.acting(), visit.form.text("words"))


def _object(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.object_to(held, complaint, visit.acting(), visit.form.text("words"))


def _withdraw(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return withdraw(held, complaint, visit.acting(), visit.form.text("words"))


def _close(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    return reviewing.close(held, complaint, visit.acting(), visit.form.text("words"))


def _external_open(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    form = visit.form
    dispute = reviewing.Dispute(form.text("body"), form.text("number"), _day(visit, "on"), form.is_checked("complex"))
    return reviewing.open_dispute(held, complaint, visit.acting(), dispute)


def _external_close(held: OpenComplaints, complaint: Complaint, visit: Visit) -> Complaint:
    outcomes = ("upheld", "varied", "reversed", "withdrawn", "no_answer")
    body = ExternalCloseBody(
        number=complaint.external, outcome=_one_of(visit, "outcome", outcomes),  # type: ignore[arg-type]
        closed_on=_day(visit, "on"), followed={"yes": True, "no": False}.get(visit.form.text("followed")),
        words=visit.form.text("words"),
    )  # fmt: skip
    return reviewing.close_dispute(held, complaint, visit.acting(), body)


def _one_of(visit: Visit, field: str, known: tuple[str, ...]) -> str:
    text = visit.form.text(field)
    if text not in known:
        raise BadInput("nothing of the list is chosen", where=field, got=text, expected=", ".join(known))
    return text


def _day(visit: Visit, field: str) -> date:
    try:
        return date.fromisoformat(visit.form.text(field))
    except ValueError:
        raise BadInput("no day", where=field, got=visit.form.text(field), expected="a day such as 2026-11-02") from None


_ACTS: Final[Mapping[str, _Act]] = {
    "name_decision": _name, "admit": _admit, "reject_form": _reject, "assign": _take, "show": _show, "ask": _ask,
    "answer": _answer, "propose": _propose, "confirm": _confirm, "object": _object, "withdraw": _withdraw,
    "close": _close, "external_open": _external_open, "external_close": _external_close,
}  # fmt: skip
