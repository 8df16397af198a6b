"""The command line: the only reader of clock, arguments and randomness; everything below gets them handed in."""

import sys

from evenhand.cli.interrupts import INTERRUPTED, SAFE

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its status; Ctrl-C is one line also while the verbs are loaded."""
    try:
        from evenhand.cli.app import main as run

        run()
    except ModuleNotFoundError as error:
        if error.name != "typer":
            raise
        sys.stderr.write("evenhand: the package `typer` is not installed; this installation has the gate alone, ")
        sys.stderr.write("so use `evenhand-gate`, or `pip install evenhand`\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write(f"evenhand: {SAFE}\n")
        sys.exit(INTERRUPTED)
