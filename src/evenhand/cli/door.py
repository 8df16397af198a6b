"""What several verbs need of the outside world: the clock, output as table or JSON, a progress bar."""

import gc
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from evenhand.model.errors import BadInput
from evenhand.model.hosts import Suffixes
from evenhand.model.visible import json_visible, visible

if TYPE_CHECKING:
    from rich.console import Console

    from evenhand.cases.run import Tools

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The network's folder.", show_default=False)]
AllowFuture = Annotated[bool, typer.Option("--allow-future", help="Let --at be more than a day ahead of the clock.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]

PROGRAM = f"evenhand {version('evenhand')}"
LOCK_WAIT_S = 10.0
_YEARS = range(1970, 2200)  # notice periods and deadlines must still be dates


def console() -> "Console":
    """Return the terminal for people; width and colour are the terminal's own."""
    from rich.console import Console

    return Console(highlight=False)


def say(line: str) -> None:
    """Print one line for people and for `grep` alike: never broken, never a command to the terminal."""
    sys.stdout.write(f"{visible(line)}\n")


def print_json(value: object) -> None:
    """Print a record or plain value as one line of JSON, in which what a terminal would not show is an escape."""
    sys.stdout.write(json_visible(msgspec.json.encode(value)).decode() + "\n")


def instant(text: str | None) -> datetime:
    """Return the instant that `--at` names, in UTC to the second; now, if it names none.

    Raises:
        BadInput: no ISO instant with its offset.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    expected = "ISO time with offset, as 2026-11-02T12:00:00Z"
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None or at.year not in _YEARS:
            raise ValueError
    except ValueError:
        raise BadInput("no instant", where="--at", got=text, expected=expected) from None
    return at.astimezone(UTC).replace(microsecond=0)


def recorded_instant(text: str | None, *, allow_future: bool) -> datetime:
    """Return the instant that `--at` names for a record; the ledger can never go back behind it.

    Raises:
        BadInput: no ISO instant with its offset, or more than a day ahead of the clock without `--allow-future`.
    """
    at, latest = instant(text), datetime.now(UTC) + timedelta(days=1)
    if at > latest and not allow_future:
        raise BadInput(
            "time more than a day ahead of the clock", where="--at", got=text,
            expected=f"{latest:%Y-%m-%dT%H:%M:%SZ} or earlier",
            todo="correct it; with --allow-future it is recorded, and no later run may be before it",
        )  # fmt: skip
    return at


@cache
def suffix_rules() -> Suffixes:
    """Return the public-suffix rules that this installation carries."""
    from evenhand.store.suffixes import PublicSuffixes

    return PublicSuffixes()


@contextmanager
def tools(*, quiet: bool) -> Iterator["Tools"]:
    """Give a run its tools; the progress bar shows on a terminal only and is gone afterwards."""
    from evenhand.cases.run import Tools
    from evenhand.cli.ask import ask, say_refusals

    with collector_at_rest(), progress_bar(quiet) as progress:
        yield Tools(
            suffix_rules(), secrets.token_bytes, LOCK_WAIT_S, progress, ask, say_refusals, now=datetime.now(UTC)
        )


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the collector of reference rings rest: a run makes millions of records and no ring of them.

    Measured with 20,000 advertisers: 38.0 s and 359 MB with it, 32.5 s and 406 MB without.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far the stages of some work are, on a terminal only; afterwards nothing of it is left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    screen = Console(stderr=True)
    # Elsewhere than on a terminal Rich would leave an empty line, which a script takes for an error.
    with Progress(*columns, console=screen, transient=True, disable=quiet or not screen.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show
