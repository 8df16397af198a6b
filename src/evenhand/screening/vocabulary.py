"""The tokens of all listed names, found again through spelling, sound and script."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from evenhand.screening.script import LOSSY
from evenhand.screening.similarity import bare_skeleton, similarity, skeleton, soft
from evenhand.screening.words import VARIANTS

_LONGEST = 24
_LONGEST_SOFT = 6
_LONG_BONES = 5
_TELLING_BONES = 3
_CROWDED = 400


class Vocabulary:
    """Tokens under keys that survive what happens to names: one letter lost, another romanisation, another script.

    Two tokens at one edit share a deletion key (Garbe's symmetric deletion); romanisations share a skeleton.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = tuple(tokens)
        keys: dict[str, list[int]] = defaultdict(list)
        for number, token in enumerate(self._tokens):
            for key in {*_keys(token), _met_as(token)}:
                keys[key].append(number)
        self._keys = {key: ids[0] if len(ids) == 1 else tuple(ids) for key, ids in keys.items()}

    def neighbours(self, token: str) -> list[tuple[str, float]]:
        """Return the listed tokens like this one with their similarity, at least the floor of `similarity`."""
        found: set[int] = set()
        for key in {*_keys(token), *_answers(token)}:
            ids = self._keys.get(key)
            if isinstance(ids, int):
                found.add(ids)
            elif ids is not None:
                found.update(ids[:_CROWDED])
        alike = ((self._tokens[number], similarity(token, self._tokens[number])) for number in sorted(found))
        return [(other, similar) for other, similar in alike if similar > 0]


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
