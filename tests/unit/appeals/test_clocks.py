"""When each clock of a complaint is due: days of the network's zone, over changes of clock time and leap days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from evenhand.appeals import fold
from evenhand.appeals.clocks import (
    complaint_window,
    days_after,
    end_of_day,
    external_due,
    hours_after,
    is_in_time,
    late_deadlines,
    open_deadlines,
    passed_deadlines,
    running_deadlines,
    with_pause,
)  # fmt: skip
from evenhand.model.complaint import Deadline
from evenhand.model.complaint_events import AskBody, RejectFormBody, TellBody
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from tests.unit.appeals.complaint_events import FILED_AT, TO_REVIEW, chain, file_body, proposal

DUBLIN = ZoneInfo("Europe/Dublin")


def test_informed_on_31_august_the_window_closes_with_the_last_day_of_february() -> None:
    """Accepted at 23:59 of that day, refused a minute later (Regulation (EU) 2022/2065, Art. 20(1))."""
    last = complaint_window(datetime(2026, 8, 31, 12, tzinfo=UTC), DUBLIN, 6)

    assert last == date(2027, 2, 28)
    assert is_in_time(datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC), last, DUBLIN)
    assert not is_in_time(datetime(2027, 3, 1, 0, 0, tzinfo=UTC), last, DUBLIN)


@pytest.mark.parametrize(
    ("informed", "last"),
    [
        ("2027-08-31", "2028-02-29"),
        ("2028-02-29", "2028-08-29"),
        ("2026-12-31", "2027-06-30"),
        ("2026-03-10", "2026-09-10"),
    ],
)
def test_months_end_on_the_same_day_number_or_the_last_day(informed: str, last: str) -> None:
    """Leap years and short months."""
    assert complaint_window(datetime.fromisoformat(f"{informed}T12:00Z"), UTC, 6).isoformat() == last


def test_an_evening_in_the_zone_counts_as_that_day() -> None:
    """23:30 in New York is the next day in UTC; the client never loses by it."""
    new_york = ZoneInfo("America/New_York")
    last = complaint_window(datetime(2026, 5, 2, 3, 30, tzinfo=UTC), new_york, 6)

    assert last == date(2026, 11, 1)
    assert is_in_time(datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), last, new_york)
    assert not is_in_time(datetime(2026, 11, 2, 5, 0, tzinfo=UTC), last, new_york)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-20T10:00Z", "2026-04-03T22:59:59Z"),  # summer time began on 29 March
        ("2026-10-20T10:00Z", "2026-11-03T23:59:59Z"),  # and ended on 25 October
        ("2028-02-20T10:00Z", "2028-03-05T23:59:59Z"),  # 29 February is one of the days
    ],
)
def test_fourteen_days_end_with_the_last_day_over_both_changes_of_clock_time(at: str, due: str) -> None:
    """A period of days does not count the day on which it begins."""
    assert days_after(datetime.fromisoformat(at), 14, DUBLIN) == datetime.fromisoformat(due)


def test_hours_are_hours_also_where_the_clock_is_changed() -> None:
    """24 hours are 24, though the day has 23."""
    assert hours_after(datetime(2026, 3, 28, 12, tzinfo=UTC), 24) == datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_a_day_without_midnight_ends_all_the_same() -> None:
    """Cairo sets its clock forward at midnight: 23:59:59 is the last second."""
    end = end_of_day(date(2026, 4, 23), ZoneInfo("Africa/Cairo"))

    assert end.astimezone(ZoneInfo("Africa/Cairo")).strftime("%F %T") == "2026-04-23 23:59:59"


def test_a_day_at_the_end_of_time_has_an_end() -> None:
    """A date of a file may be any; it must not stop the list of complaints."""
    assert end_of_day(date.max, UTC).year == 9999


def test_an_out_of_court_body_has_ninety_days() -> None:
    """DSA Art. 21(4); 180 in a complex case."""
    assert external_due(date(2026, 11, 2), 90) == date(2027, 1, 31)


def test_a_pause_never_moves_a_deadline_back() -> None:
    """Even where an answer is stamped before its question."""
    deadline = Deadline(clock="decide", since=FILED_AT, due_at=FILED_AT + timedelta(days=14))

    assert with_pause(deadline, FILED_AT, FILED_AT - timedelta(hours=1)) == deadline


def test_a_deadline_has_passed_a_second_after_it_was_due() -> None:
    """And not at the very second."""
    filed = fold(chain(TO_REVIEW[:1]))
    due = FILED_AT + timedelta(hours=24)

    assert not list(passed_deadlines(filed, due))
    assert [each.clock for each in passed_deadlines(filed, due + timedelta(seconds=1))] == ["acknowledge"]


def test_a_complaint_waits_for_its_admission_no_longer_than_its_clock() -> None:
    """Counted from its arrival; met by an admission or a rejection. A record of before has no such clock."""
    waiting, admitted = fold(chain(TO_REVIEW[:2])), fold(chain(TO_REVIEW[:3]))
    rejection = RejectFormBody(reason="not_a_party", text="You are another company.")
    rejected = fold(chain([*TO_REVIEW[:2], ("anna", rejection)]))
    before = fold(chain([("Made-up Ltd", structs.replace(file_body(), admit_by=None)), *TO_REVIEW[1:2]]))
    due = FILED_AT + timedelta(days=7)

    assert [(each.clock, each.due_at) for each in running_deadlines(waiting)] == [("admit", due)]
    assert [each.clock for each in late_deadlines(waiting, due + timedelta(seconds=1))] == ["admit"]
    for each in (admitted, rejected):
        deadline = each.deadline("admit")
        assert deadline is not None
        assert deadline.met_at == FILED_AT + timedelta(minutes=2)
    assert before.deadline("admit") is None


def test_the_time_for_an_answer_runs_only_while_it_is_waited_for() -> None:
    """Meanwhile the decision is due as late as it will be if none comes; of a withdrawn complaint no clock runs."""
    asked = fold(chain([*TO_REVIEW, ("anna", AskBody(question="?", due_at=FILED_AT + timedelta(hours=1)))]))
    answered = structs.replace(asked, state="under_review")

    assert [(each.clock, each.paused_s) for each in running_deadlines(asked)] == [("decide", 3360), ("answer", 0)]
    assert [each.clock for each in running_deadlines(answered)] == ["decide"]
    assert not list(running_deadlines(structs.replace(asked, state="withdrawn")))


def test_a_case_out_of_court_is_due_at_the_end_of_its_last_day_until_it_is_closed() -> None:
    """It binds the body, not the network: the list and the calendar have it, what is late does not."""
    due = date(2027, 1, 31)
    opened = ExternalOpenBody(body="Made-up body", number="1", complete_on=date(2026, 11, 2), due_on=due)
    closed = ExternalCloseBody(number="1", outcome="upheld", closed_on=date(2026, 12, 1))
    steps = [*TO_REVIEW, ("anna", proposal()), ("evenhand 1", TellBody()), ("anna", opened)]
    pending, over = fold(chain(steps)), fold(chain([*steps, ("anna", closed)]))

    assert [(each.clock, each.due_at) for each in open_deadlines(pending, DUBLIN)] == [
        ("external", end_of_day(due, DUBLIN))
    ]
    assert late_deadlines(pending, datetime(2028, 1, 1, tzinfo=UTC)) == []
    assert open_deadlines(over, DUBLIN) == []


def test_open_deadlines_are_in_the_order_in_which_they_are_due() -> None:
    """The one that comes first is the one to work on."""
    filed = fold(chain(TO_REVIEW[:1]))

    assert [each.clock for each in open_deadlines(filed, DUBLIN)] == ["acknowledge", "admit"]
