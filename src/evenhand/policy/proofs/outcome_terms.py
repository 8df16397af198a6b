"""The outcome of a set of rules as SMT-LIB terms (`policy.md` §4), where rules left out may still do what they like."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evenhand.model.outcome import Outcome
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.smt.encoding import RuleTerms
from evenhand.policy.proofs.smt.smtlib import both, either, equal, negated
from evenhand.policy.typed.nodes import Rule

_HOLD = Outcome.HOLD.severity
_LEVELS = range(Outcome.LABEL.severity, Outcome.REFUSE.severity + 1)


@dataclass(frozen=True, eq=False)
class ComparedRule:
    """One rule on the two sides of a comparison; None where a side lacks it.

    `severity` is how strict the outcome is where the rule is satisfied; 0 for a permit.
    """

    rule: Rule
    severity: int
    a: RuleTerms | None
    b: RuleTerms | None

    @property
    def rule_terms(self) -> RuleTerms:
        """Return the rule's mark on whichever side has it."""
        rule_terms = self.a or self.b
        assert rule_terms is not None, "an entry is on one side at least"
        return rule_terms

    @property
    def differs(self) -> bool:
        """Return whether the sides may treat the rule differently."""
        return self.a != self.b

    @property
    def reach(self) -> int:
        """Return the strictest outcome that the rule can bring about, by an error too; 0 for a permit."""
        return max(self.severity, _HOLD) if self.severity and self.rule_terms.errs != "false" else self.severity


@dataclass(frozen=True)
class OutcomeTerms:
    """Whether the outcome is at least label, limit, hold and refuse, and whether no rule is satisfied."""

    at_least: tuple[str, ...]
    none: str


@dataclass(frozen=True)
class OmittedRules:
    """What the rules that a query leaves out do together, the same on both sides: terms that nothing binds.

    So a query with few rules holds of more than the facts: `unsat` is a proof, `sat` is to be looked into.
    """

    permits: str
    forbids: str
    reaches: tuple[str, ...]


def severity_of(effect: str, verdict: str | None) -> int:
    """Return how strict the outcome is where a rule is satisfied; 0 for a permit. A forbid without verdict refuses."""
    return 0 if effect == "permit" else Outcome(verdict or Outcome.REFUSE).severity


class SharedRules:
    """Rules that both sides treat alike, by id; those that a query leaves out are only counted."""

    def __init__(self, entries: Iterable[ComparedRule]) -> None:
        self.by_id = {entry.rule.id: entry for entry in entries}
        self._reaches = Counter(entry.reach for entry in self.by_id.values())
        permits = (entry for entry in self.by_id.values() if not entry.severity)
        self._open = {entry.rule.id for entry in permits if entry.rule_terms.satisfied == "true"}

    def rest(self, without: Iterable[str], free: Callable[[str], str]) -> OmittedRules:
        """Return free terms for what all rules do but those named; `free` makes a constant."""
        kept = set(without) & self.by_id.keys()
        left = self._reaches - Counter(self.by_id[each].reach for each in kept)
        highest = max(left, default=0)
        reaches = [free(f"rest.{level}") if level <= highest else "false" for level in _LEVELS]
        return OmittedRules(
            # A permit of every request is no guess.
            permits="true" if self._open - kept else free("rest.permit") if left[0] else "false",
            forbids=free("rest.forbid") if highest else "false",
            reaches=tuple(either(*reaches[place:]) for place in range(len(reaches))),
        )


def outcome_terms(results: Iterable[tuple[ComparedRule, RuleTerms | None]], rest: OmittedRules) -> OutcomeTerms:
    """Return the outcome of the rules in a query and of the rest.

    Source: `policy.md` §4: the strictest verdict satisfied, hold where a forbid errs, hold where nothing is satisfied.
    """
    kept = [(entry, rule_terms) for entry, rule_terms in results if rule_terms is not None]
    forbids = [(entry.severity, rule_terms) for entry, rule_terms in kept if entry.severity]
    permitted = either(*(rule_terms.satisfied for entry, rule_terms in kept if not entry.severity), rest.permits)
    none = both(negated(permitted), negated(either(*(rule_terms.satisfied for _, rule_terms in forbids), rest.forbids)))
    errs = either(*(rule_terms.errs for _, rule_terms in forbids), none)
    return OutcomeTerms(
        tuple(
            either(
                *(rule_terms.satisfied for severity, rule_terms in forbids if severity >= level),
                errs if level <= _HOLD else "false",
                rest.reaches[place],
            )
            for place, level in enumerate(_LEVELS)
        ),
        none,
    )


def differ(a: OutcomeTerms, b: OutcomeTerms) -> str:
    """Return that the outcomes differ."""
    return either(*(negated(equal(one, other)) for one, other in zip(a.at_least, b.at_least, strict=True)))


def milder(a: OutcomeTerms, b: OutcomeTerms) -> str:
    """Return that the outcome of b is milder than that of a."""
    return either(*(both(one, negated(other)) for one, other in zip(a.at_least, b.at_least, strict=True)))


def refused(levels_: OutcomeTerms) -> str:
    """Return that the outcome is refuse."""
    return levels_.at_least[-1]


def outcome_of(severities: Mapping[str, int], results: RuleResults, without: str = "") -> Outcome:
    """Return the outcome of some rules, or of all but one, by what the engine says of each.

    `severities` are those of the rules, by id.
    """
    satisfied = [severities[each] for each in results.satisfied if each in severities and each != without]
    errs = any(severities.get(each, 0) and each != without for each in results.errors)
    return list(Outcome)[max([*satisfied, _HOLD if errs or not satisfied else 0])]
