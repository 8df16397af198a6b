"""Facts as rows of the wide table: each column read from a request's values, the table made in DuckDB.

What hangs on one entity alone is read once for all the requests that share it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from evenhand.policy.evaluate import evaluate
from evenhand.policy.maker import Maker
from evenhand.policy.nodes import CallOp, Datetime, Decimal, Duration, Ip, Uid, Value
from evenhand.policy.schema import Schema, SetOf
from evenhand.policy.sql_columns import Column, Exists, FactPath, In, IpTest, Present, Source, Storage, mask_of
from evenhand.policy.sql_columns import Value as ValueAt
from evenhand.policy.sql_terms import ip_text
from evenhand.policy.to_sql import FITS, ROW, Compiled
from evenhand.policy.values import Request

Cell = Any
Reader = Callable[[Request], Cell]

_NUMPY: dict[str, Any] = {"BOOLEAN": np.bool_, "BIGINT": np.int64, "VARCHAR": np.object_}
_ABSENT: dict[str, Cell] = {"BOOLEAN": False, "BIGINT": 0, "VARCHAR": ""}


def load_facts(
    database: duckdb.DuckDBPyConnection, compiled: Compiled, requests: Sequence[Request | None], schema: Schema
) -> None:
    """Make the wide table of requests, whose place is their `row_id`; None is a request that does not fit."""
    given = [request for request in requests if request is not None]
    fits = np.array([request is not None for request in requests], np.bool_)
    rows: dict[str, NDArray[Any]] = {ROW: np.arange(len(requests)), FITS: fits}
    lists: dict[Column, list[Cell]] = {}
    for owner, columns in _by_owner(compiled.columns):
        samples, places = _shared(owner, given)
        for column in columns:
            read = reader_of(column.source, column.storage, schema)
            cells = [read(request) for request in samples]
            if column.storage.endswith("[]"):
                lists[column], cells = _interned(cells)
            rows[column.name] = _spread(cells, column.storage, places, fits)
    _create(database, compiled, rows, lists)


def reader_of(source: Source, storage: Storage, schema: Schema) -> Reader:
    """Return what reads a column's cell from a request."""
    match source:
        case ValueAt(path):
            return _value_reader(path, storage, schema)
        case Present(path):
            return lambda request: value_at(path, request) is not None
        case Exists(path):
            return lambda request: value_at(path, request) in request.store
        case In(path, above):
            return lambda request: _is_in(value_at(path, request), value_at(above, request), request)
        case IpTest(op, args):
            return lambda request: _tested(op, [_address(arg, request) for arg in args], request)


def value_at(path: FactPath, request: Request) -> Value | None:
    """Return what a request holds at a path; None if something on the way is absent."""
    value: Any = getattr(request, path.root) if isinstance(path.root, str) else path.root
    for step in path.steps:
        if isinstance(value, Uid):
            stored = request.store.get(value)
            value = {} if stored is None else stored.tags if step.tag else stored.attrs
        value = value.get(step.name)
        if value is None:
            return None
    found: Value = value
    return found


def _value_reader(path: FactPath, storage: Storage, schema: Schema) -> Reader:
    absent = _ABSENT.get(storage, ())
    members = mask_of(path.type.element, schema) if isinstance(path.type, SetOf) else ()
    bits = {name: 1 << place for place, name in enumerate(members)}

    def read(request: Request) -> Cell:
        value = value_at(path, request)
        if value is None:
            return absent
        if not bits:
            return _cell(value)
        assert isinstance(value, frozenset), "only sets of enum types have bits"
        return sum(bits[_cell(each)] for each in value)

    return read


def _cell(value: Value) -> Any:
    """Return a value as its column holds it; a set as sorted cells."""
    match value:
        case Decimal(number) | Datetime(number) | Duration(number):
            return number
        case Uid(_, name):
            return name
        case Ip():
            return ip_text(value)
        case frozenset():
            return tuple(sorted(_cell(each) for each in value))
        case _:
            return value


def _is_in(value: Value | None, above: Value | None, request: Request) -> bool:
    if value is None or above is None:
        return False
    groups = above if isinstance(above, frozenset) else {above}
    stored = request.store.get(value)  # type: ignore[arg-type]
    return value in groups or (stored is not None and not stored.ancestors.isdisjoint(groups))


def _address(arg: FactPath | Ip, request: Request) -> Value | None:
    return arg if isinstance(arg, Ip) else value_at(arg, request)


def _tested(op: CallOp, args: Sequence[Value | None], request: Request) -> bool:
    maker = Maker()
    consts = [maker.const(arg) for arg in args if arg is not None]
    return len(consts) == len(args) and evaluate(maker.call(op, *consts), request)[1] is True


def _by_owner(columns: Iterable[Column]) -> Iterable[tuple[FactPath | None, list[Column]]]:
    """Return columns with the path of the entity on which alone they hang, None if on more."""
    owned: dict[FactPath | None, list[Column]] = {}
    for column in columns:
        owned.setdefault(_owner(column.source), []).append(column)
    return owned.items()


def _owner(source: Source) -> FactPath | None:
    match source:
        case ValueAt(path) | Present(path):
            return path.owner
        case Exists(path) | In(path, FactPath(Uid(), _, ())):
            return path
        case IpTest(_, (FactPath() as path, *rest)) if all(isinstance(each, Ip) for each in rest):
            return path.owner
        case _:
            return None


def _shared(owner: FactPath | None, requests: Sequence[Request]) -> tuple[Sequence[Request], NDArray[np.int64]]:
    """Return requests of which each stands for all that have one entity at a path, and for each request its place."""
    if owner is None:
        return requests, np.arange(len(requests))
    seen: dict[Any, int] = {}
    samples: list[Request] = []
    places = np.empty(len(requests), np.int64)
    for number, request in enumerate(requests):
        uid = value_at(owner, request)
        # Entities are told apart by object: the requests, and so the objects, outlive this call.
        place = seen.setdefault((uid, id(request.store.get(uid))), len(samples))  # type: ignore[arg-type]
        if place == len(samples):
            samples.append(request)
        places[number] = place
    return samples, places


def _interned(cells: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return the distinct lists, and for each cell its number there."""
    seen: dict[Cell, int] = {}
    numbers: list[Cell] = [seen.setdefault(cell, len(seen)) for cell in cells]
    return list(seen), numbers


def _spread(cells: list[Cell], storage: Storage, places: NDArray[np.int64], fits: NDArray[np.bool_]) -> NDArray[Any]:
    """Return a column of all rows; where a row does not fit, what stands there is never looked at."""
    kind = "BIGINT" if storage.endswith("[]") else storage
    whole = np.full(len(fits), _ABSENT[kind], _NUMPY[kind])
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
