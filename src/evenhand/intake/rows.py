"""A table's rows, read column by column; what cannot be used is kept in one list with its place."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Generic, Literal, TypeVar

from evenhand.intake.cells import Unusable
from evenhand.intake.headings import match_headings
from evenhand.model.run import Refused
from evenhand.store.tables import Table, read_rows

Value = TypeVar("Value")
Default = TypeVar("Default")

_LONGEST_SHOWN = 200


class BadRow(Exception):
    """A cell that the row cannot do without is unusable."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(column, value, expected)
        self.column, self.value, self.expected = column, value, expected


class Row:
    """One row by our columns. An absent column reads as an empty cell; values left out go to `left_out`."""

    __slots__ = ("_cells", "_places", "left_out", "line")

    def __init__(self, line: int, cells: list[str], places: Mapping[str, int]) -> None:
        self.line, self._cells, self._places = line, cells, places
        self.left_out: list[tuple[str, str, str]] = []

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self._places

    def text(self, column: str) -> str:
        """Return the cell, trimmed; ``""`` where the column is absent."""
        place = self._places.get(column)
        return "" if place is None else self._cells[place].strip()

    def needed(self, column: str, read: Callable[[str], Value]) -> Value:
        """Return the value of a required cell; an empty or unusable one refuses the row."""
        text = self.text(column)
        if not text:
            raise BadRow(column, "", "a value")
        return _read(column, read, text)

    def optional(self, column: str, read: Callable[[str], Value], empty: Default) -> Value | Default:
        """Return the value of a cell, `empty` where there is none; an unusable one refuses the row."""
        text = self.text(column)
        return _read(column, read, text) if text else empty

    def supporting(self, column: str, read: Callable[[str], str]) -> str:
        """Return the value of a cell that the row can do without; an unusable one is left out and told."""
        return next(iter(self._usable(column, [self.text(column)], read)), "")

    def several(self, column: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """Return the values of a list cell, parted by `;`, without repeats; unusable ones are left out and told."""
        text = self.text(column)
        return tuple(dict.fromkeys(self._usable(column, text.split(";"), read))) if text else ()

    def _usable(self, column: str, texts: list[str], read: Callable[[str], Value]) -> Iterator[Value]:
        for text in filter(None, map(str.strip, texts)):
            try:
                yield read(text)
            except Unusable as error:
                self.left_out.append((column, text, str(error)))


class Sheet(Generic[Value]):
    """One table as nouns: in file order, with the line of each id, the file's hash and what was refused."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.items: list[Value] = []
        self.refused: list[Refused] = []
        self.lines: dict[str, int] = {}
        self.sha256 = ""
        self.rows = 0


def read_sheet(
    folder: Path, file: str, name: str, mapping: Mapping[str, str], read: Callable[[Row], tuple[str, Value]]
) -> Sheet[Value]:
    """Return a table read by `read`, which gives each row's id (``""``: none) and noun or raises `BadRow`.

    A second row of an id is refused and names the first. A table without a file is empty.

    Raises:
        TableUnreadable: the file is no table, or a required column is missing.
    """
    sheet: Sheet[Value] = Sheet(name)
    if not file:
        return sheet
    table = read_rows(folder / file)
    headings = match_headings(name, file, table.header, mapping)
    _tell_of_file(sheet, file, table, headings.ignored)
    for line, cells, problem in table.lines:
        sheet.rows += 1
        try:
            if problem:
                raise BadRow("", " | ".join(cells), problem)
            row = Row(line, cells, headings.places)
            id_, noun = read(row)
            if id_ and sheet.lines.setdefault(id_, line) != line:
                raise BadRow("id", id_, f"an id of its own; line {sheet.lines[id_]} has it already")
            sheet.items.append(noun)
            sheet.refused += (refused(file, line, *each, what="value") for each in row.left_out)
        except BadRow as bad:
            sheet.refused.append(refused(file, line, bad.column, bad.value, bad.expected))
    return sheet


def _read(column: str, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except Unusable as error:
        raise BadRow(column, text, str(error)) from None


def _tell_of_file(sheet: Sheet[Value], file: str, table: Table, ignored: tuple[str, ...]) -> None:
    sheet.sha256 = table.sha256
    if table.guessed is not None:
        encoding, line = table.guessed
        sheet.refused.append(refused(file, line, "", f"read as {encoding}", "UTF-8; names may be wrong", what="value"))
    for heading in filter(None, ignored):
        sheet.refused.append(refused(file, 1, heading, heading, f"a column of {sheet.name}; ignored", what="value"))


def refused(
    file: str, line: int, column: str, value: str, expected: str, what: Literal["row", "value"] = "row"
) -> Refused:
    """Return what was left out with its place, a long value cut."""
    return Refused(file=file, line=line, column=column, value=value[:_LONGEST_SHOWN], expected=expected, what=what)
