"""How alike many pairs of words are, worked out in arrays.

INVARIANT: it is `similarity.firm_similarity`, the plain twin, to the last bit, whatever the words.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from evenhand.screening.index.score_bounds import Numbers
from evenhand.screening.names import similarity as plain
from evenhand.screening.names.script import LOSSY
from evenhand.screening.names.typos import is_typo
from evenhand.screening.names.words import KINDS, VARIANTS

_FEW_PAIRS = 64  # so few are compared one by one faster
_AT_ONCE = 1 << 16  # pairs, with some 200 bytes each


class _Words(NamedTuple):
    """What is compared of words: each with its number, and texts as numbers that are equal where the texts are."""

    word: Numbers
    length: Numbers
    first: Numbers
    plainly: Numbers
    variant: Numbers
    general: Numbers
    bones: Numbers
    long: Numbers
    few: Numbers
    throat: Numbers
    soft: Numbers
    letters: Numbers


def firm_similarities(ours: Sequence[str], theirs: Sequence[str]) -> Numbers:
    """Return how alike the words of each pair are, as float64. Cost: 2 µs a pair, a third of one by one."""
    if len(ours) < _FEW_PAIRS:
        return np.array([plain.firm_similarity(*pair) for pair in zip(ours, theirs, strict=True)], np.float64)
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(ours), _AT_ONCE)]
    return np.concatenate([_similarities(ours[part], theirs[part]) for part in parts])


def _similarities(ours: Sequence[str], theirs: Sequence[str]) -> Numbers:
    own, other = _read(ours, theirs)
    edits = cpdist(ours, theirs, scorer=OSA.distance, dtype=np.int32)
    written = cpdist(ours, theirs, scorer=OSA.normalized_similarity, dtype=np.float64)
    shortest, longest = np.minimum(own.length, other.length), np.maximum(own.length, other.length)
    same_first = own.first == other.first
    found = _by_letters(ours, theirs, own, other, written)
    slips = (found > 0) & (found < plain.VARIANT) & (edits == 1) & (shortest >= plain.SHORTEST_SLIPPED)
    for at in np.flatnonzero(slips & (longest - shortest < 2)).tolist():
        if is_typo(ours[at], theirs[at]):
            found[at] = max(found[at], (longest[at] - plain.SLIP) / longest[at])
    found[written < plain.LEAST_SEEN] = 0
    shuffled = (own.length == other.length) & (own.length >= plain.LONG) & (own.letters == other.letters)
    found[shuffled] = np.maximum(found[shuffled], plain.SHUFFLED)
    general = np.where(own.length < other.length, other.general, own.general)
    for at in np.flatnonzero(same_first & general & (shortest > 2) & (shortest < longest - 1)).tolist():
        if ours[at].startswith(theirs[at]) or theirs[at].startswith(ours[at]):
            found[at] = max(found[at], plain.SHORTENED)
    found[found < plain.FLOOR] = 0
    for allowed, (least, cost) in enumerate(plain.EDITS_OF_FIRM, start=1):
        firm = np.flatnonzero(same_first & (edits == allowed) & (longest >= max(least, plain.LONG_OF_FIRM)))
        found[firm] = np.maximum(found[firm], 1 - cost / longest[firm])
    found[own.word == other.word] = 1
    for at in np.flatnonzero(own.plainly | other.plainly | (own.variant & other.variant)).tolist():
        found[at] = plain.firm_similarity(ours[at], theirs[at])
    return found


def _by_letters(ours: Sequence[str], theirs: Sequence[str], own: _Words, other: _Words, written: Numbers) -> Numbers:
    """Return what spelling, sound and romanisation say; slips are not in it."""
    best = np.where(own.first == other.first, written, written - plain.OTHER_FIRST)
    best[best < plain.LEAST_WRITTEN] = 0
    best = np.maximum(best, _by_sound(own, other, written, ours, theirs))
    softly = (np.maximum(own.length, other.length) <= plain.LONGEST_SOFT) & (own.soft == other.soft)
    best[softly] = np.maximum(best[softly], plain.SOFTLY)
    return best


def _by_sound(own: _Words, other: _Words, written: Numbers, ours: Sequence[str], theirs: Sequence[str]) -> Numbers:
    same = (own.bones == other.bones) & (own.long > 0)
    heard = np.where(own.long > 1, plain.SAME_BONES, plain.SAME_BONE) + plain.HEARD * written
    unheard = (own.first != other.first) & _unheard(own.first) & _unheard(other.first)
    doubtful = own.few & ((written < plain.FLOOR) | unheard)
    heard = np.where(doubtful, np.minimum(heard, plain.INITIAL), heard)
    near = np.zeros(len(written))
    seen = ~same & (written >= plain.HALF)
    several = np.flatnonzero(seen & (own.long >= plain.SEVERAL) & (other.long >= plain.SEVERAL)).tolist()
    bones, others = ([plain.skeleton(words[at]) for at in several] for words in (ours, theirs))
    near[several] = plain.NEAR * cpdist(bones, others, scorer=OSA.normalized_similarity, dtype=np.float64)
    throaty = np.flatnonzero(seen & (own.long > plain.FEW) & (own.throat == other.throat))
    near[throaty] = np.maximum(near[throaty], plain.SAME_BONE + plain.HEARD * written[throaty])
    return np.where(same, heard, near)


def _unheard(first: Numbers) -> Numbers:
    return np.isin(first, [ord(each) for each in plain.UNHEARD])


def _read(ours: Sequence[str], theirs: Sequence[str]) -> tuple[_Words, _Words]:
    numbers: dict[str, int] = {}
    own, other = (np.array([numbers.setdefault(word, len(numbers)) for word in words]) for words in (ours, theirs))
    texts: dict[str, int] = {}
    rows = []
    for word in numbers:
        *plainly, bones, throat, soft, letters = _compared(word)
        as_numbers = [texts.setdefault(each, len(texts)) for each in (bones, throat, soft, letters)]
        few = len(bones.removeprefix("a")) <= plain.FEW
        rows.append((len(word), ord(word[0]), *plainly, as_numbers[0], len(bones), few, *as_numbers[1:]))
    table = [np.arange(len(rows)), *np.array(rows, np.int64).T]
    flags = {"plainly", "variant", "general", "few"}
    columns = [each.astype(bool) if name in flags else each for name, each in zip(_Words._fields, table, strict=True)]
    return _Words(*(each[own] for each in columns)), _Words(*(each[other] for each in columns))


@lru_cache(maxsize=1 << 16)
def _compared(word: str) -> tuple[bool, bool, bool, str, str, str, str]:
    """Return whether a word is to be compared plainly, has variants, is general; bones, throat, soft form, letters."""
    general = KINDS.get(word, "") in plain.GENERAL
    forms = plain.skeleton(word), plain.throat(word), plain.soft(word), "".join(sorted(word))
    return len(word) == 1 or word[0] == LOSSY, word in VARIANTS, general, *forms
