"""Decisions beside a case, put together by what differs and how they were treated: those that a person should see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from evenhand.model.comparator import Comparator, FactDifference, LaterDecision
from evenhand.model.decision import Party
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.findings import PartyKey

MOST_NEAR, MOST_EXAMPLES = 5, 5
"""Sets of parties that differ in one fact and were treated milder, and parties of a set, that are shown."""


class Compared(NamedTuple):
    """A decision about another party beside the case; `distance` counts the facts that differ, names left out.

    `case` is its case, and `later` the last decision of that case where it has another outcome.
    """

    distance: int
    seq: int
    party: Party
    outcome: Outcome
    rules: tuple[str, ...]
    under_same_rules: bool
    differs: tuple[FactDifference, ...]
    groups: tuple[str, ...]
    case: str = ""
    later: LaterDecision | None = None

    @property
    def is_like(self) -> bool:
        """Return whether nothing that rules may look at differs, the rules neither."""
        return self.distance == 0

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """Return what orders the decisions about one party: those by the case's rules, the nearest, mildest, last."""
        return not self.under_same_rules, self.distance, self.outcome.severity, -self.seq


def choose_sets(
    nearest: Mapping[PartyKey, Compared], named: Collection[PartyKey], case: Outcome
) -> tuple[tuple[Comparator, ...], int]:
    """Return the comparators that a person should see, numbered from 1, and how many sets of near cases are left out.

    These are the named parties, each alone; like cases, treated milder than the `case` or not; those that differ in one
    fact and were treated milder; and where nobody was so far, the nearest that was. Like cases that were treated milder
    come first, then the nearest: a number does not tell whether the complainant named the party.
    """
    named_sets = [[nearest[key]] for key in named]
    sets = _sets(each for key, each in nearest.items() if key not in named)
    milder = [each for each in sets if each[0].outcome.severity < case.severity]
    near = [each for each in milder if each[0].distance == 1]
    like = [each for each in sets if each[0].is_like]
    shown = [*like, *near[:MOST_NEAR]]
    if not any(each in milder for each in shown):
        shown += milder[:1]
    made = [_set_of(each, case, named=each in named_sets) for each in sorted((*named_sets, *shown), key=_order)]
    first = sorted(made, key=lambda each: not (each.like and each.milder))
    return tuple(msgspec.structs.replace(each, number=number) for number, each in enumerate(first, 1)), len(
        near[MOST_NEAR:]
    )


def _order(several: Sequence[Compared]) -> tuple[int, int, int]:
    return several[0].distance, -len(several), several[0].seq


def _sets(several: Iterable[Compared]) -> list[list[Compared]]:
    """Return the decisions by what differs and how they were treated, the nearest first, of those the largest set."""
    found: dict[tuple[object, ...], list[Compared]] = {}
    for each in several:
        found.setdefault((each.outcome, each.rules, each.differs), []).append(each)
    ordered = [sorted(equals, key=lambda each: each.seq) for equals in found.values()]
    return sorted(ordered, key=_order)


def _set_of(several: Sequence[Compared], case: Outcome, *, named: bool) -> Comparator:
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
        changed=sum(each.later is not None for each in several),
        later=tuple(each.later for each in examples if each.later is not None),
    )
