"""The outcome of a set of rules as SMT-LIB terms (`policy.md` §4), where rules left out may still do what they like."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evenhand.model.outcome import Outcome, strictest
from evenhand.policy.nodes import Rule
from evenhand.policy.replay import Marks
from evenhand.policy.smt import Mark
from evenhand.policy.smt_text import both, either, equal, negated

_HOLD = Outcome.HOLD.severity
_LEVELS = range(Outcome.LABEL.severity, Outcome.REFUSE.severity + 1)


@dataclass(frozen=True)
class Entry:
    """One rule on the two sides of a comparison; None where a side lacks it.

    `severity` is how strict the outcome is where the rule is satisfied; 0 for a permit.
    """

    rule: Rule
    severity: int
    a: Mark | None
    b: Mark | None

    @property
    def mark(self) -> Mark:
        """Return the rule's mark on whichever side has it."""
        mark = self.a or self.b
        assert mark is not None, "an entry is on one side at least"
        return mark

    @property
    def differs(self) -> bool:
        """Return whether the sides may treat the rule differently."""
        return self.a is not self.b and self.a != self.b


@dataclass(frozen=True)
class Levels:
    """Whether the outcome is at least label, limit, hold and refuse, and whether no rule is satisfied."""

    at_least: tuple[str, ...]
    none: str


@dataclass(frozen=True)
class Rest:
    """What the rules that a query leaves out do together, the same on both sides: terms that nothing binds.

    So a query with few rules holds of more than the facts: `unsat` is a proof, `sat` is to be looked into.
    """

    permits: str
    forbids: str
    reaches: tuple[str, ...]


def severity_of(rule: Rule) -> int:
    """Return how strict the outcome is where a rule is satisfied; 0 for a permit."""
    return 0 if rule.effect == "permit" else Outcome(rule.verdict or Outcome.REFUSE).severity


def rest_of(entries: Sequence[Entry], free: Callable[[str], str]) -> Rest:
    """Return the free terms for what some rules do; `free` makes a constant."""
    forbids = [entry.severity for entry in entries if entry.severity]
    errs = any(entry.a is not None and entry.a.errs != "false" for entry in entries if entry.severity)
    highest = max([*forbids, _HOLD if errs else 0], default=0)
    reaches = [free(f"rest.{level}") if level <= highest else "false" for level in _LEVELS]
    return Rest(
        permits=free("rest.permit") if len(forbids) < len(entries) else "false",
        forbids=free("rest.forbid") if forbids else "false",
        reaches=tuple(either(*reaches[place:]) for place in range(len(reaches))),
    )


def levels(marks: Iterable[tuple[Entry, Mark | None]], rest: Rest) -> Levels:
    """Return the outcome of the rules in a query and of the rest.

    Source: `policy.md` §4: the strictest verdict satisfied, hold where a forbid errs, hold where nothing is satisfied.
    """
    kept = [(entry, mark) for entry, mark in marks if mark is not None]
    forbids = [(entry.severity, mark) for entry, mark in kept if entry.severity]
    permitted = either(*(mark.satisfied for entry, mark in kept if not entry.severity), rest.permits)
    none = both(negated(permitted), negated(either(*(mark.satisfied for _, mark in forbids), rest.forbids)))
    errs = either(*(mark.errs for _, mark in forbids), none)
    return Levels(
        tuple(
            either(
                *(mark.satisfied for severity, mark in forbids if severity >= level),
                errs if level <= _HOLD else "false",
                rest.reaches[place],
            )
            for place, level in enumerate(_LEVELS)
        ),
        none,
    )


def differ(a: Levels, b: Levels) -> str:
    """Return that the outcomes differ."""
    return either(*(negated(equal(one, other)) for one, other in zip(a.at_least, b.at_least, strict=True)))


def milder(a: Levels, b: Levels) -> str:
    """Return that the outcome of b is milder than that of a."""
    return either(*(both(one, negated(other)) for one, other in zip(a.at_least, b.at_least, strict=True)))


def refused(levels_: Levels) -> str:
    """Return that the outcome is refuse."""
    return levels_.at_least[-1]


def outcome_of(rules: Iterable[Rule], marks: Marks) -> Outcome:
    """Return the outcome of some rules, by what the engine says of each."""
    kept = list(rules)
    satisfied = [rule for rule in kept if rule.id in marks.satisfied]
    forbids = [rule for rule in satisfied if rule.effect == "forbid"]
    errs = any(rule.id in marks.errors and rule.effect == "forbid" for rule in kept)
    held = [Outcome.HOLD] if errs or not satisfied else []
    return strictest([*(Outcome(rule.verdict or Outcome.REFUSE) for rule in forbids), *held])
