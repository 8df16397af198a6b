"""Which listed names could be meant by a name: all that hold a word like one of its words, weighed at once.

A word that very many names hold leads nowhere where a name that answers nothing else cannot be meant (Turtle and
Flood's MaxScore); what it says of the names that the other words lead to is looked up afterwards.
"""

from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from evenhand.screening.index.query_words import Probes, QueryWords, words_of
from evenhand.screening.index.ranges import spread, starts_of
from evenhand.screening.index.score_bounds import (
    LIGHT,
    Bounds,
    Numbers,
    cannot_match,
    counts,
    own_left,
    packed,
)
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.index.token_matches import Sides, TokenMatches, one_to_one
from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.weights import SAME_BIRTH_DAY, SAME_COUNTRY

_MOST_SUMS = 1 << 22
_MANY = 96
_MOST_COPIED = 1 << 18
_ANSWERED = 2.0  # words of another name that one of ours may answer: the two that it is written as there


class CandidateRows(NamedTuple):
    """Pairs of our name (by place) and a listed name (by number), by place, then the higher bound first."""

    ours: list[int]
    theirs: list[int]


class CandidateIndexBuilder:
    """Listed names on their way into arrays: their different words, and the arrays that lead from each to its names."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._words, self._lengths = array("i"), array("i")
        self._weights, self._initials = array("f"), array("f")
        self._person, self._twice = bytearray(), bytearray()

    @property
    def ids(self) -> Mapping[str, int]:
        """Return the number of every word so far."""
        return self._ids

    def add(self, name: Name) -> int:
        """Take one name; return its number."""
        ids = self._ids
        words = dict.fromkeys(words_of(name))
        self._words.extend([ids.setdefault(word, len(ids)) for word in words])
        self._weights.append(name.weight)
        self._initials.append([*map(len, name.tokens)].count(1))
        self._person.append(name.person)
        self._twice.append(len(words) < len(name.tokens))
        self._lengths.append(len(words))
        return len(self._lengths) - 1

    def arrays(self) -> tuple[list[str], dict[str, Array]]:
        """Return the different words of all names, and the arrays; names with initials come first among a word's."""
        ids, lengths = self._ids, np.frombuffer(self._lengths, np.int32)
        flat, initials = np.frombuffer(self._words, np.int32), np.frombuffer(self._initials, np.float32)
        weighed = np.fromiter((each for word in ids for each in (*counts(word), own_left(word))), np.float64).reshape(
            -1, 3
        )
        starts, plain = starts_of(lengths), np.repeat(initials == 0, lengths)
        return list(ids), {
            "postings.starts": starts_of(_counted(flat, len(ids))),
            "postings.ids": _owners_by_word(flat, plain, lengths),
            "postings.initialled": np.bincount(flat[~plain], minlength=len(ids)).astype(np.int32),
            "tokens.weight": weighed[:, 0].astype(np.float32),
            "tokens.left": weighed[:, 1].astype(np.float32),
            "tokens.long": np.array([len(token) for token in ids], np.int64),
            "names.starts": starts,
            "names.tokens": flat,
            "names.twice": np.frombuffer(self._twice, np.bool_),
            "names.weight": np.frombuffer(self._weights, np.float32),
            "names.left": _left_of_names(flat, starts, weighed[:, 2]),
            "names.initials": initials,
            "names.person": np.frombuffer(self._person, np.uint8),
        }


def _owners_by_word(words: Array, plain: Array, lengths: Array) -> Array:
    """Return the names that hold each word, the words in order, names with initials first.

    They are sorted as whole numbers where they lie: an order of so many takes twice the room beside them.
    """
    keys = words.astype(np.uint64)
    keys <<= np.uint64(1)
    keys |= plain
    keys <<= np.uint64(32)
    keys |= np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
    keys.sort()
    return keys.astype(np.uint32).view(np.int32)


def _counted(words: Array, size: int) -> Array:
    """Return how often each of `size` words is among these; counting makes a wider copy, of a part at a time."""
    found = np.zeros(size, np.int64)
    for start in range(0, len(words), _MOST_COPIED):
        found += np.bincount(words[start : start + _MOST_COPIED], minlength=size)
    return found


def _left_of_names(words: Array, starts: Array, left: Array) -> Array:
    """Return what the words of each name count together, of a part of all names at a time."""
    found = np.zeros(len(starts) - 1, np.float32)
    for first in range(0, len(found), _MOST_COPIED):
        bounds = starts[first : first + _MOST_COPIED + 1]
        part = words[bounds[0] : bounds[-1]]
        owner = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        found[first : first + len(bounds) - 1] = np.bincount(owner, left[part], len(bounds) - 1)
    return found


class CandidateIndex:
    """The listed names by their words, with what each weighs."""

    def __init__(self, arrays: Mapping[str, Array], vocabulary: Vocabulary) -> None:
        self._starts, self._ids = arrays["postings.starts"], arrays["postings.ids"]
        self._initialled = arrays["postings.initialled"]
        self._weights, self._left = arrays["tokens.weight"], arrays["tokens.left"]
        self._marks = arrays["names.births"], arrays["names.countries"]
        self._long, self._twice = arrays["tokens.long"], arrays["names.twice"]
        self._words, self._words_of = arrays["names.tokens"], arrays["names.starts"]
        self._bounds = Bounds(*(arrays[f"names.{each}"] for each in ("weight", "left", "initials", "person")))
        self._size = len(arrays["names.weight"])
        self._asked = QueryWords(vocabulary, self._weights, self._left, self._starts)
        widest = max(self._size, len(self._weights), 1)
        self._step = max(_MOST_SUMS // widest, 1)
        self._sums = np.zeros(self._step * widest, np.int64)  # all zero but while something is added up

    def reached(self, names: Sequence[Name], most: Sequence[float], marks: Sequence[tuple[int, int]]) -> CandidateRows:
        """Return the listed names that each of ours may be.

        `most` is what all but names could add to its sum, `marks` the years of birth and countries of who bears it.
        """
        ours: list[int] = []
        theirs: list[int] = []
        for start in range(0, len(names) if self._size else 0, self._step):
            part = slice(start, start + self._step)
            found = self._within(names[part], most[part], np.array(marks[part], np.uint64))
            ours += (found[0] + start).tolist()
            theirs += found[1].tolist()
        return CandidateRows(ours, theirs)

    def _within(self, names: Sequence[Name], most: Sequence[float], marks: Numbers) -> tuple[Numbers, Numbers]:
        probes, more = self._asked.probes(names), np.array(most, np.float32)
        own = self._asked.measures(names, probes)
        answers, spared = self._found(probes, own, more)
        places, numbers, sums = self._rows(answers)
        near = np.flatnonzero(self._bounds.may_fit(sums + spared[places], own, more, places, numbers))
        near = near[np.unique(places[near] * self._size + numbers[near], return_index=True)[1]]
        places, numbers, sums = places[near], numbers[near], sums[near]
        looked_up = np.flatnonzero(spared[places])
        if len(looked_up):
            sums[looked_up] = self._whole_sums(answers, places[looked_up], numbers[looked_up])
            fit = np.flatnonzero(self._bounds.may_fit(sums, own, more, places, numbers))
            places, numbers, sums = places[fit], numbers[fit], sums[fit]
        beside = more[places] - self._not_beside(marks[places], numbers)
        kept = np.flatnonzero(self._bounds.over_margin(sums, own[places], beside, numbers) >= 0)
        places, numbers, beside = places[kept], numbers[kept], beside[kept]
        if not len(places):
            return places, numbers
        sums, met = self._one_to_one(answers, places, numbers)
        over = self._bounds.over_margin(sums, own[places], beside, numbers, met)
        kept = np.flatnonzero(over >= 0)
        kept = kept[np.lexsort((numbers[kept], -over[kept], places[kept]))]
        return places[kept], numbers[kept]

    def _not_beside(self, marks: Numbers, numbers: Numbers) -> Numbers:
        """Return what birth and country cannot add, since the listed entity shares none with us."""
        less = np.zeros(len(numbers), np.float32)
        for own, theirs, weight in zip(marks.T, self._marks, (SAME_BIRTH_DAY, SAME_COUNTRY), strict=True):
            less += np.float32(weight) * ((own != 0) & ((own & theirs[numbers]) == 0))
        return less

    def _found(self, probes: Probes, own: Numbers, most: Numbers) -> tuple[TokenMatches, Numbers]:
        """Return the answers to each word of our names, and for each name what the spared words could add."""
        known, kept = self._asked.known, self._asked.answers
        words, places = probes.words, probes.places
        weight, left = known.weight[words], known.left[words]
        spare = _spared(probes, weight, left, known.held[words], own, most)
        spared = np.zeros(len(own), np.int64)
        np.add.at(spared, places[spare], packed(weight[spare], left[spare], np.full(len(spare), _ANSWERED)))
        marks = np.zeros(len(words), bool)
        marks[spare] = True
        lengths = known.lengths[words]
        ours = np.repeat(np.arange(len(words)), lengths)
        at = spread(known.starts[words], lengths)
        tokens, supported, values = (each[at] for each in kept)
        return TokenMatches(
            places[ours], ours, tokens, supported, values, marks[ours], left.astype(np.float32), known.letters[words]
        ), spared

    def _rows(self, answers: TokenMatches) -> tuple[Numbers, Numbers, Numbers]:
        """Return a row for each listed name that holds an answer: our place, its number, the sums of all its answers.

        Names with initials are looked at even where a word is spared: their initials may answer all the rest.
        """
        starts = self._starts[answers.tokens]
        initialled = self._initialled[answers.tokens]
        held = np.where(answers.spared, initialled, self._starts[answers.tokens + 1] - starts)
        numbers = self._ids[spread(starts, held)]
        places = np.repeat(answers.places, held)
        at = places * self._size + numbers
        np.add.at(self._sums, at, np.repeat(answers.values, held))
        sums = self._sums[at]
        self._sums[at] = 0
        return places, numbers, sums

    def _whole_sums(self, answers: TokenMatches, places: Numbers, numbers: Numbers) -> Numbers:
        """Return the sums of these pairs anew, from the words of the listed names."""
        keys = answers.places * len(self._weights) + answers.tokens
        np.add.at(self._sums, keys, answers.values)
        starts = self._words_of[numbers]
        lengths = self._words_of[numbers + 1] - starts
        places_of_words = np.repeat(places * len(self._weights), lengths) + self._words[spread(starts, lengths)]
        sums: Numbers = np.add.reduceat(self._sums[places_of_words], np.cumsum(lengths) - lengths)
        self._sums[keys] = 0
        return sums

    def _one_to_one(self, answers: TokenMatches, places: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the sums of these pairs at most, now that a word answers one other only, and their equal initials."""
        keys = answers.places * len(self._weights) + answers.tokens
        order = np.argsort(keys, kind="stable")
        starts = self._words_of[numbers]
        lengths = self._words_of[numbers + 1] - starts
        pairs = np.repeat(np.arange(len(places)), lengths)
        words = self._words[spread(starts, lengths)]
        places_of_words = places[pairs] * len(self._weights) + words
        first = np.searchsorted(keys[order], places_of_words, "left")
        links = np.searchsorted(keys[order], places_of_words, "right") - first
        of = order[spread(first, links)]
        mine = answers.ours[of]
        pair_of, listed = np.repeat(pairs, links), np.repeat(words, links)
        sides = Sides(
            pairs=pair_of,
            support=answers.support[of],
            ours=(mine, answers.left[mine], answers.long[mine]),
            theirs=(np.repeat(np.arange(len(words)), links), self._left[listed], self._long[listed]),
        )
        met = np.bincount(pair_of[(answers.long[mine] == 1) & (self._long[listed] == 1)], minlength=len(places))
        return packed(*one_to_one(sides, len(places), self._twice[numbers])), met.astype(np.float32)


def probes_of(name: Name) -> tuple[str, ...]:
    """Return the words under which a name is found; one of numbers alone is found by them.

    Words such as `al` or `and`, half of all answers, lead nowhere where others stand beside them.
    """
    return tuple([token for token in name.tokens if counts(token)[0] > LIGHT]) or words_of(name)


def _spared(probes: Probes, weight: Numbers, left: Numbers, held: Numbers, own: Numbers, most: Numbers) -> Numbers:
    """Return the words, the most common first, that no name can be meant by unless it answers another word too."""
    places = probes.places
    order = np.lexsort((-held, places))
    of, begun = places[order], np.searchsorted(places, places[order])
    weights, lefts = (np.cumsum(np.append(0, each[order])) for each in (weight, left))
    without = cannot_match(own[of], weights[1:] - weights[begun], lefts[1:] - lefts[begun], most[of])
    spare: Numbers = order[without & (held[order] >= _MANY)]
    return spare
