"""`evidence audit`: are the claims of a text the same with other names in it?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.evidence_files import stated_document
from evenhand.cli.common import AsJson, print_json, say, say_wrapped
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.evidence.name_swaps import SwapAudit, SwapResult

MOST_DIFFERENCES = 5


def add_to(group: typer.Typer) -> None:
    """Add this verb to the group `evidence`."""
    group.command("audit")(audit)


def audit(
    files: Annotated[list[Path], typer.Argument(metavar="[FILE]...", help="Saved articles.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Exchange the names, states and "he" and "she" of articles and compare their claims; exit 1 if they differ."""
    from evenhand.evidence import swap_names
    from evenhand.workflows.evidence.adding import check_document

    stated = [stated_document(path, "", "", official=False) for path in files]
    for each in stated:
        check_document(each)
    found = swap_names([(each.uri, each.data, each.media_type) for each in stated])
    if as_json:
        print_json({"share": found.share, "passes": found.passes, "audit": found})
    else:
        _tell(found)
    if found.unread:
        raise BadInput("not audited: not read as English, the only language that the rules know",
                       where="; ".join(each.partition(": ")[0] for each in found.unread),
                       todo="leave it out of the audit")  # fmt: skip
    if not found.passes:
        raise typer.Exit(1)


def _tell(audit: "SwapAudit") -> None:
    from evenhand.evidence.name_swaps import FEWEST_IDENTICAL
    from evenhand.render.wording import count

    items = sum(result.items for result in audit.results)
    same = sum(result.identical for result in audit.results)
    compared = sum(result.items > 0 for result in audit.results)
    verdict = "The same with other names" if audit.passes else "Not the same with other names"
    tables = f"{count(audit.documents, 'document')}, {compared} of {len(audit.results)} tables of names"
    if items:
        shares = f"{_percent(audit.share)}; {_percent(FEWEST_IDENTICAL)} is needed"
        say_wrapped(f"{verdict}: {same:,} of {items:,} claims ({shares}), {tables}")
    else:
        say_wrapped(f"Nothing was compared: no claim of a text in which a name could be exchanged; {tables}")
    for result in audit.results:
        within = f"{result.identical:,} of {result.items:,}  in {count(result.exchanged, 'document')}"
        say(f"  {result.table:<12} {within if result.exchanged else 'nothing to exchange; not counted'}")
    for result in audit.results:
        for line in _difference_lines(result):
            say_wrapped(line)
    for name in audit.empty:
        say(f"! {name}: no claims were read")
    for line in audit.unread:
        say(f"! {line}")


def _percent(share: float) -> str:
    # Rounded down: 99.79 % is not to be read as 99.8 %.
    return f"{int(share * 10_000) / 100:.2f} %"


def _difference_lines(result: "SwapResult") -> list[str]:
    lines: list[str] = []
    for each in result.differences[:MOST_DIFFERENCES]:
        lines += [f"{result.table}, {each.document}:", f"  before: {each.before or 'no such claim'}"]
        lines.append(f"  after:  {each.after or 'no such claim'}")
    return lines
