"""Chance: tails of the binomial, Poisson and Poisson-binomial distributions, p-values combined and corrected."""

from collections.abc import Iterable, Sequence
from math import exp, lgamma, log, log1p, pi

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_CAP = 0.99  # a p of 1 would outweigh every other in a Cauchy combination: of two discrete tests one often is 1
_SMALL = 1e-15
_NOTHING = 1e-290  # floats not much smaller lose digits
_LARGEST = 2_000  # steps of Panjer's recursion
_ROWS_AT_ONCE = 5_000  # so that they take no more than 80 MB each for mass and its sum
_STEPS = 200  # of a chance that differs by place
_LEAST = 1e-14  # a tail below it cannot be told from what rounding leaves


def binomial_tail(n: int, k: int, q: float) -> float:
    """Return P(Bin(n, q) >= k).

    >>> round(binomial_tail(3, 3, 0.1915), 4)
    0.007
    """
    if k <= 0:
        return 1.0
    if q <= 0.0 or k > n:
        return 0.0
    if q >= 1.0:
        return 1.0
    first = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(q) + (n - k) * log1p(-q))
    if first < _NOTHING and k < n * q:
        return 1.0  # so few are rarer than a float can say, and from nothing the terms below would not grow
    ratio, term, total = q / (1.0 - q), first, first
    for j in range(k, n):
        term *= (n - j) / (j + 1) * ratio
        total += term
        if term < total * 1e-17 and j > n * q:
            break
    return min(1.0, total)


def binomial_tails(n: Whole, k: Whole, q: float, added: Floats | None = None) -> Floats:
    """Return `binomial_tail` of every pair of counts; each different pair is computed once.

    `added` is what comes to `q` in each place, at least 0, and is rounded up to two hundredths of a whole.
    """
    if not len(n):
        return np.empty(0)
    steps = np.zeros(len(n), np.int64) if added is None else np.ceil(added * _STEPS).astype(np.int64)
    span, levels = int(k.max()) + 1, int(steps.max()) + 1
    cases, place = np.unique((n * span + k) * levels + steps, return_inverse=True)
    tails = np.array([
        binomial_tail(case // levels // span, case // levels % span, q + case % levels / _STEPS)
        for case in cases.tolist()
    ])  # fmt: skip
    return tails[place]


def compound_poisson_tails(means: Floats, sizes: Whole, totals: Whole) -> Floats:
    """Return the chance that a sum of jumps reaches its total, by Panjer's recursion.

    A row of `means` has how many jumps of each of the `sizes` (whole, positive) are expected. A total above
    `_LARGEST` counts as that: its p is then too large.
    """
    kinds, place = np.unique(sizes, return_inverse=True)
    rates = np.zeros((len(means), len(kinds)))
    for column, kind in enumerate(place):
        rates[:, kind] += means[:, column]
    capped, tails = np.minimum(totals, _LARGEST), np.ones(len(totals))
    by_total = np.argsort(capped, kind="stable")  # few totals are large, and only these need so many steps
    for first in range(0, len(by_total), _ROWS_AT_ONCE):
        rows = by_total[first : first + _ROWS_AT_ONCE]
        tails[rows] = _panjer_tails(rates[rows], kinds, capped[rows])
    return tails


def _panjer_tails(rates: Floats, sizes: Whole, totals: Whole) -> Floats:
    most = int(totals.max(initial=0))
    mass = np.zeros((most + 1, len(rates)))
    mass[0] = np.exp(-rates.sum(axis=1))
    for total in range(1, most):
        for kind, size in enumerate(sizes.tolist()):
            if size <= total:
                mass[total] += rates[:, kind] * (size / total) * mass[total - size]
    below = np.cumsum(mass, axis=0)[np.maximum(totals - 1, 0), np.arange(len(rates))]
    return np.where(totals > 0, np.maximum(1.0 - below, _LEAST), 1.0)


def poisson_binomial_tail(chances: Iterable[float], hits: int) -> float:
    """Return the chance of at least so many hits, each place having its own chance."""
    if hits <= 0:
        return 1.0
    below = np.zeros(hits)  # below[j] = P(j hits so far), for j < hits
    below[0] = 1.0
    for chance in chances:
        below[1:] = below[1:] * (1.0 - chance) + below[:-1] * chance
        below[0] *= 1.0 - chance
    return max(0.0, 1.0 - float(below.sum()))


def fisher_tail(tails: Sequence[float]) -> float:
    """Return one p of independent ones (Fisher): the chance of a product so small.

    >>> round(fisher_tail([0.05, 0.05]), 4)
    0.0175
    """
    total = -sum(log(max(tail, 1e-300)) for tail in tails)
    term = kept = exp(-total)
    for place in range(1, len(tails)):
        term *= total / place
        kept += term
    return min(1.0, kept)


def cauchy_combined(tails: Floats) -> Floats:
    """Return one p for each row of p-values, NaN where a test was not possible (Liu and Xie 2020).

    The tests may depend on each other. A p is taken as at most 0.99.
    """
    capped = np.minimum(tails, _CAP)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(capped < _SMALL, 1.0 / (np.maximum(capped, 1e-300) * pi), np.tan((0.5 - capped) * pi))
    mean: Floats = np.nanmean(scores, axis=1)
    with np.errstate(divide="ignore"):
        combined: Floats = np.where(mean > 1.0 / _SMALL, 1.0 / (mean * pi), 0.5 - np.arctan(mean) / pi)
    return combined


def false_discovery_rates(tails: Floats, tests: float | None = None) -> Floats:
    """Return q of each p by Benjamini and Hochberg; `tests` counts those whose p is not given because it is 1."""
    count = len(tails) if tests is None else tests
    order = np.argsort(tails, kind="stable")
    ranked = tails[order] * count / np.arange(1, len(tails) + 1)
    rates = np.empty(len(tails))
    rates[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return rates
