"""Whether the times of a table say when somebody acted, and how many of its rows count.

Times of whole days or hours, or one time in every row, would put everybody's acts into the same moment.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from evenhand.model.errors import TableUnreadable
from evenhand.store.parquet_rows import literal

FEWEST_ACTS: Final = 20
"""Of fewer acts nobody can tell how exact their times are."""
COARSE: Final = 0.9
"""Times are coarse if at least this share of the acts has the same second of the day, hour or minute."""
_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60))

_ACTS = "(SELECT DISTINCT account_id, object_id, seen_at FROM read_parquet({acts}) WHERE source = '{source}')"
_MOMENTS = "SELECT count(*), count(DISTINCT seen_at) FROM {acts}"
_MOST = "SELECT max(acts) FROM (SELECT count(*) AS acts FROM {acts} GROUP BY seen_at % {unit})"
_COUNTED = """
SELECT count(*) FROM {acts} WHERE seen_at <= {at} AND account_id IN (SELECT unnest($ids::VARCHAR[]))
"""


def coarse_times(engine: duckdb.DuckDBPyConnection, acts: Path, source: str, file: str, resolution_s: int) -> str:
    """Return what the times of a table are where they are no moments, ``""`` where they are.

    Raises:
        TableUnreadable: they are whole minutes, and the settings say that they are more exact.
    """
    rows = _ACTS.format(acts=literal(acts), source=source)
    ((number, different),) = engine.execute(_MOMENTS.format(acts=rows)).fetchall()
    if number > 1 and different == 1:
        return "all times are the same"
    if number < FEWEST_ACTS:
        return ""
    for name, unit in _UNITS:
        ((most,),) = engine.execute(_MOST.format(acts=rows, unit=unit)).fetchall()
        if most < COARSE * number or (unit == resolution_s):
            continue
        if unit == _UNITS[-1][1]:
            raise TableUnreadable(
                "has times in whole minutes", where=file, expected="times to the second, or another setting",
                todo="set resolution_s = 60 in [influence] of evenhand.toml",
            )  # fmt: skip
        return f"the times are whole {name}"
    return ""


def count_acts(
    engine: duckdb.DuckDBPyConnection, acts: Path, source: str, at: datetime, advertisers: Collection[str]
) -> int:
    """Return how many different acts of advertisers a table has that are not later than a run."""
    rows = _ACTS.format(acts=literal(acts), source=source)
    query = _COUNTED.format(acts=rows, at=int(at.timestamp()))
    ((number,),) = engine.execute(query, {"ids": list(advertisers)}).fetchall()
    return int(number)
