"""An in-memory index of listed entities: who could be meant, before anything is scored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evenhand.model.hosts import Suffixes, registrable
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening.identifiers import Number
from evenhand.screening.normal import Name
from evenhand.screening.profile import Profile, profile_of_entity
from evenhand.screening.reach import label_of, lookalikes
from evenhand.screening.score import acronyms
from evenhand.screening.vocabulary import Vocabulary
from evenhand.screening.weights import MARGIN, ORGANISATION, PERSON, SAME_BIRTH_DAY, SAME_COUNTRY
from evenhand.screening.words import weight_of

CANDIDATES = 64
_LENGTH_COSTS = 0.3
_LEAST_ALIKE = 0.75
_SLACK = 1.0

Ids = NDArray[np.int32]
Values = NDArray[np.float32]


class Listed:
    """One listed entity in the index, with its list version and comparable profile."""

    __slots__ = ("entity", "profile", "version")

    def __init__(self, entity: ListedEntity, version: ListVersion) -> None:
        self.entity, self.version = entity, version
        self.profile = profile_of_entity(entity)

    @property
    def is_media(self) -> bool:
        """Whether the entry describes who controls a news outlet, rather than designating somebody."""
        return bool(self.entity.values("controlTypology"))


class Index:
    """Names, numbers, hosts and accounts of lists, each leading to the entities that bear them.

    It holds no statistic of a list: which candidates it offers depends on the lists, no score does.
    Cost: about 3 s and 100 MB for 10,400 entities with 27,000 names.
    """

    def __init__(self, lists: Iterable[tuple[ListVersion, Sequence[ListedEntity]]], suffixes: Suffixes) -> None:
        self.suffixes = suffixes
        self.listed = tuple(Listed(entity, version) for version, entities in lists for entity in entities)
        self.names: list[Name] = []
        self._owner: list[int] = []
        for number, listed in enumerate(self.listed):
            self.names.extend(listed.profile.names)
            self._owner.extend([number] * len(listed.profile.names))
        self._index_names()
        self._index_keys()
        self._postings_of = lru_cache(maxsize=1 << 13)(self._read_postings)

    def candidates(self, party: Profile) -> tuple[dict[int, list[Name]], set[int]]:
        """Return the entities that may be meant, by number, with the names that led to them, and who came by a key.

        An entity that a number, host or account leads to comes with all its names.
        """
        by_key = self._by_key(party)
        most = SAME_BIRTH_DAY + SAME_COUNTRY if party.births else SAME_COUNTRY
        names_of: dict[int, dict[int, None]] = {}
        for name in party.names:
            for name_id in self._by_name(name, most):
                names_of.setdefault(self._owner[name_id], {})[name_id] = None
        found = {number: [self.names[name_id] for name_id in ids] for number, ids in names_of.items()}
        found |= {number: list(self.listed[number].profile.names) for number in by_key}
        return found, by_key

    def lookalikes(self, party: Profile) -> dict[int, tuple[str, str]]:
        """Return entities whose host a host of the party looks like without being it: (ours, theirs)."""
        found: dict[int, tuple[str, str]] = {}
        for host in sorted(party.hosts):
            label = label_of(host, self.suffixes)
            for other in sorted(lookalikes(label)) if label else ():
                for theirs, number in self._labels.get(other, ()):
                    if registrable(host, self.suffixes) != registrable(theirs, self.suffixes):
                        found.setdefault(number, (host, theirs))
        return found

    def _index_names(self) -> None:
        postings: dict[str, list[int]] = defaultdict(list)
        whole: dict[str, list[int]] = defaultdict(list)
        for name_id, name in enumerate(self.names):
            for token in {*name.tokens, *(f"#{number}" for number in name.numbers if not name.tokens)}:
                postings[token].append(name_id)
            for joined in {name.joined, *_joined_pairs(name), *(f"!{each}" for each in acronyms(name))}:
                whole[joined].append(name_id)
        self._vocabulary = Vocabulary(postings)
        self._postings = {token: np.array(ids, dtype=np.int32) for token, ids in postings.items()}
        self._joined = {joined: ids[0] if len(ids) == 1 else tuple(ids) for joined, ids in whole.items()}
        self._weights = np.array([name.weight for name in self.names], dtype=np.float32)
        kinds = [PERSON if name.person else ORGANISATION for name in self.names]
        table = [(w.prior + w.whole, w.cover, w.info, w.both, w.extra, w.missing) for w in kinds]
        self._name_weights = np.array(table, dtype=np.float32).reshape(-1, 6)
        self._sums = np.zeros(len(self.names), dtype=np.float32)

    def _index_keys(self) -> None:
        self._keys: dict[Number | str, list[int]] = defaultdict(list)
        self._labels: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for number, listed in enumerate(self.listed):
            profile = listed.profile
            names = {name for host in profile.hosts if (name := registrable(host, self.suffixes))}
            for key in _keys(profile, names):
                self._keys[key].append(number)
            for host in profile.hosts:
                if label := label_of(host, self.suffixes):
                    self._labels[label].append((host, number))

    def _by_key(self, party: Profile) -> set[int]:
        names = {name for host in party.hosts if (name := registrable(host, self.suffixes))}
        return {number for key in _keys(party, names) for number in self._keys.get(key, ())}

    def _by_name(self, name: Name, most: float) -> list[int]:
        """Return name ids by how much of the name they answer, the best first, at most `CANDIDATES`.

        `most` is what everything but names could add to the sum.
        """
        probes = [ids for token in dict.fromkeys(name.tokens) if (ids := self._add(token)) is not None]
        exact = self._exactly(name)
        chosen = self._best(probes, name.weight, most) if probes else []
        for ids in probes:
            self._sums[ids] = 0
        return list(dict.fromkeys([*exact, *chosen]))

    def _add(self, token: str) -> Ids | None:
        ids, values = self._postings_of(token)
        if not len(ids):
            return None
        self._sums[ids] += values
        return ids

    def _best(self, probes: list[Ids], weight: float, most: float) -> list[int]:
        ids = np.unique(np.concatenate(probes)) if len(probes) > 1 else probes[0]
        ids = ids[self._reach(ids, weight) + most >= MARGIN]
        ranks = self._sums[ids] - _LENGTH_COSTS * self._weights[ids]
        order: list[int] = ids[np.lexsort((ids, -ranks))].tolist()
        return order[:CANDIDATES]

    def _reach(self, ids: Ids, weight: float) -> Values:
        """Return about how much these names could say for a match, from the tokens that answer each other alone."""
        sums, weights = self._sums[ids], self._weights[ids]
        shorter = np.minimum(weights, weight)
        base, cover, info, both, extra, missing = self._name_weights[ids].T
        unanswered = np.maximum(shorter - sums / _LEAST_ALIKE, 0)
        more = np.clip(weight - weights, -2, 2)
        reach: Values = base + cover * np.minimum(sums / shorter, 1) + info * np.minimum(sums, 2) + both * unanswered
        reach += np.where(more > 0, extra * more, -missing * more)
        return reach + _SLACK

    def _exactly(self, name: Name) -> list[int]:
        found: list[int] = []
        for joined in (name.joined, f"!{name.joined}", *_joined_pairs(name)):
            ids = self._joined.get(joined, ())
            found.extend([ids] if isinstance(ids, int) else ids[:CANDIDATES])
        for joined in _joined_pairs(name):
            found.extend(self._postings[joined][:CANDIDATES].tolist() if joined in self._postings else ())
        for token in name.tokens:
            if len(token) >= _SHORTEST_JOINED:
                ids = self._joined.get(token, ())
                found.extend([ids] if isinstance(ids, int) else ids[:CANDIDATES])
        return found

    def _read_postings(self, token: str) -> tuple[Ids, Values]:
        """Return the names that hold a token like this one, with the weight of their best answer."""
        alike = sorted(self._vocabulary.neighbours(token), key=lambda each: -each[1])
        if not alike:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        weight = weight_of(token)
        ids = np.concatenate([self._postings[other] for other, _ in alike])
        values = np.repeat(
            np.array([min(weight, weight_of(other)) * similar for other, similar in alike], np.float32),
            [len(self._postings[other]) for other, _ in alike],
        )
        order = np.lexsort((-values, ids))
        ids, values = ids[order], values[order]
        first = np.concatenate(([True], ids[1:] != ids[:-1]))
        return ids[first], values[first]


_SHORTEST_JOINED = 6


def _keys(profile: Profile, names: set[str]) -> set[Number | str]:
    keys: set[Number | str] = set(profile.numbers)
    return keys | profile.accounts | names


def _joined_pairs(name: Name) -> list[str]:
    """Return neighbouring tokens written as one, both ways round at the comma of `SURNAME, Given`."""
    tokens = name.tokens
    pairs = [a + b for a, b in pairwise(tokens)]
    if len(tokens) > 1:
        pairs.append(tokens[-1] + tokens[0])
    return [pair for pair in pairs if len(pair) >= _SHORTEST_JOINED]
