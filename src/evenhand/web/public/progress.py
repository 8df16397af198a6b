"""How far a complaint is, for who has its number and the reference of the letter: a sentence, and nothing of it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from starlette.responses import Response

from evenhand.appeals.clocks import day_of
from evenhand.model.complaint import ClockName, Complaint, ComplaintState
from evenhand.model.errors import NotFound
from evenhand.reasons.language import words_of
from evenhand.web.console.areas.complaint_acts import complaints_now
from evenhand.web.console.visit import Visit
from evenhand.web.public.form_words import PageLanguage, page_language
from evenhand.workflows.complaints.complained_decision import decision_named, names_decision
from evenhand.workflows.operations.ledgers import read_ledger

_LONGEST: Final = 200
_SENTENCES: Final[Mapping[ComplaintState, str]] = {
    "filed": "admission", "acknowledged": "admission", "admissible": "review", "under_review": "review",
    "proposed": "review", "waiting_for_complainant": "asked", "decided": "decided", "propagating": "decided",
    "proved": "decided", "told": "answered", "closed": "answered", "inadmissible": "answered",
    "withdrawn": "withdrawn", "superseded": "superseded",
}  # fmt: skip
_DUE: Final[Mapping[str, ClockName]] = {"admission": "admit", "review": "decide"}


def progress_page(visit: Visit) -> Response:
    """Show the empty form."""
    return _page(visit, "", "")


def progress(visit: Visit) -> Response:
    """Show how far a complaint is; number and reference are sent in the form, so that no address keeps them."""
    language = _language(visit)
    complaint = _found(visit)
    if complaint is None:
        return _page(visit, language.words.progress["nothing"], "", 404)
    return _page(visit, "", _sentence(visit, complaint, language))


def _page(visit: Visit, problem: str, found: str, status: int = 200) -> Response:
    return visit.render("public_progress.html", status, problem=problem, found=found, language=_language(visit))


def _language(visit: Visit) -> PageLanguage:
    return page_language(visit, lambda: "")


def _found(visit: Visit) -> Complaint | None:
    """Return the complaint of a number if it is about the decision of the reference: one of them alone is not enough.

    A reference is told to the party alone, a number to who complained.
    """
    number, reference = visit.form.text("number")[:_LONGEST], visit.form.text("reference")[:_LONGEST]
    complaint = complaints_now(visit).by_id.get(number.strip(" .,;").lower())
    if complaint is None or not complaint.decision or not names_decision(reference):
        return None
    try:
        with read_ledger(visit.network.ledger) as ledger:
            about = decision_named(ledger, reference)
    except NotFound:
        return None
    return complaint if about.decision.id == complaint.decision else None


def _sentence(visit: Visit, complaint: Complaint, language: PageLanguage) -> str:
    """Return when it came, how far it is, and by when the next step is due; paused clocks move that day."""
    zone, sentences = visit.network.settings.zone, language.words.progress
    name = _SENTENCES[complaint.state]
    due = complaint.deadline(_DUE[name]) if name in _DUE else None

    def day(value: date) -> str:
        return words_of(language.code).day(value)

    came = sentences["received"].format(day=day(day_of(complaint.filed_at, zone)))
    if name in _DUE and due is None:
        return came
    return f"{came} {sentences[name].format(day='' if due is None else day(day_of(due.due_at, zone)))}"
