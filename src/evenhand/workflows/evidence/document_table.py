"""The saved documents of a network as a table: how each is called, how far its claims are, and its words to search."""

import threading
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from evenhand.model.errors import NotFound, NotVerified
from evenhand.model.visible_text import on_one_line
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, outlet_of
from evenhand.workflows.evidence_records.evidence_fold import ID_SHOWN, DocumentRecords, Evidence


class DocumentRow(NamedTuple):
    """A saved document: its title or address, whose it is, and how many of its claims are in which state.

    `published` is an ISO date, ``""`` where the document does not say. `problem` is why its files cannot be read,
    `not_read` why no claim was looked for in its text, such as another language; ``""`` where neither is so.
    """

    id: str
    title: str
    uri: str
    outlet: str
    published: str
    added_by: str
    added_at: datetime
    official: bool
    waiting: int
    confirmed: int
    rejected: int
    problem: str = ""
    not_read: str = ""

    @property
    def is_decided(self) -> bool:
        """Return whether each claim of a document that was read is decided."""
        return self.waiting == 0 and not self.problem and not self.not_read


class _Kept(NamedTuple):
    stamp: tuple[object, ...]
    row: DocumentRow
    words: bytes


class DocumentTable:
    """The rows of all documents for all threads; a document is opened again only when something was recorded of it."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def rows(self, network: Network, evidence: Evidence, text: str = "") -> list[DocumentRow]:
        """Return the documents in which every word of a text stands, in title, address, outlet or text; newest first.

        Without a text all of them. A document whose files are missing or changed has a row that says so.
        """
        words = text.casefold().split()
        with self._lock:
            known, self._kept = self._kept, {}
            for records in evidence.documents.values():
                kept, stamp = known.get(records.id), (len(records.events), records.last)
                is_known = kept is not None and kept.stamp == stamp and not kept.row.problem
                self._kept[records.id] = kept if kept and is_known else _kept(network, records, stamp)
            found = [each for each in self._kept.values() if not words or _has(each, words)]
        return [each.row for each in reversed(found)]


def _has(kept: _Kept, words: Sequence[str]) -> bool:
    text = zlib.decompress(kept.words).decode(errors="replace")
    return all(each in text for each in words)


def _kept(network: Network, records: DocumentRecords, stamp: tuple[object, ...]) -> _Kept:
    try:
        opened = OpenedDocument(network, records)
    except (NotFound, NotVerified) as error:
        row = _row(records, ("", "", "", ""), 0, error.what)
        return _Kept(stamp, row, zlib.compress(records.id.encode(), 1))
    reading = opened.latest
    document, headline = reading.article.document, reading.article.document.headline
    title = on_one_line(reading.text[slice(*headline)]).strip() if headline is not None else ""
    outlet = outlet_of(document)
    row = _row(records, (title, document.uri, outlet, document.published.date or ""), len(opened.waiting), "")
    if document.language is None or not document.body_lines:
        row = row._replace(not_read=": ".join(("not read", *document.notes[-1:])).replace("not read: not", "not"))
    words = f"{records.id} {title} {document.uri} {outlet} {reading.text}".casefold()
    return _Kept(stamp, row, zlib.compress(words.encode(errors="replace"), 1))


def _row(records: DocumentRecords, head: tuple[str, str, str, str], waiting: int, problem: str) -> DocumentRow:
    title, uri, outlet, published = head
    states = [records.state_of(each) for each in records.decided]
    return DocumentRow(
        id=records.id, title=title or uri or records.id[:ID_SHOWN], uri=uri, outlet=outlet, published=published,
        added_by=records.added.by, added_at=records.added.at, official=records.added.official, waiting=waiting,
        confirmed=sum(each in ("confirmed", "corrected") for each in states), rejected=states.count("rejected"),
        problem=problem,
    )  # fmt: skip
