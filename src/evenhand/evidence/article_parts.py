"""The paragraphs of an article that are read for claims, each with its section; the dateline is no part of them."""

from typing import Final, NamedTuple

from evenhand.evidence.page_lines import paragraphs
from evenhand.evidence.text_spans import trimmed
from evenhand.model.claims import Document, Section, Span

_ENDS: Final = ".!?:;…”\"’'»)]"
MOST_PARAGRAPHS: Final = 4_000


class ArticleParts(NamedTuple):
    """Paragraphs in order of the text, and the section of each; `left_out` are those beyond the most that are read."""

    paragraphs: tuple[Span, ...]
    sections: tuple[Section, ...]
    left_out: int = 0


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
        if follows and text[joined[-1][1] - 1] not in _ENDS:
            joined[-1] = (joined[-1][0], span[1])
        elif span[0] < span[1]:
            joined.append(span)
    body = [_without_dateline(document, text, span) for span in joined]
    parts: list[tuple[Span, Section]] = [(span, "body" if at else "lead") for at, span in enumerate(body)]
    if document.caption:
        parts.append((document.caption, "caption"))
    parts.sort()
    left_out = max(0, len(found) - MOST_PARAGRAPHS)
    return ArticleParts(tuple(span for span, _ in parts), tuple(section for _, section in parts), left_out)


def _without_dateline(document: Document, text: str, span: Span) -> Span:
    if document.dateline is None or not span[0] <= document.dateline.span[0] < span[1]:
        return span
    start = document.dateline.span[1]
    while start < span[1] and text[start] in " -–—:":
        start += 1
    return start, span[1]
