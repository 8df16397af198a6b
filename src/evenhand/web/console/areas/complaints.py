"""The desk of complaints: what came in, by when it has to be answered, one complaint with all that was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, get_args
from urllib.parse import quote

from starlette.responses import Response

from evenhand.appeals.admissibility import admissibility
from evenhand.appeals.clocks import OPEN_STATES, day_of, late_deadlines, running_deadlines
from evenhand.appeals.transitions import allowed_events
from evenhand.ledger import LogReader
from evenhand.model.complaint import Attachment, Complaint, Deadline, OutcomeReason, RejectReason
from evenhand.model.complaint_codes import ComplaintOutcome, ComplaintReason
from evenhand.model.complaint_events import AnswerBody
from evenhand.model.errors import NotFound
from evenhand.reasons.language import ENGLISH, words_of
from evenhand.render.complaint_words import CLOCKS, deadline_sentence, next_deadline, outcome_words
from evenhand.render.task_words import stated_changes
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.areas.complaint_acts import ACTIONS, LABELS, act_on, complaints_now
from evenhand.web.console.visit import Visit
from evenhand.workflows.complaints.attachments import read_attachment
from evenhand.workflows.complaints.case_shown import CaseShown, case_shown
from evenhand.workflows.complaints.comparator_run import attached_finding
from evenhand.workflows.complaints.complained_decision import ComplainedDecision, decision_with_letter
from evenhand.workflows.complaints.relief import is_liftable
from evenhand.workflows.operations.ledgers import read_ledger

_PAGE: Final = 50
HAPPENED: Final[Mapping[str, str]] = {
    "file": "Filed", "acknowledge": "Acknowledged", "name_decision": "The decision was named", "admit": "Admitted",
    "reject_form": "Found not admissible", "assign": "A reviewer was assigned", "show": "The case was read",
    "ask": "The complainant was asked", "answer": "The complainant added something",
    "propose": "An answer was proposed",
    "confirm": "Confirmed by a second person", "object": "Objected to by a second person", "settle": "Carried out",
    "interim_relief": "The restriction was lifted meanwhile", "relief_ended": "The relief ended",
    "external_open": "An out-of-court body has it", "external_close": "The out-of-court body has decided",
    "withdraw": "Withdrawn", "close": "Closed", "comparators": "Like cases were looked for",
    "resume": "The time for an answer has ended", "plan": "It was planned where the new decision has to apply",
    "probe": "Each place was asked whether it applies", "proved": "It applies everywhere",
    "tell": "The complainant was told", "supersede": "The restriction was lifted",
    "breach": "A deadline has passed", "same_mistake": "Like decisions were looked for",
}  # fmt: skip
"""What the history of a complaint says of each event."""
_VIEWS: Final[Mapping[str, str]] = {"": "open", "late": "late", "mine": "mine", "all": "all"}


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint in the table, with its party's name and its next deadline in words and as a day, ``""`` without one.

    `is_late` where a clock of ours has passed.
    """

    complaint: Complaint
    name: str
    deadline: str
    due: str
    is_late: bool


def complaints_page(visit: Visit) -> Response:
    """Show the complaints, the earliest deadline first."""
    known = list(complaints_now(visit).by_id.values())
    view = visit.query("view")
    zone, far = visit.network.settings.zone, visit.now.replace(year=9999)
    chosen = [each for each in known if _is_in(each, view, visit)]
    due = {each.id: next_deadline(each, zone) for each in chosen}
    chosen.sort(key=lambda each: (due[each.id].due_at if due[each.id] else far, each.id))  # type: ignore[union-attr]
    skip = visit.number("skip")
    with read_ledger(visit.network.ledger) as ledger:
        rows = [_row(each, due[each.id], ledger, visit) for each in chosen[skip : skip + _PAGE]]
    views = [(name, label, sum(_is_in(each, name, visit) for each in known)) for name, label in _VIEWS.items()]
    return visit.render("complaints.html", rows=rows, total=len(chosen), skip=skip, page=_PAGE, views=views, view=view)


def complaint_page(visit: Visit) -> Response:
    """Show one complaint: its words, deadlines, history, and what can be done with it now."""
    return show_complaint(visit, "")


def act(visit: Visit) -> Response:
    """Do one act of a complaint; a refusal shows the complaint again with what was typed."""
    return act_on(visit, show_complaint)


def attached_file(visit: Visit) -> Response:
    """Give a file that came with a complaint, to be saved and never shown: a stranger sent it. Its hash is checked.

    Raises:
        NotFound: the complaint has no such file, or it is lost.
        NotVerified: it was changed since it came.
    """
    complaint = complaints_now(visit).get(visit.path("id"))
    found = next((each for each in _files(complaint) if each.sha256 == visit.path("sha256")), None)
    if found is None:
        raise NotFound("no such file came with the complaint", where=complaint.id, got=visit.path("sha256"))
    data = read_attachment(visit.network, found)
    visit.log_read("file of a complaint", f"{complaint.id}: {found.name}")
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=utf-8''{quote(found.name, safe='')}"},
    )


def show_complaint(visit: Visit, problem: str, status: int = 200) -> Response:
    """Return the page of a complaint; the case is on it once the person was shown it, as the record says."""
    network = visit.network
    with read_ledger(network.ledger) as ledger:
        complaint = complaints_now(visit).get(visit.path("id"))
        case = case_shown(network, ledger, complaint) if _has_read(complaint, visit.person) else None
        about = decision_with_letter(ledger, complaint.decision) if complaint.decision else None
        against = _against(visit, complaint)
        allowed = _allowed(complaint, visit.person, against)
        if "interim_relief" in allowed and not is_liftable(network, ledger, complaint, visit.now):
            allowed.discard("interim_relief")
    visit.log_read("complaint", complaint.id)
    zone = network.settings.zone
    running = {(each.clock, each.since): each for each in running_deadlines(complaint)}
    deadlines = [
        (deadline_sentence(complaint, running.get((each.clock, each.since), each), zone, visit.now),
         each in late_deadlines(complaint, visit.now))
        for each in complaint.deadlines
    ]  # fmt: skip
    possible = [name for name in LABELS if name in allowed]
    possible.sort(key=lambda name: name == "name_decision" and complaint.decision != "")  # the first one is unfolded
    return visit.render(
        "complaint.html", status, complaint=complaint,
        party_name=_party_name(about),
        outcome=outcome_words(complaint), deadlines=deadlines,
        case=case, against=against, like=_like_cases(visit, complaint, case), acts=possible, labels=LABELS,
        not_for=visit.only_for(*ACTIONS),
        happened=HAPPENED, problem=problem, reasons=get_args(ComplaintReason), rejections=get_args(RejectReason),
        outcomes=get_args(ComplaintOutcome), codes=get_args(OutcomeReason), files=_files(complaint),
        stated=stated_changes(complaint.changes),
        letter_language=words_of(ENGLISH).languages[words_of(complaint.language).language],
    )  # fmt: skip


def _files(complaint: Complaint) -> list[Attachment]:
    """Return the files that came with a complaint, and those that the complainant added later."""
    added = (each.body.attachments for each in complaint.events if isinstance(each.body, AnswerBody))
    return [*complaint.attachments, *chain.from_iterable(added)]


def _against(visit: Visit, complaint: Complaint) -> str:
    """Return why the record says that a complaint cannot be admitted, ``""`` where nothing does or it is past that."""
    if complaint.state not in ("filed", "acknowledged"):
        return ""
    settings, others = visit.network.settings, complaints_now(visit).by_id.values()
    return admissibility(complaint, others, zone=settings.zone, months=settings.reasons.complaint_months) or ""


def _allowed(complaint: Complaint, person: str, against: str) -> set[str]:
    """Return the acts that the state allows; what was decided is carried out by the act of its own, `settle`."""
    allowed = {str(each) for each in allowed_events(complaint.state)}
    if against:
        allowed.discard("admit")
    if complaint.reviewer == person:
        allowed.discard("assign")
    if complaint.state in ("decided", "propagating", "proved"):
        allowed.add("settle")
    if complaint.relief_until is None:
        allowed.discard("relief_ended")
    if complaint.external:
        allowed.discard("external_open")
    else:
        allowed.discard("external_close")
    return allowed


def _like_cases(visit: Visit, complaint: Complaint, case: CaseShown | None) -> list[tuple[str, list[str]]]:
    """Return the like cases, each with its number and the lines that are of it, once the case was shown."""
    from evenhand.render.comparator_rows import comparator_lines, nested_lines  # noqa: PLC0415  asked of few complaints

    if case is None or not complaint.comparators:
        return []
    finding = attached_finding(visit.network, complaint, lambda *_: None)
    return nested_lines(comparator_lines(finding))


def _has_read(complaint: Complaint, person: str) -> bool:
    return any(each.kind == "show" and each.by == person for each in complaint.events)


def _row(complaint: Complaint, deadline: Deadline | None, ledger: LogReader, visit: Visit) -> ComplaintRow:
    words = "" if deadline is None else CLOCKS[deadline.clock]
    due = "" if deadline is None else day_of(deadline.due_at, visit.network.settings.zone).isoformat()
    name = _party_name(decision_with_letter(ledger, complaint.decision) if complaint.decision else None)
    return ComplaintRow(complaint, name, words, due, bool(late_deadlines(complaint, visit.now)))


def _party_name(about: ComplainedDecision | None) -> str:
    """Return what the letter of a decision calls its party, ``""`` where there is none."""
    return "" if about is None or about.statement is None else about.statement.advertiser.name


def _is_in(complaint: Complaint, view: str, visit: Visit) -> bool:
    match view:
        case "late":
            return bool(late_deadlines(complaint, visit.now))
        case "mine":
            return visit.person in (complaint.reviewer, complaint.proposer) and complaint.state != "closed"
        case "all":
            return True
        case _:
            return complaint.state in OPEN_STATES or complaint.state in ("decided", "propagating", "proved")


AREA: Final = Area(
    menu=(MenuItem("Complaints", "/complaints", "Work"),),
    routes=(
        get("/complaints", complaints_page), get("/complaints/{id}", complaint_page),
        post("/complaints/{id}/{act}", act, *ACTIONS),
        get("/complaints/{id}/files/{sha256}", attached_file),
    ),
)  # fmt: skip
