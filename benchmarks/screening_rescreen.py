"""A new list version against many advertisers, as `python -m benchmarks.screening_rescreen [--quick]`.

OFAC SDN of 2019 gives way to that of 2021. `full_s` screens everybody against all of it, `delta_s` is what a run does
that remembers the last one: how the lists differ, everybody against the added and amended entries, findings of removed
ones dropped. Each in a fresh process with empty caches, both by `findings.screen_parties`; all findings are compared.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.entities import made_advertisers
from benchmarks.sizes import at_least
from evenhand.cli.common import collector_at_rest
from evenhand.lists.difference import difference
from evenhand.lists.publication import read_publication
from evenhand.model.party import Payer
from evenhand.model.record import sha256_hex
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, PartyKey, screen_parties
from tests.data import DATA

FULL, QUICK = 100_000, 20_000
LISTS = DATA / "screening" / "lists"
OLD, NEW = LISTS / "ofac_sdn_20190115", LISTS / "ofac_sdn_20210707"


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} advertisers instead of {FULL:,}, one run")
    parser.add_argument("--advertisers", type=at_least(10), help="any other number")
    parser.add_argument("--child", choices=("before", "full", "delta"), help=argparse.SUPPRESS)
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    advertisers = wanted.advertisers or (QUICK if wanted.quick else FULL)
    if not LISTS.is_dir():
        parser.exit(2, f"{LISTS} is not there: set EVENHAND_DATA\n")
    if wanted.child:
        with collector_at_rest():
            print(json.dumps(_run(wanted.child, wanted.memory, advertisers)))
        return
    with TemporaryDirectory() as scratch:
        print(json.dumps(measure(Path(scratch, "memory"), advertisers, 1 if wanted.quick else 3)))


def measure(memory: Path, advertisers: int, times: int) -> dict[str, Any]:
    """Return the figures of so many advertisers; seconds are the middle of so many runs."""
    print(f"{advertisers:,} made advertisers; load {os.getloadavg()[0]:.1f}")
    counts = difference(OLD, NEW)[0].counts
    before = _child("before", memory, advertisers)
    print(f"SDN 2019: {before}")
    runs = {what: [_child(what, memory, advertisers) for _ in range(times)] for what in ("full", "delta")}
    for what, several in runs.items():
        print(f"{what}: {several}")
    full, delta = (statistics.median(run["seconds"] for run in runs[what]) for what in ("full", "delta"))
    said = {run["findings_sha256"] for several in runs.values() for run in several}
    return {
        "advertisers": advertisers,
        "changed_entries": counts["added"] + counts["removed"] + counts["amended"],
        "findings": runs["full"][0]["findings"],
        "full_s": full,
        "delta_s": delta,
        "ratio": round(full / delta, 1),
        "same_findings": len(said) == 1,
        "findings_before": before["findings"],
        "findings_new": runs["full"][0]["findings_new"],
    }


def _child(what: str, memory: Path, advertisers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.screening_rescreen", "--child", what, "--memory", str(memory)]
    done = subprocess.run([*command, "--advertisers", str(advertisers)], check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _run(what: str, path: Path, advertisers: int) -> dict[str, Any]:
    """Screen in this process and return how long it took and what was found."""
    read = {version.sha256: (version, entities) for version, entities in map(read_publication, (OLD, NEW))}
    old, new = (version for version, _ in read.values())
    lists = Lists(
        {new.key: old if what == "before" else new},
        lambda version: read[version.sha256][1],
        lambda version: (),  # noqa: ARG005  ties between parties are not screened
        prefilter=None if what == "full" else path.with_name("parties.sieve"),
    )
    listed = [entity for _, entities in read.values() for entity in entities]
    parties: dict[PartyKey, Payer] = {("advertiser", each.id): each for each in made_advertisers(advertisers, listed)}
    known = msgspec.msgpack.decode(path.read_bytes(), type=FindingsMemory) if what == "delta" else None
    suffixes = PublicSuffixes()
    start = time.perf_counter()
    memory, _ = screen_parties(parties, lists, known, suffixes, lambda *_: None)
    seconds = time.perf_counter() - start
    if what == "before":
        path.write_bytes(msgspec.msgpack.encode(memory))
    added = {entity.id for entity in read[new.sha256][1]} - {entity.id for entity in read[old.sha256][1]}
    found = [noticed.finding for seen in memory.seen.values() for noticed in seen.noticed]
    return {
        "seconds": round(seconds, 2),
        "findings": len(found),
        "findings_new": sum(finding.entity_id in added for finding in found),
        "findings_sha256": sha256_hex(msgspec.msgpack.encode(memory)),
    }


if __name__ == "__main__":
    main()
