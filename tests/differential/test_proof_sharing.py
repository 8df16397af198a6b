"""Proofs that share their work, against the plain way: a new prover for each question, nothing tried before."""

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenhand.model.certificate import Certificate, Property
from evenhand.model.errors import RulebookInvalid
from evenhand.policy.proofs import cedar_replay, question_context, time_limit
from evenhand.policy.proofs.cedar_replay import CedarReplay, RuleResults
from evenhand.policy.proofs.outcome_terms import outcome_of
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question, release_questions
from evenhand.policy.proofs.smt.encoding import Encoder
from evenhand.policy.proofs.symbolic_environment import ProverRulebook, RulesInForce
from evenhand.policy.proofs.time_limit import prove_within
from evenhand.policy.rulebook.reading import read_folder
from tests.differential.policy_made import made
from tests.differential.policy_pairs import AT, Draws, book_of_case
from tests.rulebook_overlays import HOUSE

TIMEOUT_MS = 2_000
ABOUT_RULES: tuple[Property, ...] = ("never_errors", "shadowed", "dead")

# What one slip of the pen makes of a rule: a number, a comparison, a verdict, a word of logic.
SLIPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"(?<=>= )\d+", lambda number: str(int(number) // 2)),
    (r"(?<=< )\d+", lambda number: str(int(number) + 1)),
    (r" >= ", lambda _: " < "),
    (r"@verdict\(\"refuse\"\)", lambda _: '@verdict("hold")'),
    (r"@verdict\(\"hold\"\)", lambda _: '@verdict("refuse")'),
    (r"&& !", lambda _: "&& "),
    (r"contains\(\"EU\"\)", lambda _: 'contains("GB")'),
)


@contextmanager
def plain_way() -> Iterator[None]:
    """Ask Cedar all rules, try nothing before a solver is asked, and ask it of each rule whole."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cedar_replay, "needed_text", lambda _: None)
        patched.setattr(question_context, "request_for", lambda *_: None)
        patched.setattr(Encoder, "may_err", lambda *_: "true")
        yield


def plainly(rulebook: ProverRulebook, questions: Sequence[Question]) -> list[Certificate]:
    """Return the answers of the twin."""
    with plain_way():
        return [Prover(rulebook, second=False, timeout_ms=TIMEOUT_MS).prove(each) for each in questions]


def shared(rulebook: ProverRulebook, questions: Sequence[Question]) -> list[Certificate]:
    """Return the answers of two processes that know what they have encoded and answered before."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(time_limit, "FEW", 0)
        patched.setattr(time_limit, "RULES_A_SHARE", 10)
        return list(prove_within(Prover(rulebook, second=False, timeout_ms=TIMEOUT_MS), questions, 120.0, 2))


def shows(certificate: Certificate, rules: RulesInForce, found: RuleResults) -> bool:
    """Return whether what Cedar says of a counterexample refutes a property of a rule."""
    rule = certificate.parameters["rule"]
    match certificate.property:
        case "dead":
            return rule in found.satisfied
        case "never_errors":
            return rule in found.errors
        case _:
            return outcome_of(rules.severities, found) != outcome_of(rules.severities, found, without=rule)


def unconfirmed(rulebook: ProverRulebook, certificates: Sequence[Certificate]) -> list[Certificate]:
    """Return the refutations about rules that Cedar, asked all rules, does not confirm."""
    wrong = []
    with plain_way():
        rules = RulesInForce(rulebook.policies, rulebook.handle)
        for each in certificates:
            if each.property in ABOUT_RULES and each.counterexample is not None:
                found = rules.results(each.counterexample.a)
                wrong += [each] * (found is None or not shows(each, rules, found))
    return wrong


def test_shared_work_answers_as_the_plain_way_on_drawn_rule_sets() -> None:
    """Every counterexample is confirmed; the one gives up no question that the other answers."""
    seen = Counter[str]()
    for seed in range(300, 306):
        rulebook = book_of_case(made(seed, requests=1, rules=5))
        questions = [
            Question(property=name, at=AT, rule=policy.id) for name in ABOUT_RULES for policy in rulebook.policies
        ]
        found, twins = shared(rulebook, questions), plainly(rulebook, questions)
        for one, other in zip(found, twins, strict=True):
            assert one.result == other.result or "gave up" in f"{one.why} {other.why}", (seed, one, other)
        assert unconfirmed(rulebook, found) == []
        seen.update(each.result for each in found)
    assert min(seen["proved"], seen["refuted"]) > 25


@pytest.mark.parametrize("seed", range(3))
def test_shared_work_answers_as_the_plain_way_on_the_house_rulebook_with_one_slip(seed: int, tmp_path: Path) -> None:
    """All that a release is asked; of each kind of question the twin is asked some."""
    chance = random.Random(seed)
    rulebook = slipped(tmp_path, chance)
    questions = [each.question for each in release_questions(rulebook.policies, rulebook.schema, AT)]

    found = shared(rulebook, questions)

    whole = [place for place, each in enumerate(questions) if each.rule is None]
    about = [place for place, each in enumerate(questions) if each.rule is not None]
    places = [*chance.sample(whole, 5), *chance.sample(about, 10)]
    twins = plainly(rulebook, [questions[place] for place in places])
    assert [found[place].result for place in places] == [each.result for each in twins]
    assert unconfirmed(rulebook, found) == []
    assert {each.result for each in found} == {"proved", "refuted"}


def slipped(folder: Path, chance: random.Random) -> ProverRulebook:
    """Return the house's rulebook with one rule changed, still strictly valid."""
    shutil.copytree(HOUSE, folder, dirs_exist_ok=True)
    text = (HOUSE / "house.cedar").read_text(encoding="utf-8")
    places = [(found, make) for pattern, make in SLIPS for found in re.finditer(pattern, text)]
    while True:
        found, make = places.pop(chance.randrange(len(places)))
        changed = f"{text[: found.start()]}{make(found[0])}{text[found.end() :]}"
        (folder / "house.cedar").write_text(changed, encoding="utf-8")
        try:
            return prover_rulebook(read_folder(folder, historic=True))
        except RulebookInvalid:
            continue


def test_cedar_asked_some_rules_says_what_it_says_asked_all() -> None:
    """Of drawn requests, some with entities that the store lacks; rules are kept by the first text they ask for."""
    source, chance, seen = read_folder(HOUSE), random.Random(5), Counter[bool]()
    few = CedarReplay(source.policies, source.handle)
    with plain_way():
        every = CedarReplay(source.policies, source.handle)
    draws = Draws(source.schema, chance)
    for _ in range(400):
        request = draws.request(chance.choice(source.schema.environments))
        request["context"]["bound_by"] = chance.sample(("EU", "GB", "US", "UN", "AT"), chance.randint(0, 3))
        if chance.random() < 0.2:
            request["entities"].pop(chance.randrange(3))
        found = few.results(request)
        assert found == every.results(request)
        seen[found is not None and bool(found.satisfied)] += 1
    assert len(few._groups) > 4
    assert seen[True] > 300
