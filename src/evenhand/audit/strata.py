"""2x2 tables of every value of an attribute, stratum by stratum: one pass over the decisions for all values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evenhand.audit.decision_table import DecisionTable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class ValueTables:
    """One value of an attribute: its decisions, how many are adverse, and its informative tables `[a, b, c, d]`.

    `has_others` says whether decisions of other values have the same facts as any of its own.
    """

    value: str | None
    n: int
    adverse: int
    tables: "ArrayLike"
    has_others: bool


def tables_by_value(
    table: DecisionTable,
    attribute: str,
    *,
    relation: str = "decisions",
    adverse: str = "adverse",
    where: str = "true",
    strata: str = "stratum",
) -> list[ValueTables]:
    """Return the tables of every value that an SQL expression has, in the order of the values; unknown is one, last.

    Args:
        table: the decisions.
        attribute: the expression, such as `g0`.
        relation: what has the columns `stratum` and those that the expressions name.
        adverse: the condition that is counted as adverse.
        where: which rows count.
        strata: the columns whose equal values make a stratum.
    """
    table.query(
        f"""
        CREATE OR REPLACE TEMP TABLE cell AS
        SELECT {strata}, {attribute} AS value, count(*) AS m, count(*) FILTER ({adverse}) AS a
        FROM {relation} WHERE {where} GROUP BY ALL"""
    )
    cells = table.arrays(
        f"""
        WITH four AS (
            SELECT *, sum(m) OVER (PARTITION BY {strata}) AS n, sum(a) OVER (PARTITION BY {strata}) AS k FROM cell)
        SELECT (dense_rank() OVER (ORDER BY value NULLS LAST) - 1)::BIGINT AS code, m::BIGINT AS m, a::BIGINT AS a,
            (n - m)::BIGINT AS others, (k - a)::BIGINT AS others_adverse
        FROM four ORDER BY code, {strata}"""
    )
    values = table.query("SELECT DISTINCT value FROM cell ORDER BY value NULLS LAST")
    return list(_by_value([value for (value,) in values], cells))


def _by_value(values: list[Any], cells: "dict[str, NDArray[np.int64]]") -> Iterator[ValueTables]:
    code, m, a = cells["code"], cells["m"], cells["a"]
    others, others_adverse = cells["others"], cells["others_adverse"]
    four = np.stack([a, m - a, others_adverse, others - others_adverse], axis=1).astype(np.int64)
    adverse, favourable = a + others_adverse, m - a + others - others_adverse
    informative = (others > 0) & (adverse > 0) & (favourable > 0)
    bounds = np.searchsorted(code, np.arange(len(values) + 1))
    for number, value in enumerate(values):
        of_value = slice(bounds[number], bounds[number + 1])
        tables = four[of_value][informative[of_value]]
        shown = None if value is None else str(value)
        has_others = bool(others[of_value].any())
        yield ValueTables(shown, int(m[of_value].sum()), int(a[of_value].sum()), tables, has_others)


def group_values(table: DecisionTable, attribute: int) -> list[str | None]:
    """Return every value of a group attribute, decided or not, in their order; unknown is one, last."""
    rows = table.query(f"SELECT DISTINCT g{attribute} AS value FROM population ORDER BY value NULLS LAST")
    return [None if value is None else str(value) for (value,) in rows]


def stratum_facts(table: DecisionTable, strata: Iterable[int]) -> dict[int, dict[str, str | None]]:
    """Return the facts and the rulebook of some strata, by the names of the plan; None is unknown."""
    names = [*table.plan.facts, table.plan.rulebook]
    shown = ", ".join(f"{key}::VARCHAR" for key in table.keys)
    wanted = sorted(set(strata))
    if not wanted:
        return {}
    rows = table.query(f"SELECT stratum, {shown} FROM strata WHERE stratum IN (SELECT unnest(?::INTEGER[]))", wanted)
    return {stratum: dict(zip(names, facts, strict=True)) for stratum, *facts in rows}
