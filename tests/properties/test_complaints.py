"""Laws of complaints: whatever events come in whatever order, a state is one of the table's."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from evenhand.appeals import apply, fold
from evenhand.appeals.clocks import complaint_window, days_after, is_in_time
from evenhand.appeals.transitions import ALLOWED, state_after
from evenhand.model.complaint import Complaint, ComplaintEvent, EnforcementPoint, Probe
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AdmitBody,
    AnswerBody,
    AskBody,
    AssignBody,
    BreachBody,
    CloseBody,
    ComparatorsBody,
    ConfirmBody,
    EventBody,
    NameDecisionBody,
    ObjectBody,
    PlanBody,
    ProbeBody,
    ProvedBody,
    RejectFormBody,
    ResumeBody,
    SameMistakeBody,
    ShowBody,
    SupersedeBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.errors import StateRefused
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from tests.unit.appeals.complaint_events import CHECKED, COMPLAINT, FILED_AT, file_body, proposal

PEOPLE = ("anna", "bea", "cleo")
LATER = FILED_AT + timedelta(days=14)
POINT = EnforcementPoint(kind="register_key", key="a.example", ask="a.example", expected="allow")
DAY = FILED_AT.date()


def probe(got: str) -> ProbeBody:
    return ProbeBody(
        when="after", probe=Probe(point="a.example", question="a.example", expected="allow", got=got, at=FILED_AT)
    )


BODIES: tuple[EventBody, ...] = (
    file_body(), file_body(decision=""), file_body(reasons=("unequal_treatment",)), AcknowledgeBody(),
    NameDecisionBody(decision="d-2", party_kind="advertiser", party_id="made-up"), AdmitBody(decide_by=LATER),
    RejectFormBody(reason="empty", text="."), ComparatorsBody(comparators=("x",)), ShowBody(order=("words",)),
    *(AssignBody(reviewer=person, conflict=False, checked=CHECKED) for person in PEOPLE),
    AskBody(question="?", due_at=LATER), AnswerBody(words="."), ResumeBody(question=1),
    *(proposal(outcome=outcome, needs_confirmation=True) for outcome in ("upheld", "reversed")),
    *(proposal(outcome=outcome) for outcome in ("upheld", "reversed")),
    ConfirmBody(checked=CHECKED), ObjectBody(words=".", checked=CHECKED), PlanBody(new_decision="d-3", points=(POINT,)),
    probe("refuse"), probe("allow"), ProvedBody(points=1), TellBody(), CloseBody(), WithdrawBody(),
    SupersedeBody(by_decision="d-4"), BreachBody(clock="acknowledge", due_at=FILED_AT + timedelta(hours=24)),
    BreachBody(clock="decide", due_at=LATER), SameMistakeBody(ground="rule", decisions=()),
    ExternalOpenBody(body="Made-up body", number="1", complete_on=DAY, due_on=DAY),
    ExternalCloseBody(number="1", outcome="upheld", closed_on=DAY),
)  # fmt: skip


class Events(RuleBasedStateMachine):
    """Events of every kind by anybody, at times that may stand still or jump."""

    def __init__(self) -> None:
        super().__init__()
        self.complaint: Complaint | None = None
        self.at = FILED_AT

    @rule(body=st.sampled_from(BODIES), by=st.sampled_from(PEOPLE), hours=st.sampled_from((0, 0, 1, 400, -1)))
    def happens(self, body: EventBody, by: str, hours: int) -> None:
        """An event is applied, or it is refused and changes nothing."""
        before = self.complaint
        template = before.events[-1] if before is not None else None
        event = ComplaintEvent(
            complaint=COMPLAINT, seq=0 if before is None else before.next_seq, at=self.at + timedelta(hours=hours),
            by=by, body=body,
        )  # fmt: skip
        try:
            after = apply(before, event)
        except StateRefused:
            return
        assert template is None or event.at >= template.at
        if before is not None:
            assert before.state in ALLOWED[event.kind]
            assert after.state == state_after(before, event)
        self.complaint, self.at = after, event.at

    @invariant()
    def the_fold_of_its_events_is_the_complaint(self) -> None:
        """Replay."""
        if self.complaint is not None:
            assert fold(self.complaint.events) == self.complaint

    @invariant()
    def it_is_decided_only_by_a_person_who_had_the_review(self) -> None:
        """Never by the program, and a confirmation never by the proposer."""
        complaint = self.complaint
        if complaint is not None and complaint.outcome is not None:
            assert complaint.proposer in complaint.reviewers
            assert complaint.proposer in PEOPLE
            assert complaint.confirmer != complaint.proposer
        if complaint is not None and complaint.state in {"decided", "propagating", "proved"}:
            assert complaint.outcome is not None

    @invariant()
    def no_clock_runs_backwards(self) -> None:
        """Deadlines end after they began, and pauses only add."""
        for deadline in self.complaint.deadlines if self.complaint is not None else ():
            assert deadline.paused_s >= 0
            assert deadline.met_at is None or deadline.met_at >= deadline.since


TestEvents = Events.TestCase
TestEvents.settings = settings(max_examples=30, stateful_step_count=30)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.timezones(),
)
def test_whoever_is_informed_later_never_has_an_earlier_last_day(
    informed: datetime, later: timedelta, zone: object
) -> None:
    """Clocks never run backwards, in any zone."""
    first, second = complaint_window(informed, zone, 6), complaint_window(informed + later, zone, 6)  # type: ignore[arg-type]

    assert first <= second
    assert is_in_time(informed, first, zone)  # type: ignore[arg-type]
    assert days_after(informed, 14, zone) <= days_after(informed + later, 14, zone)  # type: ignore[arg-type]
