"""The engines that answer Cedar's own test cases; each takes a case and returns an answer a request."""

import json
from collections.abc import Callable
from typing import Any

import cedarpy
import duckdb

from evenhand.model.ruling import Ruling
from evenhand.policy.engine import NO_DECISION, CedarEngine, EntitiesInvalid, Response
from evenhand.policy.residuals.residual import finish
from evenhand.policy.schema import Environment, Schema, read_schema
from evenhand.policy.sql.batch_ruling import rule_requests
from evenhand.policy.sql.query import to_sql
from evenhand.policy.syntax_tree import Policy
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule, Uid
from evenhand.policy.typed.values import FactsInvalid, Request, environment_of, read_entities, read_request
from tests.conformance.linked_templates import linked
from tests.conformance.residuals import left_of

Case = dict[str, Any]

DATABASE = duckdb.connect(config={"threads": 1})


class NotSupported(Exception):
    """The engine cannot take a case, and says why."""


def by_cedar(case: Case) -> list[Response]:
    """Return Cedar's own answers, from handles as the product uses them."""
    links = [
        {"template_id": link["template"], "new_id": link["id"], "values": link["values"]}
        for link in case.get("links") or []
    ]
    policies = cedarpy.PolicySet.from_str(case["policies"]).with_linked_batch(links)
    schema = cedarpy.Schema.from_str(case["schema"]) if case.get("schema") else None
    engine = CedarEngine(policies, schema if case.get("validateEntities", True) else None)
    entities = json.dumps(case["entities"]).encode()
    return [_asked(engine, request, entities) for request in case["requests"]]


def by_evaluator(case: Case) -> list[Response]:
    """Return the plain evaluator's answers."""
    return [NO_DECISION if each is None else _answer(rule_by_evaluation(*each)) for each in typed(case)]


def by_residual(case: Case) -> list[Response]:
    """Return what residuals answer: the principal and all it is in are known first, the rest afterwards."""
    return [NO_DECISION if each is None else _answer(_finished(*each)) for each in typed(case)]


def by_sql(case: Case) -> list[Response]:
    """Return the answers of DuckDB's query over the wide table, one query an environment."""
    schema = read_schema(case["schema"])
    places: dict[tuple[Rule, ...], list[tuple[int, Request]]] = {}
    asked = typed(case)
    for place, each in enumerate(asked):
        if each is not None:
            places.setdefault(each[0], []).append((place, each[1]))
    answers = [NO_DECISION] * len(asked)
    for rules, group in places.items():
        compiled = to_sql(rules, schema, "duckdb")
        if compiled.not_compilable:
            raise NotSupported("; ".join(f"{each.rule}: {each.why}" for each in compiled.not_compilable))
        ruled = rule_requests(DATABASE, compiled, [request for _, request in group], schema)
        for (place, _), ruling in zip(group, ruled.rulings(), strict=True):
            assert ruling is not None, "every rule is compiled"
            answers[place] = _answer(ruling)
    return answers


# An engine is a function of a case; one more engine is one more line.
ENGINES: dict[str, Callable[[Case], list[Response]]] = {
    "cedar": by_cedar,
    "evaluator": by_evaluator,
    "residual": by_residual,
    "sql": by_sql,
}


def typed(case: Case) -> list[tuple[tuple[Rule, ...], Request] | None]:
    """Return each request with the rules of its environment; None if the facts do not fit the schema.

    Raises:
        NotSupported: a policy cannot be read or typed.
    """
    schema = read_schema(case["schema"])
    policies = policies_of(case)
    rules: dict[Environment, tuple[Rule, ...]] = {}
    try:
        store = read_entities(case["entities"], schema)
    except FactsInvalid:
        return [None] * len(case["requests"])
    found: list[tuple[tuple[Rule, ...], Request] | None] = []
    for raw in case["requests"]:
        try:
            request = read_request(raw, store, schema)
        except FactsInvalid:
            found.append(None)
            continue
        environment = environment_of(request, schema)
        if environment not in rules:
            rules[environment] = _lowered(policies, schema, environment)
        found.append((rules[environment], request))
    return found


def policies_of(case: Case) -> list[Policy]:
    """Return the policies of a case, templates linked; positional ids, or the link's."""
    try:
        parsed = cedarpy.policies_to_pst(case["policies"])
    except ValueError as error:
        raise NotSupported(str(error)) from error
    named = {template.annotations.get("id", place): template for place, template in parsed.templates.items()}
    links = [
        linked(
            named[link["template"]],
            link["id"],
            {slot.lstrip("?"): Uid(value["type"], value["id"]) for slot, value in link["values"].items()},
        )
        for link in case.get("links") or []
    ]
    return [*parsed.static_policies.values(), *links]


def _lowered(policies: list[Policy], schema: Schema, environment: Environment) -> tuple[Rule, ...]:
    try:
        return lower_all(policies, schema, environment)
    except ValueError as error:
        raise NotSupported(str(error)) from error


def _finished(rules: tuple[Rule, ...], request: Request) -> Ruling:
    return finish(left_of(rules, request, [request.principal]), request)


def _answer(ruling: Ruling) -> Response:
    return Response(ruling.decision, ruling.reasons, ruling.errors)


def _asked(engine: CedarEngine, request: dict[str, Any], entities: bytes) -> Response:
    asked = {name: request[name] for name in ("principal", "action", "resource")}
    try:
        (answer,) = engine.responses([{**asked, "context": json.dumps(request["context"])}], entities)
    except EntitiesInvalid:
        return NO_DECISION
    return answer
