"""A document is saved and read: its bytes and what was read stay outside of the ledger, their hashes go into it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from msgspec import structs

from evenhand.model.claims import Article
from evenhand.model.errors import BadInput
from evenhand.model.evidence import EvidenceEvent, Reading
from evenhand.model.record import Record
from evenhand.model.staff import StaffCase
from evenhand.store.network import Network
from evenhand.workflows.evidence.open_evidence import OpenEvidence, open_evidence
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from evenhand.workflows.evidence_records.evidence_files import keep_document, keep_reading
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts, SourceQuestion
from evenhand.workflows.evidence_records.stated_document import StatedDocument
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.run.tools import Tools

MOST_BYTES = 25_000_000

Read = Callable[[bytes, str, str], Article]
"""What reads a document: its bytes, where it is from and its media type."""


class AddedDocument(Record, frozen=True, kw_only=True):
    """What became of a document: its SHA-256, whether it is new, whether it was read otherwise than before.

    `proposed` are the claims that wait for a person, `proposed_anew` those that did not before, `notes` what could not
    be used of it, and which claims that count it may change.
    """

    document: str
    uri: str
    is_new: bool
    read_anew: bool
    proposed: tuple[str, ...]
    proposed_anew: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def add_documents(
    network: Network, stated: list[StatedDocument], acting: Acting, at: datetime, tools: Tools, read: Read
) -> list[AddedDocument]:
    """Save documents with what was read of them, and return what became of each.

    A document that is there already is read again: where this reader reads it otherwise, its claims are proposed anew,
    and what people have decided stays as it is.

    Raises:
        BadInput: a document is empty or too large, no text could be read of it, or nobody acts.
        StateRefused: part of its records was erased.
        NotPermitted: the staff's rules do not allow it.
    """
    acting = checked_person(acting, "--by")
    for each in stated:
        check_document(each)
    articles = [read(each.data, each.uri, each.media_type) for each in stated]
    for document, article in zip(stated, articles, strict=True):
        check_text(document, article)
    with open_evidence(network, at, tools) as held:
        acting = permit(network, acting, "work_task", StaffCase(), held.at)
        added = [_add(held, each, article, acting) for each, article in zip(stated, articles, strict=True)]
        questions = KeptSourceFacts().questions(network, held.evidence)
        return [structs.replace(each, notes=(*_changes(questions, each.document), *each.notes)) for each in added]


def _changes(questions: Iterable[SourceQuestion], document: str) -> Iterator[str]:
    """Yield what a document may change of claims that count, for who saves it."""
    for each in questions:
        if each.document == document:
            parties = f", linked to {', '.join(party.id for party in each.parties)}" if each.parties else ""
            yield f"of {', '.join((*each.claims, *each.proposed))}{parties}: {each.sentence}"


def _add(held: OpenEvidence, stated: StatedDocument, article: Article, acting: Acting) -> AddedDocument:
    document = keep_document(held.network, stated.data)
    known = held.evidence.documents.get(document)
    before = OpenedDocument(held.network, known) if known is not None else None
    old = set(before.waiting) if before is not None else set[str]()
    # The text is kept once, beside the article; the address is the one that it was first saved with.
    text, uri = article.text, before.latest.article.document.uri if before is not None else stated.uri
    article = _without_text(article, uri)
    reading = keep_reading(held.network, document, Reading(text=text, article=article))
    read_anew = known is None or reading != known.readings[-1].reading
    added = EvidenceEvent(
        document=document, number=0, kind="add", by=acting.person, at=held.at, media_type=stated.media_type,
        size=len(stated.data), official=stated.official,
    )  # fmt: skip
    was_read = EvidenceEvent(document=document, number=0, kind="read", by=acting.person, at=held.at, reading=reading,
                             claims=len(article.claims))  # fmt: skip
    events = ([added] if known is None else []) + ([was_read] if read_anew else [])
    if events:
        held.append(*events, acting=acting, signs=False)
    opened = OpenedDocument(held.network, held.evidence.documents[document])
    kept = (f"it was saved before from {uri}, which stays its address",) if uri != stated.uri else ()
    return AddedDocument(
        document=document, uri=stated.uri, is_new=known is None, read_anew=read_anew, proposed=tuple(opened.waiting),
        proposed_anew=tuple(each for each in opened.waiting if each not in old), notes=(*kept, *article.document.notes),
    )  # fmt: skip


def _without_text(article: Article, uri: str) -> Article:
    document = structs.replace(article.document, uri=uri)
    return Article(document=document, claims=article.claims, scare_quotes=article.scare_quotes)


def check_text(stated: StatedDocument, article: Article) -> None:
    """Refuse a document of which no text was read: no claim can be found in it or shown in its words.

    Raises:
        BadInput: it says what stands in the way.
    """
    if article.text.strip():
        return
    why = next(iter(article.document.notes), "no text")
    raise BadInput(
        f"nothing was saved, because no text could be read: {why}", where=stated.uri,
        expected="a text, HTML page or mail, or a PDF with a text layer",
        todo="open the file; if it is whole there, save it again as PDF or text, scanned pages with their words"
        " recognised",
    )  # fmt: skip


def check_document(stated: StatedDocument) -> None:
    """Refuse what cannot be a saved document.

    Raises:
        BadInput: it is empty, or too large.
    """
    if not stated.data:
        raise BadInput("the document is empty", where=stated.uri, expected="an article or document as saved")
    if len(stated.data) > MOST_BYTES:
        raise BadInput("the document is too large", where=stated.uri, got=f"{len(stated.data):,} bytes",
                       expected=f"{MOST_BYTES:,} bytes at most")  # fmt: skip
