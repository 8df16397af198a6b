"""A complaint as it stands: what its events come to."""

from datetime import date, datetime

from evenhand.model.calendar_months import add_months
from evenhand.model.complaint_codes import (
    Attachment,
    ClockName,
    ComplaintOutcome,
    ComplaintReason,
    ComplaintState,
    EnforcementPoint,
    OutcomeReason,
    Probe,
    RejectReason,
    Way,
)  # fmt: skip
from evenhand.model.complaint_events import ComplaintEvent
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.party import PartyKind
from evenhand.model.record import Record

__all__ = [
    "Attachment", "ClockName", "Complaint", "ComplaintEvent", "ComplaintOutcome", "ComplaintReason", "ComplaintState",
    "Deadline", "EnforcementPoint", "OutcomeReason", "Probe", "RejectReason", "Way",
]  # fmt: skip


class Deadline(Record, frozen=True, kw_only=True):
    """One clock of a complaint: since when it runs, when it is due, and how long it stood still.

    `due_at` counts the pauses that have ended. `breached` where a deadline that passed is recorded as an event.
    """

    clock: ClockName
    since: datetime
    due_at: datetime
    paused_s: int = 0
    met_at: datetime | None = None
    breached: bool = False


class Complaint(Record, frozen=True, kw_only=True):
    """The state of a complaint: the fold of its events, nothing else.

    `decision` is what is complained of, ``""`` where the complaint names none; `statement` the letter that told it.
    `filed_by` says who complains as they call themselves. `comparators` are None until a comparator run is attached.
    `reviewer` has the review now, `reviewers` all who had it, `rejecters` who said that it is not admissible.
    What was proposed last stands in `proposed` (with `needs_confirmation`), `outcome_codes`, `text`, `answers`,
    `comparator_answers` and `changes`; `outcome` and `decided_at` only once it is decided. Until `relief_until` the
    restriction is not applied; None where no relief was given, or it was ended. From `lifted_on` on the decision
    complained of is not in force any more; None where it is, or where that is not recorded yet.
    """

    id: str
    state: ComplaintState
    decision: str
    statement: str = ""
    party_kind: PartyKind | None = None
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
    way: Way = "form"
    source: str = ""
    comparators: tuple[str, ...] | None = None
    milder: tuple[str, ...] = ()
    reject_reason: RejectReason | None = None
    rejecters: tuple[str, ...] = ()
    reviewer: str = ""
    reviewers: tuple[str, ...] = ()
    proposer: str = ""
    confirmer: str = ""
    proposed: ComplaintOutcome | None = None
    needs_confirmation: bool = False
    outcome_codes: tuple[OutcomeReason, ...] = ()
    text: str = ""
    answers: dict[str, str] = {}
    comparator_answers: dict[str, str] = {}
    changes: tuple[FactChange, ...] = ()
    outcome: ComplaintOutcome | None = None
    decided_at: datetime | None = None
    told_at: datetime | None = None
    relief_until: datetime | None = None
    lifted_on: date | None = None
    asked_at: datetime | None = None
    external: str = ""
    new_decision: str = ""
    points: tuple[EnforcementPoint, ...] = ()
    probes: tuple[Probe, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    events: tuple[ComplaintEvent, ...] = ()

    @property
    def next_seq(self) -> int:
        """Return the number that the next event has."""
        return len(self.events)

    def last_day(self, months: int) -> date | None:
        """Return the last day on which it is in time, None where nobody knows when the party was told.

        `months` is the length of the window. The one day that everything says: the letters too, whatever day the
        letter of the decision gave, so that nobody is told that they came too late and heard all the same.
        """
        return None if self.informed_on is None else add_months(self.informed_on, months)

    def deadline(self, clock: ClockName) -> Deadline | None:
        """Return the last deadline of a clock, None where it has not begun."""
        return next((each for each in reversed(self.deadlines) if each.clock == clock), None)

    @property
    def pause_hours(self) -> float:
        """Return how long the clock of the decision stood still, because the complainant was asked something."""
        decide = self.deadline("decide")
        return decide.paused_s / 3600 if decide else 0.0

    @property
    def answer_hours(self) -> float | None:
        """Return the hours from the arrival until the answer was told, without pauses; None before it is told.

        Source: `appeals.md` §8; the end is that of Regulation (EU) 2024/2835, Annex II, 1.5.1.
        """
        if self.outcome is None or self.told_at is None:
            return None
        return (self.told_at - self.filed_at).total_seconds() / 3600 - self.pause_hours
