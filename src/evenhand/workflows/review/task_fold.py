"""A task as it stands: a question with everything that people did with it, and what may be done next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.task import Task, TaskEvent, TaskState

ALLOWED: dict[TaskState, tuple[str, ...]] = {
    "open": ("claim", "assign", "note", "snooze", "answer"),
    "claimed": ("claim", "unclaim", "assign", "note", "snooze", "answer"),
    "snoozed": ("claim", "assign", "note", "snooze", "answer"),
    "second": ("note", "confirm", "object"),
    "answered": (),
}
"""What may be done with a task in each state; one that somebody else has claimed takes notes alone."""

LONGEST_WAIT = timedelta(days=90)
"""How far ahead a task may be snoozed or a hold kept; longer is said again, with the reason of that day."""

_NOTE = "a note at most (`evenhand task note`)"
_OF_HOLDER = ("unclaim", "snooze", "answer")


class RecordedEvent(msgspec.Struct, frozen=True):
    """An event of a task and the index of its leaf."""

    seq: int
    event: TaskEvent


class _Fold:
    """What the events of a task come to, one after the other."""

    def __init__(self) -> None:
        self.assignee = ""
        self.claim: TaskEvent | None = None
        self.snoozed_until: datetime | None = None
        self.waiting: RecordedEvent | None = None
        self.answered: RecordedEvent | None = None

    def add(self, recorded: RecordedEvent) -> None:
        """Add what comes next."""
        event = recorded.event
        match event.kind:
            case "claim" | "unclaim":
                self.claim = event if event.kind == "claim" else None
            case "assign":
                self.assignee = event.assignee
            case "snooze":
                self.claim, self.snoozed_until = None, event.until
            case "answer":
                self._answer(recorded)
            case "confirm" | "object":
                self.waiting, self.answered = None, recorded if event.kind == "confirm" else None
            case "note":
                pass

    def _answer(self, recorded: RecordedEvent) -> None:
        self.claim = self.snoozed_until = None
        self.waiting, self.answered = (recorded, None) if recorded.event.waits else (None, recorded)
        self.assignee = self.assignee if recorded.event.waits else ""


def fold_task(question: Task, events: Sequence[RecordedEvent], at: datetime, asked_at: int) -> Task:
    """Return a question with what people did with it, as it stands at `at`.

    `asked_at` is the tree size at which the last run ended. An answer from before it is none any more: the run has
    counted it and the question is there all the same, or again. The answer to a match is its judgement, not the event.
    """
    fold = _Fold()
    for recorded in events:
        fold.add(recorded)
    claimed = fold.claim.until if fold.claim is not None else None
    return replace(
        question,
        state=_state(question, fold, at, asked_at),
        assignee=fold.assignee,
        claimed_by=fold.claim.by if fold.claim is not None else "",
        claimed_until=claimed,
        snoozed_until=fold.snoozed_until,
        history=tuple(each.event for each in events),
    )


def closed_task(events: Sequence[RecordedEvent]) -> Task:
    """Return a task that nobody is asked any more, as far as its events tell it."""
    first, last = events[0].event, events[-1].event
    return Task(
        id=first.task,
        kind=last.task_kind or "match",
        concerned=(),
        question=last.question,
        opened=first.at,
        state="answered",
        history=tuple(each.event for each in events),
    )


def waiting_answer(task: Task) -> TaskEvent:
    """Return the answer of a task in state `second`."""
    return next(each for each in reversed(task.history) if each.kind == "answer")


def last_answer(task: Task) -> TaskEvent | None:
    """Return the last answer to a task, None where there was none."""
    return next((each for each in reversed(task.history) if each.kind == "answer"), None)


def check_event(task: Task, kind: str, by: str, at: datetime) -> None:
    """Refuse an event that the task's state does not allow to this person.

    Raises:
        StateRefused: it names the state, what stands, and what is allowed.
    """
    where = f"task {task.id}"
    allowed = ALLOWED[task.state]
    if task.state == "answered" and not (kind == "note" and _is_found_still(task)):
        raise StateRefused(_answered(task), where=where, state=task.state, event=kind)
    if task.claimed_by == by and task.state != "claimed" and kind in _OF_HOLDER and _has_ended(task, at):
        raise StateRefused(
            f"the claim of `{by}` ended at {task.claimed_until:%Y-%m-%d %H:%M} UTC", where=where, state=task.state,
            event=kind, allowed=allowed, todo=f"claim it again: `evenhand task claim DIR {task.id} --as {by}`",
        )  # fmt: skip
    if task.state == "claimed" and task.claimed_by != by and kind != "note":
        raise StateRefused(
            f"`{task.claimed_by}` has claimed it until {task.claimed_until:%Y-%m-%d %H:%M} UTC", where=where,
            state=task.state, event=kind, allowed=("note",), expected=_NOTE,
        )  # fmt: skip
    if kind not in allowed and task.state != "answered":
        raise StateRefused(where=where, state=task.state, event=kind, allowed=allowed)
    if task.assignee not in ("", by) and kind in ("claim", "answer"):
        raise StateRefused(
            f"it is assigned to `{task.assignee}`", where=where, state=task.state, event=kind, allowed=("assign",),
            todo=f"assign it first: `evenhand task assign DIR {task.id} {by} --as {by}`",
        )  # fmt: skip
    if kind in ("confirm", "object") and at < waiting_answer(task).at:
        raise StateRefused(
            "dated before the answer", where=where, state=task.state, event=kind, allowed=("note",), expected=_NOTE,
            todo=f"give a time from {waiting_answer(task).at:%Y-%m-%dT%H:%M:%SZ} on",
        )  # fmt: skip
    if kind in ("confirm", "object") and waiting_answer(task).by == by:
        raise StateRefused(
            f"`{by}` gave the answer", where=where, state=task.state, event=kind, allowed=("note",), expected=_NOTE,
            todo="another person confirms it or objects",
        )  # fmt: skip


def check_wait(until: datetime, at: datetime) -> None:
    """Refuse a day that is too far ahead: what nobody is asked about for long is decided by nobody.

    Raises:
        BadInput: further ahead than `LONGEST_WAIT`.
    """
    if until - at > LONGEST_WAIT:
        raise BadInput(
            f"more than {LONGEST_WAIT.days} days ahead", where="--until", got=until,
            expected=f"at most {at + LONGEST_WAIT:%Y-%m-%d}", todo="to wait longer, say so again then",
        )  # fmt: skip


def _state(question: Task, fold: _Fold, at: datetime, asked_at: int) -> TaskState:
    if fold.waiting is not None and fold.waiting.event.mark == question.mark:
        return "second"
    if question.kind != "match" and _is_answered(question, fold.answered, at, asked_at):
        return "answered"
    if fold.claim is not None and fold.claim.until is not None and at < fold.claim.until:
        return "claimed"
    if fold.snoozed_until is not None and at < fold.snoozed_until:
        return "snoozed"
    return "open"


def _is_answered(question: Task, answered: RecordedEvent | None, at: datetime, asked_at: int) -> bool:
    if answered is None or answered.event.mark != question.mark:
        return False
    if answered.event.until is not None:
        return at < answered.event.until
    # What was kept back is never sent any more, compared reports stay so, a community stays what a person said of it.
    stays = question.kind in ("statement", "source") or (
        question.kind == "finding" and answered.event.answer != "declared-since"
    )
    return answered.seq >= asked_at or stays


def _is_found_still(task: Task) -> bool:
    """Return whether a task is about a community that the last run found: what people know of it may grow."""
    return task.kind == "finding" and bool(task.concerned)


def _has_ended(task: Task, at: datetime) -> bool:
    return task.claimed_until is not None and task.claimed_until <= at


def _answered(task: Task) -> str:
    answer = last_answer(task)
    if answer is None:
        return "it is answered already; nobody is asked any more"
    return f"`{answer.by}` answered it `{answer.answer}` at {answer.at:%Y-%m-%d %H:%M} UTC"
