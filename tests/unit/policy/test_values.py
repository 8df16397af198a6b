"""Facts in Cedar JSON, taken where the Cedar engine takes them."""

import json
from typing import Any

import cedarpy
import pytest

from evenhand.policy.engine import CedarEngine, EntitiesInvalid
from evenhand.policy.schema import read_schema
from evenhand.policy.typed.nodes import Datetime, Decimal, Fields, Ip, Uid
from evenhand.policy.typed.values import FactsInvalid, environment_of, read_entities, read_request
from tests.each_case import each_case

SCHEMA = """
entity Group in [Group];
entity Level enum ["low", "high"];
entity User in [Group] { n?: Long, b?: Bool, s?: String, d?: decimal, ip?: ipaddr, at?: datetime, span?: duration,
  level?: Level, boss?: User, ns?: Set<Long>, r?: { a: Long, b?: Long } } tags Long;
action all; action act in all appliesTo { principal: User, resource: User, context: { n?: Long } };
"""
UID = {"type": "User", "id": "u"}
ACT = {"type": "Action", "id": "act"}


def user(attrs: Any = None, **changes: Any) -> dict[str, Any]:
    return {"uid": UID, "attrs": attrs or {}, "parents": [], **changes}


def group(name: str, *parents: str) -> dict[str, Any]:
    above = [{"type": "Group", "id": parent} for parent in parents]
    return {"uid": {"type": "Group", "id": name}, "attrs": {}, "parents": above}


FITTING: list[tuple[str, Any]] = [
    ("n", -(2**63)), ("b", True), ("s", "é\0"), ("ns", [2, 1, 1]), ("r", {"a": 1}), ("r", {"a": 1, "b": 2}),
    ("d", "1.5"), ("d", {"fn": "decimal", "arg": "1.5"}), ("d", {"__extn": {"fn": "decimal", "arg": "1.5"}}),
    ("ip", "10.0.0.1"), ("ip", {"__extn": {"fn": "ip", "arg": "::1/64"}}), ("span", "1h"), ("at", "2024-01-01"),
    ("at", {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, "-1d"]}),
    ("at", {"fn": "datetime", "args": ["2024-01-01"]}), ("level", {"type": "Level", "id": "low"}),
    ("boss", {"__entity": {"type": "User", "id": "gone"}}), ("boss", {"type": "User", "id": "gone"}),
]  # fmt: skip
UNFIT: list[tuple[str, Any]] = [
    ("n", 2**63), ("n", True), ("n", 1.5), ("n", None), ("n", "1"), ("b", 1), ("b", "true"), ("s", 1), ("zzz", 1),
    ("ns", 1), ("ns", [1, "a"]), ("r", {}), ("r", {"a": 1, "z": 1}), ("r", []), ("d", "1"), ("d", 1.5),
    ("d", {"fn": "duration", "arg": "1h"}), ("d", {"fn": "zzz", "arg": "1"}), ("d", {"fn": "decimal"}),
    ("at", "2024-02-30"), ("span", "9223372036854775808ms"), ("ip", "1.2.3"), ("ip", 5),
    ("at", {"fn": "offset", "args": ["2024-01-01", "9223372036854775807ms"]}), ("boss", {"type": "Group", "id": "g"}),
    ("boss", "u"), ("boss", {"type": "Nobody", "id": "u"}), ("level", {"type": "Level", "id": "middle"}),
]  # fmt: skip


def cedar_takes(entities: list[Any]) -> bool:
    try:
        cedarpy.Entities.from_json_str(json.dumps(entities), cedarpy.Schema.from_str(SCHEMA))
    except ValueError:
        return False
    return True


@each_case(("name", "value"), FITTING)
def test_a_value_that_fits_is_read(name: str, value: Any) -> None:
    """Written with `__extn` and `__entity`, or without where the schema tells the type."""
    schema = read_schema(SCHEMA)

    assert cedar_takes([user({name: value})])
    assert name in read_entities([user({name: value})], schema)[Uid("User", "u")].attrs


@each_case(("name", "value"), UNFIT)
def test_a_value_that_does_not_fit_is_refused(name: str, value: Any) -> None:
    """As Cedar refuses it: such facts have no decision."""
    assert not cedar_takes([user({name: value})])
    with pytest.raises(FactsInvalid):
        read_entities([user({name: value})], read_schema(SCHEMA))


def test_values_are_what_they_were_written_as() -> None:
    """Each type has a class of its own, so that an instant is never a number."""
    attrs = {"d": "1.5", "ip": "10.0.0.1", "at": "1970-01-01", "ns": [2, 1, 1], "r": {"a": 1}}

    (stored,) = read_entities([user(attrs, tags={"k": 5})], read_schema(SCHEMA)).values()

    assert stored.attrs == {"d": Decimal(15_000), "ip": Ip(4, 10 * 2**24 + 1, 32), "at": Datetime(0),
                            "ns": frozenset({1, 2}), "r": Fields(a=1)}  # fmt: skip
    assert stored.tags == {"k": 5}
    assert len({Fields(a=1), Fields(a=1), Fields(a=2)}) == 2


@pytest.mark.parametrize(
    "entities",
    [[user(tags={"k": "v"})], [group("g") | {"tags": {"k": 1}}], [user(parents=[UID])], [group("g", "g")],
     [user(parents=[{"type": "User", "id": "v"}])], [user(parents=[ACT])],
     [user({"n": 1}), user({"n": 2})], [group("a", "b"), group("b", "a")],
     [{"uid": ACT, "attrs": {}, "parents": []}], [{"uid": {"type": "Action", "id": "z"}, "attrs": {}, "parents": []}],
     [{"uid": {"type": "Level", "id": "z"}, "attrs": {}, "parents": []}]],
)  # fmt: skip
def test_entities_that_do_not_hold_are_refused(entities: list[Any]) -> None:
    """Tags nobody declared, parents that cannot be, rings, two meanings, and actions in other groups."""
    assert not cedar_takes(entities)
    with pytest.raises(FactsInvalid):
        read_entities(entities, read_schema(SCHEMA))


def test_entities_are_in_all_that_is_above_them() -> None:
    """Up through what the store has; what it lacks is still above."""
    low = user(parents=[{"type": "Group", "id": "a"}], tags={"k": 1})
    act = {"uid": ACT, "attrs": {}, "parents": [{"type": "Action", "id": "all"}]}
    entities = [low, low, group("a", "b", "c"), group("b", "d"), group("c", "d"), act]

    store = read_entities(entities, read_schema(SCHEMA))

    assert cedar_takes(entities)
    assert {each.id for each in store[Uid("User", "u")].ancestors} == {"a", "b", "c", "d"}
    assert store[Uid("Action", "act")].ancestors == {Uid("Action", "all")}


@pytest.mark.parametrize(
    ("change", "fits"),
    [({}, True), ({"context": {"n": 1}}, True), ({"context": {"n": "1"}}, False), ({"context": {"z": 1}}, False),
     ({"context": []}, False), ({"principal": {"type": "Group", "id": "g"}}, False),
     ({"action": {"type": "Action", "id": "all"}}, False), ({"resource": {"type": "Nobody", "id": "u"}}, False)],
)  # fmt: skip
def test_a_request_fits_an_environment_or_none(change: dict[str, Any], fits: bool) -> None:
    """Where Cedar has no decision there is nothing to evaluate."""
    schema = read_schema(SCHEMA)
    raw = {"principal": UID, "action": ACT, "resource": UID, "context": {}} | change
    engine = CedarEngine(
        cedarpy.PolicySet.from_str("permit (principal, action, resource);"), cedarpy.Schema.from_str(SCHEMA)
    )

    try:
        (answer,) = engine.responses([{**raw, "context": json.dumps(raw["context"])}], b"[]")
    except (EntitiesInvalid, ValueError):
        assert not fits
    else:
        assert (answer.decision != "nodecision") == fits
    if fits:
        assert environment_of(read_request(raw, {}, schema), schema) == schema.environments[0]
    else:
        with pytest.raises(FactsInvalid):
            read_request(raw, {}, schema)
