"""`evenhand task claim`, `unclaim`, `assign`, `note` and `snooze`: who has a task, and what others should know."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.commands.task_options import (
    AsPerson,
    At,
    RemovedTechniques,
    TaskId,
    Techniques,
    Until,
    Why,
    instant_or_day,
    show_done,
)
from evenhand.cli.common import AllowFuture, AsJson, Folder, recorded_instant, tools

if TYPE_CHECKING:
    from evenhand.model.technique import TechniqueActs


def add_to(group: typer.Typer) -> None:
    """Add these verbs to the group `task`."""
    group.command("claim")(claim)
    group.command("unclaim")(unclaim)
    group.command("assign")(assign)
    group.command("note")(note)
    group.command("snooze")(snooze)


def claim(
    folder: Folder, task_id: TaskId, *, person: AsPerson, until: Until = "", why: Why = "", sign: Sign = "",
    at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Claim a task, for eight hours or until then: nobody else can answer it meanwhile."""
    _act(folder, task_id, "claim", (person, sign), (at, allow_future), words=why, until=until, as_json=as_json)


def unclaim(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why = "", sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Give a claimed task back before the claim ends."""
    _act(folder, task_id, "unclaim", (person, sign), (at, allow_future), words=why, as_json=as_json)


def assign(
    folder: Folder, task_id: TaskId,
    assignee: Annotated[str, typer.Argument(metavar="PERSON", help="Whose it is from now on.", show_default=False)],
    *, person: AsPerson, why: Why = "", sign: Sign = "", at: At = None, allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Assign a task to a person; only that person can claim or answer it then."""
    _act(folder, task_id, "assign", (person, sign), (at, allow_future), words=why, assignee=assignee, as_json=as_json)


def note(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why, technique: Techniques = None,
    remove_technique: RemovedTechniques = None, sign: Sign = "", at: At = None, allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Note something on a task, for the person who answers it."""
    techniques = technique or (), remove_technique or ()
    _act(folder, task_id, "note", (person, sign), (at, allow_future), words=why, techniques=techniques, as_json=as_json)


def snooze(
    folder: Folder, task_id: TaskId, *, person: AsPerson, until: Until, why: Why, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hide a task until a day, with the reason; never beyond the day by which it is due."""
    _act(folder, task_id, "snooze", (person, sign), (at, allow_future), words=why, until=until, as_json=as_json)


def _act(
    folder: Path, task_id: str, kind: Literal["claim", "unclaim", "assign", "note", "snooze"],
    who: tuple[str, str], when: tuple[str | None, bool], *, words: str = "", until: str = "", assignee: str = "",
    techniques: "TechniqueActs" = ((), ()), as_json: bool,
) -> None:  # fmt: skip
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_events import StatedEvent, act

    network, now = read_network(folder), recorded_instant(when[0], allow_future=when[1])
    stated = StatedEvent(task_id, kind, words, instant_or_day(until, network), assignee, techniques)
    with tools(quiet=True) as handed:
        task = act(network, stated, acting_of(network, *who), now, handed)
    show_done(folder, network, task, as_json=as_json)
