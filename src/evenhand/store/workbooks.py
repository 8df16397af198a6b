"""Workbooks (`.xlsx`): the rows of one sheet as text, a cell as a person sees it."""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from evenhand.model.errors import TableUnreadable
from evenhand.store.sheet_grid import Grid, cell, column_letters, column_number, fill_cell
from evenhand.store.table_rows import Line, NumberText
from evenhand.store.workbook_parts import SAVE_AGAIN, SheetPart, sheet_parts, workbook_parts

MOST_CELLS = 10_000_000
"""So many cells the filled part of a sheet may span, empty ones among them."""

_TAG = re.compile(rb"<(?:[^\s<>/:]+:)?(?:c|row)(?=[\s/>])")
_PLACED = re.compile(rb"<(?:[^\s<>/:]+:)?(?:c|row)((?:\s+[^\s=<>]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(/?)>")
_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ROW_PLACE = re.compile(rb"([A-Z]{0,3})([1-9][0-9]{0,6})")
_ERROR = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL)
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c(?=\s)((?:(?!\bt=\"str\")[^>])*)(?<!/)>\s*<(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*\bref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\"")
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]{1,7})\"")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_HEADING_WITHIN = 20  # rows
_HEADINGS = 2  # in one row: a sentence may hold the one word `Name`
NOT_READ = "one sheet; not read: "
"""How the note on the other sheets of a workbook begins."""
_EXACT_DIGITS = 15  # a spreadsheet keeps so many of a number


class Note(NamedTuple):
    """A cell or row of a sheet that was not read: its row, its value and what was expected."""

    line: int
    value: str
    expected: str


class SheetRows(NamedTuple):
    """One sheet: its name, the row of its heading, the heading, the rows below and what was not read."""

    name: str
    heading_line: int
    header: tuple[str, ...]
    lines: list[Line]
    notes: tuple[Note, ...]


def read_workbook(path: Path, sheet: str, known: Callable[[Sequence[str]], int] | None) -> SheetRows:
    """Return the rows of a sheet, by its name, or of the first that is not hidden and has a heading, else a value.

    `known` counts the headings in a row that the reader of the table knows: the heading is the row of the first
    twenty that has most of them, else the first row with a value. Rows without a value are left out. Cells merged over
    several rows have their value in each. Formulas count by the value that the workbook keeps.

    Raises:
        TableUnreadable: no whole workbook, encrypted, too large, no such sheet, or a formula without a value; or no
            sheet is named and another one has all headings that are known.
    """
    parts = workbook_parts(path)
    sheets = sheet_parts(path, parts)
    others = {sheet.part for sheet in sheets}
    shared = {name: data for name, data in parts.items() if name not in others}
    chosen, grid = _named(path, sheet, sheets, shared, parts) if sheet else _first(path, sheets, shared, parts, known)
    heading = _heading_row(grid, known)
    if heading is None:
        raise TableUnreadable(
            f"has no value in sheet `{chosen.name}`", where=path.name, expected="a table with a heading"
        )
    _check_second_heading(path, grid, heading, known)
    if not sheet and known is not None:
        _check_other_sheets(
            path, sheets, chosen, grid[heading], known, partial(_grid, path, shared=shared, parts=parts)
        )
    return _rows(chosen, sheets, grid, heading)


def _named(
    path: Path, name: str, sheets: Sequence[SheetPart], shared: Mapping[str, bytes], parts: Mapping[str, bytes]
) -> tuple[SheetPart, Grid]:
    chosen = next((sheet for sheet in sheets if sheet.name == name), None)
    if chosen is None:
        known = ", ".join(f"`{sheet.name}`" for sheet in sheets)
        raise TableUnreadable("has no sheet", where=path.name, got=name, expected=f"one of {known}")
    return chosen, _grid(path, chosen, shared, parts)


def _first(
    path: Path,
    sheets: Sequence[SheetPart],
    shared: Mapping[str, bytes],
    parts: Mapping[str, bytes],
    known: Callable[[Sequence[str]], int] | None,
) -> tuple[SheetPart, Grid]:
    """Return the first visible sheet with headings, as instructions often come first; else the first with a value."""
    filled: tuple[SheetPart, Grid] | None = None
    empty: tuple[SheetPart, Grid] | None = None
    for sheet in sheets:
        if not sheet.is_hidden:
            grid = _grid(path, sheet, shared, parts)
            if not grid:
                empty = empty or (sheet, grid)
                continue
            heading = _heading_row(grid, known)
            if known is None or heading is None or known(grid[heading]) >= _HEADINGS:
                return sheet, grid
            filled = filled or (sheet, grid)
    found = filled or empty
    if found is None:
        raise TableUnreadable("has only hidden sheets", where=path.name, todo="name one in [intake.sheets]")
    return found


def _grid(path: Path, sheet: SheetPart, shared: Mapping[str, bytes], parts: Mapping[str, bytes]) -> Grid:
    """Return the cells of a sheet as text, rows from the first on, all of one width."""
    data = parts.get(sheet.part)
    if data is None:
        raise TableUnreadable(f"has no cells for its sheet `{sheet.name}`", where=path.name, todo=SAVE_AGAIN)
    _check_extent(path, sheet, data)
    _check_formulas(path, sheet, data)
    # What the reader gets is what was looked at: an archive of these very bytes.
    grid = [list(map(_text, row)) for row in _read({**shared, sheet.part: data}, path, sheet)]
    for attributes, value in _ERROR.findall(data):
        found = _REFERENCE.search(attributes)
        if found is not None:
            fill_cell(grid, found[1], int(found[2]), html.unescape(value.decode("utf-8", "replace")))
    for column, first, last in _MERGED.findall(data):
        value = cell(grid, column, int(first))
        for row in range(int(first) + 1, min(int(last), len(grid)) + 1):
            fill_cell(grid, column, row, value)
    return grid if any(any(map(str.strip, row)) for row in grid) else []


def _read(parts: Mapping[str, bytes], path: Path, sheet: SheetPart) -> Iterable[Sequence[object]]:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  only where a workbook is read

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as clean:
        for name, data in parts.items():
            clean.writestr(name, data)
    archive.seek(0)
    try:
        with load_workbook(archive) as book:
            return book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise _damaged(path, sheet) from error


def _check_extent(path: Path, sheet: SheetPart, data: bytes) -> None:
    """Refuse a sheet whose filled cells span more than may be held; its reader keeps the empty ones as well."""
    tags = _PLACED.findall(data)
    columns = rows = 1
    for attributes, closed in tags:
        found = _PLACE.findall(attributes)
        for double, single in found:
            place = _ROW_PLACE.fullmatch(double or single)
            if place is None or int(place[2]) > _LAST_ROW or column_number(place[1]) > _LAST_COLUMN:
                raise _damaged(path, sheet)
            if not closed:
                columns, rows = max(columns, column_number(place[1])), max(rows, int(place[2]))
    if len(tags) != len(_TAG.findall(data)):
        raise _damaged(path, sheet)
    if rows * columns > MOST_CELLS:
        raise TableUnreadable(
            f"spans {rows:,} rows and {columns:,} columns in sheet `{sheet.name}`", where=path.name,
            expected=f"at most {MOST_CELLS:,} cells", todo="delete cells far from the table, or save it as CSV",
        )  # fmt: skip


def _damaged(path: Path, sheet: SheetPart) -> TableUnreadable:
    return TableUnreadable(f"sheet `{sheet.name}` cannot be read", where=path.name, todo=SAVE_AGAIN)


def _check_formulas(path: Path, sheet: SheetPart, data: bytes) -> None:
    found = _UNCALCULATED.search(data)
    if found is None:
        return
    place = _REFERENCE.search(found[1])
    cell = f"cell {(place[1] + place[2]).decode()}" if place else "a cell"
    raise TableUnreadable(
        f"{cell} of sheet `{sheet.name}` holds a formula that was never calculated", where=path.name, todo=SAVE_AGAIN
    )


def _heading_row(grid: Grid, known: Callable[[Sequence[str]], int] | None) -> int | None:
    filled = [place for place, row in enumerate(grid) if any(map(str.strip, row))][:_HEADING_WITHIN]
    return max(filled, key=lambda place: known(grid[place]), default=None) if known else next(iter(filled), None)


def _check_second_heading(path: Path, grid: Grid, heading: int, known: Callable[[Sequence[str]], int] | None) -> None:
    """Refuse a table whose next row is made of headings as well: read as a row, it would be a party."""
    for place in range(heading + 1, min(heading + 2, len(grid))):
        filled = [cell for cell in grid[place] if cell.strip()]
        if known is not None and known(grid[place]) >= max(2, (len(filled) + 1) // 2):
            raise TableUnreadable(
                "has two rows of headings", where=path.name, line=place + 1, got=" | ".join(filled),
                expected="one", todo="delete one of them",
            )  # fmt: skip


def _check_other_sheets(
    path: Path, sheets: Sequence[SheetPart], chosen: SheetPart, header: Sequence[str],
    known: Callable[[Sequence[str]], int], read: Callable[[SheetPart], Grid],
) -> None:  # fmt: skip
    """Refuse a workbook of which another visible sheet has the same headings: its rows would not be read."""
    for sheet in sheets:
        if sheet == chosen or sheet.is_hidden:
            continue
        try:
            grid = read(sheet)
        except TableUnreadable:
            continue  # it is no part of the table, and named as not read
        heading = _heading_row(grid, known)
        both = [] if heading is None else [cell for cell in header if cell.strip() in map(str.strip, grid[heading])]
        rows = sum(any(map(str.strip, row)) for row in grid[(heading or 0) + 1 :])
        if rows and known(both) == known(header) >= _HEADINGS:
            raise TableUnreadable(
                f"has the same headings in the sheets `{chosen.name}` and `{sheet.name}`, with {rows:,}"
                f" row{'s' if rows > 1 else ''} below them in `{sheet.name}`", where=path.name,
                expected="one sheet with all rows",
                todo="put the rows together, or name the one sheet to read with --sheet, or in [intake.sheets]",
            )  # fmt: skip


def _rows(chosen: SheetPart, sheets: Sequence[SheetPart], grid: Grid, heading: int) -> SheetRows:
    below = [(place + 1, row) for place, row in enumerate(grid) if place > heading and any(map(str.strip, row))]
    named = [" ".join(cell.split()) for cell in grid[heading]]
    used = [place for place, name in enumerate(named) if name or any(row[place].strip() for _, row in below)]
    header = tuple(named[place] or f"column {column_letters(place)}" for place in used)
    notes = [
        Note(place + 1, " | ".join(filter(None, map(str.strip, row))), "the heading in the first row; ignored")
        for place, row in enumerate(grid[:heading]) if any(map(str.strip, row))
    ]  # fmt: skip
    others = [f"`{sheet.name}`" + (" (hidden)" if sheet.is_hidden else "") for sheet in sheets if sheet != chosen]
    if others:
        expected = f"{NOT_READ}{', '.join(others)}"
        notes.append(Note(heading + 1, f"sheet `{chosen.name}` was read", expected))
    lines = [Line(number, [row[place] for place in used]) for number, row in below]
    return SheetRows(chosen.name, heading + 1, header, lines, tuple(notes))


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, days in ISO form, and a cut number as one that was cut."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case float() | int():
            return _number(float(value))
        case datetime():
            return str(value.date()) if value.time() == time() else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return "" if value is None else str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 10**_EXACT_DIGITS:
        return str(int(value))
    digits = f"{value:.{_EXACT_DIGITS}g}"
    if "e+" in digits:
        mantissa, _, power = digits.partition("e")
        return f"{mantissa}E{power}"
    return NumberText(format(Decimal(digits), "f")) if value == value else ""  # noqa: PLR0124  not a number
