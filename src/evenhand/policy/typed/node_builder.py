"""Makes nodes, each once, and simplifies a pair (ok, value) only where both stay the same."""

from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

from evenhand.policy.schema import Attribute, EntityRef, Primitive, RecordType, SetOf, Type
from evenhand.policy.typed import nodes
from evenhand.policy.typed.capabilities import Capabilities
from evenhand.policy.typed.nodes import CallOp, Const, Expr, Node, Value

Made = TypeVar("Made", bound=Expr)
Key: TypeAlias = tuple[Any, ...]

BOOL, LONG, STRING = Primitive("Bool"), Primitive("Long"), Primitive("String")
DECIMAL, DATETIME, DURATION, IPADDR = (Primitive(name) for name in ("decimal", "datetime", "duration", "ipaddr"))

_CALL_TYPES = {
    "offset": DATETIME,
    "to_date": DATETIME,
    "duration_since": DURATION,
    "to_time": DURATION,
} | dict.fromkeys(("is_ipv4", "is_ipv6", "is_loopback", "is_multicast", "is_in_range"), BOOL)
_CAN_OVERFLOW = frozenset({"offset", "duration_since", "to_date"})
_PRIMITIVES: dict[type, Type] = {
    bool: BOOL, int: LONG, str: STRING,
    nodes.Decimal: DECIMAL, nodes.Datetime: DATETIME, nodes.Duration: DURATION, nodes.Ip: IPADDR,
}  # fmt: skip


class NodeBuilder:
    """The nodes of one request environment; equal structure is one object, so that common parts are found by `is`.

    `capabilities` are what is certain by shape of a node, the same for every rule.
    """

    def __init__(self) -> None:
        self._made: dict[Key, Any] = {}
        self._shapes: dict[Key, int] = {}
        self._vars: dict[str, nodes.Var] = {}
        self._entities: dict[str, EntityRef] = {}
        self.capabilities = Capabilities()

    def const(self, value: Value, kind: Type | None = None) -> Const:
        """Return a value as a node; the type must be given for a set or a record."""
        known = EntityRef(value.type) if isinstance(value, nodes.Uid) else kind or _PRIMITIVES[type(value)]
        return self._make(Const, value, kind=known, safe=True, truth=value if isinstance(value, bool) else None)

    def entity(self, name: str) -> EntityRef:
        """Return the type of references to entities of a type, the same object each time."""
        return self._entities.setdefault(name, EntityRef(name))

    def var(self, name: nodes.VarName, kind: Type) -> Expr:
        """Return a variable of the request."""
        known = self._vars.get(name)
        if known is None or known.type is not kind:
            # A context's type is a whole record, slow to compare.
            self._vars[name] = known = self._make(nodes.Var, name, kind=kind, safe=True)
        return known

    def attr(self, base: Expr, name: str, attribute: Attribute, *, safe: bool) -> Expr:
        """Return `base.name`; `safe` if it cannot err where the base does not."""
        never_errors = safe and base.never_errors
        return self._make(nodes.Attr, base, name, attribute.optional, kind=attribute.type, safe=never_errors)

    def has(self, base: Expr, name: str) -> Expr:
        """Return `base has name`, which the types do not answer."""
        return self._make(nodes.Has, base, name, kind=BOOL, safe=base.never_errors)

    def tag(self, base: Expr, key: Expr, kind: Type, *, safe: bool) -> Expr:
        """Return `base.getTag(key)`; `safe` if it cannot err where base and key do not."""
        return self._make(nodes.Tag, base, key, kind=kind, safe=safe and _safe(base, key))

    def has_tag(self, base: Expr, key: Expr) -> Expr:
        """Return `base.hasTag(key)`."""
        return self._make(nodes.HasTag, base, key, kind=BOOL, safe=_safe(base, key))

    def member(self, left: Expr, right: Expr, *, possible: bool = True) -> Expr:
        """Return `left in right`; `possible` if the types allow it at all."""
        return self._bool(nodes.Member, left, right, truth=None if possible else False)

    def both(self, left: Expr, right: Expr) -> Expr:
        """Return `left && right`."""
        if left.truth is False or _is(right, True):
            return left
        if _is(left, True):
            return right
        truths = {left.truth, right.truth}
        return self._bool(nodes.And, left, right, truth=False if False in truths else truths == {True} or None)

    def either(self, left: Expr, right: Expr) -> Expr:
        """Return `left || right`."""
        if left.truth is True or _is(right, False):
            return left
        if _is(left, False):
            return right
        truths = {left.truth, right.truth}
        return self._bool(nodes.Or, left, right, truth=True if True in truths else _falsy(truths == {False}))

    def all_of(self, parts: Iterable[Expr]) -> Expr:
        """Return the conjunction of parts, tried from left to right."""
        whole: Expr = self.const(True)
        for part in parts:
            whole = self.both(whole, part)
        return whole

    def negated(self, arg: Expr) -> Expr:
        """Return `!arg`."""
        if isinstance(arg, nodes.Not):
            return arg.arg
        return self._bool(nodes.Not, arg, truth=None if arg.truth is None else not arg.truth)

    def choice(self, cond: Expr, then: Expr, other: Expr) -> Expr:
        """Return `if cond then … else …`."""
        if cond.truth is not None:
            then = other = then if cond.truth else other
        if then is other and cond.never_errors:
            return then
        truth = then.truth if then.truth is other.truth else None
        safe, kind = _safe(cond, then, other), joined(then.type, other.type)
        return self._settled(self._make(nodes.If, cond, then, other, kind=kind, safe=safe, truth=truth))

    def equal(self, left: Expr, right: Expr) -> Expr:
        """Return `left == right`."""
        return self._bool(nodes.Eq, left, right, truth=_equal(left, right))

    def known(self, base: Expr, value: bool) -> Expr:
        """Return a Bool whose value the types tell, and which is ok where the base is."""
        same = self.equal(base, base)
        return same if value else self.negated(same)

    def less(self, left: Expr, right: Expr) -> Expr:
        """Return `left < right`."""
        return self._bool(nodes.Less, left, right)

    def less_eq(self, left: Expr, right: Expr) -> Expr:
        """Return `left <= right`."""
        return self._bool(nodes.LessEq, left, right)

    def arith(self, op: nodes.ArithOp, left: Expr, right: Expr) -> Expr:
        """Return a sum, difference or product."""
        return self._make(nodes.Arith, op, left, right, kind=LONG, safe=False)

    def neg(self, arg: Expr) -> Expr:
        """Return `-arg`."""
        return self._make(nodes.Neg, arg, kind=LONG, safe=False)

    def like(self, arg: Expr, pattern: tuple[str | None, ...]) -> Expr:
        """Return `arg like pattern`."""
        return self._make(nodes.Like, arg, pattern, kind=BOOL, safe=arg.never_errors)

    def make_set(self, elements: tuple[Expr, ...]) -> Expr:
        """Return a set written out, of at least one element."""
        kind = elements[0].type
        for element in elements[1:]:
            kind = joined(kind, element.type)
        return self._make(nodes.MakeSet, elements, kind=SetOf(kind), safe=_safe(*elements))

    def make_record(self, fields: tuple[tuple[str, Expr], ...]) -> Expr:
        """Return a record written out."""
        kind = RecordType({name: Attribute(value.type, optional=False) for name, value in fields})
        return self._make(nodes.MakeRecord, fields, kind=kind, safe=_safe(*(value for _, value in fields)))

    def contains(self, kind: type[Expr], left: Expr, right: Expr) -> Expr:
        """Return `contains`, `containsAll` or `containsAny`, whichever the kind is."""
        return self._bool(kind, left, right)

    def is_empty(self, arg: Expr) -> Expr:
        """Return `arg.isEmpty()`."""
        return self._bool(nodes.IsEmpty, arg)

    def call(self, op: CallOp, *args: Expr) -> Expr:
        """Return a method's answer."""
        kind = _CALL_TYPES.get(op, LONG)
        return self._make(nodes.Call, op, args, kind=kind, safe=op not in _CAN_OVERFLOW and _safe(*args))

    def _bool(self, kind: type[Expr], *args: Expr, truth: bool | None = None) -> Expr:
        return self._settled(self._make(kind, *args, kind=BOOL, safe=_safe(*args), truth=truth))

    def _settled(self, made: Expr) -> Expr:
        """Return a constant for what is always ok and of known truth, else the node."""
        return made if made.truth is None or not made.never_errors else self.const(made.truth)

    def _make(self, cls: type[Made], *parts: Any, kind: Type, safe: bool, truth: bool | None = None) -> Made:
        key = (cls, parts, kind, safe, truth)
        made: Made | None = self._made.get(key)
        if made is None:
            shape = self._shapes.setdefault((cls, _shapes(parts), kind), len(self._shapes))
            made = self._made[key] = cls(*parts, type=kind, never_errors=safe, truth=truth, shape=shape)
        return made


def joined(left: Type, right: Type) -> Type:
    """Return the type of what is one of two: an attribute that is optional in one of two records is optional.

    Strict validation lets no other difference pass.
    """
    match left, right:
        case SetOf(one), SetOf(other):
            return SetOf(joined(one, other))
        case RecordType(some), RecordType(others):
            return RecordType({
                name: Attribute(joined(each.type, others[name].type), each.optional or others[name].optional)
                for name, each in some.items()
            })  # fmt: skip
        case _:
            return left


def _safe(*args: Expr) -> bool:
    return all(arg.never_errors for arg in args)


def _is(expr: Expr, value: bool) -> bool:
    return isinstance(expr, Const) and expr.value is value


def _falsy(certain: bool) -> bool | None:
    return False if certain else None


def _equal(left: Expr, right: Expr) -> bool | None:
    """Return what is known of an equality beforehand."""
    if left.shape == right.shape:
        return True
    if isinstance(left, Const) and isinstance(right, Const):
        return left.value == right.value
    if isinstance(left.type, EntityRef) and left.type != right.type:
        return False
    return None


def _shapes(part: Any) -> Any:
    """Return a node's field with numbers of shape for nodes."""
    if isinstance(part, tuple):
        return tuple(_shapes(each) for each in part)
    return part.shape if isinstance(part, Node) else part
