"""Runs of numbers in flat arrays: the arithmetic under the index, without a loop in Python."""

from array import array
from collections.abc import Iterable
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


def keyed(keys: Iterable[int], number: int) -> list[int]:
    """Return keys of 32 bits with a number of as many below them, as one whole number each."""
    return [key << 32 | number for key in keys]


def in_order(pairs: "array[int]") -> tuple[Array, Array]:
    """Return the keys of what `keyed` made in ascending order, and the number of each beside it.

    The pairs are sorted where they are and may not be used any more: there are tens of millions of them.
    """
    flat = np.frombuffer(pairs, np.uint64)
    flat.sort()
    return (flat >> np.uint64(32)).astype(np.uint32), flat.astype(np.uint32).view(np.int32)


def starts_of(lengths: Iterable[int]) -> Array:
    """Return where each run starts in the flat array, and behind the last where it ends.

    >>> starts_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.fromiter(lengths, np.int64))))
