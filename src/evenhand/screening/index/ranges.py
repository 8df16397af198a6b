"""Runs of numbers in flat arrays: the arithmetic under the index, without a loop in Python."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.index.stored_arrays import Array

Whole = NDArray[Any]

_AT_ONCE = 1 << 16


def spread(starts: Whole, lengths: Whole) -> Whole:
    """Return the positions of all runs, one run after the other.

    >>> spread(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    positions: Whole = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    return positions


def in_order(pairs: "array[int]") -> tuple[Array, Array]:
    """Return the keys of numbers `key << 32 | number` in ascending order, and the number of each beside it.

    The pairs are sorted where they are, the keys stay there, and the rest of the room is given back: there are tens of
    millions of them. They may not be used any more.
    """
    size = len(pairs)
    flat = np.frombuffer(pairs, np.uint64)
    flat.sort()
    numbers = flat.astype(np.uint32).view(np.int32)
    # A key is written where nothing is read any more: each part lies in front of the one behind it.
    for start in range(0, size, _AT_ONCE):
        part = flat[start : start + _AT_ONCE] >> np.uint64(32)
        flat.view(np.uint32)[start : start + len(part)] = part
    del flat
    del pairs[(size + 1) // 2 :]
    return np.frombuffer(pairs, np.uint32)[:size], numbers


def starts_of(lengths: Iterable[int]) -> Array:
    """Return where each run starts in the flat array, and behind the last where it ends.

    >>> starts_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(np.fromiter(lengths, np.int64))))
