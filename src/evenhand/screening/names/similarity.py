"""How alike two tokens are, from 0 to 1; worked out once per pair of tokens, never per pair of names."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from evenhand.screening.names.script import LOSSY
from evenhand.screening.names.typos import is_typo
from evenhand.screening.names.words import KINDS, VARIANTS

FLOOR = 0.6
INITIAL = 0.7
_FIRST = {"w": "v", "j": "y"}  # Wladimir, Jurij: letters that begin one name in two spellings
VARIANT = 0.949  # no share of letters comes to that
_WRITTEN = 0.92
SHORTENED = 0.85
SHUFFLED = 0.85
SLIP = 0.4
SHORTEST_SLIPPED = 4
LONG = 5
FEW = 2
LONG_OF_FIRM = 6
EDITS_OF_FIRM = ((6, 0.55), (9, 1.2), (13, 2.0))  # by edits: the fewest letters, what they cost by letter
UNHEARD = {"h", "y"}

GENERAL = frozenset({"trade", "media"})
_DIGRAPHS = re.compile(
    r"dsch|tzsch|tzch|tsch|shch|sch|tch|zch|cz|sh|ch|dzh|zh|gh|kh|dh|th|ph|dj|tz|ts|ck|x|c(?=[eiy])|[qcg]|ou(?=[aeiy])|w|z|ff"
    r"|(?<=[aeiouy])j(?![aeiouy])|(?<=i)j|(?<!^)j(?=e[wv])"
)
_SOUND = {
    "dsch": "j",
    "tzsch": "x",
    "tzch": "x",
    "tsch": "x",
    "shch": "x",
    "sch": "x",
    "tch": "x",
    "zch": "x",
    "cz": "x",
    "dzh": "j",
    "tz": "s",
    "ou": "v",
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
_SHORT_VOWELS = str.maketrans("i", "y", "aeou`'")
_THROAT = str.maketrans("xj", "kk")
_SEMIVOWELS = str.maketrans("", "", "v")
_DOUBLED = re.compile(r"(.)\1+")
_SOFT = re.compile(r"eo|oo|ee|ae|oe|oi|ong|tz|ts|hs|sh|ch|zh|wo|uo|ien|ueh|yueh|[jqtkpzrxc]")
_SOFTENED = {"eo": "o", "oo": "u", "ee": "i", "ae": "e", "oe": "oi", "oi": "oi", "wo": "o", "ien": "ian"}
_SOFTENED |= {"ong": "ung", "uo": "o", "ueh": "ue", "yueh": "yue"}
_SOFTENED |= {"tz": "j", "ts": "j", "ch": "j", "zh": "j", "j": "j", "q": "j", "c": "j", "z": "j"}
_SOFTENED |= {"hs": "s", "sh": "s", "x": "s", "t": "d", "k": "g", "p": "b", "r": "l"}
LONGEST_SOFT = 10
LEAST_SEEN = 0.3
LEAST_WRITTEN = 0.66
SOFTLY = 0.85
OTHER_FIRST = 0.05
SAME_BONES, SAME_BONE, HEARD = 0.62, 0.5, 0.36
NEAR = 0.9
HALF = 0.5
SEVERAL = 4


@lru_cache(maxsize=1 << 16)
def skeleton(token: str) -> str:
    """Return the consonants of a token under one spelling, a vowel in front as `a`.

    It is equal for most romanisations of one Arabic, Persian or Slavic word.

    >>> skeleton("khaluf"), skeleton("kalof"), skeleton("mohamed")
    ('klf', 'klf', 'md')
    """
    bare = token.removeprefix(LOSSY)
    if bare[:2] == "ou" and bare[2:3] in {"a", "e", "i"}:
        bare = f"w{bare[2:]}"
    sounds = _DIGRAPHS.sub(_sound, bare)
    consonants = _undoubled(sounds.translate(_VOWELS))
    return f"a{consonants}" if bare[:1] in "aeiou`'" and bare else consonants


def _undoubled(text: str) -> str:
    """Return a text with each run of one letter written once; most have none, which is seen faster than mended."""
    return _DOUBLED.sub(_letter, text) if _DOUBLED.search(text) else text


def _letter(run: re.Match[str]) -> str:
    return run[1]


def _sound(found: re.Match[str]) -> str:
    """A j behind a vowel closes it in Slavic and Baltic names, as y does elsewhere; c is soft before e, i and y."""
    if found[0] == "j":
        return ""
    if found[0] == "c" and found.string[found.end() : found.end() + 1] in {"e", "i", "y"}:
        return "s"
    return _SOUND[found[0]]


@lru_cache(maxsize=1 << 16)
def bare_skeleton(token: str) -> str:
    """Return the skeleton also without w and v, which Arabic script writes for long vowels."""
    return _undoubled(skeleton(token).translate(_SEMIVOWELS))


@lru_cache(maxsize=1 << 16)
def throat(token: str) -> str:
    """Return the skeleton with g, j, k, x and their like as one sound, as languages exchange them when they romanise.

    >>> throat("galali") == throat("jalali"), throat("khrushchev") == throat("chruschtschow")
    (True, True)
    """
    bones = skeleton(token)
    if token[0] in "hy" and token[1:2] in {"a", "e", "i", "o", "u"}:
        bones = f"k{bones}"
    return _undoubled(bones.replace("ks", "k").translate(_THROAT))


@lru_cache(maxsize=1 << 16)
def frame(token: str) -> str:
    """Return the letters of a token that Arabic and Hebrew script always write, of few enough to be all needed.

    >>> frame("habib") == frame("~hbyb"), frame("hamza") == frame("~hmzh")
    (True, True)
    """
    bare = token.removeprefix(LOSSY)
    letters = _undoubled(bare.translate(_SHORT_VOWELS))
    if len(letters) > 2:
        return letters.removesuffix("h")
    return letters if len(letters) > 1 else token


@lru_cache(maxsize=1 << 16)
def soft(token: str) -> str:
    """Return a short token as the romanisations of Korean and Chinese syllables agree on it.

    >>> soft("chol") == soft("jeol"), soft("kwang") == soft("gwang")
    (True, True)
    """
    return _undoubled(_SOFT.sub(lambda found: _SOFTENED[found[0]], token))


@lru_cache(maxsize=1 << 17)
def similarity(ours: str, theirs: str) -> float:
    """Return how alike two tokens are: 1 equal, `VARIANT` by table, `INITIAL` a letter for a word, 0 below `FLOOR`.

    >>> similarity("sergey", "serhiy"), similarity("s", "sergey"), similarity("north", "south")
    (0.949, 0.7, 0.0)
    """
    if ours == theirs:
        return 1.0
    if len(ours) == 1 or len(theirs) == 1:
        return INITIAL if _FIRST.get(ours[0], ours[0]) == _FIRST.get(theirs[0], theirs[0]) else 0.0
    if ours in VARIANTS and not VARIANTS[ours].isdisjoint(VARIANTS.get(theirs, ())):
        return VARIANT
    if ours[0] == LOSSY or theirs[0] == LOSSY:
        found = max(
            _by_consonants(bare_skeleton(ours), bare_skeleton(theirs)), _WRITTEN * (frame(ours) == frame(theirs))
        )
    else:
        written = OSA.normalized_similarity(ours, theirs)
        found = _by_letters(ours, theirs, written) if written >= LEAST_SEEN else 0.0
        if ours[0] == theirs[0] or len(ours) == len(theirs):
            found = max(found, _by_use(ours, theirs))
    return found if found >= FLOOR else 0.0


@lru_cache(maxsize=1 << 17)
def firm_similarity(ours: str, theirs: str) -> float:
    """Return how alike two words of companies' names are: some letters in a long word are a slip.

    Surnames that differ by a letter are two families'; of long brands seldom two. Not the first letter.

    >>> firm_similarity("stellaris", "stellarxs") > similarity("stellaris", "stellarxs")
    True
    """
    found = similarity(ours, theirs)
    longest = max(len(ours), len(theirs))
    if found == 1.0 or longest < LONG_OF_FIRM or ours[0] != theirs[0] or ours[0] == LOSSY:
        return found
    edits = OSA.distance(ours, theirs, score_cutoff=len(EDITS_OF_FIRM))
    for allowed, (least, cost) in enumerate(EDITS_OF_FIRM, start=1):
        if edits == allowed and longest >= least:
            return max(found, 1 - cost / longest)
    return found


def _by_use(ours: str, theirs: str) -> float:
    """Return how alike a word is to one that it shortens (`techn`, `technology`) or whose letters it shuffles."""
    if len(ours) == len(theirs):
        return SHUFFLED if len(ours) >= LONG and _letters(ours) == _letters(theirs) else 0.0
    short, full = (ours, theirs) if len(ours) < len(theirs) else (theirs, ours)
    shortened = full.startswith(short) and 2 < len(short) < len(full) - 1 and KINDS.get(full, "") in GENERAL
    return SHORTENED if shortened else 0.0


@lru_cache(maxsize=1 << 16)
def _letters(token: str) -> str:
    return "".join(sorted(token))


def _by_consonants(ours: str, theirs: str) -> float:
    if ours == theirs:
        return (0.0, 0.75, 0.86)[len(ours)] if len(ours) < 3 else 0.92
    return 0.95 * OSA.normalized_similarity(ours, theirs) if min(len(ours), len(theirs)) >= 4 else 0.0


def _by_letters(ours: str, theirs: str, written: float) -> float:
    best = written if ours[0] == theirs[0] else written - OTHER_FIRST
    if best < LEAST_WRITTEN:
        best = 0.0
    heard = _by_sound(ours, theirs, written)
    best = max(best, heard)
    shortest, longest = len(ours), len(theirs)
    if shortest > longest:
        shortest, longest = longest, shortest
    if longest <= LONGEST_SOFT and best < SOFTLY and soft(ours) == soft(theirs):
        best = SOFTLY
    if 0 < best < VARIANT and longest - shortest < 2 and shortest >= SHORTEST_SLIPPED and is_typo(ours, theirs):
        best = max(best, (longest - SLIP) / longest)
    return best


def _by_sound(ours: str, theirs: str, written: float) -> float:
    bones, others = skeleton(ours), skeleton(theirs)
    if bones == others and bones:
        heard = (SAME_BONES if len(bones) > 1 else SAME_BONE) + HEARD * written
        few = len(bones.removeprefix("a")) <= FEW
        doubtful = few and (written < FLOOR or {ours[0], theirs[0]} == UNHEARD)
        return min(heard, INITIAL) if doubtful else heard
    if written < HALF:
        return 0.0
    near = NEAR * OSA.normalized_similarity(bones, others) if min(len(bones), len(others)) >= SEVERAL else 0.0
    return max(near, SAME_BONE + HEARD * written) if len(bones) > FEW and throat(ours) == throat(theirs) else near
