"""The letters about a complaint: it arrived, it is not admissible, a question, the answer, it is done, same mistake.

Each is made of the complaint's record alone, and of the settings that a notice has too. What people wrote (a question,
the words of an answer) stands as they wrote it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from evenhand.model.complaint import Complaint
from evenhand.model.complaint_codes import is_acceptance
from evenhand.model.complaint_events import AskBody
from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.network import ReasonsSection
from evenhand.model.record import Record, sha256_hex
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons.answer_codes import complaint_codes
from evenhand.reasons.complaint_outcome import done_paragraphs, outcome_paragraphs, proved_at
from evenhand.reasons.language import Words, language_of, words_of
from evenhand.reasons.lint import has_leftover
from evenhand.reasons.text_comparison import is_blank
from evenhand.reasons.text_language import language_told

ComplaintLetterKind = Literal[
    "acknowledgement", "inadmissible", "question", "decision", "done", "relief", "relief_ended", "withdrawn"
]


class LetterSetting(Record, frozen=True, kw_only=True):
    """What a letter about a complaint says besides the complaint itself.

    `statement` is the one complained of, None where the complaint names none. `decide_days` and `answer_days` are how
    long an answer takes, ours and the complainant's; `zone` is the IANA name of the zone that days are of.
    """

    settings: ReasonsSection
    zone: str
    statement: StatementOfReasons | None
    decide_days: int
    answer_days: int


class ComplaintLetter(Record, frozen=True, kw_only=True):
    """A letter about a complaint. `text` is what is sent, `sha256` is over its UTF-8.

    `asked_language` is the language that was wanted and has no translation yet, None where `language` is it.
    """

    kind: str
    language: str
    asked_language: str | None
    subject: str
    text: str
    sha256: str


class SameMistake(Record, frozen=True, kw_only=True):
    """A decision that was changed though nobody had complained, for the letter to the party.

    `statement` told the restriction; `decision` is the new one, of the day `changed_on`; `lifted`: nothing is left.
    """

    name: str
    statement: StatementOfReasons
    decision: str
    changed_on: date
    lifted: bool
    language: str


def complaint_letter(kind: ComplaintLetterKind, complaint: Complaint, about: LetterSetting) -> ComplaintLetter:
    """Return a letter about a complaint in the complaint's language, in English where there is no translation yet.

    Raises:
        RecordIncomplete: a part would be empty, a reason of the complaint is not answered, or the complaint has not
            come so far; `errors` names the fields.

    Source: DSA Art. 20(4) and (5); `appeals.md` §2, §4; tone: `reasons.md` §2.
    """
    words = words_of(complaint.language)
    errors = tuple(_missing(kind, complaint, about, words))
    if errors:
        raise RecordIncomplete(f"cannot write the letter `{kind}`:", where=complaint.id, errors=errors)
    subject = words.complaint_subject[_answer_subject(complaint) if kind == "decision" else kind]
    body = "\n\n".join(filter(None, _BODIES[kind](complaint, about, words)))
    reference = words.complaint["of_decision" if complaint.decision else "of_complaint"].format(
        id=words.given(complaint.id), decision=words.given(complaint.decision)
    )
    return _letter(kind, complaint.language, subject, complaint.filed_by, body, reference)


def same_mistake_letter(changed: SameMistake) -> ComplaintLetter:
    """Return the letter to a party that did not complain and whose decision was changed for the same mistake.

    It names neither who complained nor the decision that was reviewed first.

    Raises:
        RecordIncomplete: the party has no name, or no letter has the statement's template.
    """
    words, form = words_of(changed.language), words_of(changed.language).complaint
    errors = [FieldError("name", "required")] if is_blank(changed.name) else []
    errors += _no_subject(changed.statement, words)
    if errors:
        raise RecordIncomplete("cannot write the letter `same-mistake`:", where=changed.decision, errors=tuple(errors))
    notice = form["same_mistake"].format(
        subject=words.quoted(words.subject[_template(changed.statement)]),
        statement=words.given(changed.statement.id),
        starts=words.day(changed.statement.starts_on),
    )
    now = form["same_lifted" if changed.lifted else "same_varied"].format(changed=words.day(changed.changed_on))
    reference = form["of_other"].format(decision=words.given(changed.decision))
    subject = words.complaint_subject["same_mistake"]
    return _letter("same-mistake", changed.language, subject, changed.name, f"{notice}\n\n{now}", reference)


def _answer_subject(complaint: Complaint) -> str:
    return "lifted" if complaint.lifted_on is not None else complaint.outcome or "decision"


def _letter(kind: str, wanted: str, subject: str, name: str, body: str, reference: str) -> ComplaintLetter:
    words = words_of(wanted)
    text = words.complaint["letter"].format(name=words.given(name), body=body, reference=reference)
    return ComplaintLetter(
        kind=kind,
        language=words.language,
        asked_language=wanted if language_of(wanted) is None else None,
        subject=subject,
        text=text,
        sha256=sha256_hex(text.encode()),
    )


def _missing(kind: str, complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[FieldError]:
    needed = {
        "filed_by": complaint.filed_by,
        "settings.complaint_url": about.settings.complaint_url,
        "settings.out_of_court": about.settings.out_of_court,
        "settings.judicial": about.settings.judicial,
    }
    yield from (FieldError(field, "required") for field, text in needed.items() if is_blank(text))
    if about.statement is not None:
        yield from _no_subject(about.statement, words)
    question = _question(complaint)
    match kind:
        case "inadmissible":
            yield from [] if complaint.reject_reason else [FieldError("reject_reason", "required")]
            yield from [FieldError("text", "template-leftover")] if has_leftover(complaint.text) else []
        case "question" if question is None or is_blank(question.question):
            yield FieldError("question", "required")
        case "question" if question is not None and has_leftover(question.question):
            yield FieldError("question", "template-leftover")
        case "decision":
            yield from (FieldError(*_field_and_code(code)) for code in complaint_codes(complaint))
        case "done" if proved_at(complaint) is None:
            yield FieldError("events", "not-proved")


def _field_and_code(code: str) -> tuple[str, str]:
    """Return the field of a complaint that a code of `complaint_codes` is about, and the code."""
    name, _, about = code.partition(":")
    fields = {"reason-unanswered": f"answers.{about}", "comparator-unanswered": f"comparator_answers.{about}"}
    return fields.get(name, about or "text"), name


def _no_subject(statement: StatementOfReasons, words: Words) -> Iterator[FieldError]:
    if _template(statement) not in words.subject:
        yield FieldError("statement.template", "no-letter")


def _template(statement: StatementOfReasons) -> str:
    return statement.template or statement.kind


def _acknowledgement(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    form, day = words.complaint, _day(complaint.filed_at, about, words)
    until = complaint.last_day(about.settings.complaint_months)
    window = "late" if until and complaint.filed_at.astimezone(ZoneInfo(about.zone)).date() > until else "window"
    reasons = words.listed([words.complaint_reason[each] for each in complaint.reasons])
    yield _sentences(
        _about(day, about.statement, words),
        form[window].format(until=words.day(until)) if until and about.statement else "",
        form["reasons"].format(reasons=reasons) if reasons else "",
    )
    yield form["next"]
    yield form["steps"].format(days=about.decide_days, answer_days=about.answer_days)
    lifted = complaint.lifted_on
    yield _sentences(
        form["people"], form["in_force"] if lifted is None else form["not_in_force"].format(since=words.day(lifted))
    )
    yield from _ways(about, words)


def _inadmissible(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    form, until = words.complaint, complaint.last_day(about.settings.complaint_months)
    reason = complaint.reject_reason or "empty"
    dated = reason == "out_of_time" and until is not None
    why = words.complaint_rejected["out_of_time_since" if dated else reason]
    day = _day(complaint.filed_at, about, words)
    yield _sentences(form["rejected"].format(day=day), why.format(until=words.day(until)) if until and dated else why)
    yield from words.paragraphs(complaint.text)
    yield form["again_done"] if len(complaint.rejecters) > 1 else _at_the_address("again", complaint, about, words)
    yield from _ways(about, words)


def _question_body(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    question = _question(complaint)
    if question is not None:
        form = words.complaint["asked_review" if complaint.way == "same_mistake" else "asked"]
        yield form.format(day=_day(complaint.filed_at, about, words), decision=words.given(complaint.decision))
        yield from words.paragraphs(question.question)
        yield _at_the_address("answer_until", complaint, about, words, until=_day(question.due_at, about, words))


def _decision(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    form = words.complaint
    yield from outcome_paragraphs(complaint, about.zone, about.settings.language, words)
    yield form["why"]
    yield _sentences(*(words.complaint_outcome[code] for code in complaint.outcome_codes))
    yield from words.paragraphs(complaint.text)
    if complaint.reasons or complaint.comparators:
        yield form["answered"]
    for reason in complaint.reasons:
        first, *more = words.paragraphs(complaint.answers[reason])
        yield form["answer"].format(reason=words.complaint_reason[reason], answer=first)
        yield from more
    for number, party in enumerate(complaint.comparators or (), start=1):
        answer = complaint.comparator_answers[party]
        first, *more = words.paragraphs(answer)
        yield form["comparator_accepted" if is_acceptance(answer) else "comparator"].format(number=number, answer=first)
        yield from more
    yield form["two_people" if complaint.confirmer else "one_person"]
    yield from _ways(about, words)


def _relief(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    form, decision, until = words.complaint, words.given(complaint.decision), complaint.relief_until
    day, last = _day(complaint.filed_at, about, words), _day(until or complaint.events[-1].at, about, words)
    yield form["relief" if until else "relief_ended"].format(decision=decision, day=day, until=last, since=last)
    yield from [form["relief_open"]] if until else []


def _withdrawn(complaint: Complaint, about: LetterSetting, words: Words) -> Iterator[str]:
    form, day = words.complaint, _day(complaint.filed_at, about, words)
    decision = words.given(complaint.decision)
    yield _sentences(
        form["withdrawn"].format(day=day, since=_day(complaint.events[-1].at, about, words)),
        form["withdrawn_stays"].format(decision=decision) if complaint.decision else "",
    )
    yield _at_the_address("withdrawn_wrong", complaint, about, words)


_BODIES: Mapping[ComplaintLetterKind, Callable[[Complaint, LetterSetting, Words], Iterator[str]]] = {
    "acknowledgement": _acknowledgement,
    "inadmissible": _inadmissible,
    "question": _question_body,
    "decision": _decision,
    "done": lambda complaint, about, words: done_paragraphs(complaint, about.zone, words),
    "relief": _relief,
    "relief_ended": _relief,
    "withdrawn": _withdrawn,
}


def _about(day: str, statement: StatementOfReasons | None, words: Words) -> str:
    if statement is None:
        return words.complaint["about_none"].format(day=day)
    subject = words.quoted(words.subject[_template(statement)])
    return words.complaint["about"].format(day=day, subject=subject, statement=words.given(statement.id))


def _ways(about: LetterSetting, words: Words) -> Iterator[str]:
    """Yield slot f: out of court, and in court."""
    settings = about.settings
    court = words.redress["out_of_court"].format(out_of_court=_of_network("out_of_court", settings, words))
    yield words.complaint["ways"]
    yield _sentences(court, words.redress["judicial"].format(judicial=_of_network("judicial", settings, words)))


def _of_network(name: Literal["out_of_court", "judicial"], settings: ReasonsSection, words: Words) -> str:
    """Return a text of the network, with the language that it is in; one that is ours in the letter's language."""
    text: str = getattr(settings, name)
    if text == words_of(settings.language).network[name]:
        return words.given(words.network[name])
    return words.rule_text(words.given(text), language_told(text) or settings.language)


def _at_the_address(key: str, complaint: Complaint, about: LetterSetting, words: Words, **more: str) -> str:
    address = words.given(about.settings.complaint_url)
    return words.complaint[key].format(complaint_url=address, id=words.given(complaint.id), **more)


def _question(complaint: Complaint) -> AskBody | None:
    return next((each.body for each in reversed(complaint.events) if isinstance(each.body, AskBody)), None)


def _day(at: datetime, about: LetterSetting, words: Words) -> str:
    return words.day(at.astimezone(ZoneInfo(about.zone)).date())


def _sentences(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
