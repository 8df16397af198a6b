"""Lines, paragraphs and sentences of a text as spans: code points, end exclusive, nothing changed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from evenhand.model.claims import Span

_LINE: Final = re.compile(r"\r\n|\n|\r")
# A full stop, question or exclamation mark, what closes behind it, then a blank and what can open a sentence.
_END: Final = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s+[\"“‘'«„(\[]*[^\W_a-z])")
# Words whose full stop ends no sentence: titles, months, units and the short forms of agencies' style.
_SHORT: Final = re.compile(
    r"(?:\b(?:[A-Z]|(?:[A-Z]\.)+[A-Z]|Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Gen|Col|Maj|Capt|Lt|Sgt|Sen|Rep|Gov|St|Mt|Ft|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|vs|v|e\.g|i\.e|etc|approx|Art|Fig|Nos|Vol))\.$"
)
_MAY_END: Final = frozenset({"U.S.", "U.K.", "U.N.", "E.U.", "U.S.A.", "D.C.", "a.m.", "p.m.", "Jr.", "Sr."})
_OPENS_SENTENCE: Final = frozenset(
    {
        "The",
        "A",
        "An",
        "He",
        "She",
        "It",
        "They",
        "We",
        "In",
        "On",
        "At",
        "But",
        "And",
        "However",
        "That",
        "This",
        "His",
        "Her",
    }
)


@lru_cache(maxsize=2)
def lines(text: str) -> tuple[Span, ...]:
    """Return the span of each line without what ends it; line 1 is the first of them. An empty text has one."""
    if "\r" not in text:
        found, at = [], 0
        for line in text.split("\n"):
            found.append((at, at + len(line)))
            at += len(line) + 1
        return tuple(found)
    ends = [match.span() for match in _LINE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return tuple(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))


def folded(words: str) -> str:
    """Return words as a pattern that ignores case takes them: each letter that it takes for an ASCII one is that one.

    To look for plain words here first is many times as fast as such a pattern.
    """
    small = words.casefold()
    return small if small.isascii() else small.replace("ı", "i").replace("\u0307", "")


def places_of(text: str, words: str) -> Iterator[int]:
    """Yield where words stand as whole ones, as a pattern with an edge on both sides finds them.

    To make a pattern of each name costs more than all that is looked for with it.
    """
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if _is_edge(text, at) and _is_edge(text, end):
            yield at
        at = text.find(words, at + 1)


def holds_words(text: str, words: str) -> bool:
    """Return whether a text holds words as whole ones."""
    return next(places_of(text, words), None) is not None


def _is_edge(text: str, at: int) -> bool:
    return _is_letter(text[at - 1 : at] if at else "") != _is_letter(text[at : at + 1])


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


def trimmed(text: str, span: Span) -> Span:
    """Return a span without the blanks at both ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences within a paragraph, in order, without blanks around them.

    A full stop behind a title, a month or initials ends a sentence only where a word follows that opens one.
    """
    return list(_sentences(text, span))


@lru_cache(maxsize=32)
def _sentences(text: str, span: Span) -> tuple[Span, ...]:
    start, end = span
    cuts = [start]
    cuts += [match.end() for match in _END.finditer(text, start, end) if _ends_sentence(text, start, match.end(), end)]
    pieces = [trimmed(text, piece) for piece in pairwise([*cuts, end])]
    return tuple(piece for piece in pieces if piece[0] < piece[1])


def _ends_sentence(text: str, start: int, at: int, end: int) -> bool:
    before = text[max(start, at - 12) : at]
    if not _SHORT.search(before):
        return True
    following = text[at : min(end, at + 24)].split()
    return before.split()[-1] in _MAY_END and bool(following) and following[0].strip("“\"‘'") in _OPENS_SENTENCE
