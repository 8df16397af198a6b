"""Which tasks a person wants to see, in which order: of one kind, of one person, late, by law, of a party or list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
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


def choose_tasks(board: TaskBoard, wanted: TaskFilter, at: datetime) -> Sequence[Task]:
    """Return the tasks that were asked for in their order, the most urgent first where no other order is.

    What is chosen of a board is kept with it: nobody may change it.
    """
    if wanted.day == "late":
        return _in_order(_chosen(board, wanted, at), wanted)
    key = _of_anybody(wanted)
    return board.once(key, lambda: _in_order(choose_all_kinds(board, key, at), key))


def choose_all_kinds(board: TaskBoard, wanted: TaskFilter, at: datetime) -> Sequence[Task]:
    """Return the same of every kind, the most urgent first."""
    if wanted.day == "late":  # tasks get late with each second
        return _chosen(board, wanted, at)
    key = replace(_of_anybody(wanted), kind=None, sort="")
    return board.once((key, "of every kind"), lambda: _chosen(board, key, at))


def count_kinds(board: TaskBoard, wanted: TaskFilter, at: datetime) -> Counter[TaskKind]:
    """Return how many of them there are of each kind, 0 for those of which there is none."""
    if wanted.day == "late":
        return _counted(_chosen(board, wanted, at))
    key = replace(_of_anybody(wanted), kind=None, sort="")
    return board.once((key, "counted"), lambda: _counted(choose_all_kinds(board, key, at)))


def next_tasks(tasks: Sequence[Task], task_id: str, person: str, at: datetime) -> Iterator[Task]:
    """Yield the tasks after one that a person may answer now, then those before it."""
    place = next((index for index, each in enumerate(tasks) if each.id == task_id), -1)
    for each in chain(tasks[place + 1 :], tasks[: max(place, 0)]):
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
    waiting = choose_all_kinds(board, TaskFilter(state="second"), board.at)
    return [each for each in waiting if may_answer(each, person, board.at)]


def is_late(task: Task, at: datetime) -> bool:
    """Return whether the day by which a task is due has passed."""
    return task.due is not None and task.due < at


def _of_anybody(wanted: TaskFilter) -> TaskFilter:
    """Return the same without the person where nothing is asked about them, so that it is the same for everybody."""
    return wanted if wanted.who == "mine" else replace(wanted, person="")


def _chosen(board: TaskBoard, wanted: TaskFilter, at: datetime) -> list[Task]:
    waiting = board.about(wanted.party) if wanted.party else board.unanswered
    tasks = sorted(board.kept, key=urgency) if wanted.state == "kept" else waiting
    mine = wanted.person if wanted.who == "mine" else ""
    if mine or wanted.party or wanted.listed:
        tasks = filter_tasks(tasks, mine=mine, party=wanted.party, listed=wanted.listed)
    if wanted.state != "kept":
        state = wanted.state
        tasks = [each for each in tasks if (each.state == state if state else each.state != "snoozed")]
    if wanted.law:
        tasks = [each for each in tasks if each.law]
    if wanted.day:
        tasks = [each for each in tasks if (is_late(each, at) if wanted.day == "late" else each.due is not None)]
    if wanted.who == "nobody":
        tasks = [each for each in tasks if not (each.assignee or each.state == "claimed")]
    return tasks


def _in_order(tasks: Sequence[Task], wanted: TaskFilter) -> Sequence[Task]:
    """Return those of the kind that was asked for, in the order that was asked for."""
    found = tasks if wanted.kind is None else [each for each in tasks if each.kind == wanted.kind]
    key = SORTS.get(wanted.sort.removeprefix("-"))
    return found if key is None else sorted(found, key=key, reverse=wanted.sort.startswith("-"))


def _counted(tasks: Sequence[Task]) -> Counter[TaskKind]:
    return Counter(each.kind for each in tasks)
