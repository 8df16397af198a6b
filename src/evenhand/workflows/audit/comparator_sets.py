"""Decisions beside a case, put together by what differs and how they were treated: those that a person should see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from evenhand.model.comparator import Comparator, FactDifference
from evenhand.model.decision import Party
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.findings import PartyKey

MOST_NEAR, MOST_EXAMPLES = 5, 5
"""Sets of parties that differ in one fact and were treated milder, and parties of a set, that are shown."""


class Compared(NamedTuple):
    """A decision about another party beside the case; `distance` counts the facts that differ, names left out."""

    distance: int
    seq: int
    party: Party
    outcome: Outcome
    rules: tuple[str, ...]
    under_same_rules: bool
    differs: tuple[FactDifference, ...]
    groups: tuple[str, ...]

    @property
    def is_like(self) -> bool:
        """Return whether nothing that rules may look at differs, the rules neither."""
        return self.distance == 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return what orders the decisions about one party: the nearest first, of those the mildest, then the last."""
        return self.distance, self.outcome.severity, -self.seq


def choose_sets(
    nearest: Mapping[PartyKey, Compared], named: Collection[PartyKey], case: Outcome
) -> tuple[tuple[Comparator, ...], int]:
    """Return the comparators that a person should see, numbered from 1, and how many sets of near cases are left out.

    Each named party comes first. Then like cases that were treated milder than the `case`, those that differ in one
    fact and were, like cases that were not; and where nobody was treated milder so far, the nearest that was.
    """
    alone = [_set_of([nearest[key]], case, named=True) for key in named]
    sets = _sets((each for key, each in nearest.items() if key not in named))
    milder = [each for each in sets if each[0].outcome.severity < case.severity]
    like_milder = [each for each in milder if each[0].is_like]
    near = [each for each in milder if each[0].distance == 1]
    like = [each for each in sets if each[0].is_like and each not in like_milder]
    far = [] if like_milder or near else milder[:1]
    chosen = [_set_of(each, case) for each in (*like_milder, *near[:MOST_NEAR], *like, *far)]
    numbered = (msgspec.structs.replace(each, number=number) for number, each in enumerate((*alone, *chosen), 1))
    return tuple(numbered), len(near[MOST_NEAR:])


def _sets(several: Iterable[Compared]) -> list[list[Compared]]:
    """Return the decisions by what differs and how they were treated, the nearest first, of those the largest set."""
    found: dict[tuple[object, ...], list[Compared]] = {}
    for each in several:
        found.setdefault((each.outcome, each.rules, each.differs), []).append(each)
    ordered = [sorted(equals, key=lambda each: each.seq) for equals in found.values()]
    return sorted(ordered, key=lambda each: (each[0].distance, -len(each), each[0].seq))


def _set_of(several: Sequence[Compared], case: Outcome, *, named: bool = False) -> Comparator:
    first, examples = several[0], several[:MOST_EXAMPLES]
    return Comparator(
        number=0,
        named=named,
        parties=tuple(each.party for each in examples),
        leaves=tuple(each.seq for each in examples),
        count=len(several),
        outcome=first.outcome,
        rules=first.rules,
        under_same_rules=first.under_same_rules,
        differs=first.differs,
        groups=tuple(sorted({name for each in several for name in each.groups})),
        like=first.is_like,
        milder=first.outcome.severity < case.severity,
    )
