"""What a text takes back: words that an earlier version gave, and words that somebody is said not to have spoken.

A correction tells what was wrong in order to say that it was; nobody is left who says it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from evenhand.evidence.statements import Statement
from evenhand.evidence.text_spans import folded, sentences
from evenhand.model.claims import Span

_HINTS: Final = (
    "correction", "clarification", "version", "wrongly", "incorrectly", "mistakenly", "erroneously", "in error",
)  # fmt: skip
_CONTRADICTED: Final = re.compile(
    r"[.!?][”\"]?\s+(?:he|she|it|they|we|that|this)\s(?:did|had|has|have|was|were|is|are)(?:\snot|n[’']t)\b",
    re.IGNORECASE,
)
"""What a text that takes something back holds; most texts hold nothing of it and are not looked at further."""
_EARLIER: Final = re.compile(
    r"\b(?:an?|the|our|its|this article[’']s)\s(?:earlier|previous|first|original|prior|initial)\s(?:print\s|online\s)?"
    r"(?:version|edition|report|article|story|headline|post)(?:\sof\s[^,.;]{3,40}?)?(?:,[^,.;]{3,60},)?\s(?:\w+ly\s)?"
    r"(?:said|stated|reported|wrote|gave|misstated|misquoted|quoted|named|attributed|identified|had)\b",
    re.IGNORECASE,
)
_OWN_PAPER: Final = re.compile(
    r"(?:^|\s)(?:(?:this|our|yesterday[’']s|today[’']s|last\s\w+[’']s"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day[’']s)\s"
    r"[\w’' -]{2,40}?"
    r"|(?:an?|the)\s(?:article|report|story|item|headline|caption)\s(?:on|in|of|published)\s[^,.;]{3,40}?"
    r"|we)\s(?:\w+ly\s)?(?:said|stated|reported|wrote|misstated|attributed|quoted|named|gave)\b",
    re.IGNORECASE,
)
_WRONGLY: Final = re.compile(r"\b(?:wrongly|incorrectly|mistakenly|erroneously|in error)\b", re.IGNORECASE)
_NOT_SO: Final = re.compile(
    r"^(?:In fact,? )?(?:(?:he|she|it|they|we|that|this)\s(?:did|had|has|have|was|were|is|are)(?:\snot|n[’']t)"
    r"(?:\s(?:so|true|correct|the case|right|done so|say (?:so|that|this)|do so))?"
    r"|(?:that|this|the (?:report|statement|story|claim|quotation|quote))\s(?:was|is)\s(?:wrong|untrue|incorrect|false"
    r"|inaccurate|an error|a mistake))[.;,]",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"(?:^|\n)\s*(?:corrections?|clarifications?)\b[^\n]{0,40}\s*$", re.IGNORECASE)
_OPENS: Final = re.compile(r"\s*(?:corrections?|clarifications?|editor[’']s note)\b", re.IGNORECASE)


def without_retracted(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements but those that the text itself takes back.

    They are: what an earlier version or the paper itself said, in a correction; what is said "wrongly" there; and what
    somebody reports that another said, where the next sentence says that they did not.
    """
    if not any(map(folded(text).__contains__, _HINTS)) and _CONTRADICTED.search(text) is None:
        return list(statements)
    whole: list[Span] = []
    inner: list[Span] = []
    for paragraph in dict.fromkeys(statement.paragraph for statement in statements):
        for sentence, is_all in _taken_back(text, paragraph):
            (whole if is_all else inner).append(sentence)
    kept = []
    for statement in statements:
        place = statement.attribution.cue or statement.attribution.content[0]
        within_nested = statement.parent is not None and _holds(inner, place)
        if not within_nested and not _holds(whole, place):
            kept.append(statement)
    for statement in kept:
        statement.parent = statement.parent if statement.parent in kept else None
        statement.source = statement.source if statement.source in kept else None
    return kept


def _holds(spans: Sequence[Span], place: Span) -> bool:
    return any(start <= place[0] < end for start, end in spans)


def _taken_back(text: str, paragraph: Span) -> Iterator[tuple[Span, bool]]:
    """Yield the sentences of a paragraph that are taken back, and whether all of each is, or what is told in it."""
    found = sentences(text, paragraph)
    corrects = _OPENS.match(text, *paragraph) or _HEADING.search(text[max(0, paragraph[0] - 60) : paragraph[0]])
    for span, following in pairwise([*found, None]):
        words = text[slice(*span)] if span else ""
        own = _EARLIER.search(words) is not None or (corrects and _OWN_PAPER.search(words) is not None)
        wrong = _WRONGLY.search(words) is not None
        contradicted = following is not None and _NOT_SO.match(text[slice(*following)]) is not None
        if span and (own or (corrects and (wrong or contradicted))):
            yield span, True
        elif span and (wrong or contradicted):
            yield span, False
