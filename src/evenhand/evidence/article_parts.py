"""The paragraphs of an article that are read for claims, each with its section; the dateline is no part of them."""

import re
from typing import Final, NamedTuple

from evenhand.evidence.page_lines import paragraphs
from evenhand.evidence.text_spans import trimmed
from evenhand.evidence.words import LONGEST
from evenhand.model.claims import Document, Section, Span

_ENDS: Final = ".!?:;…”\"’'»)]"
_TIMED: Final = re.compile(r"\d{1,2}[:.]\d{2}\b[^\n]*$")
"""A line that opens an entry of a live report: "20:52 Ministry: no warning was withheld"."""
MOST_PARAGRAPHS: Final = 4_000
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s|(?<=[.!?][\"”’»)])\s")
_NEAR: Final = 2_000


class ArticleParts(NamedTuple):
    """Paragraphs in order of the text, and the section of each; `left_out` are those beyond the most that are read.

    A paragraph is cut to what is read of it before anything looks at it; `whole` are the same without the cut.
    """

    paragraphs: tuple[Span, ...]
    sections: tuple[Section, ...]
    left_out: int = 0
    whole: tuple[Span, ...] = ()


def article_parts(document: Document, text: str) -> ArticleParts:
    """Return the paragraphs of the body, and the caption.

    Body lines that follow one another are one paragraph where wrapping broke it (mails, PDFs), or where the first ends
    in the middle of a sentence.
    """
    joined: list[Span] = []
    found = paragraphs(text, document.body_lines)
    for paragraph in found[:MOST_PARAGRAPHS]:
        span = trimmed(text, paragraph)
        follows = joined and text.count("\n", joined[-1][1], span[0]) <= 1
        if follows and text[joined[-1][1] - 1] not in _ENDS and not _TIMED.match(text, *joined[-1]):
            joined[-1] = (joined[-1][0], span[1])
        elif span[0] < span[1]:
            joined.append(span)
    body = [_without_dateline(document, text, span) for span in joined]
    parts: list[tuple[Span, Section]] = [(span, "body" if at else "lead") for at, span in enumerate(body)]
    if document.caption:
        parts.append((document.caption, "caption"))
    parts.sort()
    left_out = max(0, len(found) - MOST_PARAGRAPHS)
    whole = tuple(span for span, _ in parts)
    cut = tuple(_cut(text, span) for span in whole)
    return ArticleParts(cut, tuple(section for _, section in parts), left_out, whole)


def _cut(text: str, span: Span) -> Span:
    """Return what is read of a paragraph: all of one of common length, else up to the last sentence within the limit.

    Where no sentence ends near the limit it is cut at a blank, so that no word is cut.
    """
    start, end = span
    if end - start <= LONGEST:
        return span
    limit = start + LONGEST
    ended = max((found.start() for found in _SENTENCE_END.finditer(text, limit - _NEAR, limit)), default=start)
    blank = text.rfind(" ", start, limit)
    return start, next((each for each in (ended, blank) if each > start), limit)


def _without_dateline(document: Document, text: str, span: Span) -> Span:
    if document.dateline is None or not span[0] <= document.dateline.span[0] < span[1]:
        return span
    start = document.dateline.span[1]
    while start < span[1] and text[start] in " -–—:":
        start += 1
    return start, span[1]
