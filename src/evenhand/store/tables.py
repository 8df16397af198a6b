"""Tables as files: read as text whatever their format, kept as Parquet whatever their size."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from evenhand.model.errors import TableUnreadable
from evenhand.store.delimited_text import encoding_of, read_delimited, read_in_lists
from evenhand.store.duckdb_engine import run_query
from evenhand.store.json_lines import read_json_lines, read_names
from evenhand.store.parquet_files import write_in_order, write_parquet
from evenhand.store.parquet_rows import literal, parquet_rows
from evenhand.store.row_batches import keep_by_columns
from evenhand.store.table_files import check_json, check_name, open_table
from evenhand.store.table_rows import LONGEST_CELL, Line, NumberText, of_length, of_other_width
from evenhand.store.workbooks import Note, SheetRows, read_workbook

__all__ = [
    "CountKnown", "Line", "Note", "NumberText", "Table", "erased_note", "read_columns", "read_lines", "read_parquet",
    "read_rows", "snapshot", "table_sha256", "write_parquet",
]  # fmt: skip

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FORMATS = "CSV, XLSX, NDJSON or Parquet"
_OTHER_FORMATS = {b"\x1f\x8b": "a gzip file"}
CountKnown = Callable[[Sequence[str]], int]
"""Counts those headings in a row that the reader of a table knows."""

_LARGE = 1 << 20  # a table of so many bytes is kept faster by DuckDB than row by row
_BEGINNING = 1 << 20  # bytes
_MANY = 16  # of so many rows, one with quotes is many: DuckDB does not look at these
MOST_COLUMNS, KEPT_COLUMNS = 10_000, 400
"""Columns of a table at most, and kept in a snapshot beside those that are read; DuckDB needs memory for each."""


def _no_lines() -> Iterator[Line]:
    return iter(())


@dataclass(frozen=True)
class Table:
    """A table as text. `lines` is read once, in file order, rows as wide as `header`; a broken row says so.

    `sha256` is over the file's bytes, and over the name of its sheet where one was asked for. `guessed` is the
    encoding that had to be guessed and the line that gave it away, None if nothing was guessed. `again` reads the rows
    a second time. `sheet` is the one of a workbook that was read, `notes` what of it was not, `heading_line` the line
    of the heading.
    """

    header: tuple[str, ...]
    lines: Iterator[Line]
    sha256: str
    guessed: tuple[str, int] | None = None
    again: Callable[[], Iterator[Line]] = _no_lines
    sheet: str = ""
    notes: tuple[Note, ...] = ()
    heading_line: int = 1


def read_rows(path: Path, sheet: str = "", known: CountKnown | None = None) -> Table:
    """Return a CSV, XLSX, NDJSON or Parquet file as text, the format recognised by its first bytes.

    Numbers keep the digits they are written with, lists are joined by `;`, truth is `true` or `false`, null is
    ``""``. Line numbers count from 1 with the heading; in Parquet they are row numbers. Memory: one batch of rows, of a
    workbook all. `sheet` and `known` are for workbooks alone: see `read_workbook`.

    Raises:
        TableUnreadable: no such file, no table, no heading; while reading: a quote that never closes.
    """
    start, sha256 = open_table(path)
    if start.startswith(_ZIP):
        return _of_sheet(path, read_workbook(path, sheet, known), _sha256_of_sheet(sha256, sheet))
    if sheet:
        raise TableUnreadable("is not a workbook", where=path.name, got=f"sheet {sheet}", todo="leave the sheet out")
    if start.startswith(b"PAR1"):
        header, read = parquet_rows(path)
        return _table(header, lambda: of_length(header, read()), sha256)
    _check_text(path, start)
    check_name(path.name, start)
    check_json(path.name, start)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        header = read_names(path, MOST_COLUMNS)
        _check_width(path, len(header))
        return _table(header, lambda: of_length(header, read_json_lines(path, header)), sha256)
    return _delimited(path, sha256)


def _table(
    header: tuple[str, ...], read: Callable[[], Iterator[Line]], sha256: str, guessed: tuple[str, int] | None = None
) -> Table:
    return Table(header, read(), sha256, guessed, read)


def _of_sheet(path: Path, rows: SheetRows, sha256: str) -> Table:
    _check_width(path, len(rows.header))

    def read() -> Iterator[Line]:
        return of_length(rows.header, rows.lines)

    return Table(rows.header, read(), sha256, None, read, rows.name, rows.notes, rows.heading_line)


def _sha256_of_sheet(sha256: str, sheet: str) -> str:
    """Return a hash of its own for each sheet that is asked for: several tables may be in one workbook."""
    return hashlib.sha256(f"{sha256}#{sheet}".encode()).hexdigest() if sheet else sha256


def _delimited(path: Path, sha256: str) -> Table:
    encoding = encoding_of(path)
    heading = next(read_delimited(path, encoding.name), Line(1, []))
    width = len(heading.cells)
    if not width:
        raise TableUnreadable("has no heading", where=path.name, line=1, expected="column names in the first row")
    _check_width(path, width)
    names = tuple(name.strip() for name in heading.cells)

    def read() -> Iterator[Line]:
        return islice(chain.from_iterable(_of_form(path, encoding.name, names)), 1, None)

    return _table(names, read, sha256, None if encoding.guessed_at is None else (encoding.name, encoding.guessed_at))


def table_sha256(path: Path, sheet: str = "") -> str:
    """Return the hash by which a table is kept, over its bytes and the sheet that was asked for.

    Raises:
        TableUnreadable: there is no such file.
    """
    return _sha256_of_sheet(open_table(path)[1], sheet)


def read_lines(path: Path, column: str) -> Table:
    """Return a text file as a table of one column, a row a line; blank lines and a first line `column` are left out.

    Raises:
        TableUnreadable: no such file, or no text.
    """
    start, sha256 = open_table(path)
    _check_text(path, start)
    encoding = encoding_of(path)
    guessed = None if encoding.guessed_at is None else (encoding.name, encoding.guessed_at)
    with path.open(encoding=encoding.name) as file:
        try:
            texts = [(number, text.strip()) for number, text in enumerate(file, 1)]
        except UnicodeError as error:
            raise TableUnreadable(f"bytes are no {encoding.name}", where=path.name) from error
    lines = [Line(number, [text]) for number, text in texts if text]
    if lines and lines[0].cells[0].lower() == column:
        del lines[0]
    return Table((column,), iter(lines), sha256, guessed, lambda: iter(lines))


def read_parquet(path: Path) -> list[tuple[Any, ...]]:
    """Return the rows of a Parquet file in order.

    Raises:
        OSError: there is no such file, or it is no Parquet.
    """
    return run_query(f"SELECT * FROM read_parquet({literal(path)})", path)


def read_columns(path: Path) -> list[str]:
    """Return the names of the columns of a Parquet file in order.

    Raises:
        OSError: there is no such file, or it is no Parquet.
    """
    return [name for name, *_ in run_query(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})", path)]


def erased_note(kept: Path) -> Path:
    """Return the file beside a snapshot that says that an erasure emptied cells of it."""
    return kept.with_suffix(".erased.json")


def snapshot(
    path: Path, folder: Path, places: Collection[int] = (), sheet: str = "", known: CountKnown | None = None
) -> Path:
    """Keep a table as read under the hash of its bytes and return where; nothing is done if it is there whole.

    After an erasure it is not: a table that still has the rows is read, decided on and kept again.

    The columns are text, named as in the file (a repeated or empty name gets its position). Broken rows are not
    in it. Of a very wide table the columns at `places` are kept, and the first 400 of the others.
    """
    table = read_rows(path, sheet, known)
    kept = folder / f"{table.sha256}.parquet"
    note = erased_note(kept)
    if not kept.exists() or note.exists():
        names = dict(_unique_names(table.header))
        others = [place for place in names if place not in places][:KEPT_COLUMNS]
        shown = sorted({*(place for place in places if place in names), *others})
        columns = {names[place]: place for place in shown}
        is_large = path.stat().st_size >= _LARGE and not sheet
        if is_large and _is_quoted(path):
            write_in_order(kept, columns, (line for line in table.lines if not line.problem))
        elif not is_large or not keep_by_columns(path, kept, columns):
            rows = ([str(line.cells[place]) for place in shown] for line in table.lines if not line.problem)
            write_parquet(kept, dict.fromkeys(columns, "VARCHAR"), rows)
        note.unlink(missing_ok=True)
    return kept


def _is_quoted(path: Path) -> bool:
    """Return whether a file is delimited text with quotes in many of its rows, as its beginning says."""
    with path.open("rb") as file:
        start = file.read(_BEGINNING)
    is_text = not start.startswith((b"PAR1", *_ZIP)) and not start.lstrip().startswith(b"{")
    return is_text and _MANY * start.count(b'"') > start.count(b"\n")


def _unique_names(header: Sequence[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, name in enumerate(header):
        plain = name.lower()  # DuckDB holds `ID` and `id` for one name
        yield place, name if name and plain not in seen else f"{name}#{place + 1}"
        seen.add(plain)


def _check_width(path: Path, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise TableUnreadable(
            f"has more than {MOST_COLUMNS:,} columns", where=path.name, expected="a table of parties or orders",
            todo="see that rows and columns are not exchanged",
        )  # fmt: skip


def _check_text(path: Path, start: bytes) -> None:
    if not start.strip():
        raise TableUnreadable("is empty", where=path.name, expected="a table with a heading")
    if start.startswith(_COMPOUND):
        is_encrypted = _ENCRYPTED in path.read_bytes()
        what, todo = (
            ("encrypted", "save it without a password")
            if is_encrypted
            else ("a workbook of an old kind", "save it as .xlsx")
        )
        raise TableUnreadable(f"is {what}", where=path.name, expected=_FORMATS, todo=todo)
    what = next((name for magic, name in _OTHER_FORMATS.items() if start.startswith(magic)), "")
    if not what and b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "binary, or UTF-16 without a byte order mark"
    if what:
        raise TableUnreadable(f"is {what}", where=path.name, expected=_FORMATS, todo="export it as CSV")


def _of_form(path: Path, encoding: str, names: Sequence[str]) -> Iterator[list[Line]]:
    """Yield the rows in lists, the heading first; one of another width, or with too long a cell, is broken.

    Some programs end each row with further delimiters: as many empty cells as the first two rows have are cut. One row
    alone that is wider has a delimiter inside a cell, and its cells are under the wrong headings.
    """
    width = len(names)
    first = islice(read_delimited(path, encoding), 1, 3)
    beyond = {len(line.cells) if not any(line.cells[width:]) else width for line in first if not line.problem}
    widest = beyond.pop() if len(beyond) == 1 else width
    for rows, widths, longest in read_in_lists(path, encoding):
        several = rows if widths == {width} else [_of_width(line, width, widest) for line in rows]
        yield several if longest <= LONGEST_CELL else list(of_length(names, several))


def _of_width(line: Line, width: int, widest: int) -> Line:
    cells = line.cells
    if line.problem or len(cells) == width:
        return line
    if len(cells) == widest > width and not any(cells[width:]):
        return Line(line.number, cells[:width])
    return of_other_width(line, width)
