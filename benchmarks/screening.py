"""Screening at speed, as `python -m benchmarks.screening [--quick] [--entities N]`; the figures are the last line.

The queries of the hard set against UN, OFAC SDN of 2021 and OFAC consolidated: whole advertisers in, scored and
explained matches out, one thread, beside rapidfuzz's token_sort over all names in the same process. Each process is
fresh and the index opened from its file; the collector of rings rests, as in the command line. `names_per_s` is a
second pass: what equal words look like is remembered, nothing of who bears them. `names_per_s_first_pass` is the first.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from benchmarks.entities import made_entities, made_queries, made_version, one_by_one
from benchmarks.made import REAL_LISTS
from benchmarks.sizes import at_least
from evenhand.cli.common import collector_at_rest
from evenhand.lists.publication import read_publication
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser, PartyKind
from evenhand.screening import Index, screen
from evenhand.store.public_suffixes import PublicSuffixes
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_recall import answers, index_of, measure
from tests.conformance.screening_rows import party_from
from tests.data import DATA

LISTS = DATA / "screening" / "lists"
HARD = DATA / "screening" / "hard"
ASKED = ("un-sc", "ofac-sdn", "ofac-cons")
_MADE_QUERIES, _QUICK_STEP = 5_000, 6
_EDGES = 1_000_000
_ONE_BY_ONE, _IN_BATCHES, _BATCH = 300, 2_048, 256
_COLD = """
import sys
from pathlib import Path
from evenhand.model.party import Advertiser
from evenhand.screening import Index, screen
from evenhand.store.public_suffixes import PublicSuffixes
index = Index.open(Path(sys.argv[1]), PublicSuffixes())
print(len(list(screen([("advertiser", Advertiser(id="a", name=sys.argv[2]))], index))))
"""


class Size(NamedTuple):
    """What is measured: made entities instead of the lists if `made`, a few queries and one process if `quick`."""

    made: int
    quick: bool


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a sixth of the queries, one process instead of three")
    parser.add_argument("--entities", type=at_least(1), metavar="N", help="N made entities instead of the lists")
    parser.add_argument("--child", choices=_CHILDREN, help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.entities is None and not LISTS.is_dir():
        parser.exit(2, f"{LISTS} is not there: set EVENHAND_DATA, or give --entities\n")
    size = Size(wanted.entities or 0, wanted.quick)
    if wanted.child:
        with collector_at_rest():
            print(json.dumps(_CHILDREN[wanted.child](wanted.index, size)))
        return
    with TemporaryDirectory() as scratch:
        print(json.dumps(figures(Path(scratch, "lists.idx"), size)))


def figures(index: Path, size: Size) -> dict[str, Any]:
    """Return all figures; the index is kept in a file."""
    what = f"{size.made:,} made entities" if size.made else f"{', '.join(ASKED)} of {LISTS}"
    print(f"{what}; load {os.getloadavg()[0]:.1f}")
    found = _child("build", index, size)
    found["index_mb"] = round(index.stat().st_size / 1e6, 1)
    print(f"index: {found}")
    runs = []
    for _ in range(1 if size.quick else 3):
        runs.append(_child("speed", index, size))
        print(f"a fresh process: {runs[-1]}")
    found |= {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}
    found |= _child("memory", index, size)
    found["cold_start_s"] = _cold_start(index)
    if not size.made:
        found |= {name: round(found["names_per_s"] / found[beside], 1) for name, beside in _RATIOS.items()}
        found |= recall(size) | _ownership(size)
    return found


_RATIOS = {"ratio": "baseline_token_sort_per_s", "ratio_batch": "baseline_batch_per_s"}


def recall(size: Size) -> dict[str, Any]:
    """Return what the same code finds of the hard set's queries in the hard set's own list, and how fast."""
    rows, index = _rows(size), index_of([HARD / "list.visible.jsonl.gz"])
    start = time.perf_counter()
    found = measure(rows, answers(rows, index))
    speed = len(rows) / (time.perf_counter() - start)
    kept = ("recall", "recall_full", "false_hits", "background_false_hits")
    return {name: found[name] for name in kept} | {"hard_list_names_per_s": round(speed, 1)}


def _ownership(size: Size) -> dict[str, Any]:
    edges = _EDGES // 10 if size.quick else _EDGES
    said = _said([sys.executable, "-m", "benchmarks.ownership", "--edges", str(edges)])
    return {name: said[name] for name in ("ownership_edges", "ownership_s")}


def _cold_start(index: Path) -> float:
    """Return the seconds from starting an interpreter to its first answer, the middle of five."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", _COLD, str(index), "Havana Bank"], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return round(statistics.median(taken), 3)


def _child(what: str, index: Path, size: Size) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.screening", "--child", what, "--index", str(index)]
    made = ["--entities", str(size.made)] if size.made else []
    return _said([*command, *made, *(["--quick"] if size.quick else [])])


def _said(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def build(index: Path, size: Size) -> dict[str, Any]:
    """Build the index and keep it; return how long that took and of how much it is."""
    start, worked = time.perf_counter(), time.process_time()
    Index(_one_by_one(size), PublicSuffixes()).save(index)
    seconds, built, peak = time.perf_counter() - start, time.process_time(), peak_mb()
    names = [len(names_of(entity)) for _, entities in _one_by_one(size) for entity in entities]
    return {
        "entities": len(names),
        "list_names": sum(names),
        "index_build_s": round(seconds, 2),
        "index_build_cpu_s": round(built - worked, 2),
        "entities_cpu_s": round(time.process_time() - built, 2),
        "index_build_peak_mb": peak,
    }


def speed(index: Path, size: Size) -> dict[str, Any]:
    """Return names a second of a process at work, of one that meets every word anew, and of the baseline."""
    parties = list(_parties(size))
    opened = Index.open(index, PublicSuffixes())
    first = _rate(len(parties), screen(parties, opened))
    found = {"names_per_s": _rate(len(parties), screen(parties, opened)), "names_per_s_first_pass": first}
    if size.made:
        return found
    names = [names_of(entity) for _, entities in _lists(size) for entity in entities]
    asked = [party.name for _, party in parties]
    found["baseline_token_sort_per_s"] = token_sort(asked[:: len(asked) // _ONE_BY_ONE], names, 1)
    found["baseline_batch_per_s"] = token_sort(asked[:_IN_BATCHES], names, _BATCH)
    return found


def memory(index: Path, size: Size) -> dict[str, Any]:
    """Return the peak of resident memory of a process that screens; of made entities also how many it found."""
    opened = Index.open(index, PublicSuffixes())
    found = {(finding.party_id, finding.entity_id) for finding in screen(_parties(size), opened)}
    figures = {"peak_mb": peak_mb()}
    if not size.made:
        return figures
    wanted = {(party.id, entity_id) for party, entity_id in _made(size) if entity_id}
    return figures | {"made_recall": round(len(wanted & found) / len(wanted), 4), "findings": len(found)}


_CHILDREN = {"build": build, "speed": speed, "memory": memory}


def token_sort(queries: Sequence[str], names: Sequence[Sequence[str]], at_once: int) -> float:
    """Return how many queries a second rapidfuzz compares with all names: the best name of every entity."""
    flat = [anyascii(name).lower() for several in names for name in several]
    firsts = np.cumsum([0, *map(len, names)])[:-1]
    asked = [anyascii(query).lower() for query in queries]
    start = time.perf_counter()
    for part in _parts(asked, at_once):
        scores = process.cdist(part, flat, scorer=fuzz.token_sort_ratio, workers=1)
        np.maximum.reduceat(scores, firsts, axis=1)
    return round(len(asked) / (time.perf_counter() - start), 1)


def names_of(entity: ListedEntity) -> list[str]:
    """Return every name of an entity once; both sides compare the same."""
    return list(dict.fromkeys(entity.values("name", "alias", "previousName", "weakAlias")))


def peak_mb() -> int:
    """Return the peak of resident memory of this process, nothing of the one that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return round(int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024)


def _rate(count: int, found: Iterable[object]) -> float:
    start = time.perf_counter()
    for _ in found:
        pass
    return round(count / (time.perf_counter() - start), 1)


def _lists(size: Size) -> list[tuple[ListVersion, Sequence[ListedEntity]]]:
    if size.made:
        return [(made_version(size.made), made_entities(size.made))]
    return [read_publication(LISTS / REAL_LISTS[key]) for key in ASKED]


def _one_by_one(size: Size) -> Iterator[tuple[ListVersion, Iterable[ListedEntity]]]:
    """Yield the lists; made entities one at a time, so that the process holds no million of them."""
    if size.made:
        yield made_version(size.made), one_by_one(size.made)
    else:
        yield from _lists(size)


def _parties(size: Size) -> Iterator[tuple[PartyKind, Advertiser]]:
    """Yield the queries one by one, so that a process holds no more of them than it screens."""
    if size.made:
        yield from (("advertiser", party) for party, _ in _made(size))
        return
    with gzip.open(HARD / "hard.visible.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, 0, None, _QUICK_STEP if size.quick else 1)):
            query = json.loads(line)["query"]
            yield "advertiser", party_from(str(number), query.get("schema", "LegalEntity"), query)


def _made(size: Size) -> Iterator[tuple[Advertiser, str]]:
    """Yield the made queries; the first made entities are the same in a list of any size."""
    few = made_entities(min(size.made, _MADE_QUERIES))
    return made_queries(few, _MADE_QUERIES // (_QUICK_STEP if size.quick else 1))


def _rows(size: Size) -> list[dict[str, Any]]:
    return rows_of(HARD / "hard.visible.jsonl.gz")[:: _QUICK_STEP if size.quick else 1]


def _parts(values: Sequence[str], at_once: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), at_once):
        yield values[start : start + at_once]


if __name__ == "__main__":
    main()
