"""Which listed names could be meant by a name: an upper bound of the score for all of them at once, in arrays.

Every listed name that holds a token like one of ours is weighed from three sums over those tokens: what the
answers support, and how much of our name and of theirs is answered. What the plain scorer (`score`) takes off
beside them only lowers a score, so the bound loses none, but for words joined or split, which have keys of their own.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.align import left_over
from evenhand.screening.normal import Name
from evenhand.screening.ranges import spread, starts_of
from evenhand.screening.similarity import FLOOR, INITIAL
from evenhand.screening.stored import Array
from evenhand.screening.vocabulary import Near, Vocabulary
from evenhand.screening.weights import MARGIN, ORGANISATION, PERSON, NameWeights
from evenhand.screening.words import weight_of

_UNIT = 4096
_BITS = 21
_FIELD = (1 << _BITS) - 1
_MOST_SUMS = 1 << 20
_ROUNDING = 0.01
_LITTLE = 0.25
_LIGHT = 0.15
_MOST_LEFT = 2.0
_MOST_BOTH = 1.5
_OF_INITIALS = np.float32(weight_of("a") * (INITIAL - FLOOR) / (1 - FLOOR))

Numbers = NDArray[Any]


class Reached(NamedTuple):
    """Pairs of our name (by place) and a listed name (by number), by place, then the higher bound first."""

    ours: list[int]
    theirs: list[int]


class Reach:
    """The listed names by their tokens, with what each weighs."""

    def __init__(self, arrays: Mapping[str, Array], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._starts, self._ids = arrays["postings.starts"], arrays["postings.ids"]
        self._weights, self._left = arrays["tokens.weight"], arrays["tokens.left"]
        self._names = tuple(arrays[f"names.{each}"] for each in ("weight", "left", "initials", "person"))
        self._size = len(arrays["names.weight"])
        units = np.floor(arrays["names.left"] * _UNIT).astype(np.int64)
        self._units = np.where(arrays["names.initials"] > 0, 0, units)
        self._sums = np.zeros(max(_MOST_SUMS, self._size), np.int64)

    @staticmethod
    def build(names: Sequence[Name]) -> tuple[list[str], dict[str, Array]]:
        """Return the different tokens of these names, and the arrays that lead from each to the names it is in."""
        postings: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            for token in dict.fromkeys(name.tokens or probes_of(name)):
                postings.setdefault(token, []).append(number)
        measures = np.array([_measures(name) for name in names], np.float32).reshape(-1, 4)
        return list(postings), {
            "postings.starts": starts_of(map(len, postings.values())),
            "postings.ids": np.array([number for numbers in postings.values() for number in numbers], np.int32),
            "tokens.weight": np.array([weight_of(token) for token in postings], np.float32),
            "tokens.left": np.array([left_over(token, False) for token in postings], np.float32),
            "names.weight": measures[:, 0].copy(),
            "names.left": measures[:, 1].copy(),
            "names.initials": measures[:, 2].copy(),
            "names.person": np.array([name.person for name in names], np.uint8),
        }

    def reached(self, names: Sequence[Name], most: Sequence[float]) -> Reached:
        """Return the listed names that each of ours may be; `most` is what all but names could add to its sum."""
        ours: list[int] = []
        theirs: list[int] = []
        step = max(_MOST_SUMS // max(self._size, 1), 1)
        for start in range(0, len(names) if self._size else 0, step):
            part = slice(start, start + step)
            found = self._within(names[part], np.array(most[part], np.float32))
            ours += (found[0] + start).tolist()
            theirs += found[1].tolist()
        return Reached(ours, theirs)

    def _within(self, names: Sequence[Name], most: Numbers) -> tuple[Numbers, Numbers]:
        probes = [(place, token) for place, name in enumerate(names) for token in probes_of(name)]
        places, numbers, values = self._rows(probes, self._vocabulary.near([token for _, token in probes]))
        at = places * self._size + numbers
        np.add.at(self._sums, at, values)
        sums = self._sums[at]
        self._sums[at] = 0
        own = np.array([_measures(name) for name in names], np.float32)
        near = np.flatnonzero(self._may_fit(sums, own, most, places, numbers))
        near = near[np.unique(at[near], return_index=True)[1]]
        places, numbers = places[near], numbers[near]
        bound = self._bound(sums[near], own[places], numbers) + most[places]
        kept = np.flatnonzero(bound >= MARGIN - _ROUNDING)
        kept = kept[np.lexsort((numbers[kept], -bound[kept], places[kept]))]
        return places[kept], numbers[kept]

    def _may_fit(self, sums: Numbers, own: Numbers, most: Numbers, places: Numbers, numbers: Numbers) -> Numbers:
        """Return whether what is left over on one side, at least, is little enough for the rest to make up for it.

        Few pairs are: this first sieve looks at every row, so it is made of few and small operations.
        """
        slack = np.maximum(np.max((_BEST[:, None] + most) / _COST[:, None], axis=0), _LITTLE)
        least = np.ceil((own[:, 1] - slack) * _UNIT).astype(np.int64)
        spare = np.ceil((slack + own[:, 2]) * _UNIT).astype(np.int64)
        ours = ((sums >> _BITS) & _FIELD) >= least[places]
        theirs = (sums >> 2 * _BITS) + spare[places] >= self._units[numbers]
        fits: Numbers = ours | theirs
        return fits

    def _rows(self, probes: Sequence[tuple[int, str]], near: Sequence[Near]) -> tuple[Numbers, Numbers, Numbers]:
        """Return a row for each listed name that holds a token like a probe: our place, its number, the three sums."""
        lengths = np.fromiter((len(ids) for ids, _ in near), np.int64, len(near))
        tokens = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])
        alike = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])
        weighed = np.array([_weighed(token) for _, token in probes], np.float32).reshape(-1, 2)
        own, own_left = (np.repeat(each, lengths) for each in weighed.T)
        places = np.repeat(np.array([place for place, _ in probes], np.int64), lengths)
        support = np.minimum(own, self._weights[tokens]) * ((alike - FLOOR) / (1 - FLOOR))
        values = _packed(support, own_left, self._left[tokens])
        starts = self._starts[tokens]
        holders = self._starts[tokens + 1] - starts
        numbers = self._ids[spread(starts, holders)]
        return np.repeat(places, holders), numbers, np.repeat(values, holders)

    def _bound(self, sums: Numbers, own: Numbers, numbers: Numbers) -> Numbers:
        """Return the most that the scorer can say of these pairs of names; an initial may answer any one word."""
        weight, left, initials, light = own.T
        names_weight, names_left, names_initials, person = (each[numbers] for each in self._names)
        support = (sums & _FIELD) / np.float32(_UNIT) + light + _OF_INITIALS * (initials + names_initials)
        over = np.maximum(left - ((sums >> _BITS) & _FIELD) / np.float32(_UNIT) - names_initials, 0)
        under = np.maximum(names_left - (sums >> 2 * _BITS) / np.float32(_UNIT) - initials, 0)
        prior, cover, info, both, extra, missing, whole, part = _TABLE[person].T
        total = prior + cover * np.minimum(support / np.minimum(weight, names_weight), 1)
        total += info * np.minimum(support, 2) + both * np.minimum(np.minimum(over, under), _MOST_BOTH)
        more = np.clip(over - under, -_MOST_LEFT, _MOST_LEFT)
        total += np.where(more > 0, extra, -missing) * more
        bound: Numbers = total + np.where((over <= _LITTLE) & (under <= _LITTLE), whole, part)
        return bound


def _measures(name: Name) -> tuple[float, float, int, float]:
    """Return what a name weighs, what its words count where nothing answers them, and what answers any other name.

    The latter are its initials (their number) and light words (their weight): they count as answered.
    """
    left, initials, light = 0.0, 0, 0.0
    for token in dict.fromkeys(name.tokens):
        weight, unanswered = _weighed(token)
        if len(token) == 1:
            initials += 1
        elif weight <= _LIGHT:
            light += weight
        else:
            left += unanswered
    return name.weight, left, initials, light


def probes_of(name: Name) -> tuple[str, ...]:
    """Return the tokens under which a name is found; one of numbers alone is found by them.

    Words such as `al` or `and`, half of all answers, lead nowhere where others stand beside them.
    """
    telling = tuple([token for token in name.tokens if _weighed(token)[0] > _LIGHT])
    return telling or name.tokens or tuple(f"#{number}" for number in sorted(name.numbers))


@lru_cache(maxsize=1 << 16)
def _weighed(token: str) -> tuple[float, float]:
    """Return what a token weighs, and the least that it counts where nothing answers it."""
    return weight_of(token), left_over(token, False)


def _packed(support: Numbers, ours: Numbers, theirs: Numbers) -> Numbers:
    """Return three sums in one whole number each, in units of 1/4096, rounded up: they are added in one go."""
    units = [np.ceil(each * _UNIT).astype(np.int64) for each in (support, ours, theirs)]
    packed: Numbers = units[0] + (units[1] << _BITS) + (units[2] << 2 * _BITS)
    return packed


def _row(weights: NameWeights) -> tuple[float, ...]:
    base = weights.prior, weights.cover, weights.info, weights.both, weights.extra, weights.missing
    return (*base, max(weights.whole, weights.complete, weights.within), max(weights.within, 0.0))


_TABLE = np.array([_row(ORGANISATION), _row(PERSON)], np.float32)
_COST = -_TABLE[:, 3]
_BEST = _TABLE[:, 0] + _TABLE[:, 1] + 2 * _TABLE[:, 2] + _TABLE[:, 7] - np.float32(MARGIN)
