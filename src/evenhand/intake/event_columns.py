"""A table of events read by columns: what is right at a glance stays in DuckDB, only other rows are read one by one.

A row is right at a glance if its account and its object can be used, its time is of digits or in the usual ISO form,
and its content id is plain. Names of accounts and objects are made once for each that differs. `RowReader.events` is
the plain twin: it gives the same acts and refuses the same rows.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import duckdb

from evenhand.intake.act_times import EARLIEST, LATEST
from evenhand.intake.events import LONGEST_ID, Event, RowReader, usable_account, usable_object
from evenhand.intake.table_source import Source
from evenhand.model.errors import TableUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.store.duckdb_engine import insert_rows
from evenhand.store.parquet_rows import literal, quoted
from evenhand.store.row_batches import RowBatch, row_batches

COLUMNS: Final = ("account_id", "object_type", "object_id", "ts", "at", "content_id")
_ROWS: Final = 50_000
_DIGITS = r"^([0-9]{1,10})(?:\.[0-9]*)?$"
_ISO = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.(?:[0-9]{3}|[0-9]{6}))?"
    r"(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?$"
)
_PLAIN = r"^([!-~\p{L}\p{N}]([^\x00-\x1f\x7f]*[!-~\p{L}\p{N}])?)?$"
_CUT = r"^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}$"

_TABLES = (
    "CREATE OR REPLACE TEMP TABLE known_objects (object_type VARCHAR, object_id VARCHAR, kind VARCHAR, name VARCHAR)",
    "CREATE OR REPLACE TEMP TABLE known_accounts (account_id VARCHAR, name VARCHAR)",
    "CREATE OR REPLACE TEMP TABLE event_rows "
    "(account_id VARCHAR, object_type VARCHAR, object_id VARCHAR, ts BIGINT, content_id VARCHAR)",
)
_NEW_OBJECTS = """
SELECT DISTINCT object_type, object_id FROM batch_rows
ANTI JOIN known_objects USING (object_type, object_id)
"""
_NEW_ACCOUNTS = "SELECT DISTINCT account_id FROM batch_rows ANTI JOIN known_accounts USING (account_id)"
_TIMES = f"""
SELECT *, CASE WHEN digits <> '' THEN CAST(digits AS BIGINT) WHEN iso.day <> '' THEN
    epoch(TRY_CAST(iso.day || ' ' || iso.clock AS TIMESTAMP))::BIGINT
    - CASE iso.sign WHEN '+' THEN 1 WHEN '-' THEN -1 ELSE 0 END * (
        3600 * coalesce(TRY_CAST(iso.hours AS INTEGER), 0) + 60 * coalesce(TRY_CAST(iso.minutes AS INTEGER), 0))
    END AS second,
    CASE WHEN iso.day <> '' THEN iso.sign <> '' OR ends_with(moment, 'Z') END AS zoned
FROM (
    SELECT *, CASE WHEN digits = '' AND moment <> '' THEN
            regexp_extract(moment, '{_ISO}', ['day', 'clock', 'sign', 'hours', 'minutes']) END AS iso,
        CASE WHEN other <> '' THEN regexp_extract(other, '{_DIGITS}', 1) ELSE '' END AS other_digits
    FROM (
        SELECT *, regexp_extract(moment, '{_DIGITS}', 1) AS digits FROM (
            SELECT line, broken, account_id, object_type, object_id, content_id,
                CASE WHEN trim("at") = '' THEN trim(ts) ELSE trim("at") END AS moment,
                CASE WHEN trim("at") = '' THEN '' ELSE trim(ts) END AS other
            FROM batch_rows
        ) AS given
    ) AS counted
) AS split
"""
_CHECKED = f"""
CREATE OR REPLACE TEMP TABLE checked_rows AS
SELECT times.line, accounts.name AS account_id, objects.kind AS object_type, objects.name AS object_id,
    times.second AS ts, times.content_id, times.zoned,
    times.broken OR (times.moment <> '' AND times.digits = '') AS says_zone,
    times.other <> '' AND times.other <> times.moment AND TRY_CAST(times.other_digits AS BIGINT) <> times.second
        AS differs,
    NOT times.broken AND accounts.name IS NOT NULL AND objects.name IS NOT NULL
        AND (times.other = '' OR times.other_digits <> '')
        AND coalesce(times.second BETWEEN {EARLIEST} AND {LATEST - 1}, false)
        AND length(times.content_id) <= {LONGEST_ID} AND regexp_matches(times.content_id, '{_PLAIN}')
        AND NOT (contains(times.content_id, '+') AND regexp_matches(times.content_id, '{_CUT}')) AS is_good
FROM ({_TIMES}) AS times
LEFT JOIN known_accounts AS accounts ON times.account_id = accounts.account_id
LEFT JOIN known_objects AS objects ON times.object_type = objects.object_type AND times.object_id = objects.object_id
"""
_TAKE = """
INSERT INTO event_rows SELECT account_id, object_type, object_id, ts, content_id FROM checked_rows WHERE is_good
"""
_SUMMARY = """
SELECT count(*) FILTER (WHERE is_good), count(*) FILTER (WHERE is_good AND differs),
    bool_and(zoned) FILTER (WHERE is_good), bool_or(zoned) FILTER (WHERE is_good),
    min(line) FILTER (WHERE is_good AND zoned IS NOT NULL), min(line) FILTER (WHERE NOT is_good AND says_zone)
FROM checked_rows
"""


def read_event_table(reader: RowReader, source: Source, suffixes: Suffixes, engine: duckdb.DuckDBPyConnection) -> None:
    """Make the table `event_rows` (account_id, object_type, object_id, ts, content_id) of a table of events.

    Raises:
        TableUnreadable: the file is no table of events.
    """
    for query in _TABLES:
        engine.execute(query)
    reader.check_times()
    try:
        batches = None if source.sheet else row_batches(source.folder / source.file, engine, reader.places)
        if batches is None:
            _insert(engine, reader.events(suffixes))
            return
        for batch in batches:
            _read_batch(reader, _with_every_column(batch, reader), suffixes, engine)
    except duckdb.Error as error:
        raise TableUnreadable("is not a complete table", where=source.file, todo="export it again") from error


def _with_every_column(batch: RowBatch, reader: RowReader) -> RowBatch:
    missing = "".join(
        f", {literal(reader.same.get(name, ''))} AS {quoted(name)}" for name in COLUMNS if name not in reader.places
    )
    return batch._replace(query=f"SELECT *{missing} FROM ({batch.query}) AS found")


def _read_batch(reader: RowReader, batch: RowBatch, suffixes: Suffixes, engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute(f"CREATE OR REPLACE TEMP VIEW batch_rows AS {batch.query}")
    _name(engine, suffixes)
    engine.execute(_CHECKED)
    ((good, differing, all_zoned, any_zoned, first, first_other),) = engine.execute(_SUMMARY).fetchall()
    zoned = reader.zoned
    if first is not None:
        is_first = zoned is None and (first_other is None or first < first_other)
        if all_zoned != any_zoned or not (is_first or (zoned is not None and zoned[0] == all_zoned)):
            # Whether a time must have a zone depends on the rows before it.
            lines = engine.execute("SELECT line FROM checked_rows ORDER BY line").fetchall()
            _insert(engine, list(reader.events(suffixes, batch.read([line for (line,) in lines]))))
            return
        zoned = zoned or (all_zoned, first)
    reader.add_good(good, differing, zoned)
    engine.execute(_TAKE)
    lines = engine.execute("SELECT line FROM checked_rows WHERE NOT is_good ORDER BY line").fetchall()
    if lines:
        _insert(engine, list(reader.events(suffixes, batch.read([line for (line,) in lines]))))


def _name(engine: duckdb.DuckDBPyConnection, suffixes: Suffixes) -> None:
    """Name what of accounts and objects was not met before; what cannot be used has no name."""
    objects = [
        (kind, text, *usable_object(kind, text, suffixes)) for kind, text in engine.execute(_NEW_OBJECTS).fetchall()
    ]
    insert_rows(engine, "known_objects", objects)
    accounts = [(account, usable_account(account)) for (account,) in engine.execute(_NEW_ACCOUNTS).fetchall()]
    insert_rows(engine, "known_accounts", accounts)


def _insert(engine: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> None:
    rest: Iterator[Event] = iter(events)
    while chunk := list(islice(rest, _ROWS)):
        insert_rows(engine, "event_rows", chunk, numbers=(3,))
