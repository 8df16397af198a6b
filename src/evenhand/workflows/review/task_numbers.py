"""Tasks counted by kind: how many wait and how long, how many are answered a day, how often a second person objects."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import get_args

from evenhand.model.hosts import Suffixes
from evenhand.model.record import Record
from evenhand.model.share_limits import wilson_limits
from evenhand.model.task import Task, TaskEvent, TaskKind
from evenhand.store.network import Network
from evenhand.workflows.evaluation.run_context import grouped
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.task_board import TaskBoard, read_board
from evenhand.workflows.review.task_fold import RecordedEvent

WINDOW_DAYS = 30
_DAY_S = 86_400


class TaskNumbers(Record, frozen=True, kw_only=True):
    """What is counted of one kind of task.

    Ages are in days, None where nothing is open; p90 is the age that one in ten has passed. `answered` are the answers
    of the last `days` days, without those that wait. Of `seen_by_second` answers ever looked at by a second person,
    `changed_by_second` were objected to; `low` and `high` are the 95 % limits of that share (Wilson), None where there
    is no such answer.
    """

    kind: TaskKind
    open: int
    age_median_days: float | None
    age_p90_days: float | None
    answered: int
    days: int
    answered_a_day: float
    seen_by_second: int
    changed_by_second: int
    low: float | None
    high: float | None


def numbers_of(network: Network, at: datetime, suffixes: Suffixes) -> tuple[TaskNumbers, ...]:
    """Return the numbers of each kind of task of a network; no lock is taken, nothing is recorded.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
    """
    with read_ledger(network.ledger) as ledger:
        return task_numbers(read_board(network, ledger, at, suffixes))


def task_numbers(board: TaskBoard) -> tuple[TaskNumbers, ...]:
    """Return the numbers of each kind of which there is, or was, a task; counted once a board."""
    return board.once("numbers", lambda: _counted(board))


def _counted(board: TaskBoard) -> tuple[TaskNumbers, ...]:
    kinds: tuple[TaskKind, ...] = get_args(TaskKind)
    waiting = grouped((each.kind, each) for each in board.unanswered)
    events = grouped((each.task_kind or "match", each) for each in _events(board.events))
    return tuple(
        _numbers(kind, waiting.get(kind, ()), events.get(kind, ()), board.at)
        for kind in kinds
        if kind in waiting or kind in events
    )


def _numbers(kind: TaskKind, waiting: Sequence[Task], events: Sequence[TaskEvent], at: datetime) -> TaskNumbers:
    ages = [max(0.0, (at - each.opened).total_seconds()) / _DAY_S for each in waiting]
    since = at - timedelta(days=WINDOW_DAYS)
    given = [each.at for each in events if each.kind == "confirm" or (each.kind == "answer" and not each.waits)]
    answered = sum(since < each <= at for each in given)
    days = min(WINDOW_DAYS, max(1, (at - min((each.at for each in events), default=at)).days + 1))
    changed = sum(each.kind == "object" for each in events)
    seen = changed + sum(each.kind == "confirm" for each in events)
    low, high = wilson_limits(changed, seen) if seen else (None, None)
    return TaskNumbers(
        kind=kind, open=len(waiting),
        age_median_days=round(median(ages), 2) if ages else None, age_p90_days=_p90(ages),
        answered=answered, days=days, answered_a_day=round(answered / days, 2),
        seen_by_second=seen, changed_by_second=changed, low=low, high=high,
    )  # fmt: skip


def _p90(ages: Sequence[float]) -> float | None:
    if len(ages) < 2:
        return round(ages[0], 2) if ages else None
    return round(quantiles(ages, n=10, method="inclusive")[-1], 2)


def _events(events: Mapping[str, Sequence[RecordedEvent]]) -> Iterator[TaskEvent]:
    return (recorded.event for several in events.values() for recorded in several)
