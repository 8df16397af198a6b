"""`evenhand ledger verify`: does everything that was recorded still stand as it was signed?"""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.door import AsJson, print_json, say
from evenhand.cli.wording import count


def add_to(app: typer.Typer) -> None:
    """Add the group `ledger` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("verify")(verify)
    group.callback()(lambda: None)
    app.add_typer(group, name="ledger", help="The signed log of all decisions.")


def verify(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A network, a ledger, or anybody's tlog-tiles folder.", show_default=False),
    ],
    vkey: Annotated[str | None, typer.Option(help="The log's key as you know it; default: the folder's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check signature, tiles, entries and payloads; exit 1 and name every problem if anything was changed."""
    from evenhand.cases import verify_folder

    report = verify_folder(folder, vkey)
    if as_json:
        print_json(report)
    else:
        for problem in report.problems:
            say(f"{problem.kind}: {problem.where}" + ("" if problem.index is None else f", entry {problem.index}"))
        words = "verified" if report.ok else f"NOT verified: {count(len(report.problems), 'problem')}"
        say(f"{report.origin or folder}: {words}, {report.size} entries, root {report.root or 'unknown'}")
        if vkey is None and report.ok:
            say("The folder's own key was believed; give --vkey to check against the one you know.")
    if not report.ok:
        raise typer.Exit(1)
