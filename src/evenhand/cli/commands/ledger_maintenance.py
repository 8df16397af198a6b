"""`evenhand ledger erase | status | compact | backup | restore | move | export | rotate`: the care of a ledger."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import LOCK_WAIT_S, print_json
from evenhand.model.visible_text import visible

if TYPE_CHECKING:
    from evenhand.workflows.erasure.erase import Erased

Dir = Annotated[Path, typer.Argument(metavar="DIR", help="A ledger, or a network.", show_default=False)]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="A folder that is empty or not there.", show_default=False)]


def add_to(group: typer.Typer) -> None:
    """Add the verbs to the group `ledger`."""
    group.command("erase")(erase)
    group.command("status")(status)
    group.command("compact")(compact)
    group.command("backup")(backup)
    group.command("restore")(restore)
    group.command("move")(move)
    group.command("export")(export)
    group.command("rotate")(rotate)


def erase(  # noqa: PLR0917  the options of a verb, of which none is given by place
    folder: Dir,
    basis: Annotated[str, typer.Option(help="On which ground, such as `GDPR Art. 17(1)(a)`.", show_default=False)],
    by: Annotated[str, typer.Option(help="Who ordered it.", show_default=False)],
    indexes: Annotated[list[int] | None, typer.Argument(metavar="INDEX...", help="Which entries.")] = None,
    subject: Annotated[str, typer.Option(help="Everything about this subject too.")] = "",
    field: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Only the value sealed there; may be repeated.")
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help="Also where that lifts a refusal, hold, limit or label that is in force.")
    ] = False,
) -> None:
    """Delete payloads and salts from every file; a leaf says why, and every proof stays."""
    from evenhand.transport.witness_client import ask, say_refusals
    from evenhand.workflows.erasure.erase import erase as erased

    outcome = erased(
        folder, indexes or [], datetime.now(UTC), basis=basis, by=by, subject=subject, fields=field or [],
        lift=lift, wait_s=LOCK_WAIT_S, ask=ask, tell=say_refusals,
    )  # fmt: skip
    print_json(outcome)
    for line in _erasure_lines(outcome):
        sys.stderr.write(f"{visible(line)}\n")


def _erasure_lines(outcome: "Erased") -> Iterator[str]:
    """Yield in words what an erasure in a network did, and what is left to do; beside the JSON, which programs read."""
    from evenhand.render.wording import count

    if outcome.files is None:
        return
    leaf = f", recorded in entry {outcome.leaf}" if outcome.leaf is not None else ""
    yield f"Erased: {count(len(outcome.erased), 'entry', 'entries')} of the ledger{leaf}"
    gone, anew = len(outcome.files.removed), len(outcome.files.rewritten)
    yield f"Files: {gone:,} removed, {anew:,} written anew"
    for left in outcome.files.left:
        entries = f" (entries {', '.join(map(str, left.entries))})" if left.entries else ""
        yield f"! left in {left.where}{entries}: {left.what}"


def status(folder: Dir) -> None:
    """Show settings, size, checkpoint, lag and problems; nothing is repaired; exit 1 with a problem."""
    from evenhand.workflows.operations.maintenance import status as stands

    found = stands(folder)
    print_json(found)
    if found.problems:
        raise typer.Exit(1)


def compact(folder: Dir) -> None:
    """Remove old partial tiles and free space of the database."""
    from evenhand.workflows.operations.maintenance import compact as compacted

    print_json(compacted(folder, wait_s=LOCK_WAIT_S))


def backup(folder: Dir, out: Out) -> None:
    """Copy the tables, not the key, while a writer may go on. It holds what is erased later: let it expire."""
    from evenhand.workflows.operations.backups import backup as backed_up

    print_json(backed_up(folder, out))


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A backup's folder.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A ledger, or where one will be.", show_default=False)],
) -> None:
    """Put a backup back; exit 4, nothing changed, if the log would not go on from what was published."""
    from evenhand.workflows.operations.backups import restore as restored

    outcome = restored(source, folder)
    if not outcome.key:
        sys.stderr.write("evenhand: the signing key is not in a backup: put it back before anything is written\n")
    print_json(outcome)


def move(
    folder: Dir,
    to: Annotated[
        str, typer.Option(metavar="ADDRESS|file", help="An address of Postgres, or `file` for the ledger's own file.")
    ],
) -> None:
    """Move the tables to Postgres or back; they are removed where they were once the copy is verified."""
    from evenhand.workflows.operations.ledger_move import move as moved

    print_json(moved(folder, to, wait_s=LOCK_WAIT_S))


def export(folder: Dir, out: Out) -> None:
    """Write the public folder for a web server, or bring an earlier export up to date."""
    from evenhand.workflows.operations.maintenance import export as exported

    print_json(exported(folder, out))


def rotate(
    folder: Dir,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How long the former key signs beside the new one.")] = 90,
) -> None:
    """Give the log a new key; for a time both sign, so that readers can change their policies."""
    from evenhand.workflows.operations.ledger_keys import rotate as rotated

    print_json(rotated(folder, datetime.now(UTC), days, wait_s=LOCK_WAIT_S))
