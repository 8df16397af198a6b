"""A million recorded decisions ruled again, as `python -m benchmarks.replay [--quick] [--network DIR]`.

The decisions are those of a made network after a first run; its ledger is filled up with copies of them, each of which
is about a party of another name that has spent another sum, so that no two facts are equal. What rules read of them is
as it is in the network; `questions` says how many facts differ in that. A replay keeps no answer: each is ruled. The
copies stand in the ledger's tables and not in its log, which does not verify; a replay reads the same rows.

`seconds`, `processor_s`, `peak_mb`: `evenhand rules replay`, with its start, in its two processes. The plain way in the
same run: decisions drawn at random, each decoded whole and asked of cedarpy alone. `json_rows_per_s`: facts in JSON to
rulings in one process. `columns_rows_per_s`: facts as typed columns, one row a request, to columns of rulings in
memory, on two threads by the clock, the middle of three; `parquet_rows_per_s`: the same from a Parquet file. Beside
both, rows a second of processor time, which other work on the machine changes less.
"""

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from benchmarks.made import SEED, Made, make_network
from evenhand.model.decision import Decision
from evenhand.model.log import StoredEntry
from evenhand.policy import Rulebook, rule
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.policy.sql import Proposer
from evenhand.policy.sql.column_rulings import RELATION, ColumnRuler
from evenhand.policy.sql.compiled_queries import CompiledQueries
from evenhand.store.network import Network, read_network
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import open_tables
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.rulebooks.recorded_rulings import read_recorded, recorded_rulings
from evenhand.workflows.rulebooks.replay import facts_of, ruling_of
from tests.data import DATA

FULL, QUICK, COPIES = 1_000_000, 50_000, 10
PLAIN, RUNS, AT_ONCE = 1_000, 3, 5_000
_PARTY = re.compile(rb'"party":\{"id":"([^"\\]+)"')
_SPENT = re.compile(rb'"spend_micros":(\d+)')


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} decisions instead of {FULL:,}")
    parser.add_argument("--network", type=Path, help="a made network after a run; its ledger is filled up in place")
    wanted = parser.parse_args()
    decisions = QUICK if wanted.quick else FULL
    with TemporaryDirectory() as scratch:
        folder = wanted.network or _made(Path(scratch, "network"), decisions // COPIES)
        print(json.dumps(measure(folder, decisions)))


def measure(folder: Path, decisions: int) -> dict[str, Any]:
    """Return the figures of a network whose ledger is filled up to so many decisions."""
    network = read_network(folder)
    own = _bodies(network)
    _fill(network, own, decisions)
    found = _replayed(folder) | _plainly(network, own)
    print(json.dumps(found))
    return found | _questions(network, own) | _by_columns(network, own)


def _made(folder: Path, advertisers: int) -> Path:
    lists = DATA / "screening" / "lists"
    make_network(folder, Made(advertisers), lists if lists.is_dir() else None)
    subprocess.run([sys.executable, "-m", "benchmarks.river", "--child", str(folder)], check=True, stdout=sys.stderr)
    return folder


def _bodies(network: Network) -> list[tuple[StoredEntry, bytes]]:
    """Return the entries of the network's own decisions; copies that an earlier measurement made are left out."""
    with closing(open_tables(LedgerFolder(network.ledger), read_only=True)) as tables:
        rows = ((entry, entry.body) for entry in tables.entries() if entry.leaf_hash)
        return [(entry, body) for entry, body in rows if body is not None and b'"kind":"decision"' in entry.leaf]


def _fill(network: Network, own: list[tuple[StoredEntry, bytes]], decisions: int) -> None:
    """Add copies to the ledger's tables until it has so many decisions."""
    with closing(open_tables(LedgerFolder(network.ledger))) as tables:
        seq, _ = next(iter(tables.last_leaves()))
        there = sum(1 for _ in recorded_rulings(tables, 0, seq + 1))
        made = enumerate(islice(_copies(own), there - len(own), decisions - len(own)), seq + 1)
        while part := list(islice(made, AT_ONCE)):
            tables.append([StoredEntry(seq=place, leaf=entry.leaf, leaf_hash=b"", body=body, salt=b"")
                           for place, (entry, body) in part])  # fmt: skip


def _copies(own: list[tuple[StoredEntry, bytes]]) -> Iterator[tuple[StoredEntry, bytes]]:
    """Yield the decisions again and again, each time of a party of another name that has spent another sum."""
    number = 0
    while True:
        number += 1
        for entry, body in own:
            found = _PARTY.search(body)
            assert found is not None, "a decision without a party"
            renamed = body.replace(b'"id":"%b"' % found[1], b'"id":"%b-%d"' % (found[1], number))
            yield entry, _SPENT.sub(partial(_more, number), renamed)


def _more(number: int, spent: re.Match[bytes]) -> bytes:
    return b'"spend_micros":%d' % (int(spent[1]) + number)


def _replayed(folder: Path) -> dict[str, Any]:
    """Return what the command takes, and what it finds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "evenhand", "rules", "replay", str(folder), "--json"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(said.stdout)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "decisions": report["decisions"],
        "same": report["same"],
        "different": len(report["different"]),
        "routed": report["routed"],
        "seconds": round(seconds, 1),
        "processor_s": round(processor_s, 1),
        "processor_us_a_decision": round(processor_s / report["decisions"] * 1e6, 1),
        "peak_mb_a_process": round(after.ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
    }


def _plainly(network: Network, own: list[tuple[StoredEntry, bytes]]) -> dict[str, Any]:
    """Return what one decision costs by itself: decoded whole, its facts asked of cedarpy alone."""
    drawn = [body for _, body in random.Random(SEED).sample(own, min(PLAIN, len(own)))]
    rulebook = _rulebook(network, decision_of(drawn[0]))
    started, clock = time.process_time(), time.perf_counter()
    same = 0
    for body in drawn:
        decision = decision_of(body)
        same += rule(facts_of(decision), rulebook) == ruling_of(decision)
    processor_s, seconds = time.process_time() - started, time.perf_counter() - clock
    return {
        "plain_sample": len(drawn),
        "plain_same": same,
        "plain_ms_a_decision": round(seconds / len(drawn) * 1e3, 2),
        "plain_processor_ms_a_decision": round(processor_s / len(drawn) * 1e3, 2),
    }


def _questions(network: Network, own: list[tuple[StoredEntry, bytes]]) -> dict[str, Any]:
    """Return how many of the network's facts differ in what rules read of them."""
    first = decision_of(own[0][1])
    active = _rulebook(network, first).active(first.decided_at.astimezone(UTC).date())
    questions = DistinctQuestions(active.question_form)
    for _, body in own:
        questions.place(facts_of(decision_of(body)))
    return {"network_decisions": len(own), "questions": len(questions.asked)}


def _by_columns(network: Network, own: list[tuple[StoredEntry, bytes]]) -> dict[str, Any]:
    """Return how fast facts become rulings: from JSON, from typed columns in memory, and from a Parquet file."""
    first = decision_of(own[0][1])
    rulebook = _rulebook(network, first)
    active = rulebook.active(first.decided_at.astimezone(UTC).date())
    texts = [bytes(read_recorded(body).facts).decode() for _, body in own]
    started = time.process_time()
    Proposer(rulebook, threads=1).propose([text.encode() for text in texts])
    json_s = time.process_time() - started

    database = duckdb.connect(config={"threads": 2})
    ruler = ColumnRuler(rulebook.schema, rulebook.active, database, CompiledQueries())
    environment = next(iter(ruler.relate(texts)))
    database.execute(f"CREATE TABLE rows AS SELECT * FROM {RELATION} WHERE fits")
    with TemporaryDirectory() as scratch:
        file = Path(scratch, "facts.parquet")
        many = f"SELECT * REPLACE (row_id * {COPIES} + i AS row_id) FROM rows, range({COPIES}) t(i)"
        database.execute(f"CREATE TABLE facts_of_all AS {many}")
        database.execute(f"COPY facts_of_all TO '{file}' (FORMAT parquet)")
        rows = database.execute("SELECT count(*) FROM facts_of_all").fetchall()[0][0]
        columns, parquet = (
            _middle(partial(ruler.rule_columns, active, environment, source))
            for source in ("facts_of_all", f"read_parquet('{file}')")
        )
    return {
        "rows": rows,
        "json_rows_per_processor_s": round(len(texts) / json_s),
        "columns_rows_per_s": round(rows / columns[0]),
        "columns_rows_per_processor_s": round(rows / columns[1]),
        "parquet_rows_per_s": round(rows / parquet[0]),
        "parquet_rows_per_processor_s": round(rows / parquet[1]),
        "columns_load": round(os.getloadavg()[0], 1),
    }


def _middle(work: Callable[[], object]) -> tuple[float, float]:
    """Return the middle of some runs: seconds by the clock and of processors."""
    clock, processor = [], []
    for _ in range(RUNS):
        started, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return statistics.median(clock), statistics.median(processor)


def _rulebook(network: Network, decision: Decision) -> Rulebook:
    rulebook = Rulebooks(network).by_hash(decision.inputs.rulebook.removeprefix("sha256:"))
    assert rulebook is not None, "a rulebook that was not kept"
    return rulebook


if __name__ == "__main__":
    main()
