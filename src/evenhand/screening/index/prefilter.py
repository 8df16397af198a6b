"""Parties kept as arrays, so that a few new entries can be told apart from nearly everybody without reading a name.

A party that it lets pass may still be like nobody; one that it holds back has no candidate in the index. It asks what
`Index.candidates` and `Index.lookalikes` ask, of all parties at once, and sums up the same upper bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from evenhand.model.errors import IndexUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.party import Payer
from evenhand.screening.index.entity_index import Index
from evenhand.screening.index.entity_keys import LAYOUT
from evenhand.screening.index.prefilter_arrays import PrefilterBuilder, joined_arrays, words_in
from evenhand.screening.index.ranges import spread
from evenhand.screening.index.score_bounds import (
    Bounds,
    Measures,
    Numbers,
    cannot_match,
    packed,
    support,
)
from evenhand.screening.index.stored_arrays import Array, read_arrays, write_arrays
from evenhand.screening.index.vocabulary import QueryKeys
from evenhand.screening.names.weights import SCORER
from evenhand.screening.parties.profile import profile_of_party

_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(dict[str, tuple[str, bytes]]).decode
_MOST_SUMS = 1 << 22
_TABLE = 1 << 24


class About(msgspec.Struct, frozen=True):
    """In which layout, and by which scorer's version, names were read."""

    layout: int
    scorer: str


class Prefilter:
    """What is asked of an index about some parties, each known by the hash of what screening reads of it."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self.contents = arrays["parties.contents"].tobytes().decode("ascii").split()
        self.known = frozenset(self.contents)

    @classmethod
    def of(cls, parties: Iterable[tuple[str, Payer]], suffixes: Suffixes) -> "Prefilter":
        """Return the prefilter of parties with their hashes. Cost: about 60 µs a party."""
        builder = PrefilterBuilder(suffixes)
        for content, party in parties:
            builder.add(content, profile_of_party(party, suffixes))
        return cls(builder.arrays())

    @classmethod
    def open(cls, path: Path) -> "Prefilter":
        """Return the prefilter in a file that `save` wrote.

        Raises:
            IndexUnreadable: no such file; cut short or changed; of another scorer.
        """
        about, arrays = read_arrays(path, About)
        if about.layout != LAYOUT:
            raise IndexUnreadable("of another layout", where=path, got=about.layout, expected=str(LAYOUT))
        if about.scorer != SCORER:
            raise IndexUnreadable("of another scorer", where=path, got=about.scorer, expected=SCORER)
        return cls(arrays)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Prefilter":
        """Return the prefilter that another process packed."""
        several = _decode(packed)
        return cls({name: np.frombuffer(each, np.dtype(kind)) for name, (kind, each) in several.items()})

    def packed(self) -> bytes:
        """Return the prefilter as another process takes it."""
        return _encode({name: (each.dtype.str, each.tobytes()) for name, each in self._arrays.items()})

    def joined(self, more: "Prefilter") -> "Prefilter":
        """Return the prefilter of these parties and, behind them, others; none of the two is empty."""
        return Prefilter(joined_arrays(self._arrays, more._arrays))

    def save(self, path: Path) -> None:
        """Write the prefilter as one file, whole or not at all."""
        write_arrays(path, About(LAYOUT, SCORER), self._arrays)

    def passing(self, index: Index) -> frozenset[str]:
        """Return the hashes of the parties that something in the index may be meant by; the others have no finding."""
        arrays, known = self._arrays, index.arrays
        passes = np.zeros(len(self.contents), bool)
        for kind, table in (("names", "names"), ("parties", "entries")):
            listed_words, offered = arrays[f"{kind}.keys"], known[f"{table}.keys"]
            perhaps = np.flatnonzero(_among(listed_words, offered))
            passes[arrays[f"{kind}.keys_of"][perhaps[np.isin(listed_words[perhaps], offered)]]] = True
        if len(known["names.weight"]):
            passes[arrays["names.owner"][self._reaching(index)]] = True
        return frozenset(self.contents[place] for place in np.flatnonzero(passes).tolist())

    def _reaching(self, index: Index) -> Array:
        """Return the names whose bound with some listed name reaches the threshold."""
        known, arrays = index.arrays, self._arrays
        own = np.stack([arrays[f"names.{each}"] for each in Measures._fields], axis=1)
        keys = np.flatnonzero(_among(arrays["words.keys"], known["vocabulary.keys"]))
        met = _marked(arrays["words.keys_of"][keys], len(arrays["words.weight"]))
        few = _few(arrays, own, met)
        met &= _needed(arrays, index, keys, few)
        texts, shared = _sharing(arrays, index, keys, met)
        few |= _few(arrays, own, _marked(shared.words, len(met)))
        answers = _answers(arrays, index, texts, shared.only(met & _needed(arrays, index, keys, few)))
        few |= _few(arrays, own, answers.lengths > 0)
        answered = np.flatnonzero(answers.lengths[arrays["probes.word"]])
        names, words = arrays["probes.name"][answered].astype(np.int64), arrays["probes.word"][answered]
        bounds = Bounds(*(known[f"names.{each}"] for each in ("weight", "left", "initials", "person")))
        size = len(known["names.weight"])
        step = max(_MOST_SUMS // size, 1)
        sums = np.zeros(step * size, np.int64)  # all zero but while something is added up
        found = [np.empty(0, np.int64)]
        for start in range(0, len(own), step):
            part = slice(*np.searchsorted(names, (start, start + step)))
            rows = _rows(answers, known, few, names[part], words[part])
            at = (rows.names - start) * size + rows.numbers
            np.add.at(sums, at, rows.values)
            part = slice(start, start + step)
            over = _over(bounds, rows.names - start, rows.numbers, sums[at], own[part], arrays["names.most"][part])
            found.append(over + start)
            sums[at] = 0
        return np.concatenate(found)


_COUNTED = ("words.weight", "words.left")


class _Answers(NamedTuple):
    """The answers to each of our words: where they begin, how many they are; of each the listed word, what it adds."""

    starts: Numbers
    lengths: Numbers
    theirs: Numbers
    values: Numbers


class _Rows(NamedTuple):
    """Our name, a listed name that holds an answer to one of its words, and what this adds."""

    names: Numbers
    numbers: Numbers
    values: Numbers


def _few(arrays: Mapping[str, Array], own: Numbers, met: Numbers) -> Numbers:
    """Return the names that no listed one without initials can be meant by if no other of their words is answered."""
    probes = np.flatnonzero(met[arrays["probes.word"]])
    names, words = arrays["probes.name"][probes], arrays["probes.word"][probes]
    weight, left = (np.bincount(names, arrays[each][words], len(own)) for each in _COUNTED)
    return cannot_match(own, weight, left, arrays["names.most"])


def _needed(arrays: Mapping[str, Array], index: Index, keys: Numbers, few: Numbers) -> Numbers:
    """Return which of our words must be looked up: those of the other names, and what leads to names with initials."""
    known = index.arrays
    initialled = known["vocabulary.keys"][known["postings.initialled"][known["vocabulary.under"]] > 0]
    needed = _marked(arrays["probes.word"][~few[arrays["probes.name"]]], len(arrays["words.weight"]))
    needed[arrays["words.keys_of"][keys[_among(arrays["words.keys"][keys], initialled)]]] = True
    return needed


def _among(keys: Numbers, others: Numbers) -> Numbers:
    """Return which keys may be among others: all that are, and of a hundred that are not about one."""
    table = np.zeros(_TABLE, bool)
    table[others & (_TABLE - 1)] = True
    among: Numbers = table[keys & (_TABLE - 1)]
    return among


def _marked(places: Numbers, size: int) -> Numbers:
    marks = np.zeros(size, bool)
    marks[places] = True
    return marks


class _Pairs(NamedTuple):
    """Our words and listed words that share a key, by our word."""

    words: Numbers
    theirs: Numbers

    def only(self, marked: Numbers) -> "_Pairs":
        """Return those of the marked words."""
        kept = marked[self.words]
        return _Pairs(self.words[kept], self.theirs[kept])


def _sharing(arrays: Mapping[str, Array], index: Index, keys: Numbers, met: Numbers) -> tuple[list[str], _Pairs]:
    """Return all our words as text, and what the marked ones share a key with."""
    texts = words_in(arrays)
    listed_words = np.flatnonzero(met)
    owners, theirs = index.vocabulary.sharing(
        [texts[word] for word in listed_words.tolist()], _keys_of(arrays, keys, met)
    )
    return texts, _Pairs(listed_words[owners], theirs)


def _answers(arrays: Mapping[str, Array], index: Index, texts: Sequence[str], pairs: _Pairs) -> _Answers:
    known, (words, owners) = index.arrays, np.unique(pairs.words, return_inverse=True)
    near = list(index.vocabulary.alike([texts[word] for word in words.tolist()], owners, pairs.theirs))
    lengths = np.zeros(len(texts), np.int64)
    lengths[words] = [len(ids) for ids, _ in near]
    theirs = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])
    alike = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])
    weight, left = (np.repeat(arrays[each], lengths) for each in _COUNTED)
    supported = support(np.minimum(weight, known["tokens.weight"][theirs]), alike)
    values = packed(supported, left, known["tokens.left"][theirs])
    return _Answers(np.cumsum(lengths) - lengths, lengths, theirs, values)


def _rows(answers: _Answers, known: Mapping[str, Array], few: Numbers, names: Numbers, words: Numbers) -> _Rows:
    """Return the rows of these words of names; of the names of `few`, only with listed names that have initials."""
    lengths = answers.lengths[words]
    of, at = np.repeat(names, lengths), spread(answers.starts[words], lengths)
    theirs, starts = answers.theirs[at], known["postings.starts"]
    held = np.where(few[of], known["postings.initialled"][theirs], starts[theirs + 1] - starts[theirs])
    numbers = known["postings.ids"][spread(starts[theirs], held)]
    return _Rows(np.repeat(of, held), numbers, np.repeat(answers.values[at], held))


def _over(bounds: Bounds, places: Numbers, numbers: Numbers, sums: Numbers, own: Numbers, most: Numbers) -> Numbers:
    """Return the places of names whose bound with some listed name, of these pairs, reaches the threshold."""
    fit = np.flatnonzero(bounds.may_fit(sums, own, most, places, numbers))
    places = places[fit]
    over: Numbers = bounds.over_margin(sums[fit], own[places], most[places], numbers[fit])
    return np.unique(places[over >= 0])


def _keys_of(arrays: Mapping[str, Array], keys: Numbers, words: Numbers) -> QueryKeys:
    """Return those of the keys that are asked for the marked words, by the word's place among these."""
    chosen = keys[words[arrays["words.keys_of"][keys]]]
    places = (np.cumsum(words) - 1)[arrays["words.keys_of"][chosen]]
    return QueryKeys(places, arrays["words.keys"][chosen], arrays["words.least"][chosen].astype(np.int64))
