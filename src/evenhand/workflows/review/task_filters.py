"""Which tasks a person wants to see, in which order: of one kind, of one person, late, by law, of a party or list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from evenhand.model.errors import StateRefused
from evenhand.model.task import Task, TaskKind
from evenhand.workflows.review.task_board import TaskBoard, filter_tasks, urgency
from evenhand.workflows.review.task_fold import check_event

TaskSelection = Literal["", "open", "claimed", "second", "snoozed", "kept"]
Who = Literal["", "mine", "nobody"]
_NEVER = datetime.max.replace(tzinfo=UTC)
SORTS: Final[Mapping[str, Callable[[Task], Any]]] = {
    "due": lambda task: task.due or _NEVER,
    "opened": lambda task: task.opened,
    "stake": lambda task: task.not_spent_micros,
    "strength": lambda task: task.strength,
}
"""What tasks can be put in order by, besides how urgent they are."""


@dataclass(frozen=True)
class TaskFilter:
    """What is asked for; ``""`` is all that waits. `who` is about the `person`; a `sort` with `-` is downwards."""

    kind: TaskKind | None = None
    who: Who = ""
    person: str = ""
    day: Literal["", "due", "late"] = ""
    state: TaskSelection = ""
    law: bool = False
    party: str = ""
    listed: str = ""
    sort: str = ""


def choose_tasks(board: TaskBoard, wanted: TaskFilter, at: datetime) -> list[Task]:
    """Return the tasks that were asked for in their order, the most urgent first where no other order is."""
    return in_order(choose_all_kinds(board, wanted, at), wanted)


def choose_all_kinds(board: TaskBoard, wanted: TaskFilter, at: datetime) -> list[Task]:
    """Return the same of every kind, the most urgent first."""
    tasks = sorted(board.kept, key=urgency) if wanted.state == "kept" else board.unanswered
    mine = wanted.person if wanted.who == "mine" else ""
    chosen = filter_tasks(tasks, mine=mine, party=wanted.party, listed=wanted.listed)
    return [each for each in chosen if _is_wanted(each, wanted, at)]


def in_order(tasks: Sequence[Task], wanted: TaskFilter) -> list[Task]:
    """Return those of the kind that was asked for, in the order that was asked for."""
    found = [each for each in tasks if wanted.kind in (None, each.kind)]
    key = SORTS.get(wanted.sort.removeprefix("-"))
    return found if key is None else sorted(found, key=key, reverse=wanted.sort.startswith("-"))


def count_kinds(tasks: Sequence[Task]) -> Counter[TaskKind]:
    """Return how many tasks there are of each kind, 0 for those of which there is none."""
    return Counter(each.kind for each in tasks)


def next_tasks(tasks: Sequence[Task], task_id: str, person: str, at: datetime) -> Iterator[Task]:
    """Yield the tasks after one that a person may answer now, then those before it."""
    place = next((index for index, each in enumerate(tasks) if each.id == task_id), -1)
    for each in (*tasks[place + 1 :], *tasks[: max(place, 0)]):
        if may_answer(each, person, at):
            yield each


def may_answer(task: Task, person: str, at: datetime) -> bool:
    """Return whether a task's state allows a person to answer it, or to say something of another's answer."""
    kind = "confirm" if task.state == "second" else "answer"
    try:
        check_event(task, kind, person, at)
    except StateRefused:
        return False
    return True


def second_answers(board: TaskBoard, person: str) -> list[Task]:
    """Return the tasks with an answer that another person than `person` gave and that waits for a second one."""
    waiting = (each for each in board.unanswered if each.state == "second")
    return [each for each in waiting if may_answer(each, person, board.at)]


def is_late(task: Task, at: datetime) -> bool:
    """Return whether the day by which a task is due has passed."""
    return task.due is not None and task.due < at


def _is_wanted(task: Task, wanted: TaskFilter, at: datetime) -> bool:
    state = task.state == wanted.state if wanted.state else task.state != "snoozed"
    return (
        (state or wanted.state == "kept")
        and (not wanted.law or task.law)
        and (wanted.day != "due" or task.due is not None)
        and (wanted.day != "late" or is_late(task, at))
        and (wanted.who != "nobody" or not (task.assignee or task.state == "claimed"))
    )
