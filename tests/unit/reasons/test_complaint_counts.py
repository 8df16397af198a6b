"""A complaint as a transparency report counts it: when it arrived, how it ended, how long that took."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from evenhand.appeals import fold
from evenhand.appeals.complaint_numbers import complaint_numbers
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import (
    AdmitBody,
    AnswerBody,
    AskBody,
    RejectFormBody,
    SupersedeBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.reasons.complaint_counts import counted_complaint, counted_disputes
from evenhand.reasons.transparency_report import CountedComplaint
from tests.unit.appeals.complaint_events import FILED_AT, TO_REVIEW, chain, proposal

ZONE = ZoneInfo("Europe/Dublin")
FILED_ON = FILED_AT.date()
DECIDED = (*TO_REVIEW, ("anna", proposal()))
TOLD = (*DECIDED, ("evenhand 1", TellBody()))
REJECTED = (*TO_REVIEW[:2], ("anna", RejectFormBody(reason="empty", text="Nothing is there.")))


def at(steps: Any) -> Complaint:
    return fold(chain(steps, minutes=60))


@pytest.mark.parametrize(
    ("steps", "outcome", "hours"),
    [
        (TO_REVIEW, None, None),
        (DECIDED, None, None),
        (TOLD, "upheld", 5.0),
        (REJECTED, "omitted", 2.0),
        ((*REJECTED, ("carl", AdmitBody(decide_by=FILED_AT + timedelta(days=14)))), None, None),
        ((*TO_REVIEW, ("Made-up Ltd", WithdrawBody())), "omitted", 4.0),
        ((*TO_REVIEW, ("evenhand 1", SupersedeBody(by_decision="d-2"))), "omitted", 4.0),
    ],
)
def test_a_complaint_ends_when_its_answer_is_told(steps: Any, outcome: Any, hours: float | None) -> None:
    """Annex II, 1.5.1: until the decision is notified; what was not decided on the matter is omitted."""
    counted = counted_complaint(at(steps), "refuse-ads", ZONE)

    ended = None if hours is None else FILED_ON
    assert counted == CountedComplaint(FILED_ON, "decision_provision", outcome, ended, hours)


def test_the_time_to_an_answer_is_that_of_the_numbers_of_complaints() -> None:
    """One figure by one definition: until the answer is told, without the hour for which the complainant was asked."""
    asked = ("anna", AskBody(question="Which?", due_at=FILED_AT + timedelta(days=14)))
    waited = at((*TO_REVIEW, asked, ("Made-up Ltd", AnswerBody(words="That one.")), *TOLD[len(TO_REVIEW) :]))

    numbers = complaint_numbers([waited], {waited.id: {}}, persons_verified=True, internal=False)

    assert counted_complaint(waited, "refuse-ads", ZONE).hours == numbers.answer_hours.median == 6.0
    assert numbers.pause_hours.median == 1.0


@pytest.mark.parametrize(
    ("kind", "restriction"), [("label-ads", "decision_visibility"), ("end-payout", "decision_monetary"), ("", "")]
)
def test_a_complaint_counts_under_the_restriction_that_it_is_about(kind: str, restriction: str) -> None:
    """DSA Art. 20(1)(a) to (d)."""
    assert counted_complaint(at(TO_REVIEW), kind, ZONE).restriction == restriction


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("upheld", "upheld"), ("varied", "varied"), ("withdrawn", "omitted"), ("no_answer", "omitted")],
)
def test_a_dispute_counts_in_whole_days_with_what_was_followed(said: Any, outcome: str) -> None:
    """From the day on which the complaint there was complete; an open one has no end."""
    opened = ExternalOpenBody(body="A body", number="7", complete_on=date(2026, 12, 1), due_on=date(2027, 3, 1))
    closed = ExternalCloseBody(number="7", outcome=said, closed_on=date(2026, 12, 11), followed=True)
    steps = (*TOLD, ("anna", opened))

    assert list(counted_disputes(at(steps))) == [CountedComplaint(date(2026, 12, 1))]
    (counted,) = counted_disputes(at((*steps, ("anna", closed))))
    assert counted == CountedComplaint(date(2026, 12, 1), "", outcome, date(2026, 12, 11), 240.0, True)  # type: ignore[arg-type]
