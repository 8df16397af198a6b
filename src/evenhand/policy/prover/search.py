"""The search for a request that breaks a property: few rules at first, more as Cedar's answers ask for them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from evenhand.model.record import sha256_hex
from evenhand.policy.prover.counterexample import Names, Reading, Usual
from evenhand.policy.prover.levels import Crowd, Entry, Rest
from evenhand.policy.prover.replay import Marks
from evenhand.policy.prover.scene import Rules, Scene
from evenhand.policy.smt.slice import Slice
from evenhand.policy.smt.solver import Answered, Model, Solved, second_opinion, second_solver
from evenhand.policy.smt.text import names_in
from evenhand.policy.smt.values import BASE, Run

# After so many rounds all rules are taken in: this is no question for few.
_PATIENCE = 10


@dataclass(frozen=True)
class Claim:
    """What would break a property, to be looked for.

    `changed` are the rules that the two sides treat differently or that the property is about; they are in every
    query. Those of `crowd` under other ids are in none at first. `breach` gives the assertions for the entries in the
    query and the rest; `broken` says the same of what Cedar answers for one or two requests. `run` is what the second
    request has of its own; None if one is enough. The ids `outside` are of rules that the question leaves out.
    A breach for which the `preferred` term holds is shown rather than another.
    """

    scene: Scene
    changed: Sequence[Entry]
    crowd: Crowd
    breach: Callable[[Sequence[Entry], Rest], list[str]]
    broken: Callable[[Marks, Marks], bool]
    rules: Rules
    others: Rules
    usual: Usual
    run: Run | None = None
    outside: frozenset[str] = frozenset()
    preferred: str | None = None


@dataclass
class Effort:
    """What answering took: the queries, and what each solver said. One question's, passed from claim to claim."""

    timeout_ms: int
    second: bool
    known: dict[str, Answered] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    disagreed: bool = False
    unsure: bool = False

    def check(self, text: str, answer: Answered) -> None:
        """Ask the second solver the query that decided."""
        self.texts[sha256_hex(text.encode())] = text
        if not self.second or second_solver() is None:
            return
        if text not in self.known:
            self.known[text] = second_opinion(text, self.timeout_ms)
        said = self.known[text]
        self.unsure = self.unsure or said == "unknown"
        self.disagreed = self.disagreed or {said, answer} == {"sat", "unsat"}


@dataclass(frozen=True)
class Found:
    """What a search came to: a pair of requests that breaks the property, that there is none, or why it gave up."""

    a: dict[str, Any] | None = None
    b: dict[str, Any] | None = None
    seen: Usual = field(default_factory=Usual)
    why: str | None = None


def seek(claim: Claim, effort: Effort) -> Found | None:
    """Return a breach of a property, replayed in Cedar, or why none can be told; None if there is none."""
    chosen, runs = list(claim.changed), (BASE, *([claim.run] if claim.run is not None else []))
    rounds = 0
    while True:
        rounds += 1
        ids = claim.outside | {entry.rule.id for entry in chosen}
        rest = claim.crowd.rest(ids, claim.scene.free)
        taken = claim.scene.encoder.script.take(claim.breach(chosen, rest), *(run.own for run in runs))
        solved = _solved(claim, taken, effort)
        if solved.answer == "unsat":
            effort.check(taken.text, "unsat")
            return None
        if solved.model is None:
            return Found(why="the solver gave up")
        found, marks = _replayed(claim, runs, taken, solved.model)
        if marks is not None and claim.broken(*marks):
            effort.check(taken.text, "sat")
            return found
        more = _met(claim.crowd, ids, marks if rounds <= _PATIENCE else None)
        if not more:
            return Found(why=_why(claim, marks))
        for about in claim.changed[:1]:
            claim.scene.note(about, more)
        chosen += more


def _solved(claim: Claim, taken: Slice, effort: Effort) -> Solved:
    """Return the solver's answer; by a request of the day itself, if one will do, so that the day's rules rule it."""
    session = claim.scene.session
    solved = session.solve(taken.text, effort.timeout_ms)
    preferred = claim.preferred or ""
    if solved.answer == "sat" and preferred and taken.names.issuperset(names_in(preferred)):
        again = session.solve(f"{taken.text}\n(assert {preferred})", effort.timeout_ms)
        return again if again.answer == "sat" else solved
    return solved


def _replayed(
    claim: Claim, runs: Sequence[Run], taken: Slice, model: Model
) -> tuple[Found, tuple[Marks, Marks] | None]:
    scene, names = claim.scene, Names(claim.scene.encoder.script)
    readings = [
        Reading(scene.encoder.script, scene.environment, names, model=model, taken=taken, usual=claim.usual, run=run)
        for run in runs
    ]
    facts = [reading.request() for reading in readings]
    a = claim.rules.ask(scene, facts[0])
    b = a if claim.run is None and claim.others is claim.rules else claim.others.ask(scene, facts[-1])
    found = Found(facts[0], facts[1] if len(facts) > 1 else None, readings[0].seen)
    return found, None if a is None or b is None else (a, b)


def _met(crowd: Crowd, chosen: Collection[str], marks: tuple[Marks, Marks] | None) -> list[Entry]:
    """Return the rules left out that spoke all the same; if none did or nobody was asked, all of them."""
    spoke = frozenset[str]().union(*(each.satisfied | each.errors for each in marks or ()))
    left = crowd.by_id.keys() - chosen
    return [crowd.by_id[each] for each in sorted(left & spoke or left)]


def _why(claim: Claim, marks: tuple[Marks, Marks] | None) -> str:
    opaque = claim.scene.why_opaque(entry.rule for entry in (*claim.changed, *claim.crowd.by_id.values()))
    if opaque is not None:
        return f"no solver is given {opaque}"
    if marks is None:
        return "the solver's counterexample does not fit the schema"
    return "the solver's counterexample does not replay in Cedar"
