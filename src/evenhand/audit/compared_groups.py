"""Groups compared with their equals: each value of an attribute, the top tenth of spend, decisions from a day on."""

from collections.abc import Iterator
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Literal, NamedTuple

from evenhand.audit.decision_table import DecisionTable
from evenhand.audit.detectable_effect import describe_not_shown
from evenhand.audit.drift import cuts
from evenhand.audit.exact_test import ExactTest, exact_test
from evenhand.audit.strata import ValueTables, group_values, tables_by_value
from evenhand.audit.table_source import text_literal
from evenhand.audit.test_families import FamilyTest, FamilyVerdict
from evenhand.model.audit import GroupTest, Ratio, SpendTest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

TOP_TENTH: Literal["top tenth"] = "top tenth"
NO_DECISION = "there is no decision"
NOBODY_ELSE = "nobody else has the same facts"
ONE_OUTCOME = "where there are others, all with the same facts had the same outcome"


class ComparedGroup(NamedTuple):
    """A group and its exact test; `condition` is the SQL condition of its members.

    Looked for: that a group is refused more often, that big spenders are refused less often, that later decisions
    differ either way.
    """

    kind: Literal["group", "spend", "time"]
    attribute: str
    value: str | None
    condition: str
    n: int
    adverse: int
    test: ExactTest
    tables: "ArrayLike"
    has_others: bool

    @property
    def family_test(self) -> FamilyTest:
        """Return the test as the family judges it."""
        name = f"{self.attribute} unknown" if self.value is None else f"{self.attribute}={self.value}"
        less = self.kind == "spend" or (self.kind == "time" and self.test.p_less < self.test.p_greater)
        return FamilyTest(
            name=name,
            informative=self.test.informative,
            p=self._p,
            finding="favoured" if less else "worse",
            retested=self.kind != "time",
        )

    def row(self, judged: FamilyVerdict, level: Fraction | None = None) -> GroupTest:
        """Return the test and its verdict as a row of the report; with a level it says what would have been found."""
        test, note = self.test, ""
        if judged.verdict == "untestable":
            note = (ONE_OUTCOME if self.has_others else NOBODY_ELSE) if self.n else NO_DECISION
        elif judged.verdict == "not_shown" and level is not None:
            note = describe_not_shown(test, self.tables, level)
        return GroupTest(
            attribute=self.attribute, value=self.value, n=self.n, adverse=self.adverse,
            rate=self.adverse / self.n if self.n else None, informative=test.informative,
            odds_ratio=shown_ratio(test.odds_ratio), ci_low=shown_ratio(test.ci_low), ci_high=shown_ratio(test.ci_high),
            p=self._p, p_mid=self._p_mid, q=judged.q, verdict=judged.verdict,
            explained_by=judged.explained_by, method=test.method,
            note=note,
        )  # fmt: skip

    def spend_row(self, judged: FamilyVerdict, threshold: float) -> SpendTest:
        """Return the test of the tenth that spends most as its row of the report."""
        test = self.test
        return SpendTest(
            threshold=threshold, n=self.n, adverse=self.adverse, informative=test.informative,
            odds_ratio=shown_ratio(test.odds_ratio), ci_low=shown_ratio(test.ci_low), ci_high=shown_ratio(test.ci_high),
            p=self._p, p_mid=self._p_mid, q=judged.q, verdict=judged.verdict, explained_by=judged.explained_by,
            method=test.method,
        )  # fmt: skip

    @property
    def _p(self) -> float:
        return {"group": self.test.p_greater, "spend": self.test.p_less, "time": self.test.p_two}[self.kind]

    @property
    def _p_mid(self) -> float:
        greater, less = self.test.p_mid_greater, self.test.p_mid_less
        return {"group": greater, "spend": less, "time": min(1.0, 2 * min(greater, less))}[self.kind]


def compared_values(table: DecisionTable, attribute: int) -> Iterator[ComparedGroup]:
    """Yield the comparison of every value of a group attribute; one that has no decision cannot be tested."""
    found = {group.value: group for group in tables_by_value(table, f"g{attribute}")}
    for value in group_values(table, attribute):
        literal = "NULL" if value is None else text_literal(value)
        condition = f"g{attribute}::VARCHAR IS NOT DISTINCT FROM {literal}"
        group = found.get(value, ValueTables(value, 0, 0, (), has_others=False))
        yield _compared("group", table.plan.groups[attribute], value, condition, group)


def top_tenth(table: DecisionTable) -> float | None:
    """Return the spend from which a decision is of the top tenth, by linear interpolation; None if none is known."""
    threshold = table.query("SELECT quantile_cont(spend, 0.9) FROM decisions")[0][0] if table.plan.spend else None
    return None if threshold is None else float(threshold)


def compared_spenders(table: DecisionTable, threshold: float) -> ComparedGroup:
    """Return the comparison of the top tenth of spend; a decision whose spend is unknown is of the rest."""
    condition = f"coalesce(spend >= {threshold!r}, false)"
    return _compared("spend", "spend", TOP_TENTH, condition, members(table, condition))


def compared_times(table: DecisionTable) -> Iterator[ComparedGroup]:
    """Yield the comparison of decisions from each point in time that the plan asks for with those before it."""
    for cut in cuts(table):
        yield _compared("time", cut.attribute, cut.value, cut.condition, members(table, cut.condition))


def members(table: DecisionTable, condition: str, where: str = "true") -> ValueTables:
    """Return the tables of the decisions that meet an SQL condition against the others among some."""
    found = {group.value: group for group in tables_by_value(table, f"({condition})::VARCHAR", where=where)}
    return found.get("true", ValueTables("true", 0, 0, (), has_others=False))


def shown_ratio(ratio: float | None) -> Ratio:
    """Return a ratio as the report has it: infinity is a word."""
    return "inf" if ratio == inf else ratio


def _compared(
    kind: Literal["group", "spend", "time"], attribute: str, value: str | None, condition: str, group: ValueTables
) -> ComparedGroup:
    return ComparedGroup(
        kind, attribute, value, condition, group.n, group.adverse, exact_test(group.tables), group.tables,
        group.has_others,
    )  # fmt: skip
