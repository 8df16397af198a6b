"""The normal form of a name: its tokens, numbers and legal form, worked out once."""

import re
from functools import lru_cache

import msgspec

from evenhand.screening.names.generations import without_generation
from evenhand.screening.names.script import latin
from evenhand.screening.names.words import (
    KINDS,
    LEGAL_FORMS,
    LONGEST_FORM,
    NUMBER_SIGNS,
    NUMBER_WORDS,
    full_form,
    weight_of,
)

MOST_TOKENS = 24
MOST_CHARACTERS = 400
LEAST_WEIGHT = 0.3

_NO_NUMBERS: frozenset[str] = frozenset()
_DOTTED = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_TOKEN = re.compile(r"~?[a-z0-9]+")
_PARTS = re.compile(r"\d+|[a-z~]+")
# `abdulaziz`, and `abdurrahman`, where the article has taken the sound of the next letter.
_SERVANT = re.compile(r"abd(?:ou|[uaeo])(?:l(?!l)|(?P<sound>sh|[rsnztd])(?=(?P=sound)))([a-z]{3,})")
_VOWEL = re.compile(r"[aeiouy]")
_NAMES_OF_TWO = frozenset({"ng", "md", "mr", "ms", "dr", "sr", "jr", "st", "hj", "sh", "kh", "vd", "bn", "gm"})
_DOUBLE_NAME = re.compile(r"(van)(den|der|de)([a-z]{4,})|(de)(la|los|las)([a-z]{4,})")
_LETTERS_AND_LETTERS = 3
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


class Name(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One reading of a name.

    `tokens` are in order, without forms, numbers and little words if others remain;
    `weight` is what they weigh together. `form` is a company's legal form, of a person the generation (`junior`).
    `folded` says that digits or signs were read as the letters that they look like; `text` has them as written.
    """

    text: str
    field: str
    tokens: tuple[str, ...]
    numbers: frozenset[str]
    form: str
    joined: str
    mixed: bool
    person: bool
    weight: float
    folded: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The tokens in sorted order: equal for names that differ only in the order of words."""
        return tuple(sorted(self.tokens))


def read_name(text: str, field: str, *, person: bool) -> Name:
    """Return the normal form of one reading of a name.

    >>> name = read_name("ООО «Спа-Отель Весна 2»", "name", person=False)
    >>> name.tokens, name.numbers, name.form
    (('spa', 'otel', 'vesna'), frozenset({'2'}), 'private ru-ooo')
    """
    plain, mixed = latin(text[:MOST_CHARACTERS])
    plain = plain.replace("'", "").replace("`", "")
    form = ""
    if person:
        plain, form = without_generation(plain)
        words = [word for each in _compounds(_TOKEN.findall(plain)) for word in _person_words(each)]
        words[:1] = "jr" if words[:1] == ["jr"] else words[:1]  # behind the name it would be a generation
    else:
        if plain.count(".") > 1:
            plain = _DOTTED.sub(lambda run: run[0].replace(".", ""), plain)
        words = _TOKEN.findall(plain)
        behind = _number_behind(words)
        words, form = _without_form(words[: len(words) - len(behind)], bath=text.lstrip().startswith("Spa "))
        words += behind
        if len(words) <= _LETTERS_AND_LETTERS and ("&" in plain or "and" in words):
            words = _as_one(words)
        words = _counted([part for word in words for part in _organisation_words(word)])
    figures = [word for word in words if word.isdigit()]
    numbers = frozenset([word.lstrip("0") or "0" for word in figures]) if figures else _NO_NUMBERS
    tokens = tuple([word for word in words if not word.isdigit()] if figures else words)[:MOST_TOKENS]
    telling = tokens
    if not _DROPPED[person].isdisjoint(tokens):
        telling = tuple([word for word in tokens if word not in _DROPPED[person]]) or tokens
    return Name(
        text,
        field,
        telling,
        numbers,
        form,
        "".join(words),
        mixed,
        person,
        max(sum(map(weight_of, telling)), LEAST_WEIGHT),
    )


_IN_FRONT = frozenset({
    "ooo", "oao", "zao", "pao", "ao", "jsc", "ojsc", "cjsc", "pjsc", "llc", "pt", "too", "tov", "pp", "chp", "fgup",
    "gup", "rup", "company", "corporation", "firma", "kompaniya", "tdv", "uab", "sia", "gmbh", "sa", "sarl", "srl",
    "spa", "sas", "sasu", "ltda", "ltd", "plc", "inc", "ano", "nao", "llp", "mup", "sherkat", "sherkate",
    "~shrkt", "~shrkh",
})  # fmt: skip
_FIRST = frozenset(form[0] for form in LEGAL_FORMS if len(form) > 1) | _IN_FRONT
_LAST = frozenset(form[-1] for form in LEGAL_FORMS)
_FAITH = frozenset({"din", "deen", "dine", "eddin", "uddin", "~dyn"})
_ARTICLES = frozenset({"al", "ad", "ud", "ul", "ed", "el", "id", "od"})


def _compounds(words: list[str]) -> list[str]:
    """Write `siraj al din` as the one word that it is in other spellings: `sirajuddin`."""
    if _FAITH.isdisjoint(words):
        return words
    for place in range(len(words) - 1, 1, -1):
        if place < len(words) and words[place] in _FAITH and words[place - 1] in _ARTICLES:
            words[place - 2 : place + 1] = [words[place - 2] + ("dyn" if words[place][0] == "~" else "uddin")]
    return words


_OF_NUMBERS = NUMBER_SIGNS | NUMBER_WORDS.keys()
_TENS = frozenset({"20", "30", "40", "50", "60", "70", "80", "90"})
_DROPPED = {
    True: frozenset(word for word, kind in KINDS.items() if kind in {"title", "noise"}),
    False: frozenset(word for word, kind in KINDS.items() if kind == "noise"),
}


@lru_cache(maxsize=1 << 15)
def _person_words(word: str) -> tuple[str, ...]:
    if len(word) > 7 and word[:3] == "abd" and (found := _SERVANT.fullmatch(word)):
        return ("abd", found[2])
    if len(word) > 8 and (found := _DOUBLE_NAME.fullmatch(word)):
        return tuple(filter(None, found.groups()))
    if len(word) == 2 and word not in _NAMES_OF_TWO and not _VOWEL.search(word) and word.isalpha():
        return tuple(word)
    return (word,)


@lru_cache(maxsize=1 << 15)
def _organisation_words(word: str) -> tuple[str, ...]:
    if word in NUMBER_WORDS:
        return (NUMBER_WORDS[word],)
    if KINDS.get(word) == "noise":
        return (word,)
    if word.isalpha():
        return (full_form(word),)
    if ordinal := _ORDINAL.fullmatch(word):
        return (ordinal[1],)
    return tuple(NUMBER_WORDS.get(part, part) for part in _PARTS.findall(word))


def _counted(words: list[str]) -> list[str]:
    """Write a ten and a unit that follow each other as one number: `forty four` is 44."""
    if _TENS.isdisjoint(words):
        return words
    for place in range(len(words) - 1, 0, -1):
        ten, unit = words[place - 1 : place + 1]
        if unit.isdigit() and ten.isdigit() and len(unit) == 1 and unit != "0" and ten in _TENS:
            words[place - 1 : place + 1] = [ten[0] + unit]
    return words


def _as_one(words: list[str]) -> list[str]:
    """Write a name that is nothing but `H & M` or `H and M` as one word: two letters say too little apart."""
    letters = [word for word in words if word != "and"]
    few = len(letters) == 2 and max(map(len, letters)) <= 2
    return ["and".join(letters)] if few else words


def _number_behind(words: list[str]) -> list[str]:
    """Return the words of a number at the end of a name, behind its legal form: `FZE 2026`, `GmbH No. 2`."""
    start = len(words)
    while start > 1 and (words[start - 1].isdigit() or words[start - 1] in _OF_NUMBERS):
        start -= 1
    return words[start:]


def _without_form(words: list[str], *, bath: bool) -> tuple[list[str], str]:
    """Strip legal forms from both ends; a name that is nothing but forms keeps its words. A bath is no SpA in front."""
    left, right, form = 0, len(words), ""
    if not words or (words[0] not in _FIRST and words[-1] not in _LAST):
        return words, form
    if not bath and (before := _form_at(words, left, right, at_end=False)) and before[0] < right:
        left, form = before
    while (after := _form_at(words, left, right, at_end=True)) and right - after[0] > left:
        right, form = right - after[0], form if after[1] == "plain" and form else after[1]
    return words[left:right], form


def _form_at(words: list[str], left: int, right: int, *, at_end: bool) -> tuple[int, str] | None:
    for length in range(min(LONGEST_FORM, right - left), 0, -1):
        run = tuple(words[right - length : right] if at_end else words[left : left + length])
        kind = LEGAL_FORMS.get(run)
        if kind and (at_end or length > 1 or run[0] in _IN_FRONT):
            return length, kind
    return None
