"""Facts read from JSON by columns against the Cedar engine, asked of each of them alone."""

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cedarpy
import duckdb
import msgspec
import pytest

from evenhand.model.facts import Facts
from evenhand.policy import Rulebook, rule_many, time_bound
from evenhand.policy.attribute_access import access_of
from evenhand.policy.engine import NO_DECISION, CedarEngine, EntitiesInvalid, Response
from evenhand.policy.request import prepare
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.ruling import held_if_incomplete, is_complete
from evenhand.policy.schema import Environment, Primitive, RecordType, Schema, Type, read_schema
from evenhand.policy.sql.column_rulings import ColumnRuler, ColumnRuling
from evenhand.policy.sql.compiled_queries import CompiledQueries
from evenhand.policy.sql.fact_relation import roles_of
from evenhand.policy.syntax_tree import parse
from tests.differential import policy_made
from tests.differential.policy_made import Made, made
from tests.differential.policy_pairs import Draws
from tests.differential.policy_values import LEVELS, quoted
from tests.rulebook_overlays import HOUSE

BOOK = Rulebook.load(HOUSE)
DATABASE = duckdb.connect(config={"threads": 1})
TYPES = (
    "Bool", "Long", "String", "decimal", "datetime", "Set<String>", "Set<Long>", "Set<Level>", "Level",
    "{ n: Long, s: String }", "{ n?: Long, deep: { u?: Set<Bool> } }",
)  # fmt: skip
RARE = ("ipaddr", "duration", "Set<Group>", "User", "Set<{ n: Long }>")
PLAIN = '{ "a": Bool, "b"?: String, "c"?: Set<String> }'
INSTANTS = ("2016-05-01", "2026-03-01T12:00:00Z", "2026-03-01T23:59:59.999Z", "1970-01-01", "9999-12-31")
ODD_INSTANTS = ("2026-03-01T23:30:00-0100", "2026-02-30", "0000-01-01", "2026-03-01T24:00:00Z", "now", "2026-3-1")


def columns(schema: Schema, active: Callable[[Any], ActiveRules]) -> ColumnRuler:
    """Return a ruler by columns."""
    return ColumnRuler(schema, active, DATABASE, CompiledQueries())


def text_of(plain: dict[str, Any]) -> str:
    """Return facts as a ledger has them."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# The house's rules.


def odd(plain: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return facts of which something is written in another way, missing, unknown, or of no type that fits."""
    found = copy.deepcopy(plain)
    chance.choice((odd_value, odd_value, odd_value, odd_name, odd_entities, odd_parents, odd_ids))(found, chance)
    return found


def odd_value(found: dict[str, Any], chance: random.Random) -> None:
    record, name = some_place(found, chance)
    record[name] = chance.choice(VALUES)


def odd_name(found: dict[str, Any], chance: random.Random) -> None:
    record, name = some_place(found, chance)
    value = record.pop(name)
    if chance.random() < 0.5:
        record["unknown"] = value


def some_place(found: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], str]:
    """Return a record of facts and the name of a value in it."""
    records = [found["context"], *(each["attrs"] for each in found["entities"] if each["attrs"])]
    record = chance.choice(records)
    inner = [value for value in record.values() if isinstance(value, dict) and value and "__extn" not in value]
    record = chance.choice(inner) if inner and chance.random() < 0.4 else record
    return record, chance.choice(sorted(record))


def odd_entities(found: dict[str, Any], chance: random.Random) -> None:
    place = chance.randrange(len(found["entities"]))
    if chance.random() < 0.5:
        found["entities"].append(copy.deepcopy(found["entities"][place]))
    else:
        del found["entities"][place]


def odd_parents(found: dict[str, Any], chance: random.Random) -> None:
    above = chance.choice([each["uid"] for each in found["entities"]] + [{"type": "Designation", "id": "x"}])
    chance.choice(found["entities"])["parents"] = [above]


def odd_ids(found: dict[str, Any], chance: random.Random) -> None:
    found[chance.choice(("principal", "resource", "action"))]["id"] = chance.choice(("rt", "it", "buy", 5))


VALUES: tuple[Any, ...] = (
    None, 0, -1, 1.5, 2**63 - 1, 2**63, -(2**63), 2**64, True, "", "null", "1", [], [None], [1, None], ["a", 1],
    ["a", "a"], {}, {"type": "Payer", "id": "payer"}, {"__entity": {"type": "Payer", "id": "nobody"}}, [2**63],
    {"__entity": {"type": "Advertiser", "id": "rt"}}, [{"__entity": {"type": "ContentKind", "id": "news"}}, None],
    [{"__entity": {"type": "ContentKind", "id": "nothing"}}], [{"__entity": {"type": "ContentKind", "id": "news"}}] * 2,
    [{"__entity": {"type": "ControlType", "id": "news"}}], {"__extn": {"fn": "decimal", "arg": "1.00000"}},
    {"__extn": {"fn": "decimal", "arg": "-922337203685477.5808"}}, {"__extn": {"fn": "datetime", "arg": "2026-03-01"}},
    {"fn": "decimal", "arg": "0.5"}, {"__extn": {"fn": "decimal", "arg": "2026-03-01"}},
    {"__extn": {"fn": "datetime", "arg": "0.5"}}, {"__extn": {"fn": "decimal", "arg": "0.5"}},
    {"__extn": {"fn": "ip", "arg": "10.0.0.1"}},
    {"__extn": {"fn": "decimal", "arg": 1}},
)  # fmt: skip


def house_facts(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield facts of every environment, a third of them odd in one thing."""
    chance = random.Random(seed)
    draws = Draws(BOOK.schema, chance)
    for _ in range(count):
        plain = draws.request(chance.choice(BOOK.schema.environments))
        instants = INSTANTS if chance.random() < 0.9 else ODD_INSTANTS
        plain["context"]["at"] = {"__extn": {"fn": "datetime", "arg": chance.choice(instants)}}
        plain["context"].pop("origin_ip", None)
        kept = [each for each in plain["entities"] if each["uid"]["type"] != "Designation" or chance.random() < 0.5]
        plain["entities"] = chance.sample(kept, len(kept))
        yield odd(plain, chance) if chance.random() < 0.35 else plain


def clock_counts(text: bytes) -> bool:
    """Return what Cedar says of whether another time could change the ruling."""
    ready = prepare(text)
    return ready is not None and time_bound([text], BOOK.active(ready.day))[0]


def disagreements(seed: int, count: int) -> tuple[list[str], Counter[str]]:
    """Return the facts of the house on which columns and Cedar differ, and what happened to all of them."""
    texts = [text_of(plain) for plain in house_facts(count, seed)]
    ruler = columns(BOOK.schema, BOOK.active)
    ruled = {each.place: each for each in ruler.rule(texts)}
    assert ruler.refused == []
    cedar = rule_many([text.encode() for text in texts], BOOK)
    wrong, seen = [], Counter(asked=len(texts), by_columns=len(ruled))
    for place, each in ruled.items():
        ruling = held_if_incomplete(each.ruling, complete=each.is_complete)
        seen.update((ruling.decision, "incomplete" if not each.is_complete else "complete"))
        agrees = ruling == cedar[place] and each.time_bound == clock_counts(texts[place].encode())
        wrong += [] if agrees else [texts[place]]
    return wrong, seen


def test_columns_rule_facts_of_the_house_as_cedar_does() -> None:
    """What they rule at all is right, and most that fits is ruled by them; the odd is left to others."""
    wrong, seen = disagreements(1, 1_000)

    assert wrong == []
    assert seen["by_columns"] > 0.4 * seen["asked"]
    assert min(seen["allow"], seen["deny"], seen["incomplete"]) > 20


def whole(environment: Environment) -> dict[str, Any]:
    """Return facts of an environment in which everything is that the schema knows, and all of it has columns."""
    draws = Draws(BOOK.schema, Always())
    plain = draws.request(environment)
    plain["context"] |= {"at": {"__extn": {"fn": "datetime", "arg": "2026-03-01T12:00:00Z"}}}
    plain["context"].pop("origin_ip", None)
    roles = {role.kind for role in roles_of(environment, BOOK.schema)}
    plain["entities"] = [each for each in plain["entities"] if each["uid"]["type"] in {*roles, "Designation"}]
    return plain


class Always(random.Random):
    """Draws everything that may be drawn, and the first of what there is."""

    def random(self) -> float:
        return 0.2

    def choice(self, seq: Any) -> Any:
        return seq[-1] if len(seq) == 4 and seq[0] == 0 else seq[0]


def all_odd(plain: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield facts with each of the odd values at each place, with more or fewer names, and with odd entities."""
    yield from odd_records(plain)
    for each in plain["entities"]:
        yield plain | {"entities": [*plain["entities"], each]}
        yield plain | {"entities": [*plain["entities"], each | {"parents": [UN]}]}
        yield plain | {
            "entities": [(other | {"parents": [UN]}) if other is each else other for other in plain["entities"]]
        }
        for found in odd_records({"context": {}, "entities": [each]}):
            yield plain | {"entities": [*plain["entities"], found["entities"][0] | {"uid": each["uid"] | {"id": "x"}}]}


def odd_records(plain: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield facts with each of the odd values at each place, and with a name more or fewer."""
    for place, name in ((place, name) for place, record in enumerate(records_of(plain)) for name in record):
        for value in VALUES:
            found = copy.deepcopy(plain)
            records_of(found)[place][name] = value
            yield found
        for other in ({}, {"unknown": 1}):
            found = copy.deepcopy(plain)
            record = records_of(found)[place]
            value = record.pop(name)
            record |= other and {"unknown": value, name: value}
            yield found


UN = {"type": "Designation", "id": "un-asset-freeze"}


def records_of(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of facts, those inside of others too."""
    ahead = [plain["context"], *(each["attrs"] for each in plain["entities"])]
    found = []
    while ahead:
        record = ahead.pop()
        found.append(record)
        ahead += [each for each in record.values() if isinstance(each, dict) and "__extn" not in each]
    return found


@pytest.mark.parametrize("environment", BOOK.schema.environments, ids=lambda each: f"{each.principal} {each.action[1]}")
def test_every_odd_value_at_every_place_is_ruled_as_cedar_does(environment: Environment) -> None:
    """Or left to others: whatever Cedar would refuse, columns must not take for something else."""
    texts = [text_of(each) for each in (whole(environment), *all_odd(whole(environment)))]

    ruled = list(columns(BOOK.schema, BOOK.active).rule(texts))

    assert 0 in [each.place for each in ruled]
    said = [held_if_incomplete(each.ruling, complete=each.is_complete) for each in ruled]
    assert said == rule_many([texts[each.place].encode() for each in ruled], BOOK)


def test_what_is_in_something_that_is_in_something_is_in_that() -> None:
    """Designations are in others, three deep; a party is in all of them."""
    plain = whole(BOOK.schema.environments[0])
    chain = ["x", "y", "un-asset-freeze"]
    plain["entities"] = [each for each in plain["entities"] if each["uid"]["type"] != "Designation"]
    plain["entities"][0]["parents"] = [{"type": "Designation", "id": "x"}]
    for name, above in zip(chain, (*chain[1:], None), strict=True):
        parents = [] if above is None else [{"type": "Designation", "id": above}]
        uid = {"type": "Designation", "id": name}
        plain["entities"].append({"uid": uid, "attrs": {"publisher": "x", "house": False}, "parents": parents})
    plain["context"]["bound_by"] = ["UN"]

    (ruled,) = columns(BOOK.schema, BOOK.active).rule([text_of(plain)])

    assert "un-listed" in ruled.ruling.reasons
    assert [ruled.ruling] == rule_many([text_of(plain).encode()], BOOK)


def test_a_party_with_the_id_of_a_designation_is_not_in_it() -> None:
    """An id names an entity together with its type alone."""
    plain = json.loads(text_of(whole(BOOK.schema.environments[0])).replace('"id":"someone"', '"id":"un-asset-freeze"'))
    plain["context"]["bound_by"] = ["UN"]

    (ruled,) = columns(BOOK.schema, BOOK.active).rule([text_of(plain)])

    assert "un-listed" not in ruled.ruling.reasons
    assert [ruled.ruling] == rule_many([text_of(plain).encode()], BOOK)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 42))
def test_columns_rule_more_facts_of_the_house_as_cedar_does(seed: int) -> None:
    """The same on 200,000 others."""
    assert disagreements(seed, 5_000)[0] == []


# Rules and schemas that are made up.


def schema_text(chance: random.Random) -> str:
    """Return a schema whose facts have columns: groups and folders are plain, and users and items have all types."""
    types = TYPES if chance.random() < 0.9 else (*TYPES, *RARE)
    record = partial(policy_made._record, chance, types)
    tags = [chance.choice(("", " tags String", " tags Long")) for _ in range(2)]
    lines = [
        f"entity User in [Group] {record()}{tags[0]};", f"entity Group in [Group] {PLAIN};",
        f"entity Item in [Folder, Group] {record()}{tags[1]};", f"entity Folder in [Folder] {PLAIN};",
        f"entity Level enum [{', '.join(map(quoted, LEVELS))}];",
        'action all; action "some ones" in all;',
    ]  # fmt: skip
    first = "at: datetime, who?: User, name: String, maybe?: Long"
    lines += [
        f"action {quoted(name)} in all appliesTo "
        f"{{ principal: {principals}, resource: {resources}, context: {record(first)} }};"
        for name, principals, resources in policy_made.ACTIONS
    ]
    return "\n".join(lines)


def written(kind: Type, value: Any, chance: random.Random) -> Any:
    """Return a value of a type, its texts mostly as the program writes them."""
    match kind:
        case Primitive("datetime" | "decimal" as name) if chance.random() < 0.95:
            texts = INSTANTS if name == "datetime" else ("0.0", "1.0000", "-0.1", "0.5")
            return {"__extn": {"fn": name, "arg": chance.choice(texts)}}
        case RecordType(attributes):
            return {name: written(attributes[name].type, each, chance) for name, each in value.items()}
        case _:
            return value


def made_facts(case: Made, schema: Schema, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the requests of a case with the entities that they name, and all groups and folders."""
    for request in case.requests:
        known = next(each for each in schema.environments if (each.principal, each.action[1], each.resource) == (
            request["principal"]["type"], request["action"]["id"], request["resource"]["type"]))  # fmt: skip
        context = written(known.context, request["context"], chance)
        named = [request["principal"], request["resource"], context.get("who", {}).get("__entity")]
        entities = [
            each | {"attrs": written(schema.entities[each["uid"]["type"]].attributes, each["attrs"], chance)}
            for each in copy.deepcopy(case.entities)
            if each["uid"] in named or each["uid"]["type"] in ("Group", "Folder")
        ]
        yield {**request, "context": context, "entities": entities}


def rules_of(case: Made, schema: Schema) -> ActiveRules:
    """Return the rules of a case, always in force."""
    policies, access = parse(case.policies), [access_of(each, schema) for each in parse(case.policies)]
    rules = ActiveRules(
        rules={}, named=frozenset[tuple[str, str]]().union(*(each.literals for each in access)), sha256="made",
        engine=CedarEngine(cedarpy.PolicySet.from_str(case.policies), cedarpy.Schema.from_str(case.schema)),
        open_engine=None, policies=tuple(policies), open_policies=(), schema=schema,
    )  # fmt: skip
    vars(rules)["reads"] = frozenset[str]().union(*(each.paths for each in access))
    return rules


def _always(rules: ActiveRules, _: Any) -> ActiveRules:
    return rules


def alone(text: str, rules: ActiveRules) -> tuple[Response, bool] | None:
    """Return Cedar's answer to one request, and whether nothing is missing; None: it cannot be asked."""
    ready = prepare(msgspec.json.decode(text, type=Facts))
    if ready is None:
        return None
    try:
        (answer,) = rules.engine.responses([ready.request], b"[" + b",".join(ready.entities.values()) + b"]")
    except EntitiesInvalid:
        return NO_DECISION, False
    return answer, is_complete(ready, rules)


def agrees(ruled: ColumnRuling, answer: tuple[Response, bool] | None) -> bool:
    """Return whether columns say the same as Cedar."""
    if answer is None:
        return False
    ruling, (response, complete) = ruled.ruling, answer
    said = ruling.decision, ruling.reasons, ruling.errors, ruled.is_complete
    return said == (response.decision, response.reasons, response.errors, complete)


def made_disagreements(seeds: range, requests: int) -> tuple[list[tuple[int, str]], Counter[str]]:
    """Return the facts under made rules on which columns and Cedar differ, and what happened to all of them."""
    wrong, seen = [], Counter[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy_made, "schema_text", schema_text)
        for seed in seeds:
            case = made(seed, requests, rules=1 + seed % 4)
            schema, chance = read_schema(case.schema), random.Random(seed)
            rules, texts = rules_of(case, schema), [text_of(each) for each in made_facts(case, schema, chance)]
            seen["asked"] += len(texts)
            ruler = columns(schema, partial(_always, rules))
            for each in ruler.rule(texts):
                answer = alone(texts[each.place], rules)
                wrong += [] if agrees(each, answer) else [(seed, texts[each.place])]
                seen.update(("by columns", each.ruling.decision, "errors" if each.ruling.errors else "no errors"))
            wrong += [(seed, words) for words in ruler.refused]
    return wrong, seen


def test_columns_rule_made_up_facts_as_cedar_does() -> None:
    """Every type that has columns, tags, parents of parents, what is absent or missing, and rules that err."""
    wrong, seen = made_disagreements(range(10), 80)

    assert wrong == []
    assert seen["by columns"] > 200
    assert min(seen["allow"], seen["deny"], 4 * seen["errors"]) > 20


@pytest.mark.long
@pytest.mark.parametrize("start", range(1_000, 4_000, 100))
def test_columns_rule_more_made_up_facts_as_cedar_does(start: int) -> None:
    """The same under 3,000 other rule sets."""
    assert made_disagreements(range(start, start + 100), 60)[0] == []


def test_a_text_that_is_no_json_leaves_all_to_others() -> None:
    """DuckDB refuses the whole batch; nothing is ruled by half."""
    texts = [*map(text_of, house_facts(5, 3)), '{"action":']

    ruler = columns(BOOK.schema, BOOK.active)

    assert list(ruler.rule(texts)) == []
    assert "Malformed JSON" in ruler.refused[0]
