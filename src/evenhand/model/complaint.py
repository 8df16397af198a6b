"""A complaint: its events as the ledger keeps them, and what they come to."""

from datetime import date, datetime
from typing import Any, Literal

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.record import Record
from evenhand.model.staff import Signed

ComplaintReason = Literal[
    "not_the_entity", "ownership_changed", "rule_misread", "facts_wrong", "unequal_treatment", "disproportionate",
    "new_information", "procedure",
]  # fmt: skip
RejectReason = Literal["out_of_time", "not_a_party", "no_decision", "same_matter_decided", "empty"]
ComplaintOutcome = Literal["upheld", "varied", "reversed"]
OutcomeReason = Literal[
    "facts_confirmed", "rule_fits",
    "milder_measure", "shorter", "narrower_scope",
    "wrong_entity", "facts_not_shown", "rule_does_not_fit", "unequal", "procedure", "changed_circumstances",
]  # fmt: skip
ComplaintState = Literal[
    "filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed", "decided",
    "propagating", "proved", "told", "inadmissible", "withdrawn", "superseded", "closed",
]  # fmt: skip
EventKind = Literal[
    "file", "acknowledge", "admit", "reject_form", "comparators", "assign", "ask", "answer", "propose", "confirm",
    "object", "interim_relief", "relief_ended", "plan", "probe", "proved", "tell", "close", "withdraw", "supersede",
    "breach", "external_open", "external_close", "same_mistake",
]  # fmt: skip


class Attachment(Record, frozen=True, kw_only=True):
    """A file that came with a complaint, kept by its SHA-256; `size` in bytes."""

    name: str
    sha256: str
    size: int


class ComplaintEvent(Record, frozen=True, kw_only=True):
    """One event of a complaint: the payload of a `complaint` leaf, of a `review` leaf for `propose` and `confirm`.

    `seq` counts within the complaint from 0 without gaps, `prev_hash` is the SHA-256 of the event before it (64 zeros
    in the first). `by` is a person's id, or the program's for what it does by itself. `body` is what the kind has.
    """

    v: Literal[1] = 1
    complaint: str
    seq: int
    at: datetime
    by: str
    kind: EventKind
    body: dict[str, Any] = {}
    prev_hash: str = "0" * 64
    signed: Signed | None = None
    second: Signed | None = None


class Deadline(Record, frozen=True, kw_only=True):
    """One clock of a complaint: when it is due, by which rule, since when, and how long it stood still."""

    clock: str
    since: datetime
    due_at: datetime
    paused_s: int = 0
    met_at: datetime | None = None
    breached: bool = False


class EnforcementPoint(Record, frozen=True, kw_only=True):
    """A place where a decision has effect, and what a client that asks there should get.

    `kind`: `register_key`, `child`, `export`, `order`, `letter`, `eu_statement`, `public_record`. `key` names it within
    its kind, `ask` what is asked, `expected` the answer that proves the new decision.
    """

    kind: str
    key: str
    ask: str
    expected: str


class Probe(Record, frozen=True, kw_only=True):
    """An enforcement point asked as a client would; it agrees when `got` is what was expected."""

    point: str
    asked: str
    expected: str
    got: str
    at: datetime

    @property
    def agrees(self) -> bool:
        """Return whether the point answers as it should."""
        return self.got == self.expected


class Complaint(Record, frozen=True, kw_only=True):
    """The state of a complaint: the fold of its events, nothing else.

    `decision` is what is complained of, ``""`` where the complaint names none; `statement` the letter that told it.
    `filed_by` says who complains as they call themselves. `outcome` and `outcome_codes` are those of the decision on
    it, `changes` the facts that a proposal says. `relief_until` is the end of interim relief that counts now.
    """

    id: str
    state: ComplaintState
    decision: str
    statement: str = ""
    party_kind: str = ""
    party_id: str = ""
    filed_at: datetime
    informed_on: date | None = None
    filed_by: str = ""
    contact: str = ""
    language: str = "en"
    reasons: tuple[ComplaintReason, ...] = ()
    words: str = ""
    attachments: tuple[Attachment, ...] = ()
    comparators_named: tuple[str, ...] = ()
    reject_reason: RejectReason | None = None
    reviewer: str = ""
    proposer: str = ""
    confirmer: str = ""
    outcome: ComplaintOutcome | None = None
    outcome_codes: tuple[OutcomeReason, ...] = ()
    changes: tuple[FactChange, ...] = ()
    answers: dict[str, str] = {}
    relief_until: datetime | None = None
    external: str = ""
    new_decision: str = ""
    points: tuple[EnforcementPoint, ...] = ()
    probes: tuple[Probe, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    events: tuple[ComplaintEvent, ...] = ()
