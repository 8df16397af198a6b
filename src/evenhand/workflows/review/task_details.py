"""What a person needs to answer a task: both sides of each match, the holds with their facts and rules, the history."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.coordination import EdgeEvidence
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.evidence import ClaimShown
from evenhand.model.judgement import Judgement
from evenhand.model.matches import MatchShown
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.ruling import Rule
from evenhand.model.run import Precedents
from evenhand.model.task import AskedMatch, Task
from evenhand.model.technique import Technique
from evenhand.screening.explanation import sentence
from evenhand.store.network import Network
from evenhand.workflows.delivery.next_steps import next_action, next_step
from evenhand.workflows.delivery.run_report import strictest_first
from evenhand.workflows.evaluation.decision_stages import as_hold
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evaluation.judged_findings import Pair, by_people
from evenhand.workflows.evaluation.matches import match_shown
from evenhand.workflows.evidence_records.evidence_fold import Evidence, read_evidence
from evenhand.workflows.influence.communities_shown import shown_community
from evenhand.workflows.influence.edge_evidence import edges_evidence
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.answer_drafts import try_answer
from evenhand.workflows.review.claim_tasks import shown_claims
from evenhand.workflows.review.dry_run import Trial
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.task_board import TaskBoard, read_board
from evenhand.workflows.review.tasks_beside import tasks_beside
from evenhand.workflows.run.network_run import Tools

_MOST_EVIDENCE = 3


class HeldScope(Record, frozen=True, kw_only=True):
    """A hold in force that hangs on a task: about whom, since when, by which rules (id, title), for what facts.

    `next_step` says what to do with commands and files, `next_action` without them, for a page.
    """

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
    next_action: str


class Outlook(Record, frozen=True, kw_only=True):
    """What would follow from an answer, a sentence for each scope that it rules."""

    answer: str
    sentences: tuple[str, ...]


class TaskShown(Record, frozen=True, kw_only=True):
    """A task with both sides of its matches, the holds that hang on it, and what would follow from each answer.

    `precedents` are of the holds, where somebody has looked for them. Of a community, `pairs` are sentences on its
    pairs, those that show most first, `evidence` the acts behind the first few, `techniques` those of DISARM that
    people set on it. `beside` says which other open tasks ask about the same community. Of a claim, `claims` are those
    that deny it or may do so, then the claim itself; `around` is the text that it stands in. `judged` are what people
    said of the matches before, in the order of the ledger.
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
    judged: tuple[Judgement, ...] = ()


def show_task(
    network: Network, task_id: str, at: datetime, tools: Tools, *, board: TaskBoard | None = None,
    kept: KeptRun | None = None, evidence: Callable[[LogReader], Evidence] = read_evidence,
) -> TaskShown:  # fmt: skip
    """Return a task with what a person needs to answer it; no lock is taken, nothing is recorded.

    `board` and `kept` are all tasks and what the last run left, where they are at hand; else they are read.
    `evidence` returns the saved documents.

    Raises:
        NotFound: no such task, or several, or no run yet.
    """
    with read_ledger(network.ledger) as ledger:
        board = board or read_board(network, ledger, at, tools.suffixes)
        task, beside = (found := board.find(task_id)), tuple(tasks_beside(found, board))
        if task.kind == "claim":
            claims, around = shown_claims(network, evidence(ledger), task)
            return TaskShown(task=task, claims=claims, around=around)
        if task.kind == "finding":
            return replace(_community(network, task), beside=beside)
        if not (task.matches or task.decisions):
            return TaskShown(task=task, beside=beside)
        run = kept or KeptRun(network, ledger, at, tools.suffixes)
        return TaskShown(
            task=task, matches=tuple(_matches(run, task)), holds=tuple(_holds(run, ledger, task)), beside=beside,
            outlooks=tuple(_outlooks(run, ledger, task, at, tools)), judged=tuple(_judged(run, ledger, task)),
        )  # fmt: skip


def with_holds(run: KeptRun, ledger: LogReader, task: Task) -> TaskShown:
    """Return a match or hold with the holds that hang on it alone, any other task by itself, as `show_task` has them.

    Cost: a small part of that; what would follow from each answer takes most of it.
    """
    hangs = task.kind not in ("claim", "finding")
    return TaskShown(task=task, holds=tuple(_holds(run, ledger, task)) if hangs else ())


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


def _outlooks(run: KeptRun, ledger: LogReader, task: Task, at: datetime, tools: Tools) -> Iterator[Outlook]:
    """Yield what would follow from each answer that changes something; none where tables cannot be read today."""
    if task.kind != "match" or task.state == "answered":
        return
    parties = {*(each.id for each in task.concerned), *(each.party_id for each in task.matches)}
    with contextlib.suppress(BadInput):
        trial = Trial(run.network, run.facts_around(ledger, parties, at), run.rulebook(), run.lists, at)
        for answer in ("same", "not-same"):
            tried = try_answer(run.network, task, answer, (), at, tools, trial=trial)
            yield Outlook(answer=answer, sentences=tuple(each.sentence for each in tried.rulings))


def _matches(run: KeptRun, task: Task) -> Iterator[MatchShown]:
    for each in task.matches:
        noticed = run.match(_pair(each))
        if noticed is not None:
            yield match_shown(noticed.finding, run.party(each.party_id), run.entries)


def _judged(run: KeptRun, ledger: LogReader, task: Task) -> Iterator[Judgement]:
    known, pairs = run.judgements(ledger) if task.matches else {}, [_pair(each) for each in task.matches]
    found = [each for pair in pairs for each in by_people(known.get(pair, ()))]
    yield from (each.judgement for each in sorted(found, key=lambda recorded: recorded.seq))


def _pair(match: AskedMatch) -> Pair:
    return match.party_kind, match.party_id, match.list, match.entity_id


def _holds(run: KeptRun, ledger: LogReader, task: Task) -> Iterator[HeldScope]:
    for name in task.decisions:
        seq = ledger.seq_of(name)
        payload = None if seq is None else ledger.payload(seq)
        if seq is not None and payload is not None:
            decision = as_hold(seq, decision_of(payload))
            rules = run.rules_of(decision)
            yield HeldScope(
                decision=decision.id,
                party_kind=decision.party.kind,
                party_id=decision.party.id,
                name=run.name(decision.party.id),
                scope=decision.scope,
                outcome=decision.outcome,
                since=decision.effective_from,
                rules=tuple((each, _title(rules, each)) for each in strictest_first(decision, rules)),
                because=_because(decision),
                next_step=next_step(decision, letter="", waits=True),
                next_action=next_action(decision, letter="", waits=True),
            )


def _title(rules: Mapping[str, Rule], rule_id: str) -> str:
    return rules[rule_id].annotations.get("title", rule_id) if rule_id in rules else rule_id


def _because(decision: Decision) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence(each) for each in decision.findings))
