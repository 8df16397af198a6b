"""Seeded faults of compiler, lowering and evaluator, each against one fixed sample of the differential tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy.engine import Response
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.nodes import Rule
from tests.differential.policy_edges import edges
from tests.differential.policy_faults import FAULTS, Exchange, Fault
from tests.differential.policy_made import Made, made
from tests.differential.policy_twins import by_cedar
from tests.differential.test_policy_sql import ruled

# Rule sets whose reading takes little, and which err, route, permit and deny.
SEEDS = (3, 5, 8, 13, 21)


@dataclass(frozen=True)
class Sample:
    """A rule set with Cedar's answers."""

    case: Made
    cedar: list[Response]


@cache
def sample() -> tuple[Sample, ...]:
    """Return the fixed sample, Cedar's answers asked once."""
    cases = [edges(), *(made(seed, requests=20) for seed in SEEDS)]
    return tuple(Sample(case, by_cedar(case)) for case in cases)


def differences() -> Iterator[tuple[Ruling, Ruling]]:
    """Yield each ruling, SQL's or the evaluator's, that differs from Cedar's, with Cedar's."""
    for each in sample():
        for place, _, rules, request, by_sql in ruled(each.case):
            expected = outcome_of(each.cedar[place], rules)
            for ours in (by_sql, rule_by_evaluation(rules, request)):
                if ours is not None and ours != expected:
                    yield ours, expected


def outcome_of(answer: Response, rules: tuple[Rule, ...]) -> Ruling:
    """Return Cedar's answer as a ruling, by the definition of the outcome (`policy.md` §4)."""
    by_id = {rule.id: rule for rule in rules}
    forbids = [by_id[each] for each in answer.reasons if by_id[each].effect == "forbid"]
    outcomes = [Outcome(rule.verdict or Outcome.REFUSE) for rule in forbids]
    if not answer.reasons or any(by_id[each].effect == "forbid" for each in answer.errors):
        outcomes.append(Outcome.HOLD)
    return Ruling(outcome=strictest(outcomes), decision=answer.decision, reasons=answer.reasons, errors=answer.errors)


def test_without_a_fault_there_is_no_difference() -> None:
    """Else the tests below would prove nothing."""
    assert list(differences()) == []


def test_there_are_at_least_fifty_faults() -> None:
    """The issue asks for so many."""
    assert len(FAULTS) >= 50


@pytest.mark.parametrize(
    "fault",
    [pytest.param(f, id=name, marks=[pytest.mark.long] * (n % 6 > 0)) for n, (name, f) in enumerate(FAULTS.items())],
)
def test_a_fault_is_caught(fault: Fault | Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader with the fault differs from Cedar on the sample, or fails; five of six faults wait for the long run."""
    fault.put_in(monkeypatch)

    try:
        caught = next(differences(), None) is not None
    except Exception:  # noqa: BLE001 (whatever the fault makes it fail with)
        caught = True

    assert caught
