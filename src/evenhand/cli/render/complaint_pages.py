"""Complaints as people read them on a terminal: a table of many, a page of one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from textwrap import wrap
from typing import TYPE_CHECKING

from evenhand.appeals.clocks import OF_OTHERS, OPEN_STATES, open_deadlines, running_deadlines
from evenhand.model.complaint import ClockName, Complaint, Deadline
from evenhand.model.complaint_events import AnswerBody, AskBody, WithdrawBody
from evenhand.model.external_disputes import ExternalOpenBody
from evenhand.render.wording import count

if TYPE_CHECKING:
    from rich.console import Console

    from evenhand.workflows.complaints.case_shown import CaseShown, ShownAttachment

MOST_SHOWN = 50
_CLOCKS: dict[ClockName, str] = {
    "acknowledge": "acknowledge", "admit": "admit or reject", "decide": "decide", "answer": "answer",
    "propagate_gate": "gate", "propagate_exports": "exports", "external": "out of court",
}  # fmt: skip
_ENDINGS = frozenset({"withdraw", "supersede", "tell", "close"})
WIDTH = 80


def next_deadline(complaint: Complaint, zone: tzinfo) -> Deadline | None:
    """Return the earliest deadline that is open, None where none is."""
    return next(iter(open_deadlines(complaint, zone)), None)


def deadline_words(complaint: Complaint, zone: tzinfo, now: datetime) -> str:
    """Return the next deadline in two lines, ``""`` if none is open; others are not late, their time is over."""
    deadline = next_deadline(complaint, zone)
    if deadline is None:
        return ""
    over = " (over)" if deadline.clock in OF_OTHERS else " (late)"
    return f"{_CLOCKS[deadline.clock]} by\n{_time(deadline.due_at, zone)}{over if now > deadline.due_at else ''}"


def show_complaints(complaints: Iterable[Complaint], out: "Console", zone: tzinfo, now: datetime) -> None:
    """Print a table of complaints."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    from evenhand.model.visible_text import visible

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Complaint", no_wrap=True, min_width=22)
    table.add_column("State", min_width=11)
    table.add_column("Party", overflow="fold")
    table.add_column("Next deadline", no_wrap=True)
    for each in complaints:
        party = escape(visible(each.party_id or "not named"))
        table.add_row(each.id, each.state.replace("_", " "), party, deadline_words(each, zone, now))
    out.print(table)


def complaint_lines(complaint: Complaint, zone: tzinfo, now: datetime, unverified: str = "") -> Iterator[str]:
    """Yield the lines of a complaint: the point first, then who, what, clocks and history.

    `unverified` says that nothing shows whether people are who they say, ``""`` where something does.
    """
    yield f"{complaint.id}: {complaint.state.replace('_', ' ')}{_outcome(complaint)}"
    about = f"decision {complaint.decision} about {complaint.party_id}" if complaint.decision else "no decision named"
    yield f"  about     {about}"
    yield f"  from      {complaint.filed_by or 'unknown'}{f' <{complaint.contact}>' if complaint.contact else ''}"
    yield f"  reasons   {', '.join(complaint.reasons) or 'none given'}"
    yield from _words(complaint)
    if complaint.reviewer:
        yield f"  reviewer  {complaint.reviewer}"
    if complaint.comparators is not None:
        milder = f", {len(complaint.milder)} treated milder" if complaint.milder else ""
        yield f"  like      {count(len(complaint.comparators), 'like case', 'like cases')}{milder}"
    yield from (f"  outside   {line}" for line in _open_dispute(complaint))
    if complaint.relief_until is not None and now < complaint.relief_until:
        yield f"  relief    the decision is not applied until {_time(complaint.relief_until, zone)}"
    running = {(each.clock, each.since): each for each in running_deadlines(complaint)}
    for deadline in complaint.deadlines:
        as_due = running.get((deadline.clock, deadline.since), deadline)
        yield f"  deadline  {_deadline(complaint, as_due, zone, now)}"
    for event in complaint.events:
        yield f"  {_time(event.at, zone)}  {event.kind.replace('_', ' ')}, {event.by}{_verified(event.signed)}"
    if unverified:
        yield f"  {unverified}"


def case_lines(case: "CaseShown", zone: tzinfo) -> Iterator[str]:
    """Yield a case for its reviewer, in the order in which it is to be seen, in lines that a terminal holds."""
    yield "1. What the complaint says"
    yield from _wrapped(case.words)
    yield from _attached(case.attachments)
    for message in case.messages:
        yield f"   {'question' if message.kind == 'ask' else 'answer'} of {_time(message.at, zone)}"
        yield from _wrapped(message.words, 5)
        yield from _attached(message.attachments, 5)
    if not (case.outcome or case.facts):
        yield "2. Facts and rule: no decision is named yet"
        return
    yield f"2. Facts and rule{f' ({case.outcome})' if case.outcome else ''}"
    yield from (line for fact in case.facts for line in _wrapped(fact))
    yield from (line for rule in case.rules for line in _wrapped(f"rule {rule}"))
    yield "3. The first reasoning"
    yield from _wrapped(case.first_reasoning or "none")
    yield f"   decided by {case.decided_by or 'not shown (--decider shows it)'}"


def _attached(files: "Iterable[ShownAttachment]", indent: int = 3) -> Iterator[str]:
    for each in files:
        problem = f": {each.problem}" if each.problem else ""
        yield from _wrapped(f"attached: {each.name}, {each.size:,} bytes{problem}", indent)
        yield f"{' ' * (indent + 2)}{each.path}"


def _wrapped(text: str, indent: int = 3) -> Iterator[str]:
    """Yield a text in lines of at most 80 characters, each begun by blanks; words are not cut."""
    for line in text.splitlines():
        yield from wrap(line, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent,
                        break_long_words=False, break_on_hyphens=False) or [""]  # fmt: skip


def _words(complaint: Complaint) -> Iterator[str]:
    """Yield what the complainant said, when it was filed and since, and what was asked."""
    passages = [("words", complaint.words)]
    for event in complaint.events:
        if isinstance(event.body, AskBody):
            passages.append(("asked", event.body.question))
        elif isinstance(event.body, AnswerBody | WithdrawBody):
            passages.append(("answer" if isinstance(event.body, AnswerBody) else "withdrew", event.body.words))
    for name, words in passages:
        for number, line in enumerate(_wrapped(words, 12)):
            yield f"  {'' if number else name:10}{line[12:]}"


def _outcome(complaint: Complaint) -> str:
    if complaint.outcome is not None:
        return f", {complaint.outcome} ({', '.join(complaint.outcome_codes)})"
    if complaint.proposed is not None:
        return f", {complaint.proposed} proposed by {complaint.proposer}"
    return f", {complaint.reject_reason}" if complaint.reject_reason else ""


def _open_dispute(complaint: Complaint) -> Iterator[str]:
    for event in complaint.events:
        body = event.body
        if isinstance(body, ExternalOpenBody) and body.number == complaint.external:
            yield f"{body.body}, case {body.number}, decides by {body.due_on}"


def _deadline(complaint: Complaint, deadline: Deadline, zone: tzinfo, now: datetime) -> str:
    paused = f", paused {deadline.paused_s // 3600} h" if deadline.paused_s else ""
    recorded = ", breach recorded" if deadline.breached and deadline.clock not in OF_OTHERS else ""
    state = _standing(complaint, deadline, zone, now)
    return f"{_CLOCKS[deadline.clock]} by {_time(deadline.due_at, zone)}: {state}{paused}{recorded}"


def _standing(complaint: Complaint, deadline: Deadline, zone: tzinfo, now: datetime) -> str:
    """Return whether a deadline was met, runs or passed; what nobody met and nobody waits for ended."""
    if deadline.met_at is not None:
        return f"met on {_time(deadline.met_at, zone)}{', late' if deadline.met_at > deadline.due_at else ''}"
    if complaint.state in OPEN_STATES:
        if deadline.clock == "answer" and complaint.state != "waiting_for_complainant":
            return "no answer came"
        if deadline.clock == "decide" and complaint.state == "waiting_for_complainant":
            return "stands still, due then if no answer comes"
        return "passed" if now > deadline.due_at else "runs"
    if deadline.clock == "answer":
        return "no answer came"
    ended = next(each.at for each in complaint.events if each.kind in _ENDINGS)
    return f"ended with the complaint on {_time(ended, zone)}{', late' if ended > deadline.due_at else ''}"


def _verified(signed: object) -> str:
    return " (signed)" if signed is not None else ""


def _time(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
