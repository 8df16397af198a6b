"""The verbs gathered, and every error turned into one line and an exit status."""

import sys

import click
import typer

from evenhand.cli import gate, ledger, lists, reasons, river
from evenhand.model.errors import BadInput, EvenhandError, HistoryConflict, LedgerBusy, NotVerified, RecordRefused

app = typer.Typer(
    name="evenhand",
    help="Decides who may buy advertising on a network, and lets anyone check that every advertiser met the same rule.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
river.add_to(app)
lists.add_to(app)
ledger.add_to(app)
gate.add_to(app)
reasons.add_to(app)

_STATUS: dict[type[EvenhandError], int] = {
    BadInput: 2,
    NotVerified: 1,
    LedgerBusy: 3,
    HistoryConflict: 4,
    RecordRefused: 5,
}


def main() -> None:
    """Run the command line and exit: 0 done, 1 the answer is no, 2 bad use or bad input, 3-5 the ledger's own."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; an error is one line on standard error."""
    try:
        status = app(arguments, standalone_mode=False)
    except click.exceptions.Abort:
        return _say("stopped", 130)
    except click.ClickException as error:
        error.show()
        return 2
    except EvenhandError as error:
        return _say(str(error), next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 2))
    except OSError as error:
        return _say(f"{error.filename or 'disk'}: {error.strerror or error}; nothing acknowledged is lost", 2)
    return int(status or 0)


def _say(line: str, status: int) -> int:
    sys.stderr.write(f"evenhand: {line}\n")
    return status
