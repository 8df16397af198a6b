"""Adverse decisions that cannot be tested: with the same facts under the same rulebook there is no other group.

Each is named with the nearest decision of other groups: the fewest differing facts, the rulebook counting as one, then
the lowest `seq`. All decisions of such a stratum have the same groups, so the nearest is found once a stratum.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import UntestableDecision

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NONE = np.iinfo(np.int64).max


def untestable_decisions(table: DecisionTable) -> list[UntestableDecision]:
    """Return the adverse decisions without a comparator of another group, in the order of `seq`.

    Cost: number of strata times number of facts; for those that differ from all others in two facts or more also number
    of such strata times number of strata.
    """
    _list_profiles(table)
    rows = table.query(
        """
        SELECT d.advertiser, d.seq, d.stratum FROM decisions d
        JOIN (SELECT stratum FROM profile GROUP BY stratum HAVING count(*) = 1) USING (stratum)
        WHERE d.adverse ORDER BY d.seq"""
    )
    if not rows:
        return []
    alone = np.unique([stratum for _, _, stratum in rows])
    found = dict(zip(alone.tolist(), _Nearest(table).of(alone), strict=True))
    names = [*table.plan.facts, table.plan.rulebook]
    others = dict(
        table.query(
            "SELECT seq, advertiser FROM decisions WHERE seq IN (SELECT unnest(?::BIGINT[]))",
            sorted({seq for seq, _ in found.values() if seq is not None}),
        )
    )
    made = []
    for advertiser, seq, stratum in rows:
        other, differs = found[stratum]
        made.append(
            UntestableDecision(
                advertiser=advertiser,
                seq=seq,
                nearest=None if other is None else others[other],
                nearest_seq=other,
                differs_in=tuple(names[number] for number in differs),
            )
        )
    return made


def _list_profiles(table: DecisionTable) -> None:
    """Make `profile`: the different combinations of groups in each stratum, each with a number and its lowest `seq`."""
    groups = ", ".join(f"g{number}" for number in range(len(table.plan.groups)))
    table.query(
        f"""
        CREATE OR REPLACE TEMP TABLE profile AS
        SELECT stratum, dense_rank() OVER (ORDER BY {groups}) AS combination, first FROM (
            SELECT stratum, {groups}, min(seq) AS first FROM decisions GROUP BY stratum, {groups})"""
    )


class _Nearest:
    """The strata as numbers, a column each, a row a fact; and the lowest `seq` of each combination of groups."""

    def __init__(self, table: DecisionTable) -> None:
        ranks = ", ".join(f"(dense_rank() OVER (ORDER BY {key}))::INTEGER AS {key}" for key in table.keys)
        facts = table.arrays(f"SELECT {ranks} FROM strata ORDER BY stratum")
        self._facts = np.stack([facts[key] for key in table.keys])
        profile = table.arrays("SELECT stratum, combination, first FROM profile")
        self._stratum, self._combination, self._first = (profile[name] for name in profile)
        self._own = self._leaders(np.arange(self._facts.shape[1]))

    def of(self, strata: "NDArray[np.int64]") -> list[tuple[int | None, tuple[int, ...]]]:
        """Return the `seq` of the nearest decision of other groups, and which facts differ, of strata of one group."""
        seq, fact = self._one_fact(strata)
        return [
            (int(number), (int(differs),)) if number != _NONE else self._any_facts(int(stratum))
            for stratum, number, differs in zip(strata, seq, fact, strict=True)
        ]

    def _one_fact(self, strata: "NDArray[np.int64]") -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Return the nearest `seq` among decisions that differ in one fact, and that fact; `_NONE` where there is none.

        Strata that are equal but for one fact are taken together, so that the cost does not grow with pairs of them.
        """
        nearest = np.full(len(strata), _NONE, dtype=np.int64)
        fact = np.zeros(len(strata), dtype=np.int64)
        for number in range(len(self._facts)):
            _, group = np.unique(np.delete(self._facts, number, axis=0), axis=1, return_inverse=True)
            seq = self._leaders(group).of_others(group[strata], self._own.combination[strata])
            better = seq < nearest
            nearest[better], fact[better] = seq[better], number
        return nearest, fact

    def _any_facts(self, stratum: int) -> tuple[int | None, tuple[int, ...]]:
        """Return the nearest decision among all strata: the fewest differing facts, then the lowest `seq`."""
        differs = self._facts != self._facts[:, stratum, None]
        every = np.arange(self._facts.shape[1])
        seq = self._own.of_others(every, self._own.combination[stratum])
        distance = np.where(seq == _NONE, len(self._facts) + 1, differs.sum(axis=0))
        nearest = np.flatnonzero(distance == distance.min())
        other = int(nearest[seq[nearest].argmin()])
        if seq[other] == _NONE:
            return None, ()
        return int(seq[other]), tuple(int(number) for number in np.flatnonzero(differs[:, other]))

    def _leaders(self, group: "NDArray[np.int64]") -> "_Leaders":
        """Return who comes first in each group of strata, given the group of each."""
        order = np.lexsort((self._first, group[self._stratum]))
        groups = group[self._stratum][order]
        combination, first = self._combination[order], self._first[order]
        starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
        second = np.full(len(starts), _NONE, dtype=np.int64)
        others = combination != combination[starts][groups]
        np.minimum.at(second, groups[others], first[others])
        return _Leaders(combination[starts], first[starts], second)


class _Leaders(NamedTuple):
    """Of each group of strata: combination and `seq` of its first decision, and the first of another combination."""

    combination: "NDArray[np.int64]"
    first: "NDArray[np.int64]"
    second: "NDArray[np.int64]"

    def of_others(self, group: "NDArray[np.int64]", combination: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Return the lowest `seq` in each group that is not of a combination; `_NONE` where all are."""
        return np.where(self.combination[group] == combination, self.second[group], self.first[group])
