"""Decisions to audit, one a row: loaded into DuckDB, checked, and numbered by equal facts.

Every column that the plan names is read as text first; empty is unknown. What cannot be used refuses the whole table
with its line: an audit of the rest would answer another question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import msgspec
import numpy as np

from evenhand.audit.like_values import like_values
from evenhand.audit.table_checks import instant, table_checks
from evenhand.audit.table_source import OpenSource, Source, open_source, text_literal, unreadable
from evenhand.model.audit import AuditPlan
from evenhand.model.errors import PlanInvalid, TableUnreadable
from evenhand.store.duckdb_engine import analysis_engine

_MEMORY: Final = "2500MB"
_REQUIRED: Final = ("advertiser", "seq", "outcome", "rulebook")
_OPTIONAL: Final = ("decided_at", "opened_at", "examined", "flags_before", "spend", "lists", "law", "erased")
_READ_AGAIN: Final = 1 << 27  # bytes of a Parquet file above which its rows are read again for each question
_MOST_BITS: Final = 1_000_000_000


@dataclass(frozen=True)
class DecisionTable:
    """Checked decisions in DuckDB, and the plan without the optional columns that the table lacks.

    Relations: `population`, every row that was not erased; `decisions`, those with an outcome and a known rulebook,
    with `stratum`, the number of their row in `strata` (equal facts and rulebook). Facts are `f0`, `f1` …, groups `g0`
    …, in the order of the plan; `keys` are the facts and `rulebook`. `rows`, `decisions` and `erased` count the whole
    table; `advertisers` the different ones of `population`, None of a file too large to read once more for it; `limits`
    says what was left out.
    """

    engine: duckdb.DuckDBPyConnection
    plan: AuditPlan
    keys: tuple[str, ...]
    rows: int
    decisions: int
    erased: int
    limits: tuple[str, ...] = ()
    advertisers: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.close()

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows that a query gives.

        Raises:
            MemoryError: it does not fit into the memory that an audit may take.
        """
        return self._run(text, *values).fetchall()

    def arrays(self, text: str, *values: object) -> "dict[str, np.ndarray[Any, Any]]":
        """Return the columns that a query gives, as arrays; none of them has unknown values.

        Raises:
            MemoryError: it does not fit into the memory that an audit may take.
        """
        return {name: np.asarray(column) for name, column in self._run(text, *values).fetchnumpy().items()}

    def _run(self, text: str, *values: object) -> duckdb.DuckDBPyConnection:
        try:
            return self.engine.execute(text, list(values))
        except duckdb.OutOfMemoryException as error:
            raise MemoryError from error


def read_decisions(source: Source, plan: AuditPlan) -> DecisionTable:
    """Return the decisions of a file or of columns in memory, ready to be compared; close it after use.

    Raises:
        PlanInvalid: the plan names a column that the table lacks.
        TableUnreadable: the table, or a cell that the plan needs, cannot be used.
    """
    engine = analysis_engine(_MEMORY)
    try:
        opened = open_source(engine, source)
        kept, limits = _plan_of_columns(plan, opened)
        return _Reader(engine, opened, kept).read(limits)
    except duckdb.OutOfMemoryException as error:
        engine.close()
        raise TableUnreadable(
            "table needs more memory than an audit may take", where=_where(source), expected=f"at most {_MEMORY}",
            todo="convert it to Parquet, of which a large file is read in parts",
        ) from error  # fmt: skip
    except BaseException:
        engine.close()
        raise


def _where(source: Source) -> str:
    return source.name if isinstance(source, Path) else "table"


def _plan_of_columns(plan: AuditPlan, source: OpenSource) -> tuple[AuditPlan, list[str]]:
    """Return the plan without optional columns that the table lacks, and what is said of them.

    Raises:
        PlanInvalid: a column that every audit needs is missing.
    """
    needed = [*(getattr(plan, name) for name in _REQUIRED), *plan.facts, *plan.groups]
    if missing := [name for name in dict.fromkeys(needed) if name not in source.columns]:
        raise PlanInvalid(
            "the plan names a column that the table lacks", where=source.where, got=", ".join(missing),
            expected=f"one of {', '.join(list(source.columns)[:20])}", todo="correct the plan or add the column",
        )  # fmt: skip
    absent = [name for name in _OPTIONAL if getattr(plan, name) and getattr(plan, name) not in source.columns]
    limits = [f"The table has no column `{getattr(plan, name)}`, which the plan names as `{name}`." for name in absent]
    changes: dict[str, Any] = dict.fromkeys(absent)
    if lost := [name for name in plan.selection_facts if name not in source.columns]:
        limits.append(f"The table has no column `{lost[0]}`, which the plan names in `selection_facts`.")
        changes["selection_facts"] = ()
    return msgspec.structs.replace(plan, **changes), limits


class _Reader:
    """One table being read; `column` maps the plan's columns to `c0`, `c1` … of the relation `source`."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, source: OpenSource, plan: AuditPlan) -> None:
        self._engine, self._source, self._plan = engine, source, plan
        single = [getattr(plan, name) for name in (*_REQUIRED, *_OPTIONAL)]
        names = dict.fromkeys(name for name in (*single, *plan.facts, *plan.groups, *plan.selection_facts) if name)
        self._column = {name: f"c{number}" for number, name in enumerate(names)}
        self._large = source.is_parquet and source.size > _READ_AGAIN

    def read(self, limits: Sequence[str]) -> DecisionTable:
        """Load, check and number, in this order: the first error is the one to mend first."""
        self._load()
        self._check_cells()
        self._check_numbers()
        self._relate()
        keys = (*(f"f{number}" for number in range(len(self._plan.facts))), "rulebook")
        rows, decisions, erased, unnamed = self._counts()
        sentences = list(limits)
        if erased:
            sentences.append(
                f"Erased, so that they cannot be tested: {erased} {'decision' if erased == 1 else 'decisions'}."
            )
        if unnamed:
            sentences.append(f"Under no named rulebook, so that they cannot be compared: {unnamed} of the decisions.")
        sentences.extend(self._like_values())
        self._number(keys)
        limits = tuple(sentences)
        return DecisionTable(self._engine, self._plan, keys, rows, decisions, erased, limits, self._advertisers())

    def _load(self) -> None:
        """Make the relation `source`: the plan's columns with unknown as NULL, and the number of the row."""
        shown = ", ".join(f"{self._source.known(name)} AS {column}" for name, column in self._column.items())
        made = "VIEW" if self._large else "TABLE"
        query = f"CREATE {made} source AS SELECT {self._source.row_number} AS row, {shown} FROM {self._source.scan}"
        try:
            self._engine.execute(query)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise unreadable(error, self._source.where) from error

    def _check_cells(self) -> None:
        """Refuse the first row with a cell that cannot be used.

        Raises:
            TableUnreadable: there is one.
        """
        checks = table_checks(self._plan, self._column, self._source.columns)
        marks = ", ".join(f"min(row) FILTER ({check.bad})" for check in checks)
        first = self._ask(f"SELECT {marks} FROM source")
        found = [(row, check) for row, check in zip(first, checks, strict=True) if row is not None]
        if not found:
            return
        row, check = min(found, key=lambda pair: int(pair[0]))
        name = getattr(self._plan, check.field)
        (cell,) = self._ask(f"SELECT {self._column[name]}::VARCHAR FROM source WHERE row = {row}")
        raise TableUnreadable(
            f"{check.what} in column `{name}`", where=self._source.where, line=self._source.line(row), got=cell,
            expected=check.expected, todo="correct the row",
        )  # fmt: skip

    def _check_numbers(self) -> None:
        """Refuse a `seq` that two rows have.

        Raises:
            TableUnreadable: there is one.
        """
        seq = f"{self._column[self._plan.seq]}::BIGINT"
        low, high, rows = self._ask(f"SELECT min({seq}), max({seq}), count({seq}) FROM source")
        # A bit a number takes less than grouping a hundred million of them.
        if rows and high - low < min(_MOST_BITS, 64 * rows + 1_000_000):
            (different,) = self._ask(f"SELECT bit_count(bitstring_agg({seq}, {low}, {high})) FROM source")
            if different == rows:
                return
        twice = self._engine.execute(
            f"SELECT {seq} AS seq, min(row), max(row) FROM source WHERE {seq} IS NOT NULL"
            " GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 LIMIT 1"
        ).fetchall()
        for number, first, other in twice:
            raise TableUnreadable(
                f"number in column `{self._plan.seq}` that line {self._source.line(first)} has too",
                where=self._source.where, line=self._source.line(other), got=number, expected="each number once",
                todo="correct the rows",
            )  # fmt: skip

    def _relate(self) -> None:
        """Make the relations `typed`, with names and types of ours, `population` and `decided`."""
        plan, column = self._plan, self._column
        optional = {name: column[getattr(plan, name)] if getattr(plan, name) else "NULL" for name in _OPTIONAL}
        adverse = ", ".join(text_literal(value) for value in plan.adverse)
        shown = {
            "advertiser": f"{column[plan.advertiser]}::VARCHAR",
            "seq": f"{column[plan.seq]}::BIGINT",
            "outcome": f"{column[plan.outcome]}::VARCHAR",
            "adverse": f"{column[plan.outcome]}::VARCHAR IN ({adverse})",
            "rulebook": f"{column[plan.rulebook]}::VARCHAR",
            **{name: instant(optional[name], self._kind(name)) for name in ("decided_at", "opened_at")},
            **{name: f"{optional[name]}::DOUBLE" for name in ("flags_before", "spend")},
            **{name: f"{optional[name]}::VARCHAR" for name in ("lists", "law")},
            "examined": f"{optional['examined']}::VARCHAR = 'true'",
            "erased": f"coalesce({optional['erased']}::VARCHAR = 'true', false)",
        }
        for letter, names in (("f", plan.facts), ("g", plan.groups), ("s", plan.selection_facts)):
            shown |= {f"{letter}{number}": column[name] for number, name in enumerate(names)}
        columns = ", ".join(f"{sql} AS {name}" for name, sql in shown.items())
        self._engine.execute(f"CREATE VIEW typed AS SELECT {columns} FROM source")
        self._engine.execute("CREATE VIEW population AS SELECT * FROM typed WHERE NOT erased")
        self._engine.execute(
            "CREATE VIEW decided AS SELECT * FROM population WHERE adverse IS NOT NULL AND rulebook IS NOT NULL"
        )

    def _kind(self, field: str) -> str:
        return self._source.columns.get(getattr(self._plan, field), "VARCHAR")

    def _counts(self) -> tuple[Any, ...]:
        """Return the numbers of rows, of decisions, of erased ones, and of those that name no rulebook."""
        return self._ask(
            "SELECT count(*), count(adverse), count(*) FILTER (erased),"
            " count(*) FILTER (adverse IS NOT NULL AND rulebook IS NULL AND NOT erased) FROM typed"
        )

    def _like_values(self) -> Iterator[str]:
        """Yield what is said of values that look like one; of a file that is read again each time it is not asked."""
        plan = self._plan
        named = {name: f"{letter}{number}" for letter, names in (("f", plan.facts), ("g", plan.groups))
                 for number, name in enumerate(names)}  # fmt: skip
        named[plan.rulebook] = "rulebook"
        if not self._large:
            texts = {name: column for name, column in named.items() if self._source.columns[name] == "VARCHAR"}
            yield from like_values(self._engine, texts)

    def _advertisers(self) -> int | None:
        return None if self._large else int(self._ask("SELECT count(DISTINCT advertiser) FROM population")[0])

    def _number(self, keys: Sequence[str]) -> None:
        """Make `strata`, equal facts under one rulebook, unknown equal to unknown, and `decisions`, which name theirs.

        Strata are numbered by their facts, so that the order of rows is nothing. `n` counts decisions, `k` adverse
        ones; `first_adverse` and `first_favourable` are the lowest `seq` of each side.
        """
        named = ", ".join(keys)
        self._engine.execute(
            f"CREATE TABLE strata AS SELECT (row_number() OVER (ORDER BY {named}) - 1)::INTEGER AS stratum, * FROM ("
            f"SELECT {named}, count(*) AS n, count(*) FILTER (adverse) AS k,"
            " min(seq) FILTER (adverse) AS first_adverse,"
            f" min(seq) FILTER (NOT adverse) AS first_favourable FROM decided GROUP BY {named})"
        )
        same = " AND ".join(f"d.{key} IS NOT DISTINCT FROM s.{key}" for key in keys)
        made = "VIEW" if self._large else "TABLE"
        self._engine.execute(f"CREATE {made} decisions AS SELECT d.*, s.stratum FROM decided d JOIN strata s ON {same}")

    def _ask(self, text: str) -> tuple[Any, ...]:
        """Return the first row that a query gives."""
        row: tuple[Any, ...] = self._engine.execute(text).fetchall()[0]
        return row
