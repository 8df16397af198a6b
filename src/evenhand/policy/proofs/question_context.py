"""A question made ready: the rules in force, the environments, and what each claim about them begins with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.model.errors import BadInput
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.counterexample_search import BreachQuery
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.rule_requests import request_for
from evenhand.policy.proofs.symbolic_environment import RulesInForce, SymbolicEnvironment
from evenhand.policy.typed.nodes import Rule


@dataclass(frozen=True)
class Obligation:
    """A claim, and what a counterexample to it is about; no claim where the rules' reading decides.

    `known` is a request that Cedar has answered before and that breaks the property.
    """

    query: BreachQuery | None
    attribute: str | None = None
    rule: str | None = None
    known: dict[str, Any] | None = None


@dataclass(frozen=True)
class QuestionContext:
    """A question with the rules in force and the environments it is about.

    `empty_query` is a claim without content; `allowed` is a request that the rules allow, if one is known.
    """

    question: Question
    rules: RulesInForce
    others: RulesInForce
    symbolic_environments: Sequence[SymbolicEnvironment]
    empty_query: Callable[[SymbolicEnvironment], BreachQuery]
    allowed: Callable[[SymbolicEnvironment], dict[str, Any] | None]

    def known(
        self, symbolic: SymbolicEnvironment, rule: Rule, broken: Callable[[RuleResults], bool]
    ) -> dict[str, Any] | None:
        """Return a request answered before that breaks a property of a rule; none under bounds, it may not keep."""
        found = self.rules.known.get((symbolic.name, rule.id), ()) if not self.question.assume else ()
        return next((facts for facts, results in found if broken(results)), None)

    def suggested(
        self, symbolic: SymbolicEnvironment, rule: Rule, broken: Callable[[RuleResults], bool]
    ) -> dict[str, Any] | None:
        """Return a request made from a rule's own literals that breaks a property of it, as Cedar says.

        None under bounds, which it may not keep, and of a rule that no solver is given.
        """
        allowed = None if self.question.assume else self.allowed(symbolic)
        facts = None if allowed is None else request_for(rule, allowed, symbolic.schema)
        if facts is None or symbolic.why_opaque([rule]) is not None:
            return None
        results = self.rules.ask(symbolic, facts)
        return facts if results is not None and broken(results) else None


def rules_asked_about(context: QuestionContext) -> Iterator[tuple[SymbolicEnvironment, Rule]]:
    """Yield the rules asked for in each environment: the one named, or every forbid."""
    name = context.question.rule
    forbids = [each.id for each in context.rules.policies if each.effect == "forbid"] if name is None else [name]
    if name is not None and name not in context.rules.severities:
        raise BadInput("no such rule in force", got=name, where=context.question.at)
    found = (
        (symbolic, context.rules.of(symbolic).get(each))
        for each in forbids
        for symbolic in context.symbolic_environments
    )
    return ((symbolic, rule) for symbolic, rule in found if rule is not None)
