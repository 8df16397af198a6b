"""Which event a complaint allows in which state."""

from datetime import timedelta
from typing import get_args

import pytest
from msgspec import structs

from evenhand.appeals import apply, check_event, fold
from evenhand.appeals.transitions import ALLOWED, LEADS_TO, allowed_events
from evenhand.model.complaint import Complaint, ComplaintState, EnforcementPoint, Probe
from evenhand.model.complaint_codes import EventKind
from evenhand.model.complaint_events import (
    AdmitBody,
    AnswerBody,
    AskBody,
    AssignBody,
    BreachBody,
    ComparatorsBody,
    ConfirmBody,
    EventBody,
    InterimReliefBody,
    PlanBody,
    ProbeBody,
    ProvedBody,
    RejectFormBody,
    ReliefEndedBody,
    ResumeBody,
    TellBody,
)  # fmt: skip
from evenhand.model.errors import StateRefused
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from tests.unit.appeals.complaint_events import CHECKED, FILED_AT, TO_REVIEW, chain, file_body, proposal

DECIDE = AdmitBody(decide_by=FILED_AT + timedelta(days=14))


def complaint(*more: tuple[str, EventBody], start: tuple[tuple[str, EventBody], ...] = TO_REVIEW) -> Complaint:
    return fold(chain((*start, *more)))


def test_the_table_has_every_kind_of_event_and_only_known_states() -> None:
    """A kind that nobody placed would be allowed nowhere, or crash."""
    assert set(ALLOWED) == set(get_args(EventKind))
    assert {*LEADS_TO.values(), *(state for states in ALLOWED.values() for state in states)} <= set(
        get_args(ComplaintState)
    )


def test_an_event_that_the_state_does_not_allow_is_refused_with_state_and_event_named() -> None:
    """Who reads the line knows what is allowed instead."""
    with pytest.raises(StateRefused) as error:
        complaint(("anna", TellBody()))

    assert (error.value.state, error.value.event) == ("under_review", "tell")
    allowed = allowed_events("under_review")
    assert error.value.allowed == tuple(each for each in allowed if each != "relief_ended")  # no relief was given
    assert "`tell` is not allowed in state `under_review`" in str(error.value)


def test_nothing_comes_before_a_complaint_is_filed() -> None:
    """The first event is `file`, and there is only one."""
    with pytest.raises(StateRefused, match="not filed"):
        fold(chain([("anna", DECIDE)]))
    with pytest.raises(StateRefused):
        complaint(("Made-up Ltd", file_body()))
    with pytest.raises(StateRefused, match="there is no event"):
        fold([])


def test_a_complaint_without_a_decision_is_not_admitted() -> None:
    """It waits until a person has found the decision."""
    start = (("Made-up Ltd", file_body(decision="")), TO_REVIEW[1])

    with pytest.raises(StateRefused, match="names no decision"):
        complaint(("anna", DECIDE), start=start)


def test_a_rejection_is_reviewed_once() -> None:
    """It is itself reviewable (DSA Art. 20(4)), and no more than once."""
    reject = RejectFormBody(reason="empty", text="There is nothing in it.")
    rejected = (*TO_REVIEW[:2], ("anna", reject), ("evenhand 1", TellBody()))

    assert complaint(("bea", DECIDE), start=rejected).state == "admissible"
    twice = (*rejected, ("bea", reject), ("evenhand 1", TellBody()))
    with pytest.raises(StateRefused, match="reviewed once"):
        complaint(("cleo", DECIDE), start=twice)


def test_a_complaint_of_unequal_treatment_is_assigned_only_with_its_comparators() -> None:
    """The reviewer has to answer each of them."""
    start = (("Made-up Ltd", file_body(reasons=("unequal_treatment",))), *TO_REVIEW[1:3])

    with pytest.raises(StateRefused, match="comparators are not attached"):
        complaint(TO_REVIEW[3], start=start)
    assert complaint(("evenhand 1", ComparatorsBody(comparators=())), TO_REVIEW[3], start=start).reviewer == "anna"


def test_only_the_reviewer_proposes_and_only_another_person_confirms() -> None:
    """INVARIANT of the table, whatever the staff's rules say."""
    with pytest.raises(StateRefused, match="the review is `anna`'s"):
        complaint(("bea", proposal()))
    waiting = ("anna", proposal(needs_confirmation=True))
    with pytest.raises(StateRefused, match="the proposer cannot confirm"):
        complaint(waiting, ("anna", ConfirmBody(checked=CHECKED)))
    decided = complaint(waiting, ("bea", ConfirmBody(checked=CHECKED)))
    assert (decided.state, decided.outcome, decided.confirmer) == ("decided", "upheld", "bea")


def test_a_question_stops_the_clock_of_the_decision_until_the_answer() -> None:
    """What the complainant takes is not the network's time."""
    before = complaint()
    asked = ("anna", AskBody(question="Which register?", due_at=FILED_AT + timedelta(days=20)))
    after = complaint(asked, ("Made-up Ltd", AnswerBody(words="Of Dublin.")))

    decide, was = after.deadline("decide"), before.deadline("decide")
    assert decide is not None
    assert was is not None
    assert (decide.paused_s, decide.due_at - was.due_at) == (60, timedelta(minutes=1))
    assert after.state == "under_review"


def test_an_answer_that_nobody_waits_for_is_kept_and_stops_no_clock() -> None:
    """What a complainant adds later is never lost."""
    after = complaint(("Made-up Ltd", AnswerBody(words="One thing more.")))

    assert (after.state, after.deadlines) == ("under_review", complaint().deadlines)


def test_a_review_goes_on_without_an_answer_only_once_its_time_has_passed() -> None:
    """14 days for the complainant, then it is decided on what there is."""
    asked = complaint(("anna", AskBody(question="Which register?", due_at=FILED_AT + timedelta(hours=1))))
    early = chain([*TO_REVIEW, ("anna", DECIDE)])[-1]
    resume = structs.replace(early, body=ResumeBody(question=4), at=FILED_AT + timedelta(minutes=59))

    with pytest.raises(StateRefused, match="has not passed"):
        check_event(asked, resume)
    after = apply(asked, structs.replace(resume, at=FILED_AT + timedelta(hours=9)))
    decide = after.deadline("decide")
    assert after.state == "under_review"
    assert decide is not None
    assert decide.paused_s == 56 * 60  # up to the last moment for an answer, not up to nine hours


def test_a_breach_is_recorded_once_and_only_after_the_deadline() -> None:
    """A second one would count one delay twice."""
    start = TO_REVIEW[:1]
    due = FILED_AT + timedelta(hours=24)
    breach = BreachBody(clock="acknowledge", due_at=due)
    filed = complaint(start=start)
    event = chain([*start, ("evenhand 1", breach)])[-1]

    with pytest.raises(StateRefused, match="has not passed"):
        check_event(filed, structs.replace(event, at=due))
    late = apply(filed, structs.replace(event, at=due + timedelta(seconds=1)))
    with pytest.raises(StateRefused, match="its breach is recorded"):
        check_event(late, structs.replace(event, at=due + timedelta(seconds=2)))


def test_a_reversal_is_told_only_once_every_point_agrees() -> None:
    """The advertiser is told when it is true, not before."""
    point = EnforcementPoint(kind="register_key", key="a.example", ask="a.example", expected="allow")
    probe = Probe(point="a.example", question="a.example", expected="allow", got="refuse", at=FILED_AT)
    decided = (("anna", proposal(outcome="reversed")), ("evenhand 1", PlanBody(new_decision="d-2", points=(point,))))
    red = (*decided, ("evenhand 1", ProbeBody(when="before", probe=probe)))
    green = (*red, ("evenhand 1", ProbeBody(when="after", probe=structs.replace(probe, got="allow"))))
    proved = ("evenhand 1", ProvedBody(points=1))

    for steps in (decided, red):
        with pytest.raises(StateRefused, match="1 of 1 points do not agree"):
            complaint(*steps, proved)
    with pytest.raises(StateRefused):
        complaint(*green, ("evenhand 1", TellBody()))
    done = complaint(*green, proved, ("evenhand 1", TellBody()))
    assert done.state == "told"
    assert all(each.met_at for each in done.deadlines)


def test_an_event_is_never_earlier_than_the_one_before_it() -> None:
    """Clocks of two machines differ; the record's does not go back."""
    events = chain(TO_REVIEW)
    events[-1] = structs.replace(events[-1], at=FILED_AT)

    with pytest.raises(StateRefused, match="earlier than the last event"):
        fold(events)


def test_another_reviewer_may_take_over_and_both_are_remembered() -> None:
    """Whoever had the case once may not confirm it later."""
    taken = complaint(("bea", AssignBody(reviewer="bea", conflict=False, checked=CHECKED)))

    assert (taken.reviewer, taken.reviewers) == ("bea", ("anna", "bea"))


def test_what_was_decided_is_not_admitted_or_rejected_once_more_for_its_form() -> None:
    """A complaint that was answered is told too, as a rejected one is; only the form is looked at again."""
    told = (("anna", proposal()), ("evenhand 1", TellBody()))

    for body in (DECIDE, RejectFormBody(reason="empty", text="There is nothing in it.")):
        with pytest.raises(StateRefused, match="it was not rejected for its form"):
            complaint(*told, ("bea", body))


def test_a_relief_has_an_end_to_come_and_there_is_one_at_a_time() -> None:
    """Given again only once it ran out or was ended; a restriction that is not lifted is not put back."""
    until = FILED_AT + timedelta(minutes=7)
    relief = InterimReliefBody(decision="d-made-up", until=until, words="It is likely wrong.", checked=CHECKED)
    given, ended = ("anna", relief), ("anna", ReliefEndedBody(why="withdrawn"))

    assert complaint(given).relief_until == until
    with pytest.raises(StateRefused, match="lifted already"):
        complaint(given, given)
    assert complaint(given, ended, given, ended).relief_until is None
    with pytest.raises(StateRefused, match="is not lifted"):
        complaint(ended)
    with pytest.raises(StateRefused, match="its end has passed"):
        complaint(("anna", structs.replace(relief, until=FILED_AT + timedelta(minutes=4))))
    short, later = (structs.replace(relief, until=FILED_AT + timedelta(minutes=each)) for each in (5, 60))
    assert complaint(("anna", short), ("anna", later)).relief_until == later.until


def test_nothing_is_planned_where_the_decision_stands() -> None:
    """An upheld decision reaches no place anew."""
    with pytest.raises(StateRefused, match="the decision was upheld, nothing changes"):
        complaint(("anna", proposal()), ("evenhand 1", PlanBody(points=())))


def test_one_body_out_of_court_has_the_case_at_a_time() -> None:
    """It is closed by its number, and then another may have it (DSA Art. 21)."""
    first = ExternalOpenBody(body="Made-up body", number="1", complete_on=FILED_AT.date(), due_on=FILED_AT.date())
    told = (("anna", proposal()), ("evenhand 1", TellBody()), ("anna", first))
    closed = ExternalCloseBody(number="1", outcome="upheld", closed_on=FILED_AT.date())

    assert complaint(*told).external == "1"
    with pytest.raises(StateRefused, match="the dispute `1` is open"):
        complaint(*told, ("anna", structs.replace(first, number="2")))
    with pytest.raises(StateRefused, match="no such dispute is open"):
        complaint(*told, ("anna", structs.replace(closed, number="2")))
    again = complaint(*told, ("anna", closed), ("anna", structs.replace(first, number="2")))
    assert again.external == "2"
