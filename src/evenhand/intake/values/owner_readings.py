"""Other names that the text of an owner may hold, beside the whole of it: `Mehrheitlich Jane Doe` may be `Jane Doe`.

INVARIANT: a role, a part, a number, a sign or a second name beside a name hides nobody. The whole is always compared,
too, so that nothing is lost where a name has such a word.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from evenhand.intake.values.legal_forms import is_legal_form

COMPARED_IN_PARTS: Final = "the name of one owner alone, several separated by `;`; each part is compared as its name"
"""What is told of a text that is plainly more than one name."""
_MOST_NAMES = 20  # a text with more is no name that anybody could look up
_MOST_TOGETHER = 4
_LONG = 12  # letters of a first word that is rather a role than a given name: `Mehrheitsgesellschafterin`
_FEWEST_LETTERS = 3
_SHORT = 2  # letters of a code or an initial
_REMEMBERED = 1 << 16  # names and their words return at each step of a run
_TOKEN = re.compile(r"\w(?:[\w.’'-]*\w)?|[^\s\w]+")
_IN_NAMES = re.compile(r"[.'’´`-]+")
_STATED_KINDS = ("role", "part", "percent")
_NAME_KINDS = ("", "form", "particle")
_KINDS = (*_STATED_KINDS, "unit", "and", "for", "around", "form", "particle")
_BETWEEN_TWO = ("and", "&", "+", "/")
_CODE = re.compile(r"^[A-Z]{2}\s+|\s+[A-Z]{2}$")  # of a country
_FRACTION = re.compile(r"\d+\s*/\s*\d+")
_NUMBERED = re.compile(r"(?<!\S)\d{1,2}[.)]\s")


class _Name(NamedTuple):
    """A run of words between two marks: where it stands in the text, and how many of its words may name somebody."""

    start: int
    end: int
    words: int


class _Parts(NamedTuple):
    """The runs of words of a text, and the kinds of marks in it."""

    names: tuple[_Name, ...]
    marks: tuple[str, ...]


def other_readings(text: str) -> tuple[str, ...]:
    """Return the names that the text of an owner may hold beside the whole.

    >>> other_readings("UBO: Jane Doe 2/3"), other_readings("Jane Doe und Hans Roe"), other_readings("Jane Doe")
    (('Jane Doe',), ('Jane Doe', 'Hans Roe'), ())
    """
    names, marks = _parts(text)
    are_two = len(names) == 2 and any(each in _BETWEEN_TWO for each in marks)
    is_one = len(names) == 1 and any(each not in _NAME_KINDS for each in marks)
    are_single = (is_one or are_two) and "around" not in marks and all(each.words == 1 for each in names)
    found: dict[str, None] = {}
    for first in range(len(names)):
        for last in range(first, min(len(names), first + _MOST_TOGETHER)):
            words = sum(each.words for each in names[first : last + 1])
            run = text[names[first].start : names[last].end]
            is_name = words > 1 or (are_single and len(run) >= _FEWEST_LETTERS)
            for each in (run, _CODE.sub("", run) if words > _SHORT else run):
                if is_name and each != text.rstrip(".") and each.count("(") == each.count(")"):
                    found[each] = None
    return tuple(found)


def holds_more(text: str) -> bool:
    """Return whether the text of an owner plainly holds more than one name: a role, a part, a number, a second name.

    >>> [holds_more(each) for each in ("sole owner Jane Doe", "Jane Doe & Hans Roe", "Jane Doe 2/3", "Ex: Jane Doe")]
    [True, True, True, True]
    >>> [holds_more(each) for each in ("Doe & Roe Ltd", "Marks and Spencer", "51 Hotels Ltd", "1. FC Doe", "Studio 54")]
    [False, False, False, False, False]
    """
    names, marks = _parts(text)
    if not names or "form" in marks:
        return False
    are_two = len(names) > 1 and all(each.words > 1 for each in names) and any(each in _BETWEEN_TWO for each in marks)
    return (
        are_two or ":" in marks or any(each in _STATED_KINDS for each in marks)
        or ("unit" in marks and "number" in marks)
        or bool(_FRACTION.search(text)) or len(_NUMBERED.findall(text)) > 1
    )  # fmt: skip


def is_of_one(text: str) -> bool:
    """Return whether a share beside a text is one owner's: the text holds nothing else, and no second name.

    >>> is_of_one("Doe, Jane"), is_of_one("Jane Doe, Hans Roe"), is_of_one("Jane Doe 2/3")
    (True, False, False)
    """
    return not holds_more(text) and sum(each.words > 1 for each in _parts(text).names) < 2


def is_past_reading(text: str) -> bool:
    """Return whether a text holds too many names to compare each of them."""
    return len(_parts(text).names) > _MOST_NAMES


@lru_cache(_REMEMBERED)
def _parts(text: str) -> _Parts:
    tokens = [each for each in _TOKEN.finditer(text) if not _IN_NAMES.fullmatch(each[0]) or _is_alone(text, each)]
    kinds = [_kind(each[0]) for each in tokens]
    of_names: tuple[str, ...] = _NAME_KINDS
    if "form" in kinds and not any(each in (*_STATED_KINDS, "unit", ":") for each in kinds):
        of_names = (*_NAME_KINDS, "number")  # `51 Hotels Ltd`
    is_mixed = any(each[0][0].isupper() and not each[0].isupper() for each in tokens)
    runs: list[_Name] = []
    is_open = False
    for at, (token, kind) in enumerate(zip(tokens, kinds, strict=True)):
        is_open, is_first = kind in of_names and (bool(kind) or not _is_mark(token[0], at, is_mixed)), not is_open
        if is_open:
            before = _Name(token.start(), 0, 0) if is_first else runs.pop()
            is_last = kind != "particle" or not token[0].islower()  # no name ends in `von`
            end = token.end() if is_last else before.end
            runs.append(_Name(before.start, end, before.words + (not kind)))
    return _Parts(tuple(each for each in runs if each.words), tuple(filter(None, kinds)))


def _is_mark(word: str, at: int, is_mixed: bool) -> bool:
    """Return whether a word that no list knows is of no name: in small letters among others, or a long first one."""
    return (is_mixed and word[0].islower()) or (at == 0 and len(word) >= _LONG and "-" not in word)


def _is_alone(text: str, sign: re.Match[str]) -> bool:
    """Return whether a sign of names stands between blanks, as a dash does."""
    return sign.start() > 0 and text[sign.start() - 1].isspace() and text[sign.end() : sign.end() + 1].isspace()


@lru_cache(_REMEMBERED)
def _kind(word: str) -> str:
    """Return which kind of mark a word is, ``""`` for one that may be of a name."""
    plain = _plain(word)
    if not any(map(str.isalpha, word)):
        is_number = any(map(str.isdigit, word))
        return "number" if is_number else next((each for each in (*_BETWEEN_TWO, ":") if each in word), "sign")
    is_form = is_legal_form(word) or _patterns()["form"].fullmatch(word.casefold())
    if is_form and not (word.islower() and len(word) <= _SHORT) and not _patterns()["around"].fullmatch(plain):
        return "form"
    for kind, pattern in _patterns().items():
        if kind not in _NAME_KINDS and (pattern.fullmatch(plain) or all(map(pattern.fullmatch, plain.split("-")))):
            return kind
    is_particle = _patterns()["particle"].fullmatch(word.casefold()) and (len(word) > 1 or word.islower())
    return "particle" if is_particle else ""


def _plain(word: str) -> str:
    """Return a word in small letters, one of two letters as it is: `E` is no Spanish `e`."""
    return word.casefold() if len(word) > _SHORT else word


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    text = files("evenhand.intake.values").joinpath("share_words.txt").read_text(encoding="utf-8")
    words: dict[str, list[str]] = {each: [] for each in _KINDS}
    for kind, *rest in (line.split("\t") for line in text.splitlines() if not line.startswith("#")):
        if kind in words:
            words[kind] += [_plain(word.strip()) for word in rest[1].split(";")]
    return {
        kind: re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in several))
        for kind, several in words.items()
    }
