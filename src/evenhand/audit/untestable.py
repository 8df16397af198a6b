"""Adverse decisions that cannot be tested: with the same facts under the same rulebook there is no other group.

A group is a value of an attribute. An unknown value is no other group: nobody knows that it differs. Each decision is
named with the nearest one of another group: the fewest differing facts, the rulebook counting as one, then the lowest
`seq`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import UntestableDecision
from evenhand.model.audit_coverage import NO_MEMBER, AttributeCoverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NONE = np.iinfo(np.int64).max
_UNKNOWN = -1


def untestable_decisions(table: DecisionTable) -> list[UntestableDecision]:
    """Return the adverse decisions without a comparator of another group, in the order of `seq`.

    Cost: number of strata times number of facts and of attributes; for those that differ from all others in two facts
    or more also number of their different strata and groups times number of strata.
    """
    _list_combinations(table)
    groups = range(len(table.plan.groups))
    same = " AND ".join(
        ("d.stratum = c.stratum", *(f"d.g{number} IS NOT DISTINCT FROM c.g{number}" for number in groups))
    )
    rows = table.query(
        f"""
        SELECT d.advertiser, d.seq, c.id FROM decisions d JOIN (FROM combination WHERE adverse > 0 AND NOT tested) c
        ON {same} WHERE d.adverse ORDER BY d.seq"""
    )
    if not rows:
        return []
    found = _nearest(table)
    names = [*table.plan.facts, table.plan.rulebook]
    others = dict(
        table.query(
            "SELECT seq, advertiser FROM decisions WHERE seq IN (SELECT unnest(?::BIGINT[]))",
            sorted({seq for seq, _ in found.values() if seq is not None}),
        )
    )
    made = []
    for advertiser, seq, combination in rows:
        other, differs = found[combination]
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


def attribute_coverage(table: DecisionTable) -> tuple[AttributeCoverage, ...]:
    """Return of each attribute how many adverse decisions have one about another group of it beside them.

    `untestable_decisions` was asked before.
    """
    counts = "".join(f", (sum(adverse) FILTER (t{number}))::BIGINT" for number in range(len(table.plan.groups)))
    adverse, *compared = table.query(f"SELECT sum(adverse)::BIGINT{counts} FROM combination")[0]
    return tuple(
        AttributeCoverage(attribute=name, adverse=adverse or 0, compared=number or 0)
        for name, number in zip(table.plan.groups, compared, strict=True)
    )


def _list_combinations(table: DecisionTable) -> None:
    """Make `combination`: the different groups in each stratum, with the lowest `seq` and the number of adverse ones.

    `v0`, `v1` … are the values that are known, as text; `t0`, `t1` … whether another is beside them in the stratum,
    `tested` whether any of these is true.
    """
    groups = range(len(table.plan.groups))
    columns = "".join(f", g{number}" for number in groups)
    known = "".join(f", nullif(g{number}::VARCHAR, '{NO_MEMBER}') AS v{number}" for number in groups)
    beside = "".join(f", coalesce(min(v{n}) OVER equal <> max(v{n}) OVER equal AND v{n} IS NOT NULL, false) AS t{n}"
                     for n in groups)  # fmt: skip
    tested = " OR ".join(("false", *(f"t{number}" for number in groups)))
    table.query(
        f"""
        CREATE OR REPLACE TEMP TABLE combination AS
        SELECT *, row_number() OVER (ORDER BY first) AS id, {tested} AS tested FROM (
            SELECT *{beside} FROM (
                SELECT *{known} FROM (
                    SELECT stratum{columns}, min(seq) AS first, count(*) FILTER (adverse) AS adverse
                    FROM decisions GROUP BY stratum{columns}))
            WINDOW equal AS (PARTITION BY stratum))"""
    )


def _nearest(table: DecisionTable) -> dict[int, tuple[int | None, tuple[int, ...]]]:
    """Return by the `id` of each combination that cannot be tested the nearest decision, and which facts differ."""
    groups = range(len(table.plan.groups))
    ranks = "".join(
        f", coalesce(CASE WHEN v{n} IS NOT NULL THEN dense_rank() OVER (ORDER BY v{n}) END, {_UNKNOWN})::BIGINT AS r{n}"
        for n in groups
    )
    rows = table.arrays(f"SELECT id, stratum, first, adverse > 0 AND NOT tested AS alone{ranks} FROM combination")
    profiles = []
    for number in groups:
        known = rows[f"r{number}"] != _UNKNOWN
        profiles.append(_Profile(rows["stratum"][known], rows[f"r{number}"][known], rows["first"][known]))
    alone = rows["alone"].astype(bool)
    values = np.array([rows[f"r{number}"][alone] for number in groups])
    found = _Nearest(table, profiles).of(rows["stratum"][alone], values)
    return dict(zip(rows["id"][alone].tolist(), found, strict=True))


class _Leaders(NamedTuple):
    """Of each group of strata: value and `seq` of its first decision, and the first of another value."""

    value: "NDArray[np.int64]"
    first: "NDArray[np.int64]"
    second: "NDArray[np.int64]"

    def of_others(self, group: "NDArray[np.int64]", value: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Return the lowest `seq` in each group that is known to be of another value; `_NONE` where none is."""
        other = np.where(self.value[group] == value, self.second[group], self.first[group])
        return np.where(value == _UNKNOWN, _NONE, other)


class _Profile(NamedTuple):
    """The known values of one attribute in each stratum, as numbers, each with its lowest `seq`."""

    stratum: "NDArray[np.int64]"
    value: "NDArray[np.int64]"
    first: "NDArray[np.int64]"

    def leaders(self, group: "NDArray[np.int64]") -> _Leaders:
        """Return who comes first in each group of strata, given the group of each."""
        of_row = group[self.stratum]
        order = np.lexsort((self.first, of_row))
        groups, value, first = of_row[order], self.value[order], self.first[order]
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        found = _Leaders(*(np.full(int(group.max()) + 1, fill, dtype=np.int64) for fill in (_UNKNOWN, _NONE, _NONE)))
        found.value[groups[starts]], found.first[groups[starts]] = value[starts], first[starts]
        others = value != found.value[groups]
        np.minimum.at(found.second, groups[others], first[others])
        return found


class _Nearest:
    """The strata as numbers, a column each, a row a fact; and a profile of each attribute."""

    def __init__(self, table: DecisionTable, profiles: "Sequence[_Profile]") -> None:
        ranks = ", ".join(f"(dense_rank() OVER (ORDER BY {key}))::INTEGER AS {key}" for key in table.keys)
        facts = table.arrays(f"SELECT {ranks} FROM strata ORDER BY stratum")
        self._facts = np.stack([facts[key] for key in table.keys])
        self._profiles = profiles

    def of(self, strata: "NDArray[np.int64]", values: "NDArray[np.int64]") -> list[tuple[int | None, tuple[int, ...]]]:
        """Return the `seq` of the nearest decision of another group, and which facts differ.

        Args:
            strata: the strata of the decisions whose nearest is wanted.
            values: their values, a row an attribute.
        """
        seq, fact = self._one_fact(strata, values)
        return [
            (int(number), (int(differs),)) if number != _NONE else self._any_facts(int(stratum), own)
            for stratum, own, number, differs in zip(strata, values.T, seq, fact, strict=True)
        ]

    def _one_fact(
        self, strata: "NDArray[np.int64]", values: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Return the nearest `seq` among decisions that differ in one fact, and that fact; `_NONE` where there is none.

        Strata that are equal but for one fact are taken together, so that the cost does not grow with pairs of them.
        """
        nearest = np.full(len(strata), _NONE, dtype=np.int64)
        fact = np.zeros(len(strata), dtype=np.int64)
        for number in range(len(self._facts)):
            _, group = np.unique(np.delete(self._facts, number, axis=0), axis=1, return_inverse=True)
            for profile, own in zip(self._profiles, values, strict=True):
                seq = profile.leaders(group).of_others(group[strata], own)
                better = seq < nearest
                nearest[better], fact[better] = seq[better], number
        return nearest, fact

    def _any_facts(self, stratum: int, values: "NDArray[np.int64]") -> tuple[int | None, tuple[int, ...]]:
        """Return the nearest decision among all strata: the fewest differing facts, then the lowest `seq`."""
        differs = self._facts != self._facts[:, stratum, None]
        every = np.arange(self._facts.shape[1])
        of_each = [one.of_others(every, own) for one, own in zip(self._by_stratum, values, strict=True)]
        seq = np.min(of_each, axis=0) if of_each else np.full(len(every), _NONE)
        distance = np.where(seq == _NONE, len(self._facts) + 1, differs.sum(axis=0))
        nearest = np.flatnonzero(distance == distance.min())
        other = int(nearest[seq[nearest].argmin()])
        if seq[other] == _NONE:
            return None, ()
        return int(seq[other]), tuple(int(number) for number in np.flatnonzero(differs[:, other]))

    @cached_property
    def _by_stratum(self) -> list[_Leaders]:
        every = np.arange(self._facts.shape[1])
        return [profile.leaders(every) for profile in self._profiles]
