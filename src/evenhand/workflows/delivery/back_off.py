"""How long to leave a receiver alone that did not take what was sent."""

_MOST_DOUBLINGS = 30


def back_off_s(failures: int, least_s: float, most_s: float, chance: float) -> float:
    """Return the seconds to wait after so many failures (from 1): twice as long each time, less up to half by chance.

    `chance` is a number from 0 to below 1.

    >>> [back_off_s(failures, 30, 3600, 0.999999) > 15 * 2 ** failures - 1 for failures in (1, 2, 3)]
    [True, True, True]
    >>> back_off_s(40, 30, 3600, 0.0)
    1800.0
    """
    return min(least_s * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), most_s) * (0.5 + chance / 2)
