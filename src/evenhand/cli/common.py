"""What several verbs share: clock, output, progress bar, what Ctrl-C means, which rulebook a path means."""

import gc
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
import typer

from evenhand.model.errors import BadInput
from evenhand.model.hosts import Suffixes
from evenhand.model.output_streams import write_data
from evenhand.model.visible_text import json_visible, visible

if TYPE_CHECKING:
    from rich.console import Console

    from evenhand.policy.rulebook import RulebookContents
    from evenhand.workflows.run.network_run import Tools

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The network's folder.", show_default=False)]
AllowFuture = Annotated[bool, typer.Option("--allow-future", help="Let --at be more than a day ahead of the clock.")]
AsLines = Annotated[
    Literal["", "json"],
    typer.Option("--progress", metavar="json", help="Print how far it is as lines of JSON on standard error."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]

PROGRAM = f"evenhand {version('evenhand')}"
LOCK_WAIT_S = 10.0
_YEARS = range(1970, 2200)  # notice periods and deadlines must still be dates


def console() -> "Console":
    """Return the terminal for people; width and colour are the terminal's own."""
    from rich.console import Console

    return Console(highlight=False)


_WIDTH = 80
NEXT = "Next: "


def say(line: str) -> None:
    """Print one line for people and for `grep` alike, never a command to the terminal.

    A line is not broken, but for one that says what to run next: that goes on after a backslash, as shells read it.
    """
    for part in next_lines(line) if line.startswith(NEXT) else (line,):
        sys.stdout.write(f"{visible(part)}\n")


def say_wrapped(line: str) -> None:
    """Print a sentence for people in lines of at most 80 columns, further ones two columns further in.

    A word that is longer, such as an id, stays whole.
    """
    indent = " " * (len(line) - len(line.lstrip()))
    for part in wrap(line.lstrip(), _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
                     break_long_words=False, break_on_hyphens=False):  # fmt: skip
        say(part)


def next_lines(line: str) -> list[str]:
    """Return a line that says what to run next in lines of at most 80 columns, where its words are no longer.

    >>> next_lines("Next: evenhand run net")
    ['Next: evenhand run net']
    """
    parts = wrap(line, _WIDTH - 2, subsequent_indent=" " * len(NEXT), break_long_words=False, break_on_hyphens=False)
    return [line] if len(line) <= _WIDTH else [f"{part} \\" for part in parts[:-1]] + parts[-1:]


def print_json(value: object) -> None:
    """Print a record or plain value as one line of JSON, in which what a terminal would not show is an escape."""
    write_data(json_visible(msgspec.json.encode(value)) + b"\n")


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


def day_or_instant(option: str, text: str | None) -> datetime | None:
    """Return the instant that an option names, of a day its beginning in UTC; None, if it names none.

    Raises:
        BadInput: no day, and no ISO instant with its offset.
    """
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-02"):
            return datetime.strptime(f"{text}+0000", "%Y-%m-%d%z").astimezone(UTC)
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError
    except ValueError:
        expected = "a day as 2026-11-02, or ISO time with offset, as 2026-11-02T12:00:00Z"
        raise BadInput("no instant", where=option, got=text, expected=expected) from None
    return at.astimezone(UTC)


def recorded_instant(text: str | None, *, allow_future: bool) -> datetime:
    """Return the instant that `--at` names for a record; the ledger can never go back behind it.

    Raises:
        BadInput: no ISO instant with its offset, or more than a day ahead of the clock without `--allow-future`.
    """
    at = instant(text)
    return at if allow_future else checked_record_time(at)


def checked_record_time(
    at: datetime,
    where: str = "--at",
    todo: str = "correct it; with --allow-future it is recorded, and no later run may be before it",
) -> datetime:
    """Return an instant for a record if it is at most a day ahead of the clock; `where` is who gave it.

    Raises:
        BadInput: it is more.
    """
    latest = datetime.now(UTC) + timedelta(days=1)
    if at > latest:
        raise BadInput(
            "time more than a day ahead of the clock", where=where, got=f"{at:%Y-%m-%dT%H:%M:%SZ}",
            expected=f"{latest:%Y-%m-%dT%H:%M:%SZ} or earlier", todo=todo,
        )  # fmt: skip
    return at


@cache
def suffix_rules() -> Suffixes:
    """Return the public-suffix rules that this installation carries."""
    from evenhand.store.public_suffixes import PublicSuffixes

    return PublicSuffixes()


@contextmanager
def tools(*, quiet: bool, lines: bool = False) -> Iterator["Tools"]:
    """Give a run its tools; progress is a bar on a terminal, gone afterwards, or with `lines` JSON for a program."""
    from evenhand.transport.witness_client import ask, say_refusals
    from evenhand.workflows.run.network_run import Tools

    with collector_at_rest(), shown_progress(quiet=quiet, lines=lines) as progress:
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


def shown_progress(*, quiet: bool, lines: bool) -> AbstractContextManager[Callable[[str, int, int], None]]:
    """Return what shows how far work is: a bar, or with `lines` JSON on standard error."""
    return nullcontext(ProgressLines(sys.stderr.write)) if lines else progress_bar(quiet)


class ProgressLines:
    """How far work is, a JSON object a line: `stage`, `done` and `total`; for a program that started the verb.

    Of one stage at most ten lines a second are written, its end always.
    """

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._last: tuple[str, float] = ("", 0.0)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Write a line, if one is due."""
        now = self._clock()
        if done < total and self._last[0] == stage and now - self._last[1] < 0.1:
            return
        self._last = (stage, now)
        self._write(msgspec.json.encode({"stage": stage, "done": done, "total": total}).decode() + "\n")
        sys.stderr.flush()


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far the stages of some work are, how fast and until when; on a terminal only, and gone afterwards."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn

    class Pace(ProgressColumn):
        """How fast a stage goes, and until when."""

        def render(self, task: Task) -> str:
            """Return it as text."""
            elapsed_s = task.finished_time if task.finished_time is not None else task.elapsed
            return pace(int(task.completed), int(task.total or 0), elapsed_s or 0.0, datetime.now().astimezone())

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=16), MofNCompleteColumn(), Pace())
    screen = Console(stderr=True)
    # Elsewhere than on a terminal Rich would leave an empty line, which a script takes for an error.
    with Progress(*columns, console=screen, transient=True, disable=quiet or not screen.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def pace(done: int, total: int, elapsed_s: float, now: datetime) -> str:
    """Return how fast work goes, how long it still takes and when it ends by the clock; the time alone at first.

    >>> pace(500, 2000, 2.0, datetime(2026, 11, 2, 12, 0, 0)), pace(0, 2000, 0.4, datetime(2026, 11, 2))
    ('250/s, 6 s left, ends 12:00:06', '0 s')
    >>> pace(3, 9, 60.0, datetime(2026, 11, 2, 12, 0, 0)), pace(2000, 2000, 4.0, datetime(2026, 11, 2))
    ('3.0/min, 2 min left, ends 12:02:00', '500/s, 4 s')
    """
    if not done or elapsed_s <= 0:
        return _duration(elapsed_s)
    rate = done / elapsed_s
    shown = f"{rate:,.0f}/s" if rate >= 1 else f"{60 * rate:.1f}/min"
    if done >= total:
        return f"{shown}, {_duration(elapsed_s)}"
    left_s = (total - done) / rate
    return f"{shown}, {_duration(left_s)} left, ends {now + timedelta(seconds=left_s):%H:%M:%S}"


def _duration(seconds: float) -> str:
    """Return a time in the unit that is read at a glance."""
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"


class RulebookPath(NamedTuple):
    """Where a rulebook lies, the file in it that stands for its policies (else all), and whether it is historic."""

    folder: Path
    variant: str
    historic: bool


def rulebook_at(path: Path) -> RulebookPath:
    """Return the rulebook that a path means: its folder, a network's folder, or one file of policies in the first."""
    from evenhand.policy.rulebook import SCHEMA_FILE
    from evenhand.store.network import SETTINGS_FILE, read_network

    if (path / SETTINGS_FILE).is_file():
        network = read_network(path)
        return RulebookPath(network.rulebook, "", network.settings.rulebook.historic)
    if path.is_file():
        for file in (path, path.resolve()):
            for folder in file.parents:
                if (folder / SCHEMA_FILE).is_file():
                    return RulebookPath(folder, str(file.relative_to(folder)), False)
        raise BadInput("file is not inside a rulebook", where=path, expected=f"{SCHEMA_FILE} in a folder above")
    return RulebookPath(path, "", False)


def contents_at(path: Path) -> "RulebookContents":
    """Return what the rulebook at a path says; one that lint refuses can still be read and proved wrong."""
    from evenhand.policy.rulebook import read_folder

    book = rulebook_at(path)
    return read_folder(book.folder, historic=True, variant=book.variant)
