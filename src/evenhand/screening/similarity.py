"""How alike two tokens are, from 0 to 1; worked out once per pair of tokens, never per pair of names."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from evenhand.screening.script import LOSSY
from evenhand.screening.words import VARIANTS

FLOOR = 0.6
INITIAL = 0.7
VARIANT = 0.95

_DIGRAPHS = re.compile(r"sch|tch|sh|ch|zh|gh|kh|dh|th|ph|dj|ts|ck|x|[qcg]|w|z|ff")
_SOUND = {
    "sch": "x",
    "tch": "x",
    "sh": "x",
    "ch": "x",
    "zh": "j",
    "gh": "k",
    "kh": "k",
    "dh": "d",
    "th": "t",
    "ph": "f",
}
_SOUND |= {"dj": "j", "ts": "s", "ck": "k", "x": "ks", "q": "k", "c": "k", "g": "k", "w": "v", "z": "s", "ff": "v"}
_VOWELS = str.maketrans("", "", "aeiouyh`'")
_SEMIVOWELS = str.maketrans("", "", "v")
_DOUBLED = re.compile(r"(.)\1+")
_SOFT = re.compile(r"eo|oo|ee|ae|ts|ch|zh|wo|[jtkpzr]")
_SOFTENED = {"eo": "o", "oo": "u", "ee": "i", "ae": "e", "ts": "j", "ch": "j", "zh": "j", "wo": "o"}
_SOFTENED |= {"j": "j", "t": "d", "k": "g", "p": "b", "z": "j", "r": "l"}
_LONGEST_SOFT = 6


@lru_cache(maxsize=1 << 16)
def skeleton(token: str) -> str:
    """Return the consonants of a token under one spelling, a vowel in front as `a`.

    It is equal for most romanisations of one Arabic, Persian or Slavic word.

    >>> skeleton("khaluf"), skeleton("kalof"), skeleton("mohamed")
    ('klf', 'klf', 'md')
    """
    bare = token.removeprefix(LOSSY)
    sounds = _DIGRAPHS.sub(lambda found: _SOUND[found[0]], bare)
    consonants = _DOUBLED.sub(r"\1", sounds.translate(_VOWELS))
    return f"a{consonants}" if bare[:1] in "aeiou`'" and bare else consonants


@lru_cache(maxsize=1 << 16)
def bare_skeleton(token: str) -> str:
    """Return the skeleton also without w and v, which Arabic script writes for long vowels."""
    return _DOUBLED.sub(r"\1", skeleton(token).translate(_SEMIVOWELS))


@lru_cache(maxsize=1 << 16)
def soft(token: str) -> str:
    """Return a short token as the romanisations of Korean and Chinese syllables agree on it.

    >>> soft("chol") == soft("jeol"), soft("kwang") == soft("gwang")
    (True, True)
    """
    return _DOUBLED.sub(r"\1", _SOFT.sub(lambda found: _SOFTENED[found[0]], token))


@lru_cache(maxsize=1 << 17)
def similarity(ours: str, theirs: str) -> float:
    """Return how alike two tokens are: 1 equal, `VARIANT` by table, `INITIAL` a letter for a word, 0 below `FLOOR`.

    >>> similarity("sergey", "serhiy"), similarity("s", "sergey"), similarity("north", "south")
    (0.95, 0.7, 0.0)
    """
    if ours == theirs:
        return 1.0
    if len(ours) == 1 or len(theirs) == 1:
        return INITIAL if ours[:1] == theirs[:1] else 0.0
    if ours in VARIANTS and theirs in VARIANTS and VARIANTS[ours] & VARIANTS[theirs]:
        return VARIANT
    if ours[0] == LOSSY or theirs[0] == LOSSY:
        found = _by_consonants(bare_skeleton(ours), bare_skeleton(theirs))
    else:
        found = _by_letters(ours, theirs)
    return found if found >= FLOOR else 0.0


def _by_consonants(ours: str, theirs: str) -> float:
    if ours == theirs:
        return (0.0, 0.75, 0.86)[len(ours)] if len(ours) < 3 else 0.92
    return 0.95 * OSA.normalized_similarity(ours, theirs) if min(len(ours), len(theirs)) >= 4 else 0.0


def _by_letters(ours: str, theirs: str) -> float:
    written: float = OSA.normalized_similarity(ours, theirs, score_cutoff=0.3)
    if not written:
        return 0.0
    best = written if written >= 0.7 else 0.0
    bones, others = skeleton(ours), skeleton(theirs)
    if bones == others and bones:
        best = max(best, (0.62 if len(bones) > 1 else 0.5) + 0.36 * written)
    elif written >= 0.5 and len(bones) >= 4 and len(others) >= 4:
        best = max(best, 0.9 * OSA.normalized_similarity(bones, others))
    if max(len(ours), len(theirs)) <= _LONGEST_SOFT and soft(ours) == soft(theirs):
        best = max(best, 0.85)
    return best
