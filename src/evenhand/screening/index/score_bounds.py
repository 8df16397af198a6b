"""The most that the scorer can say of two names, from three sums over the words that answer each other.

The sums are what the answers support, and how much of our name and of theirs is answered. What the plain scorer
(`name_score`) takes off for other reasons is not in them, so that the bound is never below its score. An initial may
answer any one word, and so may a light word (`al`, `and`) answer another: both count as answered from the start.
"""

import math
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.names.branches import least_left
from evenhand.screening.names.normal_form import LEAST_WEIGHT, Name
from evenhand.screening.names.similarity import FLOOR, INITIAL
from evenhand.screening.names.weights import BY_SLIP, MARGIN, ORGANISATION, PERSON, NameWeights
from evenhand.screening.names.words import weight_of

Numbers = NDArray[Any]

LIGHT = 0.15
OF_NUMBERS = "#"
"""What a number begins with where it stands for a word, in a name of numbers alone."""
_UNIT = 4096
_BITS = 21
_FIELD = (1 << _BITS) - 1
_ROUNDING = 0.01
_CELL = 8  # bits of a cell: a sixteenth of a word
_CELLS = 64
_FIRST = 512  # the first of these cells in a field: more words than a name has are left over below it
_ZERO = (_FIRST + _CELLS << _CELL) - 1  # where nothing is left over, rounded in favour
_LITTLE = 0.25
_LIGHT_WORDS = 0.3
_MOST_LEFT = 2.0
_MOST_BOTH = 1.5
_MOST_INFO = 2.0
# `a` and some other letters are words as well and weigh less than an initial.
_INITIAL_WEIGHT = np.float32(max(map(weight_of, ascii_lowercase)))
_OF_INITIALS = np.float32(_INITIAL_WEIGHT * (INITIAL - FLOOR) / (1 - FLOOR))


class Measures(NamedTuple):
    """What a name weighs, what its words count where nothing answers them, its initials, its light words' weight."""

    weight: float
    left: float
    initials: int
    light: float


def measures(name: Name) -> Measures:
    """Return the measures of one name, each different word counted once, but for initials."""
    left, light = 0.0, 0.0
    for token in dict.fromkeys(name.tokens):
        weight, unanswered = counts(token)
        if weight <= LIGHT:
            light += weight
        elif len(token) > 1:
            left += unanswered
    return Measures(name.weight, left, sum([len(token) == 1 for token in name.tokens]), light)


def query_measures(name: Name) -> Measures:
    """Return the measures of a name of ours: its light words, like initials, may answer any one word of theirs.

    They lead nowhere themselves, so what they answer (`abu` and `abdu`) is not in the sums.
    """
    own = measures(name)
    light = sum([counts(token)[0] <= LIGHT and len(token) > 1 for token in name.tokens])
    return own._replace(initials=own.initials + light) if light else own


@lru_cache(maxsize=1 << 16)
def counts(token: str) -> tuple[float, float]:
    """Return what a token weighs, and the least that it counts where nothing answers it."""
    return weight_of(token), least_left(token)


def own_left(word: str) -> float:
    """Return what a word adds to the `left` of a name: nothing a light one, an initial or a number."""
    weight, left = counts(word)
    return left if weight > LIGHT and len(word) > 1 and word[0] != OF_NUMBERS else 0.0


def support(weight: Numbers, alike: Numbers) -> Numbers:
    """Return what answers of this weight and likeness support."""
    supported: Numbers = weight * ((alike - FLOOR) / (1 - FLOOR))
    return supported


def packed(support: Numbers, ours: Numbers, theirs: Numbers) -> Numbers:
    """Return three sums in one whole number each, in units of 1/4096, rounded up: they are added in one go."""
    units = [np.ceil(each * _UNIT).astype(np.int64) for each in (support, ours, theirs)]
    together: Numbers = units[0] + (units[1] << _BITS) + (units[2] << 2 * _BITS)
    return together


class Bounds:
    """The upper bound for pairs of our names and the listed ones."""

    def __init__(self, weight: Numbers, left: Numbers, initials: Numbers, person: Numbers) -> None:
        self._names = weight, left, initials, person
        # Three fields as `packed` has them: what the initials of a name support, what they answer of ours, and what of
        # ours answers the name less what it has to be answered.
        self._theirs = (initials.astype(np.int64) * _INITIAL_UNITS) + (initials.astype(np.int64) * _UNIT << _BITS)
        self._theirs += (_ZERO - np.floor(left * _UNIT).astype(np.int64)) << 2 * _BITS
        self._kind = person.astype(np.int64) * _CELLS**2 - (_CELLS + 1) * _FIRST

    def may_fit(self, sums: Numbers, own: Numbers, most: Numbers, places: Numbers, numbers: Numbers) -> Numbers:
        """Return whether what is answered may make up for what is left over, read off a table that is rounded up.

        Few pairs are: this first filter looks at every row, so it is made of few and small operations in whole numbers.
        `own` are the measures of our names, `most` what all but names could add to each; a row is a place among
        them and the number of a listed name.
        """
        supported = own[:, 3] + _OF_INITIALS * own[:, 2] + most / _LEAST_INFO
        ours = np.ceil(supported * _UNIT).astype(np.int64) + (np.ceil(own[:, 2] * _UNIT).astype(np.int64) << 2 * _BITS)
        ours += (_ZERO - np.floor(own[:, 1] * _UNIT).astype(np.int64)) << _BITS
        together = self._theirs[numbers]
        together += ours[places]
        together += sums
        cells = np.minimum(np.maximum(together >> _BITS + _CELL & _FIELD >> _CELL, _FIRST), _FIRST + _CELLS - 1)
        cells *= _CELLS
        cells += np.minimum(np.maximum(together >> 2 * _BITS + _CELL, _FIRST), _FIRST + _CELLS - 1)
        cells += self._kind[numbers]
        together &= _FIELD
        cap = _MOST_UNITS + math.ceil(float(np.max(most, initial=0)) / _LEAST_INFO * _UNIT)
        fits: Numbers = np.minimum(together, cap) >= _NEEDED[cells]
        return fits

    def over_margin(
        self, sums: Numbers, own: Numbers, most: Numbers, numbers: Numbers, met: Numbers | float = 0.0
    ) -> Numbers:
        """Return by how much each pair may be over the threshold, at most; one that stays below it is below zero.

        `met` are the initials that both names have: equal words answer each other first, these answer nothing else.
        """
        weight, left, initials, light = own.T
        names_weight, names_left, names_initials, person = (each[numbers] for each in self._names)
        lighter = np.minimum(_without_further(weight, initials), _without_further(names_weight, names_initials))
        initials, names_initials = initials - met, names_initials - met
        supported = (sums & _FIELD) / np.float32(_UNIT) + light + _OF_INITIALS * (initials + names_initials)
        over = np.maximum(left - ((sums >> _BITS) & _FIELD) / np.float32(_UNIT) - names_initials, 0)
        under = np.maximum(names_left - (sums >> 2 * _BITS) / np.float32(_UNIT) - initials, 0)
        prior, cover, info, both, extra, missing, whole, part, like = _TABLE[person].T
        whole = np.where(supported >= lighter - _LIGHT_WORDS, whole, like)  # words that are only alike support less
        total = prior + cover * np.minimum(supported / lighter, 1)
        total += info * np.minimum(supported, _MOST_INFO) + both * np.minimum(np.minimum(over, under), _MOST_BOTH)
        more = np.clip(over - under, -_MOST_LEFT, _MOST_LEFT)
        total += np.where(more > 0, extra, -missing) * more
        total += np.where((over <= _LITTLE) & (under <= _LITTLE), whole, part)
        margin: Numbers = total + most - np.float32(MARGIN - _ROUNDING)
        return margin


def _without_further(weight: Numbers, initials: Numbers) -> Numbers:
    """Return what a name weighs at least where all its initials but one are left over and do not count."""
    least: Numbers = np.maximum(weight - _INITIAL_WEIGHT * np.maximum(initials - 1, 0), LEAST_WEIGHT)
    return least


def cannot_match(own: Numbers, weight: Numbers, left: Numbers, most: Numbers) -> Numbers:
    """Return whether no listed name without initials can be ours if all it answers weighs `weight`.

    `own` are the measures of our names in rows; of each, `left` is what those words count where nothing answers them,
    `most` what all but names could add.
    """
    over = own[:, 1] - left
    supported = np.minimum(weight + own[:, 3] + _OF_INITIALS * own[:, 2], _MOST_INFO)
    best = np.max(
        [row[0] + row[1] + row[2] * supported + row[4] * np.minimum(over, _MOST_LEFT) + row[7] for row in _ROWS], axis=0
    )
    fewer: Numbers = (over > _LITTLE) & (best + most < MARGIN - _ROUNDING)
    return fewer


def _row(weights: NameWeights) -> tuple[float, ...]:
    base = weights.prior, weights.cover, weights.info, weights.both, weights.extra, weights.missing
    like = max(weights.complete * BY_SLIP, weights.within, 0.0)
    return (*base, max(weights.whole, like), max(weights.within, 0.0), like)


def _needed(row: tuple[float, ...]) -> Numbers:
    """Return how much must be supported, at least, by the sixteenths of a word left over on either side, most first."""
    prior, cover, info, both, extra, missing, whole, part, _ = row
    sixteenths = np.arange(_CELLS) * (1 << _CELL) / _UNIT
    over, under = np.meshgrid(sixteenths, sixteenths, indexing="ij")
    more = np.clip(over - under, -_MOST_LEFT, _MOST_LEFT)
    total = both * np.minimum(np.minimum(over, under), _MOST_BOTH) + np.where(more > 0, extra, -missing) * more
    total += np.where((over <= _LITTLE) & (under <= _LITTLE), whole, part)
    for axis in (0, 1):  # as much as any that has more left over
        total = np.flip(np.maximum.accumulate(np.flip(total, axis), axis), axis)
    needed: Numbers = np.floor((MARGIN - _ROUNDING - prior - cover - total) / info * _UNIT).astype(np.int64)
    return needed[::-1, ::-1].ravel()


_ROWS = _row(ORGANISATION), _row(PERSON)
_TABLE = np.array(_ROWS, np.float32)
_NEEDED = np.concatenate([_needed(row) for row in _ROWS])
_LEAST_INFO = min(row[2] for row in _ROWS)
_MOST_UNITS = int(_MOST_INFO * _UNIT)
_INITIAL_UNITS = math.ceil(_OF_INITIALS * _UNIT)
