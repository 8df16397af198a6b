"""The keys under which a word is found again by one that is spelled, heard or written otherwise.

A key's first character says what two words share that meet under it: letters but a few (none, `>`, `$`, `%`, `@`),
consonants but one (`-` and, of words that have few, accents), a sound, a script's letters, a table's line.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from zlib import crc32

from evenhand.screening.names.compounds import after_article
from evenhand.screening.names.script import LOSSY
from evenhand.screening.names.similarity import bare_skeleton, frame, skeleton, soft, throat
from evenhand.screening.names.words import KINDS, VARIANTS

# What must be alike, in hundredths of the letters, for the scorer to see anything in two words that share a key.
_LEAST = dict.fromkeys("~=<{}*&/\\", 0) | {"|": 30, "^": 50, "-": 50, "`": 57, "´": 57}
_LEAST_BY_LETTERS = 66

_LONG = 7
_SHORT = 4
_VOWEL = re.compile("[aeiou]")
_FRENCH = re.compile(r"ou(?=[aeiy])")  # `Raoui` for Rawi
_BEGUN, _BEGINNING = 6, 4
_ENDED, _BOTH = 8, 3
_TWICE = range(6, 10)
_END = 5
_SHUFFLED = 5
_SHORTEST_PART = 3
_LONGEST = 24
_LONGEST_SOFT = 8
_FEW_BONES = 3
_TELLING_BONES = 3


def hash_of(key: str) -> int:
    """Return the number that stands for a key, its CRC-32: two keys that collide cost a comparison, no answer."""
    return crc32(key.encode("utf-8", "surrogatepass"))


def hashes_of(keys: Iterable[str]) -> list[int]:
    """Return `hash_of` of each of these keys, several times faster."""
    several = list(keys)
    try:
        return list(map(crc32, map(str.encode, several)))
    except UnicodeEncodeError:  # half a character
        return [hash_of(key) for key in several]


def listed_word_keys(token: str) -> Iterator[str]:
    """Yield the keys under which a listed word waits."""
    yield from _keys(token)
    bones = bare_skeleton(token)
    yield f"~{bones}" if token[0] == LOSSY else f"<{bones}"
    yield f"{'{' if token[0] == LOSSY else '}'}{frame(token)}"
    yield f"/{token}"
    yield from _few_bones(token, "´", "`")
    if KINDS.get(token):
        yield from (f"\\{token[:end]}" for end in range(_SHORTEST_PART, len(token)))


def query_word_keys(token: str) -> dict[str, int]:
    """Return the keys under which listed words may wait for this one: of its own script, and of the other kind.

    With each, how much of the two words must be written alike to be looked at at all, in hundredths of the letters.
    """
    keys = {key: _LEAST.get(key[0], _LEAST_BY_LETTERS) for key in _asked(token)}
    if joined := after_article(token):
        keys |= dict.fromkeys((joined.article, *_keys(joined.rest)), 0)
    return keys


def _asked(token: str) -> Iterator[str]:
    yield from _keys(token)
    bones = bare_skeleton(token)
    if token[0] == LOSSY:
        yield from (f"<{bones}", f"}}{frame(token)}")
        return
    yield from (f"~{bones}", f"{{{frame(token)}")
    yield from _few_bones(token, "`", "´")
    if len(token) in _TWICE:
        yield from (token[:i] + token[i + 1 : j] + token[j + 1 :] for i, j in combinations(range(len(token)), 2))
    if len(bones) >= _TELLING_BONES:
        yield f"<{bones}"
    yield f"\\{token}"
    if KINDS.get(token):
        yield from (f"/{token[:end]}" for end in range(_SHORTEST_PART, len(token)))


def _keys(token: str) -> list[str]:
    keys = [token, *(f"={group}" for group in VARIANTS.get(token, ()))]
    if token[0] == LOSSY:
        keys.append(f"~{bare_skeleton(token)}")
    elif len(token) > 1:
        _add_by_letters(keys, token)
        _add_by_sound(keys, token)
    return keys


def _add_by_letters(keys: list[str], token: str) -> None:
    """Two words at one edit share what is left without one letter (Garbe's symmetric deletion); long ones an end."""
    if len(token) <= _LONGEST:
        keys += _without_one(token)
    if len(token) >= _BEGUN:
        keys.append(f"%{token[:_BEGINNING]}")
    if len(token) >= _ENDED:
        keys.append(f"@{token[:_BOTH]}{token[-_BOTH:]}")
    if len(token) >= _LONG:
        keys += (f">{token[:_END]}", f"${token[-_END:]}")
    if len(token) >= _SHUFFLED:
        keys.append(f"&{''.join(sorted(token))}")


def _add_by_sound(keys: list[str], token: str) -> None:
    """Romanisations of one word share a skeleton, or one of its consonants apart."""
    bones = skeleton(token)
    if len(bare_skeleton(token)) > 1:
        keys.append(f"|{bones}")
    elif len(token) <= _SHORT and (vowel := _VOWEL.search(token)):
        keys.append(f"|{bones}{vowel[0]}")
    if len(heard := throat(token)) >= _TELLING_BONES:
        keys.append(f"^{heard}")
    if len(bones) > _FEW_BONES:
        keys.append(f"-{bones}")
    if len(bones) > _FEW_BONES + 1:
        keys += [f"-{each}" for each in _without_one(bones)]
    if len(token) <= _LONGEST_SOFT:
        keys.append(f"*{soft(token)}")
    if "w" in token or _FRENCH.search(token):
        keys.append(f"|{_FRENCH.sub('w', token)}")


def _few_bones(token: str, whole: str, apart: str) -> Iterator[str]:
    """Long words of three and of four consonants meet, those of four do not: that would be half of all words."""
    bones = skeleton(token) if len(token) >= _BEGUN else ""
    if len(bones) == _FEW_BONES:
        yield f"{whole}{bones}"
    elif len(bones) == _FEW_BONES + 1:
        yield from (f"{apart}{each}" for each in _without_one(bones))


def _without_one(text: str) -> list[str]:
    return [text[:i] + text[i + 1 :] for i in range(len(text))]
