"""Rows of a sheet written whole: the bytes that xlsxwriter makes of them cell by cell, in a fifth of the time."""

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from io import StringIO
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from evenhand.model.visible_text import PLAIN_IN_XML, plain_rows, visible
from evenhand.store.deflated_pieces import Piece, Pieces
from evenhand.store.row_forms import GAP, Cell, Kinds, RowForm, RowForms, as_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format

LONGEST_CELL = 32_767
_SHORT = 200
_MARKED = re.compile(r"[&<>_]|^ | $")  # what of printable ASCII is written otherwise in a workbook
_PLAIN = ' t="inlineStr"><is><t>%s</t></is></c>'
_ROW = "\0"  # no text of a workbook has it
# Day 1 is 1 January 1900, and day 60 the 29 February 1900 that there never was. Source: ECMA-376, part 1, 18.17.4.1.
_DAY_0, _LAST_RIGHT_DAY = date(1899, 12, 31).toordinal(), 59


class RowSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A sheet whose rows are handed over whole; rows written by xlsxwriter's own calls may stand between them.

    Each row is written when the next one comes, as xlsxwriter does where it holds one row in memory. What is written
    is deflated piece by piece, and put into the sheet when the workbook is packed.
    """

    previous_row: int
    pieces: Pieces
    row_data_fh: Any
    _pieces_at = 0
    _cells: Sequence[Cell] = ()
    _own: Sequence[Cell] = ()
    _others: Sequence[tuple[Cell, ...]] = ()
    _kinds: Kinds = ()
    _columns: Sequence["Format | None"] = ()
    _is_shared: Sequence[bool] = ()
    _day: "Format"
    _forms: RowForms

    def set_formats(
        self,
        heading: "Format",
        columns: Sequence["Format | None"],
        day: "Format",
        is_shared: Sequence[bool],
        pieces: BinaryIO,
    ) -> None:
        """Take the formats of headings, of numbers by column, of days in any column, and which columns are shared.

        Its pieces are in a file, which is empty, until the workbook is packed.
        """
        self._columns, self._day, self._is_shared = columns, day, is_shared
        self._forms = RowForms(is_shared, self._form)
        # INVARIANT: a format has its number whatever is in the rows: those of a piece that is taken over name it.
        for each in (heading, *filter(None, columns), day):
            each._get_xf_index()
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self.fh = self.row_data_fh = StringIO()
        self.pieces = Pieces(pieces)

    def _opt_close(self) -> None:
        """Leave open what is in memory."""

    def cut(self, row: int, key: bytes = b"") -> None:
        """End a piece, which was made of what has this hash, above a row."""
        self._write_single_row(row)
        self._end_piece(key)

    def take(self, row: int, piece: Piece, packed: bytes) -> None:
        """Put a piece of an earlier workbook above a row, as it is deflated there, in place of rows that are in it."""
        self.pieces.take(piece, packed)
        self.previous_row, self.dim_rowmax = row, piece.last_row

    def write_packed(self, package: ZipFile, part: Path, name: str) -> None:
        """Put the part of this sheet, which was written to a file without its rows, into the workbook with them."""
        data = part.read_bytes()
        head, tail = data[: self._pieces_at], data[self._pieces_at :]
        self.pieces.made = self.pieces.write(package, ZipInfo.from_file(part, name), head, tail)

    def _end_piece(self, key: bytes) -> None:
        text = self.row_data_fh.getvalue()
        if text:
            self.pieces.add(text.encode(), key, self.dim_rowmax or 0)
            self.row_data_fh.seek(0)
            self.row_data_fh.truncate()

    def add_row(self, row: int, cells: Sequence[Cell], others: Sequence[tuple[Cell, ...]] = ()) -> None:
        """Write a row below all others, and others as `AddRow` has them; None and "" leave a cell out.

        Raises:
            TypeError: a number is infinite or none.
        """
        own, kinds = self._forms.own(cells)
        if float in kinds and not all(
            math.isfinite(cell) for one in (own, *others) for cell in one if isinstance(cell, float)
        ):
            raise TypeError("a cell of a workbook cannot hold a number that is none or infinite")
        if not any(cells) and all(cell is None or cell == "" for cell in cells):
            return
        self._write_single_row(row)
        self._cells, self._own, self._kinds, self._others = cells, own, kinds, others
        self.dim_rowmax = row + len(others)

    def _write_single_row(self, current_row_num: int = 0) -> None:
        cells = self._cells
        if not cells:
            super()._write_single_row(current_row_num)
            return
        number = self.previous_row + 1
        self.previous_row, self._cells = current_row_num, ()
        form = self._forms.find(cells, self._kinds)
        rows = (form.filled(self._own), *self._others)
        plain = plain_rows([*map(form.texts, rows)], PLAIN_IN_XML)
        self.fh.write("".join(map(_filled, repeat(form), count(number), rows, plain)))

    def _write_optimized_sheet_data(self) -> None:
        """Leave the rows out, and keep where they belong."""
        self._end_piece(b"")
        self._xml_start_tag("sheetData")
        self.fh.flush()
        self._pieces_at = self.fh.buffer.tell()
        self._xml_end_tag("sheetData")

    def _form(self, cells: Sequence[Cell]) -> str:
        """Return the text of such rows with a gap for each cell of their own and `_ROW` for the number of the row."""
        parts = [f'<row r="{_ROW}">']
        for column, cell, style, is_shared in zip(
            _names(len(cells)), cells, self._columns, self._is_shared, strict=True
        ):
            if cell is None or cell == "":
                continue
            parts.append(f'<c r="{column}{_ROW}"')
            if isinstance(cell, str):
                parts.append(as_text(_made(cell)) if is_shared else _PLAIN)
                continue
            number: Any = cell
            shown: Any = style
            if isinstance(cell, date):
                number, shown = _day(cell), self._day
            value = f"{number:.16G}" if is_shared else "%.16G"
            parts.append(f' s="{shown._get_xf_index()}"><v>{value}</v></c>')
        return "".join((*parts, "</row>"))


def _filled(form: RowForm, number: int, cells: tuple[Cell, ...], is_plain: bool) -> str:
    """Return the row of a number with these cells in its gaps; `is_plain`: its texts need nothing."""
    text = form.text.replace(_ROW, str(number))
    if not is_plain:
        text = text.replace(_PLAIN, GAP)
        cells = tuple([_made(cell) if isinstance(cell, str) else cell for cell in cells])
    if form.has_days:
        cells = tuple([_day(cell) if isinstance(cell, date) else cell for cell in cells])
    return text % cells


@lru_cache
def _names(count: int) -> tuple[str, ...]:
    return tuple(map(xl_col_to_name, range(count)))


def _day(day: date) -> int:
    """Return the number by which a workbook names a day."""
    number = day.toordinal() - _DAY_0
    return number + (number > _LAST_RIGHT_DAY)


def _made(text: str) -> str:
    """Return the rest of a cell with a text, after its place."""
    if len(text) < _SHORT and text.isascii() and text.isprintable() and not _MARKED.search(text):
        return _PLAIN % text
    shown = sheet_text(text)
    if len(shown) > LONGEST_CELL // 2:  # the limit is one of UTF-16 units
        shown = shown.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    shown = Worksheet._escape_control_characters(shown)
    space = ' xml:space="preserve"' if shown[:1].isspace() or shown[-1:].isspace() else ""
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{escaped}</t></is></c>'


def sheet_text(text: str) -> str:
    """Return a text for a workbook, which never runs one; what shows nothing is an escape, what is too long is cut."""
    shown = visible(text)
    if shown.startswith("<r>"):  # xlsxwriter would take it for markup of its own and write it as XML
        shown = f" {shown}"
    return shown if len(shown) <= LONGEST_CELL else shown[: LONGEST_CELL - 1] + "…"
