"""A log of requests ruled by SQL and by the Cedar engine, as `python -m benchmarks.policy_replay [--quick]`.

`rows_per_s`: decision, outcome, reason bits and error bits of every row, asked of wide tables that are already loaded,
one an environment, and fetched into memory; the middle of three runs. `load_rows_per_s` is how fast typed requests
become those tables. `cedarpy_rows_per_s`: rows of the same log drawn at random, one batch, policies, schema and
entities as handles that are made before; the middle of three runs. The same rows are compared: decision, reasons and
errors with Cedar's, the outcome with the plain evaluator's. Facts, of 20,000 advertisers, and two thirds of the rules
are made up.
"""

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import cedarpy
import duckdb

from benchmarks.policy_facts import made_entities, made_requests, rules_text
from benchmarks.sizes import at_least
from evenhand.model.ruling import Ruling
from evenhand.policy.engine import CedarEngine, Response
from evenhand.policy.schema import Environment, Schema, read_schema
from evenhand.policy.sql.batch_ruling import Ruled, rule_table
from evenhand.policy.sql.fact_table import load_facts
from evenhand.policy.sql.query import Compiled, to_sql
from evenhand.policy.syntax_tree import Policy, named, parse, to_handle
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import Request, environment_of, read_entities, read_request

FULL, QUICK = 1_000_000, 200_000
PARTIES, COMPARED, CHUNK, RUNS, SEED = 20_000, 5_000, 50_000, 3, 2026
THREADS = 2


@dataclass(frozen=True)
class Part:
    """The rows of one request environment: its rules and query, and the places of its rows in the log."""

    rules: tuple[Rule, ...]
    compiled: Compiled
    places: list[int]


@dataclass(frozen=True)
class Drawn:
    """A row of the log that both engines rule: as Cedar JSON and as values."""

    raw: dict[str, Any]
    request: Request


def main() -> None:
    """Measure, and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} rows instead of {FULL:,}")
    parser.add_argument("--rows", type=at_least(100), help="any other number")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.rows or (QUICK if wanted.quick else FULL))))


def measure(rows: int) -> dict[str, Any]:
    """Return the figures of a log of so many rows."""
    text, schema_text = rules_text()
    schema = read_schema(schema_text)
    policies = [named(policy, policy.annotations["id"]) for policy in parse(text)]
    print(f"{rows:,} made requests, {len(policies)} policies; load {os.getloadavg()[0]:.1f}")
    started = time.perf_counter()
    parts = {environment: _part(number, policies, environment, schema)
             for number, environment in enumerate(schema.environments)}  # fmt: skip
    compile_s = time.perf_counter() - started

    entities = made_entities(PARTIES, SEED)
    database = duckdb.connect(config={"threads": THREADS})
    drawn, load_s = _load(database, parts, entities, rows, schema)
    runs = [_ruled(database, parts) for _ in range(RUNS)]
    sql_s = statistics.median(seconds for seconds, _ in runs)
    cedar_s, answers = _by_cedar(drawn, entities, to_handle(policies), cedarpy.Schema.from_str(schema_text))
    rulings = _by_place(parts, runs[-1][1])
    plain = {place: rule_by_evaluation(parts[environment_of(each.request, schema)].rules, each.request)
             for place, each in drawn.items()}  # fmt: skip
    mismatches = sum(not _agree(rulings[place], answers[place], plain[place]) for place in drawn)
    return {
        "rows": rows,
        "policies": len(policies),
        "rows_per_s": round(rows / sql_s),
        "cedarpy_rows_per_s": round(len(drawn) / cedar_s),
        "ratio": round(rows / sql_s / (len(drawn) / cedar_s), 1),
        "mismatches": mismatches,
        "compared": len(drawn),
        "routed": sum(ruling is None for ruling in rulings.values()),
        "with_errors": sum(bool(ruling and ruling.errors) for ruling in rulings.values()),
        "runs_s": [round(seconds, 3) for seconds, _ in runs],
        "compile_s": round(compile_s, 3),
        "load_rows_per_s": round(rows / load_s),
        "columns": sum(len(part.compiled.columns) for part in parts.values()),
        "threads": THREADS,
    }


def _part(number: int, policies: Sequence[Policy], environment: Environment, schema: Schema) -> Part:
    rules = lower_all(policies, schema, environment)
    return Part(rules, to_sql(rules, schema, "duckdb", table=f"facts_{number}"), [])


def _load(
    database: duckdb.DuckDBPyConnection,
    parts: Mapping[Environment, Part],
    entities: list[Any],
    rows: int,
    schema: Schema,
) -> tuple[dict[int, Drawn], float]:
    """Fill the tables; return rows drawn at random, and the seconds from typed requests to tables."""
    store = read_entities(entities, schema)
    wanted = set(random.Random(SEED).sample(range(rows), min(COMPARED, rows)))
    drawn, seconds = {}, 0.0
    log = enumerate(islice(made_requests(PARTIES, SEED), rows))
    while chunk := list(islice(log, CHUNK)):
        asked: dict[Environment, list[tuple[int, Request]]] = {}
        for place, raw in chunk:
            request = read_request(raw, store, schema)
            asked.setdefault(environment_of(request, schema), []).append((place, request))
            if place in wanted:
                drawn[place] = Drawn(raw, request)
        started = time.perf_counter()
        for environment, own in asked.items():
            _append(database, parts[environment], own, schema)
        seconds += time.perf_counter() - started
    return drawn, seconds


def _append(
    database: duckdb.DuckDBPyConnection, part: Part, asked: Sequence[tuple[int, Request]], schema: Schema
) -> None:
    load_facts(database, replace(part.compiled, table="chunk"), [request for _, request in asked], schema)
    table = part.compiled.table
    database.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} AS SELECT * FROM chunk LIMIT 0")
    database.execute(f"INSERT INTO {table} SELECT * REPLACE (row_id + {len(part.places)} AS row_id) FROM chunk")
    part.places.extend(place for place, _ in asked)


def _ruled(database: duckdb.DuckDBPyConnection, parts: Mapping[Environment, Part]) -> tuple[float, list[Ruled]]:
    started = time.perf_counter()
    ruled = [rule_table(database, part.compiled) for part in parts.values()]
    return time.perf_counter() - started, ruled


def _by_cedar(
    drawn: Mapping[int, Drawn], entities: list[Any], policies: cedarpy.PolicySet, schema: cedarpy.Schema
) -> tuple[float, dict[int, Response]]:
    """Return the engine's seconds, reading of facts left out, and its answers."""
    asked = [{**each.raw, "context": json.dumps(each.raw["context"])} for each in drawn.values()]
    store = cedarpy.Entities.from_json_str(json.dumps(entities), schema)
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        cedarpy.is_authorized_batch(asked, policies, store, schema)
        seconds.append(time.perf_counter() - started)
    answers = CedarEngine(policies, schema).responses(asked, json.dumps(entities).encode())
    return statistics.median(seconds), dict(zip(drawn, answers, strict=True))


def _by_place(parts: Mapping[Environment, Part], ruled: Sequence[Ruled]) -> dict[int, Ruling | None]:
    return {
        place: ruling
        for part, answer in zip(parts.values(), ruled, strict=True)
        for place, ruling in zip(part.places, answer.rulings(), strict=True)
    }


def _agree(ruling: Ruling | None, answer: Response, plain: Ruling) -> bool:
    return ruling is not None and ruling == plain and (
        (ruling.decision, ruling.reasons, ruling.errors) == (answer.decision, answer.reasons, answer.errors)
    )  # fmt: skip


if __name__ == "__main__":
    main()
