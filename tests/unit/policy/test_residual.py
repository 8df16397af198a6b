"""What is left of rules once an advertiser is known, and that finishing it gives the ruling of the whole."""

import json
from typing import Any

import msgspec
import pytest

from evenhand.model.residual import Residual, ResidualRule, Step
from evenhand.policy.residuals.residual import KnownFacts, finish, residual
from evenhand.policy.residuals.stack_machine import applied, constant, run
from evenhand.policy.schema import read_schema
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.evaluator import evaluate, rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.node_builder import BOOL, LONG, NodeBuilder
from evenhand.policy.typed.nodes import Const, Datetime, Decimal, Duration, Fields, Ip, Uid, Value
from evenhand.policy.typed.values import Request, read_entities, read_request
from tests.each_case import each_case
from tests.unit.policy.tables import rows

SCHEMA = read_schema("""
entity Group;
entity Payer in [Group] { share: Long };
entity User in [Group] { n: Long, most: Long, b: Bool, payer: Payer, r: { a: Long } } tags Long;
entity Place { label: String };
action act appliesTo { principal: User, resource: Place, context: { n: Long, b: Bool, o?: Long, payer?: Payer } };
""")
(ENVIRONMENT,) = SCHEMA.environments
USER, PAYER, PLACE = Uid("User", "u"), Uid("Payer", "p"), Uid("Place", "x")
ENTITIES = [
    {"uid": {"type": "User", "id": "u"}, "parents": [{"type": "Group", "id": "g"}], "tags": {"k": 1}, "attrs": {
        "n": 7, "most": 2**63 - 1, "b": True, "payer": {"type": "Payer", "id": "p"}, "r": {"a": 1}}},
    {"uid": {"type": "Payer", "id": "p"}, "attrs": {"share": 5}, "parents": []},
    {"uid": {"type": "Place", "id": "x"}, "attrs": {"label": "news"}, "parents": []},
]  # fmt: skip
STORE = read_entities(ENTITIES, SCHEMA)
ADVERTISER = {USER: STORE[USER]}


def rest_of(*rules: str, **standing: Any) -> Residual:
    lowered = lower_all(parse("\n".join(rules)), SCHEMA, ENVIRONMENT)
    known = KnownFacts(USER, **({"store": ADVERTISER} | standing))
    return residual(lowered, ENVIRONMENT, known, rulebook_sha256="r", facts_sha256="f")


def left(condition: str, **standing: Any) -> ResidualRule | None:
    """Return what is left of a rule with a condition; None if it is left out."""
    rest = rest_of(f"permit (principal, action, resource) when {{ {condition} }};", **standing)
    return rest.rules[0] if rest.rules else None


def state(condition: str, **standing: Any) -> str:
    found = left(condition, **standing)
    return "never" if found is None else found.state


def request(**context: Any) -> Request:
    raw = {"principal": {"type": "User", "id": "u"}, "action": {"type": "Action", "id": "act"},
           "resource": {"type": "Place", "id": "x"}, "context": {"n": 1, "b": True} | context}  # fmt: skip
    return read_request(raw, STORE, SCHEMA)


OVERFLOWS = "principal.most + context.n > 0"


@each_case(
    ("condition", "found"),
    rows("""
    principal.n == 7 => always
    principal.n == 8 => never
    principal.most + 1 > 0 => always_errors
    principal in Group::"g" => always
    principal.getTag("z") == 1 => always_errors
    principal.hasTag("k") && principal.getTag("k") == 1 => always
    context.n == 1 => conditional
    context.b && principal.n == 8 => never
    OVERFLOWS && principal.n == 8 => conditional
    context.b || principal.n == 7 => always
    OVERFLOWS || principal.n == 7 => conditional
    context.b && principal.n == 7 => conditional
    context.b || principal.n == 8 => conditional
    context.b && principal.most + 1 > 0 => conditional
    principal.n == 7 || context.b => always
    principal.n == 8 && context.b => never
    principal.n == 7 && context.b => conditional
    principal.most + 1 > 0 || context.b => always_errors
    if principal.b then principal.n == 7 else context.b => always
    if principal.most + 1 > 0 then true else true => always_errors
    if context.b then principal.n == 8 else 1 == 2 => never
    if OVERFLOWS then principal.n == 8 else 1 == 2 => conditional
    principal.payer.share == 5 => conditional
    if OVERFLOWS then principal.most + 1 > 0 else principal.most + 1 > 0 => always_errors
    principal.payer has share => conditional
    principal.payer in principal.payer => always
    principal.payer in Group::"g" => conditional
    resource has label => conditional
    resource is Place => always
    resource.label like "n*" => conditional
    [context.n].contains(principal.n) => conditional
    [principal.n, 7].containsAll([7]) => always
    { a: principal.n } == { a: 7 } => always
    { a: principal.n } == { a: context.n } => conditional
    context has o && context.o == principal.n => conditional
    """),
)  # fmt: skip
def test_pairs_are_simplified_and_not_booleans(condition: str, found: str) -> None:
    """`x && false` is never true, but it errs where x does; dropped, an error that holds would be lost."""
    assert state(condition.replace("OVERFLOWS", OVERFLOWS)) == found


def test_what_is_known_of_the_context_is_used() -> None:
    """A field may be known, known not to be there, or neither."""
    known = {"context": Fields(n=1, payer=PAYER), "absent": frozenset({"o"})}

    assert [state(each, **known) for each in ("context.n == 1", "context has payer", "context has o", "context.b")] == [
        "always", "always", "never", "conditional"
    ]  # fmt: skip
    assert state("context has payer && context.payer.share == 5", **known) == "conditional"
    assert state("context has payer && context.payer.share == 5", store=STORE, **known) == "always"
    assert state("principal.n == 7", store={}) == "conditional"


def test_a_field_known_to_be_absent_errs_without_a_guard() -> None:
    """Validation asks for the guard; what is left does not hang on it."""
    maker = NodeBuilder()
    context = maker.var("context", ENVIRONMENT.context)
    attribute = ENVIRONMENT.context.attributes["o"]
    asked = maker.equal(maker.attr(context, "o", attribute, safe=False), maker.const(1))
    (rule,) = lower_all(parse("permit (principal, action, resource);"), SCHEMA, ENVIRONMENT)
    rules = [type(rule)(rule.id, rule.effect, None, rule.scope, asked)]

    rest = residual(
        rules, ENVIRONMENT, KnownFacts(USER, {}, absent=frozenset({"o"})), rulebook_sha256="r", facts_sha256="f"
    )

    assert rest.rules[0].state == "always_errors"


def test_a_check_that_the_types_answer_is_tried_once() -> None:
    """`is` of something that may err is left as the thing itself, and then the answer."""
    found = left("principal.payer is Payer && context.b")
    asked = left("(if context.b then context.n + 1 else 2) == 2 && resource is Place")

    assert found is not None
    assert [step.op for step in found.program] == ["var", "attr"]
    assert asked is not None
    unsafe = left("(if principal.payer.share == 5 then principal.payer else principal.payer) is Payer", store={})
    assert unsafe is not None
    assert unsafe.program[-1].op == "then"


def test_a_residual_says_what_it_rests_on_and_comes_back_from_its_bytes() -> None:
    """Rulebook, facts, principal and action; a release that changes one of them makes another residual."""
    rest = rest_of('@verdict("hold") forbid (principal, action, resource) when { context.n == 1 && context has o };')

    assert (rest.rulebook_sha256, rest.facts_sha256) == ("r", "f")
    assert (rest.principal, rest.action, rest.resource_type) == (("User", "u"), ("Action", "act"), "Place")
    assert msgspec.json.decode(msgspec.json.encode(rest), type=Residual) == rest
    assert json.loads(msgspec.json.encode(rest.rules[0]))["program"][2] == ["const", "Long", 1, [], 0]


RULES = (
    "permit (principal, action, resource);",
    '@verdict("label") forbid (principal, action, resource) when { context.n == 1 };',
    f"forbid (principal, action, resource) when {{ {OVERFLOWS} }};",
    "permit (principal, action, resource) when { context has payer && context.payer.share == 5 };",
    "forbid (principal, action, resource) when { principal.most + 1 > 0 };",
    'permit (principal, action, resource) when { resource.label like "n*" && resource.label != "ne" };',
)


@each_case("rules", [RULES, RULES[:1], RULES[:2], RULES[3:4], RULES[4:5], RULES[5:]])
@each_case("context", [{}, {"n": 0}, {"n": 2, "payer": {"type": "Payer", "id": "p"}}])
def test_finishing_gives_the_ruling_of_the_whole(rules: tuple[str, ...], context: dict[str, Any]) -> None:
    """Outcome, decision, reasons and errors."""
    lowered, asked = lower_all(parse("\n".join(rules)), SCHEMA, ENVIRONMENT), request(**context)

    assert finish(rest_of(*rules), asked) == rule_by_evaluation(lowered, asked)


@each_case(
    "value",
    [True, 1, -(2**63), "é\0", Decimal(-1), Datetime(0), Duration(-1), Ip(4, 10 << 24, 8), Ip(6, 1, 128), USER,
     frozenset(), frozenset({1, 2}), frozenset({frozenset({USER}), frozenset()}), Fields(),
     Fields(b=1, a=frozenset({Fields(x="y")}))],
)  # fmt: skip
def test_a_value_survives_being_written_as_steps(value: Value) -> None:
    """Each type has its own constant; sets and records are put together again."""
    written = msgspec.json.decode(msgspec.json.encode(constant(value)), type=tuple[Step, ...])

    assert run(written, request()) == (True, value)
    assert constant(value) == constant(value)


@pytest.mark.parametrize(
    ("program", "said"),
    rows("""
    true fail and => error
    false fail and => false
    fail false and => error
    true false and => false
    true fail or => true
    false fail or => error
    fail true or => error
    true false fail if => false
    false true fail if => error
    fail true true if => error
    true false then => false
    fail false then => error
    false fail eq => error
    fail not => error
    """),
)  # fmt: skip
def test_the_machine_knows_pairs(program: str, said: str) -> None:
    """`and`, `or`, `if` and `then` decide whether an operand that is not ok counts."""
    consts = {word: Step("const", "Bool", word == "true") for word in ("true", "false")}

    ok, value = run([consts.get(word) or Step(word) for word in program.split()], request())

    assert (str(value).lower() if ok else "error") == said


def test_operations_mean_the_same_on_the_tree_and_on_the_stack() -> None:
    """One step each, beside the evaluator."""
    asked, maker = request(), NodeBuilder()
    member = maker.member(maker.const(USER), maker.const(Uid("Group", "g")))
    tag = maker.tag(maker.const(USER), maker.const("k"), LONG, safe=False)

    assert evaluate(member, asked) == (True, applied(Step("in"), [USER, Uid("Group", "g")], STORE))
    assert evaluate(tag, asked) == (True, applied(Step("tag"), [USER, "k"], STORE))
    assert applied(Step("has_tag"), [USER, "z"], STORE) is False
    assert isinstance(maker.const(True, BOOL), Const)
