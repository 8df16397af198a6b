"""The tokens of all listed names, found again through spelling, sound and script."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from evenhand.screening.index.ranges import in_order, spread, starts_of
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.index.token_similarities import firm_similarities
from evenhand.screening.names.compounds import after_article, is_part
from evenhand.screening.names.word_keys import hashes_of, listed_word_keys, query_word_keys

_PARTS = 100
_CROWDED = 400
_MOST_PRECOMPUTED = 1 << 18
_AT_ONCE = 1 << 12

Near = tuple[NDArray[np.int32], NDArray[np.float32]]


class QueryKeys(NamedTuple):
    """Keys that tokens ask under: place of the token, the key's number, how much must be written alike."""

    places: NDArray[np.int64]
    hashes: NDArray[np.uint32]
    least: NDArray[np.int64]


def query_keys_of(tokens: Sequence[str]) -> QueryKeys:
    """Return all keys under which listed words may wait for these."""
    query_keys = [(place, *key) for place, token in enumerate(tokens) for key in query_word_keys(token).items()]
    return QueryKeys(
        np.array([place for place, _, _ in query_keys], np.int64),
        np.array(hashes_of(key for _, key, _ in query_keys), np.uint32),
        np.array([least for _, _, least in query_keys], np.int64),
    )


class Vocabulary:
    """Tokens under keys that survive what happens to names: one letter lost, another romanisation, another script.

    What listed tokens look like is worked out once, when the index is saved.
    """

    def __init__(self, tokens: Sequence[str], arrays: Mapping[str, Array]) -> None:
        self.tokens = tokens
        self._keys, self._under = arrays["vocabulary.keys"], arrays["vocabulary.under"]
        self._starts = arrays["vocabulary.near_starts"]
        self._near, self._alike = arrays["vocabulary.near"], arrays["vocabulary.alike"]
        # Of a list of very many nothing is stored; their numbers would take 17 MB and a quarter of a second to open.
        self._ids = {token: number for number, token in enumerate(tokens)} if len(self._starts) > 1 else {}

    @staticmethod
    def build(tokens: Sequence[str]) -> dict[str, Array]:
        """Return the arrays of these tokens, which are all different."""
        pairs = array("Q")
        for number, token in enumerate(tokens):
            pairs.extend([key << 32 | number for key in hashes_of(set(listed_word_keys(token)))])
        keys, under = in_order(pairs)
        return {
            "vocabulary.keys": keys,
            "vocabulary.under": under,
            "vocabulary.near_starts": np.zeros(1, np.int64),
            "vocabulary.near": np.empty(0, np.int32),
            "vocabulary.alike": np.empty(0, np.float32),
        }

    def worked_out(self) -> dict[str, Array]:
        """Return the arrays that hold what each listed token looks like; nothing for a list of very many."""
        if len(self.tokens) > _MOST_PRECOMPUTED or len(self._starts) > 1:
            return {}
        near = self.near(self.tokens)
        return {
            "vocabulary.near_starts": starts_of(len(ids) for ids, _ in near),
            "vocabulary.near": np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)]),
            "vocabulary.alike": np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)]),
        }

    def near(self, tokens: Sequence[str]) -> list[Near]:
        """Return, for each token, the listed tokens like it and how alike they are, above the floor of `similarity`."""
        known = dict(self._stored(tokens))
        unknown = [token for token in dict.fromkeys(tokens) if token not in known]
        for start in range(0, len(unknown), _AT_ONCE):
            part = unknown[start : start + _AT_ONCE]
            known.update(zip(part, self.alike(part, *self.sharing(part, query_keys_of(part))), strict=True))
        return [known[token] for token in tokens]

    def _stored(self, tokens: Iterable[str]) -> Iterator[tuple[str, Near]]:
        if len(self._starts) <= 1:
            return
        for token in tokens:
            number = self._ids.get(token)
            if number is not None:
                start, end = self._starts[number], self._starts[number + 1]
                yield token, (self._near[start:end], self._alike[start:end])

    def alike(self, tokens: Sequence[str], owners: Array, ids: Array) -> Iterator[Near]:
        """Yield the answer of each token, out of pairs of a token's place and a listed token in the order of places."""
        stored = dict(self._stored(tokens))
        is_new = np.array([token not in stored for token in tokens], bool)[owners]
        owners, ids = owners[is_new], ids[is_new]
        listed = [self.tokens[number] for number in ids.tolist()]
        alike = firm_similarities([tokens[owner] for owner in owners.tolist()], listed)
        bounds = np.searchsorted(owners, np.arange(len(tokens) + 1)).tolist()
        for token, (start, end) in zip(tokens, pairwise(bounds), strict=True):
            found, others = alike[start:end], ids[start:end]
            if after_article(token):
                found = np.where([is_part(token, other) for other in listed[start:end]], 1.0, found)
            kept = found > 0
            yield stored.get(token) or (others[kept].astype(np.int32), found[kept].astype(np.float32))

    def sharing(self, tokens: Sequence[str], query_keys: QueryKeys) -> tuple[Array, Array]:
        """Return the pairs of a token's place and a listed token that share a key, in order.

        Those that are compared by their letters are so in one go, and most of them are let go.
        """
        starts = np.searchsorted(self._keys, query_keys.hashes, "left")
        lengths = np.minimum(np.searchsorted(self._keys, query_keys.hashes, "right") - starts, _CROWDED)
        owners = np.repeat(query_keys.places, lengths)
        size = max(len(self.tokens), 1)
        shared = (owners * size + self._under[spread(starts, lengths)]) * _PARTS + np.repeat(query_keys.least, lengths)
        shared.sort()
        shared = shared[np.flatnonzero(np.diff(shared // _PARTS, prepend=-1))]  # `np.unique` would sort once more
        least = shared % _PARTS
        owners, ids = np.divmod(shared // _PARTS, size)
        doubtful = np.flatnonzero(least)
        ours = [tokens[owner] for owner in owners[doubtful].tolist()]
        theirs = [self.tokens[number] for number in ids[doubtful].tolist()]
        written = cpdist(ours, theirs, scorer=OSA.normalized_similarity, dtype=np.float32)
        kept = least == 0
        kept[doubtful] = written * _PARTS >= least[doubtful]
        return owners[kept], ids[kept]
