"""The verbs gathered, and every error turned into one line and an exit status."""

import errno
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from evenhand.cli.commands import (
    accounts,
    api_keys,
    audit,
    complain,
    complaints,
    doctor,
    evidence,
    gate,
    influence,
    judge,
    ledger,
    lists,
    network,
    notify,
    reasons,
    review,
    rules,
    screen,
    serve,
    settle,
    staff,
    tables,
    tasks,
)
from evenhand.cli.help_pages import Overview, add_pages, first_page
from evenhand.cli.interrupts import INTERRUPTED, SAFE, is_interrupt
from evenhand.model.errors import (
    BadInput,
    EngineUnavailable,
    EvenhandError,
    HistoryConflict,
    InternalFault,
    LedgerBusy,
    NotPermitted,
    NotVerified,
    ProcessEnded,
    RecordRefused,
    StateRefused,
    StorageFailed,
)
from evenhand.model.output_streams import show_every_text
from evenhand.model.visible_text import visible

app = typer.Typer(
    name="evenhand",
    cls=Overview,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"evenhand {version('evenhand')}\n")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    show_version: Annotated[  # noqa: ARG001  its callback has done it
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version.")
    ] = False,
) -> None:
    """Decides who may buy advertising on a network, and lets anyone check that every advertiser met the same rule."""
    if context.invoked_subcommand is None:
        assert isinstance(context.command, Overview)
        sys.stdout.write(f"{first_page(context.command)}\n")


network.add_to(app)
judge.add_to(app)
tasks.add_to(app)
complain.add_to(app)
complaints.add_to(app)
review.add_to(app)
screen.add_to(app)
lists.add_to(app)
tables.add_to(app)
rules.add_to(app)
influence.add_to(app)
evidence.add_to(app)
ledger.add_to(app)
gate.add_to(app)
reasons.add_to(app)
audit.add_to(app)
settle.add_to(app)
staff.add_to(app)
serve.add_to(app)
accounts.add_to(app)
notify.add_to(app)
api_keys.add_to(app)
doctor.add_to(app)
add_pages(app)

_AUTHORS = "rules"
BAD_INPUT, OUTPUT_CLOSED = 2, 141
_LONGEST_NAME = 200
_UNREAD_BYTES = re.compile("[\udc80-\udcff]")
_EXTRA_OF = {"psycopg": "postgres", "pyspark": "spark", "pyarrow": "spark", "PIL": "images", "s3fs": "objects"}
STATUS: dict[type[EvenhandError], int] = {
    BadInput: 2,
    StateRefused: 1,
    NotPermitted: 1,
    ProcessEnded: 2,
    EngineUnavailable: 2,
    InternalFault: 70,
    NotVerified: 1,
    LedgerBusy: 3,
    HistoryConflict: 4,
    RecordRefused: 5,
    StorageFailed: 2,
}
"""Exit statuses of errors (`docs/reference/exit-statuses.md`); a class that is not here has that of its base."""


def main() -> None:
    """Run the command line and exit with its status."""
    show_every_text()
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = _reader_left()
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; an error is one line on standard error."""
    try:
        status = _called(arguments)
    except TyperException as error:
        return _usage(error.format_message())
    except EvenhandError as error:
        status = _say(str(error), status_of(error))
        return _show(error, status) if arguments[:1] == [_AUTHORS] else status
    except (MemoryError, ModuleNotFoundError, UnicodeEncodeError) as error:
        return _say(_lacking(error), BAD_INPUT)
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        from evenhand.store.file_owners import denied_by

        # Of a copy onto a full disk the second name is that of what was written.
        where = (error.errno == errno.ENOSPC and error.filename2) or error.filename or "disk"
        owner = f"; {denied}" if (denied := denied_by(error)) else ""
        return _say(f"{where}: {error.strerror or error}{owner}; committed records are safe", BAD_INPUT)
    except (KeyboardInterrupt, RuntimeError) as error:
        if not (isinstance(error, typer.Abort) or is_interrupt(error)):
            raise
        status = INTERRUPTED
    # The command line's own reader makes a status of Ctrl-C.
    return _say(SAFE, status) if status == INTERRUPTED else status


def _called(arguments: list[str]) -> int:
    """Return the exit status of a command line that raised no error.

    Raises:
        BrokenPipeError: the reader of the output has left; typer's own way out then is status 1, which is an answer.
    """
    try:
        return int(app(arguments, standalone_mode=False, prog_name="evenhand") or 0)
    except SystemExit as left:
        if left.code != 1:
            raise
        raise BrokenPipeError from left


def status_of(error: EvenhandError) -> int:
    """Return the exit status of an error: that of its class, or of the nearest class above it that has one."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _lacking(error: MemoryError | ModuleNotFoundError | UnicodeEncodeError) -> str:
    """Say what this machine or installation lacks; a package of ours that is missing is a fault, and raised."""
    if isinstance(error, MemoryError):
        return "there is not enough memory; committed records are safe"
    if isinstance(error, UnicodeEncodeError):
        return _no_text(error)
    package = (error.name or "").partition(".")[0]
    if package in {"", "evenhand"}:
        raise error
    if extra := _EXTRA_OF.get(package):
        return f"the package `{package}` is not installed: `pip install 'evenhand[{extra}]'`"
    return f"the package `{package}` is not installed; this verb needs the whole of Evenhand: `pip install evenhand`"


def _no_text(error: UnicodeEncodeError) -> str:
    """Say which name this locale cannot read as text; any other text that cannot be encoded is a fault, and raised."""
    name = error.object[:_LONGEST_NAME]
    if not _UNREAD_BYTES.search(error.object):
        raise error
    return (
        f"`{name}`: a name that is no text in this locale's encoding, {sys.getfilesystemencoding()}; set"
        " LC_ALL=C.UTF-8, or give it a name in plain letters; committed records are safe"
    )


def _show(error: EvenhandError, status: int) -> int:
    """Show anyone who writes rules the line that an error is in, and a caret below the place."""
    for line in error.excerpt.splitlines():
        sys.stderr.write(f"  {visible(line)}\n")
    return status


def _usage(message: str) -> int:
    """Say how the command line was misused; a group without a verb shows its help."""
    if "\n" in message:
        sys.stderr.write(f"{message}\n")
        return 2
    return _say(f"{_lower(message)}; see `evenhand --help`", 2)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _reader_left() -> int:
    """End quietly when a reader such as `head` has closed the pipe."""
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  Python flushes it at the very end
    return OUTPUT_CLOSED


def _say(line: str, status: int) -> int:
    sys.stderr.write(f"evenhand: {visible(line)}\n")
    return status
