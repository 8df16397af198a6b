"""Parties kept as arrays, so that a few new entries can be told apart from nearly everybody without reading a name.

A party that it lets pass may still be like nobody; one that it holds back has no candidate in the index. It asks what
`Index.candidates` and `Index.lookalikes` ask, of all parties at once, and sums up the same upper bound.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from evenhand.model.errors import IndexUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.party import Payer
from evenhand.screening.index.candidates import probes_of
from evenhand.screening.index.entity_index import Index
from evenhand.screening.index.entity_keys import LAYOUT, look_keys, most_beside, most_of, party_keys, query_keys
from evenhand.screening.index.ranges import spread
from evenhand.screening.index.score_bounds import (
    Bounds,
    Measures,
    Numbers,
    cannot_match,
    counts,
    packed,
    query_measures,
    support,
)
from evenhand.screening.index.stored_arrays import Array, read_arrays, write_arrays
from evenhand.screening.index.vocabulary import QueryKeys
from evenhand.screening.names.weights import SCORER
from evenhand.screening.names.word_keys import hashes_of, query_word_keys
from evenhand.screening.parties.profile import Profile, profile_of_party

_ROWS = 1 << 18
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
        making = _Making(suffixes)
        for content, party in parties:
            making.add(content, profile_of_party(party, suffixes))
        return cls(making.arrays())

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
        few |= _few(arrays, own, answers.met)
        starts = known["postings.starts"]
        all_held = starts[answers.theirs + 1] - starts[answers.theirs]
        held = np.where(few[answers.names], known["postings.initialled"][answers.theirs], all_held)
        bounds = Bounds(*(known[f"names.{each}"] for each in ("weight", "left", "initials", "person")))
        found = [np.empty(0, np.int64)]
        for part in _parts(answers.names, held):
            places = np.repeat(answers.names[part], held[part])
            numbers = known["postings.ids"][spread(starts[answers.theirs[part]], held[part])]
            pairs, sums = _summed(
                places * len(known["names.weight"]) + numbers, np.repeat(answers.values[part], held[part])
            )
            places, numbers = np.divmod(pairs, len(known["names.weight"]))
            fit = np.flatnonzero(bounds.may_fit(sums, own, arrays["names.most"], places, numbers))
            places, numbers = places[fit], numbers[fit]
            over = bounds.over_margin(sums[fit], own[places], arrays["names.most"][places], numbers)
            found.append(np.unique(places[over >= 0]))
        return np.concatenate(found)


_COUNTED = ("words.weight", "words.left")


class _Answers(NamedTuple):
    """The answers to all words of all names: our name, the listed word, what it adds; and which words have any."""

    names: Numbers
    theirs: Numbers
    values: Numbers
    met: Numbers


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
    texts = arrays["words.text"].tobytes().decode("utf-8", "surrogatepass").split("\n")
    listed_words = np.flatnonzero(met)
    owners, theirs = index.vocabulary.sharing(
        [texts[word] for word in listed_words.tolist()], _keys_of(arrays, keys, met)
    )
    return texts, _Pairs(listed_words[owners], theirs)


def _answers(arrays: Mapping[str, Array], index: Index, texts: Sequence[str], pairs: _Pairs) -> _Answers:
    known, (listed_words, owners) = index.arrays, np.unique(pairs.words, return_inverse=True)
    near = list(index.vocabulary.alike([texts[word] for word in listed_words.tolist()], owners, pairs.theirs))
    lengths = np.zeros(len(texts), np.int64)
    lengths[listed_words] = [len(ids) for ids, _ in near]
    starts = np.cumsum(lengths) - lengths
    words = arrays["probes.word"]
    many = lengths[words]
    at = spread(starts[words], many)
    theirs = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])[at]
    alike = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])[at]
    weight, left = (np.repeat(arrays[each][words], many) for each in _COUNTED)
    supported = support(np.minimum(weight, known["tokens.weight"][theirs]), alike)
    values = packed(supported, left, known["tokens.left"][theirs])
    return _Answers(np.repeat(arrays["probes.name"], many).astype(np.int64), theirs, values, lengths > 0)


def _keys_of(arrays: Mapping[str, Array], keys: Numbers, words: Numbers) -> QueryKeys:
    """Return those of the keys that are asked for the marked words, by the word's place among these."""
    chosen = keys[words[arrays["words.keys_of"][keys]]]
    places = (np.cumsum(words) - 1)[arrays["words.keys_of"][chosen]]
    return QueryKeys(places, arrays["words.keys"][chosen], arrays["words.least"][chosen].astype(np.int64))


def _parts(names: Numbers, held: Numbers) -> Iterator[slice]:
    """Yield slices of not much more than `_ROWS` rows that part no name; names are in ascending order."""
    rows = np.cumsum(held)
    start = 0
    while start < len(names):
        end = int(np.searchsorted(rows, (rows[start - 1] if start else 0) + _ROWS)) + 1
        if end < len(names):
            end = int(np.searchsorted(names, names[end - 1], "right"))
        yield slice(start, min(end, len(names)))
        start = end


def _summed(pairs: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Return each pair once, and the sum of its values."""
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    return pairs[first], np.add.reduceat(values[order], first) if len(first) else values


class _Making:
    """Parties on their way into arrays."""

    def __init__(self, suffixes: Suffixes) -> None:
        self._suffixes = suffixes
        self._words: dict[str, int] = {}
        self._contents: list[str] = []
        self._measures: list[tuple[float, ...]] = []
        self._owner, self._probe_name, self._probe_word = (array("i") for _ in range(3))
        self._least = array("B")
        self._keys = {kind: (array("I"), array("i")) for kind in ("names", "parties", "words")}

    def add(self, content: str, party: Profile) -> None:
        """Take one party."""
        number = len(self._contents)
        self._contents.append(content)
        for name in party.names:
            place = len(self._owner)
            self._owner.append(number)
            self._measures.append((*query_measures(name), most_beside(party) + most_of(name)))
            for word in probes_of(name):
                self._probe_name.append(place)
                self._probe_word.append(self._word(word))
            self._under("names", number, query_keys(name))
        self._under("parties", number, party_keys(party, self._suffixes))
        for host in party.hosts:
            self._under("parties", number, look_keys(host, self._suffixes))

    def _word(self, word: str) -> int:
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = len(self._words)
            keys = query_word_keys(word)
            self._under("words", known, keys)
            self._least.extend(keys.values())
        return known

    def _under(self, kind: str, number: int, keys: Iterable[str]) -> None:
        hashes, owners = self._keys[kind]
        found = hashes_of(keys)
        hashes.extend(found)
        owners.extend([number] * len(found))

    def arrays(self) -> dict[str, Array]:
        """Return all that was taken."""
        own = np.array(self._measures, np.float32).reshape(-1, len(Measures._fields) + 1)
        made = {f"names.{each}": own[:, place].copy() for place, each in enumerate((*Measures._fields, "most"))}
        made |= {f"{kind}.keys": np.array(keys, np.uint32) for kind, (keys, _) in self._keys.items()}
        made |= {f"{kind}.keys_of": np.array(owners, np.int32) for kind, (_, owners) in self._keys.items()}
        weighed = np.array([counts(word) for word in self._words], np.float32).reshape(-1, 2)
        return made | {
            "parties.contents": _text(self._contents),
            "names.owner": np.array(self._owner, np.int32),
            "probes.name": np.array(self._probe_name, np.int32),
            "probes.word": np.array(self._probe_word, np.int32),
            "words.text": _text(self._words),
            "words.least": np.array(self._least, np.uint8),
            "words.weight": weighed[:, 0].copy(),
            "words.left": weighed[:, 1].copy(),
        }


def _text(lines: Iterable[str]) -> Array:
    return np.frombuffer("\n".join(lines).encode("utf-8", "surrogatepass"), np.uint8)
