"""A complaint in words: its outcome, its deadlines and how far each is."""

from datetime import datetime, tzinfo

from evenhand.appeals.clocks import OF_OTHERS, OPEN_STATES, open_deadlines
from evenhand.model.complaint import ClockName, Complaint, Deadline
from evenhand.model.complaint_events import SupersedeBody

CLOCKS: dict[ClockName, str] = {
    "acknowledge": "acknowledge", "admit": "admit or reject", "decide": "decide", "answer": "answer",
    "propagate_gate": "gate", "propagate_exports": "exports", "external": "out of court",
}  # fmt: skip
"""What each clock is called."""

_ENDINGS = frozenset({"withdraw", "supersede", "tell", "close"})


def next_deadline(complaint: Complaint, zone: tzinfo) -> Deadline | None:
    """Return the earliest deadline that is open, None where none is."""
    return next(iter(open_deadlines(complaint, zone)), None)


def outcome_words(complaint: Complaint) -> str:
    """Return what was decided or proposed, or why it was not admitted, after a comma; ``""`` where nothing was."""
    if complaint.outcome is not None:
        return f", {complaint.outcome} ({', '.join(complaint.outcome_codes)})"
    if complaint.proposed is not None:
        return f", {complaint.proposed} proposed by {complaint.proposer}"
    return f", {complaint.reject_reason}" if complaint.reject_reason else ""


def deadline_sentence(complaint: Complaint, deadline: Deadline, zone: tzinfo, now: datetime) -> str:
    """Return a deadline as a line: which, by when, and how far it is."""
    paused = f", paused {deadline.paused_s // 3600} h" if deadline.paused_s else ""
    recorded = ", breach recorded" if deadline.breached and deadline.clock not in OF_OTHERS else ""
    state = _standing(complaint, deadline, zone, now)
    return f"{CLOCKS[deadline.clock]} by {local_time(deadline.due_at, zone)}: {state}{paused}{recorded}"


def _standing(complaint: Complaint, deadline: Deadline, zone: tzinfo, now: datetime) -> str:
    """Return whether a deadline was met, runs or passed; what nobody met and nobody waits for ended."""
    if deadline.met_at is not None:
        return f"met on {local_time(deadline.met_at, zone)}{', late' if deadline.met_at > deadline.due_at else ''}"
    if complaint.state in OPEN_STATES:
        if deadline.clock == "answer" and complaint.state != "waiting_for_complainant":
            return "no answer came"
        if deadline.clock == "decide" and complaint.state == "waiting_for_complainant":
            return "stands still, due then if no answer comes"
        return "passed" if now > deadline.due_at else "runs"
    if deadline.clock == "answer":
        return "no answer came"
    ended = _ended_at(complaint)
    return f"ended with the complaint on {local_time(ended, zone)}{', late' if ended > deadline.due_at else ''}"


def _ended_at(complaint: Complaint) -> datetime:
    """Return when a complaint that waits for nobody ended; one that was opened again ended after that."""
    ended = complaint.events[-1].at
    for event in reversed(complaint.events):
        if isinstance(event.body, SupersedeBody) and event.body.lifted_on is not None:
            break
        ended = event.at if event.kind in _ENDINGS else ended
    return ended


def local_time(at: datetime, zone: tzinfo) -> str:
    """Return an instant in a zone, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
