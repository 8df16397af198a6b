"""The engines that rule a rulebook's pack; each takes the folder and facts as plain values."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.policy.annotations import in_force
from evenhand.policy.asked import day_of
from evenhand.policy.evaluate import rule_plainly
from evenhand.policy.folder import Source, read_folder
from evenhand.policy.nodes import Rule
from evenhand.policy.ruling import NO_RULING
from evenhand.policy.schema import Environment
from evenhand.policy.typed import lower_all
from evenhand.policy.values import Request, ValuesUnfit, environment_of, read_entities, read_request

Raw = dict[str, Any]


def by_cedar(folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return the rulings of the product's own path."""
    return rule_many([json.dumps(each).encode() for each in facts], Rulebook.load(folder))


def by_evaluator(folder: Path, facts: list[Raw]) -> list[Ruling]:
    """Return the plain evaluator's rulings."""
    source = read_folder(folder)
    lowered: dict[tuple[date, Environment], tuple[Rule, ...]] = {}
    return [_ruled(each, source, lowered) for each in facts]


# An engine is a function of the folder and the facts; one more engine is one more line.
ENGINES: dict[str, Callable[[Path, list[Raw]], list[Ruling]]] = {"cedar": by_cedar, "evaluator": by_evaluator}


def typed(
    raw: Raw, source: Source, lowered: dict[tuple[date, Environment], tuple[Rule, ...]]
) -> tuple[tuple[Rule, ...], Request]:
    """Return facts as a request, and the rules of its environment that are in force on its day.

    Raises:
        ValuesUnfit: the facts do not fit the schema.
    """
    request = read_request(raw, read_entities(raw["entities"], source.schema), source.schema)
    environment = environment_of(request, source.schema)
    day = day_of(raw["context"]["at"])
    assert day is not None, "a request that fits has an instant"
    if (day, environment) not in lowered:
        active = [policy for policy in source.policies if in_force(policy.annotations, day)]
        lowered[day, environment] = lower_all(active, source.schema, environment)
    return lowered[day, environment], request


def _ruled(raw: Raw, source: Source, lowered: dict[tuple[date, Environment], tuple[Rule, ...]]) -> Ruling:
    try:
        return rule_plainly(*typed(raw, source, lowered))
    except ValuesUnfit:
        return NO_RULING
