"""The words of our names as an index was asked for them: in arrays that grow, each with all its answers.

What listed words a word is answered by, and what each answer supports, is worked out once in a process. It is
remembered by the word's letters, never by who bears it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from evenhand.screening.index.score_bounds import (
    LIGHT,
    OF_NUMBERS,
    Measures,
    Numbers,
    counts,
    own_left,
    packed,
    support,
)
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.index.vocabulary import Near, Vocabulary
from evenhand.screening.names.normal_form import Name

_MOST_WORDS = 1 << 15
_MOST_ANSWERS = 1 << 21


class Probes(NamedTuple):
    """The words of some names, name by name: place of the name, the word's number, and whether it is its first there.

    A light word beside others stands under a number of its own: no light word answers it.
    """

    places: Numbers
    words: Numbers
    first: Numbers


class QueryWordArrays(NamedTuple):
    """What is known of each word by its number.

    What it weighs, what it counts where nothing answers it, its letters, its share of a name's `left` and `light`
    (`score_bounds.Measures`), how many listed names hold its answers, the number under which it stands beside others,
    and where its answers are.
    """

    weight: Numbers
    left: Numbers
    letters: Numbers
    own: Numbers
    light: Numbers
    held: Numbers
    beside: Numbers
    starts: Numbers
    lengths: Numbers


class WordMatches(NamedTuple):
    """Answers: the listed word, what it supports, and the three sums of `score_bounds` in one."""

    tokens: Numbers
    support: Numbers
    values: Numbers


class QueryWords:
    """The words asked for so far, as long as they are not too many."""

    def __init__(self, vocabulary: Vocabulary, weights: Array, left: Array, starts: Array) -> None:
        self._vocabulary = vocabulary
        self._listed = weights, left, starts
        self._forget()

    @property
    def known(self) -> QueryWordArrays:
        """Return what is known of the words."""
        return QueryWordArrays(*(each.filled for each in self._known))

    @property
    def answers(self) -> WordMatches:
        """Return the answers of all words."""
        return WordMatches(*(each.filled for each in self._answers))

    def probes(self, names: Sequence[Name]) -> Probes:
        """Return the words of these names by number; those that are new are looked up."""
        several = [words_of(name) for name in names]
        flat = [word for words in several for word in words]
        if len(self._numbers) > _MOST_WORDS or len(self._answers[0].filled) > _MOST_ANSWERS:
            self._forget()
        if fresh := [word for word in dict.fromkeys(flat) if word not in self._numbers]:
            self._learn(fresh)
        numbers = self._numbers
        words = np.array([numbers[word] for word in flat], np.int64)
        places = np.repeat(np.arange(len(names)), [len(words) for words in several])
        first = np.zeros(len(words), bool)
        first[np.unique(places * len(numbers) * 2 + words, return_index=True)[1]] = True
        known = self.known
        heavy = known.weight[words] > LIGHT
        alone = np.bincount(places, heavy, len(names)) == 0
        return Probes(places, np.where(heavy | alone[places], words, known.beside[words]), first)

    def measures(self, names: Sequence[Name], probes: Probes) -> Numbers:
        """Return the `score_bounds.measures` of the names, a row each."""
        known, size = self.known, len(names)
        first, places = probes.words[probes.first], probes.places[probes.first]
        own = np.empty((size, len(Measures._fields)), np.float32)
        own[:, 0] = [name.weight for name in names]
        own[:, 1] = np.bincount(places, known.own[first], size)
        own[:, 2] = np.bincount(probes.places, known.letters[probes.words] == 1, size)
        own[:, 3] = np.bincount(places, known.light[first], size)
        return own

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known = [_Grown(kind) for kind in (*[np.float64] * 2, np.int64, *[np.float64] * 2, *[np.int64] * 4)]
        self._answers = [_Grown(kind) for kind in (np.int32, np.float32, np.int64)]

    def _learn(self, words: Sequence[str]) -> None:
        weighed = [counts(word) for word in words]
        near = self._vocabulary.near(words)
        light = [place for place, (weight, _) in enumerate(weighed) if weight <= LIGHT]
        start = len(self._known[0].filled)
        self._numbers.update(zip(words, range(start, start + len(words)), strict=True))
        beside = np.arange(start, start + len(words) + len(light))
        beside[light] = beside[len(words) :]
        words = [*words, *(words[place] for place in light)]
        weighed += [weighed[place] for place in light]
        near += [self._without_light(near[place]) for place in light]
        weight, left = np.array(weighed, np.float64).T
        letters = np.array([len(word) for word in words], np.int64)
        own, little = np.array([own_left(word) for word in words]), np.where(weight > LIGHT, 0, weight)
        lengths, answers, held = self._answered(weight.astype(np.float32), left.astype(np.float32), near)
        starts = len(self._answers[0].filled) + np.cumsum(lengths) - lengths
        self._take(self._known, QueryWordArrays(weight, left, letters, own, little, held, beside, starts, lengths))
        self._take(self._answers, answers)

    def _without_light(self, found: Near) -> Near:
        ids, alike = found
        kept = self._listed[0][ids] > LIGHT
        return ids[kept], alike[kept]

    def _answered(self, weight: Numbers, left: Numbers, near: Sequence[Near]) -> tuple[Numbers, WordMatches, Numbers]:
        """Return for words with what is near them: how many answers each has, the answers, the names that hold them."""
        weights, lefts, starts = self._listed
        lengths = np.fromiter((len(ids) for ids, _ in near), np.int64, len(near))
        tokens = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])
        alike = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])
        supported = support(np.minimum(np.repeat(weight, lengths), weights[tokens]), alike)
        values = packed(supported, np.repeat(left, lengths), lefts[tokens])
        ends = np.concatenate(([0], np.cumsum(starts[tokens + 1] - starts[tokens])))
        until = np.cumsum(lengths)
        return lengths, WordMatches(tokens, supported, values), ends[until] - ends[until - lengths]

    @staticmethod
    def _take(grown: Sequence["_Grown"], arrays: Sequence[Numbers]) -> None:
        for each, more in zip(grown, arrays, strict=True):
            each.extend(more)


class _Grown:
    """An array that grows at its end."""

    def __init__(self, kind: DTypeLike) -> None:
        self._room: Numbers = np.empty(1 << 10, kind)
        self.filled = self._room[:0]

    def extend(self, more: Numbers) -> None:
        size = len(self.filled) + len(more)
        if size > len(self._room):
            room: Numbers = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            room[: len(self.filled)] = self.filled
            self._room = room
        self._room[len(self.filled) : size] = more
        self.filled = self._room[:size]


def words_of(name: Name) -> tuple[str, ...]:
    """Return the words of a name; of one of numbers alone these."""
    return name.tokens or tuple([f"{OF_NUMBERS}{number}" for number in sorted(name.numbers)])
