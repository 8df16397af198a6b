"""What a person does by a program: a judgement, an answer to a task, a complaint; each recorded as at the terminal."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec

from evenhand.model.complaint import Complaint, ComplaintReason
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput
from evenhand.model.judgement import JudgedPair, Verdict
from evenhand.model.task import Task
from evenhand.reasons.language import language_of, languages
from evenhand.web.api.operations import Call, Operation
from evenhand.web.program import PROGRAM
from evenhand.workflows.complaint_records.complaint_store import complaints_of, open_complaints
from evenhand.workflows.complaints.comparator_run import attach_comparators, lacks_comparators
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import StatedComplaint, check_words, file_complaint
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class JudgementBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a party is a listed entity: `party` by id, `entity` as `list#id`."""

    party: Id
    entity: Id
    verdict: Literal["same", "not-same", "unsure"]
    why: Words


class AnswerBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer to a task; `mark` is that of the task as it was read, so that an answer to another question is refused.

    A hold needs `codes`; `keep` needs `until`; release and refuse need `changes`: facts that are otherwise.
    """

    answer: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    why: Words
    mark: Annotated[str, msgspec.Meta(max_length=64)]
    codes: Annotated[tuple[str, ...], msgspec.Meta(max_length=20)] = ()
    changes: Annotated[tuple[FactChange, ...], msgspec.Meta(max_length=50)] = ()
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class ComplaintBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A complaint about a decision; `decision` is the reference of the letter: r-…, d-…, or the entry of the log."""

    decision: Id
    reasons: Annotated[tuple[ComplaintReason, ...], msgspec.Meta(min_length=1)]
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
    filed_by: Annotated[str, msgspec.Meta(max_length=200)] = ""
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""
    language: Annotated[str, msgspec.Meta(max_length=20)] = ""
    comparators: Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)] = ()
    informed_on: date | None = None


def judgement(call: Call) -> JudgedPair:
    """Record a judgement; it counts from the next run on."""
    body: JudgementBody = call.body
    verdict: Verdict = body.verdict
    stated = StatedJudgement(body.party, body.entity, verdict, call.key.person, body.why)
    return judge(call.network, stated, call.now, call.console.tools(), call.acting())


def answer(call: Call) -> Task:
    """Answer a task and return it as it stands then; state `second` where another person has to confirm it."""
    body: AnswerBody = call.body
    stated = StatedAnswer(
        call.path["id"], body.answer, body.why, body.codes, body.changes, body.until, body.mark or "none"
    )
    tools, sources = call.console.tools(), call.console.sources()
    return answer_task(call.network, stated, call.acting(), call.now, tools, sources=sources)


def file_one(call: Call) -> Complaint:
    """File a complaint about a decision; it is acknowledged at once."""
    body: ComplaintBody = call.body
    _check_answerable(body)
    check_words(body.words)
    tools = call.console.tools()
    with open_complaints(call.network, call.now, tools) as held:
        about = decision_named(held.ledger, body.decision)
        stated = StatedComplaint(
            words=body.words, reasons=body.reasons, filed_by=body.filed_by, contact=body.contact,
            language=body.language, comparators=body.comparators, informed_on=body.informed_on,
        )  # fmt: skip
        complaint = file_complaint(held, about, stated, PROGRAM).complaint
    if lacks_comparators(complaint):
        attach_comparators(call.network, complaint, call.now, tools)
        complaint = complaints_of(call.network).get(complaint.id)
    return complaint


def _check_answerable(body: ComplaintBody) -> None:
    """Refuse where no answer could go: an address that is none, a language without letters.

    Raises:
        BadInput: it says which.
    """
    if body.contact and not any(map(str.isalpha, body.contact)):
        raise BadInput("no address", where="contact", got=body.contact, expected="a mail address or a postal one")
    if body.language and language_of(body.language) is None:
        raise BadInput("no letters in this language", where="language", got=body.language,
                       expected=", ".join(sorted(languages())))  # fmt: skip
    if body.comparators and "unequal_treatment" not in body.reasons:
        raise BadInput("comparators belong to unequal treatment", where="comparators",
                       expected="`unequal_treatment` among the reasons")  # fmt: skip


OPERATIONS: Final = (
    Operation("POST", "/judgements", "work", "Record whether a party is a listed entity", JudgedPair, judgement,
              JudgementBody, writes=True, status=201),
    Operation("POST", "/tasks/{id}/answer", "work", "Answer a task", Task, answer, AnswerBody,
              path_about={"id": "Its id."}, writes=True, status=201),
    Operation("POST", "/complaints", "complain", "File a complaint about a decision", Complaint, file_one,
              ComplaintBody, writes=True, status=201),
)  # fmt: skip
