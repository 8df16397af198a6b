"""General words of organisations' names in other languages, put into English, so that a name has a second reading."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from evenhand.screening.names.script import latin
from evenhand.screening.names.words import table_lines
from evenhand.store.country_names import english_country_names

_WORD = re.compile(r"[^\W\d_]+(?:[‌-][^\W\d_]+)*")
_SIGNS = re.compile(r"[㐀-鿿가-힯]+")
_LONGEST = 5
_ARTICLES = ("ال", "و")
_PLAIN = re.compile(r"[a-z]+|[0-9]+")
_GERMAN_ENDINGS = ("", "e", "er", "es", "en", "em")
_MOST_WORDS = 12


def _english() -> dict[str, str]:
    return {word: english.strip("_") for english, words in table_lines("translations.txt") for word in words.split()}


ENGLISH: Mapping[str, str] = MappingProxyType(_english())


def translated(text: str) -> str | None:
    """Return a name with its general words in English, or None if none of them is known.

    >>> translated("Агентство Sputnik"), translated("中国国际广播电台"), translated("Sputnik")
    ('agency Sputnik', 'china international broadcasting', None)
    """
    if text.isascii():
        return None
    found = " ".join(part for word in text.split() for part in _parts(word))
    return found if found != " ".join(text.split()) else None


def _general_words() -> dict[str, str]:
    """Return the English of each general word; an English one is its own."""
    found: dict[str, str] = {}
    for english, words in table_lines("general_words.txt"):
        for word in words.split():
            stem = word.rstrip("-")
            for ending in _GERMAN_ENDINGS if word != stem else ("",):
                found.setdefault(stem + ending, english)
    heads = {english for english in found.values() if english.isalpha()}
    countries = english_country_names()
    owned = {f"{name}s": english for name, english in countries.items()}  # `Kolumbiens`
    return {**owned, **found, **countries, **{english: english for english in heads}}


GENERAL: Mapping[str, str] = MappingProxyType(_general_words())


def in_english(text: str) -> str | None:
    """Return a name in Latin letters in English if it is made of general words alone and one of them is not English.

    >>> in_english("Islamischer Staat"), in_english("Banque Centrale de Syrie"), in_english("Bank Islamique Nord")
    ('islamic state', 'bank central of syria', None)
    """
    words = _PLAIN.findall(text.lower() if text.isascii() else latin(text)[0])
    if not words or len(words) > _MOST_WORDS or words[0] not in GENERAL:
        return None
    english = [word if word.isdigit() else GENERAL.get(word, "") for word in words]
    return " ".join(english) if all(english) and english != words else None


def _parts(word: str) -> Iterator[str]:
    """Yield a word in English where it is known; a run of signs is cut at the longest known words."""
    if word.isascii():
        yield word
    elif _SIGNS.search(word):
        yield from _cut(word)
    else:
        yield _WORD.sub(lambda found: _word(found[0]), word)


def _word(word: str) -> str:
    lower = word.lower()
    for article in ("", *_ARTICLES):
        if lower.startswith(article) and (english := ENGLISH.get(lower.removeprefix(article))):
            return english
    return word


def _cut(signs: str) -> Iterator[str]:
    start = unknown = 0
    while start < len(signs):
        for length in range(min(_LONGEST, len(signs) - start), 0, -1):
            if english := ENGLISH.get(signs[start : start + length]):
                if unknown < start:
                    yield signs[unknown:start]
                yield english
                start = unknown = start + length
                break
        else:
            start += 1
    if unknown < len(signs):
        yield signs[unknown:]
