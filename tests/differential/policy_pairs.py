"""Pairs of requests of the house's schema that differ in one attribute, drawn around what its rules ask for."""

import json
import random
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import cedarpy

from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.paired_requests import relies_on
from evenhand.policy.proofs.symbolic_environment import ProverRulebook
from evenhand.policy.schema import EntityRef, Environment, Primitive, RecordType, Schema, SetOf, Type, read_schema
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule
from evenhand.policy.typed.values import read_entities, read_request
from tests.differential.policy_made import Made

AT = "2026-03-01"
WORDS = ("", "AT", "RU", "shop.example", "shop.cn", "EU", "US", "de", "Latn", "rt", "sputnik")
NUMBERS = (0, 1, 2, 3, 5, 7, 2_499, 2_500, 4_999, 5_000, 10**6, 99_999_999_999, 100_000_000_000, 2**62, -1)
INSTANTS = ("2016-01-01", "2026-03-01T12:00:00Z", "2026-02-20", "2026-03-02", "1999-12-31", "9999-12-31")
GROUPS = ("asset-freeze", "eu-269-2014", "caatsa-231", "house-review")
TEXTS = {"decimal": ("0.0", "0.8999", "0.9", "1.0"), "datetime": INSTANTS, "ipaddr": ("10.0.0.1", "::1")}

RulesOf = dict[Environment, tuple[Rule, ...]]


class Draws:
    """Facts for the house's schema, drawn around what its rules ask for."""

    def __init__(self, schema: Schema, chance: random.Random) -> None:
        self._schema, self._chance = schema, chance

    def request(self, environment: Environment) -> dict[str, Any]:
        """Return a request with its store."""
        context = self.value(environment.context)
        if "payer_disclosed" in context:
            context["payer_disclosed"] = self._chance.random() < 0.9
        kinds = {environment.principal: "rt", environment.resource: "it", "Payer": "payer", "Placement": "place"}
        if self._chance.random() < 0.7:
            kinds[environment.principal] = "someone"
        entities = [self._entity(kind, name) for kind, name in kinds.items()]
        entities += [
            {"uid": uid("Designation", name), "attrs": {"publisher": "x", "house": False}, "parents": []}
            for name in GROUPS
        ]
        return {
            "principal": uid(environment.principal, kinds[environment.principal]),
            "action": uid(*environment.action),
            "resource": uid(environment.resource, kinds[environment.resource]),
            "context": context,
            "entities": entities,
        }

    def _entity(self, kind: str, name: str) -> dict[str, Any]:
        known = self._schema.entities[kind]
        above = [
            uid("Designation", each)
            for each in GROUPS
            if "Designation" in known.ancestors and self._chance.random() < 0.1
        ]
        return {"uid": uid(kind, name), "attrs": self.value(known.attributes), "parents": above}

    def value(self, kind: Type) -> Any:
        """Return some value of a type."""
        chance = self._chance
        match kind:
            case RecordType(attributes):
                there = (
                    (name, each.type) for name, each in attributes.items() if not each.optional or chance.random() < 0.6
                )
                return {name: self.value(each) for name, each in there}
            case SetOf(element):
                return [self.value(element) for _ in range(chance.choice((0, 1, 1, 2)))]
            case EntityRef(name):
                members = self._schema.entities[name].members
                return {
                    "__entity": uid(name, chance.choice(members) if members else {"Payer": "payer"}.get(name, "place"))
                }
            case Primitive("Bool"):
                return chance.random() < 0.3
            case Primitive("Long"):
                return chance.choice(NUMBERS[:6] if chance.random() < 0.8 else NUMBERS)
            case Primitive("String"):
                return chance.choice(WORDS)
            case Primitive(name):
                return {"__extn": {"fn": "ip" if name == "ipaddr" else name, "arg": chance.choice(TEXTS[name])}}

    def varied(self, request: dict[str, Any], attribute: str, environment: Environment) -> dict[str, Any]:
        """Return a request that differs in an attribute alone."""
        owner, *steps = attribute.split(".")
        other: dict[str, Any] = json.loads(json.dumps(request))
        if steps == ["@id"]:
            return renamed(other, owner)
        fresh = self.value(environment.context if owner == "context" else self._schema.entities[owner].attributes)
        records = [other["context"]] if owner == "context" else [
            each["attrs"] for each in other["entities"] if each["uid"]["type"] == owner
        ]  # fmt: skip
        for record in records:
            put(record, fresh, steps)
        return other


def put(record: dict[str, Any], fresh: dict[str, Any], steps: list[str]) -> None:
    """Take over one attribute, or its absence."""
    *way, name = steps
    for step in way:
        record, fresh = record.get(step, {}), fresh.get(step, {})
    record.pop(name, None)
    record.update({name: fresh[name]} if name in fresh else {})


def renamed(request: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a request whose requester has another id, if it is of the type."""
    own = request["principal"]
    if own["type"] != kind:
        return request
    text = json.dumps(request).replace(
        json.dumps(own), json.dumps({**own, "id": "someone else" if own["id"] == "rt" else "rt"})
    )
    found: dict[str, Any] = json.loads(text)
    return found


def uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


@dataclass(frozen=True)
class Drawn:
    """How many pairs were drawn for an attribute, and whether one had two outcomes."""

    pairs: int
    flipped: bool


def book_of_case(case: Made) -> ProverRulebook:
    """Return a made-up rule set as a rulebook that is always in force."""
    dated = (
        replace(each, annotations={**each.annotations, "effective_from": "2017-01-01"}) for each in parse(case.policies)
    )
    return ProverRulebook(tuple(dated), read_schema(case.schema), cedarpy.Schema.from_str(case.schema), "made", "made")


def rules_of(rulebook: ProverRulebook) -> RulesOf:
    """Return the rules in force in each environment."""
    policies = rulebook.on(date.fromisoformat(AT))
    return {each: lower_all(policies, rulebook.schema, each) for each in rulebook.schema.environments}


def drawn(rulebook: ProverRulebook, rules: RulesOf, attribute: str, pairs: int, chance: random.Random) -> Drawn:
    """Return what draws of pairs show; the plain evaluator rules them. The rulebook's laws are left out as asked."""
    draws = Draws(rulebook.schema, chance)
    laws = {each.id for each in rulebook.on(date.fromisoformat(AT)) if relies_on(each, attribute)}
    kept = {environment: tuple(each for each in all_ if each.id not in laws) for environment, all_ in rules.items()}
    for number in range(pairs):
        environment = chance.choice(rulebook.schema.environments)
        request = draws.request(environment)
        ends = [
            plainly(kept[environment], each, rulebook.schema)
            for each in (request, draws.varied(request, attribute, environment))
        ]
        if ends[0] is not ends[1]:
            return Drawn(number + 1, flipped=True)
    return Drawn(pairs, flipped=False)


def plainly(rules: tuple[Rule, ...], request: dict[str, Any], schema: Schema) -> Outcome:
    store = read_entities(request["entities"], schema)
    return rule_by_evaluation(rules, read_request(request, store, schema)).outcome
