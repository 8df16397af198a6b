"""Complaints as people read them on a terminal: a table of many, a page of one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING

from evenhand.appeals.clocks import OF_OTHERS, running_deadlines
from evenhand.model.complaint import Complaint
from evenhand.model.complaint_events import AnswerBody, AskBody, WithdrawBody
from evenhand.model.external_disputes import ExternalOpenBody
from evenhand.render.complaint_words import CLOCKS, deadline_sentence, local_time, next_deadline, outcome_words
from evenhand.render.task_words import stated_changes
from evenhand.render.wording import count

if TYPE_CHECKING:
    from rich.console import Console

    from evenhand.workflows.complaints.case_shown import CaseShown, ShownAttachment

MOST_SHOWN = 50
WIDTH = 80


def deadline_words(complaint: Complaint, zone: tzinfo, now: datetime) -> str:
    """Return the next deadline in two lines, ``""`` if none is open; others are not late, their time is over."""
    deadline = next_deadline(complaint, zone)
    if deadline is None:
        return ""
    over = " (over)" if deadline.clock in OF_OTHERS else " (late)"
    return f"{CLOCKS[deadline.clock]} by\n{local_time(deadline.due_at, zone)}{over if now > deadline.due_at else ''}"


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
    yield f"{complaint.id}: {complaint.state.replace('_', ' ')}{outcome_words(complaint)}"
    about = f"decision {complaint.decision} about {complaint.party_id}" if complaint.decision else "no decision named"
    yield f"  about     {about}"
    yield f"  from      {complaint.filed_by or 'unknown'}{f' <{complaint.contact}>' if complaint.contact else ''}"
    yield f"  reasons   {', '.join(complaint.reasons) or 'none given'}"
    yield from _words(complaint)
    added = (each.body.attachments for each in complaint.events if isinstance(each.body, AnswerBody))
    for file in (*complaint.attachments, *chain.from_iterable(added)):
        yield f"  attached  {file.name}, {file.size:,} bytes"
    if complaint.reviewer:
        yield f"  reviewer  {complaint.reviewer}"
    yield from (f"  {line}" for line in answer_lines(complaint, "answer    "))
    if complaint.comparators is not None:
        milder = f", {len(complaint.milder)} treated milder" if complaint.milder else ""
        yield f"  like      {count(len(complaint.comparators), 'like case', 'like cases')}{milder}"
    yield from (f"  outside   {line}" for line in _open_dispute(complaint))
    yield from (f"  {line}" for line in _not_in_force(complaint, zone, now))
    running = {(each.clock, each.since): each for each in running_deadlines(complaint)}
    for deadline in complaint.deadlines:
        as_due = running.get((deadline.clock, deadline.since), deadline)
        yield f"  deadline  {deadline_sentence(complaint, as_due, zone, now)}"
    for event in complaint.events:
        yield f"  {local_time(event.at, zone)}  {event.kind.replace('_', ' ')}, {event.by}{_verified(event.signed)}"
    if unverified:
        yield f"  {unverified}"


def _not_in_force(complaint: Complaint, zone: tzinfo, now: datetime) -> Iterator[str]:
    if complaint.lifted_on is not None:
        yield f"lifted    on {complaint.lifted_on}: the answer says whether the decision was right until then"
    if complaint.relief_until is not None and now < complaint.relief_until:
        yield f"relief    the decision is not applied until {local_time(complaint.relief_until, zone)}"


def case_lines(case: "CaseShown", zone: tzinfo) -> Iterator[str]:
    """Yield a case for its reviewer, in the order in which it is to be seen, in lines that a terminal holds."""
    yield "1. What the complaint says"
    yield from _wrapped(case.words)
    yield from _attached(case.attachments)
    for message in case.messages:
        yield f"   {'question' if message.kind == 'ask' else 'answer'} of {local_time(message.at, zone)}"
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


def answer_lines(complaint: Complaint, label: str = "") -> Iterator[str]:
    """Yield the answer as it was proposed, with the facts that it states; nothing where there is none.

    `label` begins the first line; those after it are as far to the right.
    """
    if not complaint.text:
        return
    state = f"{complaint.outcome or complaint.proposed} ({', '.join(complaint.outcome_codes)})"
    yield f"{label}{state}, proposed by {complaint.proposer}"
    parts = (
        complaint.text,
        *(f"to {reason}: {text}" for reason, text in complaint.answers.items()),
        *(f"like case {number}: {text}" for number, text in enumerate(complaint.comparator_answers.values(), 1)),
        *(f"stated to be so: {line}" for line in stated_changes(complaint.changes)),
    )
    yield from (line for part in parts for line in _wrapped(part, len(label) or 3))


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


def _open_dispute(complaint: Complaint) -> Iterator[str]:
    for event in complaint.events:
        body = event.body
        if isinstance(body, ExternalOpenBody) and body.number == complaint.external:
            yield f"{body.body}, case {body.number}, decides by {body.due_on}"


def _verified(signed: object) -> str:
    return " (signed)" if signed is not None else ""
