"""The plain evaluator: what a rule says of a request, read from its typed tree; the twin of SQL, residual and prover.

Every expression is a pair (ok, value). Inside, an error is an exception, because Cedar too stops at the first one.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, Protocol

from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy.typed import nodes, operations
from evenhand.policy.typed.nodes import Expr, Fields, Rule, Value
from evenhand.policy.typed.operations import STRICT
from evenhand.policy.typed.values import Request


class RuleEffect(Protocol):
    """What a ruling must know of a rule."""

    @property
    def id(self) -> str:
        """Return the name that reasons and errors give it."""
        ...

    @property
    def effect(self) -> Literal["permit", "forbid"]:
        """Return what it does where it is satisfied."""
        ...

    @property
    def verdict(self) -> str | None:
        """Return the outcome that a forbid asks for."""
        ...


def evaluate(expr: Expr, request: Request) -> tuple[bool, Value | None]:
    """Return (ok, value) of an expression; the value is None where it is not ok.

    Source: `policy.md` §6.
    """
    try:
        return True, _value(expr, request)
    except ArithmeticError:
        return False, None


def applies(rule: Rule, request: Request) -> tuple[bool, bool]:
    """Return (ok, satisfied) of a rule; one out of scope is ok and not satisfied."""
    if not _value(rule.scope, request):
        return True, False
    ok, value = evaluate(rule.condition, request)
    return ok, value is True


def rule_by_evaluation(rules: Iterable[Rule], request: Request) -> Ruling:
    """Return the ruling of all the rules of the request's environment; the plain twin of `ruling.rule`."""
    return ruling_of([(rule, *applies(rule, request)) for rule in rules])


def ruling_of(answers: Iterable[tuple[RuleEffect, bool, bool]]) -> Ruling:
    """Return the ruling of (rule, ok, satisfied) of every rule; a forbid without a verdict refuses.

    Source: `policy.md` §4.
    """
    answers = list(answers)
    permits = [rule.id for rule, _, satisfied in answers if satisfied and rule.effect == "permit"]
    forbids = [rule for rule, _, satisfied in answers if satisfied and rule.effect == "forbid"]
    outcomes = [Outcome(rule.verdict or Outcome.REFUSE) for rule in forbids]
    if any(rule.effect == "forbid" for rule, ok, _ in answers if not ok) or not (forbids or permits):
        outcomes.append(Outcome.HOLD)
    return Ruling(
        outcome=strictest(outcomes),
        decision="allow" if permits and not forbids else "deny",
        reasons=tuple(sorted([rule.id for rule in forbids] or permits)),
        errors=tuple(sorted(rule.id for rule, ok, _ in answers if not ok)),
    )


def _value(expr: Expr, request: Request) -> Any:
    return _READERS[type(expr)](expr, request)


def _attr(expr: nodes.Attr, request: Request) -> Value:
    return operations.attribute(_value(expr.base, request), expr.name, request.store)


def _has(expr: nodes.Has, request: Request) -> bool:
    return operations.has_attribute(_value(expr.base, request), expr.name, request.store)


def _tag(expr: nodes.Tag, request: Request) -> Value:
    return operations.tag(_value(expr.base, request), _value(expr.key, request), request.store)


def _has_tag(expr: nodes.HasTag, request: Request) -> bool:
    return operations.has_tag(_value(expr.base, request), _value(expr.key, request), request.store)


def _member(expr: nodes.Member, request: Request) -> bool:
    return operations.member(_value(expr.left, request), _value(expr.right, request), request.store)


def _eq(expr: nodes.Eq, request: Request) -> bool:
    left = _value(expr.left, request)
    # One node is evaluated once: nested in itself, twice would be as often as there are paths.
    return expr.left is expr.right or bool(left == _value(expr.right, request))


def _if(expr: nodes.If, request: Request) -> Any:
    return _value(expr.then if _value(expr.cond, request) else expr.other, request)


def _make_record(expr: nodes.MakeRecord, request: Request) -> Fields:
    return Fields({name: _value(value, request) for name, value in expr.fields})


def _strict(op: str) -> Callable[[Expr, Request], Any]:
    """Return a reader of an operation whose operands must all be ok."""
    return lambda expr, request: STRICT[op](*(_value(each, request) for each in nodes.operands(expr)))


_READERS: dict[type, Callable[[Any, Request], Any]] = {
    nodes.Const: lambda expr, _: expr.value,
    nodes.Var: lambda expr, request: getattr(request, expr.name),
    nodes.Attr: _attr,
    nodes.Has: _has,
    nodes.Tag: _tag,
    nodes.HasTag: _has_tag,
    nodes.Member: _member,
    nodes.And: lambda expr, request: _value(expr.left, request) and _value(expr.right, request),
    nodes.Or: lambda expr, request: _value(expr.left, request) or _value(expr.right, request),
    nodes.If: _if,
    nodes.Eq: _eq,
    nodes.Like: lambda expr, request: operations.like(_value(expr.arg, request), expr.pattern),
    nodes.MakeSet: lambda expr, request: frozenset(_value(each, request) for each in expr.elements),
    nodes.MakeRecord: _make_record,
    nodes.Arith: lambda expr, request: STRICT[expr.op](_value(expr.left, request), _value(expr.right, request)),
    nodes.Call: lambda expr, request: STRICT[expr.op](*(_value(each, request) for each in expr.args)),
    nodes.Not: _strict("not"),
    nodes.Neg: _strict("neg"),
    nodes.Less: _strict("less"),
    nodes.LessEq: _strict("less_eq"),
    nodes.Contains: _strict("contains"),
    nodes.ContainsAll: _strict("contains_all"),
    nodes.ContainsAny: _strict("contains_any"),
    nodes.IsEmpty: _strict("is_empty"),
}
