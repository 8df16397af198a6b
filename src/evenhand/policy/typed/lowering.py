"""Policies as typed trees: every name looked up in the schema, for one request environment at a time."""

from collections.abc import Callable, Iterable
from typing import cast

from evenhand.policy.schema import Attribute, EntityRef, Environment, RecordType, Schema, SetOf, Type
from evenhand.policy.syntax_tree import Policy, pst
from evenhand.policy.typed import nodes
from evenhand.policy.typed.capabilities import Known
from evenhand.policy.typed.extension_types import CONSTRUCTORS
from evenhand.policy.typed.node_builder import NodeBuilder
from evenhand.policy.typed.nodes import Const, Expr, MakeSet, Rule, Uid


class NotTyped(ValueError):
    """A policy is not strictly valid under the schema, or a template that nothing is linked to."""


def lower_all(policies: Iterable[Policy], schema: Schema, environment: Environment) -> tuple[Rule, ...]:
    """Return the rules of strictly valid policies in their order; those of another environment are never in scope.

    Raises:
        NotTyped: a policy is not strictly valid.
    """
    maker = NodeBuilder()
    return tuple(lower(policy, schema, environment, maker) for policy in policies)


def lower(policy: Policy, schema: Schema, environment: Environment, maker: NodeBuilder) -> Rule:
    """Return a strictly valid policy as a rule; what its scope or conditions make unreachable is not looked at.

    Raises:
        NotTyped: the policy is not strictly valid.
    """
    return _Lowering(schema, environment, maker).rule(policy)


Strict = Callable[[NodeBuilder, Expr, Expr], Expr]

_STRICT: dict[str, Strict] = {
    "eq": NodeBuilder.equal,
    "not_eq": lambda maker, left, right: maker.negated(maker.equal(left, right)),
    "less": NodeBuilder.less,
    "less_eq": NodeBuilder.less_eq,
    "greater": lambda maker, left, right: maker.less(right, left),
    "greater_eq": lambda maker, left, right: maker.less_eq(right, left),
    "decimal_less_than": NodeBuilder.less,
    "decimal_less_eq": NodeBuilder.less_eq,
    "decimal_greater": lambda maker, left, right: maker.less(right, left),
    "decimal_greater_eq": lambda maker, left, right: maker.less_eq(right, left),
    "add": lambda maker, left, right: maker.arith("add", left, right),
    "sub": lambda maker, left, right: maker.arith("sub", left, right),
    "mul": lambda maker, left, right: maker.arith("mul", left, right),
    "contains": lambda maker, left, right: maker.contains(nodes.Contains, left, right),
    "contains_all": lambda maker, left, right: maker.contains(nodes.ContainsAll, left, right),
    "contains_any": lambda maker, left, right: maker.contains(nodes.ContainsAny, left, right),
    "is_in_range": lambda maker, left, right: maker.call("is_in_range", left, right),
    "offset": lambda maker, left, right: maker.call("offset", left, right),
    "duration_since": lambda maker, left, right: maker.call("duration_since", left, right),
}


class _Lowering:
    """Walks a policy; `known` is what is certain wherever the expression at hand is evaluated."""

    def __init__(self, schema: Schema, environment: Environment, maker: NodeBuilder) -> None:
        self._schema, self._environment, self._maker = schema, environment, maker
        self._guards = maker.capabilities
        self._principal, self._resource = maker.entity(environment.principal), maker.entity(environment.resource)

    def rule(self, policy: Policy) -> Rule:
        maker = self._maker
        scope = maker.all_of((
            self._constraint(policy.principal, maker.var("principal", self._principal)),
            maker.const(self._acts(policy.action)),
            self._constraint(policy.resource, maker.var("resource", self._resource)),
        ))  # fmt: skip
        condition: Expr = maker.const(scope.truth is not False)
        for clause in policy.clauses:
            known = self._guards.given(scope, True) | self._guards.given(condition, True)
            condition = self._and(condition, clause, known)
        return Rule(policy.id, policy.effect, policy.annotations.get("verdict"), scope, condition)

    def _and(self, condition: Expr, clause: pst.Clause, known: Known) -> Expr:
        if condition.truth is False:
            return condition
        held = self._expr(clause.expr, known)
        return self._maker.both(condition, held if isinstance(clause, pst.When) else self._maker.negated(held))

    def _constraint(self, scope: pst.PrincipalOrResourceConstraint, subject: Expr) -> Expr:
        match scope:
            case pst.ScopeEq(pst.EntityUid() as entity):
                return self._maker.equal(subject, self._entity(entity))
            case pst.ScopeIn(pst.EntityUid() as entity):
                return self._member(subject, self._entity(entity))
            case pst.ScopeIs(entity_type):
                return self._is(subject, entity_type)
            case pst.ScopeIsIn(entity_type, pst.EntityUid() as entity):
                return self._maker.both(self._is(subject, entity_type), self._member(subject, self._entity(entity)))
            case pst.ScopeAny():
                return self._maker.const(True)
            case _:
                raise NotTyped("a template that nothing is linked to")

    def _acts(self, scope: pst.ActionConstraint) -> bool:
        match scope:
            case pst.ActionEq(entity):
                return (str(entity.type), entity.id) == self._environment.action
            case pst.ActionIn(entities):
                above = self._schema.groups[self._environment.action]
                return any((str(entity.type), entity.id) in above for entity in entities)
            case pst.ScopeAny():
                return True

    def _expr(self, expr: pst.Expr, known: Known) -> Expr:
        match expr:
            case pst.BinaryOp("and", left, right):
                return self._both(self._expr(left, known), right, known)
            case pst.BinaryOp("or", left, right):
                return self._either(self._expr(left, known), right, known)
            case pst.IfThenElse(cond, then, other):
                return self._choice(self._expr(cond, known), then, other, known)
            case pst.BinaryOp(op, left, right):
                return self._binary(op, self._expr(left, known), self._expr(right, known), known)
            case pst.UnaryOp(op, arg):
                return self._unary(op, arg, known)
            case pst.GetAttr(base, name):
                return self._attr(self._expr(base, known), name, known)
            case pst.HasAttr(base, names):
                return self._has(self._expr(base, known), names, known)
            case _:
                return self._other(expr, known)

    def _other(self, expr: pst.Expr, known: Known) -> Expr:
        maker = self._maker
        match expr:
            case pst.Like(base, pattern):
                return maker.like(self._expr(base, known), _runs(pattern))
            case pst.Is(base, entity_type, group):
                tested = self._is(self._expr(base, known), entity_type)
                return tested if group is None else self._both(tested, pst.BinaryOp("in", base, group), known)
            case pst.Set(elements) if elements:
                return maker.make_set(tuple(self._expr(element, known) for element in elements))
            case pst.Record(fields):
                return maker.make_record(tuple((name, self._expr(fields[name], known)) for name in sorted(fields)))
            case _:
                return self._leaf(expr)

    def _leaf(self, expr: pst.Expr) -> Expr:
        environment, maker = self._environment, self._maker
        match expr:
            case pst.BoolLit(value) | pst.LongLit(value) | pst.StringLit(value):
                return maker.const(value)
            case pst.EntityLit(entity):
                return self._entity(entity)
            case pst.Var("principal"):
                return maker.var("principal", self._principal)
            case pst.Var("resource"):
                return maker.var("resource", self._resource)
            case pst.Var("context"):
                return maker.var("context", environment.context)
            case pst.Var("action"):
                return maker.const(Uid(*environment.action))
            case _:
                raise NotTyped("a slot in a condition, or a set without elements")

    def _both(self, left: Expr, right: pst.Expr, known: Known) -> Expr:
        if left.truth is False:
            return left
        return self._maker.both(left, self._expr(right, known | self._guards.given(left, True)))

    def _either(self, left: Expr, right: pst.Expr, known: Known) -> Expr:
        if left.truth is True:
            return left
        return self._maker.either(left, self._expr(right, known | self._guards.given(left, False)))

    def _choice(self, cond: Expr, then: pst.Expr, other: pst.Expr, known: Known) -> Expr:
        """Return `if`; where the types tell which branch is taken, Cedar has not read the other."""
        if cond.truth is not None:
            taken = self._expr(then if cond.truth else other, known | self._guards.given(cond, cond.truth))
            return self._maker.choice(cond, taken, taken)
        first = self._expr(then, known | self._guards.given(cond, True))
        return self._maker.choice(cond, first, self._expr(other, known | self._guards.given(cond, False)))

    def _binary(self, op: pst.BinaryOpName, left: Expr, right: Expr, known: Known) -> Expr:
        match op:
            case "in":
                return self._member(left, right)
            case "get_tag":
                return self._tag(left, right, known)
            case "has_tag":
                return self._has_tag(left, right, known)
            case _:
                return _STRICT[op](self._maker, left, right)

    def _unary(self, op: pst.UnaryOpName, arg: pst.Expr, known: Known) -> Expr:
        maker = self._maker
        if op in CONSTRUCTORS:
            return maker.const(_constructed(op, arg))
        operand = self._expr(arg, known)
        match op:
            case "not":
                return maker.negated(operand)
            case "neg":
                return maker.neg(operand)
            case "is_empty":
                return maker.is_empty(operand)
            case _:
                return maker.call(cast("nodes.CallOp", op), operand)

    def _attr(self, base: Expr, name: str, known: Known) -> Expr:
        attribute = self._attribute(base.type, name)
        if attribute is None:
            raise NotTyped(f"an attribute that the schema does not have: `{name}`")
        if attribute.optional:
            safe = (True, self._maker.has(base, name).shape) in known
        else:
            safe = isinstance(base.type, RecordType) or ("exists", base.shape) in known
        return self._maker.attr(base, name, attribute, safe=safe)

    def _has(self, base: Expr, names: tuple[str, ...], known: Known) -> Expr:
        """Return `base has a.b`, which is `base has a && base.a has b`."""
        name, *rest = names
        attribute = self._attribute(base.type, name)
        if attribute is None:
            return self._maker.known(base, value=False)
        tested = self._maker.has(base, name)
        present = isinstance(base.type, RecordType) or ("exists", base.shape) in known
        if (present and not attribute.optional) or (True, tested.shape) in known:
            tested = self._maker.known(base, value=True)
        if not rest:
            return tested
        known = known | self._guards.given(tested, True)
        return self._maker.both(tested, self._has(self._attr(base, name, known), tuple(rest), known))

    def _tag(self, base: Expr, key: Expr, known: Known) -> Expr:
        kind = self._tags(base.type)
        if kind is None:
            raise NotTyped("a tag of an entity type without tags")
        safe = (True, self._maker.has_tag(base, key).shape) in known
        return self._maker.tag(base, key, kind, safe=safe)

    def _has_tag(self, base: Expr, key: Expr, known: Known) -> Expr:
        tested = self._maker.has_tag(base, key)
        if self._tags(base.type) is None:
            return self._maker.both(self._maker.known(key, value=True), self._maker.known(base, value=False))
        if (True, tested.shape) in known:
            return self._maker.both(self._maker.known(key, value=True), self._maker.known(base, value=True))
        return tested

    def _member(self, left: Expr, right: Expr) -> Expr:
        """Return `left in right`; what an action is in, the schema tells, and of which types an entity can be in."""
        if isinstance(left, Const) and isinstance(left.value, Uid):
            above = self._schema.groups.get((left.value.type, left.value.id))
            if above is not None and isinstance(right, Const | MakeSet):
                groups = right.elements if isinstance(right, MakeSet) else (right,)
                return self._maker.const(any(_key(group) in above for group in groups))
        kind = right.type.element if isinstance(right.type, SetOf) else right.type
        assert isinstance(left.type, EntityRef)
        assert isinstance(kind, EntityRef)
        declared = self._schema.entities.get(left.type.name)
        possible = left.type == kind or (declared is not None and kind.name in declared.ancestors)
        return self._maker.member(left, right, possible=possible)

    def _is(self, subject: Expr, entity_type: pst.EntityType) -> Expr:
        return self._maker.known(subject, subject.type == EntityRef(str(entity_type)))

    def _entity(self, entity: pst.EntityUid) -> Expr:
        return self._maker.const(Uid(str(entity.type), entity.id))

    def _attribute(self, kind: Type, name: str) -> Attribute | None:
        match kind:
            case RecordType(attributes):
                return attributes.get(name)
            case EntityRef(entity) if entity in self._schema.entities:
                return self._schema.entities[entity].attributes.attributes.get(name)
            case _:
                return None

    def _tags(self, kind: Type) -> Type | None:
        declared = self._schema.entities.get(kind.name) if isinstance(kind, EntityRef) else None
        return None if declared is None else declared.tags


def _constructed(op: str, arg: pst.Expr) -> nodes.Value:
    if not isinstance(arg, pst.StringLit):
        raise NotTyped(f"{op} of something that is not written out")
    try:
        return CONSTRUCTORS[op](arg.value)
    except (ValueError, OverflowError) as error:
        raise NotTyped(str(error)) from error


def _runs(pattern: tuple[pst.PatternElem, ...]) -> tuple[str | None, ...]:
    """Return a pattern with its characters joined; two stars are one."""
    runs: list[str | None] = []
    for element in pattern:
        if isinstance(element, pst.Char):
            if runs and runs[-1] is not None:
                runs[-1] += element.value
            else:
                runs.append(element.value)
        elif not (runs and runs[-1] is None):
            runs.append(None)
    return tuple(runs)


def _key(group: Expr) -> tuple[str, str] | None:
    match group:
        case Const(Uid(kind, name)):
            return kind, name
        case _:
            return None
