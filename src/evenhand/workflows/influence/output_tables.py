"""What was found as files for other programs: `out/influence/*.parquet`, each sorted by a unique key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from evenhand.influence.graph_files import gexf, graphml
from evenhand.influence.pair_sentences import TOKENS
from evenhand.model.coordination import STATIC, CoordinatedPair, Coordination, InfluenceResult
from evenhand.store.atomic_files import write_whole
from evenhand.store.parquet_rows import literal
from evenhand.store.tables import write_parquet

BIN_S: Final = 600
CLOSE_S: Final = 60

_PAIRS = {
    "a": "VARCHAR", "b": "VARCHAR", "layer": "VARCHAR", "n": "BIGINT", "k": "BIGINT", "expected": "DOUBLE",
    "p": "DOUBLE", "q": "DOUBLE", "by_group": "BOOLEAN", "declared": "BOOLEAN", "first_at": "TIMESTAMP",
    "last_at": "TIMESTAMP", "p_short_bins": "DOUBLE",
}  # fmt: skip
_COMMUNITIES = {
    "id": "VARCHAR", "size": "BIGINT", "q": "DOUBLE", "p_confirm": "DOUBLE", "layers": "VARCHAR", "spend": "BIGINT",
    "declared": "BIGINT",
}  # fmt: skip
_MEMBERS = {"community": "VARCHAR", "account_id": "VARCHAR", "named": "BOOLEAN", "q": "DOUBLE"}
_OBJECTS = {
    "community": "VARCHAR", "object_type": "VARCHAR", "object_id": "VARCHAR", "accounts": "BIGINT", "acts": "BIGINT",
}  # fmt: skip
_OVERSIZED = {
    "object_type": "VARCHAR", "object_id": "VARCHAR", "bin_starts": "BIGINT", "bin_s": "BIGINT", "accounts": "BIGINT",
    "pairs": "BIGINT",
}  # fmt: skip
_UNCOUNTED = {"object_type": "VARCHAR", "object_id": "VARCHAR", "accounts": "BIGINT", "why": "VARCHAR"}

_CLOSE_MOMENTS = """
SELECT p.a, p.b, p.layer, min(least(x.ts, y.ts)), max(greatest(x.ts, y.ts))
FROM found_pairs AS p
JOIN read_parquet({acts}) AS x ON x.account_id = p.a AND x.object_type = p.layer
JOIN read_parquet({acts}) AS y ON y.account_id = p.b AND y.object_type = p.layer AND y.object_id = x.object_id
    AND y.ts - y.ts % {width} = x.ts - x.ts % {width} AND abs(x.ts - y.ts) <= {close}
GROUP BY p.a, p.b, p.layer
UNION ALL
SELECT p.a, p.b, p.layer, min(greatest(x.seen_at, y.seen_at)), max(greatest(x.seen_at, y.seen_at))
FROM found_pairs AS p
JOIN read_parquet({acts}) AS x ON x.account_id = p.a AND x.object_type IN ({static}) AND x.seen_at > 0
JOIN read_parquet({acts}) AS y ON y.account_id = p.b AND y.object_id = x.object_id AND y.object_type = x.object_type
    AND y.seen_at > 0
WHERE p.layer = '{tokens}'
GROUP BY p.a, p.b, p.layer
"""
_SHARED_OBJECTS = """
SELECT m.community, e.object_type, e.object_id, count(DISTINCT e.account_id) AS accounts, count(*) AS acts
FROM found_members AS m JOIN read_parquet({acts}) AS e USING (account_id)
GROUP BY m.community, e.object_type, e.object_id HAVING count(DISTINCT e.account_id) >= 2
ORDER BY m.community, accounts DESC, e.object_type, e.object_id
"""


def write_outputs(
    folder: Path, coordination: Coordination, result: InfluenceResult, engine: duckdb.DuckDBPyConnection, acts: Path
) -> None:
    """Write every table of a result; `acts` is the Parquet file of the events that were tested."""
    moments = _moments(engine, coordination.pairs, acts)
    write_parquet(folder / "pairs.parquet", _PAIRS, (
        (each.a, each.b, each.layer, each.n, each.k, each.expected, each.p, each.q, each.by_group, each.declared,
         *moments.get((each.a, each.b, each.layer), (None, None)), each.p_short_bins)
        for each in sorted(coordination.pairs, key=lambda each: (each.a, each.b, each.layer))
    ))  # fmt: skip
    communities = sorted(result.communities, key=lambda each: each.id)
    write_parquet(folder / "communities.parquet", _COMMUNITIES, (
        (each.id, len(each.members), each.q, each.p_confirm, " ".join(each.layers), each.spent_micros,
         len(set(each.members) - {*each.named, *each.outside}))
        for each in communities
    ))  # fmt: skip
    least = _least_q(coordination.pairs)
    write_parquet(folder / "members.parquet", _MEMBERS, (
        (each.id, account, account in each.named, least.get(account, each.q))
        for each in communities
        for account in each.members
    ))  # fmt: skip
    members = [(each.id, account) for each in communities for account in each.members]
    write_parquet(folder / "objects.parquet", _OBJECTS, _objects(engine, members, acts))
    write_parquet(folder / "oversized.parquet", _OVERSIZED, sorted(
        (each.object_type, each.object_id, each.bin_starts, each.bin_s, each.accounts, each.pairs)
        for each in coordination.oversized
    ))  # fmt: skip
    write_parquet(folder / "uncounted.parquet", _UNCOUNTED, sorted(
        (each.object_type, each.object_id, each.accounts, each.why) for each in coordination.uncounted
    ))  # fmt: skip


def write_graphs(folder: Path, coordination: Coordination, names: Mapping[str, str], at: datetime) -> None:
    """Write the linked accounts for programs that draw graphs."""
    write_whole(folder / "graph.graphml", graphml(coordination, names))
    write_whole(folder / "graph.gexf", gexf(coordination, names, at))


def _least_q(pairs: Sequence[CoordinatedPair]) -> dict[str, float]:
    least: dict[str, float] = {}
    for pair in pairs:
        for account in () if pair.declared else (pair.a, pair.b):
            least[account] = min(pair.q, least.get(account, 1.0))
    return least


def _moments(
    engine: duckdb.DuckDBPyConnection, pairs: Sequence[CoordinatedPair], acts: Path
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return when the first and last acts were that made a pair close, by pair and layer."""
    hand_over(engine, "found_pairs", ("a", "b", "layer"), [(each.a, each.b, each.layer) for each in pairs])
    query = _CLOSE_MOMENTS.format(
        acts=literal(acts), width=BIN_S, close=CLOSE_S, tokens=TOKENS, static=", ".join(f"'{each}'" for each in STATIC)
    )
    rows = engine.execute(
        "SELECT a, b, layer, make_timestamp(first_s * 1000000)::VARCHAR, make_timestamp(last_s * 1000000)::VARCHAR "
        f"FROM ({query}) AS found (a, b, layer, first_s, last_s)"
    ).fetchall()
    return {(a, b, layer): (first, last) for a, b, layer, first, last in rows}


def _objects(
    engine: duckdb.DuckDBPyConnection, members: Sequence[tuple[str, str]], acts: Path
) -> list[tuple[Any, ...]]:
    """Return what at least two members of a community did or have in common, what most of them share first."""
    hand_over(engine, "found_members", ("community", "account_id"), members)
    return engine.execute(_SHARED_OBJECTS.format(acts=literal(acts))).fetchall()


def hand_over(
    engine: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Make a table of texts in the engine, replacing one of that name."""
    shape = ", ".join(f"{name} VARCHAR" for name in columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({shape})")
    if rows:
        values = ", ".join(f"unnest(${place}::VARCHAR[])" for place, _ in enumerate(columns, 1))
        engine.execute(f"INSERT INTO {table} SELECT {values}", [list(each) for each in zip(*rows, strict=True)])
