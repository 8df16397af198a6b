"""The keys of listed names beside their words, worked out for thousands of names at once; each word is read once.

INVARIANT: they are those of `entity_keys.offered_keys`, the plain twin, whatever the names.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, permutations

import numpy as np

from evenhand.screening.index.entity_keys import LONG_JOINED, MOST_PAIRED, SHORTEST_JOINED
from evenhand.screening.index.joined_hashes import joined_hashes
from evenhand.screening.index.ranges import starts_of
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.names.chinese_names import chinese_keys, is_spelled
from evenhand.screening.names.name_score import acronyms
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.word_keys import hash_of, hashes_of
from evenhand.screening.parties.whole_names import WORDS_BESIDE_ONE, outlet_keys, whole_key, without_numbers

_AT_ONCE = 1 << 14
_OF_ACRONYM = 3
_OF_CHINESE = range(2, 5)
_NUMBER_BITS = np.uint64(32)

Keys = Iterator[tuple[int, str]]


class NameKeysBuilder:
    """Listed names on their way into `key << 32 | number`. `ids` numbers the words of all names that are added."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._ids, self._pairs, self._size = ids, array("Q"), 0
        self._names: list[Name] = []
        self._outlets: list[int] = []
        self._hashes, self._long = np.empty(0, np.uint32), np.empty(0, np.int64)
        self._telling, self._spelled = np.empty(0, np.bool_), np.empty(0, np.bool_)

    def add(self, name: Name, *, media: bool) -> None:
        """Take one name, its words numbered before; the first has the number 0."""
        if media and not name.person:
            self._outlets.append(len(self._names))
        self._names.append(name)
        if len(self._names) == _AT_ONCE:
            self._take()

    def pairs(self) -> "array[int]":
        """Return the keys of all that were taken, in any order, each once a name."""
        self._take()
        return self._pairs

    def _take(self) -> None:
        names, self._names = self._names, []
        outlets, self._outlets = self._outlets, []
        self._read_new_words()
        words = np.fromiter((self._ids[token] for name in names for token in name.tokens), np.int64)
        starts = starts_of(len(name.tokens) for name in names)
        person = np.fromiter((name.person for name in names), np.bool_, len(names))
        single = [(place, key) for place, key in self._rare(names, words, starts, person)]
        single += [(place, f"={bare}") for place, name in enumerate(names) if (bare := without_numbers(name))]
        single += [(place, f"@{key}") for place in outlets for key in outlet_keys(names[place])]
        several = [
            (np.arange(len(names)), np.array(hashes_of(f"={name.joined}" for name in names), np.uint32)),
            (
                np.array([place for place, _ in single], np.int64),
                np.array(hashes_of(key for _, key in single), np.uint32),
            ),
            self._words(words, starts, person),
            self._word_pairs(words, starts, person),
        ]
        flat = [
            hashes.astype(np.uint64) << _NUMBER_BITS | (places + self._size).astype(np.uint64)
            for places, hashes in several
        ]
        pairs = np.sort(np.concatenate(flat))  # numpy's own `unique` takes thirty times as long here
        self._pairs.frombytes(pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]].tobytes())
        self._size += len(names)

    def _read_new_words(self) -> None:
        new = list(islice(self._ids, len(self._long), None))
        self._hashes = np.append(self._hashes, np.array(hashes_of(new), np.uint32))
        self._long = np.append(self._long, np.array([len(word) for word in new], np.int64))
        self._telling = np.append(self._telling, _flags(new, lambda word: word not in WORDS_BESIDE_ONE))
        self._spelled = np.append(self._spelled, _flags(new, is_spelled))

    def _words(self, words: Array, starts: Array, person: Array) -> tuple[Array, Array]:
        """Return long words that others may write as two: place of the name, hash."""
        places = np.repeat(np.arange(len(person)), np.diff(starts))
        kept = np.flatnonzero(self._long[words] >= _shortest(person)[places])
        return places[kept], self._behind(".", words[kept])

    def _word_pairs(self, words: Array, starts: Array, person: Array) -> tuple[Array, Array]:
        """Return two words written as one: any of the first in either order, neighbours of a person also if short."""
        lengths, places = np.diff(starts), np.arange(len(person))
        shortest = _shortest(person)
        found = []
        for one, two in permutations(range(MOST_PAIRED), 2):
            rows = np.flatnonzero(lengths > max(one, two))
            found.append((rows, words[starts[rows] + one], words[starts[rows] + two], np.full(len(rows), LONG_JOINED)))
        of = np.repeat(places, lengths)
        next_to = np.flatnonzero(of[1:] == of[:-1])
        found.append((of[next_to], words[next_to], words[next_to + 1], shortest[of[next_to]]))
        rows = np.flatnonzero(lengths > 1)  # `SURNAME, Given`
        found.append((rows, words[starts[rows + 1] - 1], words[starts[rows]], shortest[rows]))
        at, first, second, least = (np.concatenate(each) for each in zip(*found, strict=True))
        kept = np.flatnonzero(self._long[first] + self._long[second] >= least)
        at, first, second = at[kept], first[kept], second[kept]
        return at, joined_hashes(self._behind("+", first), self._hashes[second], self._long[second])

    def _behind(self, sign: str, words: Array) -> Array:
        return joined_hashes(np.full(len(words), hash_of(sign), np.uint32), self._hashes[words], self._long[words])

    def _rare(self, names: list[Name], words: Array, starts: Array, person: Array) -> Keys:
        """Yield the keys that few names have: acronyms, a name in one word, Chinese names."""
        lengths = np.diff(starts)
        telling, spelled = (_sums(each[words], starts) for each in (self._telling, self._spelled))
        for place in np.flatnonzero(~person & (lengths >= _OF_ACRONYM)).tolist():
            yield from ((place, f"!{each}") for each in acronyms(names[place]))
        for place in np.flatnonzero(~person & (telling <= 1)).tolist():
            if whole := whole_key(names[place]):
                yield place, f"#{whole}"
        all_spelled = (spelled == lengths) & (lengths >= _OF_CHINESE.start) & (lengths < _OF_CHINESE.stop)
        for place in np.flatnonzero(person & all_spelled).tolist():
            yield from ((place, key) for key in chinese_keys(names[place].tokens))


def _shortest(person: Array) -> Array:
    return np.where(person, SHORTEST_JOINED[True], SHORTEST_JOINED[False])


def _sums(flags: Array, starts: Array) -> Array:
    sums: Array = np.diff(np.append(0, np.cumsum(flags))[starts])
    return sums


def _flags(words: Iterable[str], flag: Callable[[str], bool]) -> Array:
    return np.fromiter((flag(word) for word in words), np.bool_)
