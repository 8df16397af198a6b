"""An index of listed entities: who could be meant, before anything is scored. In memory, or mapped from a file."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from evenhand.model.errors import IndexUnreadable
from evenhand.model.hosts import Suffixes, registrable
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening.index.candidates import CandidateIndex, CandidateIndexBuilder
from evenhand.screening.index.entity_keys import (
    LAYOUT,
    beside_marks,
    label_keys,
    look_keys,
    most_beside,
    most_of,
    party_keys,
    query_keys,
)
from evenhand.screening.index.listed_entries import Entries, EntriesBuilder, Listed, listed_in
from evenhand.screening.index.name_keys import NameKeysBuilder
from evenhand.screening.index.ranges import in_order, spread, starts_of
from evenhand.screening.index.stored_arrays import Array, read_arrays, write_arrays
from evenhand.screening.index.vocabulary import Vocabulary
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.weights import SCORER
from evenhand.screening.names.word_keys import hashes_of
from evenhand.screening.parties.hosts import label_of, looks_like
from evenhand.screening.parties.profile import Profile

CANDIDATES = 4096
"""Listed names looked at for one of ours, at most. Nobody near the threshold is left out below it."""

_MOST_UNDER = 1024


class About(msgspec.Struct, frozen=True):
    """What an index was made of and by: the arrays' layout, the scorer's version with its word tables, the lists."""

    layout: int
    scorer: str
    versions: tuple[ListVersion, ...]


class Candidates(NamedTuple):
    """Entities that a party may be, by number, with the names that led to them, and which of them came by a key.

    An entity that a number, host or account leads to comes with all its names. Only those that came `as_whole`, by a
    name in one word, its acronym or the like, can bear a name that is the same as a whole.
    """

    names: dict[int, list[Name]]
    by_key: set[int]
    as_whole: set[int]


class Index:
    """Names, numbers, hosts and accounts of lists, each leading to the entities that bear them.

    It holds no statistic of a list: which candidates it offers depends on the lists, no score does.
    Cost: about 2 s to build for 10,400 entities with 27,000 names; opened from a file it is there at once.
    """

    def __init__(self, lists: Iterable[tuple[ListVersion, Iterable[ListedEntity]]], suffixes: Suffixes) -> None:
        kept = [(version, entities) for version, entities in lists]
        about = About(LAYOUT, SCORER, tuple(version for version, _ in kept))
        self._take(about, _arrays(listed_in(kept), suffixes), suffixes)

    @classmethod
    def open(cls, path: Path, suffixes: Suffixes, versions: Sequence[ListVersion] | None = None) -> "Index":
        """Return the index in a file that `save` wrote, of exactly these list versions if any are named.

        Raises:
            IndexUnreadable: no such file; cut short or changed; of another scorer or of other lists.
        """
        about, arrays = read_arrays(path, About)
        if about.layout != LAYOUT:
            raise IndexUnreadable("of another layout", where=path, got=about.layout, expected=str(LAYOUT), todo=_ANEW)
        if about.scorer != SCORER:
            raise IndexUnreadable("of another scorer", where=path, got=about.scorer, expected=SCORER, todo=_ANEW)
        if versions is not None and _told(about.versions) != _told(versions):
            raise IndexUnreadable("of other lists", where=path, got=_told(about.versions), todo=_ANEW)
        index = cls.__new__(cls)
        index._take(about, arrays, suffixes)
        return index

    def save(self, path: Path) -> None:
        """Write the index as one file, whole or not at all."""
        write_arrays(path, self.about, self._arrays | self._vocabulary.worked_out())

    def _take(self, about: About, arrays: dict[str, Array], suffixes: Suffixes) -> None:
        self.about, self.suffixes, self._arrays = about, suffixes, arrays
        self.entries = Entries(arrays)
        text = arrays["tokens.text"].tobytes().decode("utf-8", "surrogatepass")
        self._vocabulary = Vocabulary(text.split("\n") if text else [], arrays)
        self._reach = CandidateIndex(arrays, self._vocabulary)
        self._owner, self._first = arrays["names.owner"], arrays["entries.first_name"]

    @property
    def arrays(self) -> Mapping[str, Array]:
        """Return the arrays that the index is made of."""
        return self._arrays

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words of all listed names."""
        return self._vocabulary

    def version(self, listed: Listed) -> ListVersion:
        """Return the list version that an entity of this index stands on."""
        return self.about.versions[listed.source]

    def candidates(self, parties: Sequence[Profile]) -> list[Candidates]:
        """Return, for each party, the entities that may be meant. A party's answer depends on no other party."""
        names, owners, most, marks = [], [], [], []
        for place, party in enumerate(parties):
            beside, marked = most_beside(party), beside_marks(party)
            for name in party.names:
                names.append(name)
                owners.append(place)
                most.append(beside + most_of(name))
                marks.append(marked)
        reached = self._reach.reached(names, most, marks)
        exactly = self._exactly(names)
        chosen: list[dict[int, None]] = [dict.fromkeys(ids) for ids in exactly]
        left = [CANDIDATES] * len(names)
        for ours, theirs in zip(reached.ours, reached.theirs, strict=True):
            if left[ours]:
                chosen[ours][theirs] = None
                left[ours] -= 1
        found = [Candidates({}, by_key, set(by_key)) for by_key in self._by_key(parties)]
        self._add_names(found, owners, chosen)
        for place, whole in zip(owners, exactly, strict=True):
            if whole:
                found[place].as_whole.update(self._owner[whole].tolist())
        for names_of, by_key, _ in found:
            names_of |= {number: list(self.entries[number].profile.names) for number in sorted(by_key)}
        return found

    def lookalikes(self, parties: Sequence[Profile]) -> list[dict[int, tuple[str, str]]]:
        """Return, for each party, entities whose host a host of its looks like without being it: (ours, theirs)."""
        found: list[dict[int, tuple[str, str]]] = [{} for _ in parties]
        hosts = [(place, host) for place, party in enumerate(parties) for host in sorted(party.hosts)]
        met = set(self._under("entries", [look_keys(host, self.suffixes) for _, host in hosts]))
        for at, number in sorted(met):
            place, host = hosts[at]
            label = label_of(host, self.suffixes)
            for theirs in sorted(self.entries[number].profile.hosts):
                apart = registrable(host, self.suffixes) != registrable(theirs, self.suffixes)
                listed = label_of(theirs, self.suffixes)
                if apart and listed and looks_like(label, listed):
                    found[place].setdefault(number, (host, theirs))
        return found

    def _add_names(self, found: Sequence[Candidates], places: Sequence[int], chosen: Sequence[Collection[int]]) -> None:
        """Put listed names under the entities that bear them: those chosen for the party in each place."""
        numbers = np.fromiter((number for each in chosen for number in each), np.int64)
        owners = self._owner[numbers]
        bearers = zip(owners.tolist(), (numbers - self._first[owners]).tolist(), strict=True)
        for place, each in zip(places, chosen, strict=True):
            names_of = found[place].names
            for owner, at in islice(bearers, len(each)):
                name = self.entries[owner].profile.names[at]
                several = names_of.setdefault(owner, [])
                if name not in several:
                    several.append(name)

    def _by_key(self, parties: Sequence[Profile]) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in parties]
        for place, number in self._under("entries", [party_keys(party, self.suffixes) for party in parties]):
            found[place].add(number)
        return found

    def _exactly(self, names: Sequence[Name]) -> list[list[int]]:
        """Return, for each name, those that are written as one word where it is not or the reverse, or its acronym."""
        found: list[list[int]] = [[] for _ in names]
        for place, number in self._under("names", [dict.fromkeys(query_keys(name)) for name in names]):
            found[place].append(number)
        return found

    def _under(self, table: str, several: Sequence[Iterable[str]]) -> Iterator[tuple[int, int]]:
        """Yield what stands under these keys: place of the keys, number; at most 1,024 a key."""
        hashed = [hashes_of(keys) for keys in several]
        hashes = np.array([each for of in hashed for each in of], np.uint32)
        places = np.repeat(np.arange(len(hashed)), [len(of) for of in hashed])
        known, numbers = self._arrays[f"{table}.keys"], self._arrays[f"{table}.under"]
        starts = np.searchsorted(known, hashes, "left")
        met = np.flatnonzero(known[np.minimum(starts, len(known) - 1)] == hashes) if len(known) else starts[:0]
        starts, hashes, places = starts[met], hashes[met], places[met]
        lengths = np.minimum(np.searchsorted(known, hashes, "right") - starts, _MOST_UNDER)
        found = np.repeat(places, lengths), numbers[spread(starts, lengths)]
        return zip(*(each.tolist() for each in found), strict=True)


_ANEW = "build it again from the lists"


def _told(versions: Sequence[ListVersion]) -> list[str]:
    named = [(f"{each.key}@{each.sha256}/{each.reader}/{each.reader_version}", each.days) for each in versions]
    return [text if days is None else f"{text} since {days[0]}" for text, days in named]


def _arrays(listed: Iterable[Listed], suffixes: Suffixes) -> dict[str, Array]:
    """Return the arrays of an index: first what is kept of the entities, then how their words are found."""
    tokens, words, beside = _read(listed, suffixes)
    text = np.frombuffer("\n".join(tokens).encode("utf-8", "surrogatepass"), np.uint8)
    return {**words, **Vocabulary.build(tokens), "tokens.text": text, **beside}


def _read(listed: Iterable[Listed], suffixes: Suffixes) -> tuple[list[str], dict[str, Array], dict[str, Array]]:
    """Return all words, and arrays of entities and words and of all else; what it took to make them is let go."""
    entries, reach = EntriesBuilder(), CandidateIndexBuilder()
    name_keys, entry_keys = NameKeysBuilder(reach.ids), array("Q")
    counts, marks = array("i"), array("Q")
    for number, each in enumerate(listed):
        entries.add(each)
        for name in each.profile.names:
            reach.add(name)
            name_keys.add(name, media=each.media)
        keys = (*party_keys(each.profile, suffixes), *label_keys(each.profile, suffixes))
        entry_keys.extend([key << 32 | number for key in hashes_of(keys)])
        counts.append(len(each.profile.names))
        marks.extend(beside_marks(each.profile))
    names_under, under = (in_order(several) for several in (name_keys.pairs(), entry_keys))
    tokens, postings = reach.arrays()
    births, countries = np.frombuffer(marks, np.uint64).reshape(-1, 2).T
    return (
        tokens,
        entries.arrays() | postings,
        {
            "entries.first_name": starts_of(counts),
            "entries.keys": under[0],
            "entries.under": under[1],
            "names.births": np.repeat(births, counts),
            "names.countries": np.repeat(countries, counts),
            "names.owner": np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            "names.keys": names_under[0],
            "names.under": names_under[1],
        },
    )
