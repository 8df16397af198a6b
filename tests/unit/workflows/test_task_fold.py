"""What may be done with a task in which state, and what its events come to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from evenhand.model.errors import StateRefused
from evenhand.model.task import Task, TaskEvent
from evenhand.workflows.review.task_fold import ALLOWED, RecordedEvent, check_event, closed_task, fold_task

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOLD = Task(id="t1", kind="hold", concerned=(), question="Release or refuse?", opened=AT, mark="m1")
MATCH = replace(HOLD, kind="match")


def event(kind: Any, by: str = "a", **fields: Any) -> TaskEvent:
    return TaskEvent(**{"task": "t1", "number": 0, "kind": kind, "by": by, "at": AT, "mark": "m1"} | fields)


def folded(*events: TaskEvent, question: Task = HOLD, at: datetime = AT, asked_at: int = 0) -> Task:
    numbered = [RecordedEvent(10 + number, each) for number, each in enumerate(events)]
    return fold_task(question, numbered, at, asked_at)


def test_a_claim_holds_until_it_ends() -> None:
    """Then the task is open to everybody, and says whose claim it was."""
    claim = event("claim", until=AT + HOUR)

    assert (folded(claim).state, folded(claim).claimed_by) == ("claimed", "a")
    assert folded(claim, at=AT + HOUR).state == "open"
    assert folded(claim, event("unclaim")).claimed_by == ""


@pytest.mark.parametrize("kind", ["claim", "assign", "snooze", "answer", "unclaim"])
def test_nobody_touches_what_another_has_claimed(kind: str) -> None:
    """Two people never hold one task; a note is welcome."""
    task = folded(event("claim", until=AT + HOUR))

    with pytest.raises(StateRefused, match="`a` has claimed it until 2026-03-02 13:00 UTC; expected a note at most"):
        check_event(task, kind, "b", AT)
    check_event(task, "note", "b", AT)
    check_event(task, kind, "a", AT)


@pytest.mark.parametrize("kind", ["unclaim", "snooze", "answer"])
def test_a_claim_that_has_ended_has_to_be_made_again(kind: str) -> None:
    """Somebody else may have looked at it meanwhile."""
    late = AT + 2 * HOUR
    task = folded(event("claim", until=AT + HOUR), at=late)

    with pytest.raises(StateRefused, match=r"the claim of `a` ended at 2026-03-02 13:00 UTC.*claim it again"):
        check_event(task, kind, "a", late)
    if kind != "unclaim":
        check_event(task, kind, "b", late)


def test_an_assigned_task_is_that_person_s() -> None:
    """Whoever takes it over assigns it first, which is on record."""
    task = folded(event("assign", assignee="b"))

    with pytest.raises(StateRefused, match=r"it is assigned to `b`.*assign it first"):
        check_event(task, "answer", "a", AT)
    check_event(task, "answer", "b", AT)
    check_event(task, "assign", "a", AT)


def test_a_snoozed_task_comes_back() -> None:
    """On its day, by itself."""
    snooze = event("snooze", until=AT + HOUR, words="an extract is on its way")

    assert [folded(snooze, at=at).state for at in (AT, AT + HOUR)] == ["snoozed", "open"]


def test_an_answer_that_waits_is_confirmed_by_another_or_objected_to() -> None:
    """Never by who gave it."""
    answer = event("answer", answer="keep", waits=True)
    task = folded(answer)

    assert task.state == "second"
    with pytest.raises(StateRefused, match="`a` gave the answer"):
        check_event(task, "confirm", "a", AT)
    check_event(task, "confirm", "b", AT)
    assert folded(answer, event("confirm", "b")).state == "answered"
    assert folded(answer, event("object", "b", words="no extract")).state == "open"


def test_an_answer_that_waits_lapses_with_its_question() -> None:
    """What the second person would confirm is not asked any more."""
    task = folded(event("answer", answer="not-same", waits=True), question=replace(MATCH, mark="m2"))

    assert task.state == "open"


def test_an_answered_task_takes_nothing_more() -> None:
    """It says who answered what."""
    task = folded(event("answer", answer="keep"))

    for kind in ALLOWED["open"]:
        with pytest.raises(StateRefused, match="`a` answered it `keep` at 2026-03-02 12:00 UTC"):
            check_event(task, kind, "b", AT)


def test_a_question_that_a_run_left_unchanged_is_asked_again() -> None:
    """An answer that changed nothing has not settled it; one to keep the hold counts until its day."""
    answer, keep = event("answer", answer="done"), event("answer", answer="keep", until=AT + HOUR)

    assert folded(answer, asked_at=11).state == "open"
    assert folded(answer, asked_at=10).state == "answered"
    assert folded(answer, question=replace(HOLD, mark="m2")).state == "open"
    assert [folded(keep, asked_at=99, at=at).state for at in (AT, AT + HOUR)] == ["answered", "open"]


def test_a_match_is_answered_by_its_judgement_and_not_by_the_event() -> None:
    """`unsure` leaves it open; a judgement made elsewhere closes it."""
    assert folded(event("answer", answer="unsure"), question=MATCH).state == "open"


def test_a_task_that_nobody_is_asked_any_more_is_told_by_its_events() -> None:
    """So that its id, copied from a mail, still leads somewhere."""
    events = [RecordedEvent(1, event("answer", answer="not-same", task_kind="match", question="Is x the listed y?"))]

    closed = closed_task(events)

    assert (closed.kind, closed.question, closed.state) == ("match", "Is x the listed y?", "answered")
