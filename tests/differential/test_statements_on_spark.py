"""Every statement of the influence package answers the same on DuckDB and on Spark (architecture, fast paths).

Spark is in no lock: without the package `pyspark` these tests are skipped. How they are run: docs/how-to/measure.md.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from evenhand.influence import co_sharing, directed_edges, event_tables, find_coordination
from evenhand.influence.share_pairs import CellLimits
from evenhand.store.duckdb_engine import analysis_engine
from tests.unit.influence.events import burst
from tests.unit.influence.shares import put_shares

sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed here: docs/how-to/measure.md says how")
# Spark's own sockets are closed when they are collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")

Rows = list[tuple[Any, ...]]


class BothEngines:
    """DuckDB, and a Spark that is told the same in its own words; what each made or answered is compared at once.

    Three things are said otherwise to Spark: a table that is made is kept (its views would be computed again when what
    they read is replaced), a table that is dropped is a view, and what Python holds comes as a frame, not as a
    parameter.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection, spark: Any) -> None:
        self.engine = engine
        self.spark = spark
        self.compared: dict[str, int] = {}
        self.answered: set[str] = set()  # since a table was last made
        self.different: list[tuple[str, Any, Any]] = []

    def execute(self, query: str, parameters: Sequence[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run a statement on both engines and compare all rows; return DuckDB's answer."""
        parsed = sqlglot.parse_one(query, read="duckdb")
        match parsed:
            case exp.Create():
                self.answered.clear()
                self.engine.execute(query, parameters or [])
                self._make(parsed, parameters)
                self._compare(query, f"SELECT * FROM {parsed.this.name}", self.spark.table(parsed.this.name), [])
            case exp.Drop():
                self.engine.execute(query)
                self.spark.catalog.dropTempView(parsed.find(exp.Table).name)
            case _ if query not in self.answered:
                if not parameters:
                    self.answered.add(query)
                frame = self.spark.sql(_in_spark(parsed), args=list(parameters) if parameters else None)
                self._compare(query, query, frame, parameters or [])
        return self.engine.execute(query, parameters or []) if isinstance(parsed, exp.Query) else self.engine

    def copy(self, table: str) -> None:
        """Give Spark a table that DuckDB has."""
        rows = self.engine.execute(f"FROM {table}")
        kinds = {"VARCHAR": "string", "BIGINT": "bigint", "INTEGER": "int"}
        columns = ", ".join(f"{name} {kinds[str(kind)]}" for name, kind, *_ in rows.description or ())
        self.spark.createDataFrame(rows.fetchall(), columns).createOrReplaceTempView(table)

    def _make(self, parsed: exp.Create, parameters: Sequence[Any] | None) -> None:
        if parameters:
            held = [(each.alias, each.find(exp.DataType)) for each in parsed.expression.selects]
            columns = ", ".join(f"{name} {kind.expressions[0].sql('spark')}" for name, kind in held)
            frame = self.spark.createDataFrame(list(zip(*parameters, strict=True)), columns)
        else:
            frame = self.spark.sql(_in_spark(parsed.expression))
        frame.localCheckpoint().createOrReplaceTempView(parsed.this.name)

    def _compare(self, query: str, answer: str, frame: Any, parameters: Sequence[Any]) -> None:
        ours = self.engine.execute(answer, list(parameters))
        names = [name for name, *_ in ours.description or ()]
        here, there = ours.fetchall(), [tuple(row) for row in frame.collect()]
        if "ORDER BY" not in query.rpartition(")")[2]:
            here, there = _sorted(here), _sorted(there)
        self.compared[query] = len(here)
        if names != frame.columns or not _alike(here, there):
            self.different.append((query, (names, here[:3]), (frame.columns, there[:3])))


def _in_spark(parsed: exp.Expression) -> str:
    return parsed.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


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
def spark() -> Iterator[Any]:
    settings = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "2",
        "spark.sql.session.timeZone": "UTC", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
        # To compile takes longest.
        "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }  # fmt: skip
    started = sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    yield started
    started.stop()


@pytest.fixture
def both(spark: Any) -> Iterator[BothEngines]:
    with analysis_engine("500MB") as engine:
        yield BothEngines(engine, spark)


def planted_acts() -> list[tuple[str, str, str, int]]:
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


@pytest.mark.parametrize("resolution_s", [1, 60])
def test_spark_and_duckdb_find_the_same_coordination(both: BothEngines, resolution_s: int) -> None:
    engine: Any = both
    both.engine.execute("CREATE TABLE given (account_id VARCHAR, object_id VARCHAR, object_type VARCHAR, ts BIGINT)")
    both.engine.executemany("INSERT INTO given VALUES (?, ?, ?, ?)", planted_acts())
    both.engine.execute("INSERT INTO given VALUES ('r1', 'payer:9', 'payer', NULL)")
    both.copy("given")

    declared = {"ä0": "agency", "ä1": "agency", "r1": "owner"}
    tables = event_tables(engine, "given", declared, resolution_s)
    found = find_coordination(tables, max_cell=10)

    assert found.groups
    assert found.oversized
    assert len(tables.account_ids) == len(tables.controls) < tables.events
    assert both.different == []
    assert sum(both.compared.values()) > 1_000


def test_spark_and_duckdb_pair_the_same_shares(both: BothEngines) -> None:
    engine: Any = both
    acts = planted_acts()
    shares = put_shares(
        both.engine, [(name, account, f"{number % 150}", at) for number, (account, name, _, at) in enumerate(acts)]
    )
    both.copy(shares)

    found = co_sharing(engine, shares, 60, limits=CellLimits(shares=10))
    for each in (found, replace(found, compat="coortweet")):
        for query in (each.groups, each.edges, each.accounts, each.objects, each.flag_speed_share(5)):
            both.execute(query)
    both.execute(directed_edges(engine, shares, 60, compat="toolkit").edges)

    assert found.oversized
    assert both.different == []
    assert sum(both.compared.values()) > 1_000


def test_an_answer_that_differs_is_seen(both: BothEngines) -> None:
    """DuckDB divides whole numbers by `//`; a comparison of texts that ignores case would be one of Spark's own."""
    both.engine.execute("CREATE TABLE given AS SELECT 'ä' AS account_id, CAST(7 AS INTEGER) AS ts")
    both.spark.createDataFrame([("Ä", 7)], "account_id string, ts int").createOrReplaceTempView("given")

    both.execute("SELECT account_id FROM given")
    both.execute("SELECT ts FROM given")

    assert [query for query, *_ in both.different] == ["SELECT account_id FROM given"]
