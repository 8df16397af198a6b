"""What a test that shows nothing could have shown: the smallest effect, or that there are too few comparators."""

from fractions import Fraction
from math import comb, exp, inf, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from evenhand.audit.exact_test import (
    LARGEST_SUPPORT,
    ExactTest,
    null_distribution,
    tilt_for_deviation,
    tilt_for_tail,
)
from evenhand.audit.stratum_weights import Strata, StratumWeights, informative_strata

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

POWER = 0.8
"""An effect counts as detectable if it would have been found 8 times in 10."""
_ROUNDING = 1e-9


def smallest_detectable_odds_ratio(tables: "ArrayLike", level: float | Fraction, power: float = POWER) -> float | None:
    """Return the smallest odds ratio that these tables would have shown with this power, None if there is none.

    The margins of every stratum are taken as they are. The group is found if T reaches the critical value c, the
    least with P₁(T ≥ c) < `level`; the answer is the ψ with P_ψ(T ≥ c) = `power`. None: even all adverse decisions
    that the group could have would not have been a finding. In a family of N tests at q, `level` q/N says what would
    have been found had it been the only finding: the hardest case, so the effect is never understated.
    """
    strata = informative_strata(tables)
    if not strata.count:
        return None
    if strata.highest - strata.lowest + 1 > LARGEST_SUPPORT:
        return _normal_detectable(strata, float(level), power)
    log_p = null_distribution(strata)
    tails = np.cumsum(np.exp(log_p)[::-1])[::-1]
    reached = np.flatnonzero(tails < float(level) * (1 - _ROUNDING))  # at the level itself is no finding
    if not len(reached):
        return None
    kept = np.flatnonzero(log_p > -np.inf)
    return exp(tilt_for_tail(log_p[kept], kept, (int(reached[0]), log(power / (1 - power))), 0.0))


def _normal_detectable(strata: Strata, level: float, power: float) -> float:
    mean, variance = strata.moments()
    critical = mean - NormalDist().inv_cdf(level) * sqrt(variance)
    weights = StratumWeights(strata, *strata.window(0.0))
    return exp(tilt_for_deviation(weights, critical, NormalDist().inv_cdf(power), 0.0))


def comparators_needed(members: int, refused: int, level: float | str | Fraction) -> int:
    """Return how many comparators, all allowed, make p < `level` of a group with so many members and refusals.

    All with the same facts: p = C(members, refused) / C(members + N, refused), 1/(N + 1) of a single decision.

    >>> comparators_needed(1, 1, "0.05"), comparators_needed(3, 3, "0.05"), comparators_needed(30, 10, "0.05")
    (20, 4, 9)
    """
    most = comb(members, refused) / Fraction(str(level))
    low, high = 0, 1
    while comb(members + high, refused) <= most:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if comb(members + middle, refused) > most else (middle, high)
    return high


def rate_at(odds_ratio: float, rate: float) -> float:
    """Return the rate of a group whose odds are `odds_ratio` times those of a rate: an effect in points.

    >>> round(rate_at(2.0, 0.2), 4)
    0.3333
    """
    return odds_ratio * rate / (1 - rate + odds_ratio * rate)


def describe_not_shown(test: ExactTest, tables: "ArrayLike", level: float | Fraction) -> str:
    """Return the sentence beside a verdict "not shown": what is excluded, what would have been found.

    Args:
        test: the exact test of the tables.
        level: what p of a finding is below, as for `smallest_detectable_odds_ratio`.
    """
    detectable = smallest_detectable_odds_ratio(tables, level)
    if detectable is None:
        return _too_few(informative_strata(tables), level)
    excluded = f"the smallest odds ratio that the 95 % interval excludes is {max(test.ci_high or inf, 1.0):.2f}"
    if test.ci_high in (None, inf):
        excluded = "the 95 % interval excludes no odds ratio above 1"
    return (
        f"Not shown is not equal: {excluded}; the smallest that this audit would have found "
        f"{round(10 * POWER)} times in 10 is {detectable:.2f}."
    )


def _too_few(strata: Strata, level: float | Fraction) -> str:
    members, refused = int(strata.members.sum()), strata.highest
    equals, adverse = int(strata.size.sum()), int(strata.adverse.sum())
    comparators = equals - members
    sentence = (
        f"Not shown is not equal: too few comparators; given that {adverse} of these {equals} equals "
        f"{'was' if adverse == 1 else 'were'} refused, at most {refused} of the group's {members} could be among"
        " them, and even that would be no finding"
    )
    needed = comparators_needed(members, refused, level)
    if needed <= comparators:  # enough, were they all in one stratum
        return f"{sentence}."
    return (
        f"{sentence}; at least {needed} comparators with the same facts would be needed, and there are {comparators}."
    )
