"""A deadline of a complaint is told alike wherever it is told."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from evenhand.appeals import apply, fold
from evenhand.appeals.clocks import OF_OTHERS, open_deadlines, passed_deadlines
from evenhand.cli.render.complaint_pages import next_deadline
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import (
    AnswerBody,
    AskBody,
    BreachBody,
    ConfirmBody,
    EventBody,
    PlanBody,
    RejectFormBody,
    ResumeBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.external_disputes import ExternalOpenBody
from evenhand.workflows.complaints.deadline_calendar import calendar_deadlines
from evenhand.workflows.review.complaint_tasks import complaint_tasks
from tests.unit.appeals.complaint_events import CHECKED, FILED_AT, TO_REVIEW, chain, proposal

DUBLIN = ZoneInfo("Europe/Dublin")
SECOND = timedelta(seconds=1)
ASK = ("anna", AskBody(question="Which bank?", due_at=FILED_AT + timedelta(days=9)))
CONFIRM = ConfirmBody(gate_by=FILED_AT + timedelta(1), exports_by=FILED_AT + timedelta(2), checked=CHECKED)
REVERSED = (*TO_REVIEW, ("anna", proposal(needs_confirmation=True, outcome="reversed")), ("ben", CONFIRM))
TOLD = (*TO_REVIEW, ("anna", proposal()), ("evenhand 1", TellBody()))
DISPUTE = ExternalOpenBody(body="A body", number="7", complete_on=date(2026, 12, 1), due_on=date(2027, 3, 1))
STEPS: dict[str, tuple[Any, ...]] = {
    "filed": TO_REVIEW[:1], "acknowledged": TO_REVIEW[:2], "admissible": TO_REVIEW[:3], "under_review": TO_REVIEW,
    "inadmissible": (*TO_REVIEW[:2], ("anna", RejectFormBody(reason="not_a_party", text="No."))),
    "waiting": (*TO_REVIEW, ASK), "answered": (*TO_REVIEW, ASK, ("Made-up Ltd", AnswerBody(words="That one."))),
    "asked twice": (*TO_REVIEW, ASK, ("Made-up Ltd", AnswerBody(words="That one.")), ASK),
    "proposed": REVERSED[:5], "decided": REVERSED, "propagating": (*REVERSED, ("anna", PlanBody(points=()))),
    "told": TOLD, "disputed": (*TOLD, ("anna", DISPUTE)), "withdrawn": (*TO_REVIEW, ("dora", WithdrawBody())),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_deadline_is_told_alike_by_list_tick_and_calendar(step: str) -> None:
    """And by the task of the complaint: at each step of its way, one source."""
    complaint = fold(chain(STEPS[step]))
    of_calendar = [each.deadline for each in calendar_deadlines([complaint], DUBLIN)]
    of_network = [each for each in of_calendar if each.clock not in OF_OTHERS]

    assert of_calendar == open_deadlines(complaint, DUBLIN)
    assert next_deadline(complaint, DUBLIN) == (of_calendar[0] if of_calendar else None)
    for task in complaint_tasks([complaint]):
        assert task.due == (of_network[0].due_at if of_network else None)
    for each in of_network:
        assert each not in passed_deadlines(complaint, each.due_at)
        assert each in passed_deadlines(complaint, each.due_at + SECOND)
        assert _ticked(complaint, each.due_at + SECOND).deadlines != complaint.deadlines


def _ticked(complaint: Complaint, at: Any) -> Complaint:
    """Return a complaint after what `complaints --tick` records at an instant."""
    answer = complaint.deadline("answer")
    if complaint.state == "waiting_for_complainant" and answer is not None and at > answer.due_at:
        complaint = _after(complaint, ResumeBody(question=complaint.next_seq - 1), at)
    for each in passed_deadlines(complaint, at):
        complaint = _after(complaint, BreachBody(clock=each.clock, due_at=each.due_at), at)
    return complaint


def _after(complaint: Complaint, body: EventBody, at: Any) -> Complaint:
    last = complaint.events[-1]
    return apply(complaint, replace(last, seq=last.seq + 1, at=at, by="evenhand 1", body=body))


def test_a_decision_that_waits_for_an_answer_is_due_as_it_is_after_the_time_for_it() -> None:
    """A network that does not tick has no later deadline than one that does."""
    waiting = fold(chain(STEPS["waiting"]))
    (decide,) = (each for each in open_deadlines(waiting, DUBLIN) if each.clock == "decide")

    later = _after(waiting, ResumeBody(question=4), FILED_AT + timedelta(days=30))

    assert later.deadline("decide") == decide
