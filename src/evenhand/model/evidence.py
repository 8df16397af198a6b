"""Saved documents and claims in a network: what is recorded of them, and as people and notices see them."""

from datetime import datetime
from typing import Literal

from evenhand.model.claims import (
    Article,
    Claim,
    ClaimForm,
    ClaimState,
    Document,
    SecondaryStance,
    Section,
    Span,
    SpeakerKind,
    Stance,
    Tally,
)
from evenhand.model.decision import Party
from evenhand.model.record import Record
from evenhand.model.staff import Signed

Relation = Literal["about", "by", "for"]
"""What a claim is to a party: about it, said by it, or said by others for it."""

EvidenceAct = Literal["add", "read", "confirm", "correct", "reject", "link", "unlink"]


class Reading(Record, frozen=True, kw_only=True):
    """What one version of the reader made of a document: the text that all spans are of, and the claims proposed."""

    text: str
    article: Article


class ClaimMark(Record, frozen=True, kw_only=True):
    """What the ledger keeps of a claim that a person confirmed: where it stands and what counts, no name, no word.

    `words` is the SHA-256 of what is said, `record` that of the claim itself, which is kept outside of the ledger.
    `sources` are keys of the speaker and of whom the speaker speaks for: two claims that share one have one source.
    `persons` is how many unnamed persons say it, 0 where the speaker has a name. `denies` are ids of claims. Of an
    accusation, `denied_by` are denials that the person put beside it, `apart` those of which they said that they are of
    something else.
    """

    content: tuple[Span, ...]
    words: str
    record: str
    section: Section = "body"
    form: ClaimForm = "direct"
    stance: Stance = "asserts"
    secondary: tuple[SecondaryStance, ...] = ()
    kind: SpeakerKind = "unspecified"
    sources: tuple[str, ...] = ()
    persons: int = 0
    denies: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    said_on: str | None = None


class EvidenceEvent(Record, frozen=True, kw_only=True):
    """One thing that was done with a saved document or a claim in it: the payload of a `claim` leaf.

    `document` is the SHA-256 of its bytes; `number` counts within the document from 0. `add` keeps it, `read` names
    the `reading` (SHA-256 of a file beside it) and how many `claims` it proposes. `confirm` and `correct` say in `mark`
    what counts, `reject` takes a claim out, `link` and `unlink` say what it is to a `party`. `origins` are documents
    linked to the same party before that are copies of this one. `official`: it is a document of an office itself, no
    report about one. `note` are the person's words; `although` those on why a claim is about a party that it does not
    name.
    """

    v: Literal[1] = 1
    document: str
    number: int
    kind: EvidenceAct
    by: str
    at: datetime
    media_type: str = ""
    size: int = 0
    official: bool = False
    reading: str = ""
    claims: int = 0
    claim: str = ""
    mark: ClaimMark | None = None
    party: Party | None = None
    relation: Relation | None = None
    origins: tuple[str, ...] = ()
    note: str = ""
    although: str = ""
    signed: Signed | None = None
    second: Signed | None = None


class ClaimLink(Record, frozen=True, kw_only=True):
    """That a person linked a claim to a party, and as what; `although` is why, where it names somebody else."""

    party: Party
    relation: Relation
    by: str
    at: datetime
    note: str = ""
    although: str = ""
    number: int = 0


class ClaimShown(Record, frozen=True, kw_only=True):
    """A claim with its words and where it stands in its life; `id` is one in the whole network.

    `words` are those of each span of its content. `denied_by` and `denies` are ids of the same kind; of the
    denials `perhaps_denied_by` a person has to say whether they are of this accusation. `number` is that of the event
    by which a person decided. `before` is the claim as it was proposed, where a person corrected it.
    """

    id: str
    document: str
    state: ClaimState
    claim: Claim
    words: tuple[str, ...]
    denies: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    perhaps_denied_by: tuple[str, ...] = ()
    number: int | None = None
    by: str = ""
    at: datetime | None = None
    note: str = ""
    before: Claim | None = None
    links: tuple[ClaimLink, ...] = ()


class DocumentShown(Record, frozen=True, kw_only=True):
    """A saved document with its claims; `text` is what their spans are of."""

    document: Document
    added_by: str
    added_at: datetime
    official: bool
    text: str
    claims: tuple[ClaimShown, ...]
    readings: int = 1


class QuotedClaim(Record, frozen=True, kw_only=True):
    """A claim as a statement of reasons may give it: words, who says it, where.

    `text` is the document's own and `spans` are the places of the words in it; `sha256` is that of the words as a
    person confirmed them. `outlet` and `published` (ISO date) say which document, ``""`` what it does not say.
    `denial`: it is no accusation and stands beside those that it denies; `denied_by` names what denies this one.
    `spoken`: all its words stand in quotation marks in the document; others are the report's, and `phrase` is where the
    document says in its own words what the speaker did, from the verb to the end of the words, None where it does not.
    `of` are the parties whose own it is, as a person linked it, `not_named` those that it was linked to as being about
    them although it names somebody else; `apart` are denials of which a person said that they are of something else.
    """

    id: str
    state: ClaimState
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    text: str
    sha256: str
    speaker: str
    person: bool
    outlet: str = ""
    published: str = ""
    denial: bool = False
    spoken: bool = True
    phrase: Span | None = None
    not_named: tuple[str, ...] = ()
    document: str = ""
    of: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()


class PartyTally(Record, frozen=True, kw_only=True):
    """What the confirmed claims linked to a party come to: the ids that count, and their numbers."""

    party: Party
    tally: Tally
    accusations: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()


class ComplaintDraft(Record, frozen=True, kw_only=True):
    """A request for a review that was said by a party or for it: how a complaint could begin; nothing is filed."""

    claim: str
    party: Party
    file: str
    words: str
