"""The acts behind a pair of accounts: what a person looks at before they believe a number."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evenhand.model.coordination import STATIC, TIMED, EdgeEvidence, SharedAct
from evenhand.model.errors import NotFound
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.workflows.influence.influence_run import ACTS, FOLDER, KeptResult, read_kept
from evenhand.workflows.influence.output_tables import BIN_S, CLOSE_S

# The first act of each account in each bin, which is what the test counts.
_CLOSE = """
WITH firsts AS (
    SELECT account_id, object_type, object_id, ts - ts % {width} AS bin, min(ts) AS ts,
        arg_min(content_id, (ts, content_id)) AS content_id
    FROM read_parquet({acts}) WHERE account_id IN ($a, $b) AND ts IS NOT NULL AND object_type IN ({timed})
    GROUP BY account_id, object_type, object_id, ts - ts % {width}
)
SELECT x.object_type, x.object_id, x.ts, y.ts, x.content_id, y.content_id, abs(x.ts - y.ts) <= {close}
FROM firsts AS x JOIN firsts AS y USING (object_type, object_id, bin)
WHERE x.account_id = $a AND y.account_id = $b
ORDER BY x.ts, x.object_type, x.object_id
"""
_HELD = """
WITH held AS (
    SELECT account_id, object_type, object_id, min(seen_at) AS seen_at,
        arg_min(content_id, (seen_at, content_id)) AS content_id
    FROM read_parquet({acts}) WHERE account_id IN ($a, $b) AND object_type IN ({static})
    GROUP BY account_id, object_type, object_id
)
SELECT x.object_type, x.object_id, x.seen_at, y.seen_at, x.content_id, y.content_id, false
FROM held AS x JOIN held AS y USING (object_type, object_id)
WHERE x.account_id = $a AND y.account_id = $b
ORDER BY x.object_type, x.object_id
"""


def edge_evidence(network: Network, a: str, b: str) -> EdgeEvidence:
    """Return what was counted of two accounts, and the acts behind it in order of time.

    Raises:
        NotFound: nothing was tested yet, or the events have no such account.
    """
    kept, acts = kept_result(network), network.state / FOLDER / ACTS
    first, second = sorted((a, b))
    parameters = {"a": first, "b": second}
    with analysis_engine("1GB") as engine:
        known = f"SELECT DISTINCT account_id FROM read_parquet({literal(acts)}) WHERE account_id IN ($a, $b)"
        found = {account for (account,) in engine.execute(known, parameters).fetchall()}
        if unknown := sorted({first, second} - found):
            raise NotFound("no account of this id in the events", got=", ".join(unknown),
                           expected="accounts as `evenhand influence show DIR` names them")  # fmt: skip
        rows = engine.execute(_query(_CLOSE, acts), parameters).fetchall()
        timed = {(kind, name) for kind, name, *_ in rows}
        held = engine.execute(_query(_HELD, acts), parameters).fetchall()
    rows += [row for row in held if row[:2] not in timed]
    pairs = tuple(each for each in kept.coordination.pairs if (each.a, each.b) == (first, second))
    return EdgeEvidence(a=first, b=second, pairs=pairs, acts=tuple(sorted(_acts(rows), key=_order)))


def kept_result(network: Network) -> KeptResult:
    """Return what the last run of the tests found, with its events.

    Raises:
        NotFound: there was none.
    """
    kept = read_kept(network.state)
    if kept is None or not (network.state / FOLDER / ACTS).exists():
        raise NotFound("no result of coordination tests", where=network.state / FOLDER,
                       todo="run `evenhand influence run DIR` first; a network without events has none")  # fmt: skip
    return kept


def _query(form: str, acts: Path) -> str:
    timed, static = (", ".join(f"'{each}'" for each in kinds) for kinds in (TIMED, STATIC))
    return form.format(acts=literal(acts), width=BIN_S, close=CLOSE_S, timed=timed, static=static)


def _acts(rows: list[tuple[Any, ...]]) -> Iterator[SharedAct]:
    for kind, name, a_at, b_at, a_content, b_content, is_close in rows:
        yield SharedAct(
            object_type=kind, object_id=name, a_at=_instant(a_at), b_at=_instant(b_at), a_content=a_content or "",
            b_content=b_content or "", is_close=bool(is_close),
        )  # fmt: skip


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _order(act: SharedAct) -> tuple[datetime, str, str]:
    return min(act.a_at, act.b_at), act.object_type, act.object_id
