"""Which listed names could be meant by a name: all that hold a word like one of its words, weighed at once.

A word that very many names hold leads nowhere where a name that answers nothing else cannot be meant (Turtle and
Flood's MaxScore); what it says of the names that the other words lead to is looked up afterwards.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from evenhand.screening.answers import Answers, Sides, one_to_one
from evenhand.screening.bounds import (
    LIGHT,
    Bounds,
    Measures,
    Numbers,
    counts,
    measures,
    needs_more,
    packed,
    support,
)
from evenhand.screening.normal import Name
from evenhand.screening.ranges import spread, starts_of
from evenhand.screening.stored import Array
from evenhand.screening.vocabulary import Near, Vocabulary
from evenhand.screening.weights import SAME_BIRTH_DAY, SAME_COUNTRY

_MOST_SUMS = 1 << 21
_MANY = 96


class Reached(NamedTuple):
    """Pairs of our name (by place) and a listed name (by number), by place, then the higher bound first."""

    ours: list[int]
    theirs: list[int]


class ReachMade:
    """Listed names on their way into arrays: their different words, and the arrays that lead from each to its names."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._words, self._lengths = array("i"), array("i")
        self._measures = array("f")
        self._person, self._twice = bytearray(), bytearray()

    def add(self, name: Name) -> int:
        """Take one name; return its number."""
        ids = self._ids
        words = dict.fromkeys(_words(name))
        self._words.extend([ids.setdefault(word, len(ids)) for word in words])
        self._measures.extend(measures(name))
        self._person.append(name.person)
        self._twice.append(len(set(name.tokens)) < len(name.tokens))
        self._lengths.append(len(words))
        return len(self._lengths) - 1

    def arrays(self) -> tuple[list[str], dict[str, Array]]:
        """Return the different words of all names, and the arrays; names with initials come first among a word's."""
        ids, lengths = self._ids, np.frombuffer(self._lengths, np.int32)
        flat = np.frombuffer(self._words, np.int32)
        owner = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        own = np.frombuffer(self._measures, np.float32).reshape(-1, len(Measures._fields))
        plain = own[owner, 2] == 0
        order = np.lexsort((owner, plain, flat))
        return list(ids), {
            "postings.starts": starts_of(np.bincount(flat, minlength=len(ids))),
            "postings.ids": owner[order],
            "postings.initialled": np.bincount(flat[~plain], minlength=len(ids)).astype(np.int32),
            "tokens.weight": np.array([counts(token)[0] for token in ids], np.float32),
            "tokens.left": np.array([counts(token)[1] for token in ids], np.float32),
            "tokens.long": np.array([len(token) for token in ids], np.int64),
            "names.starts": starts_of(lengths),
            "names.tokens": flat,
            "names.twice": np.frombuffer(self._twice, np.bool_),
            "names.weight": own[:, 0].copy(),
            "names.left": own[:, 1].copy(),
            "names.initials": own[:, 2].copy(),
            "names.person": np.frombuffer(self._person, np.uint8),
        }


class Reach:
    """The listed names by their words, with what each weighs."""

    def __init__(self, arrays: Mapping[str, Array], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._starts, self._ids = arrays["postings.starts"], arrays["postings.ids"]
        self._initialled = arrays["postings.initialled"]
        self._weights, self._left = arrays["tokens.weight"], arrays["tokens.left"]
        self._marks = arrays["names.births"], arrays["names.countries"]
        self._long, self._twice = arrays["tokens.long"], arrays["names.twice"]
        self._words, self._words_of = arrays["names.tokens"], arrays["names.starts"]
        self._bounds = Bounds(*(arrays[f"names.{each}"] for each in ("weight", "left", "initials", "person")))
        self._size = len(arrays["names.weight"])
        self._heavy: dict[str, Near] = {}
        self._step = max(_MOST_SUMS // max(self._size, 1), 1)
        self._sums = np.zeros(self._step * self._size, np.int64)
        self._said = np.zeros(self._step * len(self._weights), np.int64)

    def reached(self, names: Sequence[Name], most: Sequence[float], marks: Sequence[tuple[int, int]]) -> Reached:
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
        return Reached(ours, theirs)

    def _within(self, names: Sequence[Name], most: Sequence[float], marks: Numbers) -> tuple[Numbers, Numbers]:
        several = [measures(name) for name in names]
        own, more = np.array(several, np.float32), np.array(most, np.float32)
        answers, spared = self._answers(names, several, most)
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

    def _answers(
        self, names: Sequence[Name], own: Sequence[Measures], most: Sequence[float]
    ) -> tuple[Answers, Numbers]:
        """Return the answers to each word of our names, and for each name what the spared words could add."""
        probes: list[tuple[int, str]] = []
        leads: list[bool] = []
        for place, name in enumerate(names):
            own_words = _words(name)
            telling = [counts(token)[0] > LIGHT for token in own_words]
            probes += [(place, token) for token in own_words]
            leads += telling if any(telling) else [True] * len(own_words)
        near = self._near([token for _, token in probes], leads)
        lengths = np.fromiter((len(ids) for ids, _ in near), np.int64, len(near))
        tokens = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])
        alike = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])
        weighed = np.array([counts(token) for _, token in probes], np.float32).reshape(-1, 2)
        weight, left = (np.repeat(each, lengths) for each in weighed.T)
        supported = support(np.minimum(weight, self._weights[tokens]), alike)
        values = packed(supported, left, self._left[tokens])
        ends = np.concatenate(([0], np.cumsum(self._starts[tokens + 1] - self._starts[tokens])))
        until = np.cumsum(lengths)
        held = ends[until] - ends[until - lengths]
        chosen = list(_spared([place for place, _ in probes], weighed.tolist(), held.tolist(), own, most))
        rows = np.array([place for place, _ in probes], np.int64)
        spared = np.zeros(len(names), np.int64)
        alone = weighed[chosen]
        np.add.at(spared, rows[chosen], packed(alone[:, 0], alone[:, 1], np.ones(len(chosen), np.float32)))
        marks = np.zeros(len(probes), bool)
        marks[chosen] = True
        words = np.repeat(np.arange(len(probes)), lengths)
        long = np.array([len(token) for _, token in probes], np.int64)
        return Answers(rows[words], words, tokens, supported, left, values, marks[words], long[words]), spared

    def _near(self, tokens: Sequence[str], leads: Sequence[bool]) -> list[Near]:
        """Return what listed words answer each word; one that does not lead, light beside others, no light one."""
        near = self._vocabulary.near(tokens)
        if all(leads):
            return near
        return [
            found if leading else self._beside(token, found)
            for token, found, leading in zip(tokens, near, leads, strict=True)
        ]

    def _beside(self, token: str, found: Near) -> Near:
        if token not in self._heavy:
            ids, alike = found
            kept = self._weights[ids] > LIGHT
            self._heavy[token] = ids[kept], alike[kept]
        return self._heavy[token]

    def _rows(self, answers: Answers) -> tuple[Numbers, Numbers, Numbers]:
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

    def _whole_sums(self, answers: Answers, places: Numbers, numbers: Numbers) -> Numbers:
        """Return the sums of these pairs anew, from the words of the listed names."""
        keys = answers.places * len(self._weights) + answers.tokens
        np.add.at(self._said, keys, answers.values)
        starts = self._words_of[numbers]
        lengths = self._words_of[numbers + 1] - starts
        asked = np.repeat(places * len(self._weights), lengths) + self._words[spread(starts, lengths)]
        sums: Numbers = np.add.reduceat(self._said[asked], np.cumsum(lengths) - lengths)
        self._said[keys] = 0
        return sums

    def _one_to_one(self, answers: Answers, places: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the sums of these pairs at most, now that a word answers one other only, and their equal initials."""
        keys = answers.places * len(self._weights) + answers.tokens
        order = np.argsort(keys, kind="stable")
        starts = self._words_of[numbers]
        lengths = self._words_of[numbers + 1] - starts
        pairs = np.repeat(np.arange(len(places)), lengths)
        words = self._words[spread(starts, lengths)]
        asked = places[pairs] * len(self._weights) + words
        first = np.searchsorted(keys[order], asked, "left")
        links = np.searchsorted(keys[order], asked, "right") - first
        of = order[spread(first, links)]
        pair_of, listed = np.repeat(pairs, links), np.repeat(words, links)
        sides = Sides(
            pairs=pair_of,
            support=answers.support[of],
            ours=(answers.ours[of], answers.left[of], answers.long[of]),
            theirs=(np.repeat(np.arange(len(words)), links), self._left[listed], self._long[listed]),
        )
        met = np.bincount(pair_of[(answers.long[of] == 1) & (self._long[listed] == 1)], minlength=len(places))
        return packed(*one_to_one(sides, len(places), self._twice[numbers])), met.astype(np.float32)


def _words(name: Name) -> tuple[str, ...]:
    return name.tokens or tuple(f"#{number}" for number in sorted(name.numbers))


def probes_of(name: Name) -> tuple[str, ...]:
    """Return the words under which a name is found; one of numbers alone is found by them.

    Words such as `al` or `and`, half of all answers, lead nowhere where others stand beside them.
    """
    return tuple([token for token in name.tokens if counts(token)[0] > LIGHT]) or _words(name)


def _spared(
    places: Sequence[int],
    weighed: Sequence[Sequence[float]],
    held: Sequence[int],
    own: Sequence[Measures],
    most: Sequence[float],
) -> Iterator[int]:
    """Yield the words, the most common first, that no name can be meant by unless it answers another word too."""
    start = 0
    for end in range(1, len(places) + 1):
        if end < len(places) and places[end] == places[start]:
            continue
        weight, left = 0.0, 0.0
        place = places[start]
        for probe in sorted(range(start, end), key=held.__getitem__, reverse=True):
            weight, left = weight + weighed[probe][0], left + weighed[probe][1]
            if held[probe] < _MANY or not needs_more(own[place], weight, left, most[place]):
                break
            yield probe
        start = end
