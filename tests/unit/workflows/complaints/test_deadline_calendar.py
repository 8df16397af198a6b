"""The calendar file of open deadlines, read back by a strict reader of RFC 5545."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from evenhand.appeals import fold
from evenhand.model.complaint import Complaint, Deadline
from evenhand.model.complaint_events import AnswerBody, AskBody, EventBody, TellBody, WithdrawBody
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.workflows.complaints.deadline_calendar import deadline_calendar
from tests.unit.appeals.complaint_events import COMPLAINT, FILED_AT, TO_REVIEW, chain, proposal

DUBLIN = ZoneInfo("Europe/Dublin")
ORIGIN = "ads.made-up.example/log"
ASK = AskBody(question="Which bank?", due_at=FILED_AT + timedelta(days=14))
OPENED = ExternalOpenBody(body="A body", number="7", complete_on=date(2026, 12, 1), due_on=date(2027, 3, 1))
UTC_INSTANT = re.compile(r"\d{8}T\d{6}Z")


def at(*more: tuple[str, EventBody], steps: tuple[tuple[str, EventBody], ...] = TO_REVIEW) -> Complaint:
    return fold(chain((*steps, *more)))


def calendar(*complaints: Complaint, name: str = "Made-up") -> bytes:
    return deadline_calendar(complaints, name, ORIGIN, DUBLIN)


def read(raw: bytes) -> list[dict[str, str]]:
    """Return the entries of a calendar file; whatever RFC 5545 does not allow fails."""
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 and line.decode("utf-8") is not None for line in raw.split(b"\r\n"))
    lines = raw.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0", "CALSCALE:GREGORIAN"} <= set(lines)
    assert any(line.startswith("BEGIN:VEVENT") or line.startswith("BEGIN:VTIMEZONE") for line in lines)
    entries, open_parts = [], []
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon
        assert re.fullmatch("[A-Z-]+", name), line
        if name == "BEGIN":
            open_parts.append(value)
            entries += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            assert name not in entries[-1], "a property stands once"
            entries[-1][name] = unescaped(value) if name in ("UID", "SUMMARY", "DESCRIPTION") else value
    assert open_parts == []
    for each in entries:
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= each.keys()
        assert all(UTC_INSTANT.fullmatch(each[key]) for key in ("DTSTAMP", "DTSTART"))
    assert len({each["UID"] for each in entries}) == len(entries)
    return entries


def unescaped(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), "a comma or semicolon must be escaped"
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), value)


def test_a_deadline_is_an_entry_at_its_instant_in_utc() -> None:
    """14 days from the filing in this made-up case; the entry names complaint and decision, and no party."""
    (entry,) = read(calendar(at()))

    assert entry["UID"] == f"{COMPLAINT}-decide-1@{ORIGIN}"
    assert entry["DTSTART"] == f"{FILED_AT + timedelta(days=14):%Y%m%dT%H%M%SZ}"
    assert entry["SUMMARY"] == f"complaint {COMPLAINT}: answer it"
    assert "about decision d-made-up" in entry["DESCRIPTION"]
    assert "Made-up Ltd" not in str(entry)


def test_a_deadline_that_moved_is_the_same_entry_with_a_higher_sequence() -> None:
    """A calendar that reads the file again changes the entry and adds none."""
    before = at()
    asked = at(("anna", ASK))
    after = at(("anna", ASK), ("Made-up Ltd", AnswerBody(words="That one.")))

    (first,), waiting, (later,) = (read(calendar(each)) for each in (before, asked, after))

    assert [each["UID"].split("@")[0] for each in waiting] == [f"{COMPLAINT}-answer-1", f"{COMPLAINT}-decide-1"]
    assert first["UID"] == waiting[1]["UID"] == later["UID"]
    assert int(first["SEQUENCE"]) < int(later["SEQUENCE"])
    assert first["DTSTART"] < later["DTSTART"]
    assert "The clock stood still for 1 min." in later["DESCRIPTION"]


@pytest.mark.parametrize(
    "more",
    [
        (("Made-up Ltd", WithdrawBody()),),
        (("anna", proposal()), ("evenhand 1", TellBody())),
    ],
)
def test_a_complaint_that_ended_has_no_deadline_and_the_file_is_still_a_calendar(more: Any) -> None:
    """RFC 5545, 3.6: a calendar without any component is none."""
    assert read(calendar(at(*more))) == []
    assert read(calendar()) == []


def test_an_out_of_court_body_has_until_the_end_of_its_last_day() -> None:
    """Of the network's zone; after its answer nothing is due."""
    told: Any = (("anna", proposal()), ("evenhand 1", TellBody()), ("anna", OPENED))
    closed = ExternalCloseBody(number="7", outcome="upheld", closed_on=date(2027, 1, 5))

    (entry,) = read(calendar(at(*told)))

    assert (entry["UID"], entry["DTSTART"]) == (f"{COMPLAINT}-external-1@{ORIGIN}", "20270301T235959Z")
    assert read(calendar(at(*told, ("anna", closed)))) == []


def test_a_recorded_breach_is_said_first() -> None:
    """Overdue entries are found by their first word."""
    late = Deadline(clock="decide", since=FILED_AT, due_at=FILED_AT + timedelta(days=14), breached=True)
    (entry,) = read(calendar(replace(at(), deadlines=(late,))))
    assert entry["SUMMARY"].startswith(f"Overdue: complaint {COMPLAINT}")


def test_entries_stand_in_the_order_of_their_deadlines_and_the_file_is_the_same_again() -> None:
    """Nobody's clock is in the file: two people who write it have the same one."""
    soon = replace(at(), id="c-b")
    deadline = replace(soon.deadlines[-1], due_at=datetime(2026, 11, 3, tzinfo=UTC))
    soon = replace(soon, deadlines=(deadline,))

    raw = calendar(at(), soon)

    assert [each["UID"][:3] for each in read(raw)] == ["c-b", "c-0"]
    assert raw == calendar(soon, at())


@given(name=st.text(), decision=st.text(min_size=1))
def test_whatever_a_network_is_called_the_file_can_be_read(name: str, decision: str) -> None:
    """Commas, line ends, marks and letters of four octets, where a line of 75 octets ends."""
    (entry,) = read(calendar(replace(at(), decision=decision), name=name))
    assert "about decision" in entry["DESCRIPTION"]
