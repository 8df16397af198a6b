"""Van Elteren's stratified Wilcoxon test: are the values of a group smaller or larger than those of its equals?

Within each stratum values get mid-ranks R; a stratum of n values weighs w = 1/(n+1). T = Σ w·R of the members,
E = Σ w·m(n+1)/2, V = Σ w²·m(n-m)/n·s²(R). A stratum is informative if it has members and others whose ranks are not
all equal.

Source: Ph. van Elteren, "On the combination of independent two-sample tests of Wilcoxon", Bull. Int. Stat. Inst. 37
(1960).
"""

from math import erfc, sqrt
from random import Random
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenhand.model.record import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Direction = Literal["fewer", "longer"]
"""What is looked for: smaller values of the group (warnings before action), or larger ones (days to decision)."""
FEW_VALUES = 20
"""A group with fewer values is tested by permutations."""
PERMUTATIONS = 9_999
_ROUNDING = 1e-9  # sums of ranks that differ by less are equal


class RankTest(Record, frozen=True, kw_only=True):
    """What the rank test says of one group: the strata that could show a difference, its values in them, one-sided p.

    `method` is "normal", or "permutations" if the group has fewer than `FEW_VALUES` values.
    """

    informative: int
    values: int
    p: float = 1.0
    method: Literal["normal", "permutations"] = "normal"


class RankedValues:
    """Values with their mid-ranks within strata, ranked once for all groups that are tested on them.

    Args:
        stratum_ids: whole numbers, one a value; equal numbers are one stratum.
        values: numbers, infinite for a case that waits longer than all; none is NaN.
        seed: of the permutations for groups of few values.
    """

    def __init__(self, stratum_ids: "ArrayLike", values: "ArrayLike", seed: int) -> None:
        numbers = np.asarray(values, dtype=float)
        _, self._stratum, self._sizes = np.unique(np.asarray(stratum_ids), return_inverse=True, return_counts=True)
        self._order = np.lexsort((numbers, self._stratum))
        self._first = np.concatenate(([0], np.cumsum(self._sizes)[:-1])).astype(np.int64)
        self._sorted_ranks, self._ranks = self._mid_ranks(numbers)
        self._draws = _Draws(seed)
        middle = self._sorted_ranks - (self._sizes[self._stratum[self._order]] + 1) / 2
        spread = np.bincount(self._stratum[self._order], middle**2, len(self._sizes))
        self._variances = spread / np.maximum(self._sizes - 1, 1)

    def test(self, members: "ArrayLike", direction: Direction) -> RankTest:
        """Return the test of a group, given by the places of its values; cost in the number of its values only."""
        rows = np.asarray(members, dtype=np.int64)
        strata, counts = np.unique(self._stratum[rows], return_counts=True)
        able = (counts < self._sizes[strata]) & (self._variances[strata] > 0)
        strata, m = strata[able], counts[able]
        if not len(strata):
            return RankTest(informative=0, values=0)
        n = self._sizes[strata]
        few = len(rows) < FEW_VALUES
        rows = rows[np.isin(self._stratum[rows], strata)]
        weights = 1 / (self._sizes[self._stratum[rows]] + 1)
        # The sign makes smaller values the larger deviation where fewer are looked for.
        sign = 1 if direction == "longer" else -1
        # Sorted: no digit of the sum depends on the order of the rows.
        deviation = sign * float(np.sort(weights * self._ranks[rows]).sum() - m.sum() / 2)
        if few:
            p = self._permuted(strata, m, sign, deviation)
        else:
            variance = float((m * (n - m) / n * self._variances[strata] / (n + 1) ** 2).sum())
            p = erfc(deviation / sqrt(2 * variance)) / 2
        return RankTest(informative=len(strata), values=int(m.sum()), p=p, method="permutations" if few else "normal")

    def _mid_ranks(self, numbers: "NDArray[np.float64]") -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return the rank of each value in its stratum, from 1, in sorted order and in the order given.

        Equal values share the middle of their places.
        """
        stratum, sorted_values = self._stratum[self._order], numbers[self._order]
        new = np.ones(len(numbers), dtype=bool)
        new[1:] = (stratum[1:] != stratum[:-1]) | (sorted_values[1:] != sorted_values[:-1])
        starts = np.flatnonzero(new)
        ends = np.append(starts[1:], len(numbers))
        middles = (starts + ends + 1) / 2 - self._first[stratum[starts]]
        sorted_ranks = np.repeat(middles, ends - starts)
        ranks = np.empty(len(numbers))
        ranks[self._order] = sorted_ranks
        return sorted_ranks, ranks

    def _permuted(self, strata: "NDArray[np.int64]", m: "NDArray[np.int64]", sign: int, deviation: float) -> float:
        """Return the share of permutations within strata that deviate as much, the observed one among them.

        The members of a stratum are drawn by Floyd's method, strata in rising order; all groups use the same draws.
        """
        sums, draw = np.zeros(PERMUTATIONS), 0
        for stratum, count in zip(strata.tolist(), m.tolist(), strict=True):
            size, first = int(self._sizes[stratum]), int(self._first[stratum])
            weighted = self._sorted_ranks[first : first + size] / (size + 1) - 0.5
            drawn: list[NDArray[np.int64]] = []
            for last in range(size - count, size):
                place = self._draws.below(last + 1, draw)
                for earlier in drawn:
                    place[earlier == place] = last
                drawn.append(place)
                sums += weighted.take(place)
                draw += 1
        return float(1 + np.count_nonzero(sign * sums >= deviation - _ROUNDING)) / (PERMUTATIONS + 1)


class _Draws:
    """Random numbers that anybody can repeat in plain Python: `random.Random(seed)`, 32 bits each.

    Permutation i takes for its draw number j the word number j · `PERMUTATIONS` + i of `getrandbits(32)`.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._words: list[NDArray[np.int64]] = []

    def below(self, limit: int, draw: int) -> "NDArray[np.int64]":
        """Return one number from 0 to `limit` - 1 a permutation: word · limit >> 32."""
        while len(self._words) <= draw:
            words = np.frombuffer(self._random.randbytes(4 * PERMUTATIONS), dtype="<u4")
            self._words.append(words.astype(np.int64))
        return self._words[draw] * limit >> 32


def rank_test(
    stratum_ids: "ArrayLike", values: "ArrayLike", is_member: "ArrayLike", direction: Direction, seed: int
) -> RankTest:
    """Return the test of one group; for many groups on the same values rank them once with `RankedValues`."""
    return RankedValues(stratum_ids, values, seed).test(np.flatnonzero(is_member), direction)


def values_with_pending(
    stratum_ids: "ArrayLike", waited: "ArrayLike", is_pending: "ArrayLike"
) -> "tuple[NDArray[np.float64], NDArray[np.bool_]]":
    """Return waiting times with those of pending cases, and which of them can be ranked at all.

    A pending case that has waited longer than every decided one of its stratum ranks last (its value is infinite);
    another pending case cannot be placed, nor one in a stratum without decided cases: they are not ranked.
    """
    _, stratum = np.unique(np.asarray(stratum_ids), return_inverse=True)
    times, pending = np.asarray(waited, dtype=float), np.asarray(is_pending, dtype=bool)
    longest = np.full(int(stratum.max(initial=-1)) + 1, np.inf)
    decided = np.zeros(len(longest), dtype=bool)
    decided[stratum[~pending]] = True
    longest[decided] = -np.inf
    np.maximum.at(longest, stratum[~pending], times[~pending])
    return np.where(pending, np.inf, times), ~pending | (times > longest[stratum])
