"""Values in rules that a fact can never have: places that nobody knows, numbers beyond the range of an attribute.

A comparison with one always holds or never does: the rule is about everybody there, or about nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evenhand.policy.attribute_roles import with_role
from evenhand.policy.number_bands import STARTS, SWAPPED
from evenhand.policy.rulebook.known_places import KnownPlaces
from evenhand.policy.rulebook.lint import LintedPolicy, LintFinding
from evenhand.policy.schema import Schema
from evenhand.policy.syntax_tree import pst
from evenhand.policy.typed.extension_types import MOST, decimal

_PLACES = frozenset({"territories", "territory", "bound_by", "country", "owner_countries"})
_SHARE = (0, 10_000)  # basis points; decimals are counted in ten-thousandths too
_COUNT = (0, MOST)
_RANGES: Mapping[str, tuple[int, int]] = {
    "verification": (0, 3), "designated_share_bp": _SHARE, "possible_share_bp": _SHARE, "similarity": _SHARE,
    "spend_micros": _COUNT, "budget_micros": _COUNT, "amount_micros": _COUNT, "cluster_size": _COUNT,
    "listed_links": _COUNT, "named_sources": _COUNT, "official_documents": _COUNT, "anonymous_sources": _COUNT,
}  # fmt: skip
"""What Evenhand fills attributes with, by their last name, both ends included."""
_ORDERS = {"decimal_less_than": "less", "decimal_less_eq": "less_eq", "decimal_greater": "greater",
           "decimal_greater_eq": "greater_eq"}  # fmt: skip
_SIGNS = {"less": "<", "less_eq": "<=", "greater": ">", "greater_eq": ">=", "eq": "==", "not_eq": "!="}
_EQUAL = frozenset({"eq", "not_eq", "contains", "contains_any", "contains_all"})
_COMPARED = _EQUAL | STARTS.keys() | _ORDERS.keys()
_WRITTEN = (pst.StringLit, pst.LongLit, pst.UnaryOp, pst.Set)  # what a rule writes beside an attribute


def value_findings(policies: Iterable[LintedPolicy], schema: Schema, places: KnownPlaces) -> tuple[LintFinding, ...]:
    """Return a warning on each rule that compares a fact with what it can never be, one of each kind a rule."""
    shares = {tuple(path.split(".")[-2:]) for path in with_role(schema, "share_of")}
    return tuple(found for each in policies for found in _findings(each, places, shares))


def _findings(linted: LintedPolicy, places: KnownPlaces, shares: set[tuple[str, ...]]) -> Iterator[LintFinding]:
    pairs = [pair for node in linted.nodes for pair in _sides(node)]
    if unknown := sorted({name for pair in pairs for name in pair.unknown(places)}):
        message = (
            f"names {', '.join(map(places.question, unknown))}, which no request can have: places are codes of ISO"
            " 3166-1 in two capital letters, or unions of territories.csv"
        )
        yield LintFinding("unknown-place", linted.policy.id, "warning", message, f'"{unknown[0]}"')
    if decided := sorted({each for pair in pairs for each in pair.decided(shares)}):
        message = "; ".join(text for text, _ in decided)
        yield LintFinding("out-of-range", linted.policy.id, "warning", message, decided[0][1])


@dataclass(frozen=True)
class _Pair:
    """An attribute, by the steps of its path, and what a comparison puts beside it."""

    steps: tuple[str, ...]
    op: str
    other: pst.Expr

    def unknown(self, places: KnownPlaces) -> Iterator[str]:
        """Yield the texts beside a place's attribute that are no place; an empty one says that none is known."""
        if self.steps[-1] in _PLACES and self.op in _EQUAL:
            texts = (each.value for each in _members(self.other) if isinstance(each, pst.StringLit))
            yield from (text for text in texts if text and not places.knows(text))

    def decided(self, shares: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
        """Yield sentences on comparisons with a number that are decided by the range alone, with the attribute."""
        limits = _SHARE if self.steps[-2:] in shares else _RANGES.get(self.steps[-1])
        if limits is None:
            return
        path, op = ".".join(self.steps), _ORDERS.get(self.op, self.op)
        for each in _members(self.other):
            number, text = _number(each)
            if number is None or (holds := _outcome("eq" if op in _EQUAL - {"not_eq"} else op, number, limits)) is None:
                continue
            top = "up" if limits == _COUNT else f"to {_shown(limits[1], is_decimal='.' in text)}"
            sign, how_often = _SIGNS.get(op, "=="), "always" if holds else "never"
            yield f"`{path} {sign} {text}` {how_often} holds: {path} is from 0 {top}", self.steps[-1]


def _sides(part: object) -> Iterator[_Pair]:
    """Yield the attributes that a node compares with what a rule writes."""
    if not isinstance(part, pst.BinaryOp) or part.op not in _COMPARED:
        return
    swapped = SWAPPED.get(_ORDERS.get(part.op, part.op), part.op)
    for one, op, other in ((part.left, part.op, part.right), (part.right, swapped, part.left)):
        if isinstance(other, _WRITTEN) and isinstance(one, pst.GetAttr) and len(steps := _steps(one)) > 1:
            yield _Pair(steps, op, other)


def _outcome(op: str, number: int, limits: tuple[int, int]) -> bool | None:
    """Return whether a comparison holds of every value within limits, or of none; None where that depends.

    >>> _outcome("less", 4, (0, 3)), _outcome("eq", 7, (0, 3)), _outcome("less", 3, (0, 3))
    (True, False, None)
    """
    least, most = limits
    match op:
        case "less" | "less_eq":
            bound = number - (op == "less")
            return True if most <= bound else False if least > bound else None
        case "greater" | "greater_eq":
            bound = number + (op == "greater")
            return True if least >= bound else False if most < bound else None
        case _:
            return op == "not_eq" if not least <= number <= most else None


def _number(expr: pst.Expr) -> tuple[int | None, str]:
    """Return the number that a rule writes, a decimal in ten-thousandths, and its text."""
    match expr:
        case pst.LongLit(number):
            return number, str(number)
        case pst.UnaryOp("neg", pst.LongLit(number)):
            return -number, f"-{number}"
        case pst.UnaryOp("decimal", pst.StringLit(text)):
            return decimal(text).scaled, text
        case _:
            return None, ""


def _shown(number: int, *, is_decimal: bool) -> str:
    return f"{number / 10_000:.1f}" if is_decimal else str(number)


def _members(expr: pst.Expr) -> Sequence[pst.Expr]:
    return expr.elements if isinstance(expr, pst.Set) else (expr,)


def _steps(expr: pst.Expr) -> tuple[str, ...]:
    """Return the steps of an attribute's path, `("principal", "verification")`; none of what is no attribute."""
    match expr:
        case pst.Var(name):
            return (str(name),)
        case pst.GetAttr(base, name):
            return (*_steps(base), name)
        case _:
            return ()
