"""`evenhand ledger prove | check`: one file that shows an advertiser its decision in the log, offline."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.door import AsJson, print_json, say


def add_to(group: typer.Typer) -> None:
    """Add the verbs to the group `ledger`."""
    group.command("prove")(prove)
    group.command("check")(check)


def prove(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A ledger, a network, or a public folder.", show_default=False)
    ],
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Which entry.", show_default=False)],
    disclose: Annotated[
        bool, typer.Option("--disclose", help="Put payload and salt in, for whom it concerns.")
    ] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there; default: print.")] = None,
) -> None:
    """Make the receipt of one entry against the published checkpoint."""
    from evenhand.cases.proving import prove as proved
    from evenhand.store.files import write_whole

    receipt = proved(folder, index, disclose=disclose)
    if out is None:
        sys.stdout.write(receipt)
    else:
        write_whole(out, receipt.encode())


def check(
    receipt: Annotated[Path, typer.Argument(metavar="FILE", help="A receipt (`.tlog-proof`).", show_default=False)],
    vkey: Annotated[str | None, typer.Option(help="The log's key as you know it.")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Logs, witnesses and quorum as you trust them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a receipt with nothing but the file and a key or policy of yours; exit 1 if it does not hold."""
    from evenhand.cases.proving import check as checked

    report = checked(receipt, vkey, policy)
    if as_json:
        print_json(report)
    elif report.ok:
        say(f"entry {report.index} stands in the log of {report.size} entries: {report.leaf}")
        say(f"payload: {report.payload}" if report.payload is not None else "The receipt shows no payload.")
    else:
        say(f"NOT verified: {report.problem}")
    if not report.ok:
        raise typer.Exit(1)
