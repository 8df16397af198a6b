"""Acts on tasks by a process that keeps what it has read, beside a command that reads it anew: the same records."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import EvenhandError
from evenhand.model.task import Task
from evenhand.store.network import Network
from evenhand.workflows.operations.checked_histories import forget_checked, keep_checked
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.bulk_answers import StatedBulk, answer_at_once, sample_of
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.kept_run import KeptRun
from evenhand.workflows.review.stated_answers import StatedAnswer
from evenhand.workflows.review.task_answers import answer_task, confirm_answer, dry_run_of_answer, object_to_answer
from evenhand.workflows.review.task_board import KeptBoard, TaskBoard, read_board
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.review.task_sources import KeptSources, ReadSources, TaskSources
from tests.confirmed import PAPER
from tests.differential.test_outlooks import network_with
from tests.networks import DAY_1, SUFFIXES, TOOLS, MadeNetwork
from tests.unit.workflows.test_hold_answers import signs, write_staff

LATER = DAY_1 + timedelta(hours=1)
CHANGES = (
    FactChange(kind="share", owner_id="minor-owner", share_ppm=100_000, documents=(PAPER,)),
    FactChange(kind="share", owner_id="n0", share_ppm=200_000, documents=(PAPER,)),
    FactChange(kind="share", owner_id="bakery", share_ppm=600_000, documents=(PAPER,)),
    FactChange(kind="control", owner_id="n1", control=True, documents=(PAPER,)),
    FactChange(kind="share", owner_id="nobody", share_ppm=1, documents=(PAPER,)),
    FactChange(kind="verification", level=None, documents=(PAPER,)),
)
WORDS = ("try", "answer", "claim", "note", "snooze", "confirm", "object", "bulk", "judge", "later")
Act = tuple[str, int, int, int]


class Desk:
    """One of the two: a network with what its acts rest on, and who acts."""

    def __init__(self, network: Network, sources: TaskSources, tasks: KeptBoard | None) -> None:
        self.network, self.sources, self.tasks = network, sources, tasks

    def board(self, at: datetime) -> TaskBoard:
        """Return all tasks, as the sources have them."""
        with read_ledger(self.network.ledger) as ledger:
            return self.sources.board(ledger, at)

    def plain(self, at: datetime) -> TaskBoard:
        """Return all tasks, read anew."""
        with read_ledger(self.network.ledger) as ledger:
            return read_board(self.network, ledger, at, SUFFIXES)

    def does(self, word: str, number: int, answer: int, change: int, at: datetime) -> object:
        """Return what comes of one act, the error where it is refused."""
        try:
            return self._done(word, number, answer, change, at)
        except EvenhandError as error:
            return type(error), str(error)

    def _done(self, word: str, number: int, answer: int, change: int, at: datetime) -> object:
        task, who = self._task(number, at), signs(("ana", "rob")[answer % 2])
        network, sources = self.network, self.sources
        match word:
            case "try":
                return dry_run_of_answer(network, _stated(task, answer, change, at), at, TOOLS, sources=sources)
            case "answer":
                return answer_task(network, _stated(task, answer, change, at), who, at, TOOLS, sources=sources)
            case "claim" | "note" | "snooze":
                stated = StatedEvent(task.id, word, "made up", at + timedelta(hours=9))  # type: ignore[arg-type]
                return act(network, stated, who, at, TOOLS, tasks=self.tasks)
            case "confirm":
                return confirm_answer(network, task.id, who, "", at, TOOLS, sources=sources)
            case "object":
                return object_to_answer(network, task.id, who, "made up", at, TOOLS, sources=sources)
            case "bulk":
                return self._bulk(f"n{number % 3}", who, at)
            case "judge":
                return [
                    judge(network, StatedJudgement(f"{each.party_kind}:{each.party_id}", each.entity_id, "unsure",
                                                   who.person, "made up"), at, TOOLS, who)
                    for each in task.matches[:1]
                ]  # fmt: skip
            case _:
                return None

    def _task(self, number: int, at: datetime) -> Task:
        board = self.board(at)
        known = board.unanswered or [board.find(each) for each in sorted({*board.tasks, *board.events})]
        return known[number % len(known)]

    def _bulk(self, party: str, who: Acting, at: datetime) -> object:
        stated = StatedBulk("", "", party)
        sample = sample_of(self.network, stated, who, at, TOOLS)
        stated = StatedBulk("all looked at", "", party, sample.sampled)
        return sample, answer_at_once(self.network, stated, who, at, TOOLS, sources=self.sources)


def _stated(task: Task, answer: int, change: int, at: datetime) -> StatedAnswer:
    if task.kind == "match":
        return StatedAnswer(task.id, ("same", "not-same", "unsure")[answer % 3], "made up")
    word = ("keep", "release", "refuse")[answer % 3]
    changes = () if word == "keep" else CHANGES[change % len(CHANGES) :][:1]
    return StatedAnswer(task.id, word, "made up", ("ownership_shown",), changes, at + timedelta(days=9))


@contextmanager
def two_desks(made: MadeNetwork, scratch: Path) -> Iterator[tuple[Desk, Desk]]:
    """Yield one who reads everything for each act, and one who keeps it, on copies of one network."""
    plain, kept = (made.copy(scratch / name).network for name in ("plain", "kept"))
    keep_checked(kept.ledger)
    tasks = KeptBoard(kept, SUFFIXES)
    with read_ledger(kept.ledger) as ledger:
        run = KeptRun(kept, ledger, LATER, SUFFIXES)
    try:
        yield Desk(plain, ReadSources(plain, TOOLS), None), Desk(kept, KeptSources(tasks, lambda: run), tasks)
    finally:
        forget_checked(kept.ledger)


def records(network: Network) -> tuple[Any, ...]:
    """Return every leaf and payload of a ledger, and its root."""
    with read_ledger(network.ledger) as ledger:
        return ledger.root(ledger.size), list(ledger.entries())


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    folder = tmp_path_factory.mktemp("tasks") / "network"
    made = network_with(folder, [("n0", "owned", 30), ("n1", "minor", 10)], ["civic"])
    write_staff(folder)
    return made


def acts() -> st.SearchStrategy[list[Act]]:
    """A few acts in order; numbers choose the task, the answer and the change."""
    number = st.integers(0, 40)
    return st.lists(st.tuples(st.sampled_from(WORDS), number, number, number), min_size=1, max_size=6)


EVERY_ACT = [(word, place, place + turn, place) for turn in range(2) for place, word in enumerate(WORDS)]
EVERY_CHANGE = [("answer", 3, 1 + place % 2, place) for place in range(len(CHANGES))]


@settings(max_examples=4)
@given(several=acts())
@example(several=EVERY_ACT)
@example(several=EVERY_CHANGE)
@example(several=[("answer", place, place, 0) for place in range(8)])
def test_acts_from_what_is_kept_are_those_of_what_is_read(begun: MadeNetwork, several: Sequence[Act]) -> None:
    """Byte for byte: a person who works in the browser signs what they would at the terminal."""
    with tempfile.TemporaryDirectory() as scratch, two_desks(begun, Path(scratch)) as (plain, kept):
        at = LATER
        for word, number, answer, change in several:
            at += timedelta(hours=10) if word == "later" else timedelta(minutes=1)
            assert kept.does(word, number, answer, change, at) == plain.does(word, number, answer, change, at), word

            assert kept.board(at) == plain.board(at) == kept.plain(at)
            assert kept.board(at).unanswered == plain.board(at).unanswered
        assert records(kept.network) == records(plain.network)


def test_the_acts_that_are_compared_are_done(begun: MadeNetwork, tmp_path: Path) -> None:
    """Else two desks that refuse everything would pass for equal."""
    with two_desks(begun, tmp_path) as (_, kept):
        done = [kept.does(word, number, answer, change, LATER + timedelta(minutes=place))
                for place, (word, number, answer, change) in enumerate(EVERY_ACT)]  # fmt: skip

    worked = {word for (word, *_), came in zip(EVERY_ACT, done, strict=True) if came and not isinstance(came, tuple)}
    assert {"try", "answer", "claim", "note", "snooze"} <= worked, worked


def test_tasks_that_are_kept_long_are_written_for_who_reads_them(begun: MadeNetwork, tmp_path: Path) -> None:
    """After some 200 records a command would read all of them one by one."""
    with two_desks(begun, tmp_path) as (_, kept):
        task = kept.board(LATER).unanswered[0]
        before = (kept.network.state / "tasks.json").stat().st_mtime_ns

        for place in range(203):
            stated = StatedEvent(task.id, "note", f"made up {place}")
            act(kept.network, stated, signs("ana"), LATER + timedelta(seconds=place), TOOLS, tasks=kept.tasks)

        assert (kept.network.state / "tasks.json").stat().st_mtime_ns > before
        assert kept.plain(LATER + timedelta(minutes=9)) == kept.board(LATER + timedelta(minutes=9))
