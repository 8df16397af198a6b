"""`evenhand tasks` and `evenhand task`: what waits for a person, and what a person does with it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

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
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.task import TaskKind

if TYPE_CHECKING:
    from evenhand.model.task import Task
    from evenhand.store.network import Network


MOST_SHOWN = 25
_HIDDEN = {"snoozed": "snoozed", "answered": "kept"}


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
    party: Annotated[str, typer.Option("--party", metavar="ID", help="Those about one party.")] = "",
    of_list: Annotated[
        str, typer.Option("--list", metavar="KEY", help="Those with a match of one list, and about the list.")
    ] = "",
    snoozed: Annotated[
        bool, typer.Option("--snoozed", "--kept", help="Snoozed ones and kept holds too, each with its day.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many.")] = MOST_SHOWN,
    show_all: Annotated[bool, typer.Option("--all", help="Show all of them.")] = False,
    at: Annotated[str | None, typer.Option("--at", help="As of then, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person, what matters most first: law, running campaigns, money, strength, age."""
    from evenhand.cli.render.task_tables import task_line
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_board import list_tasks

    network, now = read_network(folder), instant(at)
    if numbers:
        _count(network, now, as_json=as_json)
        return
    with collector_at_rest():
        found = list_tasks(
            network, now, suffix_rules(), kind=task_kind(kind), mine=mine, due=due, party=party,
            listed=_list_key(network, of_list), kept=True,
        )  # fmt: skip
    waiting = [each for each in found if each.state not in _HIDDEN]
    shown = found if snoozed else waiting
    if as_json:
        count_of = {word: sum(each.state == state for each in found) for state, word in _HIDDEN.items()}
        print_json({"tasks": shown, **(dict.fromkeys(count_of, 0) if snoozed else count_of)})
        return
    say(task_line(waiting, found, shown=snoozed))
    if shown:
        _tell_tasks(folder, network, shown, len(shown) if show_all else limit, now)


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
    from evenhand.workflows.queries.task_precedents import with_task_precedents
    from evenhand.workflows.review.task_details import show_task

    network, now = read_network(folder), instant(at)
    with tools(quiet=True) as handed:
        shown = with_task_precedents(show_task(network, task_id, now, handed), network, now)
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


def _list_key(network: "Network", key: str) -> str:
    known = [each.key for each in network.settings.lists]
    if key and key not in known:
        raise NotFound("no such list", where="--list", got=key,
                       expected=", ".join(known) or "a [[list]] block in evenhand.toml")  # fmt: skip
    return key


def _tell_tasks(folder: Path, network: "Network", shown: "list[Task]", most: int, now: datetime) -> None:
    from evenhand.cli.render.task_tables import show_tasks

    say("")
    show_tasks(shown[:most], console(), network.settings.zone, network.settings.network.currency, now)
    if len(shown) > most:
        say(f"and {len(shown) - most:,} more: --all, --limit N, or narrow them by --kind, --party, --list")
    say("")
    say(f"Next: evenhand task show {folder} {shown[0].id}")
