"""Partial evaluation: a rulebook's rules for one party, its facts known, the rest of the request still to come."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from evenhand.model.outcome import Outcome
from evenhand.model.residual import Residual, ResidualRule, Step
from evenhand.model.ruling import Ruling
from evenhand.policy.residuals.stack_machine import FAIL, applied, constant, run
from evenhand.policy.schema import Environment
from evenhand.policy.typed import nodes, operations
from evenhand.policy.typed.evaluator import ruling_of
from evenhand.policy.typed.nodes import Expr, Fields, Rule, Uid, Value, operands
from evenhand.policy.typed.values import Request, Store


@dataclass(frozen=True)
class KnownFacts:
    """What is known beforehand: the principal, entities, and fields of the context; `absent` are fields not there.

    INVARIANT: an entity of the store is known whole; one that the store lacks may be anything, also missing.
    """

    principal: Uid
    store: Store
    context: Fields = field(default_factory=Fields)
    absent: frozenset[str] = frozenset()


def residual(
    rules: Iterable[Rule], environment: Environment, standing: KnownFacts, *, rulebook_sha256: str, facts_sha256: str
) -> Residual:
    """Return what is left of the rules of an environment once the standing facts are known.

    A rule that can neither be satisfied nor err any more is left out.

    Source: `policy.md` §9.
    """
    left = _Left(standing)
    return Residual(
        rulebook_sha256=rulebook_sha256,
        facts_sha256=facts_sha256,
        principal=(standing.principal.type, standing.principal.id),
        action=environment.action,
        resource_type=environment.resource,
        rules=tuple(rule for rule in map(left.rule, rules) if rule is not None),
    )


def finish(rest: Residual, request: Request) -> Ruling:
    """Return the ruling of a whole request from what is left: the same as from all the rules and all the facts."""
    return ruling_of([(rule, *_applies(rule, request)) for rule in rest.rules])


def _applies(rule: ResidualRule, request: Request) -> tuple[bool, bool]:
    """Return (ok, satisfied)."""
    if rule.state == "always":
        return True, True
    ok, value = run(rule.program or (FAIL,), request)
    return ok, value is True


@dataclass(frozen=True)
class _Sure:
    """A pair that is ok, and its value."""

    value: Value


@dataclass(frozen=True)
class _Fails:
    """A pair that is not ok."""


@dataclass(frozen=True)
class _Code:
    """A pair that is still open; `safe` if it is ok in any case."""

    steps: tuple[Step, ...]
    safe: bool


_Part: TypeAlias = _Sure | _Fails | _Code

_FAILS = _Fails()
_CAN_FAIL = frozenset({"attr", "tag", "add", "sub", "mul", "neg", "offset", "duration_since", "to_date"})
_LOOK_INTO = frozenset({"attr", "has", "tag", "has_tag", "in"})
_OPS: dict[type, str] = {
    nodes.Tag: "tag", nodes.HasTag: "has_tag", nodes.Member: "in", nodes.Not: "not", nodes.Neg: "neg", nodes.Eq: "eq",
    nodes.Less: "less", nodes.LessEq: "less_eq", nodes.Contains: "contains", nodes.ContainsAll: "contains_all",
    nodes.ContainsAny: "contains_any", nodes.IsEmpty: "is_empty",
}  # fmt: skip


class _Left:
    """Simplifies pairs, never booleans alone: `x && false` is never true, but it errs where x does."""

    def __init__(self, standing: KnownFacts) -> None:
        self._standing = standing
        self._parts: dict[Expr, _Part] = {}

    def rule(self, rule: Rule) -> ResidualRule | None:
        """Return what is left of a rule; None if it can neither be satisfied nor err."""
        whole = self._lazy("and", rule.scope, rule.condition)
        verdict = None if rule.verdict is None else Outcome(rule.verdict)
        match whole:
            case _Sure(value):
                return ResidualRule(id=rule.id, effect=rule.effect, verdict=verdict, state="always") if value else None
            case _Fails():
                return ResidualRule(id=rule.id, effect=rule.effect, verdict=verdict, state="always_errors")
            case _Code(steps, _):
                return ResidualRule(id=rule.id, effect=rule.effect, verdict=verdict, state="conditional", program=steps)

    def _part(self, expr: Expr) -> _Part:
        if expr not in self._parts:
            self._parts[expr] = self._made(expr)
        return self._parts[expr]

    def _made(self, expr: Expr) -> _Part:
        match expr:
            case nodes.Const(value):
                return _Sure(value)
            case nodes.Var("principal"):
                return _Sure(self._standing.principal)
            case nodes.Var(name):
                return _Code((Step("var", name),), safe=True)
            case nodes.And(left, right):
                return self._lazy("and", left, right)
            case nodes.Or(left, right):
                return self._lazy("or", left, right)
            case nodes.If(cond, then, other):
                return self._if(cond, then, other)
            case nodes.Eq(left, right) if left is right:
                return _after(self._part(left), _Sure(True))
            case _:
                return self._known_field(expr) or self._strict(expr)

    def _known_field(self, expr: Expr) -> _Part | None:
        """Return what a field of the context is, or whether it is there; None if that is not known."""
        match expr:
            case nodes.Attr(nodes.Var("context"), name, _) if name in self._standing.context:
                return _Sure(self._standing.context[name])
            case nodes.Attr(nodes.Var("context"), name, _) if name in self._standing.absent:
                return _FAILS
            case nodes.Has(nodes.Var("context"), name) if name in self._standing.context:
                return _Sure(True)
            case nodes.Has(nodes.Var("context"), name) if name in self._standing.absent:
                return _Sure(False)
            case _:
                return None

    def _strict(self, expr: Expr) -> _Part:
        """Return an operation that needs all its operands: done if they are sure, else left to do."""
        parts = [self._part(operand) for operand in operands(expr)]
        step = _step(expr)
        if _FAILS in parts:
            return _FAILS
        values: list[Any] = [part.value for part in parts if isinstance(part, _Sure)]
        if len(values) == len(parts):
            done = self._applied(step, values)
            if done is not None:
                return done
        sure = step.op not in _CAN_FAIL and all(map(_is_safe, parts))
        return _Code((*_steps(*parts), step), safe=expr.never_errors or sure)

    def _applied(self, step: Step, values: list[Any]) -> _Part | None:
        """Return what an operation makes of values; None if it looks into an entity of which nothing is known."""
        if step.op in _LOOK_INTO and isinstance(values[0], Uid) and values[0] not in self._standing.store:
            # An entity is in itself, whatever else it is in.
            return _Sure(True) if step.op == "in" and operations.member(values[0], values[1], {}) else None
        try:
            return _Sure(applied(step, values, self._standing.store))
        except ArithmeticError:
            return _FAILS

    def _lazy(self, op: str, first: Expr, second: Expr) -> _Part:
        """Return `&&` or `||`, which false or true on the left decides."""
        decisive = op == "or"
        left = self._part(first)
        if isinstance(left, _Sure):
            return left if left.value is decisive else self._part(second)
        if isinstance(left, _Fails):
            return left
        right = self._part(second)
        if isinstance(right, _Sure) and right.value is not decisive:
            return left
        if isinstance(right, _Sure) and left.safe:
            return right
        return _Code((*_steps(left, right), Step(op)), safe=left.safe and _is_safe(right))

    def _if(self, first: Expr, second: Expr, third: Expr) -> _Part:
        cond = self._part(first)
        if isinstance(cond, _Sure):
            return self._part(second if cond.value else third)
        if isinstance(cond, _Fails):
            return cond
        then, other = self._part(second), self._part(third)
        if then == other:
            return _after(cond, then)
        safe = cond.safe and _is_safe(then) and _is_safe(other)
        return _Code((*_steps(cond, then, other), Step("if")), safe=safe)


def _after(first: _Part, second: _Part) -> _Part:
    """Return the second, which is ok only where the first is too."""
    if isinstance(first, _Fails) or isinstance(second, _Fails):
        return _FAILS
    if _is_safe(first):
        return second
    return _Code((*_steps(first, second), Step("then")), safe=False)


def _is_safe(part: _Part) -> bool:
    return isinstance(part, _Sure) or (isinstance(part, _Code) and part.safe)


def _steps(*parts: _Part) -> tuple[Step, ...]:
    found: list[Step] = []
    for part in parts:
        match part:
            case _Sure(value):
                found += constant(value)
            case _Fails():
                found.append(FAIL)
            case _Code(steps, _):
                found += steps
    return tuple(found)


def _step(expr: Expr) -> Step:
    match expr:
        case nodes.Attr(_, name, _):
            return Step("attr", name)
        case nodes.Has(_, name):
            return Step("has", name)
        case nodes.Like(_, pattern):
            return Step("like", parts=pattern)
        case nodes.MakeSet(elements):
            return Step("set", count=len(elements))
        case nodes.MakeRecord(fields):
            return Step("record", parts=tuple(name for name, _ in fields))
        case nodes.Arith(op, _, _) | nodes.Call(op, _):
            return Step(op)
        case _:
            return Step(_OPS[type(expr)])
