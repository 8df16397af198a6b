"""`evenhand tasks` and `evenhand task`: what waits for a person, and what a person does with it."""

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer
from msgspec.structs import replace

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.common import (
    AllowFuture,
    AsJson,
    Folder,
    console,
    instant,
    print_json,
    recorded_instant,
    say,
    suffix_rules,
    tools,
)
from evenhand.model.errors import BadInput
from evenhand.model.task import TaskKind

if TYPE_CHECKING:
    from evenhand.model.task import Task
    from evenhand.store.network import Network
    from evenhand.workflows.review.stated_answers import StatedAnswer
    from evenhand.workflows.review.task_details import TaskShown

TaskId = Annotated[str, typer.Argument(metavar="ID", help="Id of the task, or how it begins.", show_default=False)]
AsPerson = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="In words, for those who check it.")]
At = Annotated[str | None, typer.Option("--at", help="When it was done, ISO with offset; default: now.")]
Until = Annotated[str, typer.Option("--until", metavar="WHEN", help="A day, or an ISO time with offset.")]
Mark = Annotated[str, typer.Option("--mark", help="The task's mark as you saw it; refused if it changed.")]


def add_to(app: typer.Typer) -> None:
    """Add the verb `tasks` and the group `task` to the command line."""
    app.command("tasks")(tasks)
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show)
    group.command("claim")(claim)
    group.command("unclaim")(unclaim)
    group.command("assign")(assign)
    group.command("note")(note)
    group.command("snooze")(snooze)
    group.command("answer")(answer)
    group.command("confirm")(confirm)
    group.command("object")(object_to)
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
    snoozed: Annotated[bool, typer.Option("--snoozed", help="Snoozed ones too.")] = False,
    at: Annotated[str | None, typer.Option("--at", help="As of then, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person, what matters most first: law, running campaigns, money, strength, age."""
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_board import list_tasks

    network, now = read_network(folder), instant(at)
    found = list_tasks(network, now, suffix_rules(), kind=_kind(kind), mine=mine, due=due)
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
    say(_next(folder, shown.task))


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
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Note something on a task, for whoever answers it."""
    _act(folder, task_id, "note", (person, sign), (at, allow_future), words=why, as_json=as_json)


def snooze(
    folder: Folder, task_id: TaskId, *, person: AsPerson, until: Until, why: Why, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hide a task until a day, with the reason; never beyond the day by which it is due."""
    _act(folder, task_id, "snooze", (person, sign), (at, allow_future), words=why, until=until, as_json=as_json)


def answer(
    folder: Folder, task_id: TaskId,
    word: Annotated[
        str, typer.Argument(metavar="ANSWER", help="same, not-same, unsure; release, refuse, keep; done.",
                            show_default=False)
    ],
    *, person: AsPerson, why: Why = "",
    judge: Annotated[
        list[str] | None, typer.Option("--judge", metavar="LIST#ENTITY=WORD", help="What this entry is to the party.")
    ] = None,
    share: Annotated[
        list[str] | None, typer.Option("--share", metavar="OWNER=SHARE", help="What this owner holds, such as 25%.")
    ] = None,
    control: Annotated[
        list[str] | None, typer.Option("--control", metavar="OWNER=yes|no", help="Whether this owner controls it.")
    ] = None,
    verified: Annotated[
        str, typer.Option("--verified", metavar="LEVEL", help="The party is verified: document or register.")
    ] = "",
    document: Annotated[
        list[Path] | None, typer.Option("--document", metavar="FILE", help="A document that was seen; only hashed.")
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="A reason code, such as rule_fits.")
    ] = None,
    until: Until = "", mark: Mark = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would follow; record nothing.")] = False,
    sign: Sign = "", at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Answer a task; each judgement and fact that it comes to is recorded singly, and the rules decide."""
    from evenhand.cli.commands.task_changes import ChangeOptions
    from evenhand.store.network import read_network
    from evenhand.workflows.review.stated_answers import StatedAnswer
    from evenhand.workflows.review.task_answers import answer_task

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    ends = _instant_or_day(until, network)
    last_day = None if ends is None else ends.astimezone(network.settings.zone).date()
    options = ChangeOptions(judge or (), share or (), control or (), verified, last_day, document or ())
    stated = StatedAnswer(task_id, word, why, tuple(code or ()), options.changes(), ends, mark)
    if dry_run:
        _try(network, stated, now, as_json=as_json)
        return
    with tools(quiet=True) as handed:
        task = answer_task(network, stated, acting_of(network, person, sign), now, handed)
    _tell(folder, network, task, as_json=as_json)


def confirm(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why = "", sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Confirm another person's answer that waits for a second one; then it counts."""
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_answers import confirm_answer

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=True) as handed:
        task = confirm_answer(network, task_id, acting_of(network, person, sign), why, now, handed)
    _tell(folder, network, task, as_json=as_json)


def object_to(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Object to another person's answer that waits for a second one; the task is open again."""
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_answers import object_to_answer

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    with tools(quiet=True) as handed:
        task = object_to_answer(network, task_id, acting_of(network, person, sign), why, now, handed)
    _tell(folder, network, task, as_json=as_json)


def _act(
    folder: Path, task_id: str, kind: Literal["claim", "unclaim", "assign", "note", "snooze"],
    who: tuple[str, str], when: tuple[str | None, bool], *, words: str = "", until: str = "", assignee: str = "",
    as_json: bool,
) -> None:  # fmt: skip
    from evenhand.store.network import read_network
    from evenhand.workflows.review.task_events import StatedEvent, act

    network, now = read_network(folder), recorded_instant(when[0], allow_future=when[1])
    stated = StatedEvent(task_id, kind, words, _instant_or_day(until, network), assignee)
    with tools(quiet=True) as handed:
        task = act(network, stated, acting_of(network, *who), now, handed)
    _tell(folder, network, task, as_json=as_json)


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


def _try(network: "Network", stated: "StatedAnswer", now: datetime, *, as_json: bool) -> None:
    from evenhand.cli.render.task_tables import effect_lines
    from evenhand.workflows.review.task_answers import dry_run_of_answer

    with tools(quiet=True) as handed:
        tried = dry_run_of_answer(network, stated, now, handed)
    if as_json:
        print_json(tried)
        return
    for line in effect_lines(tried):
        say(line)
    say("Nothing was recorded.")


def _instant_or_day(text: str, network: "Network") -> datetime | None:
    """Return the instant that `--until` names; a day is its beginning in the network's zone."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        try:
            return instant(text)
        except BadInput as error:
            raise BadInput("no day and no instant", where="--until", got=text,
                           expected="2026-12-01, or an ISO time with offset") from error  # fmt: skip
    return datetime.combine(day, time(), network.settings.zone)


def _kind(text: str) -> TaskKind | None:
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


def _tell(folder: Path, network: "Network", task: "Task", *, as_json: bool) -> None:
    from evenhand.cli.render.task_tables import event_line, state_words

    if as_json:
        print_json(task)
        return
    say(f"{task.id}: {task.question}")
    say(f"  {event_line(task.history[-1], network.settings.zone)}")
    say(f"  now {state_words(task, network.settings.zone)}")
    say(_next(folder, task))


def _next(folder: Path, task: "Task") -> str:
    """Return the command that comes next for a task."""
    words = {"match": "same|not-same|unsure", "hold": "release|refuse|keep"}.get(task.kind, "done")
    match task.state:
        case "answered":
            return (
                f"Next: evenhand run {folder}" if task.kind in ("match", "hold") else f"Next: evenhand tasks {folder}"
            )
        case "second":
            return f"Next, by another person: evenhand task confirm {folder} {task.id} --as PERSON"
        case _:
            return f"Next: evenhand task answer {folder} {task.id} {words} --as PERSON --why TEXT"
