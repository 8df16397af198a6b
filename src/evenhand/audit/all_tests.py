"""All tests of one audit: each computed, then judged together as one family."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from evenhand.audit.compared_groups import (
    ComparedGroup,
    compared_spenders,
    compared_times,
    compared_values,
    members,
    top_tenth,
)
from evenhand.audit.decision_table import DecisionTable
from evenhand.audit.exact_test import exact_test
from evenhand.audit.selection import RankedMeasure, days_to_decision, examined_tables, warnings_before_action
from evenhand.audit.strata import group_values
from evenhand.audit.test_families import FamilyTest, FamilyVerdict, judge_family
from evenhand.model.audit import GroupTest, Measure, SelectionTest, SpendTest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_DESCRIBED = 1000  # to say what could have been found takes as long as the test itself


class FamilyResults(NamedTuple):
    """What all tests of an audit say; `size` counts those that could be made, over which q holds."""

    groups: tuple[GroupTest, ...]
    selection: tuple[SelectionTest, ...]
    spend: SpendTest | None
    time: tuple[GroupTest, ...]
    size: int


class MeasuredGroup(NamedTuple):
    """A group and its test of who was examined, after how many warnings, or after how long; a test is one-sided."""

    attribute: str
    value: str | None
    measure: Measure
    n: int
    informative: int
    p: float
    method: str

    @property
    def family_test(self) -> FamilyTest:
        """Return the test as the family judges it."""
        return FamilyTest(name=f"{self.measure} {self.attribute}={self.value}", informative=self.informative, p=self.p)

    def row(self, judged: FamilyVerdict) -> SelectionTest:
        """Return the test and its verdict as a row of the report."""
        return SelectionTest(
            attribute=self.attribute, value=self.value, measure=self.measure, n=self.n, informative=self.informative,
            p=self.p, q=judged.q, verdict=judged.verdict, method=self.method,
        )  # fmt: skip


def run_tests(table: DecisionTable) -> FamilyResults:
    """Make every test of the plan and judge them as one family; rows come by rising p, then in the plan's order."""
    groups = [group for number in range(len(table.plan.groups)) for group in compared_values(table, number)]
    measured = list(_measured(table))
    threshold = top_tenth(table)
    spend = [] if threshold is None else [compared_spenders(table, threshold)]
    times = list(compared_times(table))
    tests = [
        *(each.family_test for each in groups),
        *(each.family_test for each in measured),
        *(each.family_test for each in (*spend, *times)),
    ]
    verdicts = judge_family(tests, float(table.plan.q), float(table.plan.q_watch), _Retest(table, [*groups, *spend]))
    size = sum(1 for verdict in verdicts if verdict.q is not None)
    judged = iter(verdicts)
    return FamilyResults(
        groups=_group_rows(groups, judged, Fraction(table.plan.q) / max(size, 1)),
        selection=tuple(sorted((each.row(next(judged)) for each in measured), key=lambda row: row.p)),
        spend=next((each.spend_row(next(judged), threshold or 0.0) for each in spend), None),
        time=tuple(each.row(next(judged)) for each in times),
        size=size,
    )


def _group_rows(groups: list[ComparedGroup], judged: Iterator[FamilyVerdict], level: Fraction) -> tuple[GroupTest, ...]:
    """Return the rows of groups; of the largest it is said what would have been found as the only finding."""
    least = sorted((group.n for group in groups), reverse=True)[:_DESCRIBED][-1:]
    rows = [group.row(next(judged), level if group.n >= least[0] else None) for group in groups]
    return tuple(sorted(rows, key=lambda row: row.p))


class _Retest:
    """Gives the tables of a finding after the members of others were taken out."""

    def __init__(self, table: DecisionTable, groups: list[ComparedGroup]) -> None:
        self._table = table
        self._conditions = {group.family_test.name: group.condition for group in groups}

    def __call__(self, test: FamilyTest, confirmed: tuple[FamilyTest, ...]) -> "ArrayLike":
        others = " OR ".join(f"({self._conditions[other.name]})" for other in confirmed)
        return members(self._table, self._conditions[test.name], f"NOT ({others})").tables


def _measured(table: DecisionTable) -> Iterator[MeasuredGroup]:
    """Yield the tests of selection, warnings and days, of every value of every attribute."""
    plan = table.plan
    if plan.examined and plan.selection_facts:
        for number in range(len(plan.groups)):
            yield from _examined(table, number)
    if plan.flags_before:
        yield from _ranked(table, "flags_before", warnings_before_action(table))
    if plan.opened_at and plan.decided_at:
        yield from _ranked(table, "days_to_decision", days_to_decision(table))


def _ranked(table: DecisionTable, measure: Measure, ranks: RankedMeasure) -> Iterator[MeasuredGroup]:
    for number, name in enumerate(table.plan.groups):
        for value, n, test in ranks.by_value(number):
            yield MeasuredGroup(name, value, measure, n, test.informative, test.p, test.method)


def _examined(table: DecisionTable, attribute: int) -> Iterator[MeasuredGroup]:
    found = {group.value: group for group in examined_tables(table, attribute)}
    name = table.plan.groups[attribute]
    for value in group_values(table, attribute):
        group = found.get(value)
        test = exact_test(group.tables if group else ())
        n = group.n if group else 0
        yield MeasuredGroup(name, value, "examined", n, test.informative, test.p_greater, test.method)
