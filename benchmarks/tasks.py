"""The tasks of a large network, as `python -m benchmarks.tasks [--quick]`; the figures are the last line, as JSON.

A made network in which so many advertisers bear the name of a listed entity runs once; then its tasks are listed as
`evenhand tasks` does: made anew of what the run left, read from what is kept, and filtered. The plain twin folds the
same without anything kept; both must come to the same tasks.
"""

import argparse
import csv
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.made import Made, make_network
from evenhand.cli.common import collector_at_rest, tools
from evenhand.model.decision import DecidedBy
from evenhand.model.task import Task, TaskEvent
from evenhand.store.network import Network, read_network
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.run_result import read_run
from evenhand.workflows.review.task_board import filter_tasks, list_tasks, urgency
from evenhand.workflows.review.task_events import StatedEvent, act
from evenhand.workflows.review.task_fold import RecordedEvent, fold_task
from evenhand.workflows.review.task_questions import KEPT, questions_of
from evenhand.workflows.run import run

FULL, QUICK = 10_000, 500
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
REPEATED, CLAIMED = 7, 20
SUFFIXES = PublicSuffixes()


def main() -> None:
    """Make the network, run it, list its tasks in every way, and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} tasks instead of {FULL:,}")
    parser.add_argument("--keep", type=Path, help="build the network in this folder, or take the one that is there")
    wanted = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = wanted.keep or Path(scratch, "network")
        if not folder.exists():
            _build(folder, QUICK if wanted.quick else FULL)
        print(json.dumps(measure(folder)))


def measure(folder: Path) -> dict[str, Any]:
    """Return the figures of a network that has run; seconds and milliseconds are of the process's own time too."""
    network = read_network(folder)
    (network.state / KEPT).unlink(missing_ok=True)
    with tools(quiet=True) as handed:
        (made_s, made_cpu_s), found = _timed(lambda: list_tasks(network, LATER, SUFFIXES))
        for task in found[:CLAIMED]:
            act(network, StatedEvent(task.id, "claim"), Acting("a"), LATER, handed)
    with collector_at_rest():
        read = [_timed(lambda: list_tasks(network, LATER, SUFFIXES)) for _ in range(REPEATED)]
    found = read[-1][1]
    filtered = [_timed(lambda: filter_tasks(found, kind="match", due=True)) for _ in range(REPEATED)]
    (plain_s, plain_cpu_s), plain = _timed(lambda: _plain(network))
    assert plain == found, "what is kept comes to other tasks than what the ledger says"
    print(f"{len(found):,} tasks: made {made_s:.2f} s, read {_median(read, 0):.0f} ms, plain {plain_s:.2f} s")
    return {
        "tasks": len(found),
        "made_s": round(made_s, 2), "made_cpu_s": round(made_cpu_s, 2),
        "read_ms": _median(read, 0), "read_cpu_ms": _median(read, 1),
        "filter_ms": _median(filtered, 0), "filter_cpu_ms": _median(filtered, 1),
        "plain_s": round(plain_s, 2), "plain_cpu_s": round(plain_cpu_s, 2),
        "kept_mb": round((network.state / KEPT).stat().st_size / 1e6, 1),
    }  # fmt: skip


def _build(folder: Path, wanted: int) -> None:
    """Build a network of about so many tasks and run it."""
    make_network(folder, Made(wanted), None)
    _name_as_listed(folder)
    with tools(quiet=True) as handed:
        run(read_network(folder), AT, DecidedBy(kind="run", id="benchmark"), handed)


def _name_as_listed(folder: Path) -> None:
    """Give each advertiser the name of an entity of the made list, so that a person has to look at it."""
    with (folder / "made-list.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    path = folder / "data" / "advertisers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"name": name} for row, name in zip(rows, names, strict=False))


def _plain(network: Network) -> list[Task]:
    """Return the tasks folded from the ledger's first entry on, with nothing kept."""
    with read_ledger(network.ledger) as ledger:
        result = read_run(network, ledger, LATER, SUFFIXES)
        assert result is not None
        events = [
            RecordedEvent(seq, msgspec.json.decode(raw, type=TaskEvent))
            for seq, _, raw in ledger.entries("task")
            if raw is not None
        ]
        folded = [
            fold_task(each, [event for event in events if event.event.task == each.id], LATER, result.size)
            for each in questions_of(result)
        ]
    return sorted((each for each in folded if each.state != "answered"), key=urgency)


def _timed(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Return how long some work took, by the clock and of this process, in seconds, and what came of it."""
    clock, own = time.perf_counter(), time.process_time()
    done = work()
    return (time.perf_counter() - clock, time.process_time() - own), done


def _median(timed: list[tuple[tuple[float, float], Any]], which: int) -> float:
    return round(1000 * statistics.median(times[which] for times, _ in timed), 1)


if __name__ == "__main__":
    main()
