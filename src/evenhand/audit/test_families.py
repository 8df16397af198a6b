"""All tests of one run as one family: the false discovery rate, two levels, and the re-test of what was found.

Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenhand.audit.exact_test import exact_test
from evenhand.model.audit import Verdict
from evenhand.model.record import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class FamilyTest(Record, frozen=True, kw_only=True):
    """One test of a run before its verdict; `name` is what a finding is called, such as `country=K05`.

    `finding` is the verdict if it is found: "worse", or "favoured" for spend. `retested` marks the tests of groups and
    spend, whose findings may explain each other; their p come from the exact test.
    """

    name: str
    informative: int
    p: float
    finding: Literal["worse", "favoured"] = "worse"
    retested: bool = False


class FamilyVerdict(Record, frozen=True, kw_only=True):
    """What the family says of a test: q, None if it could not be tested, and the verdict.

    `retest_p` is the p without the members of the findings confirmed before it; `explained_by` names these if that p
    is no finding any more.
    """

    q: float | None
    verdict: Verdict
    explained_by: tuple[str, ...] | None = None
    retest_p: float | None = None


TablesWithout = Callable[[FamilyTest, tuple[FamilyTest, ...]], "ArrayLike"]
"""Gives the tables `[a, b, c, d]` of a test after all members of some others were taken out of the decisions."""


def judge_family(
    tests: Sequence[FamilyTest], q: float, q_watch: float, tables_without: TablesWithout
) -> tuple[FamilyVerdict, ...]:
    """Return the verdict of each test of a run, in the order given.

    Tests without an informative stratum are `untestable` and not part of the family. Of the others, q below the first
    level is a finding, below the second `watch`, else `not_shown`: which is not "equal".
    """
    testable = [place for place, test in enumerate(tests) if test.informative]
    q_values = dict(zip(testable, false_discovery_rates([tests[place].p for place in testable]), strict=True))
    verdicts = [_verdict(test, q_values.get(place), q, q_watch) for place, test in enumerate(tests)]
    found = [place for place in testable if tests[place].retested and verdicts[place].verdict == tests[place].finding]
    confirmed: tuple[FamilyTest, ...] = ()
    for place in sorted(found, key=lambda each: tests[each].p):
        verdicts[place] = _retested(tests[place], verdicts[place], q, confirmed, tables_without)
        if verdicts[place].explained_by is None:
            confirmed = (*confirmed, tests[place])
    return tuple(verdicts)


def false_discovery_rates(p_values: Sequence[float]) -> list[float]:
    """Return the q of each p: the least share of false findings if all as small as it are taken for findings.

    >>> false_discovery_rates([0.01, 0.5, 0.02])
    [0.03, 0.5, 0.03]
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(-p, kind="stable")
    ranks = np.arange(len(p), 0, -1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(p[order] * len(p) / ranks), 1.0)
    found: list[float] = q.tolist()
    return found


def _verdict(test: FamilyTest, q_value: float | None, q: float, q_watch: float) -> FamilyVerdict:
    if q_value is None:
        return FamilyVerdict(q=None, verdict="untestable")
    if q_value < q:
        return FamilyVerdict(q=q_value, verdict=test.finding)
    return FamilyVerdict(q=q_value, verdict="watch" if q_value < q_watch else "not_shown")


def _retested(
    test: FamilyTest, verdict: FamilyVerdict, q: float, confirmed: tuple[FamilyTest, ...], without: TablesWithout
) -> FamilyVerdict:
    """Return the verdict on a finding after the members of those confirmed before it were taken out."""
    if not confirmed:
        return verdict
    again = exact_test(without(test, confirmed))
    p = again.p_less if test.finding == "favoured" else again.p_greater
    if p <= q:
        return FamilyVerdict(q=verdict.q, verdict=verdict.verdict, retest_p=p)
    names = tuple(each.name for each in confirmed)
    return FamilyVerdict(q=verdict.q, verdict="explained", explained_by=names, retest_p=p)
