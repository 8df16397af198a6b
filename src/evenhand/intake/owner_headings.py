"""Headings, and names of sheets, that seem to be of owners: by the words of `owner_words.txt`."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_NOT = "not"
_LETTER = r"[^\W\d]"
_WITHOUT_ACCENT = str.maketrans("łıøđ", "liod")  # Unicode takes these apart into no letter and accent


def names_owners(text: str) -> bool:
    """Return whether a heading, or the name of a sheet, seems to be of owners; in one of eighteen languages.

    >>> [names_owners(each) for each in ("Beneficial owner", "Sócios", "ORTAKLARI", "Wspólnik")]
    [True, True, True, True]
    >>> [names_owners(each) for each in ("Gesellschaftsform", "Parent category", "Sociedad", "İş ortağı")]
    [False, False, False, False]
    """
    of_owners, of_others = _patterns()
    return bool(of_owners.search(of_others.sub(" ", _plainly(text))))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds words of owners, and what finds those of others, in a text as `_plainly` gives it."""
    text = files("evenhand.intake").joinpath("owner_words.txt").read_text(encoding="utf-8")
    rows = [line.partition("\t") for line in text.splitlines() if not line.startswith("#")]
    return (
        _any_of(words for language, _, words in rows if language != _NOT),
        _any_of(words for language, _, words in rows if language == _NOT),
    )


def _any_of(rows: Iterable[str]) -> re.Pattern[str]:
    words = [_plainly(word) for row in rows for word in row.split(";")]
    inside = [_pattern(word) for word in words if word.startswith("*")]
    from_the_start = "|".join(_pattern(word) for word in words if word[0] not in "*=")
    whole = "|".join(re.escape(word[1:]) for word in words if word.startswith("="))
    return re.compile("|".join((*inside, f"(?<!{_LETTER})(?:{from_the_start})", f"\\A(?:{whole})\\Z")))


def _pattern(word: str) -> str:
    """Return what finds a word; after a `*` at its end there is nothing to look at."""
    return re.escape(word.strip("*")).replace(r"\*", f"{_LETTER}*") + ("" if word.endswith("*") else f"(?!{_LETTER})")


def _plainly(text: str) -> str:
    """Return a text in small letters without accents, its words separated by one blank."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("_", " "))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.translate(_WITHOUT_ACCENT).split())
