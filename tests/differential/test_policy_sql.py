"""DuckDB's query against the Cedar engine, on made-up rule sets."""

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from evenhand.model.ruling import Ruling
from evenhand.policy.evaluate import evaluate, rule_plainly
from evenhand.policy.nodes import Rule
from evenhand.policy.schema import Environment, Schema, read_schema
from evenhand.policy.sql_ruling import rule_requests
from evenhand.policy.to_sql import Compiled, to_sql
from evenhand.policy.tree import parse
from evenhand.policy.typed import lower_all
from evenhand.policy.values import Request, environment_of, read_entities, read_request
from tests.differential.policy_made import Made, made
from tests.differential.policy_twins import by_cedar

DATABASE = duckdb.connect(config={"threads": 1})

Asked = tuple[int, Request]


def by_environment(case: Made, schema: Schema) -> dict[Environment, list[Asked]]:
    """Return requests, each with its place, by environment."""
    store = read_entities(case.entities, schema)
    found: dict[Environment, list[Asked]] = {}
    for place, raw in enumerate(case.requests):
        request = read_request(raw, store, schema)
        found.setdefault(environment_of(request, schema), []).append((place, request))
    return found


def ruled(case: Made) -> Iterator[tuple[int, Compiled, tuple[Rule, ...], Request, Ruling | None]]:
    """Yield each request's place, the query and rules of its environment, and its ruling, None if it is routed."""
    schema, policies = read_schema(case.schema), parse(case.policies)
    for environment, asked in by_environment(case, schema).items():
        rules = lower_all(policies, schema, environment)
        compiled = to_sql(rules, schema, "duckdb")
        rulings = rule_requests(DATABASE, compiled, [request for _, request in asked], schema).rulings()
        for (place, request), ruling in zip(asked, rulings, strict=True):
            yield place, compiled, rules, request, ruling


def disagreements(seeds: range) -> tuple[list[int], Counter[str]]:
    """Return the seeds of rule sets on which the two differ, and what happened in all of them."""
    wrong, seen = [], Counter[str]()
    for seed in seeds:
        case = made(seed, requests=100)
        cedar = by_cedar(case)
        for place, _, rules, request, ruling in ruled(case):
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
                wrong += [seed] * (not agrees or ruling != rule_plainly(rules, request))
    return wrong, seen


def test_ten_thousand_made_up_requests_are_ruled_as_cedar_rules_them() -> None:
    """Decision, reasons and errors are Cedar's, the outcome the plain evaluator's; most rows need no engine."""
    wrong, seen = disagreements(range(100))

    assert (wrong, seen["requests"]) == ([], 10_000)
    assert min(seen["errors"], seen["allow"], seen["deny"]) > 500
    assert seen["routed"] < 2_500


@pytest.mark.long
def test_a_million_made_up_requests_are_ruled_as_cedar_rules_them() -> None:
    """The same on other seeds."""
    wrong, seen = disagreements(range(1_000, 11_000))

    assert (wrong, seen["requests"]) == ([], 1_000_000)


def test_a_row_goes_to_cedar_where_a_rule_that_is_not_compiled_is_in_scope_and_nowhere_else() -> None:
    """Dropped, such a rule would fail open; routed everywhere, the query would be of no use."""
    both = Counter[bool]()
    for seed in range(80):
        for _, compiled, rules, request, ruling in ruled(made(seed)):
            left_out = {each.rule for each in compiled.not_compilable}
            touched = any(rule.id in left_out and evaluate(rule.scope, request) == (True, True) for rule in rules)
            assert (ruling is None) == touched, seed
            if left_out:
                both[touched] += 1
    assert min(both.values()) > 100
