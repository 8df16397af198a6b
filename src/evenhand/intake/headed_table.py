"""A table with its headings understood; several columns of one kind, such as two of websites, are read as one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from evenhand.intake.columns import column_words, is_list
from evenhand.intake.headings import Headings, choice_of, joined_heading, match_headings
from evenhand.intake.known_rows import KnownCells
from evenhand.intake.percent_columns import in_percent
from evenhand.intake.row import NOTHING_SAID
from evenhand.intake.table_source import Source
from evenhand.intake.values import cells
from evenhand.intake.values.cells import Unusable
from evenhand.model.errors import TableUnreadable
from evenhand.store.tables import Line, Table

_SAME: Final[Mapping[str, Callable[[str], str]]] = {"country": cells.country}


def read_headed(source: Source) -> tuple[Table, Headings]:
    """Return the rows of a table and where our columns are in them.

    Raises:
        As `with_headings`; or the file is no table.
    """
    return with_headings(source, source.read())


def with_headings(source: Source, table: Table) -> tuple[Table, Headings]:
    """Return a table with its columns of one kind as one, and where our columns are in it.

    Raises:
        NetworkUnreadable, TableUnreadable: as `match_headings`; or two columns of one value differ in a row.
    """
    headings = match_headings(source.name, source.file, table.header, source.mapping, table.heading_line)
    _check_alike(source, table, headings.together)
    table = as_one(table, headings.together)
    return (in_percent(table, headings.places.get("share")) if source.name == "ownership" else table), headings


def as_one(table: Table, together: Mapping[str, Sequence[int]]) -> Table:
    """Return a table in which the first of several columns has what all have, as has its heading.

    Cells of lists are joined by `;`, names by a blank; of other columns the first that says something counts.
    """
    if not together:
        return table
    names, folds = list(table.header), [(places, _fold_of(column)) for column, places in together.items()]
    for places in together.values():
        names[places[0]] = joined_heading(table.header, places)

    def joined(lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            if line.problem:
                yield line
                continue
            if is_heading(line, table.header):
                yield Line(line.number, names)
                continue
            row = list(line.cells)
            for places, fold in folds:
                row[places[0]] = fold([line.cells[place] for place in places])
            yield Line(line.number, row)

    return replace(table, header=tuple(names), lines=joined(table.lines), again=lambda: joined(table.again()))


def is_heading(line: Line, header: Sequence[str]) -> bool:
    """Return whether a row repeats the headings: each of its cells with a value, two at least, is its own heading."""
    if line.problem or type(line.cells) is KnownCells:
        return False
    first = line.cells[0]
    if first and first != header[0] and first.strip() != header[0]:
        return False  # of most rows nothing more is looked at
    filled = [" ".join(cell.split()) == name for cell, name in zip(line.cells, header, strict=True) if cell.strip()]
    return len(filled) > 1 and all(filled)


def _fold_of(column: str) -> Callable[[list[str]], str]:
    if is_list(column):
        return lambda texts: ";".join(filter(str.strip, texts))
    if column == "name":
        return lambda texts: " ".join(filter(None, map(str.strip, texts)))
    return lambda texts: next((text for text in texts if _says(column, text)), texts[0])


def _says(column: str, text: str) -> bool:
    stripped = text.strip()
    return bool(stripped) and stripped.casefold() not in NOTHING_SAID.get(column, ())


def _check_alike(source: Source, table: Table, together: Mapping[str, Sequence[int]]) -> None:
    """Refuse a table where several columns are one of a single value, and do not say the same in a row."""
    single = {column: places for column, places in together.items() if column != "name" and not is_list(column)}
    for line in table.again() if single else ():
        if is_heading(line, table.header):
            continue
        for column, places in single.items():
            if not line.problem and len({_alike(column, line.cells[place]) for place in places} - {""}) > 1:
                _refuse(source, table, column, places, line)


def _alike(column: str, text: str) -> str:
    """Return what two cells that say the same have in common, ``""`` for a cell that says nothing."""
    if not _says(column, text):
        return ""
    try:
        return _SAME.get(column, str.casefold)(text.strip())
    except Unusable:
        return text.strip().casefold()


def _refuse(source: Source, table: Table, column: str, places: Sequence[int], line: Line) -> None:
    names = [table.header[place] for place in places]
    found = " and ".join(f"`{line.cells[place].strip()}`" for place in places)
    raise TableUnreadable(
        f"{' and '.join(f'`{name}`' for name in names)} could each be the {column_words(column)}, and differ here:"
        f" {found}", where=source.file, line=line.number,
        todo="rename or delete one of them" if len({*names}) == 1 else choice_of(source.name, column),
    )  # fmt: skip
