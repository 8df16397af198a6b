"""The root of an increasing function of one number, by Newton's steps kept within what is known of it."""

from collections.abc import Callable
from math import inf

_LONGEST_STEP = 4.0
_MOST_STEPS = 200
_NEAR = 1e-14


def root(function: Callable[[float], tuple[float, float]], start: float) -> float:
    """Return where an increasing function is zero, to some 14 digits.

    Args:
        function: gives its value and its slope; a rough slope only costs steps, unless it is far too steep.
        start: where to begin; anywhere.
    """
    low, high, at = -inf, inf, start
    for _ in range(_MOST_STEPS):
        value, slope = function(at)
        low, high = (at, high) if value < 0 else (low, at)
        step = -value / slope if slope > 0 else (_LONGEST_STEP if value < 0 else -_LONGEST_STEP)
        if abs(step) <= _NEAR * (1 + abs(at)):
            return at + step
        following = at + max(-_LONGEST_STEP, min(_LONGEST_STEP, step))
        at = following if low < following < high else (low + high) / 2
    return at
