"""DuckDB, by which tables are read and written: one that is kept for small files, one of its own for a large one."""

import os
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import duckdb

_BATCH: Final = 2_048
GIVE_BACK: Final = "SET allocator_flush_threshold = '1MB'; SET allocator_bulk_deallocation_flush_threshold = '1MB'"
"""For an engine that is kept: what a query took goes back to the system at its end, not some of it."""
_SMALL: Final = 1 << 22  # a file of so many bytes needs no place for what does not fit into memory


class Answer(Protocol):
    """Rows that an engine found."""

    def fetchall(self) -> list[Any]:
        """Return the rows in their order."""
        ...

    def fetchnumpy(self) -> dict[str, Any]:
        """Return the columns by name."""
        ...


class Engine(Protocol):
    """What runs the statements of an analysis, written for DuckDB: DuckDB itself, or Spark (`store.spark_engine`)."""

    def execute(self, query: str, parameters: Any = None, /) -> Answer:
        """Run a statement; one that makes or drops a table has no rows."""
        ...


def run_query(query: str, source: Path) -> list[tuple[Any, ...]]:
    """Run a query about one file; what does not fit into memory goes beside that file.

    Raises:
        OSError: the file or the query's target cannot be read or written.
    """
    with _small_engine() if source.stat().st_size <= _SMALL else spilling_engine(source.parent) as engine:
        try:
            return engine.execute(query).fetchall()
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error


def run_lookup(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run a query that finds a few rows of a file, with `values` for its `?`; nothing is put on disk.

    Raises:
        OSError: the file cannot be read, or what is found does not fit into memory.
    """
    with _small_engine() as engine:
        try:
            return engine.execute(query, list(values)).fetchall()
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error


def iterate_rows(query: str) -> Iterator[tuple[Any, ...]]:
    """Yield what a query finds, a few thousand rows at a time; nothing is put on disk.

    The engine is one of its own: what it has read is given back at the end.

    Raises:
        OSError: the file cannot be read.
    """
    with _connected("") as engine:
        try:
            engine.execute(query)
            while rows := engine.fetchmany(_BATCH):
                yield from rows
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error


@contextmanager
def _small_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Hold the DuckDB that this process keeps: opening one takes longer than a small file does.

    One thread at a time: twenty that look something up together took 165 MB of memory, one after the other 35.
    """
    kept, lock = _kept(os.getpid())
    with lock, kept.cursor() as engine:
        yield engine


@cache
def _kept(process: int) -> tuple[duckdb.DuckDBPyConnection, threading.Lock]:  # noqa: ARG001  a fork opens its own
    engine = _connected("")
    engine.execute(GIVE_BACK)
    return engine, threading.Lock()


def spilling_engine(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB of its own that puts what does not fit into a folder."""
    return _connected(str(folder))


def analysis_engine(memory: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB of its own for a whole table in memory, of at most `memory` such as `2GB`; it writes no file."""
    return _connected("", memory)


def insert_rows(
    engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]], numbers: Collection[int] = ()
) -> None:
    """Add rows of texts to a table; at the places `numbers` are whole numbers."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        kinds = ("BIGINT" if place in numbers else "VARCHAR" for place, _ in enumerate(columns))
        values = ", ".join(f"unnest(${place}::{kind}[])" for place, kind in enumerate(kinds, 1))
        engine.execute(f"INSERT INTO {table} SELECT {values}", columns)


def _connected(spill: str, memory: str = "256MB") -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that stays small and fetches nothing from outside; `spill` "": it keeps nothing on disk.

    Raises:
        OSError: it cannot be started.
    """
    settings: dict[str, Any] = {
        "threads": 2,
        "memory_limit": memory,
        "temp_directory": spill,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Files are replaced within the second by which a cache would tell the old from the new.
        "enable_external_file_cache": False,
    }
    try:
        return duckdb.connect(":memory:", config=settings)
    except duckdb.Error as error:  # too little memory, above all
        raise OSError(str(error).splitlines()[0]) from error
