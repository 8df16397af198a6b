"""Properties that one request breaks: a rule applies, errs, applies elsewhere, or nothing applies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from evenhand.model.errors import BadInput
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.constraints import bounded, outside
from evenhand.policy.proofs.outcome_terms import ComparedRule, OmittedRules, outcome_terms
from evenhand.policy.proofs.question_context import Obligation, QuestionContext, rules_asked_about
from evenhand.policy.proofs.smt.encoding import RuleTerms
from evenhand.policy.proofs.smt.symbolic_values import BASE
from evenhand.policy.proofs.symbolic_environment import SymbolicEnvironment
from evenhand.policy.typed.nodes import Rule


def dead(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a rule applies to some request."""
    for symbolic, rule in rules_asked_about(context):
        known = context.known(symbolic, rule, partial(_applies_in, rule.id))
        if known is not None:
            yield Obligation(None, rule=rule.id, known=known)
            continue
        yield _one(
            context, symbolic, rule, lambda rule_terms: [rule_terms.satisfied], lambda results: results.satisfied
        )


def _applies_in(rule_id: str, results: RuleResults) -> bool:
    return rule_id in results.satisfied


def never_errors(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a rule errs, or one of all forbids."""
    for symbolic, rule in rules_asked_about(context):
        found = _one(context, symbolic, rule, lambda rule_terms: [rule_terms.errs], lambda results: results.errors)
        if found.query is not None and symbolic.why_opaque([rule]) is None:
            wider = [symbolic.encoder.may_err(rule), *bounded(symbolic, BASE, context.question.assume)]
            found = replace(found, query=replace(found.query, wider=wider))
        yield found


def _one(
    context: QuestionContext,
    symbolic: SymbolicEnvironment,
    rule: Rule,
    terms: Callable[[RuleTerms], list[str]],
    ids: Callable[[RuleResults], frozenset[str]],
) -> Obligation:
    """Return the claim that one request makes a rule apply or err; none if the types tell that it cannot."""
    entry = symbolic.same([rule])[0]
    breach = terms(entry.rule_terms)
    if "false" in breach:
        return Obligation(None, rule=rule.id)
    query = replace(
        context.empty_query(symbolic),
        changed=[entry],
        breach=lambda _, __: [*breach, *bounded(symbolic, BASE, context.question.assume)],
        broken=lambda results, _: rule.id in ids(results),
    )
    return Obligation(query, rule=rule.id)


def complete(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that no rule speaks for some request."""
    for symbolic in context.symbolic_environments:
        shared_rules = context.rules.shared_rules(symbolic)
        query = replace(
            context.empty_query(symbolic),
            shared_rules=shared_rules,
            breach=_nothing_applies,
            broken=lambda results, _: not results.satisfied,
        )
        yield Obligation(
            None if any(entry.rule_terms.satisfied == "true" for entry in shared_rules.by_id.values()) else query
        )


def _nothing_applies(chosen: Sequence[ComparedRule], rest: OmittedRules) -> list[str]:
    return [outcome_terms(((entry, entry.a) for entry in chosen), rest).none]


def in_scope(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a rule applies where its law's jurisdiction is not among the territories."""
    law = {policy.id: policy.annotations.get("legal_basis", "") for policy in context.rules.policies}
    for symbolic, rule in rules_asked_about(context):
        jurisdiction = law[rule.id].rpartition("|")[2].strip()
        if not jurisdiction:
            raise BadInput("rule names no jurisdiction", got=rule.id, expected="a @legal_basis of three parts")
        elsewhere = outside(symbolic, jurisdiction)
        yield _one(context, symbolic, rule, partial(_applies, elsewhere), lambda results: results.satisfied)


def _applies(elsewhere: str, rule_terms: RuleTerms) -> list[str]:
    return [rule_terms.satisfied, elsewhere]
