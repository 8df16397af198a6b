"""Whether what a speaker is called is a name at all: "Passengers" and "the office" count as no named source."""

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from evenhand.model.claims import SpeakerKind

_OPENS: Final = re.compile(r"(?:^|[.!?:\n–—-])[\s“\"«„‘'(]*$")
_AROUND: Final = 6


def counted_kind(kind: SpeakerKind, name: str, text: str) -> SpeakerKind:
    """Return as what a speaker is counted: an organisation whose name is none is unnamed, or not known.

    It is none where it has no capital but the one that opens a sentence, and the text writes its word small elsewhere
    or it is a word for persons.

    >>> text = "Passengers accused the line. The office denied it. Greenplate agreed."
    >>> [counted_kind("named_organisation", each, text) for each in ("Passengers", "The office", "Greenplate")]
    ['anonymous', 'unspecified', 'named_organisation']
    """
    if kind != "named_organisation":
        return kind
    words = name.split()
    if words and words[0].lower() in ("the", "a", "an"):
        words = words[1:]
    if not words or any(_has_capital(each) for each in words[1:]) or not _is_no_name(words, text):
        return kind
    return "anonymous" if _is_plural(words[-1]) else "unspecified"


def _is_no_name(words: list[str], text: str) -> bool:
    first = words[0]
    if not _has_capital(first) or (len(words) > 1 and _is_of_persons(words[-1])):
        return True
    if not first.istitle() or not _only_opens(first, text):
        return False
    small = re.search(rf"(?<!\w){re.escape(first.lower())}(?!\w)", text) is not None
    return small or _is_of_persons(words[-1].lower())


def _only_opens(word: str, text: str) -> bool:
    """Return whether a word stands with a capital at the beginnings of sentences alone."""
    found = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    return all(_OPENS.search(text[max(each.start() - _AROUND, 0) : each.start()]) for each in found)


def _has_capital(word: str) -> bool:
    return any(map(str.isupper, word))


def _is_plural(word: str) -> bool:
    plain = word.lower()
    return plain in _words("persons_plural") or (plain.endswith("s") and plain[-2:] != "ss")


def _is_of_persons(word: str) -> bool:
    """Return whether a plural is a word for persons, by its end: "tenants", "passengers"."""
    plural = _words("persons_plural")
    return word in plural or (_is_plural(word) and word.removesuffix("s").endswith(_endings()))


@cache
def _endings() -> tuple[str, ...]:
    return tuple(_words("persons"))


def _words(kind: str) -> Collection[str]:
    from evenhand.evidence.word_patterns import read_words  # noqa: PLC0415  few runs have documents: 0.1 s

    return read_words("source_words.txt")[kind]
