"""Answers to tasks: a person says what is the case, a second one confirms where the staff's rules ask for it.

A judgement and the event that gives it are one transaction: an answer is never half recorded. Where a second person
has to confirm, the answer keeps its judgements, each signed by the first; `confirm` adds the second signature and
records them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.log import LogRecord
from evenhand.model.staff import StaffAction, StaffCase
from evenhand.model.task import AskedMatch, HoldReason, Task, TaskEvent, TaskKind
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.judged_findings import judgement_record
from evenhand.workflows.evaluation.run_state import read_memory
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting, needs_second, permit, sign_record, sign_second
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.judgement_file import read_verdict
from evenhand.workflows.review.judgements import checked_text, new_judgement
from evenhand.workflows.review.review_queue import matches_of, pair_of_finding
from evenhand.workflows.review.task_board import TaskBoard, read_board
from evenhand.workflows.review.task_events import checked_person, next_event, record_event
from evenhand.workflows.review.task_fold import check_event, waiting_answer
from evenhand.workflows.run.ledger_records import lists_sha256
from evenhand.workflows.run.network_run import Tools

DONE = "done"
ANSWERS: Mapping[TaskKind, tuple[str, ...]] = {
    "match": ("same", "not-same", "unsure"),
    "hold": ("keep",),
}
"""What may be answered, by kind; every other kind is answered `done` once somebody has seen to it."""


@dataclass(frozen=True)
class StatedAnswer:
    """What a person answers. `mark` is that of the task as they saw it, ``""`` where they do not say.

    `changes` are what they say of single facts: of a match, entries for which another word counts than `answer`.
    """

    task: str
    answer: str
    why: str
    codes: tuple[str, ...] = ()
    changes: tuple[FactChange, ...] = field(default=())
    until: datetime | None = None
    mark: str = ""


def answer_task(network: Network, stated: StatedAnswer, acting: Acting, at: datetime, tools: Tools) -> Task:
    """Record a person's answer and return the task as it stands then; state `second` where another has to confirm.

    Raises:
        NotFound: no such task, or several.
        BadInput: no answer of this kind, no words or too many, another question than the one that was seen.
        StateRefused: the task does not allow it now, or somebody else was first.
        NotPermitted: the staff's rules do not allow it.
    """
    at, acting, why = at.astimezone(UTC), checked_person(acting), checked_text("--why", stated.why)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        board = read_board(network, ledger, at, tools.suffixes)
        task = board.find(stated.task)
        check_event(task, "answer", acting.person, at)
        check_mark(task, stated.mark)
        event = replace(next_event(board, task, "answer", acting.person, at), words=why)
        if task.kind == "match":
            return answer_match(network, ledger, board, (task, event), stated, acting)
        event = replace(event, answer=checked_answer(task, stated.answer), codes=stated.codes)
        if task.kind == "hold":
            return answer_hold(network, ledger, board, (task, event), stated, acting)
        acting = permit(network, acting, "work_task", StaffCase(), at)
        return record_event(ledger, board, task, sign_record(event, acting, network_staff(network), at))


def confirm_answer(network: Network, task_id: str, acting: Acting, why: str, at: datetime, tools: Tools) -> Task:
    """Record that a second person confirms the answer that waits, with what it comes to, and return the task.

    Raises:
        StateRefused: no answer waits, or the same person gave it.
        NotPermitted: the staff's rules do not allow it.
    """
    return _second(network, task_id, acting, why, at, tools, confirms=True)


def object_to_answer(network: Network, task_id: str, acting: Acting, why: str, at: datetime, tools: Tools) -> Task:
    """Record that a second person objects to the answer that waits, and why; the task is open again.

    Raises:
        StateRefused: no answer waits, or the same person gave it.
        NotPermitted: the staff's rules do not allow it.
    """
    return _second(network, task_id, acting, checked_text("--why", why), at, tools, confirms=False)


def answer_match(
    network: Network, ledger: Ledger, board: TaskBoard, asked: tuple[Task, TaskEvent], stated: StatedAnswer,
    acting: Acting,
) -> Task:  # fmt: skip
    """Record the judgement of each match of a task, or the answer alone where a second person has to confirm."""
    (task, event), staff = asked, network_staff(network)
    verdict, others = read_verdict(stated.answer), dict(_other_verdicts(task, stated.changes))
    case = StaffCase(sanctions=task.law, answer=_mildest({verdict, *others.values()}))
    waits = needs_second(network, "judge", case, event.at)
    acting = permit(network, acting, "judge", case, event.at, proposing=waits)
    memory = _memory(network, ledger)
    judgements = tuple(
        sign_record(_judgement(memory, match, others.get((match.list, match.entity_id), verdict), event),
                    acting, staff, event.at)
        for match in task.matches
    )  # fmt: skip
    event = replace(event, answer=verdict, codes=stated.codes, changes=stated.changes, waits=waits,
                    judgements=judgements if waits else ())  # fmt: skip
    event = sign_record(event, acting, staff, event.at)
    records = () if waits else judgement_records(ledger, judgements, memory)
    return record_event(ledger, board, task, event, *records, settles=not waits and _decide(judgements))


def answer_hold(
    network: Network, ledger: Ledger, board: TaskBoard, asked: tuple[Task, TaskEvent], stated: StatedAnswer,
    acting: Acting,
) -> Task:  # fmt: skip
    """Record that a hold is kept until a day, with reason codes; a second person confirms it where the rules ask."""
    task, event = asked
    event = replace(event, codes=checked_codes(stated.codes), until=_kept_until(stated, event.at))
    case, action = StaffCase(sanctions=task.law, answer=event.answer), action_of(event)
    waits = needs_second(network, action, case, event.at)
    acting = permit(network, acting, action, case, event.at, proposing=waits)
    event = sign_record(replace(event, waits=waits), acting, network_staff(network), event.at)
    return record_event(ledger, board, task, event)


def checked_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Return the reason codes of an answer to a hold.

    Raises:
        BadInput: there is none, or one that is not known.
    """
    known = get_args(HoldReason)
    unknown = [each for each in codes if each not in known]
    if unknown or not codes:
        what = "unknown reason code" if unknown else "no reason code"
        raise BadInput(what, where="--code", got=", ".join(unknown), expected=f"one or more of {', '.join(known)}")
    return tuple(dict.fromkeys(codes))


def _kept_until(stated: StatedAnswer, at: datetime) -> datetime:
    until = stated.until
    if until is None or until <= at:
        raise BadInput("a hold is kept until a day that is ahead", where="--until", got=until or "",
                       expected=f"later than {at:%Y-%m-%dT%H:%M:%SZ}; then it is asked again")  # fmt: skip
    return until.astimezone(UTC)


def judgement_records(ledger: Ledger, judgements: Sequence[Judgement], memory: FindingsMemory) -> tuple[LogRecord, ...]:
    """Return the leaves of judgements.

    Raises:
        BadInput: a pair was judged at this second.
    """
    records = tuple(judgement_record(each, lists_sha256(memory.versions)) for each in judgements)
    if any(ledger.seq_of(each.key) is not None for each in records):
        at = judgements[0].at
        raise BadInput("this pair was judged at this very second", got=f"{at:%Y-%m-%dT%H:%M:%SZ}",
                       expected="a later instant")  # fmt: skip
    return records


def checked_answer(task: Task, word: str) -> str:
    """Return a word of those that answer a task of this kind.

    Raises:
        BadInput: it is none of them.
    """
    known = ANSWERS.get(task.kind, (DONE,))
    if word.strip().lower() not in known:
        raise BadInput(f"unknown answer to a task of kind {task.kind}", got=word, expected=" or ".join(known))
    return word.strip().lower()


def check_mark(task: Task, mark: str) -> None:
    """Refuse an answer to another question than the one that is asked now.

    Raises:
        StateRefused: what the answer rests on has changed.
    """
    if mark and mark != task.mark:
        raise StateRefused(
            f"what it asks has changed since: its mark is `{task.mark}`, not `{mark}`", where=f"task {task.id}",
            state=task.state, event="answer", todo=f"look again: `evenhand task show DIR {task.id}`",
        )  # fmt: skip


def _second(
    network: Network, task_id: str, acting: Acting, why: str, at: datetime, tools: Tools, *, confirms: bool
) -> Task:
    at, acting, kind = at.astimezone(UTC), checked_person(acting), "confirm" if confirms else "object"
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        board = read_board(network, ledger, at, tools.suffixes)
        task = board.find(task_id)
        check_event(task, kind, acting.person, at)
        given, staff = waiting_answer(task), network_staff(network)
        acting = permit(network, acting, action_of(given), case_of(task, given), at)
        words = checked_text("--why", why) if why else ""
        event = next_event(board, task, kind, acting.person, at)
        event = replace(event, answer=given.answer, until=given.until, words=words)
        event = sign_record(event, acting, staff, at)
        if not confirms:
            return record_event(ledger, board, task, event)
        judgements = tuple(sign_second(each, acting, staff, at) for each in given.judgements)
        records = judgement_records(ledger, judgements, _memory(network, ledger)) if judgements else ()
        return record_event(ledger, board, task, event, *records, settles=_decide(judgements))


def action_of(given: TaskEvent) -> StaffAction:
    """Return which act of the staff's rules an answer is."""
    match given.answer:
        case "release":
            return "release_hold"
        case "refuse":
            return "refuse_hold"
        case "keep":
            return "keep_hold"
        case _:
            return "judge"


def case_of(task: Task, given: TaskEvent) -> StaffCase:
    """Return what the staff's rules look at when a second person confirms an answer."""
    words = {given.answer, *(each.verdict for each in given.judgements)}
    return StaffCase(sanctions=task.law, answer=_mildest(words), proposer=given.by)


def _decide(judgements: Sequence[Judgement]) -> bool:
    """Return whether judgements leave no match open."""
    return bool(judgements) and all(each.verdict != "unsure" for each in judgements)


def _mildest(words: set[str]) -> str:
    """Return the word that lifts something, where one of several does."""
    return next((each for each in ("not-same", "release") if each in words), min(words))


def _other_verdicts(task: Task, changes: Sequence[FactChange]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield by entry the word that counts for it alone.

    Raises:
        BadInput: the task does not ask about the entry, or it is no judgement.
    """
    asked = {(each.list, each.entity_id) for each in task.matches}
    for change in changes:
        if change.kind != "judgement" or change.verdict is None or (change.list, change.entity_id) not in asked:
            raise BadInput("this task does not ask about it:", where="--judge", got=f"{change.list}#{change.entity_id}",
                           expected=", ".join(sorted("#".join(each) for each in asked)))  # fmt: skip
        yield (change.list, change.entity_id), change.verdict


def _judgement(memory: FindingsMemory, match: AskedMatch, verdict: str, event: TaskEvent) -> Judgement:
    pair = match.party_kind, match.party_id, match.list, match.entity_id
    finding = next(each.finding for key, each in matches_of(memory) if key == pair[:2]
                   and pair_of_finding(each.finding) == pair)  # fmt: skip
    name = memory.seen[pair[0], pair[1]].name
    return new_judgement(finding, name, memory.scorer, read_verdict(verdict), by=event.by, why=event.words, at=event.at)


def _memory(network: Network, ledger: Ledger) -> FindingsMemory:
    memory, _ = read_memory(network.state, ledger.checkpoint)
    assert memory is not None  # questions are made of it
    return memory
