"""The search for a request that breaks a property: few rules at first, more as Cedar's answers ask for them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from evenhand.model.record import sha256_hex
from evenhand.policy.proofs.cedar_replay import RuleResults
from evenhand.policy.proofs.counterexample import DefaultValues, EntityNames, ModelReading
from evenhand.policy.proofs.outcome_terms import ComparedRule, OmittedRules, SharedRules
from evenhand.policy.proofs.smt.query_slice import QuerySlice
from evenhand.policy.proofs.smt.smtlib import names_in
from evenhand.policy.proofs.smt.solver import Model, SolverAnswer, SolverResult, second_opinion, second_solver
from evenhand.policy.proofs.smt.symbolic_values import BASE, RequestCopy
from evenhand.policy.proofs.symbolic_environment import RulesInForce, SymbolicEnvironment

# After so many rounds all rules are taken in: this is no question for few.
_PATIENCE = 10


@dataclass(frozen=True)
class BreachQuery:
    """What would break a property, to be looked for.

    `changed` are the rules that the two sides treat differently or that the property is about; they are in every
    query. Those of `shared_rules` under other ids are in none at first. `breach` gives the assertions for the
    entries in the query and the rest; `broken` says the same of what Cedar answers for one or two requests.
    `copy` is what the second request has of its own; None if one is enough. The ids `outside` are of rules that the
    question leaves out.
    A breach for which the `preferred` term holds is shown rather than another. Where there is a breach, what is in
    `wider` holds: it says less, so that one query answers for many rules.
    """

    symbolic: SymbolicEnvironment
    changed: Sequence[ComparedRule]
    shared_rules: SharedRules
    breach: Callable[[Sequence[ComparedRule], OmittedRules], list[str]]
    broken: Callable[[RuleResults, RuleResults], bool]
    rules: RulesInForce
    others: RulesInForce
    defaults: DefaultValues
    copy: RequestCopy | None = None
    outside: frozenset[str] = frozenset()
    preferred: str | None = None
    wider: Sequence[str] = ()


@dataclass
class SolverUsage:
    """What answering took: the queries, and what each solver said. One question's, passed from claim to claim."""

    timeout_ms: int
    second: bool
    known: dict[str, SolverAnswer] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    disagreed: bool = False
    unsure: bool = False

    def check(self, text: str, answer: SolverAnswer) -> None:
        """Ask the second solver the query that decided."""
        self.texts[sha256_hex(text.encode())] = text
        if not self.second or second_solver() is None:
            return
        if text not in self.known:
            self.known[text] = second_opinion(text, self.timeout_ms)
        second_answer = self.known[text]
        self.unsure = self.unsure or second_answer == "unknown"
        self.disagreed = self.disagreed or {second_answer, answer} == {"sat", "unsat"}


@dataclass(frozen=True)
class SearchResult:
    """What a search came to: a pair of requests that breaks the property, that there is none, or why it gave up."""

    a: dict[str, Any] | None = None
    b: dict[str, Any] | None = None
    seen: DefaultValues = field(default_factory=DefaultValues)
    why: str | None = None


def search_breach(query: BreachQuery, usage: SolverUsage) -> SearchResult | None:
    """Return a breach of a property, replayed in Cedar, or why none can be told; None if there is none."""
    if query.wider and _never_holds(query, usage):
        return None
    chosen, copies = list(query.changed), (BASE, *([query.copy] if query.copy is not None else []))
    rounds = 0
    while True:
        rounds += 1
        ids = query.outside | {entry.rule.id for entry in chosen}
        rest = query.shared_rules.rest(ids, query.symbolic.free)
        query_slice = query.symbolic.encoder.script.take(query.breach(chosen, rest), *(copy.own for copy in copies))
        solved = _solved(query, query_slice, usage)
        if solved.answer == "unsat":
            usage.check(query_slice.text, "unsat")
            return None
        if solved.model is None:
            return SearchResult(why="the solver gave up")
        found, results = _replayed(query, copies, query_slice, solved.model)
        if results is not None and query.broken(*results):
            usage.check(query_slice.text, "sat")
            return found
        more = _met(query.shared_rules, ids, results if rounds <= _PATIENCE else None)
        if not more:
            return SearchResult(why=_why(query, results))
        for about in query.changed[:1]:
            query.symbolic.note(about, more)
        chosen += more


def _never_holds(query: BreachQuery, usage: SolverUsage) -> bool:
    """Return whether no request makes hold what does wherever there is a breach."""
    text = query.symbolic.encoder.script.take(query.wider, BASE.own).text
    refuted = query.symbolic.session.refutes(text, usage.timeout_ms)
    if refuted:
        usage.check(text, "unsat")
    return refuted


def _solved(query: BreachQuery, query_slice: QuerySlice, usage: SolverUsage) -> SolverResult:
    """Return the solver's answer; by a request of the day itself, if one will do, so that the day's rules rule it."""
    session = query.symbolic.session
    solved = session.solve(query_slice.text, usage.timeout_ms)
    preferred = query.preferred or ""
    if solved.answer == "sat" and preferred and query_slice.names.issuperset(names_in(preferred)):
        again = session.solve(f"{query_slice.text}\n(assert {preferred})", usage.timeout_ms)
        return again if again.answer == "sat" else solved
    return solved


def _replayed(
    query: BreachQuery, copies: Sequence[RequestCopy], query_slice: QuerySlice, model: Model
) -> tuple[SearchResult, tuple[RuleResults, RuleResults] | None]:
    symbolic, names = query.symbolic, EntityNames(query.symbolic.encoder.script)
    readings = [
        ModelReading(
            symbolic.encoder.script,
            symbolic.environment,
            names,
            model=model,
            query_slice=query_slice,
            defaults=query.defaults,
            copy=copy,
        )
        for copy in copies
    ]
    facts = [reading.request() for reading in readings]
    a = query.rules.ask(symbolic, facts[0])
    b = a if query.copy is None and query.others is query.rules else query.others.ask(symbolic, facts[-1])
    found = SearchResult(facts[0], facts[1] if len(facts) > 1 else None, readings[0].seen)
    return found, None if a is None or b is None else (a, b)


def _met(
    shared_rules: SharedRules, chosen: Collection[str], results: tuple[RuleResults, RuleResults] | None
) -> list[ComparedRule]:
    """Return the rules left out that spoke all the same; if none did or nobody was asked, all of them."""
    spoke = frozenset[str]().union(*(each.satisfied | each.errors for each in results or ()))
    left = shared_rules.by_id.keys() - chosen
    return [shared_rules.by_id[each] for each in sorted(left & spoke or left)]


def _why(query: BreachQuery, results: tuple[RuleResults, RuleResults] | None) -> str:
    opaque = query.symbolic.why_opaque(entry.rule for entry in (*query.changed, *query.shared_rules.by_id.values()))
    if opaque is not None:
        return f"no solver is given {opaque}"
    if results is None:
        return "the solver's counterexample does not fit the schema"
    return "the solver's counterexample does not replay in Cedar"
