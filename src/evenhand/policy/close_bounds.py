"""Comparisons so close that they can single out a party: one day, one exact sum, or bounds that leave as little.

Lint reads them rule by rule: a rule that asks for the day on which two outlets opened their accounts names those two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from evenhand.policy.number_bands import STARTS, SWAPPED, inside
from evenhand.policy.syntax_tree import Policy, pst
from evenhand.policy.typed.extension_types import decimal, instant, span

LEAST_DAYS = 31
"""Bounds of an instant, or of the time since one, that are nearer than this are close."""

_DAY_MS = 86_400_000
_FEW = 10
_SHARE = 100  # bounds of a number are close where they leave less than a hundredth of it
_UNITS_MS = {"to_date": 1, "to_days": _DAY_MS, "to_hours": 3_600_000, "to_minutes": 60_000, "to_seconds": 1_000,
             "to_milliseconds": 1}  # fmt: skip
Number = int | Fraction
"""Exact; whole ones stay whole numbers, which are several times faster."""
_FACTORS: Mapping[str, Number] = {"neg": -1, **{name: Fraction(1, unit) for name, unit in _UNITS_MS.items()}}
_DECIMAL_ORDERS = {"decimal_less_than": "less", "decimal_less_eq": "less_eq", "decimal_greater": "greater",
                   "decimal_greater_eq": "greater_eq"}  # fmt: skip
_WRITTEN = frozenset({"decimal", "datetime", "duration"})
_ARITHMETIC = frozenset({"add", "offset", "sub", "duration_since", "mul"})
_LOWER = frozenset({"greater", "greater_eq"})
_REQUEST = "context."
_PAYER = "context.payer."


def close_bounds(policy: Policy, parts: Iterable[object]) -> tuple[str, ...]:
    """Return the facts that a policy of these nodes compares too closely, as written (`principal.first_seen`), sorted.

    Close are an instant's exact value and bounds less than `LEAST_DAYS` apart, counted by the calendar or from
    `context.at`; of a number its exact value from 10 on and bounds less than a hundredth of it apart. Both bounds may
    stand anywhere in the policy. Instants of the request itself, as `context.at`, are of nobody and are left out.
    """
    if not any(map(_counts, parts)):
        return ()  # as of most rules: facts are compared with texts, entities and one another
    found = _Bounds()
    for clause in policy.clauses:
        found.read(clause.expr, -1 if isinstance(clause, pst.Unless) else 1)
    return tuple(sorted({_fact(key) for key in found.lower if found.is_close(key)} | found.products))


Key = tuple[tuple[str, Number], ...]
"""The facts of a comparison, each with its factor; that of the first is 1."""


class _Sum(NamedTuple):
    """What an expression adds up to: facts by their factors, and a number; milliseconds where it is about time."""

    factors: Mapping[str, Number]
    number: Number = 0
    is_time: bool = False

    def plus(self, other: "_Sum", sign: int = 1) -> "_Sum":
        factors = dict(self.factors)
        for fact, factor in other.factors.items():
            factors[fact] = factors.get(fact, 0) + sign * factor
        kept = {fact: factor for fact, factor in factors.items() if factor}
        return _Sum(kept, self.number + sign * other.number, self.is_time or other.is_time)

    def times(self, factor: Number) -> "_Sum":
        scaled = {fact: each * factor for fact, each in self.factors.items() if factor}
        return _Sum(scaled, self.number * factor, self.is_time)


@dataclass
class _Bounds:
    """What a walk over a policy has found: from where on, and up to where, a fact can satisfy a comparison."""

    lower: dict[Key, set[Number]] = field(default_factory=dict)
    upper: dict[Key, set[Number]] = field(default_factory=dict)
    of_time: set[Key] = field(default_factory=set)
    products: set[str] = field(default_factory=set)

    def read(self, expr: pst.Expr, sign: int) -> None:
        """Note the comparisons of an expression; `sign` is 1 where it has to hold, -1 where not, 0 where either may."""
        match expr:
            case pst.BinaryOp("and" | "or", left, right):
                self.read(left, sign)
                self.read(right, sign)
            case pst.UnaryOp("not", operand):
                self.read(operand, -sign)
            case pst.IfThenElse(condition, then, otherwise):
                self.read(condition, 0)
                self.read(then, sign)
                self.read(otherwise, sign)
            case _:
                self._read_value(expr, sign)

    def _read_value(self, expr: pst.Expr, sign: int) -> None:
        match expr:
            case pst.BinaryOp(op, left, right) if op in STARTS or op in _DECIMAL_ORDERS:
                self._compare(_DECIMAL_ORDERS.get(op, op), left, right, sign)
            case pst.BinaryOp("contains", left, right):
                self._compare("eq", left, right, sign)
            case pst.BinaryOp("contains_any" | "contains_all", left, right):
                self._compare("eq", left, right, 0)
            case pst.GetAttr(base, _):
                self.read(base, 0)
            case pst.BinaryOp("mul", left, right):
                self.products.update(_squared(_sums(left), _sums(right)))
                self._inside(expr)
            case _:
                self._inside(expr)

    def _inside(self, expr: pst.Expr) -> None:
        for part in inside(expr):
            self.read(part, 0)

    def _compare(self, op: str, left: pst.Expr, right: pst.Expr, sign: int) -> None:
        for one, other in product(members(left), members(right)):
            for first, second in product(_sums(one), _sums(other)):
                self._note(first.plus(second, -1), op, sign)
        for part in (left, right):
            self.read(part, 0)

    def _note(self, difference: _Sum, op: str, sign: int) -> None:
        """Note for which values a difference is below 0, above it or 0."""
        facts = sorted(difference.factors, key=lambda fact: (fact.startswith(_REQUEST), fact))
        if not facts or (difference.is_time and not any(map(is_of_party, facts))):
            return
        lead = difference.factors[facts[0]]
        key = tuple((fact, _divide(difference.factors[fact], lead)) for fact in facts)
        bound, unit = _divide(-difference.number, lead), _magnitude(_divide(1, lead))
        op = SWAPPED[op] if lead < 0 else op
        if difference.is_time:
            self.of_time.add(key)
        if len(key) > 1 and bound == 0:
            return  # two facts compared with each other: no value is written
        for start in STARTS[op]:
            at = bound + start * unit
            # an exact value has a lower bound and an upper one, whether it must be met or must not
            both = op in ("eq", "not_eq") or not sign
            if both or (op in _LOWER) == (sign > 0):
                self.lower.setdefault(key, set()).add(at)
            if both or (op in _LOWER) != (sign > 0):
                self.upper.setdefault(key, set()).add(at)

    def is_close(self, key: Key) -> bool:
        """Return whether a lower and an upper bound of these facts leave too little between them, or around them."""
        return any(
            self._leaves_little(key, _magnitude(low - high), max(_magnitude(low), _magnitude(high)))
            for low, high in product(self.lower[key], self.upper.get(key, ()))
            if low != high
        )

    def _leaves_little(self, key: Key, width: Number, highest: Number) -> bool:
        if key in self.of_time:
            return width < LEAST_DAYS * _DAY_MS
        return width * _SHARE < highest or (width <= 1 and highest > _FEW)


def _counts(node: object) -> bool:
    """Return whether a node is a number, an instant or a duration, or makes one."""
    match node:
        case pst.LongLit():
            return True
        case pst.UnaryOp(op, _):
            return op in _FACTORS or op in _WRITTEN
        case pst.BinaryOp(op, _, _):
            return op in _ARITHMETIC
        case _:
            return False


def _divide(number: Number, by: Number) -> Number:
    return number * by if by in (1, -1) else Fraction(number) / by


def _magnitude(number: Number) -> Number:
    return -number if number < 0 else number


def _fact(key: Key) -> str:
    return next((fact for fact, _ in key if is_of_party(fact)), key[0][0])


def is_of_party(fact: str) -> bool:
    """Return whether a fact, as it is written, is one of a party and not of the request itself."""
    return not fact.startswith(_REQUEST) or fact.startswith(_PAYER)


def members(expr: pst.Expr) -> Sequence[pst.Expr]:
    """Return what is compared where sets and records are: each value in them."""
    match expr:
        case pst.Set(elements):
            return [each for element in elements for each in members(element)]
        case pst.Record(fields):
            return [each for value in fields.values() for each in members(value)]
        case _:
            return (expr,)


def _sums(expr: pst.Expr) -> list[_Sum]:
    """Return what a value adds up to, once for each branch it may come from; nothing if it is no sum of facts."""
    match expr:
        case pst.GetAttr():
            name = path_of(expr)
            return [_Sum({name: 1})] if name else []
        case pst.IfThenElse(_, then, otherwise):
            return [*_sums(then), *_sums(otherwise)]
        case pst.UnaryOp(op, operand) if op in _FACTORS:
            return [each.times(_FACTORS[op])._replace(is_time=each.is_time or op != "neg") for each in _sums(operand)]
        case pst.BinaryOp("add" | "offset" | "sub" | "duration_since" | "mul", left, right):
            return list(_combined(expr.op, _sums(left), _sums(right)))
        case _:
            return _written(expr)


def _written(expr: pst.Expr) -> list[_Sum]:
    """Return the number that a rule writes."""
    match expr:
        case pst.LongLit(number):
            return [_Sum({}, number)]
        case pst.UnaryOp("decimal", pst.StringLit(text)):
            return [_Sum({}, decimal(text).scaled)]
        case pst.UnaryOp("datetime", pst.StringLit(text)):
            return [_Sum({}, instant(text).ms, is_time=True)]
        case pst.UnaryOp("duration", pst.StringLit(text)):
            return [_Sum({}, span(text).ms, is_time=True)]
        case _:
            return []


def _combined(op: str, lefts: list[_Sum], rights: list[_Sum]) -> Iterator[_Sum]:
    for left, right in product(lefts, rights):
        if op == "mul":
            if not left.factors or not right.factors:
                yield right.times(left.number) if not left.factors else left.times(right.number)
        else:
            combined = left.plus(right, 1 if op in ("add", "offset") else -1)
            yield combined._replace(is_time=True) if op in ("offset", "duration_since") else combined


def _squared(lefts: list[_Sum], rights: list[_Sum]) -> Iterator[str]:
    """Yield the facts that a product has on both sides: below a number it has two bounds."""
    for left, right in product(lefts, rights):
        is_time = left.is_time or right.is_time
        yield from (fact for fact in left.factors if fact in right.factors and (is_of_party(fact) or not is_time))


def path_of(expr: pst.Expr) -> str:
    """Return how an attribute is written, `principal.evidence.denied`; "" if it is not one of a variable."""
    match expr:
        case pst.Var(name):
            return str(name)
        case pst.GetAttr(base, name):
            start = path_of(base)
            return f"{start}.{name}" if start else ""
        case _:
            return ""
