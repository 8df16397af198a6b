"""Policies as typed trees: what is left out, what is certain, and that equal parts are one object."""

from dataclasses import replace

import cedarpy
import pytest

from evenhand.policy.schema import Attribute, EntityRef, RecordType, SetOf, read_schema
from evenhand.policy.syntax_tree import parse, pst
from evenhand.policy.typed import nodes
from evenhand.policy.typed.lowering import NotTyped, lower, lower_all
from evenhand.policy.typed.node_builder import BOOL, LONG, NodeBuilder, joined
from evenhand.policy.typed.nodes import Attr, Const, Expr, Rule, Uid, operands, path_of
from tests.conformance.linked_templates import linked
from tests.each_case import each_case

SCHEMA = read_schema("""
entity Group in [Group];
entity User in [Group] { n: Long, o?: Long, b: Bool, s: String, boss: User, r: { a: Long, b?: Long } } tags Long;
entity Plain;
action all; action act in all appliesTo { principal: [User, Plain], resource: User, context: { o?: Long } };
""")
USER, PLAIN = SCHEMA.environments


def rule_of(condition: str, scope: str = "principal, action, resource") -> Rule:
    (rule,) = lower_all(parse(f"permit ({scope}) when {{ {condition} }};"), SCHEMA, USER)
    return rule


def condition_of(condition: str) -> Expr:
    return rule_of(condition).condition


def every(expr: Expr) -> list[Expr]:
    """Return an expression with all that it is made of."""
    return [expr, *(each for operand in operands(expr) for each in every(operand))]


def attributes(expr: Expr, name: str) -> list[Attr]:
    return [each for each in every(expr) if isinstance(each, Attr) and each.name == name]


SAFE = """
    datetime("2024-01-01").toTime() == duration("1h") && ip("::1").isInRange(ip("::/0"))
    principal has n && principal.n == 1
    principal has o && principal.o == 1
    principal has o && principal.n == 1
    context has o && context.o == 1
    if principal has o then principal.o == 1 else true
    !(principal has o) || principal.o == 1
    principal has n && (principal.b || principal.n == 1)
    principal.hasTag("k") && principal.getTag("k") == 1
    principal.hasTag("k") && principal.n == 1
    principal has boss.n && principal.boss.n == 1
    (principal has o || principal has n) && principal.n == 1
    !(principal has o && resource has n) || principal.o == resource.n
    (if resource has o then principal has o else principal has n) && principal.n == 1
    (if principal has o then true else false) && principal.o == 1
    principal has s && principal.s like "*"
    principal has r.b && principal.r.b == 1
    principal in resource && [1].contains(1)
"""
RISKY = """
    datetime("2024-01-01").offset(duration("1ms")) == datetime("2024-01-01")
    datetime("2024-01-01").durationSince(datetime("2024-01-02")) == duration("1h")
    datetime("2024-01-01").toDate() == datetime("2024-01-02")
    principal.o == 1
    context.o == 1
    principal.n == 1
    if principal has o then principal.o == 1 else principal.b
    principal.b || principal.n == 1
    principal has boss && principal.boss.n == 1
    (principal has o || resource has o) && principal.n == 1
    principal has n && principal.n + 1 == 2
"""


@each_case(
    ("condition", "safe"), [(line.strip(), text is SAFE) for text in (SAFE, RISKY) for line in text.strip().split("\n")]
)  # fmt: skip
def test_a_guard_makes_an_access_safe(condition: str, safe: bool) -> None:
    """A true `has` or `hasTag` shows that the entity is there; what the left has tried need not be tried again."""
    assert condition_of(condition).never_errors is safe


def test_an_entity_looked_into_on_the_left_is_there_on_the_right() -> None:
    """The whole may err, but only once."""
    left, right = (
        attributes(condition_of("principal.n == 1 && principal.b"), "n"),
        attributes(condition_of("principal.n == 1 && principal.b"), "b"),
    )

    assert [each.never_errors for each in (*left, *right)] == [False, True]
    after = attributes(
        condition_of("(if principal.b then principal.n else principal.n) == 1 && principal.boss.b"), "boss"
    )
    assert [each.never_errors for each in after] == [True]


def test_what_the_types_make_unreachable_is_left_out() -> None:
    """Cedar has not looked at it either, so that it may be nonsense."""
    for condition in (
        "principal is Plain && principal.zzz",
        "!(principal is User) && context.zzz == 1",
        "principal has zzz && principal.zzz",
        'action == Action::"all" && principal.zzz',
        'principal in Plain::"p" && principal.zzz',
        "(if principal is Plain then principal.zzz else false)",
        '!principal.hasTag("k") && !(principal is User || principal.zzz)',
    ):
        assert condition_of(condition).truth is False, condition
    assert condition_of("principal is User || principal.zzz").truth is True
    assert isinstance(
        condition_of("principal has b && (if context has o then context.o == 1 else principal.b)"), nodes.And
    )
    assert rule_of("principal.zzz", "principal is Plain, action, resource").scope.truth is False
    assert rule_of("principal.zzz", 'principal, action == Action::"no", resource').condition.truth is False
    assert rule_of("principal.n == 1", 'principal, action == Action::"act", resource').scope.truth is True


def test_what_the_types_answer_still_errs_where_its_base_does() -> None:
    """`principal.boss is User` is true, if there is a principal."""
    asked = condition_of("principal.boss is User")
    record = condition_of("principal.r has a")
    chosen = condition_of("if principal.boss is User then principal has o else principal.zzz")

    assert (asked.truth, asked.never_errors, isinstance(asked, nodes.Eq)) == (True, False, True)
    assert (record.truth, record.never_errors) == (True, False)
    assert isinstance(chosen, nodes.If)
    assert chosen.then is chosen.other
    tagged = 'principal.hasTag("k") && principal.hasTag("k")'
    assert condition_of(tagged) is not None
    assert isinstance(condition_of(tagged), nodes.HasTag)


def test_equal_parts_are_one_object() -> None:
    """Common subexpressions are found by identity."""
    texts = ('principal.n == 1 && principal.s like "a*"', "principal.n == 1 || principal.b")
    rules = lower_all(
        parse("\n".join(f"permit (principal, action, resource) when {{ {text} }};" for text in texts)), SCHEMA, USER
    )
    first, second = (rule.condition for rule in rules)

    assert isinstance(first, nodes.And)
    assert isinstance(second, nodes.Or)
    assert first.left is second.left
    assert len({each.shape for each in every(first)}) == len({id(each) for each in every(first)})


def test_a_path_is_named_by_its_steps() -> None:
    """What SQL names its columns by."""
    (boss,) = attributes(condition_of("principal.boss.boss.n == 1"), "n")
    (literal,) = attributes(condition_of('User::"u".n == 1'), "n")

    assert path_of(boss) == ("principal", "boss", "boss", "n")
    assert path_of(literal) is None


def test_a_has_of_several_steps_asks_step_by_step() -> None:
    """The engine hands it over as single steps; a tree put together by hand may not."""
    (policy,) = parse("permit (principal, action, resource);")
    asked = pst.HasAttr(pst.Var("principal"), ("boss", "r", "b"))
    rules = (
        replace(policy, clauses=(pst.When(asked),)),
        *parse("permit (principal, action, resource) when { principal has boss.r.b };"),
    )

    one, other = lower_all(rules, SCHEMA, USER)

    steps, others = (
        {each.shape for each in every(rule.condition) if isinstance(each, nodes.Has)} for rule in (one, other)
    )
    assert steps == others
    assert one.condition.never_errors


def test_scope_and_verdict_are_carried_along() -> None:
    """The scope is an expression too, and never errs."""
    text = '@verdict("hold") forbid (principal in Group::"g", action, resource == User::"u");'
    (rule,) = lower_all(parse(text), SCHEMA, USER)

    assert (rule.effect, rule.verdict, rule.scope.never_errors) == ("forbid", "hold", True)
    assert isinstance(rule.scope, nodes.And)
    assert isinstance(rule.condition, Const)
    assert rule.condition.value is True


def test_a_template_is_read_once_it_is_linked() -> None:
    """A slot stands for an entity that the link names."""
    text = "permit (principal in ?principal, action, resource is User in ?resource);"
    template = cedarpy.policies_to_pst(text).templates["policy0"]
    group, user = Uid("Group", "g"), Uid("User", "u")

    rule = lower(linked(template, "mine", {"principal": group, "resource": user}), SCHEMA, USER, NodeBuilder())

    assert rule.id == "mine"
    assert {each.value for each in every(rule.scope) if isinstance(each, Const)} == {group, user}
    assert linked(replace(template, principal=pst.ScopeAny()), "x", {"resource": user}).principal == pst.ScopeAny()
    with pytest.raises(NotTyped, match="nothing is linked"):
        lower(template, SCHEMA, USER, NodeBuilder())


@pytest.mark.parametrize(
    ("condition", "message"),
    [("principal.zzz == 1", "does not have: `zzz`"), ("context.zzz == 1", "does not have"),
     ("principal.n.x", "does not have"),
     ('decimal(context.o) == decimal("1.0")', "not written out"), ('decimal("x") == decimal("1.0")', "no decimal"),
     ('duration("9223372036854775808ms").toDays() == 1', "beyond int64"),
     ('Group::"g".getTag("k") == 1', "without tags"),
     ("[].isEmpty()", "without elements")],
)  # fmt: skip
def test_what_is_not_strictly_valid_is_refused(condition: str, message: str) -> None:
    """Strict validation comes first; a reader that guesses would be a second opinion."""
    with pytest.raises(NotTyped, match=message):
        condition_of(condition)


def test_a_tag_or_group_that_no_type_allows_is_not_there() -> None:
    """As Cedar types it."""
    assert condition_of('Group::"g".hasTag(principal.s)').truth is False
    assert condition_of('Group::"g".hasTag("k")').truth is False
    assert condition_of('Group::"g" in User::"u"').truth is False
    assert condition_of('Action::"act" in [Action::"all"]').truth is True
    assert condition_of('Action::"act" in principal').truth is False
    assert condition_of('principal in Action::"act"').truth is False
    assert condition_of("action in [principal]").truth is False


def test_pairs_are_simplified_only_where_both_stay_the_same() -> None:
    """`x && false` is never true, but it errs where x does."""
    maker = NodeBuilder()
    attribute = Attribute(BOOL, optional=False)
    risky = maker.attr(maker.var("principal", EntityRef("User")), "b", attribute, safe=False)
    sure = maker.attr(maker.var("principal", EntityRef("User")), "b", attribute, safe=True)
    yes, no = maker.const(True), maker.const(False)

    assert isinstance(maker.both(risky, no), nodes.And)
    assert isinstance(maker.either(risky, yes), nodes.Or)
    assert maker.both(sure, no) is no
    assert maker.either(sure, yes) is yes
    assert maker.both(risky, yes) is risky
    assert maker.either(risky, no) is risky
    assert (maker.both(no, risky), maker.either(yes, risky)) == (no, yes)
    assert (maker.both(yes, risky), maker.either(no, risky)) == (risky, risky)
    for unsettled in (maker.known(risky, value=False), maker.both(risky, no)):
        assert maker.both(unsettled, yes) is unsettled
        assert maker.both(unsettled, sure) is unsettled
        assert maker.either(maker.negated(unsettled), sure) is maker.negated(unsettled)
    assert maker.negated(maker.negated(risky)) is risky
    assert maker.negated(yes) is no
    assert maker.choice(yes, risky, no) is risky
    assert isinstance(maker.choice(risky, yes, yes), nodes.If)
    assert maker.choice(sure, yes, yes) is yes
    assert maker.equal(maker.const(1), maker.const(2)) is no
    assert maker.equal(maker.var("principal", EntityRef("User")), maker.const(Uid("Plain", "p"))) is no
    assert maker.const(1) is not maker.const(True)
    assert risky.shape == sure.shape
    assert maker.either(maker.negated(maker.known(risky, value=True)), maker.known(risky, value=False)).truth is False


def test_types_are_joined_where_one_of_two_values_is_taken() -> None:
    """Strict validation lets records differ in nothing but whether an attribute may be absent."""
    sure, maybe = (RecordType({"a": Attribute(LONG, optional)}) for optional in (False, True))

    assert joined(SetOf(sure), SetOf(maybe)) == SetOf(maybe)
    assert joined(LONG, LONG) == LONG
    maker = NodeBuilder()
    assert maker.make_set((maker.var("context", sure), maker.var("context", maybe))).type == SetOf(maybe)
