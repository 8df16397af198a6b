"""Columns of the tables of parties and orders that no record holds, read for those who ask for them."""

from collections.abc import Iterator, Sequence

from evenhand.intake.headings import match_headings
from evenhand.intake.table_source import Source
from evenhand.store.tables import read_rows


def read_other_columns(source: Source, columns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield id, column and value of the cells that have one, of rows that are whole.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    table = read_rows(source.folder / source.file, source.sheet, source.known)
    places = match_headings(source.name, source.file, table.header, source.mapping, table.heading_line).places
    for line in table.lines:
        for column in columns:
            value = line.cells[places[column]].strip() if column in places and not line.problem else ""
            if value:
                yield line.cells[places["id"]].strip(), column, value
