"""Does a rulebook have a property, for all facts? A certificate, or two requests that Cedar answers otherwise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter
from typing import Any, Literal

from evenhand.model.certificate import Certificate, Counterexample, Result
from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.proofs import paired_requests, single_request
from evenhand.policy.proofs.constraints import kind_at
from evenhand.policy.proofs.counterexample import DefaultValues
from evenhand.policy.proofs.counterexample_search import BreachQuery, SearchResult, SolverUsage, search_breach
from evenhand.policy.proofs.outcome_terms import SharedRules, outcome_of, outcome_terms
from evenhand.policy.proofs.question_context import Obligation, QuestionContext
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.smt.smtlib import NotEncodable, bits, both, negated
from evenhand.policy.proofs.smt.solver import SolverAnswer, first_solver, second_solver
from evenhand.policy.proofs.symbolic_environment import ProverRulebook, RulesInForce, SymbolicEnvironment
from evenhand.policy.rulebook.reading import RulebookContents
from evenhand.policy.schema import SCHEMA_FILE
from evenhand.policy.syntax_tree import Policy

# A query that is harder than this is answered `unknown`; the house rulebook's take milliseconds.
TIMEOUT_MS = 20_000

ASSUMPTIONS = (
    "facts fit the schema",
    "every entity that facts refer to is in the store",
    "the hierarchy of entities has no ring and is closed",
    "instants are read from ISO text, years 0000 to 9999",
)

By = Literal["reading", "solver", "engine"]


def prover_rulebook(source: RulebookContents) -> ProverRulebook:
    """Return the rulebook of a folder as the prover takes it."""
    return ProverRulebook(source.policies, source.schema, source.handle, source.sha256, source.files[SCHEMA_FILE])


@dataclass
class _ProofState:
    """What the claims of one question have come to so far."""

    by: dict[By, None] = field(default_factory=dict)
    counterexample: Counterexample | None = None
    why: str | None = None

    def result(self) -> Result:
        """Return the answer: a refutation counts whatever else is unknown."""
        if self.counterexample is not None:
            return "refuted"
        return "proved" if self.why is None else "unknown"


# Each property with what would break it: per request environment, and per attribute where it names some.
_OBLIGATIONS: dict[str, Callable[[QuestionContext], Iterator[Obligation]]] = {
    "neutral": paired_requests.neutral,
    "not_by_association": paired_requests.not_by_association,
    "not_by_association_alone": paired_requests.not_by_association_alone,
    "not_by_anonymous": paired_requests.not_by_anonymous,
    "not_by_claims_alone": paired_requests.not_by_claims_alone,
    "never_errors": single_request.never_errors,
    "monotone": paired_requests.monotone,
    "dead": single_request.dead,
    "shadowed": paired_requests.shadowed,
    "complete": single_request.complete,
    "in_scope": single_request.in_scope,
    "equivalent": paired_requests.equivalent,
    "no_milder": paired_requests.no_milder,
}


class Prover:
    """Answers questions about one rulebook; what it has encoded serves the next question.

    `queries` are the SMT-LIB texts that certificates name, by their SHA-256; a solver reads them before `(check-sat)`.
    `second` asks cvc5 too, where it is installed: where the two disagree, the answer is `unknown`.
    """

    def __init__(self, rulebook: ProverRulebook, second: bool, timeout_ms: int = TIMEOUT_MS) -> None:
        self.rulebook = rulebook
        self._second, self._timeout_ms = second, timeout_ms
        self._symbolic_environments = [
            SymbolicEnvironment(rulebook.schema, environment) for environment in rulebook.schema.environments
        ]
        self._rules: dict[tuple[ProverRulebook, date], RulesInForce] = {}
        self._allowed: dict[tuple[str, RulesInForce], SearchResult | None] = {}
        self._opinions: dict[str, SolverAnswer] = {}
        self.queries: dict[str, str] = {}

    def prove(self, question: Question, other: ProverRulebook | None = None) -> Certificate:
        """Return the answer to a question; `other` is the rulebook that a comparison names.

        Raises:
            BadInput: the question names a class, attribute, rule or action that there is not, or no day.
        """
        begun = perf_counter()
        usage = SolverUsage(self._timeout_ms, self._second, self._opinions)
        context = self._context(question, other)
        verdict = self._verdict(context, usage)
        self.queries.update(usage.texts)
        second = second_solver() if self._second else None
        return Certificate(
            property=question.property,
            parameters=question.parameters() | ({} if other is None else {"other_sha256": other.sha256}),
            result=verdict.result(),
            by=tuple(verdict.by),
            rulebook_sha256=self.rulebook.sha256,
            schema_sha256=self.rulebook.schema_sha256,
            at=question.at,
            environments=tuple(symbolic.name for symbolic in context.symbolic_environments),
            assumptions=(*ASSUMPTIONS, *_bounds(question)),
            solver=first_solver(),
            second_solver=second,
            second_result=_second_result(second, usage, verdict),
            seconds=perf_counter() - begun,
            smtlib_sha256=tuple(usage.texts),
            counterexample=verdict.counterexample,
            why=verdict.why,
        )

    def unanswered(self, question: Question, why: str) -> Certificate:
        """Return `unknown` for a question that was not answered, and why."""
        return Certificate(
            property=question.property,
            parameters=question.parameters(),
            result="unknown",
            by=(),
            rulebook_sha256=self.rulebook.sha256,
            schema_sha256=self.rulebook.schema_sha256,
            at=question.at,
            environments=(),
            assumptions=ASSUMPTIONS,
            solver=first_solver(),
            second_solver=second_solver() if self._second else None,
            second_result=None,
            seconds=0.0,
            smtlib_sha256=(),
            counterexample=None,
            why=why,
        )

    def prepare(self, at: Iterable[str]) -> None:
        """Encode the rules in force on some days, so that processes which are forked from this one need not.

        Raises:
            BadInput: a text is no day.
        """
        for rules in [self._in_force(self.rulebook, _day(day)) for day in dict.fromkeys(at)]:
            for symbolic in self._symbolic_environments:
                rules.shared_rules(symbolic)

    def in_force(self, at: str) -> Sequence[Policy]:
        """Return the policies in force on a day."""
        return self._in_force(self.rulebook, _day(at)).policies

    def _verdict(self, context: QuestionContext, usage: SolverUsage) -> _ProofState:
        verdict = _ProofState()
        try:
            for obligation in _OBLIGATIONS[context.question.property](context):
                _settle(obligation, usage, verdict)
                if verdict.counterexample is not None:
                    break
        except NotEncodable as error:
            verdict.why = f"no solver is given {error}"
        if usage.disagreed:
            return _ProofState(verdict.by, None, "the two solvers disagree")
        return verdict

    def _context(self, question: Question, other: ProverRulebook | None) -> QuestionContext:
        day = _day(question.at)
        for path in question.assume:
            kind_at(self.rulebook.schema, path)
        rules = self._in_force(self.rulebook, day)
        others = self._in_force(other, day) if other is not None else rules
        symbolic_environments = [
            each for each in self._symbolic_environments if question.action in (None, each.environment.action[1])
        ]
        if not symbolic_environments:
            raise BadInput("no such action", got=question.action, expected="an action of the schema")
        if other is not None and other.schema_sha256 != self.rulebook.schema_sha256:
            raise BadInput(
                "the rulebooks have different schemas", got=other.schema_sha256, expected=self.rulebook.schema_sha256
            )
        return QuestionContext(
            question,
            rules,
            others,
            symbolic_environments,
            lambda symbolic: self._empty_query(symbolic, rules, others, day),
            lambda symbolic: self._allowed_request(symbolic, rules, day),
        )

    def _in_force(self, rulebook: ProverRulebook, day: date) -> RulesInForce:
        if (rulebook, day) not in self._rules:
            self._rules[rulebook, day] = RulesInForce(rulebook.on(day), rulebook.handle)
        return self._rules[rulebook, day]

    def _empty_query(
        self, symbolic: SymbolicEnvironment, rules: RulesInForce, others: RulesInForce, day: date
    ) -> BreachQuery:
        query = _query(symbolic, rules, others, day)
        allowed = self._allowed_by(symbolic, rules, day)
        return query if allowed is None else replace(query, defaults=allowed.seen.over(query.defaults))

    def _allowed_request(self, symbolic: SymbolicEnvironment, rules: RulesInForce, day: date) -> dict[str, Any] | None:
        allowed = self._allowed_by(symbolic, rules, day)
        return None if allowed is None else allowed.a

    def _allowed_by(self, symbolic: SymbolicEnvironment, rules: RulesInForce, day: date) -> SearchResult | None:
        """Return facts that the rules allow, so that a counterexample shows one rule at work and not ten."""
        if (symbolic.name, rules) not in self._allowed:
            found = _allowed(_query(symbolic, rules, rules, day), self._timeout_ms)
            self._allowed[symbolic.name, rules] = None if found is None or found.why is not None else found
        return self._allowed[symbolic.name, rules]


def _query(symbolic: SymbolicEnvironment, rules: RulesInForce, others: RulesInForce, day: date) -> BreachQuery:
    """Return a claim without content, about two sets of rules on a day."""
    begins = (day.toordinal() - _EPOCH) * _DAY_MS
    return BreachQuery(
        symbolic=symbolic,
        changed=(),
        shared_rules=SharedRules(()),
        breach=lambda _, __: [],
        broken=lambda _, __: False,
        rules=rules,
        others=others,
        defaults=DefaultValues({"context.at": begins + _DAY_MS // 2}),
        preferred=both(f"(bvsle {bits(begins)} |context.at|)", f"(bvslt |context.at| {bits(begins + _DAY_MS)})"),
    )


def _allowed(query: BreachQuery, timeout_ms: int) -> SearchResult | None:
    """Return facts that the rules allow."""
    severities = query.rules.severities
    allowed = replace(
        query,
        shared_rules=query.rules.shared_rules(query.symbolic),
        breach=lambda chosen, rest: [negated(outcome_terms(((entry, entry.a) for entry in chosen), rest).at_least[0])],
        broken=lambda results, _: outcome_of(severities, results) is Outcome.ALLOW,
    )
    return search_breach(allowed, SolverUsage(timeout_ms, second=False))


_EPOCH, _DAY_MS = date(1970, 1, 1).toordinal(), 86_400_000


def _settle(case: Obligation, usage: SolverUsage, verdict: _ProofState) -> None:
    if case.known is not None:
        verdict.by["engine"] = None
        verdict.counterexample = Counterexample(a=case.known, rule=case.rule)
        return
    if case.query is None:
        verdict.by["reading"] = None
        return
    verdict.by["solver"] = None
    found = search_breach(case.query, usage)
    if found is None:
        return
    if found.a is None or found.why is not None:
        verdict.why = verdict.why or found.why
        return
    verdict.by["engine"] = None
    verdict.counterexample = Counterexample(a=found.a, b=found.b, attribute=case.attribute, rule=case.rule)


def _second_result(second: str | None, usage: SolverUsage, verdict: _ProofState) -> Result | None:
    """Return what the second solver's answers come to; where no query was asked, there is nothing to say."""
    if second is None or not usage.texts:
        return None
    return "unknown" if usage.unsure or usage.disagreed else verdict.result()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("invalid date", got=text, expected="an ISO date such as 2026-03-01") from error


def _bounds(question: Question) -> Iterable[str]:
    return (f"{path} is from {least} to {most}" for path, (least, most) in question.assume.items())
