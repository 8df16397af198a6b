"""Every statement has the same rows on DuckDB and on a Spark cluster of a master and two workers (architecture).

Without Spark or Java these tests are skipped: `make spark`. How they are run: docs/how-to/measure.md.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest
import sqlglot
from sqlglot import exp

from evenhand.influence import co_sharing, directed_edges, event_tables, find_coordination
from evenhand.influence.share_pairs import CellLimits
from evenhand.policy.schema import read_schema
from evenhand.policy.sql.batch_ruling import Ruled, rule_requests
from evenhand.policy.sql.query import to_sql
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.lowering import lower_all
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.spark_engine import SparkEngine, chosen_engine
from evenhand.store.spark_statements import SparkStatements
from tests.differential.policy_edges import edges
from tests.differential.policy_made import made
from tests.differential.test_policy_sql import by_environment
from tests.spark_cluster import IGNORED, SparkCluster, SparkThatLosesAWorker, running_spark, why_no_spark
from tests.unit.influence.events import burst
from tests.unit.influence.shares import put_shares

pytestmark = [
    pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark()),
    IGNORED,
    pytest.mark.long,
]
ACTS = 50_000
Act = tuple[str, str, str, int]
Rows = list[tuple[Any, ...]]


class BothEngines:
    """DuckDB and Spark, told the same; what each made or answered is compared at once."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, spark: SparkEngine) -> None:
        self.engine, self.server, self.spark = engine, spark, SparkStatements(engine, spark)
        self.answered: set[str] = set()  # since a table was last made
        self.compared: dict[str, int] = {}
        self.different: list[tuple[str, Any, Any]] = []

    def execute(self, query: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a statement on both engines and compare all rows; return DuckDB's answer."""
        parsed = sqlglot.parse_one(query, read="duckdb")
        answer = self.engine.execute(query, parameters)
        if isinstance(parsed, exp.Query):
            if query not in self.answered:
                self._compare(query, query, parameters)
            return self.engine.execute(query, parameters)
        self.spark.execute(query, parameters)
        if isinstance(parsed, exp.Create):
            self.answered.clear()
            self._compare(query, f"SELECT * FROM {parsed.this.name}")
        return answer

    def put(self, table: str, query: str = "") -> None:
        """Give Spark a table that DuckDB has, or what a query says of it."""
        self.server.put(table, self.engine.sql(query) if query else self.engine.table(table))

    def _compare(self, query: str, answer: str, parameters: Any = None) -> None:
        if not parameters:
            self.answered.add(query)
        ours = self.engine.execute(answer, parameters)
        names = [name for name, *_ in ours.description or ()]
        here, found = ours.fetchall(), self.spark.execute(answer, parameters)
        there = found.fetchall()
        if "ORDER BY" not in query.rpartition(")")[2]:
            here, there = _sorted(here), _sorted(there)
        self.compared[query] = len(here)
        if names != list(found.columns) or not _alike(here, there):
            self.different.append((query, (names, here[:3]), (list(found.columns), there[:3])))


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: tuple((value is None, value if value is not None else 0) for value in row))


def _alike(here: Rows, there: Rows) -> bool:
    return len(here) == len(there) and all(
        len(ours) == len(theirs) and all(map(_is_alike, ours, theirs))
        for ours, theirs in zip(here, there, strict=True)
    )  # fmt: skip


def _is_alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    return type(ours) is type(theirs) and bool(ours == theirs)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    with running_spark(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def on_cluster(cluster: SparkCluster) -> Iterator[SparkEngine]:
    with chosen_engine(cluster.address) as spark:
        assert spark is not None
        yield spark


@pytest.fixture
def both(on_cluster: SparkEngine) -> Iterator[BothEngines]:
    with analysis_engine("500MB") as engine:
        yield BothEngines(engine, on_cluster)


def planted_acts() -> list[Act]:
    """Return a ring, an agency, things in common, a page that too many share, and opened campaigns."""
    ring = [f"r{number}" for number in range(8)]
    agency = [f"ä{number}" for number in range(4)]
    pages = [*burst(ring, 10), *burst(agency, 6, start=1_600_900_077)]
    held = [
        (account, f"{kind}:{number // 2}", 5) for number, account in enumerate(ring) for kind in ("payer", "tracker_id")
    ]
    crowd = [(f"c{number}", "landing_url:crowd", at) for number in range(12) for at in (100, 900)]
    opened = [(f"c{number % 6}", "campaign_create:all", 7_200 * (number % 5) + 40 * number) for number in range(40)]
    return [(account, name, name.partition(":")[0], at) for account, name, at in [*pages, *held, *crowd, *opened]]


def many_acts(number: int = ACTS) -> list[Act]:
    """Return what is planted among acts of people who share pages of their own accord."""
    chance, planted = random.Random(21), planted_acts()
    others = [
        (f"p{int(chance.paretovariate(0.5)) % 4_000}", f"landing_url:{int(chance.paretovariate(0.5)) % 3_000}",
         "landing_url", 1_600_000_000 + chance.randrange(40 * 86_400))
        for _ in range(number - len(planted))
    ]  # fmt: skip
    return planted + others


def put_acts(engine: duckdb.DuckDBPyConnection, acts: list[Act]) -> None:
    engine.execute(
        "CREATE TABLE given AS SELECT unnest($1::VARCHAR[]) AS account_id, unnest($2::VARCHAR[]) AS object_id, "
        "unnest($3::VARCHAR[]) AS object_type, unnest($4::BIGINT[]) AS ts",
        list(map(list, zip(*acts, strict=True))),
    )
    engine.execute("INSERT INTO given VALUES ('r1', 'payer:9', 'payer', NULL)")


@pytest.fixture(params=[1, 60])
def resolution_s(request: pytest.FixtureRequest) -> int:
    return int(request.param)


DECLARED = {"ä0": "agency", "ä1": "agency", "r1": "owner"}


def test_a_cluster_and_duckdb_find_the_same_coordination(both: BothEngines, resolution_s: int) -> None:
    """Each table that a statement makes and each answer, of 50,000 acts."""
    engine: Any = both
    put_acts(both.engine, many_acts())
    both.put("given")

    tables = event_tables(engine, "given", DECLARED, resolution_s)
    found = find_coordination(tables, max_cell=10)

    assert both.different == []
    assert found.groups
    assert found.oversized
    assert sum(both.compared.values()) > 4 * ACTS


def test_a_cluster_and_duckdb_pair_the_same_shares(both: BothEngines) -> None:
    """In the forms of each tool that we are compared with, and directed edges."""
    engine: Any = both
    rows = [(name, account, f"{number % 150}", at) for number, (account, name, _, at) in enumerate(many_acts())]
    shares = put_shares(both.engine, rows)
    both.put(shares)

    found = co_sharing(engine, shares, 60, limits=CellLimits(shares=10))
    for each in (found, replace(found, compat="coortweet")):
        for query in (each.groups, each.edges, each.accounts, each.objects, each.flag_speed_share(5)):
            both.execute(query)
    both.execute(directed_edges(engine, shares, 60, compat="toolkit").edges)

    assert both.different == []
    assert found.oversized
    assert sum(both.compared.values()) > ACTS / 2


def test_an_answer_that_differs_is_seen(both: BothEngines) -> None:
    """A comparison of texts that ignores case would be one of Spark's own."""
    both.engine.execute("CREATE TABLE given AS SELECT 'ä' AS account_id, CAST(7 AS INTEGER) AS ts")
    both.put("given", "SELECT 'Ä' AS account_id, ts FROM given")

    both.execute("SELECT account_id FROM given")
    both.execute("SELECT ts FROM given")

    assert [query for query, *_ in both.different] == ["SELECT account_id FROM given"]


def test_a_cluster_rules_ten_thousand_made_up_requests_as_duckdb_does(on_cluster: SparkEngine) -> None:
    """Decision, outcome, every bit of reasons and errors, and what is routed; forty rules a table."""
    database = duckdb.connect(config={"threads": 1})
    rows, routed = 0, 0
    for case in (edges(), *(made(seed, requests=1_000, rules=40) for seed in range(10))):
        schema, policies = read_schema(case.schema), parse(case.policies)
        for environment, asked in by_environment(case, schema).items():
            rules, requests = lower_all(policies, schema, environment), [request for _, request in asked]
            here = rule_requests(database, to_sql(rules, schema, "duckdb"), requests, schema)
            there = rule_requests(database, to_sql(rules, schema, "spark"), requests, schema, on_cluster)
            assert there.rules == here.rules
            assert all(map(np.array_equal, columns_of(there), columns_of(here)))
            rows, routed = rows + len(requests), routed + int(here.routed.sum())
    assert rows == 10_200
    assert 0 < routed < rows


def columns_of(ruled: Ruled) -> list[Any]:
    return [ruled.decision, ruled.outcome, *ruled.reasons, *ruled.errors, ruled.routed]


class Interrupted(SparkThatLosesAWorker):
    """Spark of which a worker is killed while it answers a question that two of its tables are joined for."""

    def ask(self, query: str, values: Any = ()) -> Any:
        """Answer, and kill a worker as soon as a job runs for it."""
        if "first_acts AS y" in query and self.losing.ident is None:
            self.lose_one()
        return super().ask(query, values)


def test_a_worker_that_is_killed_in_the_middle_of_a_job_changes_no_row(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What it had computed is computed again by the other."""
    with running_spark(tmp_path_factory.mktemp("killed")) as cluster, analysis_engine("500MB") as engine:
        put_acts(engine, many_acts())
        expected = find_coordination(event_tables(engine, "given", DECLARED), max_cell=10)
        spark = Interrupted(cluster)
        try:
            spark.put("given", engine.table("given"))
            found = find_coordination(event_tables(SparkStatements(engine, spark), "given", DECLARED), max_cell=10)
        finally:
            spark.stop()

    assert spark.killed_during
    assert found == expected
