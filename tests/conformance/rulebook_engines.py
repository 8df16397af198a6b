"""The engines that rule a rulebook's pack; each takes the folder and facts as plain values."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.annotations import in_force
from evenhand.policy.request import day_of, prepare
from evenhand.policy.residuals.residual import finish
from evenhand.policy.rulebook.reading import read_folder
from evenhand.policy.ruling import NO_RULING, held_if_incomplete, is_complete
from evenhand.policy.schema import Environment
from evenhand.policy.sql.proposal import Proposer
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import FactsInvalid, Request, environment_of, read_entities, read_request
from tests.conformance.residuals import left_of

Raw = dict[str, Any]

# Rulings, and the places of those that the engine left to Cedar.
Answered = tuple[list[Ruling], frozenset[int]]


def by_cedar(folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return the rulings of the product's own path."""
    return rule_many([json.dumps(each).encode() for each in facts], Rulebook.load(folder, historic=True))


def by_evaluator(folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return the plain evaluator's rulings."""
    rulings = [NO_RULING if each is None else rule_by_evaluation(*each) for each in typed(folder, facts)]
    return _held_where_incomplete(rulings, folder, facts)


def by_residual(folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return what residuals say: the advertiser and all it is in are known first, the rest afterwards."""
    rulings = [NO_RULING if each is None else _finished(*each) for each in typed(folder, facts)]
    return _held_where_incomplete(rulings, folder, facts)


def by_sql(folder: Path, facts: list[Raw]) -> Answered:
    """Return the rulings that SQL proposes, and the places of those that went to Cedar."""
    proposed = Proposer(Rulebook.load(folder, historic=True)).propose([json.dumps(each).encode() for each in facts])
    return list(proposed.rulings), frozenset(proposed.routed)


def itself(engine: Callable[[Path, list[Raw]], list[Ruling]]) -> Callable[[Path, list[Raw]], Answered]:
    """Return an engine that rules everything itself."""
    return lambda folder, facts: (engine(folder, facts), frozenset())


# An engine is a function of the folder and the facts; one more engine is one more line.
ENGINES: dict[str, Callable[[Path, list[Raw]], Answered]] = {
    "cedar": itself(by_cedar),
    "evaluator": itself(by_evaluator),
    "residual": itself(by_residual),
    "sql": by_sql,
}


def typed(folder: Path, facts: list[Raw]) -> list[tuple[tuple[Rule, ...], Request] | None]:
    """Return facts as requests, each with the rules that are in force on its day; None if they do not fit."""
    source = read_folder(folder, historic=True)
    lowered: dict[tuple[date, Environment], tuple[Rule, ...]] = {}
    found: list[tuple[tuple[Rule, ...], Request] | None] = []
    for raw in facts:
        try:
            request = read_request(raw, read_entities(raw["entities"], source.schema), source.schema)
        except FactsInvalid:
            found.append(None)
            continue
        environment, day = environment_of(request, source.schema), day_of(raw["context"]["at"])
        assert day is not None, "a request that fits has an instant"
        if (day, environment) not in lowered:
            active = [policy for policy in source.policies if in_force(policy.annotations, day)]
            lowered[day, environment] = lower_all(active, source.schema, environment)
        found.append((lowered[day, environment], request))
    return found


def _held_where_incomplete(rulings: list[Ruling], folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return rulings as the product gives them: none where something that the rules look into is missing."""
    rulebook, held = Rulebook.load(folder, historic=True), []
    for ruling, each in zip(rulings, facts, strict=True):
        asked = prepare(json.dumps(each).encode())
        complete = asked is not None and is_complete(asked, rulebook.active(asked.day))
        held.append(held_if_incomplete(ruling, complete=complete))
    return held


def _finished(rules: tuple[Rule, ...], request: Request) -> Ruling:
    return finish(left_of(rules, request, [request.principal]), request)
