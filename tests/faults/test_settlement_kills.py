"""A settlement is killed between any two of its steps: the plan goes on, no place twice, none forgotten."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.ledger import Ledger
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import PlanBody, ProbeBody, ProvedBody
from evenhand.store import atomic_files
from evenhand.store.public_files import PublicFiles
from evenhand.workflows.complaint_records.complaint_store import complaints_of
from evenhand.workflows.operations import verify_folder
from tests.networks import MadeNetwork
from tests.settlements import SETTLED, reversed_complaint, settled
from tests.wrong_match import wrongly_matched

_FORK = get_context("fork")


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = wrongly_matched(tmp_path_factory.mktemp("decided") / "network")
    reversed_complaint(made)
    return made


def test_a_settlement_that_is_killed_goes_on_where_it_stopped(decided: MadeNetwork, tmp_path: Path) -> None:
    """Twenty kills, each before a write that makes something durable: a record, a checkpoint, a file."""
    chance, kills, fresh = random.Random(17), 0, copies(decided, tmp_path)
    made, complaint = next(fresh), the_complaint(decided)

    while kills < 20:
        if _dies(made, complaint, kills, before_write=chance.randint(1, 14)):
            kills += 1
        else:
            check(made)
            made = next(fresh)
    while _dies(made, complaint, kills, before_write=1_000_000):
        kills += 1
    check(made)


@pytest.mark.long
def test_a_settlement_that_is_killed_at_any_moment_goes_on(decided: MadeNetwork, tmp_path: Path) -> None:
    """Two hundred kills at moments that nobody chose."""
    chance, kills, fresh = random.Random(18), 0, copies(decided, tmp_path)
    made, complaint = next(fresh), the_complaint(decided)
    start = time.monotonic()
    settled(next(fresh), complaint)
    took_s = time.monotonic() - start

    while kills < 200:
        if _dies(made, complaint, kills, after_s=chance.uniform(0, took_s)):
            kills += 1
        else:
            check(made)
            made = next(fresh)
    assert not _dies(made, complaint, kills)
    check(made)


def copies(made: MadeNetwork, folder: Path) -> Iterator[MadeNetwork]:
    """Yield one copy of a network after another."""
    return (made.copy(folder / str(number)) for number in count())


def the_complaint(made: MadeNetwork) -> Complaint:
    (complaint,) = complaints_of(made.network).by_id.values()
    return complaint


def check(made: MadeNetwork) -> None:
    """Assert that a settlement has ended, and that each step was done once."""
    complaint = the_complaint(made)
    bodies = [event.body for event in complaint.events]
    points = {f"{each.kind}: {each.key}" for each in complaint.points}

    assert complaint.state == "closed"
    for when, agrees in (("before", False), ("after", True)):
        probes = [each.probe for each in bodies if isinstance(each, ProbeBody) and each.when == when]
        assert Counter(each.point for each in probes) == dict.fromkeys(points, 1)
        assert {each.agrees for each in probes} == {agrees}
    assert len(points) == 25
    assert [sum(isinstance(each, kind) for each in bodies) for kind in (PlanBody, ProvedBody)] == [1, 1]
    assert len(made.payloads("judgement")) == 2
    outcomes = [(each.party.id, each.outcome.value) for each in made.decisions() if each.decided_at >= SETTLED]
    assert sorted(outcomes) == [("agency-client", "allow"), ("mills", "allow"), ("works", "allow")]
    assert Gate(made.folder, "use-last").verdict(adomain=["mills.example"], at=SETTLED).outcome == "allow"
    assert verify_folder(made.folder).ok


def _dies(
    made: MadeNetwork, complaint: Complaint, turn: int, *, before_write: int = 0, after_s: float | None = None
) -> bool:
    """Settle in a process of its own that is killed; return False if it came to the end first."""
    process = _FORK.Process(target=_settle, args=(made, complaint, turn, before_write))
    process.start()
    if after_s is not None:
        process.join(after_s)
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _settle(made: MadeNetwork, complaint: Complaint, turn: int, before_write: int) -> None:
    with _killed_before(before_write) if before_write else _unharmed():
        settlement = settled(made, complaint, SETTLED + timedelta(seconds=turn))
    os._exit(0 if settlement.is_proved and settlement.complaint.state == "closed" else 1)


@contextmanager
def _unharmed() -> Iterator[None]:
    yield


@contextmanager
def _killed_before(nth: int) -> Iterator[None]:
    """Kill this process before its n-th write that makes something durable."""
    left = [nth]

    def counted(write: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(*arguments, **named)

        return call

    Ledger._append = counted(Ledger._append)  # type: ignore[method-assign,assignment]
    PublicFiles.swap_checkpoint = counted(PublicFiles.swap_checkpoint)  # type: ignore[method-assign,assignment]
    atomic_files.replacing = counted(atomic_files.replacing)  # type: ignore[assignment]
    yield
