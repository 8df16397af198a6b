"""Runs of numbers in flat arrays: the arithmetic under the index, without a loop in Python."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.stored import Array

Whole = NDArray[Any]


def spread(starts: Whole, lengths: Whole) -> Whole:
    """Return the positions of all runs, one run after the other.

    >>> spread(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    positions: Whole = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    return positions


def grouped(pairs: Iterable[tuple[int, int]], kind: type[np.unsignedinteger[Any]]) -> tuple[Array, Array]:
    """Return the keys of (key, number) pairs in ascending order, and the number of each beside it."""
    flat = np.fromiter(chain.from_iterable(pairs), np.int64).reshape(-1, 2)
    order = np.lexsort((flat[:, 1], flat[:, 0]))
    return flat[order, 0].astype(kind), flat[order, 1].astype(np.int32)


def starts_of(lengths: Iterable[int]) -> Array:
    """Return where each run starts in the flat array, and behind the last where it ends.

    >>> starts_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.fromiter(lengths, np.int64))))
