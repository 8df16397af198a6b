"""Rows of a sheet written whole: the bytes that xlsxwriter makes of them cell by cell, in a fifth of the time."""

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from evenhand.model.visible_text import are_printable, visible

if TYPE_CHECKING:
    from xlsxwriter.format import Format

Cell = str | int | float | date | None
LONGEST_CELL = 32_767
_SHORT = 200
_MARKED = re.compile(r"[&<>_]|^ | $")  # what of printable ASCII is written otherwise in a workbook
_MARKS = ("&", "<", ">", "_", "\n ", " \n")  # the same in texts with a line feed before and after each
# Day 1 is 1 January 1900, and day 60 the 29 February 1900 that there never was. Source: ECMA-376, part 1, 18.17.4.1.
_DAY_0, _LAST_RIGHT_DAY = date(1899, 12, 31).toordinal(), 59


class RowSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A sheet whose rows are handed over whole; rows written by xlsxwriter's own calls may stand between them.

    Each row is written when the next one comes, as xlsxwriter does where it holds one row in memory: formats are
    numbered in the order in which they are written.
    """

    previous_row: int
    _cells: Sequence[Cell] = ()
    _columns: Sequence["Format | None"] = ()
    _day: "Format"
    _forms: dict[Any, str]

    def set_formats(self, columns: Sequence["Format | None"], day: "Format") -> None:
        """Take the formats of numbers by column, and that of days in any column."""
        self._columns, self._day, self._forms = columns, day, {}

    def add_row(self, row: int, cells: Sequence[Cell]) -> None:
        """Write a row below all others; None and "" leave a cell out.

        Raises:
            TypeError: a number is infinite or none.
        """
        if any(type(cell) is float and not math.isfinite(cell) for cell in cells):
            raise TypeError("a cell of a workbook cannot hold a number that is none or infinite")
        if all(cell is None or cell == "" for cell in cells):
            return
        self._write_single_row(row)
        self._cells, self.dim_rowmax = cells, row

    def _write_single_row(self, current_row_num: int = 0) -> None:
        cells = self._cells
        if not cells:
            super()._write_single_row(current_row_num)
            return
        number = self.previous_row + 1
        self.previous_row, self._cells = current_row_num, ()
        if are_printable([cell for cell in cells if isinstance(cell, str)], _MARKS):
            self.fh.write(self._plain_row(number, cells))
            return
        parts = [f'<row r="{number}">']
        for place, (column, cell) in enumerate(zip(_names(len(cells)), cells, strict=True)):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                parts.append(f'<c r="{column}{number}"{_text(cell) if len(cell) < _SHORT else _made(cell)}')
            elif isinstance(cell, date):
                parts.append(_number(f"{column}{number}", self._day, _day(cell)))
            else:
                parts.append(_number(f"{column}{number}", self._columns[place], cell))
        parts.append("</row>")
        self.fh.write("".join(parts))

    def _plain_row(self, number: int, cells: Sequence[Cell]) -> str:
        """Return a row whose texts are written as they are, by the form of the rows with the same kinds of cells."""
        kinds = tuple(map(type, cells)), tuple(map(_IS_EMPTY, cells))
        form = self._forms.get(kinds)
        if form is None:
            form = self._forms[kinds] = self._form(cells)
        values = [_day(cell) if isinstance(cell, date) else cell for cell in cells]
        return form.format(*values, row=number)

    def _form(self, cells: Sequence[Cell]) -> str:
        """Return the text of such rows with a gap for each cell and for the number of the row."""
        parts = ['<row r="{row}">']
        for place, (column, cell) in enumerate(zip(_names(len(cells)), cells, strict=True)):
            if cell is None or cell == "":
                continue
            start = f'<c r="{column}{{row}}"'
            if isinstance(cell, str):
                parts.append(f'{start} t="inlineStr"><is><t>{{{place}}}</t></is></c>')
            else:
                style: Any = self._day if isinstance(cell, date) else self._columns[place]
                parts.append(f'{start} s="{style._get_xf_index()}"><v>{{{place}:.16G}}</v></c>')
        return "".join((*parts, "</row>"))


@lru_cache
def _names(count: int) -> tuple[str, ...]:
    return tuple(map(xl_col_to_name, range(count)))


def _day(day: date) -> int:
    """Return the number by which a workbook names a day."""
    number = day.toordinal() - _DAY_0
    return number + (number > _LAST_RIGHT_DAY)


def _number(place: str, style: Any, value: float) -> str:
    return f'<c r="{place}" s="{style._get_xf_index()}"><v>{value:.16G}</v></c>'


def _made(text: str) -> str:
    """Return the rest of a cell with a text, after its place."""
    if len(text) < _SHORT and text.isascii() and text.isprintable() and not _MARKED.search(text):
        return f' t="inlineStr"><is><t>{text}</t></is></c>'
    shown = sheet_text(text)
    if len(shown) > LONGEST_CELL // 2:  # the limit is one of UTF-16 units
        shown = shown.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    shown = Worksheet._escape_control_characters(shown)
    space = ' xml:space="preserve"' if shown[:1].isspace() or shown[-1:].isspace() else ""
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{escaped}</t></is></c>'


_IS_EMPTY = "".__eq__


_text = lru_cache(maxsize=1 << 12)(_made)  # most texts of a table are in very many rows


def sheet_text(text: str) -> str:
    """Return a text for a workbook, which never runs one; what shows nothing is an escape, what is too long is cut."""
    shown = visible(text)
    if shown.startswith("<r>"):  # xlsxwriter would take it for markup of its own and write it as XML
        shown = f" {shown}"
    return shown if len(shown) <= LONGEST_CELL else shown[: LONGEST_CELL - 1] + "…"
