"""The numbers of complaints: each rate with its denominator and limits, no group of fewer than ten."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.appeals import fold
from evenhand.appeals.complaint_numbers import OTHERS, SMALLEST_GROUP, complaint_numbers, rate
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import (
    AcknowledgeBody,
    AnswerBody,
    AskBody,
    EventBody,
    RejectFormBody,
    TellBody,
    WithdrawBody,
)
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from tests.unit.appeals.complaint_events import FILED_AT, TO_REVIEW, chain, proposal

DECIDED = (*TO_REVIEW, ("anna", proposal()))


def at(steps: Any, name: str, **fields: Any) -> Complaint:
    return replace(fold(chain(steps, minutes=60)), id=name, **fields)


def counted(*complaints: Complaint, internal: bool = False, **attributes: Any) -> Any:
    by_id = {each.id: attributes.get(each.id.replace("-", "_"), {}) for each in complaints}
    return complaint_numbers(complaints, by_id, persons_verified=False, internal=internal)


def test_complaints_are_counted_by_how_they_ended_and_what_is_open_is_said() -> None:
    """Received are the sum of the decided, of those that ended otherwise, and of the open."""
    rejected = (*TO_REVIEW[:2], ("anna", RejectFormBody(reason="empty", text="Nothing is there.")))
    numbers = counted(
        at(DECIDED, "a"),
        at(DECIDED, "b", outcome="reversed"),
        at(rejected, "c"),
        at((*TO_REVIEW, ("Made-up Ltd", WithdrawBody())), "d"),
        at(TO_REVIEW, "e"),
    )

    assert (numbers.received, numbers.open) == (5, 1)
    assert numbers.reasons == {"facts_wrong": 5}
    assert numbers.outcomes == {"upheld": 1, "varied": 0, "reversed": 1}
    assert numbers.ended == {"inadmissible: empty": 1, "withdrawn": 1}
    assert (numbers.admissible.count, numbers.admissible.of) == (4, 5)
    assert (numbers.changed.count, numbers.changed.of) == (1, 2)
    assert numbers.persons_verified is False


def test_a_deadline_that_was_met_late_counts_without_a_recorded_breach() -> None:
    """Older records have none: nobody asked the clocks between the last day and the late act."""
    late = fold(chain(TO_REVIEW[:2], minutes=25 * 60))
    in_time = fold(chain(TO_REVIEW[:2]))

    numbers = counted(replace(late, id="a"), replace(in_time, id="b"))

    assert numbers.breaches == {"acknowledge": 1}
    assert (numbers.with_breach.count, numbers.with_breach.of) == (1, 2)


def test_time_to_the_answer_leaves_out_the_pauses_which_stand_apart() -> None:
    """A complainant who takes ten days for an answer makes no network slow."""
    waiting: list[tuple[str, EventBody]] = [
        *TO_REVIEW,
        ("anna", AskBody(question="Which?", due_at=FILED_AT + timedelta(days=14))),
        ("Made-up Ltd", AnswerBody(words="That one.")),
        ("anna", proposal()),
        ("evenhand 1", TellBody()),
    ]
    told = (*DECIDED, ("evenhand 1", TellBody()))

    numbers = counted(at(told, "a"), at(waiting, "b"), at(DECIDED, "not told yet"))

    assert (numbers.answer_hours.of, numbers.answer_hours.median, numbers.answer_hours.p90) == (2, 5.5, 6.0)
    assert (numbers.pause_hours.of, numbers.pause_hours.median) == (1, 1.0)


def test_disputes_count_with_what_was_followed_out_of_what_could_be() -> None:
    """An outcome that upholds the decision has nothing to follow."""
    opened = ExternalOpenBody(body="A body", number="7", complete_on=date(2026, 12, 1), due_on=date(2027, 3, 1))
    closed = ExternalCloseBody(number="7", outcome="varied", closed_on=date(2027, 1, 5), followed=True)
    upheld = ExternalCloseBody(number="7", outcome="upheld", closed_on=date(2027, 1, 5))
    told = (*DECIDED, ("evenhand 1", TellBody()), ("anna", opened))

    numbers = counted(at((*told, ("anna", closed)), "a"), at((*told, ("anna", upheld)), "b"), at(told, "c"))

    assert (numbers.disputes, numbers.dispute_outcomes) == (3, {"upheld": 1, "varied": 1})
    assert (numbers.followed.count, numbers.followed.of) == (1, 1)


def test_a_rate_has_its_limits_and_one_of_nothing_has_none() -> None:
    """Wilson's interval never leaves 0 to 1."""
    assert rate(0, 0).low is None
    assert (round(rate(0, 10).low or 0.0, 4), round(rate(0, 10).high or 0.0, 4)) == (0.0, 0.2775)


def test_reviewers_are_counted_for_the_network_alone() -> None:
    """Numbers of single people are nobody else's business."""
    assert counted(at(DECIDED, "a")).by_reviewer is None
    assert [each.value for each in counted(at(DECIDED, "a"), internal=True).by_reviewer] == ["anna"]


def test_no_complaints_are_noughts() -> None:
    """Nothing divides by nothing."""
    numbers = counted()
    assert (numbers.received, numbers.answer_hours.median, numbers.by) == (0, None, {})


SIZES = st.lists(st.integers(0, 30), max_size=8)


@given(sizes=SIZES)
def test_no_group_of_fewer_than_ten_can_be_seen_or_reckoned(sizes: list[int]) -> None:
    """What is shown, and what is left after taking it from the whole, is at least ten or nothing."""
    values = [f"v{number}" for number, size in enumerate(sizes) for _ in range(size)]
    complaints = [at(TO_REVIEW[:1], f"c{number}") for number in range(len(values))]
    attributes = {each.id: {"country": (value,)} for each, value in zip(complaints, values, strict=True)}

    numbers = complaint_numbers(complaints, attributes, persons_verified=True, internal=False)

    groups = numbers.by.get("country", ())
    assert all(each.received >= SMALLEST_GROUP for each in groups)
    if groups:
        assert sum(each.received for each in groups) == len(values)
        assert [each.value for each in groups].count(OTHERS) <= 1


def test_a_group_that_is_alone_small_takes_the_smallest_other_with_it() -> None:
    """9 of 21 that are not shown would be known from the 12 that are."""
    values = ["DE"] * 12 + ["FR"] * 11 + ["IE"] * 9
    complaints = [
        at((*TO_REVIEW[:1], ("evenhand 1", AcknowledgeBody())), f"c{number}") for number in range(len(values))
    ]
    attributes = {each.id: {"country": (value,)} for each, value in zip(complaints, values, strict=True)}

    numbers = complaint_numbers(complaints, attributes, persons_verified=True, internal=False)

    assert [(each.value, each.received) for each in numbers.by["country"]] == [("DE", 12), (OTHERS, 20)]
