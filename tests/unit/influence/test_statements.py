"""Every statement of the influence package keeps to what DuckDB and Spark agree on (architecture, fast paths)."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

import evenhand.influence
from evenhand.influence import co_sharing, directed_edges, event_tables, find_coordination
from evenhand.influence.share_pairs import CellLimits
from evenhand.store.duckdb_engine import analysis_engine
from tests.unit.influence.events import burst
from tests.unit.influence.shares import put_shares

FUNCTIONS = {
    exp.Abs, exp.And, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DenseRank, exp.Greatest, exp.GroupConcat, exp.If,
    exp.Lag, exp.Lead, exp.Least, exp.Ln, exp.LogicalAnd, exp.Max, exp.Min, exp.Nullif, exp.Or, exp.Round,
    exp.RowNumber, exp.SHA2, exp.StrPosition, exp.Substring, exp.Sum,
    exp.Explode,  # brings what Python holds into a table
}  # fmt: skip
"""What both engines answer alike; of one that is new, say here why it is."""

NO_STATEMENT = "file_row_number"  # in `share_file`, the door: a source of Spark's is read by Spark


class Recorder:
    """An engine that keeps what it is given to do, and looks at the order of each answer."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self.engine = engine
        self.statements: dict[str, int] = {}

    def execute(self, query: str, parameters: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run a statement; its value in `statements` is how many rows follow from the order of nothing."""
        parsed = sqlglot.parse_one(query, read="duckdb")
        self.statements[query] = self._undecided(parsed) if isinstance(parsed, exp.Select) and not parameters else 0
        return self.engine.execute(query, parameters)

    def _undecided(self, select: exp.Select) -> int:
        """Return how many different rows have the keys of another row."""
        order = select.args.get("order")
        if order is None:
            return 0
        keys = [exp.alias_(each.this.copy(), f"key{place}") for place, each in enumerate(order.expressions)]
        rows = select.copy().select(*keys)
        rows.set("order", None)
        names = ", ".join(key.alias for key in keys)
        ((undecided,),) = self.engine.execute(
            f"WITH answer AS (SELECT DISTINCT * FROM ({rows.sql('duckdb')}) AS all_rows) "
            f"SELECT count(*) - count(DISTINCT ({names},)) FROM answer"
        ).fetchall()
        return int(undecided)


@pytest.fixture(scope="module")
def statements() -> dict[str, int]:
    """Run all of the package once on a ring, on things that it has, and on objects that too many share."""
    ring = [f"r{number}" for number in range(8)]
    held = [
        (account, f"{kind}:{number // 2}", 5) for number, account in enumerate(ring) for kind in ("payer", "tracker_id")
    ]
    crowd = [(f"c{number}", "landing_url:crowd", at) for number in range(12) for at in (100, 900)]
    acts = [(account, name, name.partition(":")[0], at) for account, name, at in [*burst(ring, 10), *held, *crowd]]
    with analysis_engine("500MB") as engine:
        engine.execute("CREATE TABLE given (account_id VARCHAR, object_id VARCHAR, object_type VARCHAR, ts BIGINT)")
        engine.executemany("INSERT INTO given VALUES (?, ?, ?, ?)", acts)
        shares = put_shares(
            engine, [(name, account, f"{number}", at) for number, (account, name, _, at) in enumerate(acts)]
        )
        recorder: Any = Recorder(engine)
        tables = event_tables(recorder, "given", {"r1": "owner"})
        assert find_coordination(tables, max_cell=10).oversized
        assert len(tables.account_ids) == len(tables.controls) < tables.events
        found = co_sharing(recorder, shares, 60, limits=CellLimits(shares=10))
        assert found.oversized
        for each in (found, replace(found, compat="coortweet")):
            for query in (each.groups, each.edges, each.accounts, each.objects, each.flag_speed_share(5)):
                recorder.execute(query)
        recorder.execute(directed_edges(recorder, shares, 60, compat="toolkit").edges)
        return dict(recorder.statements)


def test_every_query_in_the_package_was_run(statements: dict[str, int]) -> None:
    """What these tests look at is all there is: a new query has to be run by the fixture."""
    run = " ".join(_plain(statement) for statement in statements)
    package = Path(evenhand.influence.__file__).parent

    missing = [
        (path.name, piece)
        for path in sorted(package.rglob("*.py"))
        for text in _queries(path.read_text(encoding="utf-8"))
        for piece in re.split(r"{\w*}", _plain(text))
        if len(piece) > 12 and piece.strip() not in run
    ]

    assert missing == []


def _queries(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if re.search(r"\b(SELECT|CREATE|INSERT|DROP|WITH)\s", text) and NO_STATEMENT not in text:
            yield text


def _plain(text: str) -> str:
    return " ".join(text.replace("OR REPLACE TEMP ", "").split())


def test_every_statement_can_be_put_into_the_words_of_spark(statements: dict[str, int]) -> None:
    for statement in statements:
        sqlglot.transpile(statement, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def test_no_statement_leaves_what_both_engines_answer_alike(statements: dict[str, int]) -> None:
    """No other functions, no hash, no `GROUP BY ALL`, no join without an equality, no division by what may be 0."""
    problems = [
        (problem, statement)
        for statement in statements
        for node in sqlglot.parse_one(statement, read="duckdb").walk()
        if (problem := _problem(node))
    ]

    assert problems == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("SELECT hash(a) FROM t", "function"), ("SELECT a FROM t GROUP BY ALL", "GROUP BY ALL"),
        ("SELECT 1 FROM t AS x JOIN t AS y ON x.a < y.a", "join"), ("SELECT 1 FROM t, t AS y", "join"),
        ("SELECT a / b FROM t", "division"), ("SELECT lower(a) FROM t", "function"),
        ("SELECT a FROM t WHERE a ILIKE 'b'", "text"), ("SELECT CAST(a / 2 AS VARCHAR) FROM t", "text"),
    ],
)  # fmt: skip
def test_a_statement_that_leaves_it_is_seen(statement: str, problem: str) -> None:
    nodes = sqlglot.parse_one(statement, read="duckdb").walk()

    assert problem in {_problem(node) for node in nodes}


def _problem(node: exp.Expression) -> str | None:
    match node:
        case exp.Func() if type(node) not in FUNCTIONS:
            return "function"
        case exp.Group() if node.args.get("all"):
            return "GROUP BY ALL"
        case exp.Join() if not (node.args.get("using") or (node.args.get("on") and _has_equality(node.args["on"]))):
            return "join"
        case exp.Div() if not _is_never_0(node.expression):
            return "division"
        case exp.Like() | exp.ILike() | exp.RegexpLike():
            return "text"
        case exp.Cast() if node.to.is_type(*exp.DataType.TEXT_TYPES) and not isinstance(
            node.this, exp.Column | exp.Parameter
        ):
            return "text"
        case _:
            return None


def _has_equality(condition: exp.Expression) -> bool:
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return any(isinstance(part, exp.EQ) for part in parts)


def _is_never_0(divisor: exp.Expression) -> bool:
    if isinstance(divisor, exp.Greatest):
        return any(_is_never_0(each) for each in (divisor.this, *divisor.expressions))
    return isinstance(divisor, exp.Nullif) or (isinstance(divisor, exp.Literal) and divisor.to_py() > 0)


def test_every_order_ends_in_a_unique_key(statements: dict[str, int]) -> None:
    """Rows that may come in either order would make a result depend on threads."""
    assert {statement: undecided for statement, undecided in statements.items() if undecided} == {}
