"""Where a law that lets a protected attribute matter could apply: only there is the attribute a fact of the case."""

from dataclasses import dataclass, field, replace

from evenhand.model.facts import Facts
from evenhand.policy.annotations import relied_on
from evenhand.policy.attribute_access import access_of, truncate_before
from evenhand.policy.engine import CedarEngine
from evenhand.policy.rulebook.rulebook import ActiveRules, Rulebook
from evenhand.policy.ruling import time_bound
from evenhand.policy.syntax_tree import Policy, to_handle
from evenhand.policy.time_of_day import AT


@dataclass(frozen=True)
class LawReach:
    """The protected attributes that active rules rely on by a law, and what decides whether one of the laws applies.

    `reads` are the facts read before the first of those attributes, or the clock, is asked for.
    """

    attributes: tuple[str, ...]
    reads: tuple[str, ...]
    _cut: ActiveRules | None = field(repr=False)

    def applies(self, facts: Facts) -> bool:
        """Return whether one of the laws could apply to these facts, whatever the attributes are, at some time."""
        return self._cut is not None and time_bound([facts], self._cut)[0]


def law_reach(rulebook: Rulebook, active: ActiveRules) -> LawReach:
    """Return where the laws behind active rules of a rulebook apply."""
    lawful = [policy for policy in active.policies if _relied(policy)]
    attributes = tuple(sorted({path for policy in lawful for path in _relied(policy)}))
    cut = [_before(policy, (*_relied(policy), AT), active) for policy in lawful]
    reads = tuple(sorted({path for policy in cut for path in access_of(policy, active.schema).paths}))
    if not cut:
        return LawReach(attributes, reads, None)
    return LawReach(attributes, reads, replace(active, open_engine=CedarEngine(to_handle(cut), rulebook.source.handle)))


def _relied(policy: Policy) -> tuple[str, ...]:
    lawful = policy.effect == "forbid" and "legal_basis" in policy.annotations
    return relied_on(policy.annotations) if lawful else ()


def _before(policy: Policy, paths: tuple[str, ...], active: ActiveRules) -> Policy:
    """Return the policy cut before the first conjunct that reads one of the paths."""
    for path in paths:
        policy = truncate_before(policy, path, active.schema) or policy
    return policy
