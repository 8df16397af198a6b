"""Rows of a Parquet file as text, whatever the types of its columns."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import duckdb

from evenhand.model.errors import TableUnreadable
from evenhand.store.duckdb_engine import run_query, spilling_engine
from evenhand.store.table_rows import Line, NumberText

_BATCH = 4096
ROW_GROUP = 10_000
_POINTED = ("FLOAT", "DOUBLE", "DECIMAL", "REAL")


def parquet_rows(path: Path) -> tuple[tuple[str, ...], Callable[[], Iterator[Line]]]:
    """Return the column names of a Parquet file, and how to read its rows as text, once or again."""
    source = f"read_parquet({literal(path)})"
    try:
        described = run_query(f"DESCRIBE SELECT * FROM {source}", path)
    except OSError as error:
        raise TableUnreadable("is not a complete Parquet file", where=path.name, todo="export it again") from error
    shown = ", ".join(as_text(name, kind) for name, kind, *_ in described)
    numbers = frozenset(place for place, (_, kind, *_) in enumerate(described) if kind.startswith(_POINTED))
    query = f"SELECT {shown} FROM {source}"
    return tuple(name for name, *_ in described), lambda: _parquet_lines(path, query, numbers)


def _parquet_lines(path: Path, query: str, numbers: Collection[int]) -> Iterator[Line]:
    number = 0
    try:
        for row in _read(path, query):
            number += 1
            cells = ["" if cell is None else cell for cell in row]
            for place in numbers:
                cells[place] = NumberText(cells[place])
            yield Line(number, cells)
    except (OSError, duckdb.Error) as error:
        raise TableUnreadable(
            "is not a complete Parquet file", where=path.name, line=number + 1, todo="export it again"
        ) from error


def _read(path: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query; where they are few the DuckDB that is kept reads them: a new one takes 20 ms."""
    rows = run_query(f"{query} LIMIT {_BATCH}", path)
    if len(rows) < _BATCH:
        yield from rows
        return
    with spilling_engine(path.parent) as engine:
        engine.execute(query)
        while batch := engine.fetchmany(_BATCH):
            yield from batch


def as_text(name: str, kind: str) -> str:
    """Return a column as text in a query."""
    column = quoted(name)
    return f"array_to_string({column}::VARCHAR[], ';')" if kind.endswith("[]") else f"{column}::VARCHAR"


def quoted(name: str) -> str:
    """Return a column's name for a query."""
    return '"' + name.replace('"', '""') + '"'


def literal(path: Path | str) -> str:
    """Return a path, or another text, as a text of a query."""
    return "'" + str(path).replace("'", "''") + "'"


def json_type(kind: str) -> str:
    """Return the type as which a column is read from JSON."""
    return "VARCHAR" if kind == "BLOB" else kind


def from_json(name: str, kind: str) -> str:
    """Return the column as it is kept, read from JSON."""
    column = quoted(name)
    return f"from_base64({column}) AS {column}" if kind == "BLOB" else column
