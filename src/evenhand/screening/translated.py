"""General words of organisations' names in other alphabets, put into English, so that a name has a second reading."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from evenhand.screening.words import table_lines

_WORD = re.compile(r"[^\W\d_]+(?:[‌-][^\W\d_]+)*")
_SIGNS = re.compile(r"[㐀-鿿가-힯]+")
_LONGEST = 5
_ARTICLES = ("ال", "و")


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
