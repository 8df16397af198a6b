"""Same mistake, same cure: decisions that rest on what a reversal found to be wrong are each looked at again.

A ground is the rules that carried the outcome, as they were written when they decided, or an entry of a list, matched
in the same way. Each decision that shares it, in force or not yet, becomes a complaint of its own, which the network
opens: reviewed by people, with its own clocks, answer and settlement. None is reversed in bulk. A share or control
that a person corrected needs none of this: it counts for everybody who rests on it as soon as it is recorded.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from evenhand.model.complaint import Complaint, ComplaintReason
from evenhand.model.complaint_events import SameMistakeBody
from evenhand.model.decision import Decision
from evenhand.model.finding import Finding
from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.complaints.filing import StatedComplaint, file_complaint
from evenhand.workflows.complaints.settlement_plan import is_lifted
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

_OF_FACTS = frozenset({"facts_not_shown", "wrong_entity"})
_REASONS: dict[str, ComplaintReason] = {
    "rules": "rule_misread", "entry": "not_the_entity",
}  # fmt: skip


class Ground(NamedTuple):
    """What was found to be wrong: `rules`, or an `entry` of a list; `name` says which."""

    kind: str
    name: str
    shares: Callable[[Decision], bool]


def reopen_like_decisions(
    held: OpenComplaints, complaint: Complaint, settled: CaseDecision, cases: Collection[str], history: History,
    program: str,
) -> None:  # fmt: skip
    """Open a complaint for each other decision that shares the ground of a reversal, and record which.

    `cases` are those that the settlement itself changes. May be repeated: a decision is opened once.
    """
    if any(event.kind == "same_mistake" for event in complaint.events):
        return
    # What was lifted before it was reviewed rests on the decision complained of, not on the one that lifted it.
    seq = held.ledger.seq_of(complaint.decision) if is_lifted(complaint, settled) else settled.seq
    decision = _decision(held, seq)
    grounds = [] if decision is None else list(grounds_of_reversal(held, complaint, decision))
    opened: list[str] = []
    for ground in grounds:
        for other in _sharing(held, history, ground, {*cases, settled.case}):
            if other.id not in opened:
                _open(held, complaint, other, ground, program)
                opened.append(other.id)
    if grounds:
        names = "; ".join(f"{each.kind} {each.name}" for each in grounds)
        held.add(complaint.id, SameMistakeBody(ground=names, decisions=tuple(opened)), by=program)


def grounds_of_reversal(held: OpenComplaints, complaint: Complaint, decision: Decision) -> Iterator[Ground]:
    """Yield what a reversal found to be wrong that others may rest on too; nothing that is about the party alone."""
    if complaint.outcome != "reversed":
        return
    if "rule_does_not_fit" in complaint.outcome_codes:
        yield from _rules(Rulebooks(held.network), decision)
    if not _OF_FACTS.isdisjoint(complaint.outcome_codes):
        for change in complaint.changes:
            if change.kind == "judgement":
                yield from _entries(decision, change.list, change.entity_id)


def _rules(rulebooks: Rulebooks, decision: Decision) -> Iterator[Ground]:
    """Yield the rules that carried the outcome together; shared by decisions that all of them carried as they were."""
    rulebook = rulebooks.by_hash(_plain(decision.inputs.rulebook))
    if rulebook is None:
        return
    carrying = tuple(name for name in decision.reasons if _verdict(rulebook, name) == decision.outcome)
    written = {name: _text(rulebook, name) for name in carrying}

    def shares(other: Decision) -> bool:
        if not written.keys() <= set(other.reasons):
            return False
        theirs = rulebooks.by_hash(_plain(other.inputs.rulebook))
        return theirs is not None and all(_text(theirs, name) == text for name, text in written.items())

    if carrying:
        yield Ground("rules", ", ".join(carrying), shares)


def _verdict(rulebook: Rulebook, name: str) -> str:
    return rulebook.rules[name].annotations.get("verdict", "") if name in rulebook.rules else ""


def _text(rulebook: Rulebook, name: str) -> object:
    """Return a rule as it is written, None where the rulebook has none of this id."""
    return next((each for each in rulebook.source.policies if each.id == name), None)


def _entries(decision: Decision, key: str, entity_id: str) -> Iterator[Ground]:
    """Yield the entry of a list, matched as it was here: by likeness, or for certain."""
    for is_certain in {_is_certain(each) for each in _matches(decision, key, entity_id)}:

        def shares(other: Decision, *, is_certain: bool = is_certain) -> bool:
            return any(_is_certain(each) is is_certain for each in _matches(other, key, entity_id))

        yield Ground("entry", f"{key}#{entity_id}", shares)


def _matches(decision: Decision, key: str, entity_id: str) -> list[Finding]:
    return [each for each in decision.findings if (each.list, each.entity_id) == (key, entity_id)]


def _is_certain(finding: Finding) -> bool:
    """Return whether an identifier made it certain, not somebody's judgement."""
    return finding.certain and not finding.is_judged


def _sharing(held: OpenComplaints, history: History, ground: Ground, settled: Collection[str]) -> Iterator[Decision]:
    """Yield the decisions, in force or waiting for their day, that share a ground and are not settled with it.

    Of a case with both it is the one that waits: a settlement replaces the newest.
    """
    newest = {each.case: each for each in (*history.all_in_force(held.at), *history.waiting(held.at))}
    for standing in newest.values():
        if standing.outcome is not Outcome.ALLOW and standing.case not in settled:
            decision = _decision(held, standing.seq)
            if decision is not None and ground.shares(decision):
                yield decision


def _open(held: OpenComplaints, complaint: Complaint, other: Decision, ground: Ground, program: str) -> None:
    """Open a complaint of the network's own about a decision; opened before, it stays as it is."""
    words = (
        f"Opened by the network: complaint {complaint.id} about another decision was found to be right, and this"
        f" decision rests on the same {ground.kind}, {ground.name}."
    )
    stated = StatedComplaint(
        words=words, reasons=(_REASONS[ground.kind],), filed_by=program, way="same_mistake",
        source=f"same-mistake:{complaint.id}:{other.id}",
    )  # fmt: skip
    file_complaint(held, decision_with_letter(held.ledger, other.id), stated, program)


def _decision(held: OpenComplaints, seq: int | None) -> Decision | None:
    payload = None if seq is None else held.ledger.payload(seq)
    return None if payload is None else decision_of(payload)


def _plain(sha256: str) -> str:
    return sha256.removeprefix("sha256:")
