"""Columns of the tables of parties and orders that no record holds, read for those who ask for them."""

from collections.abc import Iterator, Sequence

from evenhand.intake.headed_table import read_headed
from evenhand.intake.table_source import Source


def read_other_columns(source: Source, columns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield id, column and value of the cells that have one, of rows that are whole.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    table, headings = read_headed(source)
    places = headings.places
    for line in table.lines:
        for column in columns:
            value = line.cells[places[column]].strip() if column in places and not line.problem else ""
            if value:
                yield line.cells[places["id"]].strip(), column, value
