"""What is certain once an expression was evaluated: which conditions hold, and which entities are in the store."""

from typing import Literal, TypeAlias

from evenhand.policy.schema import EntityRef
from evenhand.policy.typed.nodes import And, Attr, Expr, Has, HasTag, If, Not, Or, Tag, operands

# A Bool by its shape with its value, or an entity by its shape with "exists".
Fact: TypeAlias = tuple[bool | Literal["exists"], int]
Known: TypeAlias = frozenset[Fact]

NOTHING: Known = frozenset()


class Capabilities:
    """Remembers what it has worked out, by shape, so that the work is linear in the nodes."""

    def __init__(self) -> None:
        self._when: dict[tuple[int, bool], Known | None] = {}
        self._after: dict[int, Known] = {}

    def given(self, expr: Expr, value: bool) -> Known:
        """Return what is certain where a Bool is ok and has the value; nothing where it never has."""
        return self._given(expr, value) or NOTHING

    def _given(self, expr: Expr, value: bool) -> Known | None:
        """Return what is certain, None if the types tell that the Bool never has the value."""
        key = expr.shape, value
        if key not in self._when:
            if expr.truth is (not value):
                self._when[key] = None
            else:
                self._when[key] = _all(self._ok(expr) | {(value, expr.shape)}, self._parts(expr, value))
        return self._when[key]

    def _parts(self, expr: Expr, value: bool) -> Known | None:
        given = self._given
        match expr:
            case Not(arg):
                return given(arg, not value)
            case And(left, right) | Or(left, right) if isinstance(expr, And) is value:
                return _all(given(left, value), given(right, value))
            case And(left, right) | Or(left, right):
                return _any(given(left, value), _all(given(left, not value), given(right, value)))
            case If(cond, then, other):
                return _any(_all(given(cond, True), given(then, value)), _all(given(cond, False), given(other, value)))
            case Has(base, _) | HasTag(base, _) if value:
                return _exists(base)
            case _:
                return NOTHING

    def _ok(self, expr: Expr) -> Known:
        """Return what is certain where an expression is ok, whatever its value."""
        if expr.shape not in self._after:
            self._after[expr.shape] = self._evaluated(expr)
        return self._after[expr.shape]

    def _evaluated(self, expr: Expr) -> Known:
        match expr:
            case And(left, _) | Or(left, _):
                return self._ok(left)
            case If(cond, then, other):
                return self._ok(cond) | (self._ok(then) & self._ok(other))
            case Attr(base, _, _) | Tag(base, _):
                accessed = _exists(base)
            case _:
                accessed = NOTHING
        return accessed.union(*(self._ok(operand) for operand in operands(expr)))


def _exists(base: Expr) -> Known:
    return frozenset({("exists", base.shape)}) if isinstance(base.type, EntityRef) else NOTHING


def _all(*parts: Known | None) -> Known | None:
    """Return what is certain where all parts hold; None if one never does."""
    certain = NOTHING
    for part in parts:
        if part is None:
            return None
        certain |= part
    return certain


def _any(left: Known | None, right: Known | None) -> Known | None:
    """Return what is certain where one of two holds; one that never does says nothing."""
    if left is None or right is None:
        return left if right is None else right
    return left & right
