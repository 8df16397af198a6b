"""What people do with a task besides answering it: claim, give back, assign, note, snooze; each is a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.errors import BadInput, EvenhandError, NotPermitted, StateRefused
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical
from evenhand.model.staff import StaffCase
from evenhand.model.task import Task, TaskEvent
from evenhand.model.technique import TechniqueActs
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting, checked_person, permit, sign_record
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.review.task_board import KeptBoard, TaskBoard, read_board
from evenhand.workflows.review.task_fold import RecordedEvent, check_event, check_wait, fold_task
from evenhand.workflows.review.technique_acts import technique_fields
from evenhand.workflows.run.network_run import Tools

CLAIM = timedelta(hours=8)
LONGEST_CLAIM = timedelta(days=14)


@dataclass(frozen=True)
class StatedEvent:
    """What a person wants to do with a task; `until` is for a claim (None: eight hours) or a snooze.

    `techniques` are those of DISARM that a note sets on a community, and those that it takes back.
    """

    task: str
    kind: Literal["claim", "unclaim", "assign", "note", "snooze"]
    words: str = ""
    until: datetime | None = None
    assignee: str = ""
    techniques: TechniqueActs = ((), ())


def act(
    network: Network, stated: StatedEvent, acting: Acting, at: datetime, tools: Tools, *, tasks: KeptBoard | None = None
) -> Task:
    """Record what a person does with a task and return it as it stands then; `tasks` as `act_on_each`.

    Raises:
        NotFound: no such task, or several.
        BadInput: words are missing or too long, or an instant is not ahead.
        StateRefused: the task does not allow it now, or somebody else was first.
        NotPermitted: the staff's rules do not allow it, or nobody active of the staff has the assignee's id.
    """
    done, refused = act_on_each(network, [stated], acting, at, tools, tasks=tasks)
    if refused:
        raise refused[0]
    return done[0]


def act_on_each(
    network: Network, several: Sequence[StatedEvent], acting: Acting, at: datetime, tools: Tools,
    *, tasks: KeptBoard | None = None,
) -> tuple[list[Task], list[EvenhandError]]:  # fmt: skip
    """Record what a person does with several tasks, each by itself; return those done and why others were not.

    `tasks` are those that a process keeps; else they are read.

    Raises:
        BadInput: the person's id is none.
    """
    at, acting = at.astimezone(UTC), checked_person(acting)
    done: list[Task] = []
    refused: list[EvenhandError] = []
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        board = tasks.board(ledger, at) if tasks else read_board(network, ledger, at, tools.suffixes)
        for stated in several:
            try:
                done.append(_act(network, ledger, board, stated, acting))
            except (BadInput, StateRefused, NotPermitted) as error:
                refused.append(error)
        ledger.publish(at)
    return done, refused


def _act(network: Network, ledger: Ledger, board: TaskBoard, stated: StatedEvent, acting: Acting) -> Task:
    task, at = board.find(stated.task), board.at
    acting = permit(network, acting, "work_task", StaffCase(), at)
    check_event(task, stated.kind, acting.person, at)
    event = next_event(board, task, stated.kind, acting.person, at)
    event = replace(
        event, words=_words(stated), until=_until(stated, task, at), assignee=_assignee(network, stated, at),
        **technique_fields(task, stated.techniques),
    )  # fmt: skip
    if acting.sign is not None:
        event = sign_record(event, acting, network_staff(network), at)
    return append_event(ledger, board, task, event)


def next_event(board: TaskBoard, task: Task, kind: str, by: str, at: datetime) -> TaskEvent:
    """Return the next event of a task, still without what its kind says."""
    known = board.events.get(task.id)
    return TaskEvent(
        task=task.id, number=known[-1].event.number + 1 if known else 0, kind=kind,  # type: ignore[arg-type]  # checked
        by=by, at=at, mark=task.mark, task_kind=task.kind, question=task.question,
        decisions=task.decisions,
    )  # fmt: skip


def record_event(
    ledger: Ledger, board: TaskBoard, task: Task, event: TaskEvent, *before: LogRecord, settles: bool = False
) -> Task:
    """Append records and the event that goes with them in one transaction; return the task as it stands then.

    `settles`: the records answer all that it asks.

    Raises:
        StateRefused: another event of this number is there already: somebody else was first.
    """
    done = append_event(ledger, board, task, event, *before)
    ledger.publish(event.at)
    return replace(done, state="answered") if settles else done


def append_event(ledger: Ledger, board: TaskBoard, task: Task, event: TaskEvent, *before: LogRecord) -> Task:
    """Append the same without a checkpoint over it, which the caller publishes.

    Raises:
        StateRefused: as `record_event`.
    """
    record = event_record(task, event)
    if ledger.seq_of(record.key) is not None:
        raise StateRefused("somebody else was first", where=f"task {task.id}", state=task.state, event=event.kind,
                           todo=f"look again: `evenhand task show DIR {task.id}`")  # fmt: skip
    receipts = ledger.append([*before, record], event.at)
    known = [*board.events.get(task.id, ()), RecordedEvent(receipts[-1].seq, event)]
    return fold_task(task, known, event.at, 0)


def event_record(task: Task, event: TaskEvent) -> LogRecord:
    """Return the leaf of an event; a task has one of each number.

    Its subject is the party that the question names, so that it goes where the party's data go.
    """
    party = task.concerned[0].id if task.concerned else ""
    key = f"task:{event.task}:{event.number}"
    return LogRecord(kind="task", payload=canonical(event), subject=party, key=key)


def _words(stated: StatedEvent) -> str:
    if stated.kind in ("note", "snooze") or stated.words:
        return checked_text("--why", stated.words)
    return ""


def _assignee(network: Network, stated: StatedEvent, at: datetime) -> str:
    """Return whose the task is from now on: in a network with staff somebody of it who is active."""
    if stated.kind != "assign":
        return ""
    person, staff = checked_person(Acting(stated.assignee)).person, network_staff(network)
    return person if staff is None else staff.person(person, at).id


def _until(stated: StatedEvent, task: Task, at: datetime) -> datetime | None:
    """Return when a claim or snooze ends.

    A snooze cannot go beyond the day by which the task is due, nor 90 days ahead: nothing is missed by sleeping.
    """
    if stated.kind not in ("claim", "snooze"):
        return None
    until = stated.until or (at + CLAIM if stated.kind == "claim" else None)
    if until is None or until <= at:
        raise BadInput(
            "not ahead of now", where="--until", got=until or "", expected=f"later than {at:%Y-%m-%dT%H:%M:%SZ}"
        )
    if stated.kind == "claim" and until > at + LONGEST_CLAIM:
        raise BadInput(
            "too long for a claim", where="--until", got=until, expected=f"at most {LONGEST_CLAIM.days} days"
        )
    if stated.kind == "snooze" and task.due is not None and until > task.due:
        raise BadInput("later than the task is due", where="--until", got=until,
                       expected=f"at most {task.due:%Y-%m-%dT%H:%M:%SZ}")  # fmt: skip
    if stated.kind == "snooze":
        check_wait(until, at)
    return until.astimezone(UTC)
