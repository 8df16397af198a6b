"""Words of our names that answer words of listed names, as arrays, and which of them can answer each other only."""

from typing import NamedTuple

import numpy as np

from evenhand.screening.index.score_bounds import Numbers

_MOST_LOST = 4

Words = tuple[Numbers, Numbers, Numbers]


class TokenMatches(NamedTuple):
    """Our words' answers among the listed words, in the order of our words.

    Of each answer: place of our name, our word, listed word, what the answer supports, the three sums packed, whether
    it is spared. Of each of our words: what it counts where nothing answers it, and its letters.
    """

    places: Numbers
    ours: Numbers
    tokens: Numbers
    support: Numbers
    values: Numbers
    spared: Numbers
    left: Numbers
    long: Numbers


class Sides(NamedTuple):
    """Words that answer each other in pairs of names: the pair, what the answer supports, and our word and theirs.

    A word is its number, what it counts where nothing answers it, and its letters.
    """

    pairs: Numbers
    support: Numbers
    ours: Words
    theirs: Words


class _Answered(NamedTuple):
    """What one side of each pair of names has answered.

    How many words, their best support, what they count together and at least where nothing answers them, and whether
    one may be written as two on the other side.
    """

    words: Numbers
    support: Numbers
    left: Numbers
    least: Numbers
    split: Numbers


def one_to_one(sides: Sides, size: int, loose: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return for each of `size` pairs the most that is supported, and answered of our name and of theirs.

    A word answers one other; but in pairs that are `loose`, or where one word may be written as two, it may more.
    """
    ours = _answered(sides.pairs, sides.support, sides.ours, sides.theirs[2], size)
    theirs = _answered(sides.pairs, sides.support, sides.theirs, sides.ours[2], size)
    most = np.minimum(ours.words, theirs.words)
    loose = loose | ours.split | theirs.split
    over, under = (each.left - np.where(loose, 0, (each.words - most) * each.least) for each in (ours, theirs))
    least, best = np.minimum(ours.support, theirs.support), np.maximum(ours.support, theirs.support)
    return np.where(loose, best, least), over, under


def _answered(pairs: Numbers, support: Numbers, own: Words, others_long: Numbers, size: int) -> _Answered:
    words, left, long = own
    keys = pairs * (1 << 32) + words
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    pairs, left = pairs[order][first], left[order][first]
    least = np.full(size, 2.0)
    np.minimum.at(least, pairs, left)
    apart = np.add.reduceat(others_long[order], first) - long[order][first]
    split = (np.diff(np.append(first, len(keys))) > 1) & (np.abs(apart) <= _MOST_LOST)
    return _Answered(
        np.bincount(pairs, minlength=size),
        np.bincount(pairs, np.maximum.reduceat(support[order], first), size),
        np.bincount(pairs, left, size),
        least,
        np.bincount(pairs, split, size) > 0,
    )
