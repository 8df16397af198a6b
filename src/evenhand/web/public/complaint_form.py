"""A complaint by a form: no account is needed, and nothing is said that the sender did not send."""

import threading
from collections import deque
from datetime import date, datetime, timedelta
from typing import Final, get_args

from starlette.responses import Response

from evenhand.model.complaint import Attachment
from evenhand.model.complaint_codes import ComplaintReason
from evenhand.model.errors import BadInput, NotFound
from evenhand.reasons.language import language_of, languages, words_of
from evenhand.web.console.problems import problem_of
from evenhand.web.console.visit import Visit
from evenhand.web.program import PROGRAM
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, open_complaints
from evenhand.workflows.complaints.attachments import keep_attachment
from evenhand.workflows.complaints.complained_decision import ComplainedDecision, decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, check_words, file_complaint

MOST_FILES: Final = 5
_MOST_AN_HOUR: Final = 120
_LONGEST: Final = 200
_TOO_MANY: Final = "very many complaints came within the last hour; send yours again later"
_FIELDS: Final = {"--text": "Your words", "--informed": "When you were told"}
"""The fields of the form, by the options of the verb that errors name."""
REASONS: Final = {
    "not_the_entity": "We are not the person or organisation that is meant",
    "ownership_changed": "Who owns or controls us has changed",
    "rule_misread": "The rule does not say this",
    "facts_wrong": "The facts are wrong",
    "unequal_treatment": "Others in our position are treated otherwise",
    "disproportionate": "It goes further than it has to",
    "new_information": "There is something that you could not know",
    "procedure": "The procedure was not kept",
}  # fmt: skip


class Arrivals:
    """How many complaints came by the form within the last hour; more than 120 are asked to come later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: deque[datetime] = deque()

    def count(self, at: datetime) -> bool:
        """Count one and return whether it may be taken."""
        with self._lock:
            while self._times and self._times[0] < at - timedelta(hours=1):
                self._times.popleft()
            if len(self._times) >= _MOST_AN_HOUR:
                return False
            self._times.append(at)
            return True


def form_page(visit: Visit) -> Response:
    """Show the empty form; a reference may come in the address, as a letter has it."""
    return _form(visit, "", visit.query("reference")[:_LONGEST])


def file_by_form(visit: Visit, arrivals: Arrivals) -> Response:
    """File a complaint, acknowledge it, and show its number; what is wrong is said above the form as it was filled."""
    reference = visit.form.text("reference")
    try:
        stated = _stated(visit)
        if not arrivals.count(visit.now):
            return _form(visit, _TOO_MANY, reference, 429)
        with open_complaints(visit.network, visit.now, visit.console.tools()) as held:
            about = _decision(held, reference)
            stated = _with_files(visit, held, stated, about, reference)
            complaint = file_complaint(held, about, stated, PROGRAM).complaint
    except BadInput as error:
        return _form(visit, _problem_of(error), reference, 400)
    return visit.render("public_filed.html", 201, complaint=complaint.id, contact=bool(stated.contact))


def _form(visit: Visit, problem: str, reference: str, status: int = 200) -> Response:
    known = [code for code in get_args(ComplaintReason) if code in REASONS]
    return visit.render(
        "public_complaint.html", status, problem=problem, reference=reference, words_of=REASONS, reasons=known,
        languages=[(each, words_of(each).languages[each]) for each in sorted(languages())], most_files=MOST_FILES,
    )  # fmt: skip


def _problem_of(error: BadInput) -> str:
    """Return what is wrong in the words of the form: it has fields, and no options."""
    field = _FIELDS.get(error.where)
    if field is None:
        return problem_of(error)
    return problem_of(BadInput(error.what, where=field, got=error.got, expected=error.expected))


def _stated(visit: Visit) -> StatedComplaint:
    """Return what was sent.

    Raises:
        BadInput: it says which field is wrong.
    """
    form = visit.form
    reasons = tuple(each for each in get_args(ComplaintReason) if each in form.all("reason"))
    if not reasons:
        raise BadInput("no reason is chosen", expected="one or several of the reasons")
    check_words(form.text("words"))
    contact, language = form.text("contact"), form.text("language")
    if not any(map(str.isalpha, contact)) or len(contact) > _LONGEST:
        raise BadInput("no address for the answer", expected="a mail address or a postal one")
    if language and language_of(language) is None:
        raise BadInput("no letters in this language", got=language, expected=", ".join(sorted(languages())))
    if len(form.text("name")) > _LONGEST or len(form.text("reference")) > _LONGEST:
        raise BadInput("too long", expected=f"{_LONGEST} characters at most in name and reference")
    informed = form.text("informed")
    return StatedComplaint(
        words=form.text("words"), reasons=reasons, filed_by=form.text("name"), contact=contact, language=language,
        informed_on=_day(informed) if informed else None,
    )  # fmt: skip


def _decision(held: OpenComplaints, reference: str) -> ComplainedDecision | None:
    """Return the decision of a reference; of one that nobody knows none: a person looks for it, and nothing is told."""
    try:
        return decision_named(held.ledger, reference) if reference else None
    except NotFound:
        return None


def _with_files(
    visit: Visit, held: OpenComplaints, stated: StatedComplaint, about: ComplainedDecision | None, reference: str
) -> StatedComplaint:
    """Return a complaint with its files, which are kept first, and with the reference where it named no decision."""
    from dataclasses import replace  # noqa: PLC0415  one small use

    files = [each for name, each in visit.form.files.items() if name.startswith("file")]
    if len(files) > MOST_FILES:
        raise BadInput("too many files", got=len(files), expected=f"{MOST_FILES} at most")
    kept: list[Attachment] = [keep_attachment(held.network, each.name, each.content.read()) for each in files]
    words = stated.words if about is not None or not reference else f"Reference given: {reference}\n\n{stated.words}"
    return replace(stated, attachments=tuple(kept), words=words)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("no day", where="when you were told", got=text, expected="a day such as 2026-11-02") from None
