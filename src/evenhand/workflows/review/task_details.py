"""What a person needs to answer a task: both sides of each match, the holds with their facts and rules, the history."""

import contextlib
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from evenhand.lists import Versions
from evenhand.model.coordination import EdgeEvidence
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.evidence import ClaimShown
from evenhand.model.matches import MatchShown
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.run import Precedents
from evenhand.model.task import Task
from evenhand.model.technique import Technique
from evenhand.policy import Rulebook
from evenhand.screening.explanation import sentence
from evenhand.store.network import Network
from evenhand.workflows.delivery.next_steps import next_step
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.evaluation.matches import match_shown, party_shown
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.influence.communities_shown import shown_community
from evenhand.workflows.influence.edge_evidence import edges_evidence
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.answer_drafts import try_answer
from evenhand.workflows.review.claim_tasks import shown_claims
from evenhand.workflows.review.review_queue import matches_of, pair_of_finding
from evenhand.workflows.review.run_result import RunResult, read_run
from evenhand.workflows.review.task_board import read_board
from evenhand.workflows.review.tasks_beside import tasks_beside
from evenhand.workflows.run.network_run import Tools

_MOST_EVIDENCE = 3


class HeldScope(Record, frozen=True, kw_only=True):
    """A hold in force that hangs on a task: about whom, since when, by which rules (id, title), for what facts."""

    decision: str
    party_kind: str
    party_id: str
    name: str
    scope: str
    outcome: Outcome
    since: datetime
    rules: tuple[tuple[str, str], ...]
    because: tuple[str, ...]
    next_step: str


class Outlook(Record, frozen=True, kw_only=True):
    """What would follow from an answer, a sentence for each scope that it rules."""

    answer: str
    sentences: tuple[str, ...]


class TaskShown(Record, frozen=True, kw_only=True):
    """A task with both sides of its matches, the holds that hang on it, and what would follow from each answer.

    `precedents` are of the holds, where somebody has looked for them. Of a community, `pairs` are sentences on its
    pairs, those that show most first, `evidence` the acts behind the first few, `techniques` those of DISARM that
    people set on it. `beside` says which other open tasks ask about the same community. Of a claim, `claims` are those
    that deny it or may do so, then the claim itself; `around` is the text that it stands in.
    """

    task: Task
    matches: tuple[MatchShown, ...] = ()
    holds: tuple[HeldScope, ...] = ()
    outlooks: tuple[Outlook, ...] = ()
    precedents: tuple[Precedents, ...] = ()
    pairs: tuple[str, ...] = ()
    evidence: tuple[EdgeEvidence, ...] = ()
    claims: tuple[ClaimShown, ...] = ()
    around: str = ""
    techniques: tuple[Technique, ...] = ()
    beside: tuple[str, ...] = ()


def show_task(network: Network, task_id: str, at: datetime, tools: Tools) -> TaskShown:
    """Return a task with what a person needs to answer it; no lock is taken, nothing is recorded.

    Raises:
        NotFound: no such task, or several, or no run yet.
    """
    with read_ledger(network.ledger) as ledger:
        board = read_board(network, ledger, at, tools.suffixes)
        task, beside = (found := board.find(task_id)), tuple(tasks_beside(found, board))
        if task.kind == "claim":
            claims, around = shown_claims(network, ledger, task)
            return TaskShown(task=task, claims=claims, around=around)
        if task.kind == "finding":
            return replace(_community(network, task), beside=beside)
        result = read_run(network, ledger, at, tools.suffixes) if task.matches or task.decisions else None
        if result is None:
            return TaskShown(task=task, beside=beside)
        shown = TaskShown(
            task=task, matches=tuple(_matches(result, task)), holds=tuple(_holds(result, task)), beside=beside
        )
    return replace(shown, outlooks=tuple(_outlooks(network, task, at, tools)))


def _community(network: Network, task: Task) -> TaskShown:
    """Return a task about a community with its pairs; one that is gone has none."""
    try:
        shown = shown_community(network, task.about.get("community", ""))
    except NotFound:
        return TaskShown(task=task)
    undeclared = [each for each in shown.pairs if not each.declared][:_MOST_EVIDENCE]
    links = dict.fromkeys((each.a, each.b) for each in undeclared)
    return TaskShown(
        task=task, pairs=shown.sentences, evidence=tuple(edges_evidence(network, list(links))),
        techniques=shown.techniques,
    )  # fmt: skip


def _outlooks(network: Network, task: Task, at: datetime, tools: Tools) -> Iterator[Outlook]:
    """Yield what would follow from each answer that changes something; none where tables cannot be read today."""
    with contextlib.suppress(BadInput):
        for answer in ("same", "not-same") if task.kind == "match" and task.state != "answered" else ():
            tried = try_answer(network, task, answer, (), at, tools)
            yield Outlook(answer=answer, sentences=tuple(each.sentence for each in tried.rulings))


def _matches(result: RunResult, task: Task) -> Iterator[MatchShown]:
    parties = {party_id: party_shown(kind, party) for (kind, party_id), party in parties_of(result.tables).items()}
    entries = ListedEntries(Versions(result.network.lists))
    pairs = {(each.party_kind, each.party_id, each.list, each.entity_id) for each in task.matches}
    for _, noticed in matches_of(result.memory):
        if pair_of_finding(noticed.finding) in pairs:
            yield match_shown(noticed.finding, parties.get(noticed.finding.party_id), entries)


def _holds(result: RunResult, task: Task) -> Iterator[HeldScope]:
    for name in task.decisions:
        seq = result.ledger.seq_of(name)
        payload = None if seq is None else result.ledger.payload(seq)
        if payload is not None:
            decision = decision_of(payload)
            yield HeldScope(
                decision=decision.id,
                party_kind=decision.party.kind,
                party_id=decision.party.id,
                name=result.name(decision.party.id),
                scope=decision.scope,
                outcome=decision.outcome,
                since=decision.effective_from,
                rules=tuple((each, _title(result.rulebook, each)) for each in (*decision.reasons, *decision.errors)),
                because=_because(decision),
                next_step=next_step(decision, letter="", waits=True),
            )


def _title(rulebook: Rulebook | None, rule_id: str) -> str:
    rule = rulebook.rules.get(rule_id) if rulebook is not None else None
    return rule.annotations.get("title", rule_id) if rule is not None else rule_id


def _because(decision: Decision) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence(each) for each in decision.findings))
