"""From a person's answer to the gate, as `python -m benchmarks.reversal [--advertisers N]`; figures are the last line.

A network is made and run, the sample network or one of N advertisers. Then, in one fresh process, people answer one
match after the other that held an advertiser: each answer is recorded and the party decided again, once by
`decide_again`, once by a whole run, in turn. `gate_s` is until the gate's register is in place, `whole_s` until all
files are, both of processor time, the middle of all; the first answer of a process is given apart, for it loads what
later ones find loaded.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from benchmarks.made import Made, make_network
from benchmarks.sizes import at_least
from evenhand.cli.common import tools
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import DecidedBy, Party
from evenhand.model.finding import Finding
from evenhand.store.network import Network, read_network
from evenhand.workflows.delivery.publication import record_register
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.fact_changes import record_changes
from evenhand.workflows.review.review_queue import last_run, matches_of
from evenhand.workflows.run import Tools, run
from evenhand.workflows.run.party_run import decide_again
from tests.data import DATA

BY = DecidedBy(kind="run", id="benchmark")
AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
ANSWERS = 7


def main() -> None:
    """Make the network, answer in a fresh process, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--advertisers", type=at_least(0), default=0, help="made advertisers; without it the sample network"
    )
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        print(json.dumps(_answers(read_network(wanted.child))))
        return
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "network")
        _make(folder, wanted.advertisers)
        start = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.reversal", "--child", str(folder)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        whole = {"advertisers": wanted.advertisers or "sample", "process_s": round(time.perf_counter() - start, 2)}
        print(json.dumps(whole | json.loads(done.stdout.splitlines()[-1])))


def _make(folder: Path, advertisers: int) -> None:
    if not advertisers:
        command = [sys.executable, "-m", "evenhand", "demo", str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return
    lists = DATA / "screening" / "lists"
    make_network(folder, Made(advertisers), lists if lists.is_dir() else None)
    with tools(quiet=True) as handed:
        run(read_network(folder), AT - timedelta(hours=12), BY, handed)


def _answers(network: Network) -> dict[str, Any]:
    figures: dict[str, list[tuple[float, float]]] = {"decide_again": [], "run": []}
    first = 0.0
    with tools(quiet=True) as handed, _published() as published:
        for number, (finding, how) in enumerate(
            zip(_matches(network), ("decide_again", "run") * ANSWERS, strict=False)
        ):
            begun, at = _processor_s() if number else 0.0, AT + timedelta(hours=number)
            party = Party(kind="payer" if finding.party_kind == "payer" else "advertiser", id=finding.party_id)
            _record(network, party, finding, at, handed)
            if how == "run":
                run(network, at, BY, handed)
            else:
                decide_again(network, (party,), at, BY, handed)
            ended = _processor_s()
            if number:
                figures[how].append((published[-1] - begun, ended - begun))
            else:
                first = published[-1]
    return {"first_gate_s": round(first, 2)} | {
        f"{how}_{name}": round(median(each[place] for each in several), 2)
        for how, several in figures.items()
        for place, name in enumerate(("gate_s", "whole_s"))
    }


def _record(network: Network, party: Party, finding: Finding, at: datetime, handed: Tools) -> None:
    change = FactChange(kind="judgement", list=finding.list, entity_id=finding.entity_id, verdict="not-same")
    with open_ledger(network.ledger) as ledger:
        record_changes(ledger, network, party, (change,), Acting("p-1"), at, tools=handed, why="made up")
        ledger.publish(at)


def _matches(network: Network) -> Iterator[Finding]:
    """Yield matches that only a person can decide, one a party."""
    with read_ledger(network.ledger) as ledger:
        memory, _ = last_run(network, ledger)
    seen: set[str] = set()
    for (kind, party), noticed in matches_of(memory):
        if kind != "owner" and not noticed.finding.certain and party not in seen and len(seen) < ANSWERS:
            seen.add(party)
            yield noticed.finding


@contextmanager
def _published() -> Iterator[list[float]]:
    """Give the processor time of each moment at which a register was in place."""
    moments: list[float] = []

    def timed(*args: Any, **kwargs: Any) -> Any:
        result = record_register(*args, **kwargs)
        moments.append(_processor_s())
        return result

    with patch("evenhand.workflows.run.register_beside.record_register", timed):
        yield moments


def _processor_s() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()
