"""The reasons record: one decision, from which notice, public record and EU payload are rendered; its case."""

from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, UnsetType

from evenhand.model.campaign import Campaign
from evenhand.model.evidence import QuotedClaim
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.network import ReasonsSection
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser, Payer
from evenhand.model.record import Record
from evenhand.model.ruling import Rule


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


class LogEntry(Record, frozen=True, kw_only=True):
    """The place of a letter's record in the public log: the log's name, its entry, the decision's entry, an address.

    `log_url` is where the public log can be read, None where the settings name no address.
    """

    origin: str
    index: int
    decision_index: int
    log_url: str | None = None


class StatedStage(Record, frozen=True, kw_only=True):
    """What holds before the restriction of a statement: a milder one of the kinds of `reasons.md` §3, or `allow`.

    `starts_at` as in the statement.
    """

    kind: str
    starts_on: date
    starts_at: datetime | UnsetType = UNSET


class StatedBesides(Record, frozen=True, kw_only=True):
    """What is asked for beside the restriction of a statement: a milder one of the kinds, and its last known day."""

    kind: str
    ends_on: date | None = None


class StatementOfReasons(Record, frozen=True, kw_only=True):
    """The reasons record (`reasons.md` §1). `kind` is one of its §3; dates are of the network's zone.

    `facts_public` None means `facts` serves if nothing personal is found in it; `persons` are names that
    must not appear in public and are never published themselves. `worded_in` is the language that facts and
    explanation were written in, None where a record does not say. `way_out` is what would change the outcome, in the
    words of the rule's author. `notice_period_days` are the days from the decision to its effect; `notice_waived` why
    there are none: a law forbids to wait, or repeated breach (Regulation (EU) 2019/1150 Art. 4(4)). `waits_until` is
    the day up to which the letter of a hold waits for a review, None where it does not wait. `entry` is where the
    record stands in the log: it is known only once the record was appended, so the ledger's own has none. `stages` are
    there where something milder holds before `starts_on`, in order of time. `starts_at` is the instant at which the
    restriction begins, where that is later than the decision; records of earlier versions have none. `besides` are
    there where a milder kind holds beside it: a label beside a limit.
    """

    id: str
    decision: str
    advertiser: Addressee
    kind: str
    account_kept: bool
    scope: tuple[str, ...] | str
    starts_on: date
    starts_at: datetime | UnsetType = UNSET
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
    waits_until: date | None = None
    entry: LogEntry | None = None
    stages: tuple[StatedStage, ...] | UnsetType = UNSET
    besides: tuple[StatedBesides, ...] | UnsetType = UNSET

    @property
    def restrictions(self) -> tuple[StatedBesides, ...]:
        """Return the restriction and what holds beside it."""
        return (StatedBesides(kind=self.kind, ends_on=self.ends_on), *(self.besides or ()))


class Sending(Record, frozen=True, kw_only=True):
    """The letter of a hold that waited goes out: payload of a `notice` leaf. `on` is a day of the network's zone.

    `complaint_until` is the last day of a complaint, counted from `on`; `notice_sha256` is over the letter as it goes
    out with that day. `complaint_url`, `out_of_court` and `judicial` are there only where the settings have others by
    then than the statement recorded: the letter goes out with these.
    """

    v: Literal[1] = 1
    statement: str
    on: date
    why: Literal["reviewed", "campaign", "deadline"]
    complaint_until: date
    notice_sha256: str
    complaint_url: str | UnsetType = UNSET
    out_of_court: str | UnsetType = UNSET
    judicial: str | UnsetType = UNSET


class Lifting(Record, frozen=True, kw_only=True):
    """A restriction that the advertiser was told of is lifted: payload of a `lifting` leaf, right after its decision.

    `lifts` is the statement that told it, `template` that statement's letter, `starts_on` its first day. `about` is
    how a campaign is known where the restriction was of one. `freed_micros` is the prepaid balance that the restriction
    held or froze and that is free again, in `currency`; 0 where there is none, and in records of earlier versions.
    `entry` as in a statement of reasons.
    """

    v: Literal[1] = 1
    id: str
    decision: str
    lifts: str
    advertiser: Addressee
    template: str
    starts_on: date
    lifted_on: date
    about: str = ""
    freed_micros: int = 0
    currency: str = ""
    language: str = "en"
    entry: LogEntry | None = None


class StatementEnd(Record, frozen=True, kw_only=True):
    """What became of a decision that a statement told, as the ledger has it now; days are of the network's zone.

    From `on` it is not in force: it was `lifted`, another restriction `replaced` it, or its time `ended`. `complaint`
    is how it was decided on a complaint, on the day `complaint_on`, where that was not to uphold it. What did not
    happen is None.
    """

    how: Literal["lifted", "replaced", "ended"] | None = None
    on: date | None = None
    complaint: Literal["varied", "reversed"] | None = None
    complaint_on: date | None = None


class Slots(Record, frozen=True, kw_only=True):
    """The six parts of a notice, DSA Art. 17(3)(a)-(f); of `d` (law) and `e` (clause) exactly one is filled."""

    a: str
    b: str
    c: str
    d: str | None
    e: str | None
    f: str


class Notice(Record, frozen=True, kw_only=True):
    """The letter to the advertiser. `text` is what is sent, in paragraphs of one line.

    `sha256` is over the UTF-8 of the text up to the receipt, which is known only when the letter is in the log.
    `asked_language` is the language that was wanted and has no translation yet, None where `language` is it.
    """

    language: str
    asked_language: str | None = None
    subject: str
    slots: Slots
    text: str
    sha256: str


class Case(Record, frozen=True, kw_only=True):
    """Everything a statement of reasons is filled from (`pipeline.md` §9); nothing is typed twice.

    `rules` are the decision's own reasons and errors; `entities` the listed ends of its findings, by entity id;
    `further` the entries of further owners whose shares they add up, by `list#id`;
    `lists` the versions in force, by key; `campaigns` those of the plan and of the scope, by id; `names` those of the
    parties and owners that findings are about or lead over, by id; `persons` which of these are natural persons' names;
    `laws` are by rule the legal bases that this case rests on, none where no finding rests on a law; a rule that is
    not among them has its own;
    `informed` the day of the notice, in the network's zone like every date of the record; `zone` its IANA name.
    `campaign_stops` is the first day on which the decision keeps a campaign from running, None where none is ordered;
    `told_by` the day by which the letter of the decision that this one replaces goes out, None where there was none.
    `claims` are those that findings rest on, by id; `ends` are the instants, by outcome, from which on no rule asks for
    it any more, as far as that is known.
    """

    party: Advertiser | Payer
    rules: tuple[Rule, ...]
    entities: dict[str, ListedEntity]
    lists: dict[str, ListVersion]
    campaigns: dict[str, Campaign]
    settings: ReasonsSection
    zone: str
    informed: date
    object_on: date | None
    campaign_stops: date | None = None
    told_by: date | None = None
    names: dict[str, str] = {}
    persons: tuple[str, ...] = ()
    laws: dict[str, tuple[str, ...]] = {}
    further: dict[str, ListedEntity] = {}
    claims: dict[str, QuotedClaim] = {}
    ends: dict[Outcome, datetime] = {}
