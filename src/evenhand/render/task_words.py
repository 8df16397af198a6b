"""Where a task stands, what people did with it, and the words of its answers: sentences of both interfaces."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from evenhand.model.confirmed_fact import FactChange, other_name, percent
from evenhand.model.dry_run import DryRun
from evenhand.model.task import HoldReason, Task, TaskEvent, TaskKind
from evenhand.render.technique_lines import techniques_done
from evenhand.workflows.review.task_board import kept_until

_STATES = {
    "open": "open", "claimed": "claimed by", "snoozed": "snoozed until", "second": "waits for a second person",
    "answered": "answered",
}  # fmt: skip
KINDS: Final[Mapping[TaskKind, str]] = {
    "match": "Match", "hold": "Hold", "finding": "Community", "claim": "Reported claim", "complaint": "Complaint",
    "source": "Changed report",    "release": "Rulebook", "list": "List", "drift": "Block list", "statement": "Letter",
}  # fmt: skip
"""What each kind of task is about."""
REASONS: Final[Mapping[HoldReason, str]] = {
    "not_the_entity": "It is not the listed entity",
    "is_the_entity": "It is the listed entity",
    "ownership_shown": "Documents show who owns it",
    "control_shown": "Documents show who controls it",
    "identity_verified": "Its identity was verified",
    "payer_named": "Who pays was named",
    "documents_missing": "Documents are missing",
    "rule_fits": "The rule applies as it is",
    "awaits_others": "Others have to act first",
}
"""What each reason code of an answer to a hold means."""


def task_title(task: Task) -> str:
    """Return who or what a task is about in a few words; its question where it has no title."""
    return task.title or task.question


def task_detail(task: Task) -> str:
    """Return what a list of tasks shows below a title: the words of a claim, the ids, why it is asked."""
    if task.excerpt or not task.title:
        return task.excerpt
    if task.kind not in ("hold", "finding", "release"):
        return task.question
    why = task.question.partition("? ")[2]
    return ": ".join(filter(None, (task.concerned[0].id if task.concerned else "", why)))


def state_words(task: Task, zone: tzinfo) -> str:
    """Return in words where a task stands."""
    match task.state:
        case "claimed":
            until = "" if task.claimed_until is None else f" until {_minute(task.claimed_until, zone)}"
            return f"claimed by {task.claimed_by}{until}"
        case "answered" if (day := kept_until(task)) is not None:
            return f"answered: kept until {_minute(day, zone)}"
        case "snoozed":
            return f"snoozed until {_minute(task.snoozed_until, zone)}" if task.snoozed_until else "snoozed"
        case _:
            return _STATES[task.state]


def event_words(event: TaskEvent, zone: tzinfo) -> str:
    """Return what a person did with a task, without who and when and their words."""
    what = {
        "claim": "claimed it", "unclaim": "gave it back", "assign": f"assigned it to {event.assignee}",
        "note": "noted", "snooze": "snoozed it", "answer": f"answered {event.answer}",
        "confirm": "confirmed the answer", "object": "objected to the answer",
    }[event.kind]  # fmt: skip
    until = f" until {_minute(event.until, zone)}" if event.until is not None else ""
    waits = ", which waits for a second person" if event.waits else ""
    codes = f" ({', '.join(event.codes)})" if event.codes else ""
    signed = "" if event.signed is None else f", signed as {event.signed.role}"
    codes += "".join(f"; {each.party_id} is another name of {each.of}" for each in event.changes if each.of)
    return f"{what}{codes}{until}{techniques_done(event)}{waits}{signed}"


def stated_changes(changes: Sequence[FactChange]) -> tuple[str, ...]:
    """Return what an answer states of facts, a sentence each, and the documents that show it by their SHA-256."""
    lines = [_change_words(each) for each in changes]
    papers = dict.fromkeys(paper for each in changes for paper in each.documents)
    return (*lines, *(f"document seen: SHA-256 {paper}" for paper in papers))


def _change_words(change: FactChange) -> str:
    match change.kind:
        case "judgement":
            return f"the entry `{change.list}#{change.entity_id}`: {change.verdict}"
        case "share":
            return f"`{change.owner_id}` holds {percent(change.share_ppm or 0)}"
        case "control":
            return f"`{change.owner_id}` {'controls it' if change.control else 'does not control it'}"
        case "circumvention":
            return other_name(change.party_id, change.of)
        case _:
            until = f" until {change.until}" if change.until is not None else ""
            return f"it is verified at level {change.level.name.lower() if change.level is not None else 'none'}{until}"


def event_line(event: TaskEvent, zone: tzinfo) -> str:
    """Return one thing that a person did with a task as a line."""
    words = f": {event.words}" if event.words else ""
    return f"{_minute(event.at, zone)}  {event.by} {event_words(event, zone)}{words}"


def effect_lines(tried: DryRun) -> Iterator[str]:
    """Yield what would follow from an answer, a sentence each."""
    yield from (each.sentence for each in tried.rulings)
    yield from tried.contradicts
    if not tried.rulings:
        yield "no ruling changes"


def _minute(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
