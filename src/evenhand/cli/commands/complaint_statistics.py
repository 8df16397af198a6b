"""What `evenhand complaints` does besides listing: the numbers of complaints, and the calendar of their deadlines."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evenhand.cli.common import print_json, say
from evenhand.model.errors import BadInput
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.appeals.complaint_numbers import ComplaintNumbers, GroupCount, Hours, Rate
    from evenhand.store.network import Network


def show_numbers(network: "Network", first: str, last: str, now: datetime, *, internal: bool, as_json: bool) -> None:
    """Show the numbers of the complaints that arrived in a period; ``""`` is no limit.

    Raises:
        BadInput: no day, or the period ends before it begins.
    """
    from evenhand.workflows.complaints.complaint_statistics import network_numbers
    from evenhand.workflows.people.staff_overview import unverified

    start, end = (day_of(option, text) if text else None for option, text in (("--from", first), ("--until", last)))
    if start is not None and end is not None and start > end:
        raise BadInput("ends before it begins", where="--until", got=last, expected=f"{first} or later")
    numbers = network_numbers(network, start, end, internal=internal)
    if as_json:
        print_json(numbers)
        return
    for line in numbers_lines(numbers):
        say(line)
    if no_staff := unverified(network, now):
        say(no_staff.capitalize())


def write_calendar(network: "Network", file: Path, *, as_json: bool) -> None:
    """Write the open deadlines of a network's complaints to a calendar file.

    Raises:
        BadInput: the file is not one of a calendar, or its folder is missing.
    """
    from evenhand.store.atomic_files import write_whole
    from evenhand.workflows.complaint_records.complaint_store import complaints_of
    from evenhand.workflows.complaints.deadline_calendar import calendar_deadlines, deadline_calendar

    if file.suffix.lower() != ".ics":
        raise BadInput("no name of a calendar file", where="--calendar", got=file, expected="a name that ends in .ics")
    if not file.resolve().parent.is_dir():
        raise BadInput("its folder is missing", where="--calendar", got=file, expected="a file in a folder that exists")
    settings, known = network.settings, complaints_of(network).by_id.values()
    raw = deadline_calendar(known, settings.network.name, settings.network.origin, settings.zone)
    write_whole(file, raw)
    found = len(calendar_deadlines(known, settings.zone))
    if as_json:
        print_json({"file": file, "deadlines": found})
        return
    say(f"{count(found, 'open deadline')}: {file}")


def day_of(option: str, text: str) -> date:
    """Return the day that an option names.

    Raises:
        BadInput: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("no day", where=option, got=text, expected="a date, as 2026-01-01") from None


def numbers_lines(numbers: "ComplaintNumbers") -> Iterator[str]:
    """Yield the numbers as lines for people."""
    decided = sum(numbers.outcomes.values())
    yield (f"{count(numbers.received, 'complaint')}: {numbers.open} open, {decided} decided, "
           f"{sum(numbers.ended.values())} ended without a decision")  # fmt: skip
    if numbers.ended:
        yield f"Without a decision: {_counts(numbers.ended)}"
    yield f"Reasons given: {_counts(numbers.reasons)}"
    yield f"Decided: {_counts(numbers.outcomes)}; changed {_rate(numbers.changed)}"
    yield f"Admissible: {_rate(numbers.admissible)}"
    yield f"Time to the answer, without pauses: {_hours(numbers.answer_hours)}"
    yield f"Pauses: {_hours(numbers.pause_hours)}"
    yield f"Deadlines passed: {_counts(numbers.breaches)}; complaints with one: {_rate(numbers.with_breach)}"
    yield (f"Out of court: {count(numbers.disputes, 'dispute')}; {_counts(numbers.dispute_outcomes)}; "
           f"followed {_rate(numbers.followed)}")  # fmt: skip
    if numbers.same_mistake_reviews:
        changed = _rate(numbers.same_mistake_changed)
        yield f"Reviews opened for the same mistake: {numbers.same_mistake_reviews}; changed {changed}"
    for name, groups in numbers.by.items():
        yield from _groups(f"By {name}", groups, "not shown, groups of fewer than ten")
    if numbers.by_reviewer is not None:
        yield from _groups("By reviewer (for the network alone)", numbers.by_reviewer, "no review yet")
    if numbers.erased:
        yield f"Not counted: {count(numbers.erased, 'record')} of complaints, erased"


def _groups(title: str, groups: "tuple[GroupCount, ...]", none: str) -> Iterator[str]:
    if not groups:
        yield f"{title}: {none}"
        return
    yield f"{title}:"
    for each in groups:
        yield f"  {each.value}: {each.received} received, {each.decided} decided; changed {_rate(each.changed)}"


def _rate(rate: "Rate") -> str:
    """Return so many of so many, with the 95 % limits of the share."""
    if rate.low is None or rate.high is None:
        return f"{rate.count} of {rate.of}"
    limits = f"95 % limits {100 * rate.low:.0f} to {100 * rate.high:.0f} %"
    return f"{rate.count} of {rate.of} ({100 * rate.count / rate.of:.0f} %; {limits})"


def _hours(hours: "Hours") -> str:
    if hours.median is None or hours.p90 is None:
        return "none"
    return f"median {hours.median:g} h, 90th percentile {hours.p90:g} h ({count(hours.of, 'complaint')})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in counts.items()) or "none"
