"""An auditor's folder at size, as `python -m benchmarks.audit_folder [--quick] [--decisions N]`.

The figures are the last line.

A made network runs once; its decisions are then appended again under other ids until there are enough. Measured are
processes of their own with start-up: `audit export`, `audit verify`, and the folder's `verify.py`; `_s` is wall time,
`_cpu_s` that of the processor, which other work on the machine does not lengthen.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made import Made, make_network
from benchmarks.sizes import at_least
from evenhand.cli.common import tools
from evenhand.model.decision import DecidedBy
from evenhand.model.log import Leaf, LogRecord
from evenhand.store.network import read_network
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.run import run

FULL, QUICK, MADE = 100_000, 2_000, 1_000
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
_AT_ONCE = 5_000


def main() -> None:
    """Make the ledger and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} decisions instead of {FULL:,}")
    parser.add_argument("--decisions", type=at_least(10), help="any other number")
    wanted = parser.parse_args()
    decisions = wanted.decisions or (QUICK if wanted.quick else FULL)
    with TemporaryDirectory() as scratch:
        print(json.dumps(measure(Path(scratch), decisions)))


def measure(scratch: Path, decisions: int) -> dict[str, float]:
    """Return the figures for so many decisions."""
    network, folder = scratch / "network", scratch / "folder"
    make_network(network, Made(MADE), None)
    with tools(quiet=True) as ours:
        run(read_network(network), AT, DecidedBy(kind="run", id="benchmark"), ours)
    written = _enlarge(network / "ledger", decisions)
    vkey = (network / "ledger" / "public" / "vkey").read_text("ascii").strip()
    print(f"{written:,} decisions in the ledger")
    evenhand = [sys.executable, "-m", "evenhand"]
    commands = {
        "export": [*evenhand, "audit", "export", str(network), "--out", str(folder)],
        "verify": [*evenhand, "audit", "verify", str(folder), "--vkey", vkey],
        "one_file": [sys.executable, str(folder / "verify.py"), str(folder), vkey],
    }
    figures: dict[str, float] = {"decisions": written}
    for name, command in commands.items():
        figures |= _seconds(name, command)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return figures | {"folder_mb": round(size / 1e6)}


def _enlarge(folder: Path, decisions: int) -> int:
    """Append decisions again under other ids until there are so many; return how many there are."""
    with open_ledger(folder) as ledger:
        known = [(leaf, payload) for _, leaf, payload in ledger.entries("decision") if payload is not None]
        parties = [json.loads(payload)["party"]["id"].encode() for _, payload in known]
        numbers = count()
        more = (
            _decision(_renamed(payload, party, next(numbers)), leaf)
            for (leaf, payload), party in zip(cycle(known), cycle(parties), strict=False)
        )
        left = decisions - len(known)
        while left > 0:
            left -= len(ledger.append(list(islice(more, min(left, _AT_ONCE))), AT))
        ledger.publish(AT)
    return max(decisions, len(known))


def _decision(payload: bytes, leaf: Leaf) -> LogRecord:
    return LogRecord(kind="decision", payload=payload, rulebook=leaf.rulebook, lists=leaf.lists)


def _renamed(payload: bytes, party: bytes, number: int) -> bytes:
    return payload.replace(b'"%s"' % party, b'"%s-%07d"' % (party, number))


def _seconds(name: str, command: list[str]) -> dict[str, float]:
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{name}: {seconds:.1f} s, {cpu:.1f} s of processor time")
    return {f"{name}_s": round(seconds, 1), f"{name}_cpu_s": round(cpu, 1)}


if __name__ == "__main__":
    main()
