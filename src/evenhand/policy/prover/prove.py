"""Does a rulebook have a property, for all facts? A certificate, or two requests that Cedar answers otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter
from typing import Literal

from evenhand.model.certificate import Certificate, Counterexample, Result
from evenhand.model.errors import BadInput
from evenhand.model.outcome import Outcome
from evenhand.policy.folder import SCHEMA_FILE, Source
from evenhand.policy.prover.asked import Asked, Case
from evenhand.policy.prover.cases import cases_of
from evenhand.policy.prover.counterexample import Usual
from evenhand.policy.prover.levels import Crowd, levels, outcome_of
from evenhand.policy.prover.properties import Question
from evenhand.policy.prover.scene import Book, Rules, Scene
from evenhand.policy.prover.search import Claim, Effort, seek
from evenhand.policy.prover.terms import kind_at
from evenhand.policy.smt.solver import Answered, first_solver, second_solver
from evenhand.policy.smt.text import NotEncodable, bits, both, negated
from evenhand.policy.tree import Policy

# A query that is harder than this is answered `unknown`; the house rulebook's take milliseconds.
TIMEOUT_MS = 20_000

ASSUMPTIONS = (
    "facts fit the schema",
    "every entity that facts refer to is in the store",
    "the hierarchy of entities has no ring and is closed",
    "instants are read from ISO text, years 0000 to 9999",
)

By = Literal["reading", "solver", "engine"]


def book_of(source: Source) -> Book:
    """Return the rulebook of a folder as the prover takes it."""
    return Book(source.policies, source.schema, source.handle, source.sha256, source.files[SCHEMA_FILE])


@dataclass
class _Verdict:
    """What the claims of one question have come to so far."""

    by: dict[By, None] = field(default_factory=dict)
    counterexample: Counterexample | None = None
    why: str | None = None

    def result(self) -> Result:
        """Return the answer: a refutation counts whatever else is unknown."""
        if self.counterexample is not None:
            return "refuted"
        return "proved" if self.why is None else "unknown"


class Prover:
    """Answers questions about one rulebook; what it has encoded serves the next question.

    `queries` are the SMT-LIB texts that certificates name, by their SHA-256; a solver reads them before `(check-sat)`.
    `second` asks cvc5 too, where it is installed: where the two disagree, the answer is `unknown`.
    """

    def __init__(self, book: Book, second: bool, timeout_ms: int = TIMEOUT_MS) -> None:
        self.book = book
        self._second, self._timeout_ms = second, timeout_ms
        self._scenes = [Scene(book.schema, environment) for environment in book.schema.environments]
        self._rules: dict[tuple[Book, date], Rules] = {}
        self._usual: dict[tuple[str, Rules], Usual] = {}
        self._opinions: dict[str, Answered] = {}
        self.queries: dict[str, str] = {}

    def prove(self, question: Question, other: Book | None = None) -> Certificate:
        """Return the answer to a question; `other` is the rulebook that a comparison names.

        Raises:
            BadInput: the question names a class, attribute, rule or action that there is not, or no day.
        """
        begun = perf_counter()
        effort = Effort(self._timeout_ms, self._second, self._opinions)
        asked = self._asked(question, other)
        verdict = self._verdict(asked, effort)
        self.queries.update(effort.texts)
        second = second_solver() if self._second else None
        return Certificate(
            property=question.property,
            parameters=question.parameters() | ({} if other is None else {"other_sha256": other.sha256}),
            result=verdict.result(),
            by=tuple(verdict.by),
            rulebook_sha256=self.book.sha256,
            schema_sha256=self.book.schema_sha256,
            at=question.at,
            environments=tuple(scene.name for scene in asked.scenes),
            assumptions=(*ASSUMPTIONS, *_bounds(question)),
            solver=first_solver(),
            second_solver=second,
            second_result=_second_result(second, effort, verdict),
            seconds=perf_counter() - begun,
            smtlib_sha256=tuple(effort.texts),
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
            rulebook_sha256=self.book.sha256,
            schema_sha256=self.book.schema_sha256,
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

    def in_force(self, at: str) -> Sequence[Policy]:
        """Return the policies in force on a day."""
        return self._in_force(self.book, _day(at)).policies

    def _verdict(self, asked: Asked, effort: Effort) -> _Verdict:
        verdict = _Verdict()
        try:
            for case in cases_of(asked):
                _settle(case, effort, verdict)
                if verdict.counterexample is not None:
                    break
        except NotEncodable as error:
            verdict.why = f"no solver is given {error}"
        if effort.disagreed:
            return _Verdict(verdict.by, None, "the two solvers disagree")
        return verdict

    def _asked(self, question: Question, other: Book | None) -> Asked:
        day = _day(question.at)
        for path in question.assume:
            kind_at(self.book.schema, path)
        rules = self._in_force(self.book, day)
        others = self._in_force(other, day) if other is not None else rules
        scenes = [each for each in self._scenes if question.action in (None, each.environment.action[1])]
        if not scenes:
            raise BadInput("no such action", got=question.action, expected="an action of the schema")
        if other is not None and other.schema_sha256 != self.book.schema_sha256:
            raise BadInput("rulebooks of two schemas", got=other.schema_sha256, expected=self.book.schema_sha256)
        return Asked(question, rules, others, scenes, lambda scene: self._bare(scene, rules, others, day))

    def _in_force(self, book: Book, day: date) -> Rules:
        if (book, day) not in self._rules:
            self._rules[book, day] = Rules(book.on(day), book.handle)
        return self._rules[book, day]

    def _bare(self, scene: Scene, rules: Rules, others: Rules, day: date) -> Claim:
        begins = (day.toordinal() - _EPOCH) * _DAY_MS
        claim = Claim(
            scene=scene,
            changed=(),
            crowd=Crowd(()),
            breach=lambda _, __: [],
            broken=lambda _, __: False,
            rules=rules,
            others=others,
            usual=Usual({"context.at": begins + _DAY_MS // 2}),
            preferred=both(f"(bvsle {bits(begins)} |context.at|)", f"(bvslt |context.at| {bits(begins + _DAY_MS)})"),
        )
        if (scene.name, rules) not in self._usual:
            self._usual[scene.name, rules] = _allowed(replace(claim, others=rules), self._timeout_ms)
        return replace(claim, usual=self._usual[scene.name, rules])


def _allowed(claim: Claim, timeout_ms: int) -> Usual:
    """Return facts that the rules allow, so that a counterexample shows one rule at work and not ten."""
    severities = claim.rules.severities
    allowed = replace(
        claim,
        crowd=claim.rules.crowd(claim.scene),
        breach=lambda chosen, rest: [negated(levels(((entry, entry.a) for entry in chosen), rest).at_least[0])],
        broken=lambda marks, _: outcome_of(severities, marks) is Outcome.ALLOW,
    )
    found = seek(allowed, Effort(timeout_ms, second=False))
    return claim.usual if found is None or found.why is not None else found.seen.over(claim.usual)


_EPOCH, _DAY_MS = date(1970, 1, 1).toordinal(), 86_400_000


def _settle(case: Case, effort: Effort, verdict: _Verdict) -> None:
    if case.known is not None:
        verdict.by["engine"] = None
        verdict.counterexample = Counterexample(a=case.known, rule=case.rule)
        return
    if case.claim is None:
        verdict.by["reading"] = None
        return
    verdict.by["solver"] = None
    found = seek(case.claim, effort)
    if found is None:
        return
    if found.a is None or found.why is not None:
        verdict.why = verdict.why or found.why
        return
    verdict.by["engine"] = None
    verdict.counterexample = Counterexample(a=found.a, b=found.b, attribute=case.attribute, rule=case.rule)


def _second_result(second: str | None, effort: Effort, verdict: _Verdict) -> Result | None:
    """Return what the second solver's answers come to; where no query was asked, there is nothing to say."""
    if second is None or not effort.texts:
        return None
    return "unknown" if effort.unsure or effort.disagreed else verdict.result()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("no day", got=text, expected="an ISO date such as 2026-03-01") from error


def _bounds(question: Question) -> Iterable[str]:
    return (f"{path} is from {least} to {most}" for path, (least, most) in question.assume.items())
