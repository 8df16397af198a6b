"""`evenhand ledger prove | check`: show and check that a decision or letter is in the log, offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, print_json, say
from evenhand.model.errors import BadInput
from evenhand.model.output_streams import write_data

if TYPE_CHECKING:
    from evenhand.model.log import ReceiptReport

_ENTRY = "Its number, or the id of a decision, statement or notice."


def add_to(group: typer.Typer) -> None:
    """Add the verbs to the group `ledger`."""
    group.command("prove")(prove)
    group.command("check")(check)


def prove(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A ledger, a network, or a public folder.", show_default=False)
    ],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help=_ENTRY, show_default=False)],
    disclose: Annotated[
        bool, typer.Option("--disclose", help="Put payload and salt in, for whom it concerns.")
    ] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there; default: print.")] = None,
) -> None:
    """Make the receipt of one entry against the published checkpoint."""
    from evenhand.store.atomic_files import write_whole
    from evenhand.workflows.operations.receipts import place_of
    from evenhand.workflows.operations.receipts import prove as proved

    receipt = proved(folder, place_of(folder, entry), disclose=disclose)
    if out is None:
        write_data(receipt.encode())
    else:
        write_whole(out, receipt.encode())


def check(
    place: Annotated[
        Path,
        typer.Argument(metavar="FILE|DIR", help="A receipt (`.tlog-proof`), or a log's folder.", show_default=False),
    ],
    entry: Annotated[str | None, typer.Argument(metavar="[ENTRY]", help=f"In a folder. {_ENTRY}")] = None,
    *,
    vkey: Annotated[str | None, typer.Option(help="The log's key as you know it.")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Logs, witnesses and quorum as you trust them.")
    ] = None,
    vkey_file: Annotated[Path | None, typer.Option(metavar="FILE", help="The same, in a file.")] = None,
    letter: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare this letter with the receipt's statement.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that an entry is in the log, by its receipt or in a folder; exit 1 if it does not hold."""
    from evenhand.workflows.operations.receipts import check as checked
    from evenhand.workflows.operations.receipts import check_entry, letter_problem

    vkey = read_key(vkey, vkey_file)
    if place.is_dir() and entry is None:
        raise BadInput("no entry named", where=place, expected="the number of an entry, or an id, after the folder")
    report = checked(place, vkey, policy) if entry is None else check_entry(place, entry, vkey, policy)
    problem = letter_problem(report, letter) if letter is not None and report.ok else None
    if as_json:
        print_json(report if problem is None else {**_plain(report), "letter": not problem, "letter_problem": problem})
    else:
        _say(report, problem)
        if report.ok and vkey is None and policy is None:
            say("Checked with the folder's own key; pass --vkey to check against a key that you trust.")
    if not report.ok or problem:
        raise typer.Exit(1)


def read_key(vkey: str | None, file: Path | None) -> str | None:
    """Return the key that is given as text or in a file, None if neither is.

    Raises:
        BadInput: both are given, or the file cannot be read.
    """
    if file is None:
        return vkey
    if vkey is not None:
        raise BadInput("--vkey and --vkey-file together", expected="one of them")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the key cannot be read", where=file, expected="a file of one line, the log's key") from error


def _say(report: "ReceiptReport", letter_problem: str | None) -> None:
    if not report.ok:
        say(f"NOT verified: {report.problem}")
        return
    say(f"entry {report.index} is in the log of {report.size} entries: {report.leaf}")
    say(f"payload: {report.payload}" if report.payload is not None else "The receipt shows no payload.")
    if letter_problem == "":
        say("The letter is the one recorded.")
    elif letter_problem is not None:
        say(f"NOT verified: {letter_problem}.")
        say("Editors and mail programs change quotes, blanks and line breaks: check the file as it was received.")


def _plain(report: "ReceiptReport") -> dict[str, object]:
    import msgspec

    plain: dict[str, object] = msgspec.to_builtins(report)
    return plain
