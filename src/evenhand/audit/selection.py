"""The road to a decision, group by group: who was examined at all, after how many warnings, after how long."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evenhand.audit.decision_table import DecisionTable
from evenhand.audit.rank_test import Direction, RankedValues, RankTest, values_with_pending
from evenhand.audit.strata import ValueTables, group_values, tables_by_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 1
"""The seed of the permutations of small groups: fixed, so that anybody can repeat them."""


class ValueRanks(NamedTuple):
    """One value of an attribute: how many of its cases have the measure, and the rank test."""

    value: str | None
    n: int
    test: RankTest


def examined_tables(table: DecisionTable, attribute: int) -> list[ValueTables]:
    """Return the tables of who was examined, in strata of equal facts of selection; unknown is left out."""
    strata = ", ".join(f"s{number}" for number in range(len(table.plan.selection_facts)))
    return tables_by_value(
        table, f"g{attribute}", relation="population", adverse="examined", where="examined IS NOT NULL", strata=strata
    )


class RankedMeasure:
    """A measure of many cases with its ranks, and which group each case is of."""

    def __init__(self, table: DecisionTable, cases: str, direction: Direction) -> None:
        """Rank the cases that a query gives, with `stratum`, `value`, `pending` and the groups `g0` …."""
        self._table, self._direction = table, direction
        groups = range(len(table.plan.groups))
        codes = ", ".join(f"v{number}.code::INTEGER AS g{number}" for number in groups)
        joins = " ".join(
            f"JOIN ({_codes(number)}) v{number} ON c.g{number} IS NOT DISTINCT FROM v{number}.value"
            for number in groups
        )
        # In the order of values: sums of ranks are then the same to the last digit whatever the order of rows.
        found = table.arrays(
            f"SELECT c.stratum, c.value::DOUBLE AS value, c.pending, {codes} FROM ({cases}) c {joins}"
            f" ORDER BY c.stratum, c.value"
        )
        values, ranked = values_with_pending(found["stratum"], found["value"], found["pending"])
        self._codes: list[NDArray[np.int32]] = [found[f"g{number}"][ranked] for number in groups]
        self._ranks = RankedValues(found["stratum"][ranked], values[ranked], SEED)

    def by_value(self, attribute: int) -> Iterator[ValueRanks]:
        """Yield the test of every value of an attribute, in the order of the values."""
        codes, values = self._codes[attribute], group_values(self._table, attribute)
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(values) + 1))
        for number, value in enumerate(values):
            members = order[bounds[number] : bounds[number + 1]]
            yield ValueRanks(value, len(members), self._ranks.test(members, self._direction))


def warnings_before_action(table: DecisionTable) -> RankedMeasure:
    """Return the warnings before each adverse decision, ranked among equals; "fewer" is looked for."""
    cases = (
        "SELECT *, flags_before AS value, false AS pending FROM decisions WHERE adverse AND flags_before IS NOT NULL"
    )
    return RankedMeasure(table, cases, "fewer")


def days_to_decision(table: DecisionTable) -> RankedMeasure:
    """Return the days from opening to decision, ranked among equals; "longer" is looked for.

    A case without an outcome has waited until the latest time in the table. It is compared with cases of the rulebook
    that it names, or of the latest one.
    """
    groups = ", ".join(f"g{number}" for number in range(len(table.plan.groups)))
    facts = [key for key in table.keys if key != "rulebook"]
    same = " AND ".join(f"p.{key} IS NOT DISTINCT FROM s.{key}" for key in facts)
    cases = f"""
        SELECT stratum, {groups}, epoch(decided_at) - epoch(opened_at) AS value, false AS pending
        FROM decisions WHERE decided_at IS NOT NULL AND opened_at IS NOT NULL
        UNION ALL
        SELECT s.stratum, {", ".join(f"p.g{number}" for number in range(len(table.plan.groups)))},
            epoch(latest.at) - epoch(p.opened_at) AS value, true AS pending
        FROM (FROM population WHERE adverse IS NULL AND opened_at IS NOT NULL AND examined IS DISTINCT FROM false) p,
            (SELECT greatest(max(decided_at), max(opened_at)) AS at, arg_max(rulebook, decided_at) AS rulebook
             FROM population) latest
        JOIN strata s ON {same} AND s.rulebook = coalesce(p.rulebook, latest.rulebook)"""
    return RankedMeasure(table, cases, "longer")


def _codes(attribute: int) -> str:
    """Return the query that numbers the values of an attribute in their order."""
    return f"""SELECT value, row_number() OVER (ORDER BY value NULLS LAST) - 1 AS code
        FROM (SELECT DISTINCT g{attribute} AS value FROM population)"""
