"""Spark on two cores beside DuckDB on the same jobs: `python -m benchmarks.spark_engines [--quick] [--engine ADDRESS]`.

Two jobs, each at three sizes, both engines on the same rows within one run, their answers compared: all that finds
coordination, from a table of acts to pairs and groups; and a query that rules a wide table. Then parties are screened
against a published list by two processes of this machine and by Spark's workers (`screening`, seconds of the clock,
starting the workers' Python in the first). Tables begin in DuckDB and
answers end in Python, so that what goes over to Spark and comes back is counted. A small job of each goes before, which
is in no figure: Java compiles what it has run a while. Seconds are of the clock; `cpu_s` adds processor seconds of this
process and of Spark's, which say more beside other work; executors of a cluster are not in it. A line by least squares
gives each engine's fixed cost and its cost a row, in processor seconds. The last line is one JSON object;
`cluster_from` says how many such machines Spark needs before more rows cost it less time than DuckDB on one, if its
work divides evenly, and `crossover_rows` at how many rows twice as many machines have made up for the fixed cost.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import numpy as np

from benchmarks.entities import made_advertisers
from benchmarks.policy_facts import made_entities, made_requests, rules_text
from evenhand.influence import event_tables, find_coordination
from evenhand.lists.publication import read_publication
from evenhand.policy.schema import read_schema
from evenhand.policy.sql.batch_ruling import Ruled, rule_table
from evenhand.policy.sql.fact_table import load_facts
from evenhand.policy.sql.query import to_sql
from evenhand.policy.syntax_tree import named, parse
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.values import environment_of, read_entities, read_request
from evenhand.screening.index.cache import kept_index
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.store.spark_engine import SparkEngine, chosen_engine
from evenhand.store.spark_statements import SparkStatements
from evenhand.workflows.evaluation import spark_screening
from evenhand.workflows.evaluation.shared_screening import findings_of
from evenhand.workflows.evaluation.spark_screening import Kinded
from tests.data import DATA

ACTS: Final = (50_000, 200_000, 400_000)
ROWS: Final = (100_000, 300_000, 1_000_000)
PARTIES: Final = (20_000, 100_000)
LIST: Final = DATA / "screening" / "lists" / "ofac_sdn_20210707"
QUICK: Final = 10  # so many times fewer
_MADE = 5_000  # requests, repeated to the number of rows
_CLOCK: Final = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} times fewer rows")
    parser.add_argument("--engine", default="local[2]", help="where Spark runs")
    wanted = parser.parse_args()
    print(f"{wanted.engine}; load {os.getloadavg()[0]:.1f}")
    with chosen_engine(wanted.engine) as spark:
        if spark is None:
            parser.error("name an engine of Spark")
        started = time.perf_counter()
        with analysis_engine("1GB") as engine:
            spark.put("one", engine.sql("SELECT 1 AS one"))
            spark.ask("SELECT one FROM one")
        start_s = round(time.perf_counter() - started, 1)
        fewer = QUICK if wanted.quick else 1
        coordination(spark, ACTS[0] // QUICK)
        ruling(spark, ROWS[0] // QUICK)
        influence = [coordination(spark, size // fewer) for size in ACTS]
        rulings = [ruling(spark, size // fewer) for size in ROWS]
        screened = [screening(spark, size // fewer) for size in PARTIES] if LIST.is_dir() else []
    print(json.dumps({
        "engine": wanted.engine, "start_s": start_s, "load": round(os.getloadavg()[0], 1),
        "influence": summary(influence), "rulings": summary(rulings), "screening": screened,
    }))  # fmt: skip


def coordination(spark: SparkEngine, acts: int) -> dict[str, Any]:
    """Return the figures of finding coordination among so many made acts."""
    with analysis_engine("2GB") as engine:
        engine.execute(_ACTS.format(acts=acts, accounts=acts // 10, pages=acts // 8))
        other = SparkStatements(engine, spark)

        def on_spark() -> Any:
            spark.put("given", engine.table("given"))
            return find_coordination(event_tables(other, "given", {}))

        return _both(acts, lambda: find_coordination(event_tables(engine, "given", {})), on_spark, spark)


# A number follows from its row alone: the same size gives the same acts.
_ACTS = """
CREATE TABLE given AS SELECT 'a' || (n * 7919) % {accounts} AS account_id,
    'landing_url:' || CAST(floor({pages} * pow((n * 104729 % 1000003) / 1000003, 2)) AS BIGINT) AS object_id,
    'landing_url' AS object_type, 1600000000 + n * 15485863 % (90 * 86400) AS ts
FROM range({acts}) AS made (n)
"""


def ruling(spark: SparkEngine, rows: int) -> dict[str, Any]:
    """Return the figures of ruling so many rows by the rules of `benchmarks.policy_replay`."""
    text, schema_text = rules_text()
    schema = read_schema(schema_text)
    store = read_entities(made_entities(_MADE, 1), schema)
    asked = [read_request(raw, store, schema) for raw, _ in zip(made_requests(_MADE, 1), range(_MADE), strict=False)]
    environment = environment_of(asked[0], schema)
    own = [request for request in asked if environment_of(request, schema) == environment]
    policies = [named(policy, policy.annotations["id"]) for policy in parse(text)]
    rules = lower_all(policies, schema, environment)
    here, there = (to_sql(rules, schema, dialect) for dialect in ("duckdb", "spark"))
    with duckdb.connect(config={"threads": 2}) as database:
        load_facts(database, here, own, schema)
        database.execute(f"""
            CREATE TABLE many AS SELECT * REPLACE (CAST(n AS BIGINT) AS row_id)
            FROM range({rows}) AS made (n) JOIN {here.table} AS facts ON facts.row_id = n % {len(own)}""")
        database.execute(f"CREATE OR REPLACE TEMP TABLE {here.table} AS FROM many")
        return _both(rows, lambda: rule_table(database, here), lambda: rule_table(database, there, spark), spark)


def screening(spark: SparkEngine, parties: int) -> dict[str, Any]:
    """Return the seconds of screening so many made parties against a list, here and by the workers."""
    version, entities = read_publication(LIST)
    kinded: list[Kinded] = [("advertiser", each) for each in made_advertisers(parties, entities)]
    figures: dict[str, Any] = {"parties": parties}
    with TemporaryDirectory() as scratch:
        index, _ = kept_index(Path(scratch, f"{parties}.index"), [(version, entities)], PublicSuffixes())
        began = time.perf_counter()
        here = findings_of(kinded, index, lambda *_: None)
        figures["two_processes_s"], began = round(time.perf_counter() - began, 2), time.perf_counter()
        if not spark.has_program(spark_screening.__name__, spark_screening.code()):
            return figures | {"spark_s": None}
        there, rest = spark_screening.Workers(spark, Path(scratch, f"{parties}.index")).found(kinded)
        figures["spark_s"] = round(time.perf_counter() - began, 2)
    figures["equal"] = not rest and set(here) == set(there) and len(here) == len(there)
    print(json.dumps(figures))
    return figures


def _both(rows: int, here: Callable[[], Any], there: Callable[[], Any], spark: SparkEngine) -> dict[str, Any]:
    """Return the seconds of both engines, and whether their answers are equal."""
    figures: dict[str, Any] = {"rows": rows}
    answers = []
    for name, job in (("duckdb", here), ("spark", there)):
        began, cpu = time.perf_counter(), _processor_s(spark)
        answers.append(job())
        figures[name] = {"s": round(time.perf_counter() - began, 2), "cpu_s": round(_processor_s(spark) - cpu, 2)}
    figures["equal"] = _is_equal(*answers)
    print(json.dumps(figures))
    return figures


def _is_equal(here: Any, there: Any) -> bool:
    if not isinstance(here, Ruled):
        return bool(here == there)
    columns = [(each.decision, each.outcome, *each.reasons, *each.errors, each.routed) for each in (here, there)]
    return all(map(np.array_equal, *columns))


def _processor_s(spark: SparkEngine) -> float:
    """Return the processor seconds of this process and of the Java beside it."""
    java = spark.process_id
    fields = Path(f"/proc/{java}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / _CLOCK


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the runs with each engine's fixed cost and cost a million rows, and from where on Spark is faster."""
    rows = [run["rows"] for run in runs]
    (each_here, fixed_here), (each_there, fixed_there) = (
        np.polyfit(rows, [run[name]["cpu_s"] for run in runs], 1) for name in ("duckdb", "spark")
    )
    machines = each_there / each_here
    saved = each_here - each_there / (2 * machines)
    return {
        "runs": list(runs),
        "fixed_cpu_s": {"duckdb": round(fixed_here, 2), "spark": round(fixed_there, 2)},
        "cpu_s_per_million": {"duckdb": round(each_here * 1e6, 2), "spark": round(each_there * 1e6, 2)},
        "cluster_from": round(machines, 1),
        "crossover_rows": round((fixed_there - fixed_here) / saved),
    }


if __name__ == "__main__":
    main()
