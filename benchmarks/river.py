"""The whole run at size, as `python -m benchmarks.river [--quick] [--advertisers N]`; the figures are the last line.

A made network is run twice, each time in a fresh process: first from nothing, then unchanged an hour later. Seconds
are the process's wall time with start-up; memory is its peak of resident pages, of its helper processes too.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.made import Made, make_network
from benchmarks.sizes import at_least
from evenhand.cli.common import tools
from evenhand.model.decision import DecidedBy
from evenhand.store.network import read_network
from evenhand.workflows.run import run
from tests.data import DATA

FULL, QUICK = 100_000, 5_000
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def main() -> None:
    """Make the network, run it twice and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} advertisers instead of {FULL:,}")
    parser.add_argument("--advertisers", type=at_least(10), help="any other size")
    parser.add_argument("--keep", type=Path, help="leave the network in this new folder")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--hours", type=int, default=0, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(_run(wanted.child, AT + timedelta(hours=wanted.hours))))
        return
    advertisers = wanted.advertisers or (QUICK if wanted.quick else FULL)
    with TemporaryDirectory() as scratch:
        print(json.dumps(measure(wanted.keep or Path(scratch, "network"), advertisers)))


def measure(folder: Path, advertisers: int) -> dict[str, Any]:
    """Return the figures of a made network of this size, built in `folder`."""
    lists = DATA / "screening" / "lists"
    entities = make_network(folder, Made(advertisers), lists if lists.is_dir() else None)
    print(f"{advertisers:,} advertisers, {entities:,} listed entities" + ("" if lists.is_dir() else " (a made list)"))
    seconds, first = _timed(folder, 0)
    print(f"first run: {seconds:.1f} s, {first['peak_mb']} MB, {first['decisions']:,} decisions")
    print(f"  in force: {first['outcomes']}")
    print(f"  seconds by stage, without reading, indexing and publishing: {first['stages']}")
    again_seconds, second = _timed(folder, 1)
    print(f"second run: {again_seconds:.1f} s, {second['peak_mb']} MB; {'; '.join(second['again']) or '-'}")
    return {
        "advertisers": advertisers,
        "entities": entities,
        "seconds": round(seconds, 1),
        "peak_mb": max(first["peak_mb"], second["peak_mb"]),
        "second_run_seconds": round(again_seconds, 1),
        "second_run_decisions": second["decisions"],
    }


def _timed(folder: Path, hours: int) -> tuple[float, dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.river", "--child", str(folder), "--hours", str(hours)]
    start = time.perf_counter()
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return time.perf_counter() - start, json.loads(said.stdout.splitlines()[-1])


def _run(folder: Path, at: datetime) -> dict[str, Any]:
    """Run the network in this process and return what it did and its peak memory."""
    stages: dict[str, tuple[float, float]] = {}

    def progress(stage: str, _done: int, _total: int) -> None:
        now = time.perf_counter()
        stages[stage] = (stages.get(stage, (now, now))[0], now)

    with tools(quiet=True) as handed:
        watched = replace(handed, progress=progress)
        report = run(read_network(folder), at, DecidedBy(kind="run", id="benchmark"), watched)
    own, helpers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "decisions": report.decisions,
        "outcomes": report.outcomes_in_force,
        "again": report.again,
        "stages": {stage: round(last - first, 1) for stage, (first, last) in stages.items()},
        "peak_mb": round((own + helpers) / 1024),
    }


if __name__ == "__main__":
    main()
