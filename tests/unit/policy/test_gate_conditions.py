"""Single steps read for the gate, those too that a validated rule hardly leaves: a program may be any."""

import pytest

from evenhand.model.program import And, Before, Contains, Eq, Hours, Is, Not, Or, Program, Unknown
from evenhand.model.residual import Step
from evenhand.policy.residuals.gate_conditions import to_gate_program
from evenhand.policy.residuals.gate_values import (
    FactsPath,
    HourOfDay,
    LinearTime,
    NeverKnown,
    NotExpressible,
    TextAttribute,
    Truth,
    ok_of,
)
from evenhand.policy.residuals.program_algebra import FALSE, LAST_MS, TRUE, all_of, any_of, at_hours, before, opposite
from tests.each_case import each_case

POLITICAL, CALM = Is("political", True), Is("political", False)
CONTEXT, RESOURCE, FAIL, AT = Step("var", "context"), Step("var", "resource"), Step("fail"), Step("attr", "at")
TRUE_STEP, ONE = Step("const", "Bool", True), Step("const", "Long", 1)
TEXT, EMPTY = Step("const", "String", "x"), Step("set", count=0)
DAY, START = Step("const", "duration", 86_400_000), Step("const", "datetime", 5)
IS_POLITICAL = (CONTEXT, Step("attr", "political"))
TERRITORIES = (CONTEXT, Step("attr", "territories"))
COUNTRY = (CONTEXT, Step("attr", "placement"), Step("attr", "territory"))
MISSING = (Step("entity", "Payer", "p"), Step("attr", "share"))


@each_case(
    ("program", "expected"),
    [
        ((FAIL,), Truth(FALSE, FALSE)),
        ((FAIL, Step("not")), Truth(FALSE, FALSE)),
        ((FAIL, TEXT, Step("eq")), Truth(FALSE, FALSE)),
        ((TRUE_STEP, *IS_POLITICAL, Step("then")), Truth(POLITICAL)),
        ((FAIL, *IS_POLITICAL, Step("then")), Truth(POLITICAL, FALSE)),
        ((*MISSING, *IS_POLITICAL, Step("then")), Truth(POLITICAL, Unknown("share"))),
        ((*MISSING, ONE, Step("eq"), *IS_POLITICAL, Step("and")),
         Truth(And((Unknown("share"), POLITICAL)), Unknown("share"))),
        ((CONTEXT, Step("has", "label_present")), Truth(Unknown("label_present"))),
        ((CONTEXT, Step("has", "territories")), Truth(TRUE)),
        ((RESOURCE, Step("has", "kind")), Truth(Unknown("resource.kind"))),
        ((RESOURCE, Step("entity", "Campaign", "c"), Step("in")), Truth(Unknown("resource"))),
        ((Step("entity", "Payer", "p"), Step("entity", "Group", "g"), Step("in")), Truth(Unknown("in"), Unknown("in"))),
        ((EMPTY, *COUNTRY, Step("contains")), Truth(FALSE)),
        ((*TERRITORIES, EMPTY, Step("contains_all")), Truth(TRUE)),
        ((*TERRITORIES, EMPTY, Step("contains_any")), Truth(FALSE)),
        ((*IS_POLITICAL, *IS_POLITICAL, Step("eq")), Truth(TRUE)),
        ((*TERRITORIES, *TERRITORIES, Step("eq")), Truth(TRUE)),
        ((*IS_POLITICAL, FAIL, TRUE_STEP, Step("if")), Truth(CALM, CALM)),
        ((*IS_POLITICAL, TRUE_STEP, TRUE_STEP, Step("if")), Truth(TRUE)),
    ],
)  # fmt: skip
def test_a_step_becomes_a_truth_and_where_it_is_ok(program: tuple[Step, ...], expected: Truth) -> None:
    """Pairs, as in the machine that finishes a residual."""
    assert to_gate_program(program, 0) == expected


@each_case(
    ("program", "why"),
    [
        ((CONTEXT, Step("attr", "zzz")), "`attr`"),
        ((*TERRITORIES, Step("attr", "x")), "`attr`"),
        ((*TERRITORIES, Step("has", "x")), "`has`"),
        ((*TERRITORIES, Step("is_empty")), "`isEmpty`"),
        ((*TERRITORIES, *COUNTRY, Step("contains")), "`contains`"),
        ((*TERRITORIES, *TERRITORIES, Step("contains_any")), "`containsAny`"),
        ((*COUNTRY, TEXT, Step("less")), "`less`"),
        ((CONTEXT, AT, START, Step("less"), Step("to_date")), "`toDate`"),
        ((CONTEXT, AT, CONTEXT, AT, Step("duration_since"), DAY, Step("less")), "`durationSince`"),
        ((CONTEXT, AT, CONTEXT, AT, Step("offset"), START, Step("less")), "`offset`"),
        ((CONTEXT, AT, Step("to_time"), Step("to_minutes"), ONE, Step("eq")), "`toMinutes`"),
        ((CONTEXT, AT, Step("to_time"), Step("is_ipv4")), "`isIpv4`"),
        ((CONTEXT, AT, DAY, Step("less")), "values of two types"),
        ((CONTEXT, AT, Step("to_time"), ONE, Step("eq")), "values of two types"),
        ((*COUNTRY, ONE, Step("eq")), "values of two types"),
        ((ONE,), "a comparison or choice of values that are no truths"),
        ((*TERRITORIES,), "a comparison or choice of values that are no truths"),
        ((*IS_POLITICAL, ONE, Step("eq")), "a comparison or choice of values that are no truths"),
        ((*MISSING, ONE, Step("then")), "a comparison or choice of values that are no truths"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named_as_rules_write_it(program: tuple[Step, ...], why: str) -> None:
    """The report shows it to anyone who wrote the rule; no other error comes out."""
    with pytest.raises(NotExpressible) as refused:
        to_gate_program(program, 0)

    assert str(refused.value) == why


@pytest.mark.parametrize(
    "reading", [TextAttribute("country"), FactsPath("context"), LinearTime("datetime"), HourOfDay(0), NeverKnown("x")]
)
def test_what_a_bid_tells_never_errs(reading: TextAttribute | FactsPath | LinearTime | HourOfDay | NeverKnown) -> None:
    """Facts are whole at the gate."""
    assert ok_of(reading) == TRUE


A, B, C = Contains("territories", "A"), Contains("territories", "B"), Contains("territories", "C")


@each_case(
    ("made", "expected"),
    [
        (all_of([]), TRUE),
        (any_of([]), FALSE),
        (all_of([A, A, TRUE]), A),
        (any_of([A, A, FALSE]), A),
        (all_of([A, FALSE]), FALSE),
        (any_of([A, TRUE]), TRUE),
        (all_of([A, And((B, C))]), And((A, B, C))),
        (any_of([Or((A, B)), C]), Or((A, B, C))),
        (all_of([A, Or((A, B))]), A),
        (any_of([A, And((A, B))]), A),
        (all_of([POLITICAL, Or((CALM, B))]), And((POLITICAL, B))),
        (any_of([CALM, And((POLITICAL, B))]), Or((CALM, B))),
        (all_of([A, Or((Not(A), B))]), And((A, Or((Not(A), B))))),
        (all_of([A, Not(A)]), And((A, Not(A)))),
        (any_of([Before(5), Not(Before(5))]), TRUE),
        (all_of([Before(5), Not(Before(5))]), FALSE),
        (all_of([Hours((1,)), opposite(Hours((1,)))]), FALSE),
        (opposite(And((A, B))), Not(And((A, B)))),
        (opposite(And((POLITICAL, Unknown("x")))), Or((CALM, Unknown("x")))),
        (opposite(Or((CALM, Not(Before(5))))), And((POLITICAL, Before(5)))),
        (opposite(opposite(And((A, B)))), And((A, B))),
        (opposite(Eq("country", "DE")), Not(Eq("country", "DE"))),
        (opposite(at_hours(range(24))), FALSE),
        (at_hours([]), FALSE),
        (before(5, 5), FALSE),
        (before(6, 5), Before(6)),
        (before(LAST_MS + 1, 5), TRUE),
    ],
)
def test_programs_are_kept_short_where_that_changes_nothing(made: Program, expected: Program) -> None:
    """A part that may be unknown neither excludes its opposite nor decides with it."""
    assert made == expected
