"""The plain evaluator against the Cedar engine, on made-up rule sets."""

import json
from collections import Counter

import cedarpy
import pytest

from evenhand.model.outcome import Outcome, strictest
from evenhand.policy.engine import Response, validation_errors
from evenhand.policy.typed.evaluator import evaluate, rule_by_evaluation
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import Request
from tests.differential.policy_made import made
from tests.differential.policy_twins import twins


def plainly(rules: tuple[Rule, ...], request: Request) -> Response:
    ruling = rule_by_evaluation(rules, request)
    return Response(ruling.decision, ruling.reasons, ruling.errors)


def disagreements(seeds: range) -> tuple[list[int], Counter[str]]:
    """Return the seeds of rule sets on which the two differ, and what happened in all of them."""
    wrong, seen = [], Counter[str]()
    for seed in seeds:
        pairs = list(twins(made(seed), plainly))
        wrong += [seed] * any(each.ours != each.cedar for each in pairs)
        seen.update(each.cedar.decision for each in pairs)
        seen.update("errors" for each in pairs if each.cedar.errors)
        seen.update("requests" for _ in pairs)
    return wrong, seen


def test_made_up_requests_are_decided_as_cedar_decides_them() -> None:
    """Decision, reasons and errors; rule sets of 1 to 40 rules, and enough of them err to mean something."""
    wrong, seen = disagreements(range(70))

    assert (wrong, seen["requests"]) == ([], 3_500)
    assert min(seen["errors"], seen["allow"], seen["deny"]) > 350


@pytest.mark.long
def test_a_million_made_up_requests_are_decided_as_cedar_decides_them() -> None:
    """The same on other seeds."""
    wrong, seen = disagreements(range(1_000, 21_000))

    assert (wrong, seen["requests"]) == ([], 1_000_000)


def test_made_up_rule_sets_are_strictly_valid_and_repeat() -> None:
    """What Cedar itself refuses would test nothing; and a seed must give tomorrow what it gave today."""
    for seed in range(20):
        case = made(seed)
        schema = cedarpy.Schema.from_str(case.schema)
        assert validation_errors(case.policies, schema) == [], seed
        assert cedarpy.Entities.from_json_str(json.dumps(case.entities), schema) is not None
        assert made(seed) == case


def test_what_is_said_never_to_err_never_errs() -> None:
    """`never_errors` lets SQL and the gate leave a check out: wrong once is a rule that fails open."""
    checked = 0
    for seed in range(35):
        for each in twins(made(seed), plainly):
            for rule in each.rules:
                if rule.scope.truth is not False and evaluate(rule.scope, each.request) == (True, True):
                    ok, value = evaluate(rule.condition, each.request)
                    assert ok or not rule.condition.never_errors, (seed, rule.id)
                    assert not ok or rule.condition.truth in (None, value), (seed, rule.id)
                    checked += rule.condition.never_errors and not isinstance(rule.condition.truth, bool)
    assert checked > 800


def test_the_outcome_is_the_strictest_that_any_rule_asks_for() -> None:
    """Recomputed from Cedar's answer, so that a wrong reason cannot hide behind a right decision."""
    for seed in range(20):
        for each in twins(made(seed), plainly):
            by_id = {rule.id: rule for rule in each.rules}
            asked = [Outcome(by_id[one].verdict or "") for one in each.cedar.reasons if by_id[one].effect == "forbid"]
            holds = not each.cedar.reasons or any(by_id[one].effect == "forbid" for one in each.cedar.errors)
            asked += [Outcome.HOLD] * holds
            assert rule_by_evaluation(each.rules, each.request).outcome == strictest(asked), seed
