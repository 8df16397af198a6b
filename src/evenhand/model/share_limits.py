"""The limits of a share that was counted: how far the true one may be from it."""

from math import sqrt

_DEVIATIONS = 1.959963984540054  # the normal distribution leaves 2.5 % above it


def wilson_limits(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % limits of a share by Wilson's score interval; `of` is above 0.

    >>> [round(limit, 4) for limit in wilson_limits(1, 20)]
    [0.0089, 0.2361]

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    """
    square = _DEVIATIONS**2
    middle = (count + square / 2) / (of + square)
    reach = _DEVIATIONS * sqrt(count * (of - count) / of + square / 4) / (of + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)
