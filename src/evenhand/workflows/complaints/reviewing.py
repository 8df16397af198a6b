"""What people do with a complaint: admit it or not, review it, ask, answer, confirm, close. Each act is an event."""

from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from evenhand.appeals import admissibility, answer_problems
from evenhand.appeals.admissibility import RECORDED
from evenhand.appeals.clocks import day_of, days_after, external_due, hours_after
from evenhand.appeals.transitions import refused
from evenhand.model.complaint import Attachment, Complaint, ComplaintOutcome, ComplaintReason, RejectReason
from evenhand.model.complaint_codes import EventKind, OutcomeReason
from evenhand.model.complaint_events import (
    AdmitBody,
    AnswerBody,
    AskBody,
    AssignBody,
    CloseBody,
    ConfirmBody,
    EventBody,
    NameDecisionBody,
    ObjectBody,
    ProposeBody,
    RejectFormBody,
    TellBody,
)
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, RecordIncomplete
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.model.staff import StaffAction
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.complained_decision import decision_named
from evenhand.workflows.complaints.filing import acknowledge, check_complained, check_given
from evenhand.workflows.complaints.letters import answer_letter, question_letter, write_letters
from evenhand.workflows.complaints.named_others import others_named
from evenhand.workflows.complaints.reading import check_read
from evenhand.workflows.complaints.settlement_plan import OF_A_RULE, check_comes_out, history_of, standing_of
from evenhand.workflows.complaints.staff_cases import PermittedAct, checked_act, must_be_confirmed
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.fact_changes import check_changes


@dataclass(frozen=True)
class Proposal:
    """A reviewer's answer before it is recorded; `answers` by reason code, `comparator_answers` by party id."""

    outcome: ComplaintOutcome
    codes: tuple[OutcomeReason, ...]
    text: str
    answers: dict[str, str]
    comparator_answers: dict[str, str]
    changes: tuple[FactChange, ...] = ()


def name_decision(
    held: OpenComplaints, complaint: Complaint, acting: Acting, reference: str, program: str
) -> Complaint:
    """Say which decision a complaint is about that named none; then it is acknowledged.

    The day on which the complainant was told stands, as when it is filed with a decision; one before the decision
    cannot be, and counts as the decision's. Refused, the complaint could never be named a decision, and would be lost.

    Raises:
        NotFound: there is no such decision.
        StateRefused, NotPermitted: as every act.
    """
    about = decision_named(held.ledger, reference)
    decided_on = day_of(about.decision.decided_at, held.network.settings.zone)
    informed_on = max(complaint.informed_on, decided_on) if complaint.informed_on else about.informed_on
    body = NameDecisionBody(
        decision=about.decision.id, statement="" if about.statement is None else about.statement.id,
        party_kind=about.decision.party.kind, party_id=about.decision.party.id, informed_on=informed_on,
    )  # fmt: skip
    named = _add(held, complaint, acting, "admit", body)
    return acknowledge(held, named, program)


def admit(
    held: OpenComplaints, complaint: Complaint, acting: Acting, reasons: tuple[ComplaintReason, ...] = ()
) -> Complaint:
    """Say that a complaint is admissible, or, by another person than before, that its rejection was wrong.

    Raises:
        StateRefused: the state does not allow it, or the record says why it cannot be admitted.
        NotPermitted: the staff's rules refuse.
    """
    against = _against(held, complaint)
    if against is not None:
        last_day = complaint.last_day(held.network.settings.reasons.complaint_months)
        why = f"{against}, the last day was {last_day}" if against == "out_of_time" else against
        raise refused(complaint, "admit", f"`admit` is not allowed: {why}")
    act = _form_act(held, complaint, acting, "admit")
    due = days_after(held.at, held.network.settings.complaints.decide_days, held.network.settings.zone)
    body = AdmitBody(decide_by=due, reasons=reasons, checked=act.checked if complaint.rejecters else None)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def reject(
    held: OpenComplaints, complaint: Complaint, acting: Acting, reason: RejectReason, text: str, program: str
) -> Complaint:
    """Say that a complaint is not admissible, and why; the record must bear it out where it can. It is told at once.

    Where no letter can be written, because the settings lack what it says, the complaint stays `inadmissible`.

    Raises:
        StateRefused: the state does not allow it, the record says otherwise, or nobody complained.
        NotPermitted: the staff's rules refuse.
    """
    check_given(text, "no words for the complainant")
    check_complained(complaint, "reject_form")
    against = _against(held, complaint)
    if reason in RECORDED and against != reason:
        what = f"the record says {against}" if against else "the record shows nothing against it"
        raise refused(complaint, "reject_form", f"`{reason}` does not hold: {what}")
    act = _form_act(held, complaint, acting, "reject_form")
    body = RejectFormBody(reason=reason, text=text, checked=act.checked)
    rejected = held.add(complaint.id, body, by=acting.person, sign=act.sign)
    return _tell_rejection(held, rejected, program)


def take(held: OpenComplaints, complaint: Complaint, acting: Acting) -> Complaint:
    """Take the review of a complaint; the person declares that there is no conflict of interest.

    Raises:
        BadInput: nothing was declared.
        StateRefused: the state does not allow it, or the comparators are missing.
        NotPermitted: a person who took part in the case before, by name of the rule.
    """
    if acting.conflict is None:
        raise BadInput("a conflict of interest is to be declared", where="--conflict", expected="yes or no")
    act = checked_act(held, complaint, acting, "review", proposing=True)
    body = AssignBody(reviewer=acting.person, conflict=False, checked=act.checked)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def ask(held: OpenComplaints, complaint: Complaint, acting: Acting, question: str) -> Complaint:
    """Ask the complainant; the clock of the decision stands still until the answer, 14 days at most.

    The letter is in `out/complaints`; its hash in the event.

    Raises:
        RecordIncomplete: the letter cannot be written.
    """
    check_given(question, "no question")
    due = days_after(held.at, held.network.settings.complaints.answer_days, held.network.settings.zone)
    body = AskBody(question=question, due_at=due)
    body = replace(body, letter=question_letter(held.network, held.ledger, complaint, body).sha256)
    waiting = _add(held, complaint, acting, "review", body, proposing=True)
    write_letters(held.network, held.ledger, (waiting,))
    return waiting


def answer(
    held: OpenComplaints, complaint: Complaint, acting: Acting, words: str, attachments: tuple[Attachment, ...] = ()
) -> Complaint:
    """Record what the complainant answered or added; `acting` is who enters it."""
    check_given(words, "no answer", attachments)
    return _add(held, complaint, acting, "admit", AnswerBody(words=words, attachments=attachments))


def propose(held: OpenComplaints, complaint: Complaint, acting: Acting, proposal: Proposal) -> Complaint:
    """Propose an outcome. It decides at once, or waits for a second reviewer where rules ask for one.

    Raises:
        BadInput: a reason or a like case is not answered, the words name a party of a like case, outcome and codes do
            not fit, or a change of facts cannot be.
        StateRefused: the state does not allow it, another person has the review, the case was not shown to the person
            before, or the rules in force do not give the outcome with these facts; it names the rules that hold.
        NotPermitted: a person who took part in the case before.
    """
    check_read(complaint, acting.person)
    if proposal.changes and complaint.party_kind is not None:
        party = Party(kind=complaint.party_kind, id=complaint.party_id)
        check_changes(held.network, party, proposal.changes, held.at, held.tools)
    waits = must_be_confirmed(held, complaint, proposal.outcome, proposal.changes)
    act = checked_act(
        held, complaint, acting, "review", answer=proposal.outcome, proposing=waits, changes=proposal.changes
    )
    gate_by, exports_by = _propagate_by(held, waits=waits, outcome=proposal.outcome)
    body = ProposeBody(
        outcome=proposal.outcome, codes=proposal.codes, text=proposal.text, answers=proposal.answers,
        comparator_answers=proposal.comparator_answers, changes=proposal.changes, needs_confirmation=waits,
        gate_by=gate_by, exports_by=exports_by, checked=act.checked,
    )  # fmt: skip
    problems = list(answer_problems(complaint, body))
    if problems:
        # Not as a value, which is cut: a reviewer has to see all that is missing.
        raise BadInput(f"the answer is not complete: {'; '.join(problems)}", where=complaint.id,
                       expected="each reason of the complaint and each like case answered")  # fmt: skip
    _check_names_nobody(held, complaint, proposal)
    _check_comes_out(held, complaint, proposal)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def confirm(held: OpenComplaints, complaint: Complaint, acting: Acting, words: str = "") -> Complaint:
    """Confirm what another person proposed; then it is decided.

    Raises:
        StateRefused: nothing is proposed, or the proposer wants to confirm.
        NotPermitted: a person who took part in the case before, by name of the rule.
    """
    act = _second(held, complaint, acting, "confirm")
    gate_by, exports_by = _propagate_by(held, waits=False, outcome=complaint.proposed or "upheld")
    body = ConfirmBody(words=words, gate_by=gate_by, exports_by=exports_by, checked=act.checked)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def object_to(held: OpenComplaints, complaint: Complaint, acting: Acting, words: str) -> Complaint:
    """Say no to what another person proposed, and why; the review goes on."""
    check_given(words, "no words on why")
    act = _second(held, complaint, acting, "object")
    return held.add(complaint.id, ObjectBody(words=words, checked=act.checked), by=acting.person, sign=act.sign)


def close(held: OpenComplaints, complaint: Complaint, acting: Acting, words: str = "") -> Complaint:
    """Close a complaint that was told; only a person closes one."""
    return _add(held, complaint, acting, "admit", CloseBody(words=words))


def _check_comes_out(held: OpenComplaints, complaint: Complaint, proposal: Proposal) -> None:
    """Refuse an outcome that the rules in force do not give; where nothing may be proposed, the event is refused."""
    if complaint.state == "under_review":
        standing = standing_of(held.ledger, history_of(held.network, held.ledger), complaint)
        check_comes_out(
            held.network, complaint, standing, proposal.changes, held.at, held.tools, outcome=proposal.outcome,
            by_rule=OF_A_RULE in proposal.codes,
        )  # fmt: skip


def _check_names_nobody(held: OpenComplaints, complaint: Complaint, proposal: Proposal) -> None:
    """Refuse words that tell the complainant who the others are."""
    texts = (proposal.text, *proposal.answers.values(), *proposal.comparator_answers.values())
    named = others_named(held.network, complaint, texts, held.tools.progress)
    if named:
        raise BadInput(f"the answer names parties of like cases: {', '.join(named)}", where=complaint.id,
                       expected="like cases named by their number, as `like case 1`")  # fmt: skip


@dataclass(frozen=True)
class Dispute:
    """A case at an out-of-court body."""

    body: str
    number: str
    complete_on: date
    complex: bool = False


def open_dispute(held: OpenComplaints, complaint: Complaint, acting: Acting, dispute: Dispute) -> Complaint:
    """Record that an out-of-court body has the case; due after 90 days, 180 in a complex case."""
    settings = held.network.settings.complaints
    days = settings.external_complex_days if dispute.complex else settings.external_days
    body = ExternalOpenBody(
        body=dispute.body, number=dispute.number, complete_on=dispute.complete_on,
        due_on=external_due(dispute.complete_on, days), complex=dispute.complex,
    )  # fmt: skip
    return _add(held, complaint, acting, "external_dispute", body)


def close_dispute(held: OpenComplaints, complaint: Complaint, acting: Acting, closed: ExternalCloseBody) -> Complaint:
    """Record what the out-of-court body said, and whether the network follows it."""
    return _add(held, complaint, acting, "external_dispute", closed)


def _add(
    held: OpenComplaints, complaint: Complaint, acting: Acting, action: StaffAction, body: EventBody,
    *, proposing: bool = False,
) -> Complaint:  # fmt: skip
    act = checked_act(held, complaint, acting, action, proposing=proposing)
    return held.add(complaint.id, body, by=acting.person, sign=act.sign)


def _against(held: OpenComplaints, complaint: Complaint) -> RejectReason | None:
    settings = held.network.settings
    others = held.complaints.by_id.values()
    return admissibility(complaint, others, zone=settings.zone, months=settings.reasons.complaint_months)


def _form_act(held: OpenComplaints, complaint: Complaint, acting: Acting, action: StaffAction) -> PermittedAct:
    """Return who may say whether a complaint is admissible: a rejection is reviewed by another person."""
    return checked_act(held, complaint, acting, action, again=bool(complaint.rejecters))


def _second(held: OpenComplaints, complaint: Complaint, acting: Acting, event: EventKind) -> PermittedAct:
    """Return who may confirm or object; with or without staff, only what is proposed, and not before it is."""
    if complaint.state != "proposed":
        raise refused(complaint, event)
    proposed = max(each.at for each in complaint.events if each.kind == "propose")
    if held.at < proposed:
        what = f"`{event}` is not allowed: it is dated before the proposal, of {proposed:%Y-%m-%dT%H:%M:%SZ}"
        raise refused(complaint, event, what)
    return checked_act(held, complaint, acting, "confirm", answer=complaint.proposed or "")


def _tell_rejection(held: OpenComplaints, complaint: Complaint, program: str) -> Complaint:
    try:
        letter = answer_letter(held.network, held.ledger, complaint)
    except RecordIncomplete:
        return complaint
    on = day_of(held.at, held.network.settings.zone)
    body = TellBody(letter=letter.sha256, language=letter.language, on=on)
    informed = held.add(complaint.id, body, by=program)
    write_letters(held.network, held.ledger, (informed,))
    return informed


def _propagate_by(
    held: OpenComplaints, *, waits: bool, outcome: ComplaintOutcome
) -> tuple[datetime | None, datetime | None]:
    """Return by when gate and exports have to follow; None where nothing is decided yet, or nothing changes."""
    if waits or outcome == "upheld":
        return None, None
    settings = held.network.settings.complaints
    return hours_after(held.at, settings.gate_hours), hours_after(held.at, settings.exports_hours)
