"""What comes first in an audit report, on its page and in the console."""

from collections.abc import Iterable

from evenhand.model.audit import GroupTest, OddDecision, SelectionTest, SpendTest

RESULTS = ("worse", "favoured", "watch", "explained")
"""Verdicts that say something of a difference, the gravest first."""
_VERDICTS = (*RESULTS, "not_shown", "untestable")
_SIDES = ("adverse", "tie", "favoured")


def gravest_first(several: Iterable[OddDecision]) -> list[OddDecision]:
    """Return odd decisions: those against the advertiser first, with most comparators first."""
    return sorted(several, key=lambda odd: (_SIDES.index(odd.side), -odd.comparators, odd.seq))


def results_first(tests: Iterable[GroupTest]) -> list[GroupTest]:
    """Return tests of groups: those with a result first, then by rising p."""
    return sorted(tests, key=lambda test: (test.verdict not in RESULTS, test.p, test.attribute, test.value or ""))


def verdict_rank(test: GroupTest | SelectionTest | SpendTest) -> tuple[int, float, str, str]:
    """Return the place of a test of any kind: by what it found, then by rising p."""
    return _VERDICTS.index(test.verdict), test.p, test.attribute, test.value or ""
