"""Pairs of shares of one object within a window, joined on (object, bin) and never all with all.

A share is a row of a table with `object_id`, `account_id`, `content_id` (text), `timestamp_share` (whole seconds) and
`place` (its position in the input, which decides ties). All that is joined are whole numbers: an object and a content
are the place at which each first occurs, an account its place in the alphabet.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from evenhand.model.coordination import OversizedCell
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import Engine
from evenhand.store.parquet_rows import literal

MAX_CELL: Final = 2_000
MAX_PAIRS: Final = 50_000_000
_LONGEST_S: Final = 2**31 - 1


@dataclass(frozen=True)
class CellLimits:
    """Largest cell that is paired, in shares of one object within one bin, and the most pairs of all cells together.

    Where all cells would give more pairs, the largest are left out and reported until they do not.
    """

    shares: int = MAX_CELL
    pairs: int = MAX_PAIRS


def share_file(path: Path) -> str:
    """Return the shares of a Parquet file as a source for queries, in the order of the file."""
    columns = "object_id, account_id, content_id, timestamp_share, CAST(file_row_number AS INTEGER) AS place"
    return f"(SELECT {columns} FROM read_parquet({literal(path)}, file_row_number = true))"


# Names without another row cost no join: what cannot be in a pair leaves before it is numbered.
_OBJECTS = """
CREATE OR REPLACE TEMP TABLE co_objects AS
SELECT object_id, min(place) AS object FROM {source} GROUP BY object_id HAVING count(*) >= 2
"""
_NEAR = """
CREATE OR REPLACE TEMP TABLE co_near AS
SELECT object, place, t FROM (
    SELECT object, place, t, lag(t) OVER (PARTITION BY object ORDER BY t, place) AS earlier,
        lead(t) OVER (PARTITION BY object ORDER BY t, place) AS later
    FROM (
        SELECT objects.object, shares.place, shares.timestamp_share AS t
        FROM {source} AS shares JOIN co_objects AS objects ON shares.object_id = objects.object_id
    ) AS numbered
) AS neighbours WHERE t - earlier <= {window} OR later - t <= {window}
"""
_ACCOUNTS = """
CREATE OR REPLACE TEMP TABLE co_accounts AS
SELECT account_id, CAST(row_number() OVER (ORDER BY account_id) AS INTEGER) AS account, seen
FROM (
    SELECT account_id, min(place) AS seen FROM {source} AS shares
    WHERE account_id IN (SELECT account_id FROM {source} AS near WHERE place IN (SELECT place FROM co_near))
    GROUP BY account_id HAVING count(*) >= {least}
) AS counted
"""
_SHARES = """
CREATE OR REPLACE TEMP TABLE co_shares AS
SELECT near.object, accounts.account, accounts.seen, near.place, near.t, near.t - near.t % {width} AS bin,
    shares.content_id, shares.content_id = shares.object_id AS looped
FROM {source} AS shares JOIN co_near AS near ON shares.place = near.place
JOIN co_accounts AS accounts ON shares.account_id = accounts.account_id
"""
_CONTENTS = """
CREATE OR REPLACE TEMP TABLE co_contents AS
SELECT content_id, min(place) AS content FROM co_shares GROUP BY content_id
"""
_CELL_SIZES = """
SELECT shares, count(*) AS cells FROM (SELECT count(*) AS shares FROM co_shares GROUP BY object, bin) AS cells
GROUP BY shares ORDER BY shares
"""
_LARGE = """
CREATE OR REPLACE TEMP TABLE co_large AS
SELECT object, bin FROM co_shares GROUP BY object, bin HAVING count(*) > {largest}
"""
_OVERSIZED = """
WITH cells AS (
    SELECT object, bin, count(*) AS shares, count(DISTINCT account) AS accounts FROM co_shares
    WHERE object IN (SELECT object FROM co_large) GROUP BY object, bin
)
SELECT objects.object_id, cells.bin, cells.accounts,
    CAST(cells.shares * (cells.shares - 1) / 2 AS BIGINT) + cells.shares * coalesce(following.shares, 0)
        + CASE WHEN preceding.shares <= {largest} THEN cells.shares * preceding.shares ELSE 0 END AS pairs
FROM cells JOIN co_objects AS objects ON cells.object = objects.object
LEFT JOIN cells AS following ON cells.object = following.object AND cells.bin + {width} = following.bin
LEFT JOIN cells AS preceding ON cells.object = preceding.object AND cells.bin - {width} = preceding.bin
WHERE cells.shares > {largest} ORDER BY objects.object_id, cells.bin
"""
_PAIRED = """
CREATE OR REPLACE TEMP TABLE co_paired AS
SELECT shares.object, shares.account, shares.seen, contents.content, shares.place, shares.t, shares.bin, shares.looped
FROM co_shares AS shares JOIN co_contents AS contents ON shares.content_id = contents.content_id
LEFT JOIN co_large AS large ON shares.object = large.object AND shares.bin = large.bin
WHERE large.object IS NULL
"""
# The older share comes first, of two in the same second that of the account that occurs first in the input.
# Two within a window are in one bin or in two that follow each other, for a bin is as wide as the window.
_PAIRS = """
CREATE OR REPLACE TEMP TABLE {table} AS
SELECT x.object, x.account, y.account AS account_y, x.content, y.content AS content_y,
    CAST(y.t - x.t AS INTEGER) AS time_delta
FROM co_paired AS x JOIN (
    SELECT object, account, seen, content, place, t, looped, bin AS met FROM co_paired
    UNION ALL SELECT object, account, seen, content, place, t, looped, bin - {width} AS met FROM co_paired
) AS y ON x.object = y.object AND x.bin = y.met
WHERE y.t - x.t <= {window}
    AND (x.t < y.t OR (x.t = y.t AND (x.seen < y.seen OR (x.seen = y.seen AND x.place < y.place)))){loops}
"""
# Of one pair, and of two, the least and the greatest content say how many there are; to count is dear.
_EDGES = """
CREATE OR REPLACE TEMP TABLE co_edges AS
WITH sided AS (
    SELECT least(account, account_y) AS low, greatest(account, account_y) AS high, time_delta, content, content_y,
        CASE WHEN account <= account_y THEN content ELSE content_y END AS of_low,
        CASE WHEN account <= account_y THEN content_y ELSE content END AS of_high
    FROM co_pairs
), weighed AS (
    SELECT low, high, CAST(count(*) AS INTEGER) AS weight, CAST(sum(time_delta) AS BIGINT) AS total,
        CASE WHEN min(content) = max(content) THEN 1 ELSE 2 END AS n_older,
        CASE WHEN min(content_y) = max(content_y) THEN 1 ELSE 2 END AS n_newer,
        CASE WHEN min(of_low) = max(of_low) THEN 1 ELSE 2 END AS n_low,
        CASE WHEN min(of_high) = max(of_high) THEN 1 ELSE 2 END AS n_high
    FROM sided GROUP BY low, high
), counted AS (
    SELECT sided.low, sided.high, count(DISTINCT content) AS n_older, count(DISTINCT content_y) AS n_newer,
        count(DISTINCT of_low) AS n_low, count(DISTINCT of_high) AS n_high
    FROM weighed JOIN sided ON weighed.low = sided.low AND weighed.high = sided.high
    WHERE weight > 2 GROUP BY sided.low, sided.high
)
SELECT weighed.low, weighed.high, weighed.weight, weighed.total,
    CAST(coalesce(counted.n_older, weighed.n_older) AS INTEGER) AS n_older,
    CAST(coalesce(counted.n_newer, weighed.n_newer) AS INTEGER) AS n_newer,
    CAST(coalesce(counted.n_low, weighed.n_low) AS INTEGER) AS n_low,
    CAST(coalesce(counted.n_high, weighed.n_high) AS INTEGER) AS n_high
FROM weighed LEFT JOIN counted ON weighed.low = counted.low AND weighed.high = counted.high
"""
Loops = Literal["kept", "own removed", "removed"]
_CONDITIONS: Final[dict[Loops, str]] = {
    "kept": "",
    "own removed": " AND x.account <> y.account",
    "removed": " AND x.account <> y.account AND x.content <> y.content AND NOT x.looped AND NOT y.looped",
}


def pair_shares(
    engine: Engine, source: str, window_s: int, least_shares: int, loops: Loops, *,
    limits: CellLimits, table: str = "co_pairs",
) -> tuple[OversizedCell, ...]:  # fmt: skip
    """Make a table (object, account, account_y, content, content_y, time_delta), one row a pair of shares.

    Accounts of fewer than `least_shares` rows are left out. `loops` says whether pairs are kept of one account, of one
    content, and of a content that is its own object: `kept`, `own removed` (one account), `removed` (all three).
    Return the cells that were too large to be paired.

    Raises:
        BadInput: the window is below 0, or longer than whole numbers of 32 bits hold.
    """
    if not 0 <= window_s <= _LONGEST_S:
        raise BadInput("`window_s` cannot be used", got=window_s, expected=f"0 to {_LONGEST_S} seconds")
    width = max(window_s, 1)
    for query in (_OBJECTS, _NEAR, _ACCOUNTS, _SHARES, _CONTENTS):
        engine.execute(query.format(source=source, least=least_shares, window=window_s, width=width))
    engine.execute("DROP TABLE co_near")
    largest = _largest_cell(engine.execute(_CELL_SIZES).fetchall(), limits)
    engine.execute(_LARGE.format(largest=largest))
    oversized = _oversized(engine, width, largest)
    engine.execute(_PAIRED)
    engine.execute("DROP TABLE co_shares")
    engine.execute(_PAIRS.format(window=window_s, width=width, loops=_CONDITIONS[loops], table=table))
    engine.execute("DROP TABLE co_paired")
    return oversized


def count_edges(engine: Engine) -> None:
    """Make `co_edges` of `co_pairs`, one row a pair of accounts (low, high).

    It has the weight in pairs of shares, the total of their time_delta, and how many different contents: of the older
    and of the newer shares, of the one account and of the other.
    """
    engine.execute(_EDGES)


def _largest_cell(sizes: list[tuple[int, int]], limits: CellLimits) -> int:
    """Return how many shares a cell may have, so that all cells up to that size give no more pairs than allowed."""
    pairs, largest = 0, 1
    for shares, cells in sizes:
        # Its own pairs, and at most as many with the next bin as if that were as large.
        pairs += cells * shares * (shares - 1) * 3 // 2 if shares > 1 else cells
        if shares > limits.shares or pairs > limits.pairs:
            break
        largest = shares
    return largest


def _oversized(engine: Engine, width: int, largest: int) -> tuple[OversizedCell, ...]:
    rows = engine.execute(_OVERSIZED.format(width=width, largest=largest)).fetchall()
    return tuple(
        OversizedCell(
            object_type=name.partition(":")[0] if ":" in name else "",
            object_id=name, bin_starts=start, bin_s=width, accounts=accounts, pairs=pairs,
        )
        for name, start, accounts, pairs in rows
    )  # fmt: skip
