"""What each construct means (`policy.md` §6, a class a row), said by our evaluator and by the Cedar engine alike."""

import json

import cedarpy
import pytest

from evenhand.model.outcome import Outcome
from evenhand.policy.engine import CedarEngine
from evenhand.policy.schema import Attribute, EntityRef, read_schema
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.evaluator import applies, evaluate, rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.node_builder import LONG, STRING, NodeBuilder
from evenhand.policy.typed.values import environment_of, read_entities, read_request
from tests.unit.policy.tables import rows

SCHEMA = """
entity Group in [Group];
entity User in [Group] {
  n: Long, least: Long, o?: Long, s: String, boss: User, r: { a: Long, b?: Long }, r2: { a: Long, b?: Long },
  at: datetime, far: datetime, never: datetime, span: duration, long: duration, d: decimal, ip: ipaddr, none: Set<Long>,
  groups: Set<Group>,
} tags String;
entity Other;
action all; action act in all appliesTo { principal: User, resource: [User, Other], context: { s: String, o?: Long } };
"""
LEAST = -(2**63)
ATTRS = {
    "n": 7, "least": LEAST, "s": "a*b_%é", "boss": {"__entity": {"type": "User", "id": "gone"}},
    "r": {"a": 1}, "r2": {"a": 1, "b": 2}, "at": {"fn": "datetime", "arg": "1969-12-31T23:00:00Z"},
    "far": {"fn": "offset", "args": ["9999-12-31", f"{2**63 - 1 - 253_402_214_400_000}ms"]},
    "never": {"fn": "offset", "args": ["1970-01-01", f"{LEAST}ms"]}, "span": "-1s999ms",
    "long": f"{LEAST}ms", "d": "1.0", "ip": "10.0.0.1/8", "none": [], "groups": [{"type": "Group", "id": "top"}],
}  # fmt: skip
ENTITIES = [
    {"uid": {"type": "User", "id": "u"}, "attrs": ATTRS, "parents": [{"type": "Group", "id": "low"}],
     "tags": {"k": "v"}},
    {"uid": {"type": "Group", "id": "low"}, "attrs": {}, "parents": [{"type": "Group", "id": "top"}]},
]  # fmt: skip
REQUEST = {
    "principal": {"type": "User", "id": "u"},
    "action": {"type": "Action", "id": "act"},
    "resource": {"type": "User", "id": "gone"},
    "context": {"s": "x"},
}


def meaning(condition: str) -> str:
    """Return true, false or error, on which evaluator and engine agree."""
    return rule_meaning(f"permit (principal, action, resource is User) when {{ {condition} }};")


def rule_meaning(policy: str) -> str:
    """Return the same of a whole policy: true if it is satisfied."""
    assert cedarpy.validate_policies(policy, cedarpy.Schema.from_str(SCHEMA)).errors == [], policy
    schema = read_schema(SCHEMA)
    request = read_request(REQUEST, read_entities(ENTITIES, schema), schema)
    (rule,) = lower_all(parse(policy), schema, environment_of(request, schema))
    ok, satisfied = applies(rule, request)
    assert (ok, satisfied) == _theirs(policy), policy
    return str(satisfied).lower() if ok else "error"


def _theirs(policy: str) -> tuple[bool, bool]:
    engine = CedarEngine(cedarpy.PolicySet.from_str(policy), cedarpy.Schema.from_str(SCHEMA))
    raw = {**REQUEST, "context": json.dumps(REQUEST["context"])}
    (answer,) = engine.responses([raw], json.dumps(ENTITIES).encode())
    return not answer.errors, bool(answer.reasons)


ERRS = "9223372036854775807 + principal.n > 0"


class TestAndOrIf:
    """ok of `&&` is ok_a ∧ (¬a ∨ ok_b), of `||` ok_a ∧ (a ∨ ok_b), of `if` ok_c ∧ (c ? ok_t : ok_e)."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.n == 8 && ERRS => false
        principal.n == 7 && ERRS => error
        ERRS && false => error
        ERRS || true => error
        principal.n == 7 || ERRS => true
        principal.n == 8 || ERRS => error
        if ERRS then true else true => error
        if principal.n == 7 then true else ERRS => true
        if principal.n == 8 then true else ERRS => error
        !(ERRS) => error
        !(principal.n == 8) => true
        if principal.n > 0 then principal.n < 0 else ERRS => false
        """),
    )  # fmt: skip
    def test_the_left_side_decides_whether_the_right_one_counts(self, condition: str, said: str) -> None:
        """An error on the left is never swallowed, one on the right is where the left decides."""
        assert meaning(condition.replace("ERRS", f"({ERRS})")) == said


class TestLong:
    """int64; sum, difference, product and negation overflow into errors."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.least - 1 < 0 => error
        principal.least + 0 < 0 => true
        -principal.least < 0 => error
        principal.least * -1 > 0 => error
        principal.least * 1 == -9223372036854775808 => true
        9223372036854775807 + 1 > 0 => error
        3037000500 * 3037000500 > 0 => error
        -principal.n == -7 => true
        4294967296 * 2147483647 > 0 => true
        principal.n - 8 == -1 => true
        """),
    )  # fmt: skip
    def test_what_leaves_int64_is_an_error(self, condition: str, said: str) -> None:
        """A rule that wraps around would let a frozen party through."""
        assert meaning(condition) == said


class TestAttribute:
    """Absent is an error; of an entity that the store lacks every attribute and tag is, but `has` and `in` are not."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.boss.n == 7 => error
        principal.boss has n => false
        principal.boss has o => false
        principal.boss.hasTag("k") => false
        resource has n && resource.n == 7 => false
        resource.r has a => error
        principal.r has a => true
        principal.r has b => false
        principal.boss.boss in principal => error
        principal.boss in principal => false
        principal has o && principal.o == 1 => false
        context has o => false
        principal has zzz => false
        principal has r.b && principal.r.b == 2 => false
        principal has boss.boss.n => false
        principal.hasTag("k") && principal.getTag("k") == "v" => true
        principal.hasTag("z") => false
        principal.boss.hasTag("k") && principal.boss.getTag("k") == "v" => false
        principal.boss.boss is User => error
        principal.boss is Group => false
        principal is User => true
        principal.hasTag(context.s) || principal.n == 7 => true
        """),
    )  # fmt: skip
    def test_a_missing_entity_errs_where_it_is_looked_into(self, condition: str, said: str) -> None:
        """`payer-missing`: Cedar allows, because the forbid that asks for the payer errs."""
        assert meaning(condition) == said


class TestEquality:
    """By value; entities by type and id, records field by field."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.r == principal.r2 => false
        principal.r == principal.r => true
        principal.d == decimal("1.0000") => true
        principal == User::"u" => true
        principal != User::"v" => true
        { a: principal.n } == { a: 7 } => true
        principal.ip == ip("10.0.0.0/8") => false
        principal.at == datetime("1970-01-01T00:00:00+0100") => true
        principal.boss.n == principal.boss.n => error
        """),
    )  # fmt: skip
    def test_equal_is_equal_in_value(self, condition: str, said: str) -> None:
        """An address keeps its host bits."""
        assert meaning(condition) == said


class TestOrder:
    """Longs, datetimes and durations have an order; decimals have methods."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.n < 8 => true
        principal.n <= 6 => false
        principal.n > 7 => false
        principal.n >= 7 => true
        principal.at < datetime("1970-01-01") => true
        principal.span < duration("-1s") => true
        principal.d.lessThan(decimal("1.0001")) => true
        principal.d.greaterThan(decimal("-1.0")) => true
        principal.d.lessThanOrEqual(decimal("0.9999")) => false
        principal.d.greaterThanOrEqual(decimal("1.0")) => true
        """),
    )  # fmt: skip
    def test_order_is_by_value(self, condition: str, said: str) -> None:
        """Greater is less the other way round."""
        assert meaning(condition) == said


class TestSets:
    """Order and repetition do not count."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        [1, 1, principal.n] == [7, 1] => true
        [1].containsAll(principal.none) => true
        [1].containsAny(principal.none) => false
        principal.none.containsAll([1]) => false
        principal.none.isEmpty() => true
        [1].isEmpty() => false
        [1, 7].contains(principal.n) => true
        [1, 7].containsAll([principal.n]) => true
        [1].containsAny([principal.n]) => false
        [1, principal.n].containsAny([7]) => true
        [principal.least - 1].isEmpty() => error
        """),
    )  # fmt: skip
    def test_a_set_is_what_is_in_it(self, condition: str, said: str) -> None:
        """Every set contains all of the empty one, none contains any of it."""
        assert meaning(condition) == said


class TestLike:
    """`*` alone is special; by code point, case-sensitive."""

    @pytest.mark.parametrize(
        ("pattern", "said"),
        rows(r"""
        * => true
        a* => true
        a\*b* => true
        a\*\* => false
        a*b_%* => true
        A* => false
        a_b* => false
        *_%é => true
        *_%e* => false
        *b*b* => false
        *a*b*é* => true
         => false
        a*é*é => false
        a\*b_%é => true
        a\*b_%é* => true
        **é => true
        *b_*_%é => false
        ab* => false
        a\*b_*b_%é => false
        *b%* => false
        """),
    )  # fmt: skip
    def test_only_the_star_is_special(self, pattern: str, said: str) -> None:
        """`%` and `_` are what SQL would take for its own."""
        assert meaning(f'principal.s like "{pattern}"') == said


class TestIn:
    """Reflexive and transitive; the right side is an entity or a set."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal in principal => true
        principal in Group::"low" => true
        principal in Group::"top" => true
        principal in Group::"side" => false
        principal in [Group::"side", Group::"top"] => true
        principal in principal.groups => true
        resource in principal.groups => false
        resource in resource => true
        principal in Other::"o" => false
        action in Action::"all" => true
        action in [Action::"act"] => true
        principal is User in Group::"top" => true
        principal is Group in Group::"top" => false
        Group::"low" in Group::"top" => true
        action == Action::"act" => true
        action is Action => true
        """),
    )  # fmt: skip
    def test_membership_goes_all_the_way_up(self, condition: str, said: str) -> None:
        """Through an entity that the store lacks there is no way up."""
        assert meaning(condition) == said


class TestDatetime:
    """int64 milliseconds; toDate floors, toTime is of the day, units truncate toward zero."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.at.toDate() == datetime("1969-12-31") => true
        principal.at.toTime() == duration("23h") => true
        principal.never.toDate() < principal.at => error
        principal.far.offset(duration("1ms")) > principal.at => error
        principal.far.durationSince(principal.at) > duration("1ms") => error
        principal.never.toTime() >= duration("0ms") => true
        principal.at.durationSince(datetime("1970-01-01")) == duration("-1h") => true
        principal.at.offset(duration("1h")) == datetime("1970-01-01") => true
        principal.far.toDate() > principal.at => true
        principal.span.toSeconds() == -1 => true
        principal.span.toMilliseconds() == -1999 => true
        principal.span.toMinutes() == 0 => true
        principal.span.toHours() == 0 => true
        principal.long.toDays() == -106751991167 => true
        principal.long.toHours() == -2562047788015 => true
        """),
    )  # fmt: skip
    def test_instants_before_1970_floor_and_spans_truncate(self, condition: str, said: str) -> None:
        """Two roundings in one type."""
        assert meaning(condition) == said


class TestDecimalAndIp:
    """A v6 address is never in a v4 range."""

    @pytest.mark.parametrize(
        ("condition", "said"),
        rows("""
        principal.ip.isInRange(ip("10.0.0.0/8")) => true
        principal.ip.isInRange(ip("10.0.0.0/9")) => false
        ip("::1").isInRange(ip("0.0.0.0/0")) => false
        ip("::1").isInRange(ip("::/0")) => true
        principal.ip.isIpv4() => true
        principal.ip.isIpv6() => false
        ip("::1").isLoopback() => true
        ip("127.9.9.9/8").isLoopback() => true
        ip("127.0.0.1/7").isLoopback() => false
        ip("::1/127").isLoopback() => false
        ip("224.0.0.1").isMulticast() => true
        ip("224.0.0.1/3").isMulticast() => false
        ip("ff02::1").isMulticast() => true
        ip("fe02::1").isMulticast() => false
        ip("ff02::1/7").isMulticast() => false
        """),
    )  # fmt: skip
    def test_a_range_is_of_one_version(self, condition: str, said: str) -> None:
        """A range is loopback or multicast if all of it is."""
        assert meaning(condition) == said


class TestConditions:
    """Several `when` and `unless` are a conjunction from left to right; the scope is tested first."""

    @pytest.mark.parametrize(
        ("policy", "said"),
        rows("""
        (principal == User::"v", action, resource) when { ERRS } => false
        (principal == User::"u", action, resource) when { ERRS } => error
        (principal, action, resource is Other) when { ERRS } => false
        (principal is User in Group::"top", action, resource) => true
        (principal in Group::"side", action, resource) when { ERRS } => false
        (principal, action, resource) when { principal.n == 8 } when { ERRS } => false
        (principal, action, resource) unless { principal.n == 7 } when { ERRS } => false
        (principal, action, resource) unless { principal.n == 8 } => true
        (principal, action, resource) unless { ERRS } => error
        (principal, action in [Action::"all"], resource) => true
        (principal, action == Action::"act", resource) => true
        (principal, action, resource is User in User::"gone") => true
        """),
    )  # fmt: skip
    def test_a_rule_out_of_scope_cannot_err(self, policy: str, said: str) -> None:
        """And a condition after one that fails is not tried."""
        assert rule_meaning(f"permit {policy.replace('ERRS', ERRS)};") == said


class TestOutcomes:
    """`policy.md` §4: the strictest verdict, and at least hold where a forbid errs or nothing is satisfied."""

    PERMIT = "permit (principal, action, resource);"
    LABEL = '@verdict("label") forbid (principal, action, resource);'

    @pytest.mark.parametrize(
        ("rules", "outcome", "decision"),
        [([], Outcome.HOLD, "deny"), ([PERMIT], Outcome.ALLOW, "allow"),
         ([PERMIT, f"forbid (principal, action, resource is User) when {{ {ERRS} }};"], Outcome.HOLD, "allow"),
         ([PERMIT, f"permit (principal, action, resource is User) when {{ {ERRS} }};"], Outcome.ALLOW, "allow"),
         ([PERMIT, LABEL], Outcome.LABEL, "deny"),
         ([LABEL, "forbid (principal, action, resource);"], Outcome.REFUSE, "deny")],
    )  # fmt: skip
    def test_the_strictest_wins(self, rules: list[str], outcome: Outcome, decision: str) -> None:
        """An error in a permit holds nobody."""
        schema = read_schema(SCHEMA)
        request = read_request(REQUEST, read_entities(ENTITIES, schema), schema)

        ruling = rule_by_evaluation(
            lower_all(parse("\n".join(rules)), schema, environment_of(request, schema)), request
        )

        assert (ruling.outcome, ruling.decision) == (outcome, decision)


def test_an_expression_that_is_not_ok_has_no_value() -> None:
    """(ok, value)."""
    schema = read_schema(SCHEMA)
    request = read_request(REQUEST, read_entities(ENTITIES, schema), schema)
    (rule,) = lower_all(
        parse(f"permit (principal, action, resource is User) when {{ {ERRS} }};"),
        schema,
        environment_of(request, schema),
    )

    assert evaluate(rule.scope, request) == (True, True)
    assert evaluate(rule.condition, request) == (False, None)


def test_what_is_absent_errs_without_a_guard_too() -> None:
    """Validation asks for the guard; the meaning does not hang on it."""
    schema, maker = read_schema(SCHEMA), NodeBuilder()
    request = read_request(REQUEST, read_entities(ENTITIES, schema), schema)
    principal = maker.var("principal", EntityRef("User"))

    optional = maker.attr(principal, "o", Attribute(LONG, optional=True), safe=False)
    tag = maker.tag(principal, maker.const("z"), STRING, safe=False)

    assert evaluate(optional, request) == evaluate(tag, request) == (False, None)
