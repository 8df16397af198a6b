"""All tasks of a network as they stand: in the order in which people should take them, and by their ids."""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.hosts import Suffixes
from evenhand.model.task import Task, TaskKind
from evenhand.store.network import Network
from evenhand.workflows.evaluation.run_context import grouped
from evenhand.workflows.evidence_records.evidence_fold import Evidence
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.claim_tasks import KeptClaimTasks
from evenhand.workflows.review.other_tasks import other_tasks
from evenhand.workflows.review.task_fold import RecordedEvent, closed_task, fold_task, last_answer
from evenhand.workflows.review.task_questions import MovingQuestions, Questions, read_questions

LEAST_OF_ID = 4
_MOST_MADE = 64
Made = TypeVar("Made")


@dataclass(frozen=True)
class TaskBoard:
    """The tasks by id as they stand at `at`, those that nobody is asked any more too where people did something."""

    tasks: dict[str, Task]
    events: dict[str, list[RecordedEvent]]
    at: datetime
    order: Sequence[str] = field(default=(), compare=False, repr=False)
    """The ids of all tasks, the most urgent first, where that was worked out before; else nothing."""
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of this board under a key, else make it: many pages ask for the same of one board.

        Nobody may change it. Of many keys the earlier ones are forgotten.
        """
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            found = self._made[key] = make()
        return cast("Made", found)

    @cached_property
    def unanswered(self) -> list[Task]:
        """Return the tasks that wait for somebody, snoozed ones too, in the order in which they should be taken.

        Those whose day has passed come first, the earliest day at the top; the others by `urgency`.
        """
        waiting = [each for each in self.tasks.values() if each.state != "answered"]
        if self.order:
            waiting = [each for name in self.order if (each := self.tasks[name]).state != "answered"]
        else:
            waiting.sort(key=urgency)
        late = [each for each in waiting if each.due is not None and each.due < self.at]
        passed = {each.id for each in late}
        return [*sorted(late, key=_due), *(each for each in waiting if each.id not in passed)] if late else waiting

    def about(self, party: str) -> list[Task]:
        """Return those of them that are about one party, as `filter_tasks` finds them, looked up."""
        return self._by_party.get(party, [])

    def asking(self, entry: str) -> list[Task]:
        """Return those of them that ask about an entry of a list, named `list#id`, looked up."""
        return self._by_entry.get(entry, [])

    @cached_property
    def _by_party(self) -> dict[str, list[Task]]:
        return grouped((party, each) for each in self.unanswered for party in _parties(each))

    @cached_property
    def _by_entry(self) -> dict[str, list[Task]]:
        found = ((each, {f"{match.list}#{match.entity_id}" for match in each.matches}) for each in self.unanswered)
        return grouped((entry, each) for each, entries in found for entry in entries)

    @cached_property
    def kept(self) -> list[Task]:
        """Return the holds that somebody keeps until a day that is ahead, that day first."""
        until = {each.id: day for each in self.tasks.values() if (day := kept_until(each)) is not None}
        return [self.tasks[name] for name in sorted(until, key=lambda name: (until[name], name))]

    def find(self, text: str) -> Task:
        """Return the task of this id, or of the only id that begins so.

        Raises:
            NotFound: there is none, or several.
            BadInput: too short for an id.
        """
        text = text.strip().lower()
        if len(text) < LEAST_OF_ID:
            raise BadInput("too short for the id of a task", got=text, expected=f"at least {LEAST_OF_ID} characters")
        is_whole = text in self.tasks or text in self.events
        ids = () if is_whole else {*self.tasks, *self.events}
        found = [text] if is_whole else sorted(each for each in ids if each.startswith(text))
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
    return _board(network, ledger, at, suffixes, read_questions(network, ledger, at, suffixes))


class KeptBoard:
    """The tasks of a network for a process that shows them all day; for several threads, one after the other.

    Cost: the first reading as `read_board`, later ones what was recorded since.
    """

    def __init__(self, network: Network, suffixes: Suffixes) -> None:
        self.network, self._suffixes = network, suffixes
        self._questions = MovingQuestions(network, suffixes)
        self._claims = KeptClaimTasks(network)
        self._ranked: dict[str, _Ranked] = {}
        self._lock = threading.Lock()

    def board(self, ledger: LogReader, at: datetime) -> TaskBoard:
        """Return what `read_board` does.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        with self._lock:
            questions = self._questions.read(ledger, at)
            board = _board(self.network, ledger, at, self._suffixes, questions, self._claims)
            self._ranked = _ranked(self._ranked, board.tasks)
            return replace(board, order=tuple(self._ranked))

    def evidence(self, ledger: LogReader) -> Evidence:
        """Return the saved documents, read on from where they were."""
        with self._lock:
            return self._claims.evidence(ledger)


class _Ranked(NamedTuple):
    """A task and by what it is put in order."""

    rank: tuple[object, ...]
    task: Task


def _ranked(known: Mapping[str, _Ranked], tasks: Mapping[str, Task]) -> dict[str, _Ranked]:
    """Return the tasks by id, the most urgent first; worked out is only what has changed, by identity."""
    same = {name: each for name, each in known.items() if tasks.get(name) is each.task}
    if len(same) == len(tasks):
        return same
    new = {name: _Ranked(urgency(each), each) for name, each in tasks.items() if name not in same}
    # What was in order before takes one comparison each.
    return dict(sorted((same | new).items(), key=lambda item: item[1].rank))


def _board(
    network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes, questions: Questions,
    claims: KeptClaimTasks | None = None,
) -> TaskBoard:  # fmt: skip
    events = questions.events
    others = {each.id: each for each in other_tasks(network, ledger, at, suffixes, questions.rulebook, claims)}
    tasks = questions.tasks | others
    # A question that nobody has done anything with stands as it was asked.
    for name in events.keys() & tasks.keys():
        tasks[name] = fold_task(tasks[name], events[name], at, questions.asked_at)
    return TaskBoard(tasks, events, at)


def list_tasks(
    network: Network, at: datetime, suffixes: Suffixes, *, kind: TaskKind | None = None, mine: str = "",
    due: bool = False, party: str = "", listed: str = "", kept: bool = False,
) -> list[Task]:  # fmt: skip
    """Return the tasks that wait for somebody, most urgent first; no lock is taken, nothing is recorded.

    Of one `kind`; those assigned to or claimed by `mine`; about one `party`; with a match of the list `listed`; or
    those that have a day by which they are `due`, the earliest first. With `kept`, holds that are kept until a day too.

    Raises:
        NotFound: there was no run yet, what it found is lost, or `staff.toml` has nobody of this id.
    """
    _check_staff(network, mine)
    with read_ledger(network.ledger) as ledger:
        board = read_board(network, ledger, at, suffixes)
    found = [*board.unanswered, *board.kept] if kept else board.unanswered
    return filter_tasks(found, kind=kind, mine=mine, due=due, party=party, listed=listed)


def filter_tasks(
    tasks: list[Task], *, kind: TaskKind | None = None, mine: str = "", due: bool = False, party: str = "",
    listed: str = "",
) -> list[Task]:  # fmt: skip
    """Return those of some tasks that were asked for, in their order; with `due`, the earliest first."""
    chosen = [
        each
        for each in tasks
        if kind in (None, each.kind)
        and (not mine or is_of(each, mine))
        and (not party or _is_about(each, party))
        and (not listed or _names_list(each, listed))
    ]
    return sorted((each for each in chosen if each.due is not None), key=_due) if due else chosen


def kept_until(task: Task) -> datetime | None:
    """Return the instant until which a hold is kept, None for every other task."""
    answer = last_answer(task) if task.kind == "hold" and task.state == "answered" else None
    return answer.until if answer is not None and answer.answer == "keep" else None


def is_of(task: Task, person: str) -> bool:
    """Return whether a task is assigned to a person or claimed by them."""
    return person == task.assignee or (task.state == "claimed" and person == task.claimed_by)


def _check_staff(network: Network, mine: str) -> None:
    staff = network_staff(network) if mine else None
    if staff is not None and staff.staff.person(mine) is None:
        known = ", ".join(each.id for each in staff.staff.people)
        raise NotFound("nobody of this id in staff.toml", where="--mine", got=mine, expected=f"one of {known}")


def _is_about(task: Task, party: str) -> bool:
    return party in _parties(task)


def _parties(task: Task) -> set[str]:
    ids = {each.id for each in task.concerned} | {each.party_id for each in task.matches}
    return {*ids, task.about.get("party", "").partition(":")[2]}


def _names_list(task: Task, key: str) -> bool:
    return key == task.about.get("list") or any(key == each.list for each in task.matches)


def _due(task: Task) -> datetime:
    assert task.due is not None  # chosen by it
    return task.due
