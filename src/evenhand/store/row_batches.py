"""Rows of a large table as queries of a DuckDB, so that only those which need it are looked at one by one.

A Parquet file, and a delimited file in UTF-8 of which every row is one line, are read so.
The plain twin is `read_rows`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import duckdb

from evenhand.model.errors import TableUnreadable
from evenhand.store.delimited_text import delimiter_of, encoding_of, ends_open, read_delimited, rows_of_lines
from evenhand.store.duckdb_engine import insert_rows, spilling_engine
from evenhand.store.parquet_files import copy_in_order
from evenhand.store.parquet_rows import as_text, literal, quoted
from evenhand.store.table_rows import LONGEST_CELL, Line, of_length

_CHUNK = 1 << 24
_ROWS = 500_000
_MARK = b"\xef\xbb\xbf"

_LINES = """
CREATE OR REPLACE TEMP TABLE batch_lines AS
SELECT line, text, string_split(text, $delimiter) AS cells FROM (
    SELECT unnest(parts) AS text, $first + generate_subscripts(parts, 1) AS line
    FROM (SELECT string_split($text, chr(10)) AS parts)
) AS numbered WHERE replace(text, $delimiter, '') <> ''
"""


class RowBatch(NamedTuple):
    """Some rows: a query of `line`, `broken` and the wanted columns as text, and how to read rows by their lines.

    A row that is broken must be read by its line. Each batch takes the place of the one before it.
    """

    query: str
    read: Callable[[Sequence[int]], Iterator[Line]]


def row_batches(path: Path, engine: duckdb.DuckDBPyConnection, columns: Mapping[str, int]) -> Iterator[RowBatch] | None:
    """Return the rows of a file in batches, the wanted columns by name and place; None if they must be read one by one.

    The file is one that `read_rows` reads, and no workbook.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return _of_parquet(path, engine, columns)
    return _of_lines(path, engine, columns) if start[:2] != b"PK" and not start.lstrip().startswith(b"{") else None


def keep_by_columns(path: Path, kept: Path, columns: Mapping[str, int]) -> bool:
    """Write the rows that are not broken as Parquet, in the order of the file, columns by name and place.

    Return whether the file could be read in batches; if not, nothing is written.

    Raises:
        TableUnreadable: the file is damaged.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    numbered = {f"c{place}": place for place in columns.values()}
    with spilling_engine(kept.parent) as engine:
        try:
            batches = row_batches(path, engine, numbered)
            if batches is None:
                return False
            shapes = ", ".join(f"{name} VARCHAR" for name in numbered)
            engine.execute(f"CREATE TEMP TABLE kept_rows (line BIGINT, {shapes})")
            for batch in batches:
                _keep_batch(engine, batch, numbered)
        except duckdb.Error as error:
            raise TableUnreadable("is not a complete table", where=path.name, todo="export it again") from error
        copy_in_order(engine, kept, columns)
    return True


def _keep_batch(engine: duckdb.DuckDBPyConnection, batch: RowBatch, numbered: Mapping[str, int]) -> None:
    shown = ", ".join(numbered)
    engine.execute(f"INSERT INTO kept_rows SELECT line, {shown} FROM ({batch.query}) AS found WHERE NOT broken")
    broken = engine.execute(f"SELECT line FROM ({batch.query}) AS found WHERE broken").fetchall()
    lines = batch.read([number for (number,) in broken]) if broken else ()
    rows = [[line.number, *(line.cells[place] for place in numbered.values())] for line in lines if not line.problem]
    insert_rows(engine, "kept_rows", rows, numbers=(0,))


def _of_parquet(path: Path, engine: duckdb.DuckDBPyConnection, columns: Mapping[str, int]) -> Iterator[RowBatch] | None:
    source = f"read_parquet({literal(path)}, file_row_number = true)"
    described = engine.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
    if any(name.lower() == "file_row_number" for name, *_ in described):
        return None
    names = [name for name, *_ in described]
    texts = [f"coalesce({as_text(name, kind)}, '')" for name, kind, *_ in described]
    ((rows,),) = engine.execute(f"SELECT count(*) FROM read_parquet({literal(path)})").fetchall()
    return _parquet_batches(engine, source, dict(zip(names, texts, strict=True)), columns, rows)


def _parquet_batches(
    engine: duckdb.DuckDBPyConnection, source: str, by_name: Mapping[str, str], columns: Mapping[str, int], rows: int
) -> Iterator[RowBatch]:
    texts = list(by_name.values())
    shown = ", ".join(f"{texts[place]} AS {quoted(name)}" for name, place in columns.items())
    too_long = " OR ".join(f"length({text}) > {LONGEST_CELL}" for text in texts)
    every = ", ".join(texts)

    def read(numbers: Sequence[int]) -> Iterator[Line]:
        query = (
            f"SELECT file_row_number + 1, {every} FROM {source} "
            "WHERE file_row_number + 1 IN (SELECT unnest($1::BIGINT[])) ORDER BY file_row_number"
        )
        lines = (Line(number, cells) for number, *cells in engine.execute(query, [list(numbers)]).fetchall())
        return of_length(list(by_name), lines)

    for first in range(0, rows, _ROWS):
        yield RowBatch(
            f"SELECT file_row_number + 1 AS line, ({too_long}) AS broken, {shown} FROM {source} "
            f"WHERE file_row_number >= {first} AND file_row_number < {first + _ROWS}",
            read,
        )


def _of_lines(path: Path, engine: duckdb.DuckDBPyConnection, columns: Mapping[str, int]) -> Iterator[RowBatch] | None:
    encoding = encoding_of(path)
    if encoding.name not in ("utf-8", "utf-8-sig") or not _is_of_lines(path, delimiter_of(path, encoding.name)):
        return None
    heading, *first = islice(read_delimited(path, encoding.name), 3)
    if any(len(line.cells) > len(heading.cells) for line in first):
        return None  # all of them may end with further delimiters
    return _line_batches(path, engine, columns, heading, delimiter_of(path, encoding.name))


def _is_of_lines(path: Path, delimiter: str) -> bool:
    """Return whether every row is one line, which only quotes and lone carriage returns prevent."""
    for chunk in _chunks(path):
        if b"\0" in chunk or (b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n")):
            return False
        quoted = (line for line in chunk.split(b"\n") if b'"' in line) if b'"' in chunk else ()
        if any(ends_open(line.decode().removesuffix("\r"), delimiter) for line in quoted):
            return False
    return True


def _line_batches(
    path: Path, engine: duckdb.DuckDBPyConnection, columns: Mapping[str, int], heading: Line, delimiter: str
) -> Iterator[RowBatch]:
    shown = ", ".join(f"coalesce(cells[{place + 1}], '') AS {quoted(name)}" for name, place in columns.items())
    width, names = len(heading.cells), [name.strip() for name in heading.cells]
    query = (
        f"SELECT line, contains(text, '\"') OR len(cells) <> {width} OR length(text) > {LONGEST_CELL} AS broken, "
        f"{shown} FROM batch_lines WHERE line > {heading.number}"
    )

    def read(numbers: Sequence[int]) -> Iterator[Line]:
        return of_length(names, _read_lines(path, engine, delimiter, width, numbers))

    before = 0
    for chunk in _chunks(path):
        text = chunk.decode().replace("\r\n", "\n")
        engine.execute(_LINES, {"text": text, "delimiter": delimiter, "first": before})
        before += text.count("\n")
        yield RowBatch(query, read)


def _read_lines(
    path: Path, engine: duckdb.DuckDBPyConnection, delimiter: str, width: int, numbers: Sequence[int]
) -> Iterator[Line]:
    query = "SELECT line, text FROM batch_lines WHERE line IN (SELECT unnest($1::BIGINT[])) ORDER BY line"
    numbered = engine.execute(query, [list(numbers)]).fetchall()
    return rows_of_lines(path, numbered, delimiter, width)


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces of whole lines, without its byte order mark."""
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk + file.readline()
