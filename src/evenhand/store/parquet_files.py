"""Parquet files, written whole or not at all."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from evenhand.store.atomic_files import replacing
from evenhand.store.duckdb_engine import run_query, spilling_engine
from evenhand.store.parquet_rows import ROW_GROUP, from_json, json_type, literal, quoted
from evenhand.store.table_rows import Line

_OBJECT_SIZE = 1 << 22  # DuckDB's buffers grow with it, whatever the rows need
_TOGETHER = 1_000
# Without a file of DuckDB's own: the file that is synced must be the one that it wrote.
_FORM = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false)"
_rows = msgspec.json.Encoder()


def write_parquet(path: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as Parquet in the order given; whole or not at all.

    `columns` gives each column's DuckDB type. The rows go through a file of JSON lines beside the target, which
    DuckDB reads in parallel: 100,000 rows of 1.8 kB take 1.4 s, row by row they take minutes.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The folder goes before the file has its name: a run that was killed in between would not come by here again.
    with replacing(path) as file, _folder_beside(path) as folder:
        lines = folder / "rows.ndjson"
        read = _reading(lines, columns, _write_lines(lines, columns, rows))
        shown = ", ".join(from_json(name, kind) for name, kind in columns.items())
        run_query(
            f"COPY (SELECT {shown} FROM {read}) TO {literal(Path(file.name))} {_FORM}",
            lines,
        )


def write_in_order(path: Path, columns: Mapping[str, int], lines: Iterable[Line]) -> None:
    """Write rows of text as Parquet in the order of their numbers, columns by name and place; whole or not at all.

    The bytes are those that `row_batches.keep_by_columns` writes of the same rows.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    numbered = {"line": "BIGINT"} | {f"c{place}": "VARCHAR" for place in columns.values()}
    places = list(columns.values())
    rows = ([number, *map(cells.__getitem__, places)] for number, cells, _ in lines)
    with _folder_beside(path) as folder, spilling_engine(folder) as engine:
        texts = folder / "rows.ndjson"
        read = _reading(texts, numbered, _write_lines(texts, numbered, rows))
        try:
            engine.execute(f"CREATE TEMP TABLE kept_rows AS SELECT * FROM {read}")
            copy_in_order(engine, path, columns)
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error


def copy_in_order(engine: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, int]) -> None:
    """Write the table `kept_rows` as Parquet in the order of its `line`: of each name, the column of its place."""
    shown = ", ".join(f"c{place} AS {quoted(name)}" for name, place in columns.items())
    with replacing(path) as file:
        engine.execute(
            f"COPY (SELECT {shown} FROM kept_rows ORDER BY kept_rows.line) TO {literal(Path(file.name))} {_FORM}"
        )


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a file, gone afterwards; what a process that was killed left in it goes first."""
    folder = path.with_name(f".{path.name}.parts")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _reading(path: Path, columns: Mapping[str, str], longest: int) -> str:
    """Return what in a query reads a file of JSON lines, the longest of so many bytes."""
    read_as = ", ".join(f"{quoted(name)}: '{json_type(kind)}'" for name, kind in columns.items())
    return (
        f"read_json({literal(path)}, format = 'newline_delimited', "
        f"maximum_object_size = {max(longest, _OBJECT_SIZE)}, columns = {{{read_as}}})"
    )


def _write_lines(path: Path, names: Iterable[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as JSON lines and return the length of the longest in bytes."""
    keys, longest, left = tuple(names), 0, iter(rows)
    # A record of these columns is encoded faster than a dict: its keys are looked at once.
    record = msgspec.defstruct("Row", [(f"c{place}", Any) for place in range(len(keys))],
                               rename={f"c{place}": name for place, name in enumerate(keys)})  # fmt: skip
    with path.open("wb") as file:
        while lines := [_rows.encode(record(*row)) for row in islice(left, _TOGETHER)]:
            longest = max(longest, 1 + max(map(len, lines)))
            file.write(b"\n".join(lines) + b"\n")
    return longest
