"""One made-up rule set, answered by the Cedar engine and by a typed reader."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cedarpy

from evenhand.policy.engine import CedarEngine, Response
from evenhand.policy.schema import Environment, read_schema
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import Request, environment_of, read_entities, read_request
from tests.differential.policy_made import Made

Reader = Callable[[tuple[Rule, ...], Request], Response]


@dataclass(frozen=True)
class Twins:
    """One request's two answers, and what they are about."""

    cedar: Response
    ours: Response
    rules: tuple[Rule, ...]
    request: Request


def twins(case: Made, reader: Reader) -> Iterator[Twins]:
    """Yield for each request the answers of the engine and of a reader of typed rules."""
    schema, policies = read_schema(case.schema), parse(case.policies)
    store = read_entities(case.entities, schema)
    lowered: dict[Environment, tuple[Rule, ...]] = {}
    for raw, cedar in zip(case.requests, by_cedar(case), strict=True):
        request = read_request(raw, store, schema)
        environment = environment_of(request, schema)
        if environment not in lowered:
            lowered[environment] = lower_all(policies, schema, environment)
        yield Twins(cedar, reader(lowered[environment], request), lowered[environment], request)


def by_cedar(case: Made) -> list[Response]:
    """Return the engine's answers to all requests of a rule set."""
    engine = CedarEngine(cedarpy.PolicySet.from_str(case.policies), cedarpy.Schema.from_str(case.schema))
    requests = [{**raw, "context": json.dumps(raw["context"])} for raw in case.requests]
    return engine.responses(requests, json.dumps(case.entities).encode())
