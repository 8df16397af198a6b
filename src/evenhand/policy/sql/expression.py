"""Each expression of the typed tree as a pair of SQL: whether it is ok, and its value (`policy.md` §6, §8).

INVARIANT: `ok` is never NULL, and the value is not NULL where `ok` is true. A NULL comes from checked arithmetic alone,
and nothing reads it: no COALESCE is needed, and SQL's NULL never says "error" or "absent".
"""

from collections.abc import Callable
from typing import Any

from evenhand.policy.schema import EntityRef, Schema
from evenhand.policy.sql import dialects as sql
from evenhand.policy.sql.columns import FactPath
from evenhand.policy.sql.dialects import TRUE, Sql
from evenhand.policy.sql.operators import Operators
from evenhand.policy.sql.terms import AtPath, Elements, Known, NotInSql, Pair, Record, Scalar, Term
from evenhand.policy.typed import nodes
from evenhand.policy.typed.nodes import Expr, Uid

DAY_MS = 86_400_000

# Each is text several times over, and deep text ends the process that reads it.
MOST_CHECKED = 30
_UNITS_MS = {"to_milliseconds": 1, "to_seconds": 1_000, "to_minutes": 60_000, "to_hours": 3_600_000, "to_days": DAY_MS}


class NotCompiled(Exception):
    """A node that SQL does not say, and why."""

    def __init__(self, node: Expr, why: str) -> None:
        super().__init__(why)
        self.node, self.why = node, why


class Expressions:
    """Compiles expressions of one request environment; a node that is met again is the same pair."""

    def __init__(self, operators: Operators, schema: Schema) -> None:
        self._operators, self._schema = operators, schema
        self._done: dict[Expr, Pair] = {}
        self._ways: dict[type[Any], Callable[[Any], Pair]] = {
            nodes.Const: self._const, nodes.Var: self._var, nodes.Attr: self._attr, nodes.Has: self._has,
            nodes.Tag: self._tag, nodes.HasTag: self._has_tag, nodes.And: self._and, nodes.Or: self._or,
            nodes.Not: self._not, nodes.If: self._if, nodes.Arith: self._arith, nodes.Neg: self._neg,
            nodes.Like: self._like, nodes.MakeSet: self._make_set, nodes.MakeRecord: self._make_record,
            nodes.Call: self._call, nodes.IsEmpty: self._is_empty,
            nodes.Eq: self._of_two(operators.equal),
            nodes.Less: self._of_two(self._less),
            nodes.LessEq: self._of_two(self._less_eq),
            nodes.Member: self._of_two(operators.member),
            nodes.Contains: self._of_two(operators.contains),
            nodes.ContainsAll: self._of_two(operators.contains_all),
            nodes.ContainsAny: self._of_two(operators.contains_any),
        }  # fmt: skip

    def truth(self, expr: Expr) -> tuple[Sql, Sql]:
        """Return whether a Bool is ok, and whether it is true where it is.

        Raises:
            NotCompiled: something in it cannot be said in SQL.
        """
        pair = self.pair(expr)
        return pair.ok, self._operators.scalar(pair.term)

    def held(self, expr: Expr) -> Sql:
        """Return whether a Bool is ok and true; of `a && b` it is so where it is of both.

        Raises:
            NotCompiled: something in it cannot be said in SQL.
        """
        if isinstance(expr, nodes.And):
            return sql.both(self.held(expr.left), self.held(expr.right))
        return sql.both(*self.truth(expr))

    def pair(self, expr: Expr) -> Pair:
        """Return an expression as a pair.

        Raises:
            NotCompiled: something in it cannot be said in SQL.
        """
        if expr not in self._done:
            try:
                made = self._ways[type(expr)](expr)
            except NotInSql as why:
                raise NotCompiled(expr, str(why)) from None
            term = made.term if expr.truth is None else Known(expr.truth)
            self._done[expr] = Pair(TRUE if expr.never_errors else made.ok, term, made.depth)
        return self._done[expr]

    def _const(self, node: nodes.Const) -> Pair:
        value = node.value
        if isinstance(value, Uid):
            return Pair(TRUE, AtPath(FactPath(value, EntityRef(value.type))))
        assert not isinstance(value, frozenset | dict), "sets and records are written out"
        return Pair(TRUE, Known(value))

    def _var(self, node: nodes.Var) -> Pair:
        return Pair(TRUE, AtPath(FactPath(node.name, node.type)))

    def _attr(self, node: nodes.Attr) -> Pair:
        base = self.pair(node.base)
        found = self._operators.field(base.term, node.name)
        return Pair(sql.both(base.ok, found.ok), found.term)

    def _has(self, node: nodes.Has) -> Pair:
        base = self.pair(node.base)
        return Pair(base.ok, Scalar(self._operators.has(base.term, node.name)))

    def _tag(self, node: nodes.Tag) -> Pair:
        base, key = self.pair(node.base), self.pair(node.key)
        found = self._operators.tag(base.term, key.term, node.type)
        return Pair(sql.both(base.ok, key.ok, found.ok), found.term)

    def _has_tag(self, node: nodes.HasTag) -> Pair:
        base, key = self.pair(node.base), self.pair(node.key)
        assert isinstance(node.base.type, EntityRef), "only entities have tags"
        kind = self._schema.entities[node.base.type.name].tags
        assert kind is not None, "of what has no tags the types answer"
        return Pair(sql.both(base.ok, key.ok), Scalar(self._operators.has_tag(base.term, key.term, kind)))

    def _and(self, node: nodes.And) -> Pair:
        (left_ok, left), (right_ok, right) = self.truth(node.left), self.truth(node.right)
        ok = sql.both(left_ok, sql.either(sql.negated(left), right_ok))
        return Pair(ok, Scalar(sql.both(left, right)))

    def _or(self, node: nodes.Or) -> Pair:
        (left_ok, left), (right_ok, right) = self.truth(node.left), self.truth(node.right)
        return Pair(sql.both(left_ok, sql.either(left, right_ok)), Scalar(sql.either(left, right)))

    def _not(self, node: nodes.Not) -> Pair:
        ok, value = self.truth(node.arg)
        return Pair(ok, Scalar(sql.negated(value)))

    def _if(self, node: nodes.If) -> Pair:
        (cond_ok, cond), then, other = self.truth(node.cond), self.pair(node.then), self.pair(node.other)
        ok = sql.both(cond_ok, sql.choice(cond, then.ok, other.ok))
        return Pair(ok, self._operators.chosen(cond, then.term, other.term), max(then.depth, other.depth))

    def _of_two(self, make: Callable[[Term, Term], Sql]) -> Callable[[Expr], Pair]:
        """Return what compiles a node of two operands, ok where both are."""

        def compiled(node: Expr) -> Pair:
            left, right = nodes.operands(node)
            one, two = self.pair(left), self.pair(right)
            # One node twice is asked once: nested in itself, twice would be as often as there are paths.
            ok = one.ok if left is right else sql.both(one.ok, two.ok)
            return Pair(ok, Scalar(make(one.term, two.term)) if node.truth is None else Known(node.truth))

        return compiled

    def _less(self, left: Term, right: Term) -> Sql:
        return sql.less(self._operators.scalar(left), self._operators.scalar(right))

    def _less_eq(self, left: Term, right: Term) -> Sql:
        return sql.less_eq(self._operators.scalar(left), self._operators.scalar(right))

    def _arith(self, node: nodes.Arith) -> Pair:
        return self._checked(node.op, self.pair(node.left), self.pair(node.right))

    def _neg(self, node: nodes.Neg) -> Pair:
        return self._checked("sub", Pair(TRUE, Known(0)), self.pair(node.arg))

    def _checked(self, op: nodes.ArithOp, left: Pair, right: Pair) -> Pair:
        """Return checked arithmetic: NULL, and not ok, beyond int64."""
        operators, depth = self._operators, 1 + max(left.depth, right.depth)
        if depth > MOST_CHECKED:
            raise NotInSql(f"more than {MOST_CHECKED} sums, differences or products in one another")
        made = sql.checked(op, operators.scalar(left.term), operators.scalar(right.term), operators.dialect)
        return Pair(sql.both(left.ok, right.ok, sql.is_there(made)), Scalar(made), depth)

    def _like(self, node: nodes.Like) -> Pair:
        arg = self.pair(node.arg)
        return Pair(arg.ok, Scalar(sql.like(self._operators.scalar(arg.term), node.pattern, self._operators.dialect)))

    def _make_set(self, node: nodes.MakeSet) -> Pair:
        each = [self.pair(element) for element in node.elements]
        return Pair(sql.both(*(pair.ok for pair in each)), Elements(tuple(pair.term for pair in each)))

    def _make_record(self, node: nodes.MakeRecord) -> Pair:
        each = {name: self.pair(value) for name, value in node.fields}
        ok = sql.both(*(pair.ok for pair in each.values()))
        return Pair(ok, Record({name: pair.term for name, pair in each.items()}))

    def _is_empty(self, node: nodes.IsEmpty) -> Pair:
        arg = self.pair(node.arg)
        return Pair(arg.ok, Scalar(self._operators.is_empty(arg.term)))

    def _call(self, node: nodes.Call) -> Pair:
        args = [self.pair(arg) for arg in node.args]
        ok = sql.both(*(arg.ok for arg in args))
        match node.op:
            case "offset":
                return self._checked("add", *args)
            case "duration_since":
                return self._checked("sub", *args)
            case "to_date":
                value = self._operators.scalar(args[0].term)
                return self._checked("sub", args[0], Pair(TRUE, Scalar(sql.within(value, DAY_MS))))
            case "to_time":
                made = sql.within(self._operators.scalar(args[0].term), DAY_MS)
                return Pair(ok, Scalar(made), args[0].depth)
            case op if op in _UNITS_MS:
                made = sql.quotient(self._operators.scalar(args[0].term), _UNITS_MS[op])
                return Pair(ok, Scalar(made), args[0].depth)
            case op:
                return Pair(ok, Scalar(self._operators.ip_test(op, *(arg.term for arg in args))))
