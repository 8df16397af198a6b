"""The acts behind a pair of accounts: what a person looks at before they believe a number."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from evenhand.influence.clock_habits import at_marks
from evenhand.model.coordination import STATIC, TIMED, CoordinatedPair, EdgeEvidence, SharedAct
from evenhand.model.errors import BadInput, NotFound
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.workflows.influence.influence_run import ACTS, FOLDER, KeptResult, read_kept
from evenhand.workflows.influence.output_tables import BIN_S, CLOSE_S, hand_over
from evenhand.workflows.influence.uncounted_acts import CountedActs

_MEMORY: Final = "1GB"

# The first act of each account in each bin, which is what the test counts.
_CLOSE = """
WITH firsts AS (
    SELECT account_id, object_type, object_id, ts - ts % {width} AS bin, min(ts) AS ts, min(ts) // {unit} AS t,
        arg_min(content_id, (ts, content_id)) AS content_id
    FROM read_parquet({acts})
    WHERE account_id IN (SELECT a FROM wanted UNION ALL SELECT b FROM wanted) AND ts IS NOT NULL
        AND object_type IN ({timed})
    GROUP BY account_id, object_type, object_id, ts - ts % {width}
), marked AS (SELECT *, {at_marks} AS at_mark FROM firsts)
SELECT w.a, w.b, x.object_type, x.object_id, x.ts, y.ts, x.content_id, y.content_id, abs(x.ts - y.ts) <= {close},
    x.at_mark AND y.at_mark
FROM wanted AS w JOIN marked AS x ON x.account_id = w.a
JOIN marked AS y ON y.account_id = w.b AND y.object_type = x.object_type AND y.object_id = x.object_id AND y.bin = x.bin
"""
_HELD = """
WITH held AS (
    SELECT account_id, object_type, object_id, min(seen_at) AS seen_at,
        arg_min(content_id, (seen_at, content_id)) AS content_id, arg_min(source, (seen_at, content_id)) AS source
    FROM read_parquet({acts})
    WHERE account_id IN (SELECT a FROM wanted UNION ALL SELECT b FROM wanted) AND object_type IN ({static})
    GROUP BY account_id, object_type, object_id
)
SELECT w.a, w.b, x.object_type, x.object_id, x.seen_at, y.seen_at, x.content_id, y.content_id, false,
    'tables' IN (x.source, y.source)
FROM wanted AS w JOIN held AS x ON x.account_id = w.a
JOIN held AS y ON y.account_id = w.b AND y.object_type = x.object_type AND y.object_id = x.object_id
"""
Link = tuple[str, str]


def edge_evidence(network: Network, a: str, b: str) -> EdgeEvidence:
    """Return what was counted of two accounts, and the acts behind it in order of time.

    Raises:
        BadInput: both are one account.
        NotFound: nothing was tested yet, or the events have no such account.
    """
    if a == b:
        raise BadInput("an account has no link with itself", got=a, expected="two different accounts")
    kept_result(network)
    acts = network.state / FOLDER / ACTS
    with analysis_engine(_MEMORY) as engine:
        known = f"SELECT DISTINCT account_id FROM read_parquet({literal(acts)}) WHERE account_id IN ($a, $b)"
        found = {account for (account,) in engine.execute(known, {"a": a, "b": b}).fetchall()}
    if unknown := sorted({a, b} - found):
        raise NotFound("no account of this id in the events", got=", ".join(unknown),
                       expected="accounts as `evenhand influence show DIR` names them")  # fmt: skip
    return edges_evidence(network, [(a, b)])[0]


def edges_evidence(network: Network, links: Sequence[Link]) -> list[EdgeEvidence]:
    """Return the same of many links at once, in their order.

    Raises:
        NotFound: nothing was tested yet.
    """
    kept, acts = kept_result(network), network.state / FOLDER / ACTS
    wanted = [(min(each), max(each)) for each in links]
    unit = network.settings.influence.resolution_s
    with analysis_engine(_MEMORY) as engine:
        hand_over(engine, "wanted", ("a", "b"), list(dict.fromkeys(wanted)))
        rows = engine.execute(_query(_CLOSE, acts, unit)).fetchall()
        held = engine.execute(_query(_HELD, acts, unit)).fetchall()
        kinds = engine.execute(f"SELECT DISTINCT object_type FROM read_parquet({literal(acts)})").fetchall()
    counted = CountedActs(kept.coordination, (kind for (kind,) in kinds), BIN_S)
    found: dict[Link, list[SharedAct]] = {link: [] for link in wanted}
    for row in rows:
        found[row[0], row[1]].append(counted.moment(_act(row[2:9]), row[:2], at_marks=row[9]))
    things: dict[Link, list[SharedAct]] = {}
    for row in held:
        things.setdefault((row[0], row[1]), []).append(_act(row[2:9], is_thing=True, is_day=row[9]))
    for link, several in things.items():
        timed = {(act.object_type, act.object_id) for act in found[link]}
        found[link] += [act for act in counted.things(several) if (act.object_type, act.object_id) not in timed]
    pairs: dict[Link, list[CoordinatedPair]] = {}
    for pair in kept.coordination.pairs:
        pairs.setdefault((pair.a, pair.b), []).append(pair)
    return [
        EdgeEvidence(a=a, b=b, pairs=tuple(pairs.get((a, b), ())), acts=tuple(sorted(found[a, b], key=_order)))
        for a, b in wanted
    ]


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


def _query(form: str, acts: Path, unit: int) -> str:
    timed, static = (", ".join(f"'{each}'" for each in kinds) for kinds in (TIMED, STATIC))
    return form.format(
        acts=literal(acts), width=BIN_S, close=CLOSE_S, timed=timed, static=static, unit=unit, at_marks=at_marks(unit)
    )


def _act(row: tuple[Any, ...], *, is_thing: bool = False, is_day: bool = False) -> SharedAct:
    kind, name, a_at, b_at, a_content, b_content, is_close = row
    return SharedAct(
        object_type=kind, object_id=name, a_at=_instant(a_at), b_at=_instant(b_at), a_content=a_content or "",
        b_content=b_content or "", is_close=is_close,
        is_thing=is_thing, is_day=is_day,
    )  # fmt: skip


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _order(act: SharedAct) -> tuple[datetime, str, str]:
    return min(act.a_at, act.b_at), act.object_type, act.object_id
