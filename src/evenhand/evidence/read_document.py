"""A saved article or document as a record: its text, its head, and which lines are the article."""

import hashlib
import re
from collections.abc import Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from evenhand.evidence.bylines import author_of, names_of
from evenhand.evidence.decoding import decode
from evenhand.evidence.document_text import DocumentText, is_binary, media_type_of
from evenhand.evidence.html_text import html_text
from evenhand.evidence.languages import language
from evenhand.evidence.mail_text import mail_text
from evenhand.evidence.page_dates import published_at, saved_between
from evenhand.evidence.page_head import dateline, publisher
from evenhand.evidence.page_lines import page_lines
from evenhand.evidence.pdf_text import pdf_text
from evenhand.evidence.text_spans import lines, trimmed
from evenhand.model.claims import Dateline, Document, DroppedLine, PublishedAt, Span

EXTRACTOR: Final = "evenhand-articles 2"
"""Raise the number with each change of what is read from a page: records name it."""

MOST_CHARACTERS: Final = 2_000_000
MOST_LINES: Final = 20_000
"""How much of a text is read, some two hundred times a long article; a larger file is kept whole all the same."""

_AROUND_THE_ARTICLE: Final = ("before the article", "after the article", "menu", "byline")


def read_document(data: bytes, uri: str, media_type: str | None = None) -> tuple[Document, str]:
    """Return the record of a saved document, and its text: the one whose code points all spans count.

    Of plain text it is the decoded file, unchanged; of HTML, mail and PDF the text taken from them, to be kept beside
    the bytes. Of a huge text it is the first `MOST_CHARACTERS` or `MOST_LINES`. Whatever is not usable is told in the
    record's `notes`; nothing raises because of what a file holds. Without a media type it is told by name and content.

    Raises:
        BadInput: HTML or PDF, and the extra that reads it is not installed; the message names it.
    """
    kind = media_type_of(data, uri, media_type)
    found = _text_of(data, kind, media_type)
    text, cut = _cut(found.text)
    return _describe(data, uri, kind, found._replace(text=text, notes=(*found.notes, *cut))), text


def _text_of(data: bytes, kind: str, media_type: str | None) -> DocumentText:
    match kind:
        case "text/html":
            return html_text(data, media_type)
        case "message/rfc822":
            return mail_text(data)
        case "application/pdf":
            return pdf_text(data)
    if not kind.startswith("text/") and is_binary(data):
        return DocumentText("", (f"not read: `{kind}` is none of text, HTML, mail and PDF",))
    if "charset" not in (media_type or "") and is_binary(data):
        return DocumentText("", ("not read: the file holds binary data, no text",))
    return DocumentText(*decode(data, media_type))


def _describe(data: bytes, uri: str, media_type: str, found: DocumentText) -> Document:
    page = _Page(found)
    body = page.of("body")
    opening, agency, day = _dateline(page)
    names = names_of(page.words(at) for at in page.of("byline", "date", "credit"))
    opening = opening or (_filed_from(page, names.place) if names.place else None)
    published, note = _published(page, [day] if day else [])
    if published.span is None and published.date is None and opening is not None:
        published, note = published_at(page.text, [opening.span], [])
    headline = next(iter(page.of("headline")), None)
    written = language("\n".join(page.words(at) for at in body[:200]))
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        uri=uri,
        media_type=media_type,
        characters=len(found.text),
        extractor=f"{EXTRACTOR}; {found.reader}" if found.reader else EXTRACTOR,
        headline=page.first("headline"),
        headline_line=None if headline is None else headline + 1,
        published=published,
        agency=agency,
        dateline=opening,
        reporters=_reporters(page, names.reporters, agency, opening),
        editors=names.editors,
        caption=page.first("caption"),
        credit_line=page.first("credit"),
        publisher=_publisher(page) or found.publisher,
        language=written,
        body_lines=tuple(at + 1 for at in body),
        dropped_lines=_dropped(page, published),
        saved_between=_saved_between(page, published),
        notes=tuple(chain(found.notes, [note] if note else [], _notes(page, written))),
    )


def _cut(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the part of a text that is read, and a note where that is not all of it."""
    if len(text) <= MOST_CHARACTERS and text.count("\n") + text.count("\r") < MOST_LINES:
        return text, ()
    end = next((found.end() for found in islice(re.finditer(r"\r\n|\n|\r", text), MOST_LINES - 1, None)), len(text))
    end = min(end, MOST_CHARACTERS)
    if end >= len(text):
        return text, ()
    return text[:end], (f"only the first {end:,} of {len(text):,} characters were read",)


class _Page:
    """Lines of a text with their roles, those of a role found once."""

    def __init__(self, found: DocumentText) -> None:
        self.found = found
        self.text = found.text
        self.spans = lines(found.text)
        self.roles = page_lines(found.text, found.title, found.captions)
        self._by_role: dict[str, list[int]] = {}
        for at, line in enumerate(self.roles):
            self._by_role.setdefault(line.role, []).append(at)

    def of(self, *roles: str) -> list[int]:
        """Return the places of the lines with these roles, role by role."""
        return [at for role in roles for at in self._by_role.get(role, ())]

    def words(self, at: int) -> str:
        """Return a line."""
        return self.text[slice(*self.spans[at])]

    def first(self, role: str) -> Span | None:
        """Return where the first line with a role stands."""
        return next((trimmed(self.text, self.spans[at]) for at in self.of(role)), None)


def _dateline(page: _Page) -> tuple[Dateline | None, str | None, tuple[int, int] | None]:
    """Return the first dateline, agency and day that the first lines of an article give."""
    found = (dateline(page.text, page.spans[at]) for at in page.of("body")[:3])
    return next((line for line in found if line[0] or line[1]), (None, None, None))


def _filed_from(page: _Page, place: str) -> Dateline | None:
    """Return the place of a by-line as a dateline: "Mira Holt in Ostvik"."""
    for at in page.of("byline", "date"):
        start = page.text.find(place, *page.spans[at])
        if start >= 0:
            return Dateline(place=place, agency=None, span=(start, start + len(place)))
    return None


def _reporters(page: _Page, names: Sequence[str], agency: str | None, opening: Dateline | None) -> tuple[str, ...]:
    """Return who wrote it: the names found but the agency's and the place's, else those in front of one of these."""
    others = [name for name in (agency, opening.place if opening else None) if name]
    small = {name.casefold() for name in others}
    found = [name for name in names if name.casefold() not in small]
    around = [at for at in page.of("dropped", "byline") if page.roles[at].rule in _AROUND_THE_ARTICLE]
    found = found or [name for at in around for other in others if (name := author_of(page.words(at), other))]
    return tuple(dict.fromkeys(found)) or page.found.authors


def _published(page: _Page, known: Sequence[tuple[int, int]]) -> tuple[PublishedAt, str | None]:
    """Return when a page was published: as its metadata say, else its date lines, its by-lines, what is above it."""
    above = [at for at in page.of("dropped") if page.roles[at].rule == "before the article"]
    shown, note = PublishedAt(), None
    for places in (page.of("date"), page.of("byline"), above):
        shown, note = published_at(page.text, [page.spans[at] for at in places], known)
        if shown.span:
            break
    stated = page.found.published
    if stated and stated.date:
        return msgspec.structs.replace(stated, span=shown.span if shown.date == stated.date else None), None
    return shown, note


def _saved_between(page: _Page, published: PublishedAt) -> tuple[str, str] | None:
    aged = (saved_between(published.date, page.words(at)) for at in page.of("date"))
    return next((found for found in aged if found), None)


def _publisher(page: _Page) -> str | None:
    named = (publisher(page.words(at)) for at in page.of("dropped") if page.roles[at].rule == "copyright")
    return next((name for name in named if name), None)


def _dropped(page: _Page, published: PublishedAt) -> tuple[DroppedLine, ...]:
    """Return the lines that are neither article nor one of the head's own fields, each with its rule."""
    head = {at for role in ("caption", "credit") for at in page.of(role)[:1]}
    if published.span:
        head |= {at for at in page.of("date") if page.spans[at][0] <= published.span[0] < page.spans[at][1]}
    places = sorted(set(page.of("date", "byline", "caption", "credit", "dropped")) - head)
    return tuple(DroppedLine(line=at + 1, text=page.words(at).strip(), rule=page.roles[at].rule) for at in places)


def _notes(page: _Page, written: str | None) -> list[str]:
    found = []
    if not page.text.strip():
        found.append("no text")
    elif not page.of("body"):
        found.append("no article found: no line ends like a sentence")
    elif written is None:
        found.append("not read: language was not recognised as English")
    return found
