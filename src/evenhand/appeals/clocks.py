"""The clocks of a complaint: when each is due, and whether an instant is in time (`appeals.md` §4).

Every instant is aware; a "day" is one of the network's zone. A period of days does not count the day on which it
begins and ends with its last day, so that an hour of the day never costs anybody anything.

Source: EU 2022/2065 (DSA) Art. 20 and 21; Regulation (EEC, Euratom) No 1182/71 Art. 3 for periods of days.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import structs

from evenhand.model.calendar_months import add_months
from evenhand.model.complaint import ClockName, Complaint, Deadline
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody

ONE_SECOND = timedelta(seconds=1)
OPEN_STATES = frozenset(
    {"filed", "acknowledged", "admissible", "under_review", "waiting_for_complainant", "proposed", "decided",
     "propagating", "proved", "inadmissible"}
)  # fmt: skip
"""States in which somebody still waits for the network or the complainant."""


def day_of(at: datetime, zone: tzinfo) -> date:
    """Return the day of `zone` that an instant is in."""
    return at.astimezone(zone).date()


def complaint_window(informed_at: datetime, zone: tzinfo, months: int) -> date:
    """Return the last day on which a complaint is in time, counted from the day on which the party was told.

    >>> complaint_window(datetime(2026, 8, 31, 12, tzinfo=UTC), UTC, 6).isoformat()
    '2027-02-28'
    """
    return add_months(day_of(informed_at, zone), months)


def is_in_time(filed_at: datetime, last_day: date, zone: tzinfo) -> bool:
    """Return whether a complaint that arrived at an instant is in time: until the end of the last day in `zone`."""
    return day_of(filed_at, zone) <= last_day


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last second of a day of `zone`, in UTC; that of a day that the zone left out is the one before it.

    >>> from zoneinfo import ZoneInfo
    >>> end_of_day(date(2026, 10, 25), ZoneInfo("Europe/Dublin")).isoformat()
    '2026-10-25T23:59:59+00:00'
    """
    if day >= date.max - timedelta(days=1):
        return datetime.max.replace(microsecond=0, tzinfo=UTC)
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return midnight.astimezone(UTC) - ONE_SECOND


def days_after(at: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the last second of the day that is `days` after the day of an instant."""
    return end_of_day(day_of(at, zone) + timedelta(days=days), zone)


def hours_after(at: datetime, hours: int) -> datetime:
    """Return the instant so many hours later; a change of clock time neither adds nor takes one."""
    return at.astimezone(UTC) + timedelta(hours=hours)


def external_due(complete_on: date, days: int) -> date:
    """Return the day by which an out-of-court body has to decide: 90 days, 180 in a complex case (DSA Art. 21(4))."""
    return complete_on + timedelta(days=days)


def with_pause(deadline: Deadline, since: datetime, until: datetime) -> Deadline:
    """Return a deadline that stood still from `since` to `until`; a pause never moves it back."""
    paused = max(0, int((until - since).total_seconds()))
    return structs.replace(
        deadline, due_at=deadline.due_at + timedelta(seconds=paused), paused_s=deadline.paused_s + paused
    )


def running_deadlines(complaint: Complaint) -> Iterator[Deadline]:
    """Yield the deadlines that run, not met, of a complaint that somebody waits for.

    The time for an answer matters only while it is waited for. The clock of the decision stands still meanwhile, until
    the last day for the answer at most: it is due as it will be if none comes.
    """
    waits = complaint.state == "waiting_for_complainant"
    answer = complaint.deadline("answer") if waits else None
    for deadline in complaint.deadlines if complaint.state in OPEN_STATES else ():
        if deadline.met_at is not None or (deadline.clock == "answer" and not waits):
            continue
        if deadline.clock == "decide" and complaint.asked_at is not None and answer is not None:
            yield with_pause(deadline, complaint.asked_at, answer.due_at)
        else:
            yield deadline


def open_deadlines(complaint: Complaint, zone: tzinfo) -> list[Deadline]:
    """Return every deadline of a complaint that is still to come or late, the earliest first.

    The one source of list, tasks, tick and calendar. Besides the running ones it has those of out-of-court bodies,
    which end with their last day of `zone`.
    """
    found = [*running_deadlines(complaint), *_disputes(complaint, zone)]
    return sorted(found, key=lambda each: (each.due_at, each.clock))


def network_deadlines(complaint: Complaint) -> Iterator[Deadline]:
    """Yield the running deadlines that bind the network, neither the complainant nor an out-of-court body."""
    return (each for each in running_deadlines(complaint) if each.clock not in OF_OTHERS)


def late_deadlines(complaint: Complaint, at: datetime) -> list[Deadline]:
    """Return the deadlines of the network that passed and are not met, recorded as a breach or not."""
    return [each for each in network_deadlines(complaint) if at > each.due_at]


def passed_deadlines(complaint: Complaint, at: datetime) -> list[Deadline]:
    """Return the deadlines of the network that passed and are not recorded yet."""
    return [each for each in late_deadlines(complaint, at) if not each.breached]


def _disputes(complaint: Complaint, zone: tzinfo) -> Iterator[Deadline]:
    closed = {each.body.number for each in complaint.events if isinstance(each.body, ExternalCloseBody)}
    for event in complaint.events:
        if isinstance(event.body, ExternalOpenBody) and event.body.number not in closed:
            yield Deadline(clock="external", since=event.at, due_at=end_of_day(event.body.due_on, zone))


OF_OTHERS: frozenset[ClockName] = frozenset({"answer", "external"})
"""Clocks that bind the complainant or an out-of-court body, not the network."""
