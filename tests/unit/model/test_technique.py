"""Which DISARM techniques stand after what people did with a task."""

from datetime import UTC, datetime, timedelta
from typing import Any

from evenhand.model.staff import bytes_to_sign
from evenhand.model.task import TaskEvent
from evenhand.model.technique import set_techniques

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(kind: Any, hours: int, by: str = "a", **fields: Any) -> TaskEvent:
    return TaskEvent(task="t1", number=hours, kind=kind, by=by, at=AT + timedelta(hours=hours), **fields)


def standing(*events: TaskEvent) -> list[tuple[str, str]]:
    return [(each.id, each.by) for each in set_techniques(events).standing]


def test_a_technique_is_of_the_first_who_set_it_until_it_is_taken_back() -> None:
    """Who sets it after that has set it anew."""
    first, second = event("note", 0, techniques=("T0049",)), event("note", 1, "b", techniques=("T0049", "T0086"))
    back = event("note", 2, removed_techniques=("T0049",))

    assert standing(first, second) == [("T0049", "a"), ("T0086", "b")]
    assert standing(first, second, back) == [("T0086", "b")]
    assert standing(first, second, back, second) == [("T0049", "b"), ("T0086", "b")]
    assert set_techniques((first, second, back)).changed_at == back.at


def test_a_technique_of_an_answer_that_waits_stands_once_another_has_confirmed_it() -> None:
    """An objection ends it; what was said beside it stays."""
    answer, beside = event("answer", 0, techniques=("T0049",), waits=True), event("note", 1, techniques=("T0086",))

    assert standing(answer, beside) == [("T0086", "a")]
    assert standing(answer, beside, event("confirm", 2, "b")) == [("T0049", "a"), ("T0086", "a")]
    assert standing(answer, beside, event("object", 2, "b"), event("confirm", 3, "b")) == [("T0086", "a")]


def test_other_acts_set_none() -> None:
    """Nobody did anything with techniques: there is no instant either."""
    found = set_techniques([event("claim", 0), event("note", 1, words="T0049"), event("answer", 2)])

    assert (found.standing, found.changed_at) == ((), None)


def test_a_signature_is_over_the_techniques_too() -> None:
    """Whoever adds one to a signed record breaks it."""
    assert b'"techniques":["T0049"]' in bytes_to_sign(event("note", 0, techniques=("T0049",)))
