"""Who said what about whom, in a document as it was saved; a claim is what somebody said, never a fact."""

from typing import Literal

from evenhand.model.record import Record

Span = tuple[int, int]
"""First code point and the one after the last, of the text as decoded; nothing is normalised before."""

Section = Literal["headline", "lead", "body", "caption"]
ClaimForm = Literal["direct", "mixed", "indirect", "nested"]
SpeakerKind = Literal["named_person", "named_organisation", "state", "anonymous", "document", "unspecified"]
Stance = Literal[
    "accuses", "denies", "does_not_deny", "declines", "refuses", "admits", "regrets", "hopes", "requests", "threatens",
    "praises", "asserts",
]  # fmt: skip
SecondaryStance = Literal["requests_review", "alleges_unequal_treatment", "denies"]
ClaimState = Literal["proposed", "confirmed", "corrected", "rejected"]
Precision = Literal["day", "week", "month", "year", "ambiguous"]
Bound = Literal["at_least", "at_most", "about"]


class DroppedLine(Record, frozen=True, kw_only=True):
    """A line (from 1) that is no part of the article, and the name of the rule that says so."""

    line: int
    text: str
    rule: str


class PublishedAt(Record, frozen=True, kw_only=True):
    """When a page says it was published: ISO date, `HH:MM` and zone as written, each None where it does not say.

    `date` is None and `ambiguous` true where day and month cannot be told apart; `span` is where it stands.
    """

    date: str | None = None
    time: str | None = None
    zone: str | None = None
    ambiguous: bool = False
    span: Span | None = None


class Dateline(Record, frozen=True, kw_only=True):
    """Where a report was filed, and by which agency, as its first line says."""

    place: str
    agency: str | None
    span: Span


class Document(Record, frozen=True, kw_only=True):
    """A saved article or document; its text is kept outside of the ledger, `id` is the SHA-256 of its bytes.

    `body_lines` and the lines of `dropped_lines` count from 1. `saved_between` are the ISO dates between which the page
    was saved, where it gives its age ("a year ago"). `language` is None where it was not recognised. `notes` say what
    was not usable: bytes that are no UTF-8, pages without a text layer, attachments.
    """

    id: str
    uri: str
    media_type: str
    characters: int
    extractor: str
    headline: Span | None = None
    headline_line: int | None = None
    published: PublishedAt = PublishedAt()
    agency: str | None = None
    dateline: Dateline | None = None
    reporters: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    caption: Span | None = None
    credit_line: Span | None = None
    publisher: str | None = None
    language: str | None = None
    body_lines: tuple[int, ...] = ()
    dropped_lines: tuple[DroppedLine, ...] = ()
    saved_between: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()


class Speaker(Record, frozen=True, kw_only=True):
    """Whom a claim is attributed to; of an unnamed one `name` is the words as written, of an unknown one ``""``.

    `resolved_from`: a person gave a name that the document does not have; it is never shown as the document's own.
    """

    kind: SpeakerKind = "unspecified"
    name: str = ""
    role: str | None = None
    organisation: str | None = None
    speaks_for: str | None = None
    resolved_from: Literal["outside knowledge"] | None = None


class SourceCount(Record, frozen=True, kw_only=True):
    """How many persons a phrase such as "three current and four former officials" counts.

    `n` is None where the words give no number; `parts` are the numbers that were added; `named` is true where the
    persons have names. Outlets are not counted here.
    """

    n: int | None = None
    parts: tuple[int, ...] = ()
    bound: Bound | None = None
    named: bool = False
    as_written: str = ""


class SaidOn(Record, frozen=True, kw_only=True):
    """When something was said, read against the day of publication.

    `value` is `2017-10-27`, `2017-W42`, `2017-04` or `2017`, None where the words give no day.
    """

    value: str | None
    precision: Precision | None
    span: Span


class ReportedBy(Record, frozen=True, kw_only=True):
    """The outlet, document or person through whom a claim reached the page."""

    name: str
    span: Span
    cue: Span | None = None
    said_on: SaidOn | None = None


class VerbatimCheck(Record, frozen=True, kw_only=True):
    """Words in marks in the headline or a caption, and whether they stand in the body in the same order and letters."""

    span: Span
    in_body: bool


class Claim(Record, frozen=True, kw_only=True):
    """Somebody's words as a document gives them: who, what, how, when, and what it denies.

    `id` is unique within the document. `content` are the spans of what is said, `inner_quotes` the parts of it in
    marks. `resolved_by` is the claim that a pronoun or a continuation leads to. `denies` and `denied_by` name claims of
    the same document, `repeat_of` the claim that a headline repeats, `nested_in` the claim that holds this one. `hedge`
    are words such as "most probably". Who `does_not_deny` has neither denied nor admitted: it counts as neither.
    """

    id: str
    section: Section
    form: ClaimForm
    content: tuple[Span, ...]
    inner_quotes: tuple[Span, ...] = ()
    speaker: Speaker = Speaker()
    speaker_span: Span | None = None
    resolution: Literal["explicit", "pronoun", "continuation", "none"] = "none"
    resolved_by: str | None = None
    cue: Span | None = None
    cue_lemma: str | None = None
    hedge: Span | None = None
    negated: bool = False
    stance: Stance = "asserts"
    secondary: tuple[SecondaryStance, ...] = ()
    about: tuple[str, ...] = ()
    target: Span | None = None
    denies: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    repeat_of: str | None = None
    nested_in: str | None = None
    reported_by: ReportedBy | None = None
    said_on: SaidOn | None = None
    source_count: SourceCount | None = None
    elisions: tuple[Span, ...] = ()
    insertions: tuple[Span, ...] = ()

    @property
    def stance_words(self) -> str:
        """Return what it does as people read it: "does not deny"."""
        return self.stance.replace("_", " ")


class Article(Record, frozen=True, kw_only=True):
    """What was read from one document: its head and what is claimed in it, in order.

    `claims` are proposals. `scare_quotes` are a few words in marks that nobody is said to have spoken. `text` is the
    document as decoded, which every span is of.
    """

    document: Document
    text: str = ""
    claims: tuple[Claim, ...] = ()
    scare_quotes: tuple[VerbatimCheck, ...] = ()


class Tally(Record, frozen=True, kw_only=True):
    """What the confirmed claims of a case come to, counted anew each time.

    `independent_outlets` counts groups of documents of one origin. A person and the body that they speak for are one of
    `named_sources`. `anonymous_sources` are persons. `denials` are those linked to an accusation of the case.
    """

    independent_outlets: int = 0
    named_sources: int = 0
    anonymous_sources: int = 0
    official_documents: int = 0
    denials: int = 0
    earliest: str | None = None
    latest: str | None = None
    same_origin: tuple[tuple[str, ...], ...] = ()
