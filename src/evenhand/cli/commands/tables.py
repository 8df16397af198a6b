"""`evenhand tables check`: a file looked at before it becomes a table of the network."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.table_options import Column, Dates, Decimals, Sheet, chosen_columns
from evenhand.cli.common import AsJson, AsLines, Folder, instant, print_json, say, tools
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.upload import CheckedTable


def add_to(app: typer.Typer) -> None:
    """Add the group `tables` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("check")(check)
    group.callback()(lambda: None)
    app.add_typer(group, name="tables", help="Looks at a file before it becomes a table of the network.")


def check(
    folder: Folder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Which table it would be.", show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX, CSV, NDJSON or Parquet.", show_default=False)],
    *,
    sheet: Sheet = "",
    column: Column = None,
    dates: Dates = "",
    decimals: Decimals = "",
    alone: Annotated[
        bool, typer.Option("--without-settings", help="Take nothing from evenhand.toml but these options.")
    ] = False,
    progress: AsLines = "",
    as_json: AsJson = False,
) -> None:
    """Show how a file would be read as a table of the network, and what would change; nothing is written."""
    from evenhand.model.upload import Reading
    from evenhand.store.network import read_network
    from evenhand.workflows.uploads.checking import check_table
    from evenhand.workflows.uploads.readings import reading_of
    from evenhand.workflows.uploads.staging import table_called

    network, chosen = read_network(folder), table_called(table)
    if not file.is_file():
        raise BadInput("no such file", where=file, expected="a table as XLSX, CSV, NDJSON or Parquet")
    usual = Reading() if alone else reading_of(network, chosen, file)
    options = Reading(columns=chosen_columns(tuple(column or ()), chosen), sheet=sheet, dates=dates, decimals=decimals)
    reading = options.over(usual)
    with tools(quiet=as_json, lines=progress == "json") as handed:
        checked = check_table(network, chosen, file, reading, instant(None), handed)
    if as_json:
        print_json(checked)
    else:
        for line in _lines(checked):
            say(line)
    if checked.problem:
        raise typer.Exit(1)


def _lines(checked: "CheckedTable") -> Iterator[str]:
    """Yield what was found, the point first."""
    from evenhand.render.upload_words import rejected_words

    if checked.problem:
        yield f"Cannot be used: {checked.problem}"
    if len(checked.sheets) > 1 and checked.sheet:
        yield f"Sheet: {checked.sheet}, one of {len(checked.sheets)}"
    yield f"Rows: {checked.rows:,}, rejected {checked.rejected:,}"
    yield from (f"  `{each.heading}` read as {each.words}" for each in checked.columns if each.heading)
    for fault in checked.refused:
        yield f"  line {fault.line}: {fault.column or 'row'} `{fault.value}`; expected {fault.expected}"
    yield from _unclear_lines(checked)
    if checked.refused:
        yield rejected_words(checked.table)
    if checked.counts:
        yield f"Against today's table: {', '.join(f'{name} {number:,}' for name, number in checked.counts.items())}"
    yield from (f"A run would stop: {loss.sentence}" for loss in checked.losses)
    if not checked.problem:
        yield from _outcome_lines(checked)


def _unclear_lines(checked: "CheckedTable") -> Iterator[str]:
    for decided_by, column, value, count in checked.unclear:
        option = "--dates dmy or mdy" if decided_by == "dates" else "--decimals comma or point"
        yield f"  {count:,} of {column} can be read in two ways, such as `{value}`: say {option}"


def _outcome_lines(checked: "CheckedTable") -> Iterator[str]:
    if checked.untried:
        yield f"The rules were not tried: {checked.untried}"
        return
    yield f"Other outcomes: {checked.outcomes_count:,}"
    for moved in checked.outcomes:
        before, after = (each or "no row" for each in (moved.before, moved.after))
        yield f"  {moved.name or moved.party} ({moved.scope}): {before} became {after}"
