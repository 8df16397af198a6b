"""Results as tables that pandas, Polars and everything else that takes Arrow can use."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import duckdb

from evenhand.model.errors import NotFound
from evenhand.store.parquet_rows import quoted

_ROWS = "SELECT {columns} FROM (SELECT unnest($rows::{type}[], recursive := true))"


class Table:
    """Rows of named, typed columns, complete in memory.

    Iterating gives a dict a row. Anything that takes the Arrow PyCapsule interface takes a table as it is, such as
    `polars.DataFrame(table)` or `pyarrow.table(table)`; none of these packages comes with Evenhand.
    """

    def __init__(self, rows: duckdb.DuckDBPyRelation) -> None:
        self._rows = rows

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Self:
        """Return a table of rows, with the names and SQL types of its columns."""
        kinds = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        names = ", ".join(map(quoted, columns))
        query = _ROWS.format(columns=names, type=f"STRUCT({kinds})")
        return cls(_engine().sql(query, params={"rows": [dict(each) for each in rows]}))

    @classmethod
    def read(cls, path: Path, missing: str) -> Self:
        """Return what a Parquet file holds now; a run that replaces it later changes nothing here.

        Raises:
            NotFound: there is none; `missing` says what writes it.
        """
        if not path.is_file():
            raise NotFound("no such file", where=path, todo=missing)
        engine = _engine()
        engine.execute("CREATE TABLE kept AS SELECT * FROM read_parquet($path)", {"path": str(path)})
        return cls(engine.table("kept"))

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns in order."""
        return list(self._rows.columns)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.columns
        return (dict(zip(names, row, strict=True)) for row in self._rows.fetchall())

    def __repr__(self) -> str:
        return f"<evenhand.Table, {len(self):,} rows: {', '.join(self.columns)}>"

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._rows.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """Return a `pyarrow.Table`; needs pyarrow."""
        return import_module("pyarrow").table(self)

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`; needs pandas."""
        return self._rows.df()

    def pl(self) -> Any:
        """Return a `polars.DataFrame`; needs polars."""
        return import_module("polars").DataFrame(self)


def _engine() -> duckdb.DuckDBPyConnection:
    """Return an engine of the table's own, without a limit of memory; it fetches nothing from outside."""
    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
