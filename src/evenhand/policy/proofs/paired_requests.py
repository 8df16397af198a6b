"""Properties that two requests or two rulebooks break together: they come to different ends."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.attribute_roles import covers, protected_classes, with_role
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.constraints import bounded, hold_to_schema, mildest, moved, renaming
from evenhand.policy.proofs.counterexample_search import BreachQuery
from evenhand.policy.proofs.outcome_terms import (
    ComparedRule,
    OmittedRules,
    OutcomeTerms,
    SharedRules,
    differ,
    milder,
    outcome_of,
    outcome_terms,
    refused,
)
from evenhand.policy.proofs.question_context import Obligation, QuestionContext, rules_asked_about
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.smt.smtlib import both, either, equal, negated
from evenhand.policy.proofs.smt.symbolic_values import BASE, RequestCopy
from evenhand.policy.proofs.symbolic_environment import SymbolicEnvironment
from evenhand.policy.syntax_tree import Policy

_LASTING = frozenset({Outcome.LABEL.severity, Outcome.LIMIT.severity, Outcome.REFUSE.severity})
"""How strict what restricts until somebody lifts it is; a hold waits for a person and is none of them."""


def neutral(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that an attribute alone changes the outcome, for each that is asked about."""
    for attribute in _attributes(context):
        left_out = _left_out(context, attribute)
        copy = (
            RequestCopy(renamed=attribute.removesuffix(".@id"))
            if attribute.endswith(".@id")
            else RequestCopy(frozenset({attribute}))
        )
        for symbolic in context.symbolic_environments:
            rules = {name: rule for name, rule in context.rules.of(symbolic).items() if name not in left_out}
            changed = symbolic.readers(rules, copy)
            breach = _difference(context.question, {name: context.rules.severities[name] for name in rules})
            yield Obligation(_two(context, symbolic, changed, breach, copy=copy, outside=left_out), attribute)


def _left_out(context: QuestionContext, attribute: str) -> frozenset[str]:
    """Return the rules that a question is not about: those with a law for it, or all but the one it names."""
    question, policies = context.question, context.rules.policies
    lawful = {each.id for each in policies if question.except_legal_basis and relies_on(each, attribute)}
    others = {each.id for each in policies if question.rule not in (None, each.id)}
    return frozenset(lawful | others)


def _attributes(context: QuestionContext) -> Sequence[str]:
    question, schema = context.question, context.symbolic_environments[0].schema
    if question.class_ is None:
        for path in question.attributes:
            hold_to_schema(schema, path)
        return question.attributes
    known = protected_classes(schema)
    if question.class_ not in known:
        raise BadInput("no such class", got=question.class_, expected=", ".join(sorted(known)))
    return known[question.class_]


def relies_on(policy: Policy, attribute: str) -> bool:
    """Return whether a rule is a forbid that names a law, and says that the law lets an attribute matter."""
    notes = policy.annotations
    if policy.effect == "permit" or "legal_basis" not in notes:
        return False
    return any(covers(path.strip(), attribute) for path in notes.get("relies_on", "").split(",") if path.strip())


def not_by_association(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a refusal needs whom the advertiser resembles or meets."""
    return _without(context, "association")


def not_by_association_alone(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that whom the advertiser resembles or meets restricts where nothing else speaks against it.

    Both requests have every other attribute with a direction at its mildest, and no designation above a party.
    """
    schema, severities = context.symbolic_environments[0].schema, context.rules.severities
    association = frozenset(with_role(schema, "association"))
    copy = RequestCopy(association, neutral=True)
    for symbolic in context.symbolic_environments:
        changed = symbolic.readers(context.rules.of(symbolic), copy)
        alone = tuple(mildest(symbolic, association)) if changed else ()
        breach = replace(_by_outcome(milder, severities, severities, _is_milder), more=alone)
        yield Obligation(_two(context, symbolic, changed, breach, copy=copy))


def not_by_claims_alone(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that what reports say restricts for good where nothing else speaks against the advertiser.

    A hold does not last: a person looks. Both requests are as for `not_by_association_alone`; one has no claim.
    """
    schema, severities = context.symbolic_environments[0].schema, context.rules.severities
    claimed = frozenset({*with_role(schema, "claims"), *with_role(schema, "anonymous")})
    copy = RequestCopy(claimed, neutral=True)
    breach = _Breach(_lasts_no_longer, lambda a, b: any(severities[each] in _LASTING for each in
                     (a.satisfied - b.satisfied) & severities.keys()))  # fmt: skip
    for symbolic in context.symbolic_environments:
        changed = symbolic.readers(context.rules.of(symbolic), copy)
        if any(entry.severity in _LASTING for entry in changed):
            alone = tuple(mildest(symbolic, claimed))
            yield Obligation(_two(context, symbolic, changed, replace(breach, more=alone), copy=copy))
        else:
            yield Obligation(None)


def _lasts_no_longer(entries: Sequence[ComparedRule], _: OutcomeTerms, __: OutcomeTerms) -> str:
    lasting = (each for each in entries if each.severity in _LASTING)
    return either(*(both(each.a.satisfied, negated(each.b.satisfied))
                    for each in lasting if each.a is not None and each.b is not None))  # fmt: skip


def not_by_anonymous(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a refusal needs an unnamed source."""
    return _without(context, "anonymous")


def _without(context: QuestionContext, role: str) -> Iterator[Obligation]:
    copy = RequestCopy(frozenset(with_role(context.symbolic_environments[0].schema, role)), neutral=True)
    for symbolic in context.symbolic_environments:
        severities = context.rules.severities
        breach = _by_outcome(_no_longer_refused, severities, severities, lambda a, b: a is Outcome.REFUSE is not b)
        yield Obligation(_two(context, symbolic, symbolic.readers(context.rules.of(symbolic), copy), breach, copy=copy))


def monotone(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that more of an attribute makes the outcome milder."""
    path, schema = context.question.attribute or "", context.symbolic_environments[0].schema
    direction = context.question.direction or with_role(schema, "direction").get(path)
    if direction not in ("up", "down"):
        raise BadInput("attribute has no direction", got=path, expected="one with @direction, or `direction`")
    copy = RequestCopy(frozenset({path}))
    for symbolic in context.symbolic_environments:
        severities = context.rules.severities
        changed = symbolic.readers(context.rules.of(symbolic), copy)
        more = tuple(moved(symbolic, copy, path, direction)) if changed else ()
        breach = replace(_by_outcome(milder, severities, severities, _is_milder), more=more)
        yield Obligation(_two(context, symbolic, changed, breach, copy=copy), path)


def shadowed(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that a rule makes a difference."""
    for symbolic, rule in rules_asked_about(context):
        matters = partial(_matters, context.rules.severities, rule.id)
        shared_rules = context.rules.shared_rules(symbolic)
        known = context.known(symbolic, rule, matters) or context.suggested(symbolic, rule, matters)
        if known is not None:
            yield Obligation(None, rule=rule.id, known=known)
            continue
        breach = _Breach(lambda _, a, b: differ(a, b), matters)
        entry = shared_rules.by_id[rule.id]
        yield Obligation(
            _two(context, symbolic, [replace(entry, b=None), *symbolic.likely(entry, shared_rules)], breach),
            rule=rule.id,
        )


def _matters(severities: Mapping[str, int], rule_id: str, results: RuleResults, _: RuleResults | None = None) -> bool:
    return outcome_of(severities, results) != outcome_of(severities, results, without=rule_id)


def equivalent(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that another rulebook comes to another outcome."""
    return _compared(context, differ, operator.ne)


def no_milder(context: QuestionContext) -> Iterator[Obligation]:
    """Yield what would show that another rulebook is milder somewhere."""
    return _compared(context, milder, _is_milder)


def _compared(
    context: QuestionContext,
    terms: Callable[[OutcomeTerms, OutcomeTerms], str],
    wrong: Callable[[Outcome, Outcome], bool],
) -> Iterator[Obligation]:
    for symbolic in context.symbolic_environments:
        breach = _by_outcome(terms, context.rules.severities, context.others.severities, wrong)
        shared, changed = symbolic.compared(context.rules.of(symbolic).values(), context.others.of(symbolic).values())
        yield Obligation(_two(context, symbolic, changed, breach, shared_rules=SharedRules(shared)))


@dataclass(frozen=True)
class _Breach:
    """How two requests break a property: as terms, and by the engine's marks."""

    terms: Callable[[Sequence[ComparedRule], OutcomeTerms, OutcomeTerms], str]
    broken: Callable[[RuleResults, RuleResults], bool]
    more: tuple[str, ...] = ()


def _by_outcome(
    terms: Callable[[OutcomeTerms, OutcomeTerms], str],
    a: Mapping[str, int],
    b: Mapping[str, int],
    wrong: Callable[[Outcome, Outcome], bool],
) -> _Breach:
    return _Breach(lambda _, x, y: terms(x, y), lambda x, y: wrong(outcome_of(a, x), outcome_of(b, y)))


def _difference(question: Question, severities: Mapping[str, int]) -> _Breach:
    if question.level == "reasons":
        ids = frozenset(severities)
        return _Breach(_marks_differ, lambda a, b: _of(a, ids) != _of(b, ids))
    # Either request may have either value: looking for a milder second one loses nothing, and gives the pair an order.
    return _by_outcome(milder, severities, severities, _is_milder)


def _of(results: RuleResults, ids: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    return results.satisfied & ids, results.errors & ids


def _marks_differ(entries: Sequence[ComparedRule], _: OutcomeTerms, __: OutcomeTerms) -> str:
    pairs = ((entry.a, entry.b) for entry in entries if entry.a is not None and entry.b is not None)
    return either(*(negated(equal(x, y)) for a, b in pairs for x, y in ((a.satisfied, b.satisfied), (a.errs, b.errs))))


def _two(
    context: QuestionContext,
    symbolic: SymbolicEnvironment,
    changed: Sequence[ComparedRule],
    breach: _Breach,
    *,
    copy: RequestCopy = BASE,
    outside: frozenset[str] = frozenset(),
    shared_rules: SharedRules | None = None,
) -> BreachQuery | None:
    """Return the claim that two requests, or rulebooks, come to different ends; None if no rule makes a difference."""
    if not changed:
        return None

    def terms(chosen: Sequence[ComparedRule], rest: OmittedRules) -> list[str]:
        a = outcome_terms(((entry, entry.a) for entry in chosen), rest)
        b = outcome_terms(((entry, entry.b) for entry in chosen), rest)
        extra = renaming(symbolic, copy.renamed) if copy.renamed is not None else []
        return [breach.terms(chosen, a, b), *extra, *breach.more, *bounded(symbolic, copy, context.question.assume)]

    return replace(
        context.empty_query(symbolic),
        changed=changed,
        shared_rules=shared_rules or context.rules.shared_rules(symbolic),
        outside=outside,
        breach=terms,
        broken=breach.broken,
        copy=None if copy == BASE else copy,
    )


def _is_milder(a: Outcome, b: Outcome) -> bool:
    return b.severity < a.severity


def _no_longer_refused(a: OutcomeTerms, b: OutcomeTerms) -> str:
    return both(refused(a), negated(refused(b)))
