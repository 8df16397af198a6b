"""Facts that are one question against the Cedar engine, asked of each of them alone."""

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import cedarpy
import msgspec
import pytest

from evenhand.model.facts import Facts
from evenhand.model.record import canonical_exact
from evenhand.policy import Rulebook, rule, rule_many, time_bound
from evenhand.policy.attribute_access import access_of
from evenhand.policy.distinct_questions import DistinctQuestions, question_form
from evenhand.policy.engine import NO_DECISION, CedarEngine, EntitiesInvalid, Response
from evenhand.policy.request import prepare
from evenhand.policy.schema import Schema, read_schema
from evenhand.policy.syntax_tree import literals, parse
from tests.differential.policy_made import Made, made
from tests.differential.policy_values import IDS, json_of
from tests.differential.test_policy_proposals import drawn
from tests.unit.policy.made_up import HOUSE, PERMIT, entity, facts, folder_with, forbid, raw

BOOK = Rulebook.load(HOUSE)
AT = {"__extn": {"fn": "datetime", "arg": "2026-03-01T12:00:00Z"}}


def others(plain: dict[str, Any], schema: Schema, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield facts and others that rules may or may not tell from them: other ids, other attributes, another type."""
    yield plain
    fresh = dict(zip(IDS, chance.sample([*IDS, "zz"], len(IDS)), strict=True))
    yield exchanged(plain, fresh)
    for _ in range(3):
        other = copy.deepcopy(plain)
        changed = chance.choice(other["entities"])
        declared = schema.entities[changed["uid"]["type"]].attributes
        changed["attrs"] |= json_of(declared, chance)
        if chance.random() < 0.3:
            name = chance.choice([*changed["attrs"], "not declared"])
            changed["attrs"][name] = chance.choice([1, 2**63, True, "x", ["x"], {"n": 1}, None])
        yield other


def exchanged(value: Any, fresh: dict[str, str]) -> Any:
    """Return plain facts with the ids of all entities but those of the enum exchanged."""
    if isinstance(value, dict):
        if value.keys() == {"type", "id"} and not value["type"].endswith(("Level", "Action")):
            return {"type": value["type"], "id": fresh.get(value["id"], value["id"])}
        return {name: exchanged(each, fresh) for name, each in value.items()}
    return [exchanged(each, fresh) for each in value] if isinstance(value, list) else value


def alone(asked: Facts, engine: CedarEngine) -> Response | None:
    """Return the engine's answer to one request with its own entities; None: it cannot be asked."""
    ready = prepare(asked)
    if ready is None:
        return None
    # No made schema knows an instant, which facts must have: the engine is asked without it.
    context = {name: value for name, value in asked.context.items() if name != "at"}
    request = {**ready.request, "context": json.dumps(context)}
    try:
        return engine.responses([request], b"[" + b",".join(ready.entities.values()) + b"]")[0]
    except EntitiesInvalid:
        return NO_DECISION


def answers(case: Made, seed: int) -> Iterator[list[Response | None]]:
    """Yield what the engine says of all facts of each question."""
    schema, policies = read_schema(case.schema), parse(case.policies)
    reads = frozenset[str]().union(*(access_of(each, schema).paths for each in policies))
    named = frozenset(each for policy in policies for each in literals(policy))
    engine = CedarEngine(cedarpy.PolicySet.from_str(case.policies), cedarpy.Schema.from_str(case.schema))
    chance = random.Random(seed)
    questions = DistinctQuestions(question_form(reads, named, schema))
    found: dict[int, list[Response | None]] = {}
    for request in case.requests:
        plain = {**request, "context": request["context"] | {"at": AT}, "entities": case.entities}
        for other in others(plain, schema, chance):
            asked = msgspec.convert(other, Facts)
            found.setdefault(questions.place(asked), []).append(alone(asked, engine))
    yield from found.values()


def test_facts_of_one_question_have_one_answer_under_made_rules() -> None:
    """Rules of every construct, error-heavy facts: who is grouped wrongly is let through or refused for another."""
    groups = [each for seed in range(30) for each in answers(made(seed, requests=4, rules=2), seed)]

    assert [each for each in groups if len(set(map(repr, each))) > 1] == []
    shared = Counter(each[0].decision for each in groups if len(each) > 1 and each[0] is not None)
    assert min(shared["allow"], shared["deny"]) > 3


def renamed(seed: int, end: str) -> Facts:
    """Return drawn facts with an end put to the ids of their parties."""
    return facts(exchanged(drawn(seed), {each["id"]: each["id"] + end for each in parties(drawn(seed))}))


def parties(plain: dict[str, Any]) -> list[dict[str, str]]:
    """Return the names of the advertisers, payers and campaigns among facts."""
    return [each["uid"] for each in plain["entities"] if each["uid"]["type"] in ("Advertiser", "Payer", "Campaign")]


def test_requests_of_the_house_are_asked_once_and_ruled_as_alone() -> None:
    """The whole path, with facts that do not fit: the ruling and whether the clock counts."""
    batch = [renamed(seed, end) for end in ("-one", "-other") for seed in range(150)]
    questions = DistinctQuestions(BOOK.active(date(2026, 3, 1)).question_form)
    places = [questions.place(each) for each in batch]

    assert rule_many(batch, BOOK) == [rule(each, BOOK) for each in batch]
    assert rule_many(map(canonical_exact, batch), BOOK) == rule_many(batch, BOOK)
    for day in {asked.day for each in batch if (asked := prepare(each))}:
        active = BOOK.active(day)
        assert time_bound(batch, active) == [time_bound([each], active)[0] for each in batch]
    assert sum(one == other for one, other in zip(places[:150], places[150:], strict=True)) > 135
    assert len(set(places)) > 130


def test_an_id_that_a_rule_names_is_not_taken_for_another(tmp_path: Path) -> None:
    """The rulebook of 2017 names two advertisers; nobody else may be refused in their place, nor they let through."""
    scope = 'principal == Advertiser::"named", action, resource'
    book = Rulebook.load(folder_with(tmp_path / "book", PERMIT, forbid("true", "named", scope)), historic=True)
    own = entity(raw("plain-commercial"), "Advertiser")["uid"]["id"]
    batch = [facts(exchanged(raw("plain-commercial"), {own: name})) for name in ("one", "named", "two", "named")]

    rulings = rule_many(batch, book)

    assert [each.decision for each in rulings] == ["allow", "deny", "allow", "deny"]


@pytest.mark.parametrize("wrong", [2**63, "text", True, None, 1.5, [1], {"n": 1}])
def test_a_value_that_no_rule_reads_and_that_does_not_fit_holds(wrong: Any) -> None:
    """Cedar rules no facts of a wrong type; the same advertiser with the right one is not its answer."""
    good, bad = raw("plain-commercial"), raw("plain-commercial")
    entity(bad, "Advertiser")["attrs"]["spend_micros"] = wrong

    rulings = rule_many([facts(good), facts(bad), facts(good)], BOOK)

    assert [each.decision for each in rulings] == ["allow", "nodecision", "allow"]


@pytest.mark.parametrize("reference", [{"type": "Payer", "id": "one"}, {"__entity": {"type": "Payer", "id": "one"}}])
def test_who_pays_itself_is_not_taken_for_somebody_whom_another_pays(reference: Any) -> None:
    """Cedar takes a reference without its mark too: it may not hide who is meant."""
    schema = read_schema("""
        entity User; entity Payer;
        action pay appliesTo { principal: Payer, resource: User, context: { by: Payer } };
    """)
    questions = DistinctQuestions(question_form(frozenset({"context.by"}), frozenset(), schema))

    def place(name: str) -> int:
        return questions.place(facts({
            "principal": {"type": "Payer", "id": name}, "action": {"type": "Action", "id": "pay"},
            "resource": {"type": "User", "id": "bank"}, "context": {"at": AT, "by": reference}, "entities": [],
        }))  # fmt: skip

    assert [place("one"), place("two")] == [0, 1]


@pytest.mark.parametrize("text", [b"", b"{}", b"[1", b'{"principal":1}', b"\xff"])
def test_a_text_that_is_no_facts_is_ruled_as_such(text: bytes) -> None:
    """What cannot be read holds, and the next facts do not get its place."""
    good = canonical_exact(facts(raw("plain-commercial")))
    bad = good.replace(b'"attrs":{', b'"attrs":[{', 1)
    untagged = good.replace(b'"tags":{}', b'"tags":[]')

    rulings = rule_many([text, bad, untagged, good, untagged], BOOK)

    assert [each.decision for each in rulings] == ["nodecision", "nodecision", "nodecision", "allow", "nodecision"]


def test_an_id_that_the_schema_lists_counts() -> None:
    """A kind of content is an entity of an enum: political is not commercial, and an unknown one fits nowhere."""
    kinds = ("political", "commercial", "nobody knows it", "political")
    batch = [raw("political-new") for _ in kinds]
    for plain, kind in zip(batch, kinds, strict=True):
        entity(plain, "Campaign")["attrs"]["content"] = [{"__entity": {"type": "ContentKind", "id": kind}}]
    asked = [facts(plain) for plain in batch]

    assert rule_many(asked, BOOK) == [rule(each, BOOK) for each in asked]
    assert len(set(map(str, rule_many(asked, BOOK)))) > 1


def test_an_entity_with_two_meanings_is_held_beside_one_with_one() -> None:
    """No rule reads the spending: the second meaning shows in nothing that rules see, and still cannot be asked."""
    good, bad = raw("plain-commercial"), raw("plain-commercial")
    second = copy.deepcopy(entity(bad, "Advertiser"))
    second["attrs"]["spend_micros"] += 1
    bad["entities"].append(second)
    good["entities"].append(copy.deepcopy(entity(good, "Advertiser")))

    assert [each.decision for each in rule_many([facts(good), facts(bad)], BOOK)] == ["allow", "nodecision"]


def test_tags_and_what_two_actions_declare_otherwise_count_whole() -> None:
    """One name may be a number to one action and an address to another, whose text Cedar checks."""
    schema = read_schema('''
        entity User { plain: String } tags String;
        action one appliesTo { principal: User, resource: User, context: { a: String, b: String } };
        action two appliesTo { principal: User, resource: User, context: { a: ipaddr, b: String } };
    ''')  # fmt: skip
    questions = DistinctQuestions(question_form(frozenset(), frozenset(), schema))
    user = {"type": "User", "id": "u"}

    def place(tag: str, a: str, b: str) -> int:
        entities = [{"uid": user, "attrs": {"plain": b}, "tags": {"k": tag}}]
        action = {"type": "Action", "id": "one"}
        return questions.place(facts({
            "principal": user, "action": action, "resource": user, "context": {"a": a, "b": b}, "entities": entities,
        }))  # fmt: skip

    assert [place("t", "a", "b"), place("t", "a", "c"), place("t", "::1", "b"), place("u", "a", "b")] == [0, 0, 1, 2]
