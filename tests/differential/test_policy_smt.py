"""The prover against the Cedar engine: models on made-up rule sets, and proofs against draws of pairs."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.certificate import Property
from evenhand.policy.attribute_roles import protected_classes
from evenhand.policy.proofs.cedar_replay import CedarReplay, RuleResults
from evenhand.policy.proofs.counterexample import DefaultValues, EntityNames, ModelReading
from evenhand.policy.proofs.outcome_terms import ComparedRule, outcome_of
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.smt.smtlib import both, negated
from evenhand.policy.proofs.smt.solver import second_opinion, second_solver, solve
from evenhand.policy.proofs.smt.symbolic_values import BASE
from evenhand.policy.proofs.symbolic_environment import RulesInForce, SymbolicEnvironment
from evenhand.policy.rulebook.reading import read_folder
from tests.differential import policy_made
from tests.differential.policy_made import made
from tests.differential.policy_pairs import AT, book_of_case, drawn, rules_of
from tests.rulebook_overlays import OVERLAYS

TIMEOUT_MS = 1_000
PAIRS = 8
BOOKS = ("", *(f"variants/{name}.cedar" for name in OVERLAYS))

Goal = list[tuple[ComparedRule, str]]


def goals(entries: list[ComparedRule], chance: random.Random) -> Iterator[Goal]:
    """Yield what rules are to do: each is satisfied, errs, does nothing; and some do so together."""
    for entry in entries:
        yield from ([(entry, what)] for what in ("satisfied", "errs", "nothing"))
    for _ in range(len(entries) // 2):
        some = chance.sample(entries, min(len(entries), 3))
        yield [(entry, chance.choice(("satisfied", "errs", "nothing"))) for entry in some]


def term(entry: ComparedRule, what: str) -> str:
    """Return the term that says it."""
    mark = entry.rule_terms
    nothing = both(negated(mark.satisfied), negated(mark.errs))
    return {"satisfied": mark.satisfied, "errs": mark.errs, "nothing": nothing}[what]


def tried(seeds: range) -> tuple[list[Any], Counter[str]]:
    """Return each goal whose model Cedar contradicts, or on which the solvers do, and what was answered."""
    wrong, seen = [], Counter[str]()
    for seed in seeds:
        rulebook, chance = book_of_case(made(seed, requests=1)), random.Random(seed)
        replay = CedarReplay(rulebook.policies, rulebook.handle)
        for environment in rulebook.schema.environments:
            scene = SymbolicEnvironment(rulebook.schema, environment)
            entries = scene.same(scene.rules(rulebook.policies))
            seen["rules"] += len(entries)
            entries = [entry for entry in entries if scene.why_opaque([entry.rule]) is None]
            seen["encoded"] += len(entries)
            for goal in goals(entries, chance):
                found = shown(scene, replay, goal, seen)
                wrong += [(seed, scene.name, [(entry.rule.id, what) for entry, what in goal], found)] * (
                    found is not None
                )
    return wrong, seen


def shown(scene: SymbolicEnvironment, replay: CedarReplay, goal: Goal, seen: Counter[str]) -> str | None:
    """Return what is wrong with the solver's answer to a goal; None if nothing is."""
    asserts = [term(entry, what) for entry, what in goal]
    if "false" in asserts:
        return None
    script = scene.encoder.script
    taken = script.take(asserts, BASE.own)
    solved = solve(taken.text, TIMEOUT_MS)
    seen[solved.answer] += 1
    if second_solver() is not None and len(taken.text) % 20 == 0:
        seen["second"] += 1
        if {second_opinion(taken.text, TIMEOUT_MS), solved.answer} == {"sat", "unsat"}:
            return "the solvers disagree"
    if solved.model is None:
        return None
    reading = ModelReading(
        script,
        scene.environment,
        EntityNames(script),
        model=solved.model,
        query_slice=taken,
        defaults=DefaultValues(),
        copy=BASE,
    )
    marks = replay.results(reading.request())
    if marks is None:
        return "the facts do not fit the schema"
    done = {entry.rule.id: "nothing" for entry, _ in goal}
    done |= dict.fromkeys(marks.errors & done.keys(), "errs") | dict.fromkeys(
        marks.satisfied & done.keys(), "satisfied"
    )
    return None if all(done[entry.rule.id] == what for entry, what in goal) else f"Cedar says {done}"


def test_whatever_a_solver_says_facts_can_be_cedar_says_too() -> None:
    """Each model is turned into facts, and each rule in it does in Cedar what it was to do."""
    wrong, seen = tried(range(6))

    assert wrong == []
    assert seen["sat"] > 150
    assert seen["encoded"] > 0.95 * seen["rules"]


@pytest.mark.long
def test_whatever_a_solver_says_facts_can_be_cedar_says_too_for_many_rule_sets() -> None:
    """The same on other seeds."""
    wrong, seen = tried(range(1_000, 3_000))

    assert wrong == []
    assert seen["sat"] > 50_000


def test_what_is_proved_of_a_made_up_rule_set_no_made_up_request_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dead, never in error, shadowed: asked of each rule, and tried on requests that refer to nothing missing."""
    monkeypatch.setattr(policy_made, "MISSING", 0)
    tried_on = Counter[str]()
    for seed in range(9):
        case = made(seed, requests=30, rules=6)
        rulebook = book_of_case(case)
        prover = Prover(rulebook, second=False, timeout_ms=TIMEOUT_MS)
        names: list[Property] = ["dead", "never_errors", "shadowed"]
        asked = [Question(property=name, at=AT, rule=policy.id) for policy in rulebook.policies for name in names]
        proved = [(each.property, each.rule) for each in asked if told(prover, each) == "proved"]
        rules = RulesInForce(rulebook.policies, rulebook.handle)
        for request in case.requests:
            marks = rules.results({**request, "entities": case.entities})
            assert marks is not None
            for name, rule_id in proved:
                tried_on[name] += 1
                assert not breaks(name, rule_id or "", rules, marks), (seed, name, rule_id)
    assert min(tried_on[name] for name in names) > 100


def told(prover: Prover, question: Question) -> str:
    """Return an answer; what is unknown is so for no fault of the prover's."""
    certificate = prover.prove(question)
    assert certificate.why is None or certificate.why.startswith(("no solver is given", "the solver gave up")), question
    return certificate.result


def breaks(name: str, rule_id: str, rules: RulesInForce, marks: RuleResults) -> bool:
    """Return whether what Cedar says of a request breaks a property of a rule."""
    if name == "shadowed":
        return outcome_of(rules.severities, marks) != outcome_of(rules.severities, marks, without=rule_id)
    return rule_id in (marks.satisfied if name == "dead" else marks.errors)


def test_drawn_pairs_break_no_proof_and_where_they_flip_it_is_refuted(house_with_overlays: Path) -> None:
    """Blind draws find most of what is not neutral, and nothing where neutrality is proved."""
    chance, pairs, answers = random.Random(4), 0, Counter[tuple[str, bool]]()
    for variant in BOOKS:
        rulebook = prover_rulebook(read_folder(house_with_overlays, historic=True, variant=variant))
        prover, rules = Prover(rulebook, second=False), rules_of(rulebook)
        for attribute in (each for group in protected_classes(rulebook.schema).values() for each in group):
            answer = prover.prove(Question(property="neutral", at=AT, attributes=(attribute,))).result
            found = drawn(rulebook, rules, attribute, PAIRS if answer == "proved" else 20 * PAIRS, chance)
            answers[answer, found.flipped] += 1
            pairs += found.pairs * (answer == "proved")
    assert pairs >= 1_200
    assert answers["proved", True] == 0
    assert answers["refuted", True] >= 2
