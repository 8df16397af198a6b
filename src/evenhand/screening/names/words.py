"""The frozen word tables: legal forms, words that say little, short forms, names written in several ways.

No weight depends on what a list holds: one added entry may not change the score of another (`screening.md` §3).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_FOLDER = Path(__file__).parent / "tables"


def table_lines(name: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a table as what stands before and after the colon."""
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, words = line.partition(":")
            yield head.strip(), words.strip()


def _legal_forms() -> dict[tuple[str, ...], str]:
    classes = {form.strip(): kind for kind, forms in table_lines("legal_forms.txt") for form in forms.split(",")}
    for language, groups in table_lines("legal_forms_apart.txt"):
        for group in groups.split("|"):
            first, *others = (form.strip() for form in group.split(","))
            classes |= {form: f"{classes[form]} {language}-{first}" for form in (first, *others)}
    return {tuple(form.split()): kind for form, kind in classes.items()}


def _word_weights() -> tuple[dict[str, float], dict[str, str]]:
    weights: dict[str, float] = {}
    kinds: dict[str, str] = {}
    for table in ("words.txt", "common.txt"):
        for head, words in table_lines(table):
            weight, kind = head.split()
            for word in words.split():
                weights.setdefault(word, float(weight))
                kinds.setdefault(word, kind)
    return weights, kinds


def _short_forms() -> dict[str, str]:
    return {short: full for full, shorts in table_lines("abbreviations.txt") for short in shorts.split()}


def _variants() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, (names, _) in enumerate((*table_lines("given_names.txt"), *table_lines("alike.txt"))):
        for name in names.split():
            groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


LEGAL_FORMS: Mapping[tuple[str, ...], str] = MappingProxyType(_legal_forms())
LONGEST_FORM = max(map(len, LEGAL_FORMS))
_weights, _kinds = _word_weights()
WEIGHTS: Mapping[str, float] = MappingProxyType(_weights)
KINDS: Mapping[str, str] = MappingProxyType(_kinds)
SHORT_FORMS: Mapping[str, str] = MappingProxyType(_short_forms())
VARIANTS: Mapping[str, frozenset[int]] = MappingProxyType(_variants())


def _branch_words(*heads: str) -> frozenset[str]:
    return frozenset(word for head, words in table_lines("branches.txt") if head in heads for word in words.split())


OFFICE_WORDS = _branch_words("branch")
"""Words for an office of a company, as they stand beside the whole name of one."""
BRANCH_WORDS = _branch_words("branch", "place")
"""Places, and words for an office of a company, as they stand beside the whole name of one."""
SHOP_WORDS = _branch_words("shop")
"""Words for a company's shop. Beside a name of one word they tell nothing: `Star Store` is no outlet called Star."""

LITTLE_WORDS = _branch_words("little")
"""Words that stand between these in other languages, as in `Oddział we Wrocławiu`."""

_COUNTED = """
1 one first | 2 two second ii | 3 three third iii | 4 four fourth iv | 5 five fifth | 6 six sixth vi
7 seven seventh vii | 8 eight eighth viii | 9 nine ninth ix | 10 ten tenth | 11 eleven | 12 twelve
13 thirteen | 14 fourteen | 15 fifteen | 16 sixteen | 17 seventeen | 18 eighteen | 19 nineteen
20 twenty | 30 thirty | 40 forty fourty | 50 fifty | 60 sixty | 70 seventy | 80 eighty | 90 ninety
"""
NUMBER_WORDS: Mapping[str, str] = MappingProxyType(
    {word: group.split()[0] for group in re.split(r"[|\n]", _COUNTED.strip()) for word in group.split()[1:]}
)


NUMBER_SIGNS = frozenset({"no", "nr", "nos", "num", "number", "nummer", "numero"})
"""Words in front of a number, as in `Factory No. 5`: they tell no organisation from another."""

FORM_WORDS = frozenset(word for form in LEGAL_FORMS for word in form if len(word) > 1) - {"spa"}
"""Every word of a legal form: where it stands out of place it tells nobody apart. But in front a spa is a bath."""


def _by_length(words: Iterable[str], slips: int) -> Mapping[int, tuple[str, ...]]:
    """Return under each length the words that one of this length may be by so many slips, in order."""
    ordered = sorted(word for word in words if word.isascii())
    lengths = range(max(map(len, ordered)) + slips + 1)
    return MappingProxyType(
        {length: tuple(word for word in ordered if abs(len(word) - length) <= slips) for length in lengths}
    )


_LONG_FORM_WORDS = _by_length((word for word in FORM_WORDS if 5 < len(word) < 9), 1)
_LONGER_FORM_WORDS = _by_length((word for word in FORM_WORDS if len(word) > 8), 2)


@lru_cache(maxsize=1 << 15)
def is_form_word(token: str) -> bool:
    """Return whether a word belongs to a legal form, also with one or two typing errors in a long one.

    >>> is_form_word("sro"), is_form_word("comopany"), is_form_word("campaign")
    (True, True, False)
    """
    if token in FORM_WORDS:
        return True
    if len(token) < 6 or token in KINDS:
        return False
    for by_length, slips in ((_LONG_FORM_WORDS, 1), (_LONGER_FORM_WORDS, 2)):
        words = by_length.get(len(token))
        if words and extractOne(token, words, scorer=OSA.distance, score_cutoff=slips) is not None:
            return True
    return False


_LONG_SHORT_FORMS = _by_length((short for short in SHORT_FORMS if len(short) > 8), 1)


@lru_cache(maxsize=1 << 15)
def full_form(word: str) -> str:
    """Return a general word as it is compared: `intl` written out, `technologies` as one thing, an error mended.

    >>> full_form("intl"), full_form("technologiex"), full_form("northwind")
    ('international', 'technology', 'northwind')
    """
    if len(word) > 7 and word not in SHORT_FORMS and word not in KINDS:
        shorts = _LONG_SHORT_FORMS.get(len(word))
        found = extractOne(word, shorts, scorer=OSA.distance, score_cutoff=1) if shorts else None
        return SHORT_FORMS[found[0]] if found else word
    return SHORT_FORMS.get(word, word)


_SHORT_FORM_WORDS = (
    "ojsc",
    "cjsc",
    "pjsc",
    "eood",
    "inc",
    "ltd",
    "llc",
    "plc",
    "corp",
    "gmbh",
    "srl",
    "sarl",
    "ltda",
    "limited",
    "company",
)


@lru_cache(maxsize=1 << 15)
def is_form_misspelt(token: str) -> bool:
    """Return whether a word is a usual legal form but for one typing error, two in a long one.

    >>> is_form_misspelt("ltfd"), is_form_misspelt("crop"), is_form_misspelt("complanyy"), is_form_misspelt("frost")
    (True, True, True, False)
    """
    if token in KINDS or token in FORM_WORDS or len(token) == 1:
        return False
    slips = 2 if len(token) > 6 else 1
    return extractOne(token, _SHORT_FORM_WORDS, scorer=OSA.distance, score_cutoff=slips) is not None


@lru_cache(maxsize=1 << 15)
def written_out(word: str) -> tuple[str, ...]:
    """Return a word that ends in a general word with that as it is compared where it stands apart, none if in none.

    >>> written_out("starscommunications"), written_out("stars")
    (('starscommunication',), ())
    """
    ends = ((word[:at], SHORT_FORMS.get(word[at:])) for at in range(3, len(word) - 2))
    return tuple(f"{start}{full}" for start, full in ends if full)


_PATRONYMIC = re.compile(
    r".{3,}(?:(?:ov|ev|ow|ew)[iy](?:ch|tch|tsch|cz|c)|(?:ov|ev|iv|yv|ow|ew)na|oglu|ogly|ugli|kyzy|qizi|gizi)"
)


@lru_cache(maxsize=1 << 15)
def is_patronymic(token: str) -> bool:
    """Return whether a word is made of a father's name, as records write or leave out at will.

    >>> is_patronymic("romanovych"), is_patronymic("yuriivna"), is_patronymic("petrov")
    (True, True, False)
    """
    return _PATRONYMIC.fullmatch(token) is not None


@lru_cache(maxsize=1 << 15)
def weight_of(token: str) -> float:
    """Return what a match of this token counts: 1 for a word of its own, less for common ones and for initials."""
    return WEIGHTS.get(token, 0.3 if len(token) == 1 else 1.0)
