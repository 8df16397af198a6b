"""Laws of tasks: whatever people try, in whatever order, two never hold one, and nobody confirms their own answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import StateRefused
from evenhand.model.task import Task, TaskEvent
from evenhand.workflows.review.task_fold import ALLOWED, RecordedEvent, check_event, fold_task, waiting_answer

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUESTION = Task(id="t1", kind="hold", concerned=(), question="Release or refuse?", opened=AT, mark="m1")
KINDS = ("claim", "unclaim", "assign", "note", "snooze", "answer", "confirm", "object")

TRIES = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(0, 3), st.integers(1, 3), st.sampled_from("abc"),
        st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


def allows(task: Task, kind: str, by: str, at: datetime) -> bool:
    try:
        check_event(task, kind, by, at)
    except StateRefused:
        return False
    return True


@given(tries=TRIES)
def test_claims_answers_and_confirmations_keep_to_the_table(tries: list[tuple[Any, ...]]) -> None:
    """Law *One holder*: what `check_event` lets pass leads only to states that the table has."""
    now, events = AT, list[RecordedEvent]()
    for kind, by, wait, lasts, whom, waits in tries:
        now += wait * HOUR
        before = fold_task(QUESTION, events, now, 0)
        if not allows(before, kind, by, now):
            continue
        assert kind in ALLOWED[before.state] or (kind == "note" and before.state == "claimed")
        if before.state == "claimed" and kind != "note":
            assert by == before.claimed_by
        if kind in ("confirm", "object"):
            assert by != waiting_answer(before).by
        event = TaskEvent(
            task="t1", number=len(events), kind=kind, by=by, at=now, mark="m1",
            until=now + lasts * HOUR if kind in ("claim", "snooze") else None,
            assignee=whom if kind == "assign" else "", waits=kind == "answer" and waits,
        )  # fmt: skip
        events.append(RecordedEvent(len(events), event))
        after = fold_task(QUESTION, events, now, 0)
        if kind == "answer":
            assert after.state == ("second" if waits else "answered")
        assert [each.number for each in after.history] == list(range(len(events)))
