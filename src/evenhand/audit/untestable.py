"""Adverse decisions that cannot be tested: with the same facts under the same rulebook there is no other group.

Each is named with the nearest decision of other groups: the fewest differing facts, the rulebook counting as one, then
the lowest `seq`. All decisions of such a stratum have the same groups, so the nearest is found once a stratum.
"""

from typing import TYPE_CHECKING

import numpy as np

from evenhand.audit.decision_table import DecisionTable
from evenhand.model.audit import UntestableDecision

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NONE = np.iinfo(np.int64).max


def untestable_decisions(table: DecisionTable) -> list[UntestableDecision]:
    """Return the adverse decisions without a comparator of another group, in the order of `seq`.

    Cost: number of such strata times number of strata.
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
    nearest = _Nearest(table)
    found = {stratum: nearest.of(stratum) for stratum in {stratum for _, _, stratum in rows}}
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
    """The strata as numbers: a row a stratum, a column a fact, and whom to name of each."""

    def __init__(self, table: DecisionTable) -> None:
        ranks = ", ".join(f"(dense_rank() OVER (ORDER BY {key}))::INTEGER AS {key}" for key in table.keys)
        facts = table.arrays(f"SELECT {ranks} FROM strata ORDER BY stratum")
        self.facts = np.stack([facts[key] for key in table.keys])
        # Of each stratum the first decision, and the first of other groups than that one's.
        first = table.arrays(
            """
            SELECT first(combination ORDER BY first) AS combination, min(first) AS first FROM profile
            GROUP BY stratum ORDER BY stratum"""
        )
        self.combination, self.first = first["combination"], first["first"]
        second = table.arrays(
            """
            SELECT stratum, min(first) AS first FROM profile JOIN (
                SELECT stratum, first(combination ORDER BY first) AS leader FROM profile GROUP BY stratum)
            USING (stratum) WHERE combination <> leader GROUP BY stratum"""
        )
        self.second: NDArray[np.int64] = np.full(len(self.first), _NONE, dtype=np.int64)
        self.second[second["stratum"]] = second["first"]

    def of(self, stratum: int) -> tuple[int | None, tuple[int, ...]]:
        """Return the `seq` of the decision of other groups nearest to a stratum, and which facts differ."""
        differs = self.facts != self.facts[:, stratum, None]
        seq = np.where(self.combination == self.combination[stratum], self.second, self.first)
        distance = np.where(seq == _NONE, len(self.facts) + 1, differs.sum(axis=0))
        nearest = np.flatnonzero(distance == distance.min())
        other = int(nearest[seq[nearest].argmin()])
        if seq[other] == _NONE:
            return None, ()
        return int(seq[other]), tuple(int(number) for number in np.flatnonzero(differs[:, other]))
