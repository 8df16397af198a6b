"""Tables for people: CSV that a spreadsheet opens as it is, and workbooks. No cell of them is ever run.

Both are written whole or not at all, and the same rows give the same bytes.
"""

import csv
import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, Protocol, TextIO

import msgspec

from evenhand.model.visible_text import PLAIN_IN_CSV, plain_rows, safe_cell
from evenhand.store.atomic_files import replacing, replacing_text
from evenhand.store.row_forms import GAP, Cell, RowForms, as_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from evenhand.store.deflated_pieces import Piece
    from evenhand.store.sheet_rows import RowSheet

__all__ = ["MOST_ROWS", "AddRow", "Cell", "Column", "Kind", "WorkbookPieces", "written_csv", "written_workbook"]

MOST_ROWS = 1_048_576
"""So many rows a sheet of a workbook has, with its heading. Source: ECMA-376, part 1, 18.3.1.73."""
_SHOWN = {"date": "yyyy-mm-dd", "score": "0.00", "number": "0", "real": "General"}
_TOGETHER = 1_000  # rows of a piece at least
_MADE = datetime(2017, 1, 1, tzinfo=UTC)  # a workbook names the instant of its making: always this one

Kind = Literal["text", "date", "number", "score", "real"]


class AddRow(Protocol):
    """What adds a row to a table, and below it others that differ from it in a few cells alone."""

    def __call__(self, cells: Sequence[Cell], others: Sequence[tuple[Cell, ...]] = (), /) -> None:
        """Add a row and the others: of each, the cells in the places that are not shared and hold something in it.

        They hold something in each, of the same type. Cost of each: a third of a row's.
        """


class Column(NamedTuple):
    """A column: its heading, what its cells are, and its width in characters; `real` is shown with all its digits.

    `is_shared`: most rows have one of few texts or days in it, which are then written faster.
    """

    heading: str
    kind: Kind
    width: int
    is_shared: bool = False


@dataclass
class WorkbookPieces:
    """The pieces that the sheets of a workbook are deflated in, by name of the sheet.

    INVARIANT: who gives those of an earlier workbook knows that it is in place as it was written, by this program.
    """

    sheets: Mapping[str, Sequence["Piece"]] = field(default_factory=dict)


@contextmanager
def written_csv(path: Path, columns: Sequence[Column]) -> Iterator[AddRow]:
    """Give what adds a row to a CSV file: UTF-8 with byte order mark, ISO dates, None an empty cell.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    with replacing_text(path) as file:
        file.write("\ufeff")  # the mark: Python's own encoding with one takes four times as long
        csv.writer(file).writerow([column.heading for column in columns])
        yield _CsvRows(file, columns).add


@contextmanager
def written_workbook(
    path: Path, sheets: Mapping[str, Sequence[Column]], pieces: WorkbookPieces | None = None
) -> Iterator[Mapping[str, AddRow]]:
    """Give by sheet what adds a row to it: headings that stay in view, a filter on each column, dates as dates.

    A thousand rows are in memory. Of more rows than a sheet has, the last row says how many are left out.
    `pieces` are those of the workbook at `path`, which are taken over where the same rows stand in the same place, and
    at the end those of the new one.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    # Only a run that changed something writes workbooks.
    from evenhand.store.packed_workbook import PackedWorkbook  # noqa: PLC0415
    from evenhand.store.sheet_rows import RowSheet  # noqa: PLC0415

    parts = path.with_name(f".{path.name}.parts")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    pieces = WorkbookPieces() if pieces is None else pieces
    try:
        with ExitStack() as stack:
            file = stack.enter_context(replacing(path))
            before = stack.enter_context(path.open("rb")) if pieces.sheets else None
            book = PackedWorkbook(file, {
                "constant_memory": True, "tmpdir": str(parts), "strings_to_formulas": False, "strings_to_urls": False,
                "strings_to_numbers": False,
            })  # fmt: skip
            book.set_properties({"created": _MADE})
            made = {}
            for name, columns in sheets.items():
                known = _Known({each.key: each for each in pieces.sheets.get(name, ()) if each.key}, before)
                packed = stack.enter_context(TemporaryFile(dir=parts))
                made[name] = _Sheet(book, book.add_worksheet(name, RowSheet), columns, packed, known)
            yield {name: sheet.add for name, sheet in made.items()}
            for sheet in made.values():
                sheet.close()
            book.close()
            pieces.sheets = {name: sheet.pieces for name, sheet in made.items()}
    finally:
        shutil.rmtree(parts, ignore_errors=True)


class _Known(NamedTuple):
    """The pieces of a sheet of the workbook that is in place, by what they are made of, and its file."""

    by_key: Mapping[bytes, "Piece"]
    file: BinaryIO | None


class _Sheet:
    """One sheet while its rows are added."""

    def __init__(
        self, book: "Workbook", sheet: "RowSheet", columns: Sequence[Column], packed: BinaryIO, known: _Known
    ) -> None:
        self._sheet, self._columns, self._known = sheet, len(columns), known
        self._rows, self._left_out = 1, 0
        self._held: list[tuple[Sequence[Cell], Sequence[tuple[Cell, ...]]]] = []
        self._held_rows = 0
        formats: dict[str, Format] = {kind: book.add_format({"num_format": shown}) for kind, shown in _SHOWN.items()}
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet.set_formats(
            heading,
            [formats.get(column.kind) for column in columns],
            formats["date"],
            [column.is_shared for column in columns],
            packed,
        )
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, column.heading, heading)
        sheet.cut(1)

    @property
    def pieces(self) -> Sequence["Piece"]:
        """Return the pieces of the sheet, once the workbook is closed."""
        return self._sheet.pieces.made

    def add(self, cells: Sequence[Cell], others: Sequence[tuple[Cell, ...]] = (), /) -> None:
        fitting = min(MOST_ROWS - 1 - self._rows - self._held_rows, 1 + len(others))
        if fitting:
            self._held.append((cells, others[: fitting - 1]))
            self._held_rows += fitting
            if self._held_rows >= _TOGETHER:
                self._write_held()
        self._left_out += 1 + len(others) - fitting

    def close(self) -> None:
        self._write_held()
        if self._left_out:
            note = f"{self._left_out:,} more rows are not in this sheet, which is full; the CSV file beside it has all"
            self._sheet.write_string(self._rows, 0, note)
        self._sheet.autofilter(0, 0, self._rows - 1, self._columns - 1)

    def _write_held(self) -> None:
        """Write the rows that are held, as a piece of their own."""
        if not self._held:
            return
        key = _made_of(self._rows, self._held)
        known, file = self._known.by_key.get(key), self._known.file
        if known is not None and file is not None:
            file.seek(known.at)
            self._sheet.take(self._rows + self._held_rows, known, file.read(known.packed))
        else:
            row = self._rows
            for cells, others in self._held:
                self._sheet.add_row(row, cells, others)
                row += 1 + len(others)
            self._sheet.cut(row, key)
        self._rows += self._held_rows
        self._held, self._held_rows = [], 0


def _made_of(row: int, rows: Sequence[tuple[Sequence[Cell], Sequence[tuple[Cell, ...]]]]) -> bytes:
    """Return the hash of rows and of where they begin; days are told from texts by what the first of alike rows has."""
    kinds = [[type(cell).__name__ for cell in cells] for cells, _ in rows]
    return hashlib.sha256(msgspec.msgpack.encode((row, kinds, rows))).digest()


class _CsvRows:
    """Rows of a CSV file as `csv` writes them, none of whose cells a spreadsheet would run."""

    def __init__(self, file: TextIO, columns: Sequence[Column]) -> None:
        self._file, self._is_shared = file, [column.is_shared for column in columns]
        self._forms = RowForms(self._is_shared, self._form)

    def add(self, cells: Sequence[Cell], others: Sequence[tuple[Cell, ...]] = (), /) -> None:
        own, kinds = self._forms.own(cells)
        form = self._forms.find(cells, kinds)
        rows = (form.filled(own), *others)
        plain = plain_rows([*map(form.texts, rows)], PLAIN_IN_CSV)
        self._file.write("".join([
            f"{form.text % (row if as_it_is else _csv_cells(row)) or _EMPTY}\r\n"
            for row, as_it_is in zip(rows, plain, strict=True)
        ]))  # fmt: skip

    def _form(self, cells: Sequence[Cell]) -> str:
        return ",".join([
            "" if cell is None or cell == "" else as_text(_csv_cell(cell)) if is_shared else GAP
            for is_shared, cell in zip(self._is_shared, cells, strict=True)
        ])  # fmt: skip


_EMPTY = '""'  # the one cell of a row that holds nothing, else it would be no row
_QUOTED = re.compile(r'[,"\r\n]')


def _csv_cells(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple([_csv_cell(cell) if isinstance(cell, str) else cell for cell in cells])


def _csv_cell(cell: Cell) -> str:
    """Return a cell that holds something as text, in quotation marks where another reader would end it too early."""
    text = safe_cell(cell) if isinstance(cell, str) else str(cell)
    return '"{}"'.format(text.replace('"', '""')) if _QUOTED.search(text) else text
