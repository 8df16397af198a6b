"""Many requests ruled by one query in DuckDB; what a rule that SQL does not say could touch goes to Cedar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.policy.schema import Schema
from evenhand.policy.sql.columns import MASK_BITS
from evenhand.policy.sql.fact_table import load_facts
from evenhand.policy.sql.query import DECISION, DECISIONS, OUTCOME, ROUTED, ROW, Compiled, word
from evenhand.policy.typed.values import Request
from evenhand.store.spark_engine import SparkEngine

_OUTCOMES = tuple(sorted(Outcome, key=lambda each: each.severity))


@dataclass(frozen=True)
class Ruled:
    """What the query said of each row, in the order of the rows.

    `decision` are places in `DECISIONS`, `outcome` severities; bit n of `reasons` and `errors`, 63 a word, is the nth
    of `rules`. Where `routed` is true the other columns are no answer.
    """

    rules: tuple[str, ...]
    decision: NDArray[np.int64]
    outcome: NDArray[np.int64]
    reasons: tuple[NDArray[np.int64], ...]
    errors: tuple[NDArray[np.int64], ...]
    routed: NDArray[np.bool_]

    def rulings(self) -> Iterator[Ruling | None]:
        """Yield each row's ruling, None for a routed row; equal rulings are one object."""
        made: dict[tuple[int, ...], Ruling] = {}
        columns = (self.decision, self.outcome, *self.reasons, *self.errors)
        for routed, *cells in zip(self.routed.tolist(), *(column.tolist() for column in columns), strict=True):
            key = tuple(cells)
            if not routed and key not in made:
                made[key] = self._ruling(key)
            yield None if routed else made[key]

    def _ruling(self, cells: Sequence[int]) -> Ruling:
        decision, outcome, *words = cells
        half = len(self.reasons)
        return Ruling(
            outcome=_OUTCOMES[outcome],
            decision=DECISIONS[decision],
            reasons=self._ids(words[:half]),
            errors=self._ids(words[half:]),
        )

    def _ids(self, words: Sequence[int]) -> tuple[str, ...]:
        bits = sum(each << number * MASK_BITS for number, each in enumerate(words))
        return tuple(sorted(name for place, name in enumerate(self.rules) if bits >> place & 1))


def rule_requests(
    database: duckdb.DuckDBPyConnection,
    compiled: Compiled,
    requests: Sequence[Request | None],
    schema: Schema,
    spark: SparkEngine | None = None,
) -> Ruled:
    """Return what the rules say of requests of their environment; None is one that does not fit the schema.

    With `spark` the query is in its words and is answered there.
    """
    load_facts(database, compiled, requests, schema)
    return rule_table(database, compiled, spark)


def rule_table(database: duckdb.DuckDBPyConnection, compiled: Compiled, spark: SparkEngine | None = None) -> Ruled:
    """Return what the rules say of the rows of the wide table that is there, in the order of their numbers."""
    if spark is not None:
        spark.put(compiled.table, database.table(compiled.table))
    found: dict[str, Any] = (spark.ask if spark else database.execute)(compiled.query).fetchnumpy()
    if not np.all(found[ROW][1:] > found[ROW][:-1]):
        order = np.argsort(found[ROW])
        found = {name: column[order] for name, column in found.items()}
    words = range(compiled.words)
    return Ruled(
        compiled.rules,
        found[DECISION],
        found[OUTCOME],
        tuple(found[word("reasons", number)] for number in words),
        tuple(found[word("errors", number)] for number in words),
        found[ROUTED],
    )
