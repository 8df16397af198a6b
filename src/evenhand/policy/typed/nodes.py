"""The typed tree of a rule in one request environment: nodes, each made once, and the values they stand for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from evenhand.policy.schema import Type


@dataclass(frozen=True, slots=True, order=True)
class Decimal:
    """A decimal as an integer of ten-thousandths, within int64."""

    scaled: int


@dataclass(frozen=True, slots=True, order=True)
class Datetime:
    """An instant in milliseconds since 1970-01-01T00:00Z, within int64."""

    ms: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span in milliseconds, within int64."""

    ms: int


@dataclass(frozen=True, slots=True)
class Ip:
    """An address with a prefix length, host bits kept: `10.0.0.1/8` is not `10.0.0.0/8`."""

    version: Literal[4, 6]
    address: int
    prefix: int


@dataclass(frozen=True, slots=True)
class Uid:
    """The type and id that name an entity."""

    type: str
    id: str


class Fields(dict[str, "Value"]):
    """A record's values by name; never changed once made, so that it can be in a set."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


# Values of one type compare as Cedar compares them. Python's `True == 1` does no harm: a validated rule never
# compares across types, but for entities, whose type is part of the value.
Value: TypeAlias = bool | int | str | Decimal | Datetime | Duration | Ip | Uid | frozenset["Value"] | Fields

VarName: TypeAlias = Literal["principal", "resource", "context"]
ArithOp: TypeAlias = Literal["add", "sub", "mul"]
CallOp: TypeAlias = Literal[
    "is_ipv4", "is_ipv6", "is_loopback", "is_multicast", "is_in_range", "offset", "duration_since",
    "to_date", "to_time", "to_milliseconds", "to_seconds", "to_minutes", "to_hours", "to_days",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Node:
    """What every node knows; a `Maker` alone makes nodes, and equal ones are one object.

    `never_errors`: ok in every request of the environment, given that this node is evaluated at all.
    `truth`: for a Bool, the value it has wherever it is ok, if the types alone tell; Cedar leaves the code unchecked
    that such a value makes unreachable. `shape`: equal for nodes that differ in `never_errors` alone.
    """

    type: Type = field(repr=False)
    never_errors: bool = field(repr=False)
    truth: bool | None = field(repr=False)
    shape: int = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Const(Node):
    """A value written in the rule, or known beforehand: the action is always one."""

    value: Value


@dataclass(frozen=True, eq=False, slots=True)
class Var(Node):
    """Principal, resource or context."""

    name: VarName


@dataclass(frozen=True, eq=False, slots=True)
class Attr(Node):
    """`base.name` of an entity or record; `optional` if the schema says that it may be absent."""

    base: "Expr"
    name: str
    optional: bool


@dataclass(frozen=True, eq=False, slots=True)
class Has(Node):
    """`base has name`, one step; false on an entity that the store lacks."""

    base: "Expr"
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Tag(Node):
    """`base.getTag(key)`."""

    base: "Expr"
    key: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class HasTag(Node):
    """`base.hasTag(key)`; false on an entity that the store lacks."""

    base: "Expr"
    key: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Member(Node):
    """`left in right`, reflexive and transitive; right is an entity, or a set of which any will do."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class And(Node):
    """`left && right`; right is not evaluated where left is false."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Or(Node):
    """`left || right`; right is not evaluated where left is true."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Not(Node):
    """`!arg`."""

    arg: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class If(Node):
    """`if cond then … else …`; only the branch taken is evaluated, and both may be one node."""

    cond: "Expr"
    then: "Expr"
    other: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Eq(Node):
    """`left == right`, of one type or of two entity types.

    Of two nodes of one shape it is ok where they are, and true: so are written `is` and `has` which the types answer.
    """

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Less(Node):
    """`left < right` of long, datetime, duration or decimal."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class LessEq(Node):
    """`left <= right` of long, datetime, duration or decimal."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Arith(Node):
    """A sum, difference or product of longs; an error beyond int64."""

    op: ArithOp
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Neg(Node):
    """`-arg`; an error for the least long."""

    arg: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Like(Node):
    """`arg like pattern`: runs of text, and None for `*`."""

    arg: "Expr"
    pattern: tuple[str | None, ...]


@dataclass(frozen=True, eq=False, slots=True)
class MakeSet(Node):
    """A set written out."""

    elements: tuple["Expr", ...]


@dataclass(frozen=True, eq=False, slots=True)
class MakeRecord(Node):
    """A record written out, by name."""

    fields: tuple[tuple[str, "Expr"], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Contains(Node):
    """`set.contains(element)`."""

    set: "Expr"
    element: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class ContainsAll(Node):
    """`left.containsAll(right)`."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class ContainsAny(Node):
    """`left.containsAny(right)`."""

    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class IsEmpty(Node):
    """`arg.isEmpty()`."""

    arg: "Expr"


@dataclass(frozen=True, eq=False, slots=True)
class Call(Node):
    """A method of ipaddr, datetime or duration; the receiver is the first of `args`."""

    op: CallOp
    args: tuple["Expr", ...]


Expr: TypeAlias = (
    Const | Var | Attr | Has | Tag | HasTag | Member | And | Or | Not | If | Eq | Less | LessEq | Arith | Neg | Like
    | MakeSet | MakeRecord | Contains | ContainsAll | ContainsAny | IsEmpty | Call
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One policy in one request environment: satisfied if both are true, in error if the condition is not ok.

    The scope never errors, and where it is false the condition is not evaluated.
    """

    id: str
    effect: Literal["permit", "forbid"]
    verdict: str | None
    scope: Expr
    condition: Expr


def operands(expr: Expr) -> Iterator[Expr]:
    """Yield what an expression is made of, from left to right."""
    for name in expr.__match_args__:
        yield from _nodes(getattr(expr, name))


def path_of(expr: Expr) -> tuple[str, ...] | None:
    """Return ("context", "payer", "share") for a chain of attributes from a variable, else None."""
    match expr:
        case Var(name):
            return (name,)
        case Attr(base, name):
            above = path_of(base)
            return None if above is None else (*above, name)
        case _:
            return None


def _nodes(part: object) -> Iterator[Expr]:
    """Yield the nodes in a node's field: itself, or those in a tuple of nodes or of names with nodes."""
    if isinstance(part, tuple):
        for each in part:
            yield from _nodes(each)
    elif isinstance(part, Node):
        # Asked of their base: of the union of all classes it takes ten times as long.
        yield cast("Expr", part)
