"""A table of decisions as a file or in memory: its columns, how a query reads it, on which line a row is."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np

from evenhand.model.errors import TableUnreadable
from evenhand.store.parquet_rows import literal, quoted


class ArrowTable(Protocol):
    """Any table that gives its rows by the Arrow PyCapsule interface, as those of pyarrow, pandas and Polars do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Source = Path | Mapping[str, Sequence[object]] | ArrowTable
"""A CSV or Parquet file, columns of equal length in memory, or an Arrow table; None or "" in a cell is unknown."""

_WORKBOOKS = {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}  # XLSX and ODS, XLS
_CAUSES = {
    r"Expected Number of Columns": "as many cells as the heading has names",
    r"unterminated quote|quote should be": "a quoted cell that ends",
    r"[Uu]nicode|utf-8": "UTF-8",
    r"[Mm]aximum line size": "lines of at most 2 MB",
}


@dataclass(frozen=True)
class OpenSource:
    """A table that a query can read: `scan` stands after FROM, `columns` are its names with their types."""

    source: Source
    where: str
    scan: str
    columns: Mapping[str, str]

    @property
    def is_parquet(self) -> bool:
        """Tell whether it is a Parquet file, whose rows are numbered and can be read again."""
        return self.scan.startswith("read_parquet")

    @property
    def row_number(self) -> str:
        """Return the number of a row in SQL, from 1."""
        return "file_row_number + 1" if self.is_parquet else "row_number() OVER ()"

    @property
    def size(self) -> int:
        """Return the bytes of a file, 0 of what is in memory."""
        return self.source.stat().st_size if isinstance(self.source, Path) else 0

    def known(self, name: str) -> str:
        """Return a column in SQL with unknown as NULL."""
        column = quoted(name)
        return f"nullif({column}::VARCHAR, '')" if self.columns[name] == "VARCHAR" else column

    def line(self, row: int) -> int:
        """Return the line of a CSV file on which a row begins; of another table the number of the row."""
        if self.is_parquet or not isinstance(self.source, Path):
            return row
        with self.source.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows, ended, seen = csv.reader(file), 0, 0
            for cells in rows:
                # Empty lines are no rows; the heading is row 0.
                if cells and seen == row:
                    return ended + 1
                ended, seen = rows.line_num, seen + bool(cells)
        return ended + 1


def open_source(engine: duckdb.DuckDBPyConnection, source: Source) -> OpenSource:
    """Return a table as a query of the engine can read it.

    Raises:
        TableUnreadable: it cannot be read at all.
    """
    if isinstance(source, Mapping):
        return _registered(engine, source)
    if not isinstance(source, Path):
        engine.register("stream", source)
        engine.execute("CREATE TABLE given AS SELECT * FROM stream")
        return OpenSource(source, "table", "given", _described(engine, "given"))
    where = source.name
    try:
        _check_no_workbook(source)
        if _is_parquet(source):
            scan = f"read_parquet({literal(source)})"
            return OpenSource(source, where, scan, _described(engine, scan))
        names = _heading(source, where)
    except OSError as error:
        raise TableUnreadable("cannot be read", where=source, got=error.strerror, todo="name a CSV file") from error
    except duckdb.Error as error:
        raise unreadable(error, where) from error
    columns = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in names)
    options = "header=true, auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', strict_mode=true"
    scan = f"read_csv({literal(source)}, {options}, encoding='utf-8', columns={{{columns}}})"
    return OpenSource(source, where, scan, dict.fromkeys(names, "VARCHAR"))


def text_literal(value: str) -> str:
    """Return text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def unreadable(error: duckdb.Error, where: str) -> TableUnreadable:
    """Return what DuckDB says of a table in one line: where, and what was expected."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    expected = next((hint for sign, hint in _CAUSES.items() if re.search(sign, text)), "a table that can be read")
    what = "row cannot be read" if line else "table cannot be read"
    number = int(line[1]) if line else None
    return TableUnreadable(
        what, where=where, line=number, expected=expected, todo="correct the file or export it again"
    )


def _described(engine: duckdb.DuckDBPyConnection, scan: str) -> dict[str, str]:
    """Return the columns of what a query reads, with their types."""
    return {name: kind for name, kind, *_ in engine.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}


def _registered(engine: duckdb.DuckDBPyConnection, source: Mapping[str, Sequence[object]]) -> OpenSource:
    """Return columns in memory as a table.

    Raises:
        TableUnreadable: they are not of one length.
    """
    columns = {name: np.array([_cell_text(cell) for cell in cells], dtype=object) for name, cells in source.items()}
    if len({len(cells) for cells in columns.values()}) > 1:
        raise TableUnreadable("columns of different lengths", where="table", expected="a cell in each for every row")
    engine.register("given", columns)
    return OpenSource(source, "table", "given", dict.fromkeys(source, "VARCHAR"))


def _cell_text(cell: object) -> str | None:
    """Return a value in memory as a cell of CSV has it."""
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(cell)


def _heading(path: Path, where: str) -> list[str]:
    """Return the names in a CSV file's first line.

    Raises:
        TableUnreadable: the file is empty, not UTF-8, or two columns have one name.
    """
    try:
        # What is wrong further down is said with its own line.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            names = next(csv.reader(file, strict=True), [])
        "".join(names).encode()
    except (UnicodeEncodeError, csv.Error) as error:
        raise TableUnreadable(
            "heading cannot be read", where=where, line=1, expected="UTF-8, names with commas between them",
            todo="export the file as CSV in UTF-8",
        ) from error  # fmt: skip
    separators = {";": "semicolons", "\t": "tabs"}
    if len(names) == 1 and (sign := next((each for each in separators if each in names[0]), "")):
        raise TableUnreadable(
            f"columns are separated by {separators[sign]}", where=where, line=1, got=names[0],
            expected="commas between the columns", todo="save it with commas",
        )  # fmt: skip
    if not any(names) or (len(names) == 1 and re.search(r"[\x00-\x1f]", names[0])):
        raise TableUnreadable(
            "no heading with commas", where=where, line=1, got="".join(names) or None,
            expected="the names of the columns", todo="export the file as CSV with commas",
        )  # fmt: skip
    keys = [name.casefold() for name in names]  # DuckDB does not tell case apart
    if doubtful := [name for name, key in zip(names, keys, strict=True) if not key or keys.count(key) > 1]:
        what = "two columns have one name" if doubtful[0] else "a column has no name"
        raise TableUnreadable(what, where=where, line=1, got=doubtful[0] or None, expected="different names")
    return names


def _check_no_workbook(path: Path) -> None:
    """Refuse a file of a spreadsheet program.

    Raises:
        TableUnreadable: it is one.
    """
    with path.open("rb") as file:
        if file.read(4) in _WORKBOOKS:
            raise TableUnreadable(
                "workbooks are not read here", where=path.name, expected="a CSV or Parquet file",
                todo="save the sheet as CSV",
            )  # fmt: skip


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"
