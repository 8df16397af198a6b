"""Chinese names of persons in other Latin spellings: Cantonese, Hokkien and Wade-Giles beside pinyin."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from evenhand.screening.names.words import table_lines

_SURNAME = "*"
_MOST_LETTERS = 12
_LENGTHS = range(2, 5)
_MOST_READINGS = 4


def _spellings() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for head, others in table_lines("chinese_syllables.txt"):
        pinyin = head.removesuffix(_SURNAME)
        for spelling in (pinyin, *others.split()):
            found.setdefault(spelling, set()).add(pinyin)
    return {spelling: frozenset(syllables) for spelling, syllables in found.items()}


_SPELLINGS: Mapping[str, frozenset[str]] = MappingProxyType(_spellings())
_SURNAMES = frozenset(
    head.removesuffix(_SURNAME) for head, _ in table_lines("chinese_syllables.txt") if head.endswith(_SURNAME)
)
_PINYIN = frozenset(syllable for syllables in _SPELLINGS.values() for syllable in syllables)

Syllables = tuple[str, ...]


def is_same_chinese_name(ours: Sequence[str], theirs: Sequence[str]) -> tuple[Syllables, Syllables] | None:
    """Return two persons' words as syllables, surname first, if they may spell one Chinese name; else None.

    Every syllable of one must be a spelling of the other's. Two names in pinyin are as they stand; of two syllables
    the given name must be equal, since half of all such names share a surname's sound.

    >>> is_same_chinese_name(("cheung", "kwok", "keung"), ("zhang", "guoqiang"))
    (('cheung', 'kwok', 'keung'), ('zhang', 'guo', 'qiang'))
    >>> is_same_chinese_name(("wang", "lin"), ("huang", "lin")) is None
    True
    """
    if not (readings := chinese_readings(tuple(ours))):
        return None
    for mine, other in product(readings, chinese_readings(tuple(theirs))):
        if len(mine) != len(other) or (len(ours) == len(theirs) and _PINYIN.issuperset((*mine, *other))):
            continue
        if len(mine) == _LENGTHS[0] and mine[1] != other[1]:
            continue
        if all(_SPELLINGS[a] & _SPELLINGS[b] for a, b in zip(mine, other, strict=True)):
            return mine, other
    return None


def chinese_keys(tokens: tuple[str, ...]) -> Iterator[str]:
    """Yield the keys under which a Chinese name meets its other spellings: surname and first syllable in pinyin."""
    for reading in chinese_readings(tokens):
        for surname, given in product(sorted(_SPELLINGS[reading[0]]), sorted(_SPELLINGS[reading[1]])):
            if surname in _SURNAMES:
                yield f"c{surname} {given}"


def is_spelled(token: str) -> bool:
    """Return whether a word is one Chinese syllable or two, as of all words of a name that has `chinese_keys`."""
    return bool(_syllables(token))


@lru_cache(maxsize=1 << 12)
def chinese_readings(tokens: tuple[str, ...]) -> tuple[Syllables, ...]:
    """Return a name's syllables, surname first, in the ways that they may be read; none if it is no Chinese name.

    >>> chinese_readings(("mingchieh", "tsai"))
    (('tsai', 'ming', 'chieh'),)
    """
    if not 1 < len(tokens) < _LENGTHS.stop:
        return ()
    parts = []
    for token in tokens:
        if not (syllables := _syllables(token)):
            return ()
        parts.append(syllables)
    found = dict.fromkeys(order for read in product(*parts) for order in _orders(read))
    return tuple(found)[:_MOST_READINGS]


def _orders(read: tuple[Syllables, ...]) -> Iterator[Syllables]:
    """Yield the syllables with the first word in front, and the last, if they may be surnames."""
    for words in (read, (read[-1], *read[:-1])):
        syllables = tuple(syllable for word in words for syllable in word)
        if len(syllables) in _LENGTHS and not _SURNAMES.isdisjoint(_SPELLINGS[syllables[0]]) and len(words[0]) == 1:
            yield syllables


@lru_cache(maxsize=1 << 14)
def _syllables(token: str) -> tuple[Syllables, ...]:
    """Return a word as one syllable, or as the two that it may be written of."""
    if token in _SPELLINGS:
        return ((token,),)
    if len(token) > _MOST_LETTERS:
        return ()
    cut = ((token[:at], token[at:]) for at in range(1, len(token)))
    return tuple(pair for pair in cut if pair[0] in _SPELLINGS and pair[1] in _SPELLINGS)
