"""A complaint by a form: no account is needed, and nothing is said that the sender did not send."""

import re
import threading
from collections import deque
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, get_args

from starlette.responses import Response

from evenhand.appeals.clocks import day_of
from evenhand.model.complaint_codes import ComplaintReason
from evenhand.model.errors import EvenhandError, NotFound, StateRefused
from evenhand.reasons.language import cut, language_of, languages, words_of
from evenhand.web.console.forms import UploadedFile
from evenhand.web.console.visit import Visit
from evenhand.web.program import PROGRAM
from evenhand.web.public.faults import fault_sentence
from evenhand.web.public.form_words import CHOSEN, PageLanguage, page_language
from evenhand.web.public.letters import public_statement
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints, open_complaints
from evenhand.workflows.complaints.attachments import MOST_BYTES, keep_attachment
from evenhand.workflows.complaints.complained_decision import ComplainedDecision, decision_named
from evenhand.workflows.complaints.filing import MOST_CHARACTERS, StatedComplaint, control_character, file_complaint

MOST_FILES: Final = 5
_MOST_AN_HOUR: Final = 120
_LONGEST: Final = 200
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BESIDE: Final = "<>()[],;:\"'"


class FormProblem(Exception):
    """What is wrong with what was sent: `key` is of its sentence in the words of the form."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


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
            raise FormProblem("too_many")
        with open_complaints(visit.network, visit.now, visit.console.tools()) as held:
            about = _decision(held, reference)
            _check_informed(visit, stated, about)
            stated = _with_files(visit, held, stated, about, reference)
            complaint = file_complaint(held, about, stated, PROGRAM).complaint
    except FormProblem as problem:
        sentence = _language(visit, reference).words.problem[problem.key].format(**problem.values)
        return _form(visit, sentence, reference, 429 if problem.key == "too_many" else 400)
    except StateRefused:
        raise
    except EvenhandError as error:
        return _form(visit, fault_sentence(visit, _language(visit, reference), error), reference, 503)
    return visit.render("public_filed.html", 201, complaint=complaint.id, language=_language(visit, reference))


def _form(visit: Visit, problem: str, reference: str, status: int = 200) -> Response:
    language = _language(visit, reference)
    return visit.render(
        "public_complaint.html", status, problem=problem, reference=reference, language=language,
        reasons=[code for code in get_args(ComplaintReason) if code in language.words.reason],
        languages=[(each, words_of(each).languages[each]) for each in sorted(languages())], most_files=MOST_FILES,
        again=[_shown(each.name) for each in _files(visit) if not _file_problem(each)],
        chosen=visit.query(CHOSEN) or visit.form.text(CHOSEN),
    )  # fmt: skip


def _language(visit: Visit, reference: str) -> PageLanguage:
    """Return the language of the page; only a letter that everybody may read gives its own away."""

    def of_letter() -> str:
        try:
            statement = public_statement(visit, reference) if reference else None
        except EvenhandError:  # the form itself needs no letter
            return ""
        return "" if statement is None else statement.language

    return page_language(visit, of_letter)


def _stated(visit: Visit) -> StatedComplaint:
    """Return what was sent.

    Raises:
        FormProblem: a field is missing or wrong.
    """
    form = visit.form
    reasons = tuple(each for each in get_args(ComplaintReason) if each in form.all("reason"))
    words, language, informed = form.text("words"), form.text("language"), form.text("informed")
    if not reasons:
        raise FormProblem("no_reason")
    if not words:
        raise FormProblem("no_words")
    if len(words) > MOST_CHARACTERS:
        raise FormProblem("words_too_long", got=len(words))
    if language and language_of(language) is None:
        raise FormProblem("no_language", got=_shown(language))
    if len(form.text("name")) > _LONGEST or len(form.text("reference")) > _LONGEST:
        raise FormProblem("too_long")
    typed = ((words, True), (form.text("contact"), False), (form.text("name"), False))
    if found := next(filter(None, (control_character(text, lines=lines) for text, lines in typed)), ""):
        raise FormProblem("bad_character", got=found)
    return StatedComplaint(
        words=words, reasons=reasons, filed_by=form.text("name"), contact=_contact(form.text("contact")),
        language=language, informed_on=_day(informed) if informed else None,
    )  # fmt: skip


def _contact(text: str) -> str:
    """Return where the answer goes: what has an @ has to be a mail address, or the answer goes nowhere."""
    if not any(map(str.isalpha, text)) or len(text) > _LONGEST:
        raise FormProblem("no_contact")
    for part in text.split():
        if "@" in part and not _MAIL.fullmatch(part.strip(_BESIDE).removeprefix("mailto:").rstrip(".")):
            raise FormProblem("bad_contact", got=_shown(part))
    return text


def _decision(held: OpenComplaints, reference: str) -> ComplainedDecision | None:
    """Return the decision of a reference; of one that nobody knows none: a person looks for it, and nothing is told."""
    try:
        return decision_named(held.ledger, reference) if reference else None
    except NotFound:
        return None


def _check_informed(visit: Visit, stated: StatedComplaint, about: ComplainedDecision | None) -> None:
    """Raise where the day of being told is to come, or before the decision."""
    informed, zone = stated.informed_on, visit.network.settings.zone
    if informed is None:
        return
    if informed > day_of(visit.now, zone):
        raise FormProblem("future_day")
    if about is not None and informed < day_of(about.decision.decided_at, zone):
        raise FormProblem("early_day")


def _with_files(
    visit: Visit, held: OpenComplaints, stated: StatedComplaint, about: ComplainedDecision | None, reference: str
) -> StatedComplaint:
    """Return a complaint with its files, which are kept first, and with the reference where it named no decision."""
    files = _files(visit)
    if len(files) > MOST_FILES:
        raise FormProblem("too_many_files", got=len(files), most=MOST_FILES)
    for each in files:
        if key := _file_problem(each):
            raise FormProblem(key, got=_shown(each.name))
    kept = tuple(keep_attachment(held.network, each.name, each.content.read()) for each in files)
    words = stated.words if about is not None or not reference else f"Reference given: {reference}\n\n{stated.words}"
    return replace(stated, attachments=kept, words=words)


def _files(visit: Visit) -> list[UploadedFile]:
    return [each for name, each in visit.form.files.items() if name.startswith("file")]


def _file_problem(file: UploadedFile) -> str:
    """Return the key of what is wrong with a file, ``""`` if nothing is."""
    if not file.size:
        return "empty_file"
    return "large_file" if file.size > MOST_BYTES else ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FormProblem("no_day", got=_shown(text)) from None


def _shown(text: str) -> str:
    """Return what was typed on one line, as much of it as a sentence holds."""
    return cut(text, _LONGEST)
