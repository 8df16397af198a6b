"""Whom other tools would name in scenarios with planted rings: `python -m benchmarks.influence_peers DIR [--quick]`.

DIR has scenarios as `python -m tests.conformance.influence_planted` reads them (`benchmarks.influence_scenarios` makes
some). On the same events:

- evenhand: the default configuration;
- coortweet_median, coortweet_99: CooRTweet's network of edges heavier than the median (its default) and than the 99th
  percentile, 60 s, computed by `co_sharing`, which agrees with CooRTweet row by row;
- toolkit_2: coordination-network-toolkit, edges of weight 2 and more, 60 s, computed by `directed_edges`;
- null_model: the approach of null-model-coord, written anew from its description: for objects (of two accounts and ten
  rows or more) and for half hours, what each row points to is shuffled 1,000 times, pairs of accounts are compared by
  their cosine, weighted by rarity, with Benjamini and Hochberg over the pairs of an indicator; named is who has a pair
  at 0.05 or less. It needs scipy.

`seconds` of a peer are those of our computation of it, not of the tool itself. The last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evenhand.influence import event_tables, find_coordination
from evenhand.influence.co_sharing import co_sharing
from evenhand.influence.directed_edges import directed_edges
from evenhand.influence.probabilities import false_discovery_rates
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.parquet_rows import literal
from tests.conformance.influence_planted import Scenario, scenarios

SHUFFLES, QUICK = 1_000, 100
WINDOW_S: Final = 60
LEVEL: Final = 0.05
_HALF_HOUR_S: Final = 1_800
_FREQUENT: Final = """
SELECT account_id, value FROM pointed WHERE value IN (
    SELECT value FROM pointed GROUP BY value HAVING count(*) >= 10 AND count(DISTINCT account_id) >= 2
) ORDER BY account_id, value
"""

Peer = Callable[[duckdb.DuckDBPyConnection, Scenario], set[str]]
"""Returns the accounts that a tool names."""


def name_by_evenhand(engine: duckdb.DuckDBPyConnection, scenario: Scenario) -> set[str]:
    """Return whom our findings name."""
    source = f"read_parquet({literal(scenario.events)})"
    found = find_coordination(event_tables(engine, source, scenario.declared, scenario.resolution_s))
    return {account for group in found.groups for account in group.named}


def name_by_coortweet(engine: duckdb.DuckDBPyConnection, scenario: Scenario, quantile: float) -> set[str]:
    """Return the accounts of the edges heavier than a quantile."""
    edges = co_sharing(engine, _shares(scenario), WINDOW_S, edge_weight=quantile, compat="coortweet").edges
    return _ends(engine, f"SELECT a, b FROM ({edges}) WHERE weight_threshold = 1")


def name_by_toolkit(engine: duckdb.DuckDBPyConnection, scenario: Scenario) -> set[str]:
    """Return the accounts of the directed edges of weight 2 and more."""
    return _ends(engine, f"SELECT a, b FROM ({directed_edges(engine, _shares(scenario), WINDOW_S, 2).edges})")


def name_by_null_model(engine: duckdb.DuckDBPyConnection, scenario: Scenario, shuffles: int) -> set[str]:
    """Return the accounts with a pair that is more alike than after shuffles, on objects or on half hours."""
    named: set[str] = set()
    engine.execute(f"CREATE TEMP TABLE given AS FROM read_parquet({literal(scenario.events)})")
    for value in ("object_id", f"CAST(ts - ts % {_HALF_HOUR_S} AS VARCHAR)"):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE pointed AS SELECT account_id, {value} AS value FROM given")
        rows = engine.execute(_FREQUENT).fetchall()
        if rows:
            named |= _more_alike([account for account, _ in rows], [value for _, value in rows], shuffles)
    return named


def _more_alike(accounts: list[str], values: list[str], shuffles: int) -> set[str]:
    names, row_account = np.unique(np.array(accounts), return_inverse=True)
    _, row_value = np.unique(np.array(values), return_inverse=True)
    a, b = sparse.triu(_cosines(row_account, row_value), 1).nonzero()
    if not len(a):
        return set()
    real, as_alike = _of(_cosines(row_account, row_value), a, b), np.zeros(len(a), np.int64)
    draw = np.random.default_rng(18)
    for _ in range(shuffles):
        as_alike += _of(_cosines(row_account, draw.permutation(row_value)), a, b) >= real
    near = false_discovery_rates((1 + as_alike) / (1 + shuffles)) <= LEVEL
    return set(names[np.unique(np.concatenate([a[near], b[near]]))].tolist())


def _cosines(accounts: NDArray[np.int64], values: NDArray[np.int64]) -> Any:
    """Return the cosine of every two accounts with a value in common, values weighted by their rarity."""
    shape = int(accounts.max()) + 1, int(values.max()) + 1
    counts = sparse.csr_matrix((np.ones(len(accounts)), (accounts, values)), shape=shape)
    holders = np.maximum(np.asarray((counts > 0).sum(axis=0)).ravel(), 1)
    weighted = counts @ sparse.diags(np.log(shape[0] / holders))
    lengths = np.sqrt(np.asarray(weighted.power(2).sum(axis=1)).ravel())
    scaled = sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ weighted
    return (scaled @ scaled.T).tocsr()


def _of(cosines: Any, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    chosen: NDArray[np.float64] = np.asarray(cosines[a, b]).ravel()
    return chosen


def _shares(scenario: Scenario) -> str:
    columns = "object_id, account_id, content_id, ts AS timestamp_share, CAST(file_row_number AS INTEGER) AS place"
    return f"(SELECT {columns} FROM read_parquet({literal(scenario.events)}, file_row_number = true))"


def _ends(engine: duckdb.DuckDBPyConnection, pairs: str) -> set[str]:
    return {account for pair in engine.execute(pairs).fetchall() for account in pair}


def peers(shuffles: int) -> dict[str, Peer]:
    """Return every tool by name."""
    return {
        "evenhand": name_by_evenhand,
        "coortweet_median": lambda engine, scenario: name_by_coortweet(engine, scenario, 0.5),
        "coortweet_99": lambda engine, scenario: name_by_coortweet(engine, scenario, 0.99),
        "toolkit_2": name_by_toolkit,
        "null_model": lambda engine, scenario: name_by_null_model(engine, scenario, shuffles),
    }


def compare(scenario: Scenario, shuffles: int) -> dict[str, dict[str, Any]]:
    """Return of each tool whom it names in a scenario: counts, shares and seconds."""
    rows = {}
    for name, peer in peers(shuffles).items():
        with analysis_engine("2GB") as engine:
            start = time.perf_counter()
            flagged = peer(engine, scenario)
            rows[name] = _row(scenario, flagged, time.perf_counter() - start)
    return rows


def _row(scenario: Scenario, flagged: set[str], seconds: float) -> dict[str, Any]:
    right = flagged & (scenario.truth or frozenset())
    found = flagged & scenario.expected
    return {
        "flagged": len(flagged), "right": len(right), "found": len(found), "expected": len(scenario.expected),
        "precision": _share(len(right), len(flagged)), "recall": _share(len(found), len(scenario.expected)),
        "seconds": round(seconds, 2),
    }  # fmt: skip


def _share(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None


def total(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return one tool's row over all scenarios."""
    every = list(rows)
    sums = {key: sum(row[key] for row in every) for key in ("flagged", "right", "found", "expected", "seconds")}
    return {
        **sums, "seconds": round(sums["seconds"], 2),
        "precision": _share(sums["right"], sums["flagged"]), "recall": _share(sums["found"], sums["expected"]),
    }  # fmt: skip


def main() -> None:
    """Compare, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} shuffles instead of {SHUFFLES:,}")
    parser.add_argument("--only", default="", help="scenarios whose name begins so")
    chosen = parser.parse_args()
    shuffles = QUICK if chosen.quick else SHUFFLES
    by_scenario = {}
    for scenario in scenarios(chosen.folder):
        if scenario.name.startswith(chosen.only):
            by_scenario[scenario.name] = compare(scenario, shuffles)
            print(json.dumps({scenario.name: by_scenario[scenario.name]}), flush=True)
    totals = {name: total(rows[name] for rows in by_scenario.values()) for name in peers(shuffles)}
    print(json.dumps({"shuffles": shuffles, "tools": totals, "scenarios": by_scenario}))


if __name__ == "__main__":
    main()
