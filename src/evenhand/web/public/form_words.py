"""The words of the public pages about complaints in each language of letters, and which a visitor is shown."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from evenhand.model.record import Record
from evenhand.reasons.language import ENGLISH, language_of, languages, words_of
from evenhand.web.console.visit import Visit

CHOSEN: Final = "lang"
"""The part of an address, and the field of a form, that has the language which the visitor chose."""


class FormWords(Record, frozen=True, kw_only=True):
    """What these pages say in one language; only `{named}` places are filled in."""

    page: dict[str, str]
    reason: dict[str, str]
    filed: dict[str, str]
    progress: dict[str, str]
    problem: dict[str, str]


class PageLanguage(Record, frozen=True, kw_only=True):
    """The language of a page for everybody: its code, its words, the way it is written, and the others by code."""

    code: str
    words: FormWords
    direction: str
    others: tuple[tuple[str, str], ...]


def page_language(visit: Visit, of_letter: Callable[[], str]) -> PageLanguage:
    """Return the language for a visitor: the one chosen, else the browser's, the letter's, or the network's.

    `of_letter` returns the language of the letter that is complained of, ``""`` where none is known.
    """
    code = next(filter(None, map(language_of, _wanted(visit, of_letter))), ENGLISH)
    others = tuple((each, words_of(each).languages[each]) for each in sorted(languages()) if each != code)
    direction = "rtl" if words_of(code).right_to_left else "ltr"
    return PageLanguage(code=code, words=form_words(code), direction=direction, others=others)


def _wanted(visit: Visit, of_letter: Callable[[], str]) -> Iterator[str]:
    yield visit.query(CHOSEN) or visit.form.text(CHOSEN)
    yield from accepted_languages(visit.request.headers.get("accept-language", ""))
    yield of_letter()
    yield visit.network.settings.reasons.language


def accepted_languages(header: str) -> list[str]:
    """Return the languages that a browser asks for, the most wanted first.

    Source: RFC 9110, section 12.5.4.

    >>> accepted_languages("de;q=0.7, ru-RU, en;q=0.9, fr;q=0")
    ['ru-RU', 'en', 'de']
    """
    weights = [
        (_weight(quality), tag.strip()) for tag, _, quality in (each.partition(";") for each in header.split(","))
    ]
    return [tag for weight, tag in sorted(weights, key=lambda each: -each[0]) if tag and weight > 0]


def _weight(quality: str) -> float:
    try:
        return float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


@cache
def form_words(language: str) -> FormWords:
    """Return the words of the form in a language that letters have."""
    raw = files("evenhand.web.public").joinpath("words", f"{language}.toml").read_bytes()
    return msgspec.toml.decode(raw, type=FormWords)
