"""The open deadlines of complaints as a calendar file (RFC 5545), for the calendars that people have.

The file is made of the ledger's records alone: the same records give the same bytes, and an entry keeps its UID while
its deadline moves, so that a calendar that reads the file again changes the entry. It names no party. Holidays stop no
clock.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from evenhand.appeals.clocks import open_deadlines
from evenhand.model.complaint import ClockName, Complaint, Deadline
from evenhand.model.visible_text import visible

LINE_OCTETS = 75
_CLOCKS: dict[ClockName, str] = {
    "acknowledge": "say that it arrived",
    "admit": "say whether it is admissible",
    "decide": "answer it",
    "answer": "last day for the complainant's answer",
    "propagate_gate": "new decision at the gate",
    "propagate_exports": "new decision in the exports",
    "external": "out-of-court body decides",
}
_NO_EVENT = ("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
             "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE")  # fmt: skip


class OpenDeadline(NamedTuple):
    """A deadline that is not met; `number` counts those of its clock in the complaint, from 1."""

    complaint: Complaint
    deadline: Deadline
    number: int


def calendar_deadlines(complaints: Iterable[Complaint], zone: ZoneInfo) -> list[OpenDeadline]:
    """Return the open deadlines of complaints, the earliest first."""
    found = [each for complaint in complaints for each in _numbered(complaint, zone)]
    return sorted(found, key=lambda each: (each.deadline.due_at, each.complaint.id, each.deadline.clock))


def deadline_calendar(complaints: Iterable[Complaint], name: str, origin: str, zone: ZoneInfo) -> bytes:
    """Return the calendar file; `origin` is the log's name, which makes the UIDs unique in the world."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Evenhand//Deadlines of complaints//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"NAME:{_text(f'Deadlines of complaints, {name}')}")
    entries = [line for each in calendar_deadlines(complaints, zone) for line in _entry(each, origin)]
    # A calendar has at least one component (RFC 5545, 3.6).
    lines += [*(entries or _NO_EVENT), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _numbered(complaint: Complaint, zone: ZoneInfo) -> Iterator[OpenDeadline]:
    started = [(each.clock, each.since) for each in complaint.deadlines]
    started += [("external", each.at) for each in complaint.events if each.kind == "external_open"]
    for deadline in open_deadlines(complaint, zone):
        earlier = [each for each in started if each[0] == deadline.clock and each[1] <= deadline.since]
        yield OpenDeadline(complaint, deadline, len(earlier))


def _entry(due: OpenDeadline, origin: str) -> Iterator[str]:
    complaint, deadline, number = due
    last = complaint.events[-1].at if complaint.events else complaint.filed_at
    what = _CLOCKS[deadline.clock]
    about = f"about decision {complaint.decision}" if complaint.decision else "that names no decision"
    late = "Overdue: " if deadline.breached else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(f'{complaint.id}-{deadline.clock}-{number}@{origin}')}"
    yield f"DTSTAMP:{_instant(last)}"
    yield f"SEQUENCE:{complaint.next_seq}"
    yield f"DTSTART:{_instant(deadline.due_at)}"
    yield f"SUMMARY:{_text(f'{late}complaint {complaint.id}: {what}')}"
    paused = f"\nThe clock stood still for {deadline.paused_s // 60} min." if deadline.paused_s else ""
    described = f"Complaint {complaint.id} {about}: {what}.\nRuns since {deadline.since:%Y-%m-%d %H:%M} UTC.{paused}"
    yield f"DESCRIPTION:{_text(described)}"
    yield "TRANSP:TRANSPARENT"
    yield "CATEGORIES:COMPLAINT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a value of type TEXT: what has a meaning in the file is escaped (RFC 5545, 3.3.11).

    >>> _text("a; b, c")
    'a\\\\; b\\\\, c'
    """
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(map(visible, escaped.split("\n")))


def _folded(line: str) -> bytes:
    """Return a line in lines of at most 75 octets, none of which ends inside a character (RFC 5545, 3.1)."""
    raw, parts, room = line.encode(), [], LINE_OCTETS
    while len(raw) > room:
        end = room
        while raw[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(raw[:end])
        raw, room = raw[end:], LINE_OCTETS - 1
    return b"\r\n ".join([*parts, raw]) + b"\r\n"
