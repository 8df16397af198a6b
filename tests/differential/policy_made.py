"""Made-up schemas, rule sets, entities and requests, the same for the same seed; every rule set is strictly valid.

Error-heavy: numbers and instants at the edge of int64, entities that the store lacks, tags. `made(seed)` gives
Cedar text and Cedar JSON and asks nobody whether it is right: the tests do.
"""

import random
from dataclasses import dataclass
from typing import Any

from evenhand.policy.schema import Environment, Schema, read_schema
from tests.differential.policy_texts import BOOL, Writer
from tests.differential.policy_values import IDS, LEVELS, STRINGS, entity, json_of, quoted, uid_of

Raw = dict[str, Any]

TYPES = (
    "Bool", "Long", "Long", "String", "String", "decimal", "datetime", "datetime", "duration", "ipaddr", "Set<String>",
    "Set<Long>", "Set<Group>", "Set<Level>", "Level", "Group", "User", "User", "Item", "{ n: Long, s: String }",
    "{ n?: Long, deep: { u?: User } }", "Set<{ n: Long }>", "Set<Set<Long>>",
)  # fmt: skip
PLAIN_TYPES = ("Bool", "Long", "String", "Set<String>", "datetime", "User", "Level")
PARENTS = {"User": "[Group]", "Group": "[Group]", "Item": "[Folder, Group]", "Folder": "[Folder]"}
ACTIONS = (("see", "User", "Item"), ("do it", "[User, Group]", "[Item, Folder]"), ("be", "User", "User"))
VERDICTS = ("refuse", "hold", "limit", "label")
GROUPS = ("all", '"some ones"')
MISSING = 0.3


@dataclass(frozen=True)
class Made:
    """A rule set by its texts; requests hold principal, action, resource and context in Cedar JSON, of one store."""

    policies: str
    schema: str
    entities: list[Raw]
    requests: list[Raw]


def made(seed: int, requests: int = 50, rules: int | None = None) -> Made:
    """Return the rule set of a seed: 1 to 40 rules, or as many as asked for."""
    chance = random.Random(seed)
    text = schema_text(chance)
    schema = read_schema(text)
    environments = [*schema.environments, *[chance.choice(schema.environments)] * 12]
    writers = {each: Writer(schema, each, chance) for each in schema.environments}
    count = rules or chance.choice((1, 2, 3, 5, 8, 13, 40))
    policies = "\n".join(_policy(place, writers[chance.choice(environments)], chance) for place in range(count))
    entities = _entities(schema, chance)
    return Made(policies, text, entities, [_request(chance.choice(environments), chance) for _ in range(requests)])


def schema_text(chance: random.Random) -> str:
    """Return a schema: users in groups, items in folders, levels, three actions in two groups."""
    lines = [
        f"entity {name} in {parents} {_record(chance, TYPES)}{_tags(chance)};" for name, parents in PARENTS.items()
    ]
    lines.append(f"entity Level enum [{', '.join(map(quoted, LEVELS))}];")
    lines.append('action all; action "some ones" in all;')
    for name, principals, resources in (
        ("see", "User", "Item"),
        ("do it", "[User, Group]", "[Item, Folder]"),
        ("be", "User", "User"),
    ):
        context = _record(chance, TYPES, "name: String, maybe?: Long")
        lines.append(
            f"action {quoted(name)} in {chance.choice(GROUPS)} appliesTo "
            f"{{ principal: {principals}, resource: {resources}, context: {context} }};"
        )
    text = "\n".join(lines)
    return f"namespace Made::Up {{\n{text}\n}}\n" if chance.random() < 0.3 else text


def _record(chance: random.Random, types: tuple[str, ...], first: str = "") -> str:
    names = ("a", "b", "c", "d", "od d", "f")[: chance.randint(2, 6)]
    fields = [f"{quoted(name)}{chance.choice(('', '?'))}: {chance.choice(types)}" for name in names]
    return "{ " + ", ".join([*([first] if first else []), *fields]) + " }"


def _tags(chance: random.Random) -> str:
    return f" tags {chance.choice(PLAIN_TYPES)}" if chance.random() < 0.4 else ""


def _policy(place: int, writer: Writer, chance: random.Random) -> str:
    """Return a rule for an environment: what its scope leaves open, each condition asks first."""
    environment, schema = writer.environment, writer.schema
    principal, principal_is_sure = _scope("principal", environment.principal, schema, chance)
    resource, resource_is_sure = _scope("resource", environment.resource, schema, chance)
    action, action_is_sure = _action(environment, schema, chance)
    asked = [] if principal_is_sure else [f"principal is {environment.principal}"]
    asked += [] if resource_is_sure else [f"resource is {environment.resource}"]
    asked += [] if action_is_sure else [f"action == {_uid(environment.action)}"]
    clauses = []
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 3))):
        held = " && ".join([*asked, writer.write(BOOL, chance.randint(0, 4))])
        clauses.append(f"{chance.choice(('when', 'when', 'unless'))} {{ {held} }}")
    effect = chance.choice(("permit", "forbid"))
    verdict = f'@verdict("{chance.choice(VERDICTS)}") ' if effect == "forbid" else ""
    return f'@id("rule-{place}") {verdict}{effect} ({principal}, {action}, {resource}) {" ".join(clauses)};'


def _scope(variable: str, name: str, schema: Schema, chance: random.Random) -> tuple[str, bool]:
    """Return a scope for entities of a type, and whether it lets only that type through."""
    group = entity(chance.choice(sorted(schema.entities[name].ancestors | {name})), chance)
    return chance.choice((
        (variable, False),
        (variable, False),
        (variable, False),
        (f"{variable} in {group}", False),
        (f"{variable} is {name}", True),
        (f"{variable} is {name}", True),
        (f"{variable} is {name}", True),
        (f"{variable} is {name} in {group}", True),
        (f"{variable} == {entity(name, chance)}", True),
    ))  # fmt: skip


def _action(environment: Environment, schema: Schema, chance: random.Random) -> tuple[str, bool]:
    groups = sorted(schema.groups[environment.action])
    return chance.choice((
        ("action", False),
        (f"action == {_uid(environment.action)}", True),
        (f"action == {_uid(environment.action)}", True),
        (f"action in [{', '.join(_uid(group) for group in groups)}]", False),
        (f"action in {_uid(chance.choice(groups))}", False),
    ))  # fmt: skip


def _uid(key: tuple[str, str]) -> str:
    return f"{key[0]}::{quoted(key[1])}"


def _entities(schema: Schema, chance: random.Random) -> list[Raw]:
    """Return a store that lacks some of what it refers to; an entity is only in such as stand after it."""
    keys = [{"type": name, "id": each} for name in schema.entities for each in IDS if not name.endswith("Level")]
    chance.shuffle(keys)
    found = []
    for place, key in enumerate(keys):
        if chance.random() < MISSING:
            continue
        declared = schema.entities[key["type"]]
        above = [each for each in keys[place + 1 :] if each["type"] in declared.ancestors]
        raw: Raw = {"uid": key, "attrs": json_of(declared.attributes, chance)}
        raw["parents"] = chance.sample(above, min(len(above), chance.choice((0, 1, 1, 2))))
        if declared.tags is not None:
            keys_of_tags = ("k", "é", *chance.sample(STRINGS, 2))
            raw["tags"] = {name: json_of(declared.tags, chance) for name in keys_of_tags if chance.random() < 0.6}
        found.append(raw)
    return found


def _request(environment: Environment, chance: random.Random) -> Raw:
    return {
        "principal": uid_of(environment.principal, chance),
        "action": {"type": environment.action[0], "id": environment.action[1]},
        "resource": uid_of(environment.resource, chance),
        "context": json_of(environment.context, chance),
    }
