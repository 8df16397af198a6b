"""What the verbs of `task` share: their options, what `--until` means, and how they say what was done."""

import contextlib
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.review_acts import next_review
from evenhand.cli.common import instant, print_json, say, say_wrapped
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.task import Task
    from evenhand.store.network import Network

TaskId = Annotated[str, typer.Argument(metavar="ID", help="Id of the task, or how it begins.", show_default=False)]
AsPerson = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it.", show_default=False)]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="In words, for those who check it.")]
At = Annotated[str | None, typer.Option("--at", help="When it was done, ISO with offset; default: now.")]
Until = Annotated[str, typer.Option("--until", metavar="WHEN", help="A day, or an ISO time with offset.")]
Techniques = Annotated[
    list[str] | None, typer.Option("--technique", metavar="ID", help="A DISARM technique to set, such as T0049.002.")
]
RemovedTechniques = Annotated[
    list[str] | None, typer.Option("--remove-technique", metavar="ID", help="A DISARM technique to take back.")
]
Beside = Annotated[
    list[str] | None, typer.Option("--beside", metavar="ID", help="A denial of the claim that you have read.")
]
Unrelated = Annotated[
    list[str] | None, typer.Option("--unrelated", metavar="ID", help="A denial that is of something else.")
]
Mark = Annotated[str, typer.Option("--mark", help="The task's mark as you saw it; refused if it changed.")]


def instant_or_day(text: str, network: "Network") -> datetime | None:
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


COUNTS_THEN = " # the answer counts from this run on"


def show_done(folder: Path, network: "Network", task: "Task", *, as_json: bool) -> None:
    """Print a task after something was done with it, and the command that comes next."""
    from evenhand.render.task_words import event_line, state_words

    last = task.history[-1]
    if task.kind == "finding" and (last.techniques or last.removed_techniques or last.kind == "confirm"):
        _write_techniques(network, last.at)
    if as_json:
        print_json(task)
        return
    say_wrapped(f"{task.id}: {task.question}")
    say_wrapped(f"  {event_line(task.history[-1], network.settings.zone)}")
    say_wrapped(f"  now {state_words(task, network.settings.zone)}")
    if task.kind == "finding" and task.history[-1].answer == "no-circumvention":
        say_wrapped("A hold of one of them stays until who pays is verified by a document (and a match, if any, is"
                    f" judged): evenhand tasks {folder} --kind hold")  # fmt: skip
    say(next_command(folder, task))


def _write_techniques(network: "Network", at: datetime) -> None:
    """Write the files that carry techniques anew; where the folder cannot be written, the next run does."""
    from evenhand.cli.commands.influence_pages import write_pages

    with contextlib.suppress(OSError):
        write_pages(network, at)


def next_command(folder: Path, task: "Task") -> str:
    """Return the command that comes next for a task."""
    if task.kind == "complaint":
        state = task.about.get("state", "")
        return next_review(str(folder), task.about.get("complaint", ""), state) or f"Next: evenhand complaints {folder}"
    known = {"match": "same|not-same|unsure", "finding": "declared-since|no-circumvention", "claim": "confirm|reject"}
    words = known.get(task.kind, "done")
    match task.state:
        case "answered":
            is_ruled = task.kind in ("match", "hold", "finding") and not (
                task.history and task.history[-1].answer == "keep"
            )
            return f"Next: evenhand run {folder}{COUNTS_THEN}" if is_ruled else f"Next: evenhand tasks {folder}"
        case "second":
            return f"Next, by another person: evenhand task confirm {folder} {task.id} --as PERSON"
        case _ if task.kind == "hold":
            change = task.about.get("changes", "").partition("\n")[0]
            words = f"release {change}" if change else "keep --code documents_missing --until DAY"
            return f"Next: evenhand task answer {folder} {task.id} {words} --as PERSON --why TEXT"
        case _:
            mark = f" --mark {task.mark}" if task.kind == "claim" else ""
            answers = " ANSWERS # one for each denial above" if task.about.get("denied_by") else ""
            return f"Next: evenhand task answer {folder} {task.id} {words} --as PERSON --why TEXT{mark}{answers}"
