"""The tokens of all listed names, found again through spelling, sound and script."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.ranges import grouped, spread
from evenhand.screening.script import LOSSY
from evenhand.screening.similarity import bare_skeleton, similarity, skeleton, soft
from evenhand.screening.stored import Array
from evenhand.screening.words import VARIANTS

_LONGEST = 24
_LONGEST_SOFT = 8
_LONG_BONES = 5
_TELLING_BONES = 3
_CROWDED = 400
_MOST_PRECOMPUTED = 1 << 18
_MOST_REMEMBERED = 1 << 15

Near = tuple[NDArray[np.int32], NDArray[np.float32]]


class Vocabulary:
    """Tokens under keys that survive what happens to names: one letter lost, another romanisation, another script.

    Two tokens at one edit share a deletion key (Garbe's symmetric deletion); romanisations share a skeleton. A key is
    kept as its CRC-32: two keys that collide cost a comparison, never an answer. What listed tokens look like is
    worked out once, when the index is built; other tokens are remembered by their letters.
    """

    def __init__(self, tokens: Sequence[str], arrays: Mapping[str, Array]) -> None:
        self.tokens = tokens
        self._ids = {token: number for number, token in enumerate(tokens)}
        self._keys, self._under = arrays["vocabulary.keys"], arrays["vocabulary.under"]
        self._starts = arrays["vocabulary.near_starts"]
        self._near, self._alike = arrays["vocabulary.near"], arrays["vocabulary.alike"]
        self._known: dict[str, Near] = {}

    @staticmethod
    def build(tokens: Sequence[str]) -> dict[str, Array]:
        """Return the arrays of these tokens, which are all different."""
        keyed = [(_hash(key), number) for number, token in enumerate(tokens) for key in _keys_listed(token)]
        keys, under = grouped(keyed, np.uint32)
        arrays = {
            "vocabulary.keys": keys,
            "vocabulary.under": under,
            "vocabulary.near_starts": np.zeros(1, np.int64),
            "vocabulary.near": np.empty(0, np.int32),
            "vocabulary.alike": np.empty(0, np.float32),
        }
        if len(tokens) > _MOST_PRECOMPUTED:
            return arrays
        near = Vocabulary(tokens, arrays).near(tokens)
        lengths = [len(ids) for ids, _ in near]
        arrays["vocabulary.near_starts"] = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
        arrays["vocabulary.near"] = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in near)])
        arrays["vocabulary.alike"] = np.concatenate([np.empty(0, np.float32), *(alike for _, alike in near)])
        return arrays

    def near(self, tokens: Sequence[str]) -> list[Near]:
        """Return, for each token, the listed tokens like it and how alike they are, above the floor of `similarity`."""
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        fresh = [token for token in dict.fromkeys(tokens) if token not in self._known]
        self._known.update(self._stored(fresh))
        unknown = [token for token in fresh if token not in self._known]
        self._known.update(self._found(unknown))
        return [self._known[token] for token in tokens]

    def _stored(self, tokens: Iterable[str]) -> Iterator[tuple[str, Near]]:
        if len(self._starts) <= 1:
            return
        for token in tokens:
            number = self._ids.get(token)
            if number is not None:
                start, end = self._starts[number], self._starts[number + 1]
                yield token, (self._near[start:end], self._alike[start:end])

    def _found(self, tokens: Sequence[str]) -> Iterator[tuple[str, Near]]:
        asked = [(_hash(key), number) for number, token in enumerate(tokens) for key in _keys_asked(token)]
        hashes = np.array([key for key, _ in asked], np.uint32)
        owners = np.array([number for _, number in asked], np.int64)
        starts = np.searchsorted(self._keys, hashes, "left")
        lengths = np.minimum(np.searchsorted(self._keys, hashes, "right") - starts, _CROWDED)
        found = np.unique(np.repeat(owners, lengths) * len(self.tokens) + self._under[spread(starts, lengths)])
        bounds = np.searchsorted(found, np.arange(len(tokens) + 1) * len(self.tokens)).tolist()
        numbers = (found % max(len(self.tokens), 1)).tolist()
        for number, token in enumerate(tokens):
            ids = numbers[bounds[number] : bounds[number + 1]]
            alike = [similarity(token, self.tokens[other]) for other in ids]
            kept = [(other, value) for other, value in zip(ids, alike, strict=True) if value]
            yield (
                token,
                (np.array([each for each, _ in kept], np.int32), np.array([value for _, value in kept], np.float32)),
            )


def _hash(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def _keys_listed(token: str) -> set[str]:
    return {*_keys(token), _met_as(token)}


def _keys_asked(token: str) -> set[str]:
    return {*_keys(token), *_answers(token)}


def _keys(token: str) -> Iterator[str]:
    yield token
    if len(token) == 1:
        return
    bones = bare_skeleton(token)
    if len(bones) > 1:
        yield f"~{bones}" if token[0] == LOSSY else f"|{skeleton(token)}"
    for group in VARIANTS.get(token, ()):
        yield f"={group}"
    if token[0] == LOSSY:
        return
    if len(bones) >= _LONG_BONES:
        yield from (f"~{bones[:i]}{bones[i + 1 :]}" for i in range(len(bones)))
    if len(token) <= _LONGEST_SOFT:
        yield f"*{soft(token)}"
    if len(token) <= _LONGEST:
        yield from (token[:i] + token[i + 1 :] for i in range(len(token)))


def _met_as(token: str) -> str:
    """Return the key under which a listed token waits for tokens of the other kind of script."""
    return f"~{bare_skeleton(token)}" if token[0] == LOSSY else f"<{bare_skeleton(token)}"


def _answers(token: str) -> tuple[str, ...]:
    """Return the keys of listed tokens with the same consonants: of the other kind of script, or long enough."""
    bones = bare_skeleton(token)
    if token[0] == LOSSY:
        return (f"<{bones}",)
    return (f"~{bones}", f"<{bones}") if len(bones) >= _TELLING_BONES else (f"~{bones}",)
