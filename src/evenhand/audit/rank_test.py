"""Van Elteren's stratified Wilcoxon test: are the values of a group smaller or larger than those of its equals?

Within each stratum values get mid-ranks R; a stratum of n values weighs w = 1/(n+1). T = Σ w·R of the members,
E = Σ w·m(n+1)/2, V = Σ w²·m(n-m)/n·s²(R). A stratum is informative if it has members and others whose ranks are not
all equal. How p is found depends on these strata alone: exactly where few arrangements are possible, by permutations
where members or others are few, else by the normal distribution.

Source: Ph. van Elteren, "On the combination of independent two-sample tests of Wilcoxon", Bull. Int. Stat. Inst. 37
(1960).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from math import comb, erfc, fsum, sqrt
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from evenhand.model.record import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Direction = Literal["fewer", "longer"]
"""What is looked for: smaller values of the group (warnings before action), or larger ones (days to decision)."""
FEW_VALUES = 20
"""With fewer members, or fewer others, in the informative strata the normal distribution is not used."""
PERMUTATIONS = 9_999
MOST_STEPS = 20_000
"""p is exact where listing all arrangements takes no more steps."""
_ROUNDING = 1e-9  # sums of ranks that differ by less are equal


class RankTest(Record, frozen=True, kw_only=True):
    """What the rank test says of one group: the strata that could show a difference, its values in them, one-sided p.

    `method` is "exact" where all arrangements could be counted, "permutations" where members or others are fewer than
    `FEW_VALUES`, else "normal".
    """

    informative: int
    values: int
    p: float = 1.0
    method: Literal["exact", "permutations", "normal"] = "normal"


class _Stratum(NamedTuple):
    """An informative stratum and the smaller side of it: members, or others.

    `doubled` are its values of 2 R, rising; `ties` how often each different one stands there, the rarest first.
    """

    size: int
    few: int
    is_few_members: bool
    doubled: "NDArray[np.int64]"
    ties: dict[int, int]

    @property
    def spread(self) -> int:
        """Return the largest sum of `doubled` of so few less the smallest."""
        return int(self.doubled[-self.few :].sum() - self.doubled[: self.few].sum())

    @property
    def arrangements(self) -> int:
        """Return how many different arrangements there are at most; more than `MOST_STEPS` are not counted."""
        tied = 1
        for times in [*self.ties.values()][:-1]:  # the number of the most frequent value follows from the others
            tied *= min(times, self.few) + 1
            if tied > MOST_STEPS:
                break
        # 15 or more of at least twice as many: beyond all limits.
        return min(tied, MOST_STEPS + 1 if self.few > 14 else comb(self.size, self.few))

    def sums(self) -> dict[int, int]:
        """Return in how many ways the stratum gives each sum of 2 (R - (n+1)/2) of the members."""
        states = {(0, 0): 1}
        last = [*self.ties][-1]
        for value, times in self.ties.items():
            added: dict[tuple[int, int], int] = {}
            for (taken, total), ways in states.items():
                least = self.few - taken if value == last else 0
                for more in range(least, min(times, self.few - taken) + 1):
                    key = (taken + more, total + more * (value - self.size - 1))
                    added[key] = added.get(key, 0) + ways * comb(times, more)
            states = added
        return {total if self.is_few_members else -total: ways for (_, total), ways in states.items()}


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
        self._doubled = (2 * self._sorted_ranks).astype(np.int64)
        self._ties: dict[int, dict[int, int]] = {}
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
        rows = rows[np.isin(self._stratum[rows], strata)]
        weights = 1 / (self._sizes[self._stratum[rows]] + 1)
        # The sign makes smaller values the larger deviation where fewer are looked for.
        sign = 1 if direction == "longer" else -1
        # Sorted: no digit of the sum depends on the order of the rows.
        deviation = sign * float(np.sort(weights * self._ranks[rows]).sum() - m.sum() / 2)
        method: Literal["exact", "permutations", "normal"] = "exact"
        p = self._exact(strata, m, sign, deviation)
        if p is None and min(m.sum(), (n - m).sum()) < FEW_VALUES:
            method, p = "permutations", self._permuted(strata, m, sign, deviation)
        elif p is None:
            variance = float((m * (n - m) / n * self._variances[strata] / (n + 1) ** 2).sum())
            method, p = "normal", erfc(deviation / sqrt(2 * variance)) / 2
        return RankTest(informative=len(strata), values=int(m.sum()), p=p, method=method)

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

    def _informative(self, strata: "NDArray[np.int64]", m: "NDArray[np.int64]") -> Iterator[_Stratum]:
        for stratum, members in zip(strata.tolist(), m.tolist(), strict=True):
            size, first = int(self._sizes[stratum]), int(self._first[stratum])
            doubled = self._doubled[first : first + size]
            if stratum not in self._ties:
                self._ties[stratum] = dict(Counter(doubled.tolist()).most_common()[::-1])
            yield _Stratum(size, min(members, size - members), 2 * members <= size, doubled, self._ties[stratum])

    def _exact(self, strata: "NDArray[np.int64]", m: "NDArray[np.int64]", sign: int, deviation: float) -> float | None:
        """Return the share of all arrangements that deviate as much, None if there are too many to list.

        Strata of equal size have equal weights: their sums are whole numbers and are added as such.
        """
        sizes = self._sizes[strata]
        if 2.0 ** len(np.unique(sizes)) > MOST_STEPS:
            return None
        order = np.argsort(-sizes, kind="stable")
        listed = _listed(self._informative(strata[order], m[order]))
        if listed is None:
            return None
        sums, shares = np.zeros(1), np.ones(1)
        for size, group in groupby(listed, key=_size):
            counts = _counted_together(group)
            ways = sum(counts.values())
            found = np.array(sorted(counts)) / (2 * (size + 1))
            sums = np.add.outer(sums, found).ravel()
            shares = np.multiply.outer(shares, [counts[key] / ways for key in sorted(counts)]).ravel()
        return min(1.0, fsum(shares[sign * sums >= deviation - _ROUNDING]))

    def _permuted(self, strata: "NDArray[np.int64]", m: "NDArray[np.int64]", sign: int, deviation: float) -> float:
        """Return the share of permutations within strata that deviate as much, the observed one among them.

        The smaller side of a stratum, its members where both are equal, is drawn by Floyd's method, strata in rising
        order; all groups use the same draws.
        """
        sums, draw = np.zeros(PERMUTATIONS), 0
        for size, few, is_few_members, doubled, _ in self._informative(strata, m):
            weighted = (doubled / (2 * (size + 1)) - 0.5) * (1 if is_few_members else -1)
            drawn: list[NDArray[np.int64]] = []
            for last in range(size - few, size):
                place = self._draws.below(last + 1, draw)
                for earlier in drawn:
                    place[earlier == place] = last
                drawn.append(place)
                sums += weighted.take(place)
                draw += 1
        return float(1 + np.count_nonzero(sign * sums >= deviation - _ROUNDING)) / (PERMUTATIONS + 1)


def _size(stratum: _Stratum) -> int:
    return stratum.size


def _listed(strata: Iterable[_Stratum]) -> list[_Stratum] | None:
    """Return strata, largest first, if all their arrangements can be listed in `MOST_STEPS`, else None.

    Those of one size together have no more sums than arrangements, nor more than the whole numbers between the least
    and the greatest sum.
    """
    listed, steps, before, size = list[_Stratum](), 0, 1, 0
    arrangements = spread = 1
    for each in strata:
        if each.size != size:
            before, size = before * min(arrangements, spread), each.size
            arrangements = spread = 1
        own = each.arrangements
        arrangements, spread = min(arrangements * own, MOST_STEPS + 1), spread + each.spread
        sums = min(arrangements, spread)
        steps += min(own, each.spread + 1) * (len(each.ties) * (each.few + 1) + sums)
        if max(steps, before * sums) > MOST_STEPS:
            return None
        listed.append(each)
    return listed


def _counted_together(strata: Iterable[_Stratum]) -> dict[int, int]:
    """Return in how many ways strata of one size give each sum of 2 (R - (n+1)/2) of the members."""
    found = {0: 1}
    for each in strata:
        added: dict[int, int] = {}
        for one, ways in each.sums().items():
            for other, others in found.items():
                added[one + other] = added.get(one + other, 0) + ways * others
        found = added
    return found


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
