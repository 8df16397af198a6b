"""What advertisers did, as tables of whole numbers that the tests join: accounts, objects, acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from evenhand.model.coordination import STATIC, TIMED
from evenhand.store.duckdb_engine import Engine

CONSTANT: Final = tuple(kind for kind in TIMED if kind not in STATIC)
"""Kinds of which one object stands for all: each hour of it counts as an object of its own."""

# Accounts are numbered by what they did: what they are called changes no result, not even one that draws numbers.
_ACCOUNTS = """
CREATE TABLE accounts AS
SELECT CAST(row_number() OVER (ORDER BY acts, account_id) - 1 AS INTEGER) AS account, account_id,
    coalesce(controls.control, 0) AS control
FROM (
    SELECT account_id,
        sha256(string_agg(object_id || ' ' || coalesce(CAST(t AS VARCHAR), ''), '|' ORDER BY object_id, t)) AS acts
    FROM events GROUP BY account_id
)
LEFT JOIN (
    SELECT account_id, CAST(dense_rank() OVER (ORDER BY control_id) AS INTEGER) AS control FROM declared
) AS controls USING (account_id)
"""
_OBJECTS = """
CREATE TABLE objects AS
SELECT CAST(row_number() OVER (ORDER BY object_type, object_id, hour) - 1 AS INTEGER) AS object,
    object_type, object_id, hour,
    strpos('123456789abcdef', substr(sha256(
        CASE WHEN hour < 0 THEN object_id ELSE object_id || ' ' || CAST(hour AS VARCHAR) END
    ), 2, 1)) AS halves
FROM (SELECT DISTINCT object_type, object_id, hour FROM events)
"""
_ACTS = """
CREATE TABLE acts AS
SELECT objects.object_type, objects.object, objects.halves, accounts.account, accounts.control, events.t
FROM events JOIN accounts USING (account_id) JOIN objects USING (object_type, object_id, hour)
"""


@dataclass(frozen=True)
class EventTables:
    """Tables of one engine: `accounts` (account, account_id, control), `objects` (object, object_type, object_id,
    hour, halves), `acts` (object_type, object, halves, account, control, t), times in units of the resolution.

    `hour` is -1 but for constant kinds. Each bit of `halves` (0 to 15) is one division of the objects into halves.

    `control` is 0 for an account that declared none; two with the same control declared it to the network.
    """

    engine: Engine
    resolution_s: int

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Return the ids of the accounts, in the order of their numbers."""
        rows = self.engine.execute("SELECT account_id FROM accounts ORDER BY account").fetchall()
        return tuple(account for (account,) in rows)

    @property
    def controls(self) -> tuple[int, ...]:
        """Return the declared controls of the accounts, in the order of their numbers, 0 for none."""
        rows = self.engine.execute("SELECT control FROM accounts ORDER BY account").fetchall()
        return tuple(control for (control,) in rows)

    @property
    def events(self) -> int:
        """Return how many different acts there are."""
        ((count,),) = self.engine.execute("SELECT count(*) AS events FROM acts").fetchall()
        return int(count)

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the kinds of object that occur, in alphabetical order."""
        rows = self.engine.execute("SELECT DISTINCT object_type FROM objects ORDER BY object_type").fetchall()
        return tuple(layer for (layer,) in rows)

    def accounts_with_moments(self, layer: str) -> int:
        """Return how many accounts have acts of a kind whose moment is known."""
        query = f"SELECT count(DISTINCT account) AS known FROM acts WHERE object_type = '{layer}' AND t IS NOT NULL"
        ((count,),) = self.engine.execute(query).fetchall()
        return int(count)


def event_tables(engine: Engine, source: str, declared: Mapping[str, str], resolution_s: int = 1) -> EventTables:
    """Number accounts and objects of a table of events, named or written as SQL, with its columns
    `account_id`, `object_id`, `object_type` (text) and `ts` (seconds since 1970, UTC; NULL where no
    moment is known: then it is not compared).

    `declared` gives the control that an account declared. One account's repeated act counts once.
    """
    put_table(
        engine, "declared", account_id=("VARCHAR", declared.keys()), control_id=("VARCHAR", declared.values())
    )  # fmt: skip
    hour = max(1, 3_600 // resolution_s)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE events AS "
        f"SELECT *, CASE WHEN object_type IN {CONSTANT} THEN coalesce(t - t % {hour}, -1) ELSE -1 END AS hour "
        "FROM (SELECT DISTINCT account_id, object_id, object_type, "
        f"CAST((ts - ts % {resolution_s}) / {resolution_s} AS BIGINT) AS t FROM {source})"
    )
    for query in (_ACCOUNTS, _OBJECTS, _ACTS):
        engine.execute(query.replace("CREATE TABLE", "CREATE OR REPLACE TEMP TABLE"))
    return EventTables(engine, resolution_s)


def put_table(engine: Engine, table: str, **columns: tuple[str, Iterable[object]]) -> None:
    """Make a table of what Python holds: of each column the type, and the values in the order of the rows."""
    unnested = ", ".join(
        f"unnest(${place}::{kind}[]) AS {name}" for place, (name, (kind, _)) in enumerate(columns.items(), 1)
    )
    values = [list(values) for _, values in columns.values()]
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {unnested}", values)
