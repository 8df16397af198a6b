"""The reasons record: one decision, from which notice, public record and EU payload are rendered."""

from datetime import date
from typing import Literal

from evenhand.model.record import Record


class Addressee(Record, frozen=True, kw_only=True):
    """Whom the decision is about, as the notice names them."""

    id: str
    name: str
    type: Literal["business", "private"]


class Source(Record, frozen=True, kw_only=True):
    """Whose initiative it was; `identity` only where strictly necessary."""

    type: Literal["own", "article-16", "trusted-flagger", "government", "other"]
    identity: str | None = None


class Automation(Record, frozen=True, kw_only=True):
    """Automated means in detection and in decision, DSA Art. 17(3)(c)."""

    detection: Literal["yes", "no"]
    decision: Literal["none", "partial", "full"]


class DecisionGround(Record, frozen=True, kw_only=True):
    """Law or clause, where it is published, and why it applies to this case.

    `explanation_public` is the explanation without natural persons; None means `explanation` serves.
    """

    type: Literal["law", "clause"]
    reference: str
    url: str | None = None
    explanation: str
    explanation_public: str | None = None
    also_illegal: bool | None = None


class Content(Record, frozen=True, kw_only=True):
    """Codes of the EU database for what the decision is about."""

    types: tuple[str, ...]
    other: str | None = None
    language: str | None = None


class Dates(Record, frozen=True, kw_only=True):
    """When the content or account began, when it was decided, when the advertiser was told."""

    object: date | None
    decided: date
    informed: date


class Internal(Record, frozen=True, kw_only=True):
    """Where a complaint goes, and its last day."""

    url: str
    until: date


class FreeText(Record, frozen=True, kw_only=True):
    """One sentence for the notice."""

    text: str


class Redress(Record, frozen=True, kw_only=True):
    """The three ways to be heard, DSA Art. 17(3)(f)."""

    internal: Internal
    out_of_court: FreeText
    judicial: FreeText


class StatementOfReasons(Record, frozen=True, kw_only=True):
    """The reasons record (`reasons.md` §1). `kind` is one of its §3; dates are of the network's zone.

    `facts_public` None means `facts` serves if nothing personal is found in it; `persons` are names that
    must not appear in public and are never published themselves. `worded_in` is the language that facts and
    explanation were written in, None where a record does not say. `way_out` is what would change the outcome, in the
    words of the rule's author. `notice_period_days` are the days from the decision to its effect; `notice_waived` why
    there are none: a law forbids to wait, or repeated breach (Regulation (EU) 2019/1150 Art. 4(4)).
    """

    id: str
    decision: str
    advertiser: Addressee
    kind: str
    account_kept: bool
    scope: tuple[str, ...] | str
    starts_on: date
    ends_on: date | None = None
    facts: str
    facts_public: str | None = None
    source: Source
    automation: Automation
    ground: DecisionGround
    category: str
    category_addition: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    content: Content
    dates: Dates
    redress: Redress
    persons: tuple[str, ...] = ()
    language: str = "en"
    template: str | None = None
    worded_in: str | None = None
    way_out: str | None = None
    notice_period_days: int | None = None
    notice_waived: Literal["law", "repeated-breach"] | None = None


class Slots(Record, frozen=True, kw_only=True):
    """The six parts of a notice, DSA Art. 17(3)(a)-(f); of `d` (law) and `e` (clause) exactly one is filled."""

    a: str
    b: str
    c: str
    d: str | None
    e: str | None
    f: str


class Notice(Record, frozen=True, kw_only=True):
    """The letter to the advertiser. `text` is what is sent, in paragraphs of one line; `sha256` is over its UTF-8.

    `asked_language` is the language that was wanted and has no translation yet, None where `language` is it.
    """

    language: str
    asked_language: str | None = None
    subject: str
    slots: Slots
    text: str
    sha256: str
