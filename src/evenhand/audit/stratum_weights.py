"""The informative strata of a set of 2x2 tables, and the weights of each possible count of adverse decisions.

Weights are kept as logarithms, built up by the ratios of neighbours: lgamma of large counts would lose digits.
"""

from collections import deque
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NEGLIGIBLE = 1e-305
_SHORT = 16


class Strata:
    """Strata whose four margins are above zero: n decisions, m of the group, k adverse, a both.

    `lowest` and `highest` are the least and greatest possible values of T = Σ a, `observed` its value.
    """

    def __init__(self, tables: "NDArray[np.int64]") -> None:
        a, b, c, d = tables.T
        self.members, self.adverse, self.size = a + b, a + c, a + b + c + d
        self.least = np.maximum(0, self.adverse - c - d)
        self.most = np.minimum(self.members, self.adverse)
        self.count = len(tables)
        self.observed, self.lowest, self.highest = int(a.sum()), int(self.least.sum()), int(self.most.sum())
        weight = 1 / self.size
        self._mantel_haenszel = (float(a * weight @ d), float(b * weight @ c))

    @property
    def log_odds_ratio(self) -> float:
        """Return the logarithm of the Mantel-Haenszel odds ratio with ½ added to both of its sums."""
        return log((self._mantel_haenszel[0] + 0.5) / (self._mantel_haenszel[1] + 0.5))

    def moments(self) -> tuple[float, float]:
        """Return mean and variance of T at ψ = 1."""
        n, m, k = self.size.astype(float), self.members.astype(float), self.adverse.astype(float)
        return float((m * k / n).sum()), float((m * k * (n - m) * (n - k) / (n * n * (n - 1))).sum())

    def window(self, log_odds_ratio: float) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Return the first and last count of each stratum within 40 standard deviations of its likeliest count.

        Beyond them lies less than 10⁻³⁰⁰ near that odds ratio. The likeliest count is the smaller root of
        (ψ-1)x² - (ψ(m+k) + n-m-k)x + ψmk = 0; its variance 1 / (1/x + 1/(m-x) + 1/(k-x) + 1/(n-m-k+x)).
        """
        ratio = exp(log_odds_ratio)
        m, k, n = self.members.astype(float), self.adverse.astype(float), self.size.astype(float)
        middle = ratio * (m + k) + n - m - k
        likeliest = 2 * ratio * m * k / (middle + np.sqrt(np.maximum(middle**2 - 4 * (ratio - 1) * ratio * m * k, 0)))
        cells = (likeliest, m - likeliest, k - likeliest, n - m - k + likeliest)
        spread = 1 / np.sqrt(sum(1 / np.maximum(cell, 1) for cell in cells))
        reach = np.ceil(40 * spread + 40).astype(np.int64)
        centre = likeliest.astype(np.int64)
        return np.maximum(self.least, centre - reach), np.minimum(self.most, centre + reach)


class StratumWeights:
    """The weights of all strata, one after another: between the counts `first` and `last` of each, both included."""

    def __init__(self, strata: Strata, first: "NDArray[np.int64]", last: "NDArray[np.int64]") -> None:
        lengths = last - first + 1
        self.starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        self.lengths = lengths
        self.first = int(first.sum())
        self.steps = np.arange(int(lengths.sum())) - np.repeat(self.starts, lengths)
        m, k, n, low = (np.repeat(each, lengths) for each in (strata.members, strata.adverse, strata.size, first))
        count = low + self.steps
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.log((k - count + 1) * (m - count + 1)) - np.log(count * (n - k - m + count))
        ratios[self.starts] = 0
        sums = np.cumsum(ratios)
        self.log_weights = sums - np.repeat(sums[self.starts], lengths)

    def tilted(self, log_odds_ratio: float) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return the probabilities at an odds ratio, and the logarithm of each stratum's sum of weights."""
        logs = self.log_weights + log_odds_ratio * self.steps if log_odds_ratio else self.log_weights
        largest = np.maximum.reduceat(logs, self.starts)
        weights = np.exp(logs - np.repeat(largest, self.lengths))
        sums = np.add.reduceat(weights, self.starts)
        return weights / np.repeat(sums, self.lengths), largest + np.log(sums)

    def moments(self, log_odds_ratio: float) -> tuple[float, float]:
        """Return mean and variance of T at an odds ratio."""
        p, _ = self.tilted(log_odds_ratio)
        means = np.add.reduceat(p * self.steps, self.starts)
        variance = float((p * (self.steps - np.repeat(means, self.lengths)) ** 2).sum())
        return self.first + float(means.sum()), variance


def informative_strata(tables: "ArrayLike") -> Strata:
    """Return the strata of tables `[a, b, c, d]` in which all four margins are above zero.

    They are sorted, so that no digit of any sum depends on the order of the tables.
    """
    rows = np.asarray(tables, dtype=np.int64).reshape(-1, 4)
    a, b, c, d = rows.T
    informative = rows[(a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)]
    return Strata(informative[np.lexsort(informative.T)])


def log_distribution(strata: Strata, weights: StratumWeights, log_odds_ratio: float) -> "NDArray[np.float64]":
    """Return log P₁(T = x) for x from `lowest` to `highest`, convolved at an odds ratio and led back to 1.

    Good to 10⁻¹² where P at that odds ratio is above 10⁻²⁹⁰; further off it is too small, at last -∞.
    Plain sums of products: a Fourier transform would leave noise of 10⁻¹⁶ in the tails.
    """
    p, log_sums = weights.tilted(log_odds_ratio)
    start, found = _convolve(_joined_in_pairs(p, weights))
    total = np.full(strata.highest - strata.lowest + 1, -np.inf)
    total[start : start + len(found)] = np.log(found)
    if log_odds_ratio:
        total += float((log_sums - weights.tilted(0.0)[1]).sum()) - log_odds_ratio * np.arange(len(total))
    return total


def _joined_in_pairs(p: "NDArray[np.float64]", weights: StratumWeights) -> "list[NDArray[np.float64]]":
    """Return arrays with the same convolution as those of all strata: short ones of equal length are joined at once."""
    parts: list[NDArray[np.float64]] = []
    for length in np.unique(weights.lengths).tolist():
        rows = p[weights.starts[weights.lengths == length][:, None] + np.arange(length)]
        while rows.shape[1] <= _SHORT and len(rows) > 1:
            parts.extend(rows[len(rows) // 2 * 2 :])
            one, other = rows[: len(rows) // 2], rows[len(rows) // 2 : len(rows) // 2 * 2]
            rows = np.zeros((len(one), 2 * one.shape[1] - 1))
            for place in range(one.shape[1]):
                rows[:, place : place + one.shape[1]] += one[:, place : place + 1] * other
        parts.extend(rows)
    return parts


def _convolve(parts: "list[NDArray[np.float64]]") -> "tuple[int, NDArray[np.float64]]":
    """Return the convolution of arrays and the place of its first value; short ones are joined first."""
    waiting = deque(sorted((_trimmed(0, part) for part in parts), key=lambda part: len(part[1])))
    while len(waiting) > 1:
        (start, p), (other_start, q) = waiting.popleft(), waiting.popleft()
        waiting.append(_trimmed(start + other_start, np.convolve(p, q)))
    return waiting[0]


def _trimmed(start: int, p: "NDArray[np.float64]") -> "tuple[int, NDArray[np.float64]]":
    if p[0] > _NEGLIGIBLE and p[-1] > _NEGLIGIBLE:
        return start, p
    kept = np.flatnonzero(p > _NEGLIGIBLE)
    return start + int(kept[0]), p[kept[0] : kept[-1] + 1]
