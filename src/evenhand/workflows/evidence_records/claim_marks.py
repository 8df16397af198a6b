"""The id of a claim in a network, and what of it goes into the ledger: hashes and places, no name and no word."""

import re
import unicodedata
from collections.abc import Iterable

from evenhand.model.claims import Article, Claim, Span, Speaker
from evenhand.model.evidence import ClaimMark, Reading
from evenhand.model.record import canonical, record_sha256, sha256_hex
from evenhand.workflows.evidence_records.crowd_names import counted_kind

ID_DIGITS = 12
_SOURCE_DIGITS = 16
_BLANKS = re.compile(r"\s+")


def claim_id(document: str, text_sha256: str, claim: Claim) -> str:
    """Return the id of a claim as it was proposed; `text_sha256` is that of the text that was read.

    It is made of all that was read of it, so that another reading that reads it alike proposes nothing new, and one
    that differs in a single field proposes another claim.
    """
    return f"q-{sha256_hex(canonical((document, text_sha256, claim)))[:ID_DIGITS]}"


def claim_ids(document: str, reading: Reading) -> dict[str, str]:
    """Return the network's id of each claim of a reading, by its id within the document."""
    text_sha256 = sha256_hex(reading.text.encode(errors="replace"))
    return {each.id: claim_id(document, text_sha256, each) for each in reading.article.claims}


def words_of(text: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """Return what stands at each span."""
    return tuple(text[start:end] for start, end in spans)


def words_sha256(words: tuple[str, ...]) -> str:
    """Return the hash of words, place by place."""
    return record_sha256(words)


def mark_of(reading: Reading, claim: Claim, ids: dict[str, str], *, named_by_person: bool = False) -> ClaimMark:
    """Return what the ledger keeps of a claim; `ids` are those of the reading's claims.

    Who is called by no name counts as unnamed, unless the speaker is `named_by_person`: a person said who it is.
    """
    kind = claim.speaker.kind
    kind = kind if named_by_person else counted_kind(kind, claim.speaker.name, reading.text)
    unnamed = kind == "anonymous"
    counted = claim.source_count.n if claim.source_count is not None else None
    return ClaimMark(
        content=claim.content,
        words=words_sha256(words_of(reading.text, claim.content)),
        record=record_sha256(claim),
        section=claim.section,
        form=claim.form,
        stance=claim.stance,
        secondary=claim.secondary,
        kind=kind,
        sources=source_keys(claim.speaker, reading.article),
        persons=max(counted or 1, 1) if unnamed else 0,
        denies=tuple(ids[each] for each in claim.denies if each in ids),
        said_on=claim.said_on.value if claim.said_on is not None else None,
    )


def source_keys(speaker: Speaker, article: Article) -> tuple[str, ...]:
    """Return a key of who speaks and one of whom they speak for: two claims that share a key have one source."""
    name = plain_name(speaker.name)
    if speaker.kind == "named_person":
        name = _whole_name(name, article)
    names = (name, plain_name(speaker.speaks_for or ""))
    return tuple(sha256_hex(each.encode())[:_SOURCE_DIGITS] for each in dict.fromkeys(names) if each)


def plain_name(name: str) -> str:
    """Return a name by which the same source is known again: without article, blanks, possessive and case.

    >>> plain_name("The  Harbour Board"), plain_name("harbour board's")
    ('harbour board', 'harbour board')
    """
    plain = _BLANKS.sub(" ", unicodedata.normalize("NFKC", name).casefold().replace("’", "'")).strip()
    return plain.removeprefix("the ").removesuffix("'s").strip()


def _whole_name(name: str, article: Article) -> str:
    """Return the fullest name of a person in the document that ends in this one, which may be a family name."""
    known = (plain_name(each.speaker.name) for each in article.claims if each.speaker.kind == "named_person")
    return max((each for each in known if each.endswith(f" {name}")), key=len, default=name)
