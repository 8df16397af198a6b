"""Facts as rows of the wide table in DuckDB."""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from evenhand.policy.schema import Schema
from evenhand.policy.sql.columns import Column, Storage
from evenhand.policy.sql.fact_cells import ABSENT, Cell, Places, Rows
from evenhand.policy.sql.query import FITS, ROW, Compiled
from evenhand.policy.typed.values import Request

_NUMPY: dict[str, Any] = {"BOOLEAN": np.bool_, "BIGINT": np.int64, "VARCHAR": np.object_}


def load_facts(
    database: duckdb.DuckDBPyConnection, compiled: Compiled, requests: Sequence[Request | None], schema: Schema
) -> None:
    """Make the wide table of requests, whose place is their `row_id`; None is a request that does not fit."""
    read = Rows([request for request in requests if request is not None], schema)
    fits = np.array([request is not None for request in requests], np.bool_)
    rows: dict[str, NDArray[Any]] = {ROW: np.arange(len(requests)), FITS: fits}
    lists: dict[Column, list[Cell]] = {}
    for column in compiled.columns:
        cells, places = read.cells(column)
        if column.storage.endswith("[]"):
            lists[column], cells = _interned(cells)
        rows[column.name] = _spread(cells, column.storage, places, fits)
    _create(database, compiled, rows, lists)


def _interned(cells: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return the distinct lists, and for each cell its number there."""
    seen: dict[Cell, int] = {}
    numbers: list[Cell] = [seen.setdefault(cell, len(seen)) for cell in cells]
    return list(seen), numbers


def _spread(cells: list[Cell], storage: Storage, places: Places, fits: NDArray[np.bool_]) -> NDArray[Any]:
    """Return a column of all rows; where a row does not fit, what stands there is never looked at."""
    kind = "BIGINT" if storage.endswith("[]") else storage
    whole = np.full(len(fits), ABSENT[kind], _NUMPY[kind])
    own = np.empty(len(cells), _NUMPY[kind])
    own[:] = cells
    whole[fits] = own[places]
    return whole


def _create(
    database: duckdb.DuckDBPyConnection,
    compiled: Compiled,
    rows: dict[str, NDArray[Any]],
    lists: dict[Column, list[Cell]],
) -> None:
    """Make the table; lists are joined by their numbers, because DuckDB guesses the type of a column of objects."""
    selected = {name: f'r."{name}"' for name in (ROW, FITS, *(column.name for column in compiled.columns))}
    joined = ""
    for number, (column, distinct) in enumerate(lists.items()):
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE lists_{number} AS SELECT unnest(range(len($1))) AS number, "
            f"unnest($1::{column.storage}[]) AS list",
            [[list(each) for each in distinct]],
        )
        selected[column.name] = f'coalesce(l{number}.list, []) AS "{column.name}"'
        joined += f' LEFT JOIN lists_{number} AS l{number} ON r."{column.name}" = l{number}.number'
    read = f"SELECT {', '.join(selected.values())} FROM rows AS r{joined}"
    database.register("rows", rows)
    database.execute(f'CREATE OR REPLACE TEMP TABLE "{compiled.table}" AS {read}')
    database.unregister("rows")
