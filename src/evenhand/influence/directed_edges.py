"""Directed edges as coordination-network-toolkit 1.5.2 counts them: how many posts of one account another accompanied.

The toolkit (MIT) also lets every account with any post accompany itself, for want of a condition that its main branch
has; such edges of an account with itself are never made here. Under `compat="toolkit"` a second defect is kept: of the
posts with one id only the first in the input counts, although one post may share several objects, and an empty object
is none.
"""

from dataclasses import dataclass
from typing import Final, Literal

from evenhand.influence.share_pairs import CellLimits, count_edges, pair_shares
from evenhand.model.coordination import OversizedCell
from evenhand.store.duckdb_engine import Engine

Compat = Literal["toolkit"]
_LIMITS: Final = CellLimits()

_FIRST_POSTS = """(
    SELECT object_id, account_id, content_id, timestamp_share, place FROM (
        SELECT object_id, account_id, content_id, timestamp_share, place,
            row_number() OVER (PARTITION BY content_id ORDER BY place) AS nth
        FROM {source} AS given
    ) AS posts WHERE nth = 1 AND object_id <> ''
)"""
_DIRECTED = """
SELECT x.account_id AS a, y.account_id AS b, CAST(weight AS BIGINT) AS weight
FROM (
    SELECT low AS account, high AS account_y, n_low AS weight FROM co_edges
    UNION ALL SELECT high AS account, low AS account_y, n_high AS weight FROM co_edges
) AS edges
JOIN co_accounts AS x ON edges.account = x.account JOIN co_accounts AS y ON edges.account_y = y.account
WHERE weight >= {least} ORDER BY a, b
"""


@dataclass(frozen=True)
class DirectedEdges:
    """The query of the edges (a, b, weight), and the cells that are not in it."""

    edges: str
    oversized: tuple[OversizedCell, ...]


def directed_edges(
    engine: Engine, source: str, window_s: int, min_edge_weight: int = 1, *,
    compat: Compat | None = None, limits: CellLimits = _LIMITS,
) -> DirectedEdges:  # fmt: skip
    """Count for each two accounts a, b the different contents of a with one of b on the same object in the window.

    `source` is as for `co_sharing`, both ends of the window are in it, edges lighter than `min_edge_weight` are left
    out. A later call on the same engine replaces the tables that the query reads.
    """
    if compat:
        source = _FIRST_POSTS.format(source=source)
    oversized = pair_shares(engine, source, window_s, 1, "own removed", limits=limits)
    count_edges(engine)
    return DirectedEdges(_DIRECTED.format(least=int(min_edge_weight)), oversized)
