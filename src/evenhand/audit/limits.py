"""What an audit cannot say, in sentences: tests that were switched off, what could not be tested, what q means."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from evenhand.audit.all_tests import FamilyResults
from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import GroupTest

FLIPS_NOT_REPLAYED = "Flips were not replayed"
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
    yield f"{FLIPS_NOT_REPLAYED}: a table of decisions does not hold the rules."
    yield from _not_shown(results.groups, plan.groups)
    if results.size:
        yield f"Every q holds over the tests of this audit together: {results.size}."
    yield "Not shown is not equal, and a difference between groups says nothing about its cause."


def _not_shown(rows: Sequence[GroupTest], attributes: Iterable[str]) -> Iterator[str]:
    """Yield of each attribute how many values nothing was shown about, and what could have been found at best."""
    for attribute in attributes:
        own = [row for row in rows if row.attribute == attribute]
        of_all = f"Of {len(own)} {'value' if len(own) == 1 else 'values'} of `{attribute}`"
        for reason, untestable in Counter(row.note for row in own if row.verdict == "untestable").items():
            yield f"{of_all}, {untestable} cannot be tested: {reason}."
        if hidden := sum(row.verdict == "not_shown" for row in own):
            yield f"{of_all}, no difference was shown of {hidden}."
            largest = max(
                (row for row in own if row.note and row.verdict == "not_shown"), key=lambda row: row.n, default=None
            )
            if largest is None:
                continue
            yield f"The largest of them is {'unknown' if largest.value is None else largest.value}. {largest.note}"
