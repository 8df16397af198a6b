"""All tasks of a network as they stand: in the order in which people should take them, and by their ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.hosts import Suffixes
from evenhand.model.task import Task, TaskKind
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.other_tasks import other_tasks
from evenhand.workflows.review.task_fold import RecordedEvent, closed_task, fold_task
from evenhand.workflows.review.task_questions import read_questions

LEAST_OF_ID = 4


@dataclass(frozen=True)
class TaskBoard:
    """The tasks by id as they stand at `at`, those that nobody is asked any more too where people did something."""

    tasks: dict[str, Task]
    events: dict[str, list[RecordedEvent]]
    at: datetime

    @cached_property
    def unanswered(self) -> list[Task]:
        """Return the tasks that wait for somebody, snoozed ones too, in the order in which they should be taken."""
        return sorted((each for each in self.tasks.values() if each.state != "answered"), key=urgency)

    def find(self, text: str) -> Task:
        """Return the task of this id, or of the only id that begins so.

        Raises:
            NotFound: there is none, or several.
            BadInput: too short for an id.
        """
        text = text.strip().lower()
        if len(text) < LEAST_OF_ID:
            raise BadInput("too short for the id of a task", got=text, expected=f"at least {LEAST_OF_ID} characters")
        ids = {*self.tasks, *self.events}
        found = [text] if text in ids else sorted(each for each in ids if each.startswith(text))
        if len(found) > 1:
            raise NotFound("several tasks begin so:", got=text, expected=f"one of {', '.join(found[:5])}")
        if not found:
            raise NotFound("no task of this id", got=text, todo="`evenhand tasks DIR` lists them")
        return self.tasks.get(found[0]) or closed_task(self.events[found[0]])


def urgency(task: Task) -> tuple[object, ...]:
    """Return by what tasks are put in order: law, running campaigns, money at stake, strength, age."""
    return not task.law, not task.campaigns, -task.not_spent_micros, -task.strength, task.opened, task.id


def read_board(network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> TaskBoard:
    """Return all tasks as they stand.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
    """
    questions = read_questions(network, ledger, at, suffixes)
    events = questions.events
    others = {each.id: each for each in other_tasks(network, ledger, at, suffixes, questions.rulebook)}
    tasks = {
        name: fold_task(question, events.get(name, ()), at, questions.asked_at)
        for name, question in (questions.tasks | others).items()
    }
    return TaskBoard(tasks, events, at)


def list_tasks(
    network: Network, at: datetime, suffixes: Suffixes, *, kind: TaskKind | None = None, mine: str = "",
    due: bool = False,
) -> list[Task]:  # fmt: skip
    """Return the tasks that wait for somebody, most urgent first; no lock is taken, nothing is recorded.

    Of one `kind`; those assigned to, claimed by or to be confirmed by others than `mine`; or those that have a day by
    which they are `due`, the earliest first.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
    """
    with read_ledger(network.ledger) as ledger:
        board = read_board(network, ledger, at, suffixes)
    return list(filter_tasks(board.unanswered, kind=kind, mine=mine, due=due))


def filter_tasks(
    tasks: list[Task], *, kind: TaskKind | None = None, mine: str = "", due: bool = False
) -> Iterator[Task]:
    """Yield those of some tasks that were asked for, in their order; with `due`, the earliest first."""
    chosen = [each for each in tasks if kind in (None, each.kind) and (not mine or is_of(each, mine))]
    if not due:
        return iter(chosen)
    dated = [(each.due, place, each) for place, each in enumerate(chosen) if each.due is not None]
    return (each for _, _, each in sorted(dated, key=lambda row: row[:2]))


def is_of(task: Task, person: str) -> bool:
    """Return whether a task is assigned to a person or claimed by them."""
    return person == task.assignee or (task.state == "claimed" and person == task.claimed_by)
