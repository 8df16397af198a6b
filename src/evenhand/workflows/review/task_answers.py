"""Answers to tasks: a person says what is the case, a second one confirms where the staff's rules ask for it.

What an answer comes to and the event that gives it are one transaction: an answer is never half recorded. Where a
second person has to confirm, the event keeps the judgements and facts, each signed by the first; `confirm` adds the
second signature and records them. The ruling stays the rules': an answer that they do not bear out is refused.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.dry_run import DryRun
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.staff import StaffCase
from evenhand.model.task import Task, TaskEvent
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.evaluation.lists_of_law import touches_law
from evenhand.workflows.operations.ledgers import open_ledger, read_ledger
from evenhand.workflows.people.acting import Acting, checked_person, needs_second, permit, sign_record, sign_second
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.answer_drafts import (
    check_unchanged,
    facts_of,
    finding_drafts,
    hold_drafts,
    judgements_of,
    leaves_of,
    match_drafts,
    match_verdicts,
    try_answer,
)
from evenhand.workflows.review.claim_tasks import check_denials_named, claim_leaf
from evenhand.workflows.review.fact_drafts import Statement
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.review.stated_answers import (
    RULED,
    StatedAnswer,
    action_of,
    case_of,
    check_complete,
    check_mark,
    check_not_of_tables,
    check_whom,
    checked_answer,
    checked_codes,
    kept_until,
)
from evenhand.workflows.review.task_board import TaskBoard
from evenhand.workflows.review.task_events import next_event, record_event
from evenhand.workflows.review.task_fold import check_event, waiting_answer
from evenhand.workflows.review.task_sources import ReadSources, TaskSources
from evenhand.workflows.review.technique_acts import technique_fields
from evenhand.workflows.run.network_run import Tools


def answer_task(
    network: Network, stated: StatedAnswer, acting: Acting, at: datetime, tools: Tools,
    *, sources: TaskSources | None = None,
) -> Task:  # fmt: skip
    """Return a task after a person's answer, which is recorded; state `second` where another has to confirm.

    `sources` are what a process keeps of tasks and the last run; else it is read.

    Raises:
        NotFound: no such task, or several.
        BadInput: no answer of this kind, no words or too many, no fact changed.
        StateRefused: the task does not allow it now, somebody else was first, or the rules do not bear it out.
        NotPermitted: the staff's rules do not allow it.
    """
    at, acting = at.astimezone(UTC), checked_person(acting)
    if stated.why.strip():
        checked_text("--why", stated.why)
    sources = sources or ReadSources(network, tools)
    seen = _seen(network, stated, acting, at, tools, sources)
    why = checked_text("--why", stated.why)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        board = sources.board(ledger, at)
        task = board.find(stated.task)
        check_event(task, "answer", acting.person, at)
        check_mark(task, stated.mark or seen)
        event = replace(
            next_event(board, task, "answer", acting.person, at), words=why, **technique_fields(task, stated.techniques)
        )
        event = _answer(task, stated, event)
        memory, drafts = _drafts(sources, ledger, task, event)
        action = action_of(task, event)
        by_law = _is_by_law(network, ledger, task, event)
        case = StaffCase() if action == "work_task" else case_of(task, event, drafts, by_law=by_law)
        waits = needs_second(network, action, case, at)
        acting, staff = permit(network, acting, action, case, at, proposing=waits), network_staff(network)
        signed = [sign_record(each, acting, staff, at) for each in drafts]
        if waits:
            event = replace(event, waits=True, judgements=judgements_of(signed), facts=facts_of(signed))
            return record_event(ledger, board, task, sign_record(event, acting, staff, at))
        leaves = leaves_of(ledger, signed, memory) if signed else ()
        if task.kind == "claim":
            leaves = (claim_leaf(network, sources.evidence(ledger), task, event, stated.denials, acting),)
        event = sign_record(event, acting, staff, at)
        return record_event(ledger, board, task, event, *leaves, settles=_decide(judgements_of(signed), task))


def dry_run_of_answer(
    network: Network, stated: StatedAnswer, at: datetime, tools: Tools, *, sources: TaskSources | None = None
) -> DryRun:
    """Return what would follow from an answer to a match or hold; nothing is recorded. `sources` as `answer_task`.

    Raises:
        NotFound, BadInput, StateRefused: as `answer_task`.
    """
    at, sources = at.astimezone(UTC), sources or ReadSources(network, tools)
    with read_ledger(network.ledger) as ledger:
        task = sources.board(ledger, at).find(stated.task)
    technique_fields(task, stated.techniques)
    if not (task.matches or task.decisions):
        raise BadInput("nothing can be tried of a task of kind", got=task.kind, expected="a match or a hold")
    trial = sources.trial(task, stated.changes, at)
    return try_answer(network, task, checked_answer(task, stated.answer), stated.changes, at, tools, trial=trial)


def confirm_answer(
    network: Network, task_id: str, acting: Acting, why: str, at: datetime, tools: Tools,
    *, sources: TaskSources | None = None,
) -> Task:  # fmt: skip
    """Return a task after a second person confirmed the answer that waits; that is recorded with what it comes to.

    Raises:
        StateRefused: no answer waits, the same person gave it, or the rules do not bear it out any more.
        NotPermitted: the staff's rules do not allow it.
    """
    at, acting, words = at.astimezone(UTC), checked_person(acting), checked_text("--why", why) if why else ""
    sources = sources or ReadSources(network, tools)
    _try_again(network, task_id, at, tools, sources)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        board = sources.board(ledger, at)
        task, given, acting = _second(network, ledger, board, task_id, "confirm", acting)
        staff = network_staff(network)
        memory, drafts = _drafts(sources, ledger, task, given)
        check_unchanged(given, drafts, task)
        signed: list[Statement] = [sign_second(each, acting, staff, at) for each in given.judgements]
        signed += [sign_second(each, acting, staff, at) for each in given.facts]
        leaves = leaves_of(ledger, signed, memory) if signed else ()
        event = replace(next_event(board, task, "confirm", acting.person, at), answer=given.answer, words=words)
        event = sign_record(replace(event, until=given.until), acting, staff, at)
        return record_event(ledger, board, task, event, *leaves, settles=_decide(given.judgements, task))


def object_to_answer(
    network: Network, task_id: str, acting: Acting, why: str, at: datetime, tools: Tools,
    *, sources: TaskSources | None = None,
) -> Task:  # fmt: skip
    """Return a task after a second person objected to the answer that waits; that and why is recorded.

    Raises:
        StateRefused: no answer waits, or the same person gave it.
        NotPermitted: the staff's rules do not allow it.
    """
    at, acting, words = at.astimezone(UTC), checked_person(acting), checked_text("--why", why)
    sources = sources or ReadSources(network, tools)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        board = sources.board(ledger, at)
        task, given, acting = _second(network, ledger, board, task_id, "object", acting)
        event = replace(next_event(board, task, "object", acting.person, at), answer=given.answer, words=words)
        return record_event(ledger, board, task, sign_record(event, acting, network_staff(network), at))


def _seen(
    network: Network, stated: StatedAnswer, acting: Acting, at: datetime, tools: Tools, sources: TaskSources
) -> str:
    """Try what can be tried before the lock is taken, and return the mark of the task that it was tried on."""
    with read_ledger(network.ledger) as ledger:
        task = sources.board(ledger, at).find(stated.task)
    check_event(task, "answer", acting.person, at)
    check_mark(task, stated.mark)
    technique_fields(task, stated.techniques)
    if task.kind == "finding":
        check_whom(task, stated)
    if task.kind == "claim":
        check_denials_named(task, checked_answer(task, stated.answer), stated.denials)
    if task.kind == "hold":
        check_complete(task, stated)
    if task.kind == "hold" and checked_answer(task, stated.answer) in RULED:
        try:
            trial = sources.trial(task, stated.changes, at)
            try_answer(network, task, checked_answer(task, stated.answer), stated.changes, at, tools, trial=trial)
        except StateRefused:
            if checked_answer(task, stated.answer) == "release":
                check_not_of_tables(task)
            raise
    return task.mark


def _answer(task: Task, stated: StatedAnswer, event: TaskEvent) -> TaskEvent:
    """Return the event of an answer with its word, codes, changes, and until when it counts."""
    word = checked_answer(task, stated.answer)
    if task.kind == "match":
        return replace(event, answer=word, codes=stated.codes, changes=stated.changes)
    if task.kind == "hold":
        codes, until = checked_codes(stated.codes), kept_until(stated, event.at) if word == "keep" else None
        return replace(event, answer=word, codes=codes, changes=stated.changes, until=until)
    return replace(event, answer=word, changes=stated.changes if task.kind == "finding" else ())


def _drafts(
    sources: TaskSources, ledger: Ledger, task: Task, event: TaskEvent
) -> tuple[FindingsMemory, list[Statement]]:
    """Return what the last run found, and the records that an answer comes to."""
    memory = sources.memory(ledger)
    if task.kind == "match":
        verdicts = match_verdicts(task, event.answer, event.changes)
        return memory, match_drafts(memory, task, verdicts, event.by, event.words, event.at)
    if task.kind == "hold" and event.changes:
        return memory, hold_drafts(sources.facts(ledger, task, event.changes, event.at), task, event)
    if task.kind == "finding" and event.changes:
        return memory, finding_drafts(sources.facts(ledger, task, event.changes, event.at), task, event)
    return memory, []


def _second(
    network: Network, ledger: Ledger, board: TaskBoard, task_id: str, kind: str, acting: Acting
) -> tuple[Task, TaskEvent, Acting]:
    """Return a task, its answer that waits, and the second person with the role in which they may."""
    task = board.find(task_id)
    check_event(task, kind, acting.person, board.at)
    given = waiting_answer(task)
    by_law = _is_by_law(network, ledger, task, given)
    case = case_of(task, given, (*given.judgements, *given.facts), by_law=by_law, proposer=given.by)
    return task, given, permit(network, acting, action_of(task, given), case, board.at)


def _is_by_law(network: Network, ledger: Ledger, task: Task, answer: TaskEvent) -> bool:
    """Return whether an answer is about a law; of a hold also where findings or changes lead to a list under one."""
    if task.law or task.kind != "hold":
        return task.law
    payloads = (ledger.payload(seq) for each in task.decisions if (seq := ledger.seq_of(each)) is not None)
    decisions = (decision_of(payload) for payload in payloads if payload is not None)
    return any(touches_law(network, each, answer.changes) for each in decisions)


def _try_again(network: Network, task_id: str, at: datetime, tools: Tools, sources: TaskSources) -> None:
    """Hold the answer that waits against the rules and facts of now."""
    with read_ledger(network.ledger) as ledger:
        task = sources.board(ledger, at).find(task_id)
    if task.state == "second" and task.kind == "hold" and (given := waiting_answer(task)).answer in RULED:
        trial = sources.trial(task, given.changes, at)
        try_answer(network, task, given.answer, given.changes, at, tools, trial=trial)


def _decide(judgements: Sequence[Judgement], task: Task) -> bool:
    """Return whether judgements leave no match of a task open."""
    return task.kind == "match" and bool(judgements) and all(each.verdict != "unsure" for each in judgements)
