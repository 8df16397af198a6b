"""Several processes on one job, and the one that keeps them going."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evenhand.web.gate import workers
from evenhand.web.gate.workers import run_workers


@pytest.fixture(autouse=True)
def _signals(tmp_path: Path) -> Iterator[None]:
    """Stop the timer before the folder that it looks into is removed, and put back what was done at a signal."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)
    kept = {number: signal.getsignal(number) for number in numbers}
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in kept.items():
        signal.signal(number, handler)


def nothing() -> None:
    """Close what the workers do not have."""


def every_moment(do: Callable[[], None]) -> None:
    """Call something often while the main thread waits; forks do not take it along."""
    signal.signal(signal.SIGALRM, lambda *_: do())
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)


def running(folder: Path) -> dict[int, int]:
    """Return the process of each worker that has said it is there."""
    return {int(path.name): int(path.read_text()) for path in folder.iterdir() if path.name.isdecimal()}


def say_running(folder: Path, worker: int) -> None:
    """Write the process at once: a file that is there and still empty has no number to read."""
    mark = folder / f"{worker}.new"
    mark.write_text(str(os.getpid()))
    mark.replace(folder / f"{worker}")


def job(folder: Path, *, stops: bool = True) -> Callable[[int, int], None]:
    """Return work that says it is there and waits for a signal, or for its parent to be gone."""

    def work(worker: int, pipe: int) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if stops else signal.SIG_IGN)
        say_running(folder, worker)
        os.read(pipe, 1)

    return work


def test_each_worker_runs_and_all_end_with_a_signal(tmp_path: Path) -> None:
    """Nobody is left behind."""
    every_moment(lambda: os.kill(os.getpid(), signal.SIGTERM) if len(running(tmp_path)) == 3 else None)

    run_workers(3, job(tmp_path), print, nothing)

    for process in running(tmp_path).values():
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    """The others go on; the operator is told."""
    said: list[str] = []
    first: dict[int, int] = {}

    def watch() -> None:
        now = running(tmp_path)
        if len(now) == 2 and not first:
            first.update(now)
            os.kill(now[1], signal.SIGKILL)
        elif first and now[1] != first[1]:
            os.kill(os.getpid(), signal.SIGTERM)

    every_moment(watch)
    run_workers(2, job(tmp_path), said.append, nothing)

    assert said == ["worker 1 ended and is started again"]
    assert running(tmp_path)[0] == first[0]


def test_a_worker_that_fails_at_once_is_not_started_again_at_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A broken start must not become a storm of processes; its error is shown."""
    told_at: list[float] = []

    def work(worker: int, pipe: int) -> None:
        raise ValueError("made-up fault")

    every_moment(lambda: os.kill(os.getpid(), signal.SIGTERM) if len(told_at) == 2 else None)
    run_workers(1, work, lambda _: told_at.append(time.monotonic()), nothing)

    assert told_at[1] - told_at[0] >= workers._SHORT_LIFE_S
    assert "ValueError: made-up fault" in capfd.readouterr().err


@pytest.mark.parametrize(("fails", "status"), [(False, 0), (True, 1)])
def test_a_worker_leaves_with_the_status_of_its_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fails: bool, status: int
) -> None:
    """And never comes back into what its parent was doing; seen here without a fork."""
    done: list[int] = []

    def leave(code: int) -> None:
        raise SystemExit(code)

    def work(worker: int, pipe: int) -> None:
        done.append(worker)
        if fails:
            raise ValueError("made-up fault")

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(SystemExit) as left:
        run_workers(3, work, print, nothing)

    assert left.value.code == status
    assert done == [0]
    assert ("made-up fault" in capsys.readouterr().err) is fails


def test_a_worker_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole is gone in time, whatever hangs."""
    usual_s = workers.STOP_S
    monkeypatch.setattr(workers, "STOP_S", 0.3)
    stopped: list[float] = []

    def stop() -> None:
        if running(tmp_path) and not stopped:
            stopped.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGTERM)

    every_moment(stop)
    run_workers(1, job(tmp_path, stops=False), print, nothing)

    assert time.monotonic() - stopped[0] < usual_s
    with pytest.raises(ProcessLookupError):
        os.kill(running(tmp_path)[0], 0)


def test_a_worker_that_does_not_listen_yet_hears_of_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its start and its first listening a signal would be lost, and the service wait until it is killed."""
    monkeypatch.setattr(workers, "STOP_S", 20.0)
    stopped: list[float] = []

    def stop() -> None:
        if running(tmp_path) and not stopped:
            stopped.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGTERM)

    def work(worker: int, pipe: int) -> None:
        listens = job(tmp_path / "later")
        say_running(tmp_path, worker)
        time.sleep(0.5)
        listens(worker, pipe)

    (tmp_path / "later").mkdir()
    every_moment(stop)
    run_workers(1, work, print, nothing)

    assert time.monotonic() - stopped[0] < 20


def test_a_signal_to_open_anew_goes_to_each_worker_and_ends_none(tmp_path: Path) -> None:
    """A terminal that is closed sends the same signal."""

    def work(worker: int, pipe: int) -> None:
        signal.signal(signal.SIGHUP, lambda *_: (tmp_path / f"{worker}.heard").touch())
        job(tmp_path)(worker, pipe)

    def watch() -> None:
        if len(list(tmp_path.glob("*.heard"))) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        elif len(running(tmp_path)) == 2:
            # More than once: a worker can say that it runs before the process that forked it has noted its number.
            os.kill(os.getpid(), signal.SIGHUP)

    every_moment(watch)
    said: list[str] = []
    run_workers(2, work, said.append, nothing)

    assert said == []


def test_what_is_shared_is_closed_before_the_workers_are_told_to_stop(tmp_path: Path) -> None:
    """A listening socket that stays open takes clients whom nobody answers."""
    every_moment(lambda: os.kill(os.getpid(), signal.SIGTERM) if len(running(tmp_path)) == 2 else None)
    alive: list[int] = []

    def close() -> None:
        for process in running(tmp_path).values():
            os.kill(process, 0)
            alive.append(process)

    run_workers(2, job(tmp_path), print, close)

    assert len(alive) == 2
