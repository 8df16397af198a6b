"""What an audit cannot say, in sentences: tests that were switched off, what could not be tested, what q means."""

from collections import Counter
from collections.abc import Iterable, Iterator

from evenhand.audit.all_tests import FamilyResults
from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import GroupTest

_SWITCHED_OFF = {
    "examined": "who was examined at all was not tested",
    "selection_facts": "who was examined at all was not tested",
    "flags_before": "warnings before action were not tested",
    "opened_at": "days to decision were not tested",
    "decided_at": "neither days to decision nor the days of rulebook changes are known",
    "spend": "it was not tested whether large spenders are refused less often",
}


def limits(table: DecisionTable, results: FamilyResults, untestable: int) -> tuple[str, ...]:
    """Return what the reader has to know before the findings; most serious first."""
    return tuple(_sentences(table, results, untestable))


def _sentences(table: DecisionTable, results: FamilyResults, untestable: int) -> Iterator[str]:
    plan = table.plan
    if untestable:
        yield (
            f"{untestable} adverse {'decision' if untestable == 1 else 'decisions'} cannot be tested: no decision of"
            " another group has the same facts under the same rulebook."
        )
    yield from table.limits
    missing = [name for name in _SWITCHED_OFF if not getattr(plan, name)]
    for name in missing:
        if not (name == "selection_facts" and "examined" in missing):
            yield f"The plan or the table has no `{name}`: {_SWITCHED_OFF[name]}."
    if not plan.drift:
        yield "The plan asks for no test over time; the same facts on different days are compared as pairs only."
    yield "Flips were not replayed: a table of decisions does not hold the rules."
    yield from _not_shown(results.groups, plan.groups)
    yield f"Every q holds over the {results.size} tests of this audit together."
    yield "Not shown is not equal. A difference between groups says nothing about its cause."


def _not_shown(rows: Iterable[GroupTest], attributes: Iterable[str]) -> Iterator[str]:
    """Yield of each attribute how many values were shown nothing about, and how many could not be tested."""
    counts = Counter((row.attribute, row.verdict) for row in rows)
    for attribute in attributes:
        of = sum(count for (name, _), count in counts.items() if name == attribute)
        if untestable := counts[attribute, "untestable"]:
            yield (
                f"{untestable} of {of} values of `{attribute}` cannot be tested: too few comparators. One refused"
                " decision needs at least 19 allowed ones with the same facts for p = 0.05."
            )
        if hidden := counts[attribute, "not_shown"]:
            yield (
                f"Of {hidden} of {of} values of `{attribute}` no difference was shown; an odds ratio up to `ci_high` of"
                " the row is not excluded."
            )
