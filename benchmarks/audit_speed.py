"""Speed of the audit of a table: `python -m benchmarks.audit_speed [--quick] [--rows N] [--values N]`.

Made decisions in Parquet: 5 facts, 3 group attributes of 40, 12 and 3 values, one decision in 200 against the rule.
Up to 5,000,000 rows all tests are made; of more, pairs and tables. The last line is one JSON object. The baseline
counts strata, pairs, tables and rank sums of a sample in plain Python dictionaries, in the same run; it gives no p.
`--values` widens the first attribute. `cpu_s` is processor time of all threads: beside other work it says more than
`seconds`.
"""

import argparse
import json
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import duckdb
import msgspec

from benchmarks.sizes import at_least
from evenhand.audit import audit_table, read_decisions
from evenhand.audit.pairs import list_odd
from evenhand.audit.strata import tables_by_value
from evenhand.model.audit import AuditPlan

ALL_TESTS = 5_000_000
SAMPLE = 200_000
PLAN = AuditPlan(
    plan=1, advertiser="advertiser", seq="seq", outcome="outcome", adverse=("refuse",), favourable=("allow",),
    facts=("on_list", "owned_share_band", "risk_band", "verified", "strikes"), rulebook="rulebook",
    groups=("country", "language", "size"), decided_at="decided_at", opened_at="opened_at", examined="examined",
    selection_facts=("risk_band", "strikes"), flags_before="flags_before", spend="spend",
)  # fmt: skip


def main() -> None:
    """Make the decisions, audit them, count a sample in plain Python, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 rows")
    parser.add_argument("--rows", type=at_least(1_000), default=1_000_000)
    parser.add_argument("--values", type=at_least(2), default=40, help="values of the first attribute")
    parser.add_argument("--keep", type=Path, help="keep the made decisions there, and use them if they are there")
    options = parser.parse_args()
    rows = 100_000 if options.quick else options.rows
    with TemporaryDirectory() as place:
        path = options.keep or Path(place) / "decisions.parquet"
        if not path.exists():
            make(path, rows, options.values)
        print(json.dumps(figures(path, rows)))


def figures(path: Path, rows: int) -> dict[str, object]:
    """Return the figures of one table."""
    start, used = perf_counter(), process_time()
    found = _all_tests(path) if rows <= ALL_TESTS else _pairs_and_tables(path)
    seconds, cpu_s = perf_counter() - start, process_time() - used
    ranks = rows <= ALL_TESTS
    sample = _rows(path, min(rows, SAMPLE), ranks=ranks)
    start = perf_counter()
    plain_odd = plain_counts(sample, ranks=ranks)
    baseline = len(sample) / (perf_counter() - start)
    return {
        "rows": rows, "seconds": round(seconds, 2), "cpu_s": round(cpu_s, 2), "rows_per_s": round(rows / seconds),
        "baseline_rows_per_s": round(baseline), "ratio": round(rows / seconds / baseline, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "all_tests": ranks, **found,
        "sample_odd": plain_odd,
    }  # fmt: skip


def _all_tests(path: Path) -> dict[str, object]:
    report = audit_table(path, PLAN)
    return {"odd": len(report.inconsistent), "tests": report.tests, "strata": report.strata}


def _pairs_and_tables(path: Path) -> dict[str, object]:
    plan = msgspec.structs.replace(
        PLAN, decided_at=None, opened_at=None, examined=None, selection_facts=(), flags_before=None, spend=None
    )
    steps = [("start", perf_counter())]
    with read_decisions(path, plan) as table:
        steps.append(("read", perf_counter()))
        list_odd(table)
        steps.append(("pairs", perf_counter()))
        tables = sum(len(tables_by_value(table, f"g{number}")) for number in range(len(plan.groups)))
        steps.append(("tables", perf_counter()))
        odd = table.query("SELECT count(*) FROM odd")[0][0]
    seconds = {name: round(at - before, 1) for (_, before), (name, at) in pairwise(steps)}
    return {"odd": odd, "values": tables, "steps": seconds}


def plain_counts(rows: Sequence[tuple[str, ...]], *, ranks: bool) -> int:
    """Return how many odd decisions there are; tables and, if asked, rank sums of all groups are counted beside it."""
    strata: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    cells: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        facts, groups, outcome = row[2:8], row[8:11], row[1]
        strata[facts].append(row)
        for number, value in enumerate(groups):
            cells[number, value, facts, outcome] += 1
            cells[number, value, row[4], row[6]] += 1
    odd = 0
    for members in strata.values():
        adverse = [row for row in members if row[1] == "refuse"]
        odd += len(members) if 2 * len(adverse) == len(members) else min(len(adverse), len(members) - len(adverse))
        if ranks:
            _rank_sums(adverse, 11)
            _rank_sums(members, 12)
    return odd


def _rank_sums(members: Sequence[tuple[str, ...]], place: int) -> dict[tuple[int, str], float]:
    """Return the sum of mid-ranks of every group in one stratum."""
    sums: dict[tuple[int, str], float] = defaultdict(float)
    below = 0
    for _, equal in groupby(sorted(members, key=lambda row: float(row[place])), key=lambda row: row[place]):
        tied = list(equal)
        middle = below + (len(tied) + 1) / 2
        below += len(tied)
        for row in tied:
            for number, value in enumerate(row[8:11]):
                sums[number, value] += middle
    return sums


def _rows(path: Path, count: int, *, ranks: bool) -> list[tuple[str, ...]]:
    columns = ["seq", "outcome", *PLAN.facts, "rulebook", *PLAN.groups]
    if ranks:
        columns += ["flags_before", "epoch(decided_at) - epoch(opened_at)"]
    text = ", ".join(f"({name})::VARCHAR" for name in columns)
    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {text} FROM read_parquet('{path}') LIMIT {count}").fetchall()


def make(path: Path, rows: int, values: int) -> None:
    """Write made decisions; the same numbers give the same rows."""
    print(f"making {rows:,} decisions …", file=sys.stderr)

    def drawn(number: int, of: int) -> str:
        return f"(hash(i * 16 + {number}) % {of})::INTEGER"

    times = "" if rows > ALL_TESTS else (
        f", timestamp '2026-01-01' + to_seconds(i % 15000000) AS opened_at,"
        f" timestamp '2026-01-02' + to_seconds(i % 15000000 + {drawn(10, 400000)}) AS decided_at,"
        f" {drawn(11, 5)} AS flags_before, {drawn(12, 100000)} AS spend, true AS examined"
    )  # fmt: skip
    query = f"""
        WITH made AS (
            SELECT i, {drawn(1, 50)} = 0 AS on_list, {drawn(2, 4)} AS owned_share_band, {drawn(3, 5)} AS risk_band,
                {drawn(4, 3)} <> 0 AS verified, {drawn(5, 6)} AS strikes, {drawn(6, values)} AS country,
                {drawn(7, 12)} AS language, {drawn(8, 3)} AS size, {drawn(9, 1000)} < 5 AS otherwise,
                i >= {rows} // 2 AS late
            FROM range({rows}) t(i))
        SELECT 'a' || i AS advertiser, i AS seq, on_list, owned_share_band, risk_band, verified, strikes,
            'K' || country AS country, 'L' || language AS language, ['S', 'M', 'L'][size + 1] AS size,
            CASE WHEN late THEN 'p2' ELSE 'p1' END AS rulebook,
            CASE WHEN (on_list OR owned_share_band = 3 OR (risk_band = 4 AND NOT verified)
                OR strikes >= CASE WHEN late THEN 4 ELSE 5 END) <> otherwise THEN 'refuse' ELSE 'allow' END AS outcome
            {times}
        FROM made"""
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as engine:
        engine.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


if __name__ == "__main__":
    main()
