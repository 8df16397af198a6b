"""Rules that are left for the gate, as its programs: what each construct becomes, and what becomes of the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.program import (
    And,
    Before,
    Contains,
    Eq,
    Hours,
    In,
    Is,
    Not,
    Or,
    Program,
    Unknown,
    When,
    milliseconds,
)
from evenhand.model.residual import Residual
from evenhand.policy import Rulebook
from evenhand.policy.attribute_access import access_of
from evenhand.policy.residuals.advertiser_conditions import Conditions, Doubt, conditions
from evenhand.policy.residuals.program_algebra import FALSE, TRUE
from evenhand.policy.residuals.residual import KnownFacts, residual
from evenhand.policy.schema import Environment, read_schema
from evenhand.policy.serve_requests import REQUEST_FIELDS, never_told
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Fields, Uid
from evenhand.policy.typed.values import read_entities
from tests.each_case import each_case
from tests.unit.policy.made_up import HOUSE

SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
POLITICAL = Is("political", True)
NEVER, ALWAYS = FALSE, TRUE

SCHEMA = read_schema("""
entity Payer { share: Long };
entity Advertiser { n: Long, seen: datetime, span: duration, payer: Payer };
entity Creative { kind: String, n: Long, of?: Creative } tags String;
entity Placement { territory: String, slot: String, size: Long };
action serve appliesTo { principal: Advertiser, resource: Creative, context: {
  at: datetime, payer: Payer, territories: Set<String>, political: Bool, placement: Placement, label_present: Bool,
  vote?: { closes: datetime } } };
""")
ENTITIES = [
    {"uid": {"type": "Advertiser", "id": "a"}, "parents": [], "attrs": {
        "n": 7, "payer": {"type": "Payer", "id": "nobody"}, "seen": {"__extn": {"fn": "datetime", "arg": "2026-03-01"}},
        "span": {"__extn": {"fn": "duration", "arg": "106751991166d"}}}},
    {"uid": {"type": "Payer", "id": "p"}, "parents": [], "attrs": {"share": 5}},
]  # fmt: skip


def ms(text: str) -> int:
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def left(*rules: str) -> Conditions:
    """Return what is left of rules for the made-up advertiser."""
    (environment,) = SCHEMA.environments
    known = KnownFacts(
        Uid("Advertiser", "a"),
        read_entities(ENTITIES, SCHEMA),
        Fields(payer=Uid("Payer", "p")),
        frozenset(environment.context.attributes) - REQUEST_FIELDS - {"payer"},
    )
    return conditions(of_rules(rules, environment, known), milliseconds(SINCE))


def of_rules(rules: Sequence[str], environment: Environment, known: KnownFacts) -> Residual:
    policies = [replace(each, id=each.annotations["id"]) for each in parse("\n".join(rules))]
    lowered = lower_all(policies, SCHEMA if environment in SCHEMA.environments else ODD, environment)
    return residual(lowered, environment, known, rulebook_sha256="r", facts_sha256="f")


def forbid(condition: str, verdict: str = "refuse", name: str = "made") -> str:
    return f'@id("{name}") @verdict("{verdict}") forbid (principal, action, resource) when {{ {condition} }};'


PERMIT = '@id("open") permit (principal, action, resource);'


def program(condition: str) -> Program:
    """Return what is left of a forbid with a condition; `NEVER` if nothing is."""
    found = left(PERMIT, forbid(condition)).items
    assert len(found) < 2
    return found[0].program if found else NEVER


AT = ms("2026-03-20")
NIGHT, DAY, SOON = Hours((0, 1, 2, 3, 4, 5)), Hours(tuple(range(6, 24))), Before(ms("2026-03-15"))


@each_case(
    ("condition", "expected"),
    [
        ("context.political", POLITICAL),
        ("!context.political", Is("political", False)),
        ("context.political == true", POLITICAL),
        ("context.political == (principal.n == 8)", Is("political", False)),
        ("context.political && !context.political", NEVER),
        ("context.political || !context.political", ALWAYS),
        ("if context.political then principal.n == 8 else false", NEVER),
        ('context.territories.contains("EU")', Contains("territories", "EU")),
        ('context.territories.containsAll(["NO", "EU"])',
         And((Contains("territories", "EU"), Contains("territories", "NO")))),
        ('["NO", "EU"].containsAny(context.territories)',
         Or((Contains("territories", "EU"), Contains("territories", "NO")))),
        ('context.territories.containsAny(["EU"])', Contains("territories", "EU")),
        ('context.placement.territory == "DE"', Eq("country", "DE")),
        ('"feed" != context.placement.slot', Not(Eq("placement", "feed"))),
        ('["IE", "DE"].contains(context.placement.territory)', In("country", ("DE", "IE"))),
        ('["DE"].contains(context.placement.territory)', Eq("country", "DE")),
        ("context.placement.slot == context.placement.slot", ALWAYS),
        ("context.placement has slot && context has political", ALWAYS),
        ("context has vote && context.at < context.vote.closes", NEVER),
    ],
)  # fmt: skip
def test_what_a_bid_tells_is_asked_of_it(condition: str, expected: Program) -> None:
    """A country is the placement's territory, a site's host or an app's bundle its slot; a vote is known or absent."""
    assert program(condition) == expected


@each_case(
    ("condition", "expected"),
    [
        ('context.at < datetime("2026-03-20")', Before(AT)),
        ('context.at <= datetime("2026-03-20")', Before(AT + 1)),
        ('context.at > datetime("2026-03-20")', Not(Before(AT + 1))),
        ('context.at >= datetime("2026-03-20")', Not(Before(AT))),
        ('datetime("2026-03-20") < context.at', Not(Before(AT + 1))),
        ('datetime("2026-03-20") <= context.at', Not(Before(AT))),
        ('context.at == datetime("2026-03-20")', And((Not(Before(AT)), Before(AT + 1)))),
        ('context.at >= datetime("2020-01-01")', ALWAYS),
        ('context.at >= datetime("2026-03-02T12:00:00Z")', ALWAYS),
        ('context.at > datetime("2026-03-02T12:00:00Z")', Not(Before(ms("2026-03-02T12:00") + 1))),
        ('context.at < datetime("2026-03-02T12:00:00Z")', NEVER),
        ('context.at <= datetime("9999-12-31T23:59:59.999Z")', ALWAYS),
        ('context.at < datetime("2026-03-20") && context.at < datetime("2026-03-25")', Before(AT)),
        ('context.at.durationSince(principal.seen) < duration("14d")', SOON),
        ("context.at.durationSince(principal.seen).toDays() < 14", SOON),
        ("context.at.durationSince(principal.seen).toHours() < 336", SOON),
        ('principal.seen.durationSince(context.at) > duration("-14d")', SOON),
        ("principal.seen.durationSince(context.at).toDays() > -14", SOON),
        ('context.at.durationSince(datetime("2026-03-20")).toDays() < 0', Before(AT - DAY_MS + 1)),
        ('context.at.durationSince(datetime("2026-03-20")).toDays() == 0',
         And((Not(Before(AT - DAY_MS + 1)), Before(AT + DAY_MS)))),
        ('context.at.durationSince(datetime("2026-03-20")).toMilliseconds() < 5', Before(AT + 5)),
        ('context.at.offset(duration("1d")) < datetime("2026-03-21")', Before(AT)),
        ('principal.seen.offset(context.at.durationSince(principal.seen)) < datetime("2026-03-20")', Before(AT)),
        ('context.at.toDate() < datetime("2026-03-20")', Before(AT)),
        ('context.at.toDate() <= datetime("2026-03-20")', Before(AT + DAY_MS)),
        ('context.at.toDate() == datetime("2026-03-20")', And((Not(Before(AT)), Before(AT + DAY_MS)))),
        ('context.at.toDate() == datetime("2026-03-20T01:00:00Z")',
         And((Not(Before(AT + DAY_MS)), Before(AT + DAY_MS)))),
        ('context.at.toTime() < duration("6h")', NIGHT),
        ('context.at.toTime() >= duration("6h")', DAY),
        ("context.at.toTime().toHours() <= 5", NIGHT),
        ("5 < context.at.toTime().toHours()", DAY),
        ("context.at.toTime().toHours() == 12", And((Hours(tuple(range(12, 24))), Hours(tuple(range(13)))))),
        ('context.at.offset(duration("-2h")).toTime() < duration("4h")', Hours((2, 3, 4, 5))),
        ('context.at.toTime() < duration("24h")', ALWAYS),
        ("context.at.toTime().toHours() < 0", NEVER),
    ],
)  # fmt: skip
def test_the_instant_becomes_bounds_and_hours(condition: str, expected: Program) -> None:
    """A request is never served before the register was made, so a bound that lies behind is decided.

    Whole units count toward zero, as in Cedar: the last day before an instant and the first after it are both day 0.
    """
    expected = NEVER if expected == And((Not(Before(AT + DAY_MS)), Before(AT + DAY_MS))) else expected

    assert program(condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected", "asked", "written"),
    [
        ("context.label_present", Unknown("label_present"), "label_present", ["context.label_present"]),
        ("!context.label_present && context.political", And((Unknown("label_present"), POLITICAL)), "label_present",
         ["context.label_present"]),
        ("context.political", POLITICAL, None, []),
        ('resource.kind == "film" || context.political', Or((Unknown("resource.kind"), POLITICAL)), "resource.kind",
         ["resource.kind"]),
        ('context.political && resource == Creative::"x"', And((POLITICAL, Unknown("resource"))), "resource",
         ["resource"]),
        ('resource.hasTag("k") && resource.getTag("k") == "v"', Unknown("resource"), "resource", ["resource"]),
        ('resource has of && resource.of.kind == "x"', Unknown("resource.of"), "resource.of",
         ["resource.kind", "resource.of"]),
        ('context.placement == Placement::"x"', Unknown("placement"), "placement", ["context.placement"]),
        ("context.placement.size > 5", Unknown("placement"), "placement", ["context.placement.size"]),
        ('context.placement.slot == "x"', Eq("placement", "x"), None, []),
    ],
)  # fmt: skip
def test_what_no_bid_tells_is_unknown_and_told(
    condition: str, expected: Program, asked: str | None, written: list[str]
) -> None:
    """It holds where the rest of the rule leaves it open; the report says for whom, and lint says it of the rule."""
    found = left(PERMIT, forbid(condition))

    (policy,) = parse(forbid(condition))
    assert never_told(access_of(policy, SCHEMA), SCHEMA) == tuple(written)

    assert [each.program for each in found.items] == [expected]
    assert [each.why for each in found.doubts] == ([f"it asks for `{asked}`, which no bid tells"] if asked else [])


@each_case(
    ("condition", "why"),
    [
        ('context.placement.slot like "*.example"', "`like`"),
        ("context.territories.isEmpty()", "`isEmpty`"),
        ('["DE"].containsAll(context.territories)', "`containsAll`"),
        ('[context.placement.slot].contains("feed")', "`set`"),
        ("context.at.toTime() < duration(\"90m\")", "a time of day that is no whole hour"),
        ("context.at.toTime().toMinutes() == 5", "`toMinutes`"),
        ('context.at.offset(duration("30m")).toTime() < duration("6h")', "`toTime`"),
        ('context.at.offset(principal.span) > datetime("2026-01-01")', "a sum of instants that can overflow"),
        ("context.at.durationSince(principal.seen).toDays() * 2 < 8", "`mul`"),
        ('context.at.toDate().offset(duration("1d")) > context.at', "`offset`"),
        ('context.at.toDate().durationSince(principal.seen) > duration("1d")', "`durationSince`"),
        ('(if context.political then "a" else context.placement.slot) == "a"',
         "a comparison or choice of values that are no truths"),
        ('context.territories == ["EU"]', "a comparison or choice of values that are no truths"),
        ("context.at < context.at.offset(principal.span)", "a sum of instants that can overflow"),
        ("context.at <= context.at.toDate()", "`lessEq`"),
    ],
)  # fmt: skip
def test_a_rule_that_the_gate_cannot_say_holds_whole(condition: str, why: str) -> None:
    """Never silently dropped: nobody may be served for want of an operation."""
    found = left(PERMIT, forbid(f"context.political && {condition}", "label"))

    assert found.items == (When(outcome=Outcome.LABEL, rule="made", program=Unknown("made")),)
    assert found.doubts == (Doubt("made", f"it asks for what the gate cannot do, {why}"),)


def test_a_rule_of_more_than_64_nodes_holds_whole() -> None:
    """64 is where the gate's file ends; 63 members and their conjunction fit."""

    def members(count: int) -> str:
        quoted = ", ".join(f'"{number:03}"' for number in range(count))
        return f"context.territories.containsAll([{quoted}])"

    fits, too_long = left(PERMIT, forbid(members(63))), left(PERMIT, forbid(members(64)))

    assert fits.doubts == ()
    assert [each.program for each in too_long.items] == [Unknown("made")]
    assert too_long.doubts == (Doubt("made", "it is left with more than 64 nodes"),)


def test_a_rule_that_doubles_with_each_comparison_is_given_up_early() -> None:
    """`==` of truths says each side twice: forty of them would never end."""
    condition = "context.political"
    for number in range(40):
        condition = f'({condition}) == context.territories.contains("{number}")'

    found = left(PERMIT, forbid(condition))

    assert [each.program for each in found.items] == [Unknown("made")]
    assert found.doubts == (Doubt("made", "it asks for what the gate cannot do, a condition of more than 64 nodes"),)


OVERFLOWS = "principal.n * 9223372036854775807 > 0"


@pytest.mark.parametrize(
    ("condition", "errs", "satisfied"),
    [
        (OVERFLOWS, ALWAYS, None),
        (f"context.political && {OVERFLOWS}", POLITICAL, None),
        (f"context.political || {OVERFLOWS}", Is("political", False), POLITICAL),
        (f"{OVERFLOWS} || context.political", ALWAYS, None),
        (f"if context.political then {OVERFLOWS} else true", POLITICAL, Is("political", False)),
        (f"if {OVERFLOWS} then true else true", ALWAYS, None),
        (f"(context.political && {OVERFLOWS}) == false", POLITICAL, Is("political", False)),
        ("context.political && principal.payer.share == 5", And((POLITICAL, Unknown("share"))),
         And((POLITICAL, Unknown("share")))),
        ("context.political && resource.n * 2 > 5", And((POLITICAL, Unknown("resource.n"))),
         And((POLITICAL, Unknown("resource.n")))),
    ],
)  # fmt: skip
def test_an_error_inside_a_forbid_holds_where_it_errs(condition: str, errs: Program, satisfied: Program | None) -> None:
    """Cedar tries from left to right; an entity that is not there, or a sum over what is unknown, may err."""
    found = left(PERMIT, forbid(condition, "label")).items

    expected = [] if satisfied is None else [When(outcome=Outcome.LABEL, rule="made", program=satisfied)]
    assert [each for each in found if each.outcome is Outcome.HOLD] == [
        When(outcome=Outcome.HOLD, rule="made", program=errs)
    ]
    assert [each for each in found if each.outcome is Outcome.LABEL] == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), ALWAYS),
        ((PERMIT,), None),
        ((PERMIT.replace(";", " when { context.political };"),), Is("political", False)),
        ((PERMIT.replace(";", " when { context.label_present };"),), Unknown("label_present")),
        ((PERMIT.replace(";", f" when {{ {OVERFLOWS} }};"),), ALWAYS),
        ((PERMIT.replace(";", ' when { context.placement.slot like "*" };'),), Unknown("open")),
        ((forbid("context.political", "label"),), Is("political", False)),
        ((forbid("context.political", "hold"),), ALWAYS),
    ],
)
def test_what_no_rule_permits_or_forbids_holds(rules: tuple[str, ...], expected: Program | None) -> None:
    """As in a ruling; where a forbid labels, the label says it."""
    found = [each for each in left(*rules).items if each.rule == "no-rule"]

    assert [(each.outcome, each.program) for each in found] == ([] if expected is None else [(Outcome.HOLD, expected)])


def test_conditions_stand_strictest_first_and_a_forbid_without_a_verdict_refuses() -> None:
    """The order is the same whatever the order of the rules, so that equal rows are equal bytes."""
    rules = [
        forbid("context.political", "label", "b"), forbid("context.political", "limit", "a"),
        '@id("c") forbid (principal, action, resource) when { context.political };', PERMIT,
    ]  # fmt: skip

    found = left(*rules)

    assert [(each.rule, each.outcome.value) for each in found.items] == [
        ("c", "refuse"), ("a", "limit"), ("b", "label"),
    ]  # fmt: skip
    assert found == left(*rules[::-1])


ODD = read_schema("""
entity Advertiser { n: Long };
entity Creative;
entity Placement { territory: Long, slot: Bool };
action serve appliesTo { principal: Advertiser, resource: Creative, context: {
  at: Long, territories: Set<Long>, political: Long, placement: Placement } };
""")


@pytest.mark.parametrize(
    "condition",
    [
        "context.at < 5", "context.political == 1", "context.territories.contains(1)",
        "context.territories.containsAny([1])", "[1, 2].containsAny(context.territories)",
        "context.placement.territory == 1", "[1].contains(context.placement.territory)",
    ],
)  # fmt: skip
def test_a_schema_that_means_something_else_by_a_name_holds(condition: str) -> None:
    """Another network's `at` may be a number; it is not taken for an instant."""
    entities = [{"uid": {"type": "Advertiser", "id": "a"}, "parents": [], "attrs": {"n": 7}}]
    (environment,) = ODD.environments
    known = KnownFacts(Uid("Advertiser", "a"), read_entities(entities, ODD))

    found = conditions(of_rules([PERMIT, forbid(condition)], environment, known), 0)

    assert [each.program for each in found.items] == [Unknown("made")]


def test_the_house_rulebook_speaks_of_serving() -> None:
    """What the gate reads is what its serve action brings later."""
    serve = next(each for each in Rulebook.load(HOUSE).schema.environments if each.action[1] == "serve")

    assert serve.context.attributes.keys() >= REQUEST_FIELDS
