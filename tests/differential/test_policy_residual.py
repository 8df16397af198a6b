"""Residuals, finished, against the Cedar engine: whatever was known first, the whole ruling comes out."""

import random
from collections import Counter

import pytest

from evenhand.model.residual import Residual
from evenhand.policy.engine import Response
from evenhand.policy.residuals.residual import finish
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.nodes import Rule, Uid
from evenhand.policy.typed.values import Request
from tests.conformance.residuals import left_of
from tests.differential.policy_made import made
from tests.differential.policy_twins import Reader, twins

FIELDS = ("name", "maybe", "a", "b", "c", "d", "od d", "f")


def reader(chance: random.Random, seen: Counter[str]) -> Reader:
    """Return a reader that knows now this, now that beforehand, and notes what is left of the rules.

    Two of three requests are finished from a residual that the party's other requests share, as at the gate.
    """
    shared: dict[tuple[tuple[Rule, ...], Uid], Residual] = {}

    def answer(rules: tuple[Rule, ...], request: Request) -> Response:
        fields = chance.sample(FIELDS, chance.choice((0, 0, 4)))
        rest = shared.get((rules, request.principal)) if not fields else None
        if rest is None:
            stored = sorted(request.store, key=repr)
            known = [request.principal, *chance.sample(stored, chance.randint(0, len(stored)))]
            rest = left_of(rules, request, known[: chance.choice((0, 1, 99))], fields)
            seen.update(each.state for each in rest.rules)
            seen["never"] += len(rules) - len(rest.rules)
        if not fields:
            shared[rules, request.principal] = rest
        ruling = finish(rest, request)
        if chance.random() < 0.2:
            assert ruling == rule_by_evaluation(rules, request)
        return Response(ruling.decision, ruling.reasons, ruling.errors)

    return answer


def disagreements(seeds: range) -> tuple[list[int], Counter[str]]:
    """Return the seeds of rule sets on which the two differ, and what was left of the rules."""
    seen = Counter[str]()
    wrong = []
    for seed in seeds:
        pairs = list(twins(made(seed), reader(random.Random(seed), seen)))
        wrong += [seed] * any(each.ours != each.cedar for each in pairs)
        seen["requests"] += len(pairs)
    return wrong, seen


def test_a_residual_finished_is_the_ruling_of_the_whole() -> None:
    """Decision, reasons, errors and outcome on 3,500 requests; every state of a rule occurs often."""
    wrong, seen = disagreements(range(40_130, 40_200))

    assert (wrong, seen["requests"]) == ([], 3_500)
    assert min(seen["always"], seen["conditional"], seen["never"]) > 1_500
    assert seen["always_errors"] > 0


@pytest.mark.long
def test_a_million_residuals_finished_are_the_rulings_of_the_whole() -> None:
    """The same on other seeds."""
    wrong, seen = disagreements(range(41_000, 61_000))

    assert (wrong, seen["requests"]) == ([], 1_000_000)
