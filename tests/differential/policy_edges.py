"""A rule set by hand whose every rule stands on one edge of Cedar's semantics (`policy.md` §6), and facts for it."""

import random
from collections.abc import Iterator

from evenhand.policy.schema import Schema, read_schema
from tests.differential.policy_made import Made, Raw
from tests.differential.policy_values import json_of

SCHEMA = r"""
entity Level enum ["low", "high", "very \"high\""];
entity Team in [Team];
entity User in [Team] {
  n: Long, m?: Long, N?: Long, s: String, t?: String, flag: Bool, at: datetime, since?: datetime, span: duration,
  amount: decimal, ip: ipaddr, names: Set<String>, others: Set<String>, numbers: Set<Long>,
  level: Level, levels: Set<Level>, marks: Set<Level>, boss: User, deputy?: User, team: Team, teams: Set<Team>,
  home: { n: Long, street?: String }, other: { n: Long, street?: String },
} tags Long;
action act;
action see, edit in act appliesTo { principal: User, resource: User, context: { n: Long, s?: String, who: User } };
"""

CONDITIONS = r"""
// errors, and what hides them
principal.n + 1 > 0 && false
false && principal.n + 1 > 0
principal.n + 1 > 0 || true
true || principal.n + 1 > 0
principal.flag && principal.n * 2 == principal.n + principal.n
principal.flag || principal.n * 2 == principal.n + principal.n
!(principal.n + 1 > 0)
if principal.n + 1 > 0 then principal.flag else !principal.flag
if principal.flag then principal.n + 1 > 0 else principal.n - 1 < 0
(if principal.flag then principal.n else resource.n) == principal.n
(if principal.flag then principal.boss else resource).n == 0
(if principal.flag then principal.boss else resource) has m
principal.boss.flag
principal.boss.flag && principal.boss.n > 0
context.who.boss.flag || context.n > 0
// presence
principal has m && principal.m > 0
principal has N && principal.N > 0
if principal has m then principal.m < 0 else true
principal has deputy && principal.deputy.flag
principal has deputy && principal.deputy has t
principal has deputy.t && principal.deputy.t == principal.s
principal.boss has n
context has s && context.s == principal.s
principal.home has street && principal.home.street like "*a*"
principal.boss has n && principal.boss.n <= 7
// arithmetic
principal.n + resource.n == 0
principal.n - resource.n >= 0
principal.n * resource.n != 1
-principal.n > 0
-(-principal.n) == principal.n
principal.n * 3037000500 > 0
principal.n == -9223372036854775808
principal.n - 1 < principal.n
context.n * -1 == 0 - context.n
// equality across kinds of value
principal == resource
principal.boss == resource
principal.level == Level::"high"
principal.level != resource.level
principal.home == resource.home
principal.home == principal.other
{a: principal.n, b: principal.s} == {a: resource.n, b: resource.s}
principal.amount == decimal("1.0")
principal.amount.lessThan(resource.amount)
principal.amount.greaterThanOrEqual(decimal("0.0001"))
principal.s == resource.s
principal.s == "nul\0"
principal.s == "q\"uote\\"
principal.n < resource.n
principal.n <= resource.n
principal.at < resource.at
principal.span <= resource.span
// patterns
principal.s like "*"
principal.s like "a*b"
principal.s like "*_*"
principal.s like "a_b"
principal.s like "*%*"
principal.s like "100%"
principal.s like "a\*b"
principal.s like "*\\*"
principal.s like "A*"
principal.s like "*\0"
principal.s like ""
// sets
principal.names == resource.names
principal.names == ["a", "ab", "a"]
[principal.s, resource.s] == [resource.s, principal.s, principal.s]
principal.names == [principal.s]
principal.names.contains(resource.s)
principal.names.containsAll(resource.names)
principal.names.containsAny(resource.names)
principal.names.containsAll(principal.others)
principal.names.containsAny(principal.others)
principal.names.containsAll(["a", "ab"])
principal.names.containsAny(["a", "ab"])
["a", "ab", ""].containsAll(principal.names)
[1, principal.n].containsAny(resource.numbers)
[1, 2].containsAll([principal.n])
[1, 2].contains(principal.n + 1)
principal.names.isEmpty()
[principal.n].isEmpty()
principal.numbers.contains(-9223372036854775808)
principal.numbers == resource.numbers
principal.levels == resource.levels
principal.levels == [Level::"low", Level::"high"]
principal.levels.contains(principal.level)
principal.levels.contains(Level::"high")
principal.levels.containsAll(principal.marks)
principal.levels.containsAll([Level::"low", principal.level])
principal.levels.containsAny(principal.marks)
principal.levels.containsAny([Level::"low", Level::"high"])
principal.levels.isEmpty()
[principal.level, Level::"low"].containsAll(resource.levels)
[principal.level] == resource.levels
principal.teams.contains(principal.team)
principal.teams == resource.teams
// membership
principal in Team::"a"
principal in resource
principal.boss in Team::"b"
principal.team in Team::"a"
principal.team in [Team::"a", Team::"b"]
principal.team in resource.teams
principal in principal.teams
resource in [principal.team, Team::"b"]
(if principal.flag then principal else resource) in Team::"a"
principal is User in Team::"b"
Team::"a" in Team::"b"
action in Action::"act" && action == Action::"see"
// tags
principal.hasTag("k") && principal.getTag("k") > 0
principal.hasTag("é") && principal.getTag("é") == 0
principal.boss.hasTag("k")
(if principal.flag then principal else resource).hasTag("k")
(if principal.flag then principal else resource).hasTag("k") && resource.flag
principal.hasTag(if principal.flag then "k" else "é")
// instants and spans
principal.at.toDate() == resource.at.toDate()
principal.at.toDate() == datetime("1969-12-31")
principal.at.toTime() == duration("23h")
principal.at.toTime() < duration("1ms")
principal.at.offset(principal.span) > principal.at
principal.at.offset(duration("1d")) > datetime("9999-12-31")
principal.at.offset(principal.span).toDate() < principal.at
principal.at.durationSince(resource.at) > duration("0ms")
principal.at.offset(principal.span).durationSince(resource.at.offset(resource.span)) > duration("0ms")
principal.at.offset(principal.span).toTime() == duration("0ms")
principal.span.toSeconds() == 0
principal.span.toMilliseconds() == -1
principal.span.toMinutes() <= -1
principal.span.toHours() == -21
principal.span.toDays() < 0
// addresses
principal.ip.isIpv4()
principal.ip.isLoopback()
principal.ip.isMulticast()
principal.ip.isInRange(ip("10.0.0.0/8"))
principal.ip.isInRange(resource.ip)
ip("fe80::1").isInRange(principal.ip)
principal.ip == resource.ip
principal.ip == ip("10.0.0.1/8")
"""

ANYONE = "principal, action, resource"
# Under a scope that few requests are in, an error out of scope must not show.
SCOPES = (
    'principal in Team::"a", action, resource',
    'principal, action in Action::"act", resource is User in Team::"b"',
    'principal == User::"u3", action == Action::"see", resource',
    'principal, action == Action::"edit", resource == User::"u1"',
)
VERDICTS = ("refuse", "hold", "limit", "label")
USERS, MISSING = 30, 0.2


def edges(requests: int = 200, seed: int = 7) -> Made:
    """Return the rule set with facts: users at the edges of their types, some of them not in the store."""
    chance = random.Random(seed)
    schema = read_schema(SCHEMA)
    facts = [_request(schema, chance) for _ in range(requests)]
    return Made("\n".join(rules()), SCHEMA, _entities(schema, chance), facts)


def rules() -> Iterator[str]:
    """Yield the rules, almost all forbids: beside a satisfied one, what a permit says is no reason."""
    lines = [line for line in CONDITIONS.splitlines() if line and not line.startswith("//")]
    for place, line in enumerate(lines):
        effect = "permit" if place % 40 == 3 else f'@verdict("{VERDICTS[place % 7 % 4]}") forbid'
        clause = "unless" if place % 5 == 4 else "when"
        scope = SCOPES[place // 9 % len(SCOPES)] if place % 9 == 0 else ANYONE
        yield f'@id("edge-{place}") {effect} ({scope}) {clause} {{ {line} }};'


def _entities(schema: Schema, chance: random.Random) -> list[Raw]:
    """Return users in teams and teams in teams; who is under whom goes one way."""
    teams: list[Raw] = [
        {"uid": _uid("Team", "a"), "attrs": {}, "parents": []},
        {"uid": _uid("Team", "c"), "attrs": {}, "parents": [_uid("Team", "b")]},
        {"uid": _uid("Team", "b"), "attrs": {}, "parents": [_uid("Team", "a")]},
    ]
    users = [_user(f"u{number}", schema, chance) for number in range(USERS)]
    return [*teams, *(user for user in users if chance.random() > MISSING)]


def _user(name: str, schema: Schema, chance: random.Random) -> Raw:
    attrs = json_of(schema.entities["User"].attributes, chance)
    for each in ("boss", "deputy"):
        if each in attrs:
            attrs[each] = {"__entity": _someone(chance)}
    attrs["home"]["n"] = attrs["other"]["n"] = chance.randrange(2)
    attrs["team"] = {"__entity": _uid("Team", chance.choice("abcd"))}
    attrs["teams"] = [{"__entity": _uid("Team", each)} for each in chance.sample("abcd", chance.randrange(3))]
    tags = {key: chance.randrange(-1, 2) for key in ("k", "é") if chance.random() < 0.6}
    parents = [_uid("Team", each) for each in chance.sample("abc", chance.choice((0, 1, 1)))]
    return {"uid": _uid("User", name), "attrs": attrs, "parents": parents, "tags": tags}


def _request(schema: Schema, chance: random.Random) -> Raw:
    context = json_of(schema.environments[0].context, chance) | {"who": {"__entity": _someone(chance)}}
    action = _uid("Action", "edit" if chance.random() < 0.1 else "see")
    return {"principal": _someone(chance), "action": action, "resource": _someone(chance), "context": context}


def _someone(chance: random.Random) -> Raw:
    return _uid("User", f"u{chance.randrange(USERS)}")


def _uid(kind: str, name: str) -> Raw:
    return {"type": kind, "id": name}
