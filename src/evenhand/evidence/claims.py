"""A saved document as claims: who said what, when, through whom, and which accusation it denies; each is a proposal."""

import re
from datetime import date
from typing import Final

import msgspec

from evenhand.evidence.article_parts import article_parts
from evenhand.evidence.attributions import read_passages
from evenhand.evidence.claim_speakers import Speakers
from evenhand.evidence.claim_times import report_time, speech_time
from evenhand.evidence.denials import link_denials
from evenhand.evidence.exonerations import is_taken_back, without_denied_own
from evenhand.evidence.further_statements import with_further_statements
from evenhand.evidence.headlines import headline_statements
from evenhand.evidence.read_document import read_document
from evenhand.evidence.reading_limits import limit_notes
from evenhand.evidence.repeats import link_repeats
from evenhand.evidence.retractions import without_retracted
from evenhand.evidence.scare_quotes import find_scare_quotes
from evenhand.evidence.source_counts import count_sources
from evenhand.evidence.stances import find_secondary, find_stance
from evenhand.evidence.statements import Statement, find_statements
from evenhand.evidence.subjects import names_in
from evenhand.evidence.text_spans import trimmed
from evenhand.model.claims import Article, Claim, Document, ReportedBy, SourceCount, Span

_NO_SPEAKER: Final = re.compile(r"[a-z]+ed (?:an?|the|its|their|his|her|one|another) ")
"""A verb with its object, as before a participle ("used an agency called Calypso"), is nobody who speaks."""


def read_article(data: bytes, uri: str, media_type: str | None = None) -> Article:
    """Return what a saved document says that somebody said. Never raises because of what a file holds.

    `media_type` is that of the file; without one it is told by name and content. Spans count code points of the text as
    saved; of HTML, mail and PDF, of the text that was taken from them. What was not usable is told in the document's
    notes. A text that is not English has no claims: the rules know English alone, and the notes say so.

    Raises:
        BadInput: HTML or PDF, and the extra that reads it is not installed; the message names it.
    """
    document, text = read_document(data, uri, media_type)
    return find_claims(document, text) if document.language else Article(document=document, text=text)


def find_claims(document: Document, text: str) -> Article:
    """Return the claims of a document that was read already, in the order of its text."""
    parts = article_parts(document, text)
    reading = read_passages(text, parts.paragraphs)
    statements = find_statements(reading, parts.paragraphs, parts.sections)
    statements = with_further_statements(reading, parts.paragraphs, parts.sections, statements)
    if document.headline:
        statements += headline_statements(text, document.headline)
    statements = [statement for statement in statements if _is_claim(text, statement)]
    statements = without_retracted(text, statements)
    statements.sort(key=lambda statement: (statement.first, -statement.last))
    published = _published(document)
    speakers = Speakers(text, parts.paragraphs, statements)
    places = {id(statement): at for at, statement in enumerate(statements)}
    claims = [_claim(text, statement, places, speakers, published) for statement in statements]
    claims = link_denials(text, link_repeats(text, without_denied_own(claims)))
    scare_quotes = find_scare_quotes(document, reading, parts.paragraphs, claims)
    notes = limit_notes(parts, reading)
    document = msgspec.structs.replace(document, notes=(*document.notes, *notes)) if notes else document
    return Article(document=document, text=text, claims=tuple(claims), scare_quotes=scare_quotes)


def _is_claim(text: str, statement: Statement) -> bool:
    is_spoken = _NO_SPEAKER.match(statement.attribution.name) is None
    return is_spoken and _has_words(text, statement) and not _declines_again(statement)


def _has_words(text: str, statement: Statement) -> bool:
    """Return whether a content holds a letter: marks alone are no claim."""
    return any(
        any(map(str.isalpha, text[start : min(end, start + 500)])) for start, end in statement.attribution.content
    )


def _declines_again(statement: Statement) -> bool:
    """Return whether a statement is only the "it did not comment" of who is said to say so."""
    found = statement.attribution
    return found.stance == "declines" and statement.parent is not None and found.speaker_form == "pronoun"


def _published(document: Document) -> date | None:
    return date.fromisoformat(document.published.date) if document.published.date else None


def _claim(
    text: str, statement: Statement, places: dict[int, int], speakers: Speakers, published: date | None
) -> Claim:
    found = statement.attribution
    content = " ".join(text[slice(*span)] for span in found.content)
    own_words = speakers.with_own_subject(statement, content)
    party = speakers.party(statement)
    stance = find_stance(found.stance, own_words, found.cue_lemma, quoted=found.form == "direct", party=party)
    if stance == "accuses" and found.cue is not None and is_taken_back(text, found.cue[0]):
        stance = "asserts"
    speaker = speakers.of(statement)
    reported_by = _reported_by(text, statement, published)
    spoken = speakers.attribution(statement)
    return Claim(
        id=_id(places[id(statement)]),
        section=statement.section,
        form="nested" if statement.parent is not None else found.form,
        content=tuple(trimmed(text, span) for span in found.content),
        inner_quotes=found.inner_quotes,
        speaker=speaker,
        speaker_span=spoken.speaker_span,
        resolution=spoken.resolution,
        resolved_by=_place(statement.source, places),
        cue=found.cue,
        cue_lemma=found.cue_lemma,
        hedge=found.hedge,
        negated=found.negated,
        stance=stance,
        secondary=find_secondary(stance, content),
        about=names_in(text, found.content, statement.target),
        target=statement.target,
        nested_in=_place(statement.parent, places),
        reported_by=reported_by,
        said_on=speech_time(text, statement, published),
        source_count=_source_count(text, statement, speaker.kind == "anonymous", reported_by, speakers),
        elisions=found.elisions,
        insertions=found.insertions,
    )


def _id(at: int) -> str:
    return f"c{at + 1}"


def _place(other: Statement | None, places: dict[int, int]) -> str | None:
    at = places.get(id(other))
    return None if at is None else _id(at)


def _reported_by(text: str, statement: Statement, published: date | None) -> ReportedBy | None:
    if statement.reported_by is None:
        return None
    return ReportedBy(
        name=" ".join(text[slice(*statement.reported_by)].split()),
        span=statement.reported_by,
        cue=statement.reported_cue,
        said_on=report_time(text, statement, published),
    )


def _source_count(
    text: str, statement: Statement, anonymous: bool, reported_by: ReportedBy | None, speakers: Speakers
) -> SourceCount | None:
    """Return how many persons speak without a name, or report without one what somebody with a name said."""
    phrase: Span | None = speakers.attribution(statement).speaker_phrase if anonymous else None
    if phrase is None and reported_by is not None and speakers.is_anonymous(reported_by.name):
        phrase = reported_by.span
    return None if phrase is None else count_sources(text[slice(*phrase)])
