"""Who took part in a case before, as the ledger shows it, and both checks of another pair of eyes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import structs

from evenhand.appeals import four_eyes, needs_confirmation
from evenhand.appeals.four_eyes import Act
from evenhand.ledger import LogReader
from evenhand.model.complaint import Complaint, ComplaintEvent, ComplaintOutcome
from evenhand.model.complaint_events import EyesChecked
from evenhand.model.confirmed_fact import ConfirmedFact, FactChange
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput, NotPermitted
from evenhand.model.evidence import EvidenceEvent
from evenhand.model.judgement import Judgement
from evenhand.model.staff import StaffAction, StaffCase
from evenhand.model.task import TaskEvent
from evenhand.workflows.complaint_records.complaint_store import Complaints, OpenComplaints, Sign
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.evaluation.lists_of_law import touches_law
from evenhand.workflows.evidence_records.evidence_fold import decode_event
from evenhand.workflows.people.acting import Acting, needs_second, permit, sign_record
from evenhand.workflows.people.staff_leaf import check_staff_kept
from evenhand.workflows.people.staff_rules import network_staff

_judgement = msgspec.json.Decoder(Judgement).decode
_fact = msgspec.json.Decoder(ConfirmedFact).decode
_task_event = msgspec.json.Decoder(TaskEvent).decode
PersonsRecord = Judgement | ConfirmedFact | EvidenceEvent | TaskEvent
_RECORDS: Mapping[str, Callable[[bytes], PersonsRecord | None]] = {
    "judgement": _judgement, "confirmed_fact": _fact, "claim": decode_event, "task": _task_event,
}  # fmt: skip


@dataclass(frozen=True)
class PermittedAct:
    """What the checks of a person said, and what signs that person's event."""

    checked: EyesChecked
    sign: Sign


def staff_case_of(
    held: OpenComplaints, complaint: Complaint, changes: Sequence[FactChange] | None = None, *, by_findings: bool = True
) -> StaffCase:
    """Return who took part in a complaint's matter before, and what is at stake.

    `changes` are what is going to be said of the facts; without them those that were proposed count. `by_findings`:
    findings that lead to a list under a law count as one. A decision by a run has no human decider: a person who judged
    a match in it or confirmed a fact of it found facts.
    """
    ledger, complaints = held.ledger, held.complaints
    about = decision_with_letter(ledger, complaint.decision) if complaint.decision else None
    if about is None:
        return StaffCase(earlier_reviewers=complaint.rejecters)
    decision = about.decision
    return StaffCase(
        deciders=(decision.decided_by.id,) if decision.decided_by.kind == "person" else (),
        approvers=(decision.approved_by,) if decision.approved_by else (),
        finding_authors=tuple(dict.fromkeys(_finding_authors(ledger, decision))),
        earlier_reviewers=tuple(dict.fromkeys(_earlier_reviewers(ledger, complaints, complaint, decision.case))),
        proposer=complaint.proposer if complaint.state == "proposed" else "",
        sanctions=(about.statement is not None and about.statement.ground.type == "law")
        or (by_findings and touches_law(held.network, decision, complaint.changes if changes is None else changes)),
        ends_account=not decision.plan.account_kept,
        refusal=decision.outcome == "refuse",
    )


def checked_act(
    held: OpenComplaints, complaint: Complaint, acting: Acting, action: StaffAction, *, answer: str = "",
    proposing: bool = False, again: bool = False, eyes: Act | None = None,
    changes: Sequence[FactChange] | None = None,
) -> PermittedAct:  # fmt: skip
    """Return a person who may do this now: by the staff's rules and, for a review, by their plain twin as well.

    `again`: it reviews what somebody else said of the form. `eyes`: the rule of another pair of eyes, where the action
    alone does not name it.

    Raises:
        NotPermitted: one of the two refuses; it names the rule.
    """
    check_conflict(acting)
    check_staff_kept(held.ledger, held.network, held.at)
    case = structs.replace(staff_case_of(held, complaint, changes), answer=answer)
    if action == "review" and acting.person == complaint.reviewer:  # who goes on with a review has no earlier one
        others = tuple(each for each in case.earlier_reviewers if each != acting.person)
        case = structs.replace(case, earlier_reviewers=others)
    if action == "interim_relief":  # it is ended here, which lifts nothing, also where a law has come to apply
        case = structs.replace(case, sanctions=False)
    staff = network_staff(held.network)
    permitted = permit(held.network, acting, action, case, held.at, proposing=proposing)
    if action == "confirm":
        eyes = "confirm"
    elif action == "review" or again:
        eyes = "review"
    if eyes is not None:
        four_eyes(eyes, acting.person, case)

    def sign(event: ComplaintEvent) -> ComplaintEvent:
        return sign_record(event, permitted, staff, held.at)

    return PermittedAct(EyesChecked(staff_rules="not_verified" if staff is None else "permitted"), sign)


def must_be_confirmed(
    held: OpenComplaints, complaint: Complaint, outcome: ComplaintOutcome, changes: Sequence[FactChange] | None = None
) -> bool:
    """Return whether an outcome has an effect only when a second reviewer confirms it."""
    case = structs.replace(staff_case_of(held, complaint, changes), answer=outcome)
    restriction = "refuse" if case.refusal else ""
    own = needs_confirmation(complaint, outcome, restriction=restriction, ends_account=case.ends_account,
                             by_law=case.sanctions)  # fmt: skip
    return own or needs_second(held.network, "review", case, held.at)


def check_person(person: str) -> str:
    """Return a person's id without blanks around it.

    Raises:
        BadInput: there is none.
    """
    if not person.strip():
        raise BadInput("nobody is named", where="--as", expected="the id of a person")
    return person.strip()


def check_conflict(acting: Acting) -> None:
    """Raise where a person declared a conflict of interest in the case.

    Raises:
        NotPermitted: rule `conflict-of-interest`.
    """
    if acting.conflict:
        raise NotPermitted("declared a conflict of interest in this case", rule="conflict-of-interest",
                           person=acting.person, needed="another person")  # fmt: skip


def _finding_authors(ledger: LogReader, decision: Decision) -> Iterator[str]:
    """Yield who judged a match or claim that the findings name, confirmed a fact, or answered for it as it stands."""
    parties = {decision.party.id, *(each for finding in decision.findings for each in finding.path)}
    parties |= {finding.party_id for finding in decision.findings}
    for _, leaf, payload in ledger.entries_of(tuple(_RECORDS)):
        if payload is not None:
            record = _RECORDS[leaf.kind](payload)
            if record is not None and _counts(record, decision, parties):
                yield from _makers(record)


def _counts(record: PersonsRecord, decision: Decision, parties: set[str]) -> bool:
    """Return whether a record of a person is behind a decision about these parties."""
    match record:
        case Judgement():
            is_found = any(record.entity_id == finding.entity_id for finding in decision.findings)
            return record.party_id in parties and is_found and record.verdict != "lapsed"
        case ConfirmedFact():
            return record.party_id in parties
        case EvidenceEvent():
            return any(f"claim:{record.claim}" in finding.sources for finding in decision.findings)
        case TaskEvent():
            return record.kind in ("answer", "confirm") and decision.id in record.decisions


def _makers(record: PersonsRecord) -> Iterator[str]:
    yield record.by
    for signed in (record.signed, record.second):
        if signed is not None:
            yield signed.person


def _earlier_reviewers(ledger: LogReader, complaints: Complaints, complaint: Complaint, case: str) -> Iterator[str]:
    """Yield who reviewed an earlier complaint in the same matter, or said before that this one is not admissible."""
    yield from complaint.rejecters
    yield from (each for each in complaint.reviewers if each != complaint.proposer)
    for other in complaints.by_id.values():
        if other.id == complaint.id or not (other.reviewers or other.rejecters):
            continue
        if other.decision == complaint.decision or _case_of(ledger, other) == case:
            reviewers = () if _withdrawn_unreviewed(other) else other.reviewers
            yield from (*reviewers, *other.rejecters, *filter(None, (other.confirmer,)))


def _withdrawn_unreviewed(complaint: Complaint) -> bool:
    """Return whether a complaint was withdrawn before anybody proposed an answer: who took it formed no view."""
    kinds = {each.kind for each in complaint.events}
    return "withdraw" in kinds and "propose" not in kinds


def _case_of(ledger: LogReader, complaint: Complaint) -> str:
    about = decision_with_letter(ledger, complaint.decision)
    return "" if about is None else about.decision.case
