"""Requests of which an entity is missing: every engine gives the same answer, and none of them allows."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.policy.ruling import NO_RULING
from tests.conformance.rulebook_engines import ENGINES, Raw
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with, forbid, pack, raw

FACTS = ("principal", "action", "resource", "context", "entities")


def without(facts: Raw, which: str) -> Raw:
    """Return facts without the entity that is the principal, the resource, or any other."""
    gone = facts[which]
    return facts | {"entities": [each for each in facts["entities"] if each["uid"] != gone]}


@pytest.fixture(scope="module")
def cases() -> list[tuple[Raw, str]]:
    """Return every request of the house rulebook's pack without its resource or principal, and that one's type."""
    fitting = [each for each in pack().values() if each["expect"]["decision"] != "nodecision"]
    whole = [{name: each[name] for name in FACTS} for each in fitting]
    return [(without(facts, which), facts[which]["type"]) for facts in whole for which in ("resource", "principal")]


def test_no_engine_allows_a_request_of_which_an_entity_is_missing_that_rules_look_into(
    cases: list[tuple[Raw, str]],
) -> None:
    """Cedar's validation takes such a request, and a rule that asks with `has` or `in` is silent about it."""
    day, facts = date(2026, 3, 1), [each for each, _ in cases]
    answers = {name: engine(HOUSE, facts)[0] for name, engine in ENGINES.items()}

    looked_into = Rulebook.load(HOUSE).active(day).kinds
    missing = [ruling for (_, kind), ruling in zip(cases, answers["evaluator"], strict=True) if kind in looked_into]
    assert [name for name, rulings in answers.items() if rulings != answers["cedar"]] == []
    assert all(ruling.outcome.severity >= Outcome.HOLD.severity for ruling in missing)


@pytest.mark.parametrize(
    ("which", "rule"),
    [
        ("principal", 'principal in Designation::"asset-freeze"'),
        ("resource", 'resource in Campaign::"stopped"'),
        ("resource", 'resource.hasTag("stopped")'),
    ],
)
def test_no_engine_allows_where_a_rule_says_nothing_of_a_missing_entity(tmp_path: Path, which: str, rule: str) -> None:
    """`in` and `has` of an entity that is not there are false and no error: the rule is silent, and Cedar allows."""
    folder = folder_with(tmp_path, PERMIT, forbid(rule, scope='principal, action == Action::"buy", resource'))
    facts = {name: raw("plain-commercial")[name] for name in FACTS}

    answers = {name: engine(folder, [facts, without(facts, which)])[0] for name, engine in ENGINES.items()}

    assert {name for name, rulings in answers.items() if rulings[0].outcome is not Outcome.ALLOW} == set()
    assert {name for name, rulings in answers.items() if rulings[1] != NO_RULING} == set()
