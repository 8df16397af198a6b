"""Which instants no rule can tell apart: rules compare an instant with written ones, and its age with written spans.

Who is known for longer than the longest of these spans is the same to them on any day.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from evenhand.policy.number_bands import STARTS, SWAPPED, inside
from evenhand.policy.syntax_tree import Policy, pst
from evenhand.policy.typed.extension_types import instant, span

_AT = pst.GetAttr(pst.Var("context"), "at")
_LABEL = "~"  # no text of an instant begins with it


@dataclass(frozen=True)
class Cuts:
    """Where the bands of an instant begin, in milliseconds: since 1970, or, in `ages`, counted from `context.at`."""

    instants: tuple[int, ...] = ()
    ages: tuple[int, ...] = ()

    def label(self, text: str, at_ms: int) -> str:
        """Return a name of the band of an instant, given as Cedar has it; the text where it is none.

        Two of one band have the same answer to every comparison that rules make of them at that instant.
        """
        ms = milliseconds_of(text)
        if ms is None:
            return f"{_LABEL}{text}" if text.startswith(_LABEL) else text
        aged = sorted(at_ms + age for age in self.ages)
        return f"{_LABEL}{bisect_right(self.instants, ms)} {bisect_right(aged, ms)}"

    def lasting_label(self, text: str, since_ms: int) -> str:
        """Return the same for comparisons at any instant from `since_ms` on; the text where an answer may change."""
        ms = milliseconds_of(text)
        is_settled = ms is not None and all(ms < since_ms + age for age in self.ages)
        return self.label(text, since_ms) if is_settled else text


def instant_cuts(policies: Iterable[Policy]) -> dict[str, Cuts]:
    """Return the cuts of the instants that policies compare, by the last name of their path.

    They compare it with instants written in them, or `context.at.durationSince(it)` with such spans. An instant that is
    also used otherwise is not there. Its age cannot be beyond int64: Cedar's texts end with the year 9999.
    """
    found = _Comparisons()
    for policy in policies:
        for clause in policy.clauses:
            found.read(clause.expr)
    return {
        name: Cuts(tuple(sorted(found.instants.get(name, ()))), tuple(sorted(found.ages.get(name, ()))))
        for name in {*found.instants, *found.ages} - found.others - {_AT.attr}  # of which ages are counted
    }


@dataclass
class _Comparisons:
    """What a walk over expressions has found: what instants and ages are compared with, and what is read otherwise."""

    instants: dict[str, set[int]] = field(default_factory=dict)
    ages: dict[str, set[int]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    def read(self, expr: pst.Expr) -> None:
        for op, left, right in _comparisons(expr):
            match left, right:
                case pst.GetAttr(base, name), pst.UnaryOp("datetime", pst.StringLit(text)):
                    self._compared(self.instants, base, name, (instant(text).ms + more for more in STARTS[op]))
                    return
                case pst.BinaryOp("duration_since", at, pst.GetAttr(base, name)), pst.UnaryOp(
                    "duration", pst.StringLit(text)
                ) if at == _AT:
                    # at - it < D is it > at - D
                    self._compared(self.ages, base, name, (more - span(text).ms for more in STARTS[SWAPPED[op]]))
                    return
        if isinstance(expr, pst.GetAttr):
            self.others.add(expr.attr)
            self.read(expr.base)
        else:
            for part in inside(expr):
                self.read(part)

    def _compared(self, cuts: dict[str, set[int]], base: pst.Expr, name: str, starts: Iterable[int]) -> None:
        cuts.setdefault(name, set()).update(starts)
        self.read(base)


def _comparisons(expr: pst.Expr) -> Iterator[tuple[str, pst.Expr, pst.Expr]]:
    """Yield a comparison as it is, and turned round."""
    match expr:
        case pst.BinaryOp(op, left, right) if op in STARTS:
            yield op, left, right
            yield SWAPPED[op], right, left


def labelled(value: Any, label: Callable[[str], str]) -> Any:
    """Return an instant, as facts hold it, with a label for its text; what is no instant as it is."""
    match value:
        case {"__extn": {"fn": "datetime", "arg": str() as text, **more}, **others} if not more and not others:
            return {"__extn": {"fn": "datetime", "arg": label(text)}}
    return value


@lru_cache(maxsize=1 << 14)
def milliseconds_of(text: str) -> int | None:
    """Return an instant, given as Cedar has it, in milliseconds since 1970; None where the text is none."""
    try:
        return instant(text).ms
    except ValueError:
        return None
