"""What rules can tell apart: bands of numbers, and entities that they name.

5,200 and 9,000 are the same to a rule that asks for 5,000 or more.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from evenhand.policy.syntax_tree import Policy, literals, pst

STARTS: Mapping[str, tuple[int, ...]] = {
    "less": (0,), "greater_eq": (0,), "less_eq": (1,), "greater": (1,), "eq": (0, 1), "not_eq": (0, 1),
}  # fmt: skip
"""How far above the number that a value is compared with a band begins, by Cedar's name of the comparison."""
SWAPPED: Mapping[str, str] = {
    "less": "greater", "greater": "less", "less_eq": "greater_eq", "greater_eq": "less_eq", "eq": "eq",
    "not_eq": "not_eq",
}  # fmt: skip


@dataclass(frozen=True)
class NumberBands:
    """Where the bands of each number begin, by the last name of its path; a name that is not there has no bands.

    Two numbers of one band have the same answer to every comparison that the rules make.
    """

    starts: Mapping[str, tuple[int, ...]]

    def band(self, path: str, number: int) -> str:
        """Return the band of a number as text, the number itself where rules do more with it than compare it."""
        starts = self.starts.get(path.rpartition(".")[2])
        if starts is None:
            return str(number)
        place = bisect_right(starts, number)
        low, high = starts[place - 1] if place else None, starts[place] - 1 if place < len(starts) else None
        if low is None or high is None:
            return f"below {starts[0]}" if low is None else f"{low} or more"
        return str(low) if low == high else f"{low} to {high}"


def number_bands(policies: Iterable[Policy]) -> NumberBands:
    """Return the bands of the numbers that policies compare with numbers written in them.

    A number that is also used otherwise (added up, compared with another attribute, looked for in a set) gets none.
    """
    found = _Comparisons()
    for policy in policies:
        for clause in policy.clauses:
            found.read(clause.expr)
    return NumberBands({name: tuple(sorted(cuts)) for name, cuts in found.cuts.items() if name not in found.others})


@dataclass
class _Comparisons:
    """What a walk over expressions has found: numbers compared with, and names that are read in another way."""

    cuts: dict[str, set[int]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    def read(self, expr: pst.Expr) -> None:
        match expr:
            case pst.BinaryOp(op, pst.GetAttr(base, name), pst.LongLit(number)) if op in STARTS:
                self._compared(base, name, op, number)
            case pst.BinaryOp(op, pst.LongLit(number), pst.GetAttr(base, name)) if op in STARTS:
                self._compared(base, name, SWAPPED[op], number)
            case pst.GetAttr(base, name):
                self.others.add(name)
                self._base(base)
            case _:
                for inner in inside(expr):
                    self.read(inner)

    def _compared(self, base: pst.Expr, name: str, op: str, number: int) -> None:
        self.cuts.setdefault(name, set()).update(number + more for more in STARTS[op])
        self._base(base)

    def _base(self, base: pst.Expr) -> None:
        """Read what an attribute is taken from; the names on the way are records and no numbers."""
        while isinstance(base, pst.GetAttr):
            base = base.base
        self.read(base)


def inside(expr: pst.Expr) -> Iterator[pst.Expr]:
    """Yield the expressions that an expression is made of."""
    match expr:
        case pst.BinaryOp(_, left, right):
            yield from (left, right)
        case pst.UnaryOp(_, operand) | pst.Like(operand, _) | pst.HasAttr(operand, _):
            yield operand
        case pst.Is(operand, _, group):
            yield operand
            yield from () if group is None else (group,)
        case pst.IfThenElse(condition, then, otherwise):
            yield from (condition, then, otherwise)
        case pst.Set(elements):
            yield from elements
        case pst.Record(fields):
            yield from fields.values()
        case _:
            return


def named_entities(policies: Iterable[Policy]) -> frozenset[tuple[str, str]]:
    """Return (type, id) of every entity that one of the policies names."""
    return frozenset(each for policy in policies for each in literals(policy))
