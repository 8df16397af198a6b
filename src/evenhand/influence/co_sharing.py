"""Who shared the same object within a window: pairs, edges, accounts and objects, as CooRTweet gives them.

CooRTweet 2.1.3 (Righetti and Balluff, Computational Communication Research 7, 2025) counts shares of the same thing at
almost the same time. These counts are no test of anything: `find_coordination` is one. They are here for those who know
the tool, with the same numbers row by row, and to compare with it.

Under `compat="coortweet"` two defects of the original are kept; without it the numbers are right:

- contents of an edge are counted by who was older, not by account, although the accounts of an edge are put in order:
  the counts of its two accounts are mixed, and `edge_symmetry_score` with them;
- the means of an account are taken over its different edges only: two with equal numbers count once.

A third, accounts of an object counted on one side of its edges only, depends on the order of vertices in R: it is
never reproduced.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

from evenhand.influence.share_pairs import CellLimits, Loops, count_edges, pair_shares
from evenhand.model.coordination import OversizedCell
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import Engine

Compat = Literal["coortweet"]
_LIMITS: Final = CellLimits()

_ACTIVE = """
CREATE OR REPLACE TEMP TABLE {table} AS
WITH paired AS (
    SELECT content FROM {pairs} WHERE time_delta <= {fast}
    UNION SELECT content_y FROM {pairs} WHERE time_delta <= {fast}
), rows_of_paired AS (
    SELECT shares.account_id, contents.content
    FROM {source} AS shares JOIN co_contents AS contents ON shares.content_id = contents.content_id
    WHERE contents.content IN (SELECT content FROM paired)
), active AS (SELECT account_id FROM rows_of_paired GROUP BY account_id HAVING count(*) >= {least})
SELECT DISTINCT content FROM rows_of_paired WHERE account_id IN (SELECT account_id FROM active)
"""
_DROP_INACTIVE = """
CREATE OR REPLACE TEMP TABLE co_pairs AS
SELECT object, account, account_y, content, content_y, time_delta FROM co_close
WHERE content IN (SELECT content FROM co_kept) OR content_y IN (SELECT content FROM co_kept)
"""
_GROUPS = """
SELECT objects.object_id, older.content_id, newer.content_id AS content_id_y,
    x.account_id, y.account_id AS account_id_y, pairs.time_delta{fast}
FROM co_pairs AS pairs JOIN co_objects AS objects ON pairs.object = objects.object
JOIN co_accounts AS x ON pairs.account = x.account JOIN co_accounts AS y ON pairs.account_y = y.account
JOIN co_contents AS older ON pairs.content = older.content
JOIN co_contents AS newer ON pairs.content_y = newer.content
ORDER BY objects.object_id, older.content_id, newer.content_id, x.account_id, y.account_id, pairs.time_delta
"""
_NAMED_EDGES = """
SELECT x.account_id AS a, y.account_id AS b, CAST(weight AS BIGINT) AS weight,
    total / nullif(weight, 0) AS avg_time_delta, {counts},
    CASE WHEN weight > {threshold} THEN 1 ELSE 0 END AS weight_threshold
FROM co_edges JOIN co_accounts AS x ON low = x.account JOIN co_accounts AS y ON high = y.account ORDER BY low, high
"""
_BY_AGE = """CAST(n_older AS BIGINT) AS n_content_id, CAST(n_newer AS BIGINT) AS n_content_id_y,
    least(n_older, n_newer) / nullif(greatest(n_older, n_newer), 0) AS edge_symmetry_score"""
_BY_ACCOUNT = """CAST(n_low AS BIGINT) AS n_content_a, CAST(n_high AS BIGINT) AS n_content_b,
    least(n_low, n_high) / nullif(greatest(n_low, n_high), 0) AS edge_symmetry"""
# Decimals add up to the same in every order, so that the number of threads changes nothing.
_ACCOUNTS = """
WITH ends AS (
    SELECT low AS account, low AS a, high AS b, total / nullif(weight, 0) AS delta,
        least({n}) / nullif(greatest({n}), 0) AS symmetry
    FROM co_edges
    UNION ALL
    SELECT high AS account, low AS a, high AS b, total / nullif(weight, 0) AS delta,
        least({n}) / nullif(greatest({n}), 0) AS symmetry
    FROM co_edges WHERE low <> high
), means AS (
    SELECT account, CAST(sum(CAST(delta AS DECIMAL(38, 15))) AS DOUBLE) / nullif(count(*), 0) AS avg_time_delta,
        CAST(sum(CAST(symmetry AS DECIMAL(38, 15))) AS DOUBLE) / nullif(count(*), 0) AS avg_edge_symmetry_score
    FROM {edges} AS edges GROUP BY account
), shared AS (
    SELECT account, count(*) AS unique_shares_count
    FROM (SELECT account, content FROM co_pairs UNION SELECT account_y, content_y FROM co_pairs) AS contents
    GROUP BY account
)
SELECT accounts.account_id, means.avg_time_delta, means.avg_edge_symmetry_score, shared.unique_shares_count
FROM means JOIN shared ON means.account = shared.account
JOIN co_accounts AS accounts ON means.account = accounts.account
ORDER BY accounts.account_id
"""
_EVERY_EDGE = "ends"
_DIFFERENT_EDGES = "(SELECT DISTINCT account, delta, symmetry FROM ends)"
_OBJECTS = """
SELECT objects.object_id, count(*) AS num_accounts
FROM (SELECT object, account FROM co_pairs UNION SELECT object, account_y FROM co_pairs) AS sharing
JOIN co_objects AS objects ON sharing.object = objects.object
GROUP BY objects.object_id ORDER BY objects.object_id
"""
_WEIGHTS = "SELECT weight, count(*) AS edges FROM co_edges GROUP BY weight ORDER BY weight"


@dataclass(frozen=True)
class CoSharing:
    """What `co_sharing` found, as queries that answer it; cells in `oversized` are not in it.

    The tables are those of the engine: a later `co_sharing` or `directed_edges` on the same engine replaces them.
    """

    engine: Engine
    source: str
    min_participation: int
    edge_weight: float
    compat: Compat | None
    oversized: tuple[OversizedCell, ...]

    @property
    def groups(self) -> str:
        """Return the query of the pairs of shares: object_id, content_id and account_id of the older share,
        content_id_y and account_id_y of the newer, time_delta in seconds.
        """
        return _GROUPS.format(fast="")

    @property
    def edges(self) -> str:
        """Return the query of the pairs of accounts: a, b (a before b in the alphabet), weight (pairs of shares),
        avg_time_delta, n_content_a and n_content_b (different contents of each), edge_symmetry (the smaller of both by
        the larger), weight_threshold (1 if heavier than the quantile `edge_weight` of all edges).

        Under `compat` n_content_id and n_content_id_y (of the older, of the newer) and edge_symmetry_score instead.
        """
        counts = _BY_AGE if self.compat else _BY_ACCOUNT
        return _NAMED_EDGES.format(counts=counts, threshold=self.heaviest_below)

    @property
    def accounts(self) -> str:
        """Return the query of the accounts: account_id, avg_time_delta, avg_edge_symmetry_score (means over their
        edges), unique_shares_count (different contents that are in pairs).
        """
        if self.compat:
            return _ACCOUNTS.format(n="n_older, n_newer", edges=_DIFFERENT_EDGES)
        return _ACCOUNTS.format(n="n_low, n_high", edges=_EVERY_EDGE)

    @property
    def objects(self) -> str:
        """Return the query of the objects: object_id, num_accounts (accounts on either side of its pairs)."""
        return _OBJECTS

    @property
    def heaviest_below(self) -> int:
        """Return the largest weight that is not above the quantile `edge_weight` of all weights (R's type 7)."""
        weights = self.engine.execute(_WEIGHTS).fetchall()
        return math.floor(_quantile(weights, self.edge_weight))

    @property
    def participation(self) -> dict[str, str | int]:
        """Return whose rows count, and how many of them an account needs."""
        return {"source": self.source, "least": self.min_participation}

    def flag_speed_share(self, fast_s: int) -> str:
        """Return the query of the pairs with `fast`: 1 for those at most `fast_s` seconds apart, 0 for the others.

        Fast pairs have to pass the filter of `min_participation` by themselves.
        """
        self.engine.execute(_ACTIVE.format(table="co_fast", pairs="co_pairs", fast=int(fast_s), **self.participation))
        among = "SELECT content FROM co_fast"
        return _GROUPS.format(
            fast=f",\n    CASE WHEN pairs.time_delta <= {int(fast_s)} AND (pairs.content IN ({among}) "
            f"OR pairs.content_y IN ({among})) THEN 1 ELSE 0 END AS fast"
        )


def co_sharing(
    engine: Engine, source: str, window_s: int, min_participation: int = 2, *,
    remove_loops: bool = True, edge_weight: float = 0.5, compat: Compat | None = None, limits: CellLimits = _LIMITS,
) -> CoSharing:  # fmt: skip
    """Pair the shares of an object at most `window_s` seconds apart, both ends included; `source` is a table or a query
    in brackets with the columns that `share_pairs` names, such as `share_file(path)`.

    Accounts need `min_participation` rows, and as many whose contents are in pairs: a pair stays if either side has
    such an account. `remove_loops` drops pairs of one account, of one content, and of a content that is the object.
    The order of the rows decides which of two shares in one second is the older; nothing else depends on it.

    Raises:
        BadInput: a number that cannot be meant.
    """
    if min_participation < 1:
        raise BadInput("`min_participation` cannot be used", got=min_participation, expected="1 or more rows")
    if not 0 <= edge_weight <= 1:
        raise BadInput("`edge_weight` cannot be used", got=edge_weight, expected="a share from 0 to 1")
    loops: Loops = "removed" if remove_loops else "kept"
    # Every row of a pair is one of its account's: with 1 the filter would keep everything.
    table = "co_close" if min_participation > 1 else "co_pairs"
    oversized = pair_shares(engine, source, window_s, min_participation, loops, limits=limits, table=table)
    found = CoSharing(engine, source, min_participation, edge_weight, compat, oversized)
    if min_participation > 1:
        engine.execute(_ACTIVE.format(table="co_kept", pairs="co_close", fast=window_s, **found.participation))
        engine.execute(_DROP_INACTIVE)
        engine.execute("DROP TABLE co_close")
    count_edges(engine)
    return found


def _quantile(weights: list[tuple[int, int]], share: float) -> float:
    """Return a quantile of weights that are given with their counts, in ascending order; 0 of none.

    Source: Hyndman and Fan 1996, type 7, in the steps of R's `quantile`, so that rounding is the same.

    >>> _quantile([(1, 3), (4, 1)], 0.99)
    3.91
    """
    count = sum(edges for _, edges in weights)
    if not count:
        return 0.0
    index = 1 + (count - 1) * share
    place = math.floor(index)
    low, high = (_ranked(weights, min(each, count)) for each in (place, place + 1))
    return low if low == high else (1 - (index - place)) * low + (index - place) * high


def _ranked(weights: list[tuple[int, int]], place: int) -> int:
    for weight, edges in weights:
        place -= edges
        if place <= 0:
            return weight
    return weights[-1][0]
