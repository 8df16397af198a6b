"""`evenhand tasks` and `evenhand task`: what waits for a person, and what a person does with it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from msgspec.structs import replace

from evenhand.cli.commands import task_answers, task_claims
from evenhand.cli.commands.task_options import TaskId, next_command
from evenhand.cli.common import (
    AsJson,
    Folder,
    collector_at_rest,
    console,
    instant,
    print_json,
    say,
    suffix_rules,
    tools,
)
from evenhand.model.errors import BadInput
from evenhand.model.task import TaskKind

if TYPE_CHECKING:
    from evenhand.model.task import Task
    from evenhand.store.network import Network
    from evenhand.workflows.review.task_details import TaskShown


def add_to(app: typer.Typer) -> None:
    """Add the verb `tasks` and the group `task` to the command line."""
    app.command("tasks")(tasks)
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show)
    task_claims.add_to(group)
    task_answers.add_to(group)
    group.callback()(lambda: None)
    app.add_typer(group, name="task", help="Shows, claims and answers a task.")


def tasks(
    folder: Folder,
    *,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Those of one kind only, such as match.")] = "",
    mine: Annotated[
        str, typer.Option("--mine", metavar="PERSON", help="Those that a person has claimed or is assigned.")
    ] = "",
    due: Annotated[bool, typer.Option("--due", help="Those with a day by which they are due, earliest first.")] = False,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Counts of each kind: open, age, answered a day, changed by a second.")
    ] = False,
    snoozed: Annotated[bool, typer.Option("--snoozed", help="Snoozed ones too.")] = False,
    at: Annotated[str | None, typer.Option("--at", help="As of then, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person, what matters most first: law, running campaigns, money, strength, age."""
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_board import list_tasks

    network, now = read_network(folder), instant(at)
    if numbers:
        _count(network, now, as_json=as_json)
        return
    with collector_at_rest():
        found = list_tasks(network, now, suffix_rules(), kind=task_kind(kind), mine=mine, due=due)
    hidden = 0 if snoozed else sum(each.state == "snoozed" for each in found)
    shown = [each for each in found if snoozed or each.state != "snoozed"]
    if as_json:
        print_json({"tasks": shown, "snoozed": hidden})
        return
    _tell_tasks(folder, network, shown, hidden, now)


def show(
    folder: Folder,
    task_id: TaskId,
    *,
    at: Annotated[str | None, typer.Option("--at", help="As of then, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a task: both sides, the facts, the rules, what people did with it."""
    from evenhand.cli.render.task_tables import show_task_page
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_details import show_task

    network, now = read_network(folder), instant(at)
    with tools(quiet=True) as handed:
        shown = _with_precedents(show_task(network, task_id, now, handed), network, now)
    if as_json:
        print_json(shown)
        return
    settings = network.settings
    show_task_page(shown, console(), settings.zone, settings.network.currency, now)
    say(next_command(folder, shown.task))


def _count(network: "Network", now: datetime, *, as_json: bool) -> None:
    from evenhand.cli.render.task_tables import show_numbers
    from evenhand.workflows.review.task_numbers import numbers_of

    found = numbers_of(network, now, suffix_rules())
    if as_json:
        print_json(found)
    else:
        show_numbers(found, console())


def _with_precedents(shown: "TaskShown", network: "Network", now: datetime) -> "TaskShown":
    """Return a task with the precedents of the holds of the party that it is first about."""
    from evenhand.workflows.audit.precedents import with_precedents
    from evenhand.workflows.queries import explain

    if not shown.holds:
        return shown
    first, decisions = shown.holds[0], set(shown.task.decisions)
    explained = explain(network, f"{first.party_kind}:{first.party_id}", now)
    own = tuple(each for each in explained.in_force if each.decision.id in decisions)
    found = with_precedents(replace(explained, in_force=own, waiting=()), network).precedents
    return replace(shown, precedents=found)


def task_kind(text: str) -> TaskKind | None:
    """Return the kind of task that a word names, None for no word.

    Raises:
        BadInput: there is no such kind.
    """
    known: tuple[TaskKind, ...] = get_args(TaskKind)
    found = next((each for each in known if each == text), None)
    if text and found is None:
        raise BadInput("no such kind of task", where="--kind", got=text, expected=", ".join(known))
    return found


def _tell_tasks(folder: Path, network: "Network", shown: "list[Task]", hidden: int, now: datetime) -> None:
    from evenhand.cli.render.task_tables import MOST_SHOWN, show_tasks, task_counts

    say(f"{task_counts(shown)}, most urgent first{f'; {hidden:,} snoozed (--snoozed)' if hidden else ''}")
    if not shown:
        return
    say("")
    show_tasks(shown, console(), network.settings.zone, network.settings.network.currency, now)
    if len(shown) > MOST_SHOWN:
        say(f"and {len(shown) - MOST_SHOWN:,} more: narrow them by --kind, --mine or --due, or take --json")
    say("")
    say(f"Next: evenhand task show {folder} {shown[0].id}")
