"""Rules as SMT-LIB terms: each expression a pair (ok, value), as the evaluator gives it for one request."""

from dataclasses import dataclass

from evenhand.policy.proofs.smt.method_calls import call
from evenhand.policy.proofs.smt.script import Script
from evenhand.policy.proofs.smt.smtlib import (
    BOOL,
    KEY,
    NotEncodable,
    bits,
    both,
    choice,
    either,
    equal,
    implies,
    like,
    literal,
    negated,
    sort_of,
)  # fmt: skip
from evenhand.policy.proofs.smt.symbolic_values import (
    BASE,
    RecordValue,
    RequestCopy,
    SetValue,
    Symbolic,
    SymbolicFacts,
    any_of,
    contains_all,
    contains_any,
    is_empty,
    listed,
    merged,
    record,
    same,
)  # fmt: skip
from evenhand.policy.schema import EntityRef, Environment, RecordType, Schema, SetOf, Type
from evenhand.policy.typed import nodes
from evenhand.policy.typed.node_parts import conjuncts, names_of
from evenhand.policy.typed.nodes import Const, Expr, Fields, Rule, Uid

_OVERFLOWS = {"add": "bvsaddo", "sub": "bvssubo", "mul": "bvsmulo"}
_WORDS = {"add": "bvadd", "sub": "bvsub", "mul": "bvmul"}


@dataclass(frozen=True)
class Pair:
    """Whether an expression is ok, and its value where it is."""

    ok: str
    value: Symbolic


@dataclass(frozen=True)
class RuleTerms:
    """What a rule makes of a request: whether it is satisfied, and whether it errs."""

    satisfied: str
    errs: str


class Encoder:
    """The rules of one request environment, in as many runs as questions compare; no rule is encoded twice.

    Entities that a request refers to are taken to be in its store, which the loader sees to (`policy.md` §11).
    """

    def __init__(self, schema: Schema, environment: Environment, any_instant: bool = False) -> None:
        self.environment, self.script = environment, Script(schema, any_instant)
        self._runs: dict[RequestCopy, _Walk] = {}
        self._marks: dict[tuple[RequestCopy, Expr, Expr], RuleTerms] = {}

    def rule_terms(self, rule: Rule, copy: RequestCopy = BASE) -> RuleTerms:
        """Return when a rule is satisfied and when it errs.

        Raises:
            NotEncodable: the rule has a part that no solver is given.
        """
        key = (copy, rule.scope, rule.condition)
        if key not in self._marks:
            walk = self.walk(copy)
            scope, condition = walk.value(rule.scope), walk.pair(rule.condition)
            value = _text(condition.value)
            satisfied = both(scope, condition.ok, value)
            self._marks[key] = RuleTerms(
                self.script.define(BOOL, satisfied), self.script.define(BOOL, both(scope, negated(condition.ok)))
            )
        return self._marks[key]

    def may_err(self, rule: Rule) -> str:
        """Return what holds wherever a rule errs: a part of its condition errs while those before it hold.

        Of those only the ones that cannot err and read what the part reads. So little of it is the rule's own that one
        question mostly answers for many rules.

        Raises:
            NotEncodable: the rule has a part that no solver is given.
        """
        walk, before, found = self.walk(BASE), list[Expr](), list[str]()
        for part in conjuncts(rule.condition):
            ok = walk.pair(part).ok
            if ok == "true":
                before.append(part)
            else:
                read = names_of(part)
                held = (walk.value(each) for each in before if not read.isdisjoint(names_of(each)))
                found.append(both(*held, negated(ok)))
        return self.script.define(BOOL, either(*found))

    @property
    def facts(self) -> SymbolicFacts:
        """Return the facts of the request, or of the first of two."""
        return self.walk(BASE).facts

    def walk(self, copy: RequestCopy) -> "_Walk":
        """Return the expressions of one run."""
        if copy not in self._runs:
            self._runs[copy] = _Walk(self.script, SymbolicFacts(self.script, self.environment, copy))
        return self._runs[copy]


class _Walk:
    """Expressions over the facts of one run."""

    def __init__(self, script: Script, facts: SymbolicFacts) -> None:
        self._script, self.facts = script, facts
        self._pairs: dict[Expr, Pair] = {}

    def value(self, expr: Expr) -> str:
        """Return the value of an expression that is one term."""
        return _text(self.pair(expr).value)

    def pair(self, expr: Expr) -> Pair:
        """Return (ok, value) of an expression; a long term gets a name, so that it is written once."""
        if expr not in self._pairs:
            made = self._chain(expr) if isinstance(expr, nodes.And | nodes.Or) else self._of(expr)
            value = literal(expr.truth) if expr.truth is not None else made.value
            named = self._script.define(sort_of(expr.type), value) if isinstance(value, str) else value
            self._pairs[expr] = Pair("true" if expr.never_errors else self._script.define(BOOL, made.ok), named)
        return self._pairs[expr]

    def _chain(self, expr: Expr) -> Pair:
        """Return a conjunction or disjunction; a long one leans to the left, deeper than Python can call."""
        spine: list[nodes.And | nodes.Or] = []
        while isinstance(expr, nodes.And | nodes.Or) and expr not in self._pairs:
            spine.append(expr)
            expr = expr.left
        pair = self.pair(expr)
        for node in reversed(spine):
            right, left = self.pair(node.right), _text(pair.value)
            if isinstance(node, nodes.And):
                ok, value = both(pair.ok, implies(left, right.ok)), both(left, _text(right.value))
            else:
                ok, value = both(pair.ok, either(left, right.ok)), either(left, _text(right.value))
            pair = Pair(self._script.define(BOOL, ok), self._script.define(BOOL, value))
        return pair

    def _of(self, expr: Expr) -> Pair:
        match expr:
            case Const(value):
                return Pair("true", self._constant(value))
            case nodes.Var(name):
                return Pair("true", self.facts.variable(name))
            case nodes.Not(arg):
                made = self.pair(arg)
                return Pair(made.ok, negated(_text(made.value)))
            case nodes.If(cond, then, other):
                return self._choice(cond, then, other)
            case nodes.Eq(left, right):
                ok = both(self.pair(left).ok, self.pair(right).ok)
                return Pair(ok, "true" if expr.truth is not None else self._equal(left, right))
            case nodes.Attr() | nodes.Has() | nodes.Tag() | nodes.HasTag() | nodes.Member():
                return self._entities(expr)
            case nodes.Arith() | nodes.Neg() | nodes.Less() | nodes.LessEq() | nodes.Like() | nodes.Call():
                return self._numbers(expr)
            case _:
                return self._sets(expr)

    def _choice(self, cond: Expr, then: Expr, other: Expr) -> Pair:
        chooses, yes, no = self.pair(cond), self.pair(then), self.pair(other)
        value = _text(chooses.value)
        return Pair(both(chooses.ok, choice(value, yes.ok, no.ok)), merged(value, yes.value, no.value))

    def _equal(self, left: Expr, right: Expr) -> str:
        return same(self._script, self.pair(left).value, self.pair(right).value)

    def _entities(self, expr: Expr) -> Pair:
        match expr:
            case nodes.Attr(base, name):
                there, value = self._attribute(base, name)
                return Pair(both(self.pair(base).ok, there), value)
            case nodes.Has(base, name):
                return Pair(self.pair(base).ok, self._attribute(base, name)[0])
            case nodes.Tag(base, key):
                there, value = self.facts.tag(_name(base.type), self.value(base), self.value(key))
                return Pair(both(self.pair(base).ok, self.pair(key).ok, there), value)
            case nodes.HasTag(base, key):
                there, _ = self.facts.tag(_name(base.type), self.value(base), self.value(key))
                return Pair(both(self.pair(base).ok, self.pair(key).ok), there)
            case nodes.Member(left, right):
                ok = both(self.pair(left).ok, self.pair(right).ok)
                return Pair(ok, "false" if expr.truth is False else self._member(left, right))
            case _:
                raise AssertionError(expr)

    def _attribute(self, base: Expr, name: str) -> tuple[str, Symbolic]:
        value = self.pair(base).value
        if isinstance(value, RecordValue):
            return value.at(name)
        return self.facts.attribute(_name(base.type), _text(value), name)

    def _member(self, left: Expr, right: Expr) -> str:
        low, kind = self._script.hold(KEY, self.value(left)), _name(left.type)
        groups = self.pair(right).value
        if isinstance(groups, SetValue):
            element = _name(groups.element)
            return any_of(self._script, groups, lambda each: self._in(kind, low, element, each))
        return self._in(kind, low, _name(right.type), self._script.hold(KEY, _text(groups)))

    def _in(self, kind: str, low: str, upper: str, high: str) -> str:
        known = self._script.schema.entities.get(kind)
        if known is None:
            raise NotEncodable("a group of actions that is asked for by a term")
        possible = upper in known.ancestors
        above = self.facts.above(kind, upper, low, high) if possible else "false"
        return either(equal(low, high) if kind == upper else "false", above)

    def _numbers(self, expr: Expr) -> Pair:
        match expr:
            case nodes.Arith(op, left, right):
                a, b = self.value(left), self.value(right)
                ok = both(self.pair(left).ok, self.pair(right).ok, f"(not ({_OVERFLOWS[op]} {a} {b}))")
                return Pair(ok, f"({_WORDS[op]} {a} {b})")
            case nodes.Neg(arg):
                value = self.value(arg)
                return Pair(both(self.pair(arg).ok, negated(equal(value, bits(-(2**63))))), f"(bvneg {value})")
            case nodes.Less(left, right) | nodes.LessEq(left, right):
                word = "bvslt" if isinstance(expr, nodes.Less) else "bvsle"
                ok = both(self.pair(left).ok, self.pair(right).ok)
                return Pair(ok, f"({word} {self.value(left)} {self.value(right)})")
            case nodes.Like(arg, pattern):
                return Pair(self.pair(arg).ok, like(self.value(arg), pattern))
            case nodes.Call(op, args):
                ok, value = call(op, [self._script.define(sort_of(arg.type), self.value(arg)) for arg in args])
                return Pair(both(*(self.pair(arg).ok for arg in args), ok), value)
            case _:
                raise AssertionError(expr)

    def _sets(self, expr: Expr) -> Pair:
        match expr:
            case nodes.MakeSet(elements):
                ok = both(*(self.pair(each).ok for each in elements))
                element = expr.type.element if isinstance(expr.type, SetOf) else expr.type
                sort_of(element)
                return Pair(ok, listed(self._script, element, [self.value(each) for each in elements]))
            case nodes.MakeRecord(fields):
                values = {name: self.pair(each).value for name, each in fields}
                assert isinstance(expr.type, RecordType)
                return Pair(both(*(self.pair(each).ok for _, each in fields)), record(expr.type, values))
            case nodes.Contains(left, right):
                held = self._script.element(right.type, self.value(right))
                return Pair(both(self.pair(left).ok, self.pair(right).ok), self._set(left).has(held))
            case nodes.ContainsAll(left, right) | nodes.ContainsAny(left, right):
                test = contains_all if isinstance(expr, nodes.ContainsAll) else contains_any
                ok = both(self.pair(left).ok, self.pair(right).ok)
                return Pair(ok, test(self._script, self._set(left), self._set(right)))
            case nodes.IsEmpty(arg):
                return Pair(self.pair(arg).ok, is_empty(self._script, self._set(arg)))
            case _:
                raise AssertionError(expr)

    def _set(self, expr: Expr) -> SetValue:
        value = self.pair(expr).value
        assert isinstance(value, SetValue), "strict validation asks only sets for their elements"
        return value

    def _constant(self, value: nodes.Value) -> Symbolic:
        """Return a value written in a rule; sets and records are made of their parts, never written whole."""
        match value:
            case Uid(name, entity_id):
                return self.facts.entity(name, entity_id)
            case frozenset() | Fields():
                raise AssertionError(value)
            case _:
                return literal(value)


def _text(value: Symbolic) -> str:
    if not isinstance(value, str):
        raise NotEncodable("a set of sets or of records")
    return value


def _name(kind: Type) -> str:
    assert isinstance(kind, EntityRef), "strict validation asks only entities for attributes, tags and groups"
    return kind.name
