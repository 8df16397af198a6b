"""The exact test in whole numbers, as slow and plain as its definition: the twin that the fast one is held against."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb, exp, inf, log

import numpy as np
from numpy.typing import NDArray

P_VALUES = ("p_two", "p_greater", "p_less", "p_mid_greater")
RATIOS = ("odds_ratio", "ci_low", "ci_high")

Tables = Sequence[Sequence[int]]


def plain_exact_test(tables: Tables) -> dict[str, float | None]:
    """Return what `exact_test` says: p by exact fractions, odds ratio and limits by halving."""
    rows = [(a, b, c, d) for a, b, c, d in tables if a + b and c + d and a + c and b + d]
    ways, at = _ways(rows)
    total = sum(ways)
    same = Fraction(ways[at], total)
    greater, less = Fraction(sum(ways[at:]), total), Fraction(sum(ways[: at + 1]), total)
    two = Fraction(sum(each for each in ways if each * 10**7 <= ways[at] * (10**7 + 1)), total)
    if not rows:
        return {"informative": 0, **dict.fromkeys(P_VALUES, 1.0), **dict.fromkeys(RATIOS)}
    exact = {"p_two": two, "p_greater": greater, "p_less": less, "p_mid_greater": greater - same / 2}
    return {"informative": len(rows), **{name: float(p) for name, p in exact.items()}, **_ratios(ways, at)}


def _ways(rows: Tables) -> tuple[list[int], int]:
    """Return the number of ways to each possible T at equal odds, and the place of the observed one."""
    ways, at = [1], 0
    for a, b, c, d in rows:
        m, k, n = a + b, a + c, a + b + c + d
        least, most = max(0, k - c - d), min(m, k)
        here = [comb(k, x) * comb(n - k, m - x) for x in range(least, most + 1)]
        joined = [0] * (len(ways) + len(here) - 1)
        for i, one in enumerate(ways):
            for j, other in enumerate(here):
                joined[i + j] += one * other
        ways, at = joined, at + a - least
    return ways, at


def _ratios(ways: list[int], at: int) -> dict[str, float | None]:
    last, places, logs = len(ways) - 1, np.arange(len(ways)), np.array([log(each) for each in ways])

    def shares(tilt: float) -> NDArray[np.float64]:
        tilted = logs + tilt * (places - at)
        weights = np.exp(tilted - tilted.max())
        return weights / weights.sum()

    end = 0.0 if at == 0 else inf
    return {
        "odds_ratio": end if at in (0, last) else _halved(lambda tilt: float(shares(tilt) @ (places - at))),
        "ci_low": 0.0 if at == 0 else _halved(lambda tilt: float(shares(tilt)[at:].sum()) - 0.025),
        "ci_high": inf if at == last else _halved(lambda tilt: 0.025 - float(shares(tilt)[: at + 1].sum())),
    }


def _halved(increasing: Callable[[float], float]) -> float:
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if increasing(middle) < 0 else (low, middle)
    return exp(low)
