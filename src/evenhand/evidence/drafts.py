"""Attributions while a text is read, and the records that they become."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from evenhand.evidence.noun_phrases import Phrase, PhraseKind
from evenhand.evidence.quotation_marks import Quotation
from evenhand.evidence.speakers import SpokenBy
from evenhand.evidence.words import Token
from evenhand.model.claims import ClaimForm, Span, Stance
from evenhand.model.record import Record


class Attribution(Record, frozen=True, kw_only=True):
    """What is said and by whom, as the words show it, before kinds of speakers and stances are told.

    `content` are spans of the text, with the marks where all of it stands in marks; `inner_quotes` the parts in marks.
    `name` is the speaker as written or, of a shorter name, the longer one that the text gave before; `speaker_span` the
    words at the cue (None where it is carried on), `speaker_phrase` the same with role, title and apposition.
    `relative` is the `who` through which the name speaks.
    `resolved_by` and `nested_in` are places in the list. `stance` and `frames` are those of the cue;
    `target` is whom an accusation is made of.
    """

    form: ClaimForm
    content: tuple[Span, ...]
    inner_quotes: tuple[Span, ...] = ()
    name: str = ""
    speaker_span: Span | None = None
    speaker_phrase: Span | None = None
    relative: Span | None = None
    speaker_form: PhraseKind | Literal["none"] = "none"
    resolution: Literal["explicit", "pronoun", "continuation", "none"] = "none"
    resolved_by: int | None = None
    cue: Span | None = None
    cue_lemma: str | None = None
    stance: Stance = "asserts"
    frames: str = ""
    hedge: Span | None = None
    negated: bool = False
    elisions: tuple[Span, ...] = ()
    insertions: tuple[Span, ...] = ()
    reported_by: Span | None = None
    reported_cue: Span | None = None
    nested_in: int | None = None
    target: Span | None = None


@dataclass(slots=True, eq=False)
class Draft:
    """An attribution that is being read; `quotes` are numbers of quotations, `carried_from` whose speaker it shares."""

    paragraph: int
    content: list[Span]
    quotes: list[int] = field(default_factory=list)
    direct: bool = False
    phrase: Phrase | None = None
    cue: Span | None = None
    lemma: str | None = None
    stance: Stance = "asserts"
    frames: str = ""
    negated: bool = False
    carried_from: "Draft | None" = None
    reported_by: Span | None = None
    reported_cue: Span | None = None
    target: Span | None = None


@dataclass(slots=True)
class Passage:
    """A paragraph, with the tokens and cues of each of its sentences."""

    number: int
    span: Span
    sentences: Sequence[tuple[list[Token], list[SpokenBy]]]
    drafts: list[Draft] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Reading:
    """A text, its quotations, and what was read of it so far."""

    text: str
    quotations: list[Quotation]
    passages: list[Passage] = field(default_factory=list)
    of_quotation: dict[int, Draft] = field(default_factory=dict)
