"""DuckDB's query against the Cedar engine, on made-up rule sets."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from benchmarks import policy_replay
from evenhand.model.ruling import Ruling
from evenhand.policy.schema import Environment, Schema, read_schema
from evenhand.policy.sql.batch_ruling import rule_requests
from evenhand.policy.sql.query import Compiled, to_sql
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.evaluator import evaluate, rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import Request, environment_of, read_entities, read_request
from tests.differential.policy_edges import edges
from tests.differential.policy_made import Made, made
from tests.differential.policy_twins import by_cedar

DATABASE = duckdb.connect(config={"threads": 1})

Asked = tuple[int, Request]
Ruled = tuple[int, Compiled, tuple[Rule, ...], Request, Ruling | None]


def by_environment(case: Made, schema: Schema) -> dict[Environment, list[Asked]]:
    """Return requests, each with its place, by environment."""
    store = read_entities(case.entities, schema)
    found: dict[Environment, list[Asked]] = {}
    for place, raw in enumerate(case.requests):
        request = read_request(raw, store, schema)
        found.setdefault(environment_of(request, schema), []).append((place, request))
    return found


# What Spark's documentation says of the functions that it alone has.
SPARK = """
CREATE TEMP MACRO try_add(a, b) AS TRY_CAST(a::HUGEINT + b::HUGEINT AS BIGINT);
CREATE TEMP MACRO try_subtract(a, b) AS TRY_CAST(a::HUGEINT - b::HUGEINT AS BIGINT);
CREATE TEMP MACRO try_multiply(a, b) AS TRY_CAST(a::HUGEINT * b::HUGEINT AS BIGINT);
CREATE TEMP MACRO size(list) AS len(list);
CREATE TEMP MACRO array_contains(list, element) AS list_contains(list, element);
CREATE TEMP MACRO arrays_overlap(a, b) AS list_has_any(a, b);
CREATE TEMP MACRO array_except(a, b) AS list_filter(a, lambda x: NOT list_contains(b, x));
"""
SPELLED = {"DIV": "//", "ARRAY": "list_value", "CHAR": "chr"}


def as_duckdb(spark: str) -> str:
    """Return Spark's text word by word in DuckDB's spelling: names, strings and lists are quoted in another way."""
    return " ".join(_spelled(token) for token in sqlglot.tokenize(spark, read="spark"))


def _spelled(token: Token) -> str:
    match token.token_type:
        case TokenType.STRING:
            return exp.Literal.string(token.text).sql("duckdb")
        case TokenType.IDENTIFIER:
            return exp.to_identifier(token.text, quoted=True).sql("duckdb")
        case _:
            return SPELLED.get(token.text, token.text)


def ruled(case: Made) -> Iterator[Ruled]:
    """Yield each request's place, the query and rules of its environment, and its ruling, None if it is routed."""
    schema, policies = read_schema(case.schema), parse(case.policies)
    for environment, asked in by_environment(case, schema).items():
        rules = lower_all(policies, schema, environment)
        compiled = to_sql(rules, schema, "duckdb")
        rulings = rule_requests(DATABASE, compiled, [request for _, request in asked], schema).rulings()
        for (place, request), ruling in zip(asked, rulings, strict=True):
            yield place, compiled, rules, request, ruling


@cache
def ruled_once(seed: int) -> list[Ruled]:
    """Return the same of a made-up rule set and a hundred requests, of which more than one test asks."""
    return list(ruled(made(seed, requests=100)))


def disagreements(seeds: range, rule: Callable[[int], Iterable[Ruled]]) -> tuple[list[int], Counter[str]]:
    """Return the seeds of rule sets on which the two differ, and what happened in all of them."""
    wrong, seen = [], Counter[str]()
    for seed in seeds:
        cedar = by_cedar(made(seed, requests=100))
        for place, _, rules, request, ruling in rule(seed):
            seen["requests"] += 1
            seen["routed"] += ruling is None
            if ruling is not None:
                answer = cedar[place]
                seen.update((answer.decision, "errors" if answer.errors else "none"))
                agrees = (ruling.decision, ruling.reasons, ruling.errors) == (
                    answer.decision,
                    answer.reasons,
                    answer.errors,
                )
                wrong += [seed] * (not agrees or ruling != rule_by_evaluation(rules, request))
    return wrong, seen


def test_made_up_requests_are_ruled_as_cedar_rules_them() -> None:
    """Decision, reasons and errors are Cedar's, the outcome the plain evaluator's; most rows need no engine."""
    wrong, seen = disagreements(range(35), ruled_once)

    assert (wrong, seen["requests"]) == ([], 3_500)
    assert min(seen["errors"], seen["allow"], seen["deny"]) > 150
    assert seen["routed"] < 900


@pytest.mark.long
def test_a_million_made_up_requests_are_ruled_as_cedar_rules_them() -> None:
    """The same on other seeds."""
    wrong, seen = disagreements(range(1_000, 11_000), lambda seed: ruled(made(seed, requests=100)))

    assert (wrong, seen["requests"]) == ([], 1_000_000)


def test_sparks_text_rules_as_duckdbs_does() -> None:
    """Spark is not at hand: its functions are defined in DuckDB as documented, and its own words are read there."""
    database = duckdb.connect(config={"threads": 1})
    database.execute(SPARK)
    rows = 0
    for case in (edges(), *(made(seed) for seed in range(10))):
        schema, policies = read_schema(case.schema), parse(case.policies)
        for environment, asked in by_environment(case, schema).items():
            rules = lower_all(policies, schema, environment)
            spark, duck = (to_sql(rules, schema, dialect) for dialect in ("spark", "duckdb"))
            requests = [request for _, request in asked]
            expected = list(rule_requests(DATABASE, duck, requests, schema).rulings())
            respelled = replace(spark, query=as_duckdb(spark.query))
            assert list(rule_requests(database, respelled, requests, schema).rulings()) == expected
            rows += len(expected)
    assert rows == 700


def test_a_row_goes_to_cedar_where_a_rule_that_is_not_compiled_is_in_scope_and_nowhere_else() -> None:
    """Dropped, such a rule would fail open; routed everywhere, the query would be of no use."""
    both = Counter[bool]()
    for seed in range(20):
        for _, compiled, rules, request, ruling in ruled_once(seed):
            left_out = {each.rule for each in compiled.not_compilable}
            touched = any(rule.id in left_out and evaluate(rule.scope, request) == (True, True) for rule in rules)
            assert (ruling is None) == touched, seed
            if left_out:
                both[touched] += 1
    assert min(both.values()) > 30


def test_the_benchmarks_rules_and_facts_are_ruled_as_cedar_rules_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A speed is worth something only if nothing differs; every rule of the benchmark is in the query."""
    monkeypatch.setattr(policy_replay, "PARTIES", 200)

    figures = policy_replay.measure(1_000)

    assert (figures["compared"], figures["mismatches"], figures["routed"]) == (1_000, 0, 0)
    assert figures["policies"] > 50
    assert figures["with_errors"] > 10
