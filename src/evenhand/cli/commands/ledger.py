"""`evenhand ledger`: records in, checkpoints out, and verification of what was signed."""

import os
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands import ledger_maintenance, receipts
from evenhand.cli.commands.replays import replay_by_cedar
from evenhand.cli.common import LOCK_WAIT_S, AsJson, print_json, say
from evenhand.render.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenhand.model.log import LogReport, Receipt

LedgerDir = Annotated[Path, typer.Argument(metavar="DIR", help="A ledger, or a network.", show_default=False)]
PolicyFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Logs, witnesses and quorum as you trust them.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the group `ledger` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("init")(init)
    group.command("append")(append)
    group.command("checkpoint")(checkpoint)
    group.command("verify")(verify)
    group.command("replay")(replay_by_cedar)
    receipts.add_to(group)
    ledger_maintenance.add_to(group)
    group.callback()(lambda: None)
    app.add_typer(group, name="ledger", help="The signed log of all decisions.")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the ledger will be.", show_default=False)],
    origin: Annotated[
        str, typer.Option(help="The log's name: an address of yours without scheme.", show_default=False)
    ],
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Use this signing key; default: a new one.")] = None,
    postgres: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Keep the tables in Postgres; default: in a file.", show_default=False),
    ] = "",
) -> None:
    """Make an empty ledger with its key and its first checkpoint."""
    from evenhand.workflows.operations import create_ledger

    vkey = create_ledger(folder, origin, key_file=key, postgres=postgres)
    print_json({"origin": origin, "vkey": vkey, "size": 0})


def append(
    folder: LedgerDir,
    source: Annotated[str, typer.Argument(metavar="FILE", help="Records, one a line of JSON; `-`: standard input.")],
) -> None:
    """Append records; each is answered, in order, once it is durable."""
    from evenhand.transport.witness_client import ask, say_refusals
    from evenhand.workflows.operations.record_stream import append_lines

    with _opened(source) as descriptor:
        append_lines(
            folder, descriptor, lambda: datetime.now(UTC), _answer, wait_s=LOCK_WAIT_S, ask=ask, tell=say_refusals
        )


def checkpoint(folder: LedgerDir, policy: PolicyFile = None) -> None:
    """Publish a checkpoint over everything that is recorded, and ask witnesses to cosign it."""
    from evenhand.ledger.encodings import to_base64
    from evenhand.transport.witness_client import ask, say_refusals
    from evenhand.workflows.operations import open_ledger

    with open_ledger(folder, wait_s=LOCK_WAIT_S, ask=ask, tell=say_refusals, policy=policy) as ledger:
        published = ledger.publish(datetime.now(UTC))
        replies = ledger.replies
    cosignatures = sum(1 for reply in replies if reply.line)
    print_json({"size": published.size, "root": to_base64(published.root), "cosignatures": cosignatures})


def verify(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A network, a ledger, or anybody's tlog-tiles folder.", show_default=False),
    ],
    vkey: Annotated[str | None, typer.Option(help="The log's key as you know it; default: the folder's own.")] = None,
    policy: PolicyFile = None,
    as_json: AsJson = False,
) -> None:
    """Check signature, tiles, entries and payloads; exit 1 and name every problem if anything was changed."""
    from evenhand.workflows.people.signature_checks import verify_with_signatures

    report = verify_with_signatures(folder, vkey, policy)
    if as_json:
        print_json(report)
    else:
        _say_report(report, folder)
        if vkey is None and policy is None and report.ok:
            say("Verified with the folder's own key; pass --vkey to check against a key you trust.")
    if not report.ok:
        raise typer.Exit(1)


@contextmanager
def _opened(source: str) -> "Iterator[int]":
    """Hold the file descriptor of a file, or of standard input."""
    if source == "-":
        yield sys.stdin.fileno()
        return
    descriptor = os.open(source, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _answer(written: "Sequence[Receipt]") -> None:
    from evenhand.ledger.encodings import to_base64

    for receipt in written:
        line: dict[str, object] = {"seq": receipt.seq, "leaf_hash": to_base64(receipt.leaf_hash)}
        print_json(line | {"duplicate": True} if receipt.duplicate else line)
    sys.stdout.flush()


def _say_report(report: "LogReport", folder: Path) -> None:
    for erased in report.erasures:
        say(f"entry {erased.index}: payload erased under {erased.basis} at leaf {erased.leaf}")
    for problem in report.problems:
        say(f"{problem.kind}: {problem.where}" + ("" if problem.index is None else f", entry {problem.index}"))
    if report.dated_back is not None:
        say(f"Dated back: {report.dated_back.sentence}. The order of the ledger counts.")
    if report.behind:
        say(f"Behind: {report.behind}.")
    if report.repaired:
        say(f"Repaired: {report.repaired}.")
    words = "verified" if report.ok else f"NOT verified: {count(len(report.problems), 'problem')}"
    erased_too = f", {report.erased} erased" if report.erased else ""
    signed_too = f", {count(report.signatures, 'signature')} of people" if report.signatures else ""
    what = f"{report.size} entries{erased_too}{signed_too}"
    say(f"{report.origin or folder}: {words}, {what}, root {report.root or 'unknown'}")
