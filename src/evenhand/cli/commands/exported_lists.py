"""`evenhand gate exports`: which block lists the network has exported, and whether each still says what is due."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say, suffix_rules
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.workflows.delivery.exported_lists import ListCondition


def exports(
    folder: Folder,
    *,
    renew: Annotated[
        bool, typer.Option("--renew", help="Write anew each list that differs and that nobody has edited.")
    ] = False,
    forget: Annotated[
        Path | None, typer.Option("--forget", metavar="FILE", help="Stop checking a list that no host uses any more.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="The instant to list for, ISO with offset; default: now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each exported list and whether it is current; exit 1 if one is not."""
    from evenhand.store.network import read_network
    from evenhand.workflows.delivery.exported_lists import conditions, forget_export, renew_exports

    if renew and forget is not None:
        raise BadInput("--renew and --forget together", expected="one of them")
    network, now = read_network(folder), instant(at)
    if forget is not None:
        forget_export(network.folder, forget, now)
    try:
        found = (renew_exports if renew else conditions)(network, now, suffix_rules())
    except OSError as error:
        raise BadInput("cannot be written:", where=error.filename or folder, got=error.strerror or error) from error
    if as_json:
        print_json({"exports": found})
    else:
        for line in _lines(found):
            say(line)
    if any(each.problem for each in found):
        raise typer.Exit(1)


def _lines(found: "tuple[ListCondition, ...]") -> list[str]:
    """Return a line a list, and what to do where it is not current."""
    if not found:
        return ["No exported list is known: `evenhand gate export --out FILE` notes each that it writes"]
    lines = []
    for each in found:
        exported = each.exported
        version = f" {exported.version}" if exported.version else ""
        lines.append(
            f"{exported.file}: {exported.format}{version}, exported {exported.at:%Y-%m-%dT%H:%MZ}; {each.condition}"
        )
        lines += [f"  {each.problem}"] if each.problem else []
    return lines
