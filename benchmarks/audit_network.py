"""The audit of a network's own ledger: `python -m benchmarks.audit_network [--quick] [--folder DIR]`.

A made network is run once, unless `--folder` names one that has run; then its plan is registered and it is audited. The
last line is one JSON object. `cpu_s` is processor time of all threads: beside other work it says more than `seconds`.
"""

import argparse
import json
import resource
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks.made import Made, make_network
from benchmarks.river import AT, FULL, QUICK
from evenhand.cli.common import tools
from evenhand.model.decision import DecidedBy
from evenhand.store.network import Network, read_network
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import run_audit
from evenhand.workflows.run import run
from tests.data import DATA


def main() -> None:
    """Make and run the network, audit it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} advertisers instead of {FULL:,}")
    parser.add_argument("--folder", type=Path, help="a network that has run, which gets a plan and a report")
    wanted = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = wanted.folder or _made(Path(scratch, "network"), QUICK if wanted.quick else FULL)
        print(json.dumps(measure(read_network(folder))))


def measure(network: Network) -> dict[str, Any]:
    """Return the figures of planning and auditing a network that has run."""
    began = perf_counter()
    stages: dict[str, float] = {}

    def progress(stage: str, *_: int) -> None:
        stages.setdefault(stage, perf_counter() - began)

    with tools(quiet=True) as handed:
        register_plan(network, AT + timedelta(hours=2), handed)
        planned, cpu = perf_counter(), process_time()
        quiet = replace(handed, progress=progress)
        report = run_audit(network, AT + timedelta(hours=2), quiet, exploratory=False).report
    proof = report.proof
    return {
        "decisions": report.decisions,
        "plan_seconds": round(planned - began, 1),
        "seconds": round(perf_counter() - planned, 1),
        "cpu_s": round(process_time() - cpu, 1),
        "begun_at_s": {stage: round(at - (planned - began), 1) for stage, at in stages.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "strata": report.strata,
        "replayed": proof.replayed if proof else 0,
        "flips": proof.flips if proof else 0,
        "matches": report.matches.rows if report.matches else 0,
        "found": report.found,
    }


def _made(folder: Path, advertisers: int) -> Path:
    lists = DATA / "screening" / "lists"
    make_network(folder, Made(advertisers), lists if lists.is_dir() else None)
    with tools(quiet=True) as handed:
        run(read_network(folder), AT, DecidedBy(kind="run", id="evenhand benchmark"), handed)
    return folder


if __name__ == "__main__":
    main()
