"""Values of one column that a person would take for one: they differ only in blanks around them or in capitals."""

from collections.abc import Iterator, Mapping
from typing import Final

import duckdb

from evenhand.audit.table_source import text_literal

_BLANKS: Final = text_literal(" \t\r\n\u00a0")
_SHOWN: Final = 3


def like_values(engine: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each column of `population` that has such values; they are compared as different.

    Args:
        engine: holds the relation.
        columns: the columns in SQL, by their names in the table.
    """
    for name, column in columns.items():
        sets = engine.execute(
            f"SELECT list(value ORDER BY value) FROM (SELECT DISTINCT coalesce({column}, '') AS value FROM population)"
            f" GROUP BY lower(trim(value, {_BLANKS})) HAVING count(*) > 1 ORDER BY 1"
        ).fetchall()
        if sets:
            shown = "; ".join(
                " and ".join(f"`{value}`" if value else "nothing" for value in each) for (each,) in sets[:_SHOWN]
            )
            more = f"; and {len(sets) - _SHOWN} more such sets" if len(sets) > _SHOWN else ""
            yield (
                f"Values of `{name}` that differ only in blanks around them or in capitals are compared as different:"
                f" {shown}{more}."
            )
