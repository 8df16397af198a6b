"""Rulings proposed by SQL against those of the Cedar engine, on requests of the shipped rulebook drawn anew."""

import copy
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.facts import Facts
from evenhand.policy import Rulebook, rule_many, time_bound
from evenhand.policy.request import prepare
from evenhand.policy.sql import proposal as sql_proposal
from evenhand.policy.sql.compiled_queries import CompiledQueries
from evenhand.policy.sql.proposal import Proposer
from evenhand.policy.sql.query import to_sql
from evenhand.policy.typed.lowering import lower_all
from tests.unit.policy.made_up import FACTS, HOUSE, PERMIT, entity, folder_with, forbid, pack, raw

BOOK = Rulebook.load(HOUSE)
PACK = [{name: each[name] for name in FACTS} for each in pack().values()]


def drawn(seed: int) -> dict[str, Any]:
    """Return a request of the pack with some of its facts drawn anew, a few of them unfit."""
    chance = random.Random(seed)
    plain = copy.deepcopy(chance.choice(PACK))
    principal = entity(plain, plain["principal"]["type"])["attrs"]
    principal["designated_share_bp"] = chance.choice([0, 2_499, 2_500, 5_000, 2**63 - 1, 2**63, True])
    if plain["principal"]["type"] == "Advertiser" and chance.random() < 0.5:
        principal["possible_share_bp"] = chance.choice([2_499, 2_500, 2**63 - 1])
        principal.pop(chance.choice(["union_established", "third_country_controlled"]), None)
    principal["country"] = chance.choice(["AT", "BR", "", "a\nb", 'a"b`\0', None])
    if chance.random() < 0.3:
        plain["entities"].pop(chance.randrange(len(plain["entities"])))
    for each in plain["entities"]:
        if chance.random() < 0.1:
            each["parents"] = [
                {"type": "Designation", "id": chance.choice(["asset-freeze", "eu-asset-freeze", "nowhere"])}
            ]
    chance.shuffle(plain["entities"])
    if chance.random() < 0.05:
        plain["entities"].append(copy.deepcopy(plain["entities"][0]))
    if chance.random() < 0.05:
        plain["entities"][0]["attrs"].popitem()
    at = chance.choice(["2016-05-01", "2019-08-19", "2026-03-01T12:00:00Z", "2026-03-01T23:30:00-0100", "2026-02-30"])
    plain["context"]["at"] = {"__extn": {"fn": "datetime", "arg": at}}
    return plain


def as_facts(plain: dict[str, Any]) -> Facts | bytes:
    """Return facts as a record or, every other time, as its JSON."""
    facts = msgspec.convert(plain, Facts)
    return msgspec.json.encode(facts) if len(facts.context) % 2 else facts


def clock_counts(facts: Facts | bytes) -> bool:
    """Return what Cedar says of whether another time could change the ruling."""
    asked = prepare(facts)
    return asked is not None and time_bound([facts], BOOK.active(asked.day))[0]


def test_sql_proposes_what_cedar_rules() -> None:
    """Law 4, over the whole path: decision, outcome, reasons, errors, what is missing and what does not fit."""
    batch = [as_facts(drawn(seed)) for seed in range(1_500)]

    proposed = Proposer(BOOK).propose(batch)

    assert list(proposed.rulings) == rule_many(batch, BOOK)
    assert list(proposed.time_bound) == [clock_counts(facts) for facts in batch]
    assert 50 < sum(proposed.time_bound) < 1_450
    kinds = Counter(ruling.decision for ruling in proposed.rulings)
    assert min(kinds["allow"], kinds["deny"], kinds["nodecision"]) > 30
    assert set(proposed.routed.values()) == {"an entity that is there twice", "a ring of parents"}
    assert len(proposed.routed) < 150


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_size_of_a_chunk_shows_nowhere(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts are held so many at a time; whatever stands beside a request changes nothing."""
    batch = [as_facts(drawn(seed)) for seed in range(40)]
    whole = Proposer(BOOK).propose(batch)
    monkeypatch.setattr(sql_proposal, "CHUNK", size)

    assert Proposer(BOOK).propose(batch) == whole


def test_a_rule_that_sql_does_not_say_sends_its_rows_to_cedar_with_why(tmp_path: Path) -> None:
    """Nothing is dropped: the ruling is there, and the report says who made it."""
    tag = 'resource is Campaign && resource.hasTag(principal.country) && resource.getTag(principal.country) == "x"'
    book = Rulebook.load(
        folder_with(
            tmp_path / "book",
            PERMIT,
            forbid(tag, "tagged", 'principal is Advertiser, action == Action::"buy", resource'),
        ),
        historic=True,
    )
    batch = [as_facts(raw(name)) for name in ("plain-commercial", "plain-serve")]

    proposed = Proposer(book).propose(batch)

    assert dict(proposed.routed) == {0: "tagged: a tag's key that is not written in the rule"}
    assert list(proposed.rulings) == rule_many(batch, book)


def test_facts_that_are_none_are_nodecision_and_an_action_among_them_goes_to_cedar() -> None:
    """Bytes from outside may be anything; what an action is in, the schema says and facts may repeat."""
    action = {"uid": {"type": "Action", "id": "buy"}, "attrs": {}, "parents": [{"type": "Action", "id": "dealing"}]}
    plain = raw("plain-commercial")
    with_action = {**plain, "entities": [*plain["entities"], action]}
    batch: list[Facts | bytes] = [b"{", b"[]", as_facts(with_action), msgspec.json.encode(plain)]

    proposed = Proposer(BOOK).propose(batch)

    assert dict(proposed.routed) == {2: "an action among the entities"}
    assert list(proposed.rulings) == rule_many(batch, BOOK)
    assert [each.decision for each in proposed.rulings] == ["nodecision", "nodecision", "nodecision", "allow"]


def test_an_entity_given_twice_as_one_object_is_read_once() -> None:
    """A run builds its facts from the same records; nobody may see that it does."""
    facts = msgspec.convert(raw("plain-commercial"), Facts)

    assert list(Proposer(BOOK).propose([facts, facts]).rulings) == rule_many([facts, facts], BOOK)


def test_no_facts_are_no_rulings() -> None:
    """A network without campaigns."""
    assert Proposer(BOOK).propose([]).rulings == ()


def test_queries_are_made_once_for_all_who_ask_under_the_same_rules() -> None:
    """An audit asks three times; rules cut before the clock, another engine and other rules have queries of their own.

    Made anew the query is the same text.
    """
    active = BOOK.active(date(2026, 11, 2))
    environment = next(each for each in active.schema.environments if each.action[1] == "buy")

    whole = CompiledQueries().of(active, environment, "all")

    assert CompiledQueries().of(active, environment, "all") is whole
    assert whole == to_sql(lower_all(active.policies, active.schema, environment), active.schema, "duckdb")
    others = [
        CompiledQueries().of(active, environment, "open"),
        CompiledQueries("spark").of(active, environment, "all"),
        CompiledQueries().of(BOOK.active(date(2017, 10, 25)), environment, "all"),
    ]
    assert len({whole.query, *(each.query for each in others)}) == 4


def test_one_proposer_rules_batch_after_batch() -> None:
    """Queries are kept, facts are not."""
    proposer = Proposer(BOOK)
    batches = [[as_facts(drawn(seed)) for seed in seeds] for seeds in (range(30), range(30, 60))]

    assert [list(proposer.propose(batch).rulings) for batch in batches] == [rule_many(batch, BOOK) for batch in batches]
