"""Proofs that take too long are ended, and said not to be answered; they never pass for proved."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput, RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.proofs import time_limit as limited
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question, release_questions
from evenhand.policy.proofs.time_limit import compare_within, dependence_within, prove_within
from evenhand.policy.rulebook.reading import read_folder
from evenhand.workflows.rulebooks import release
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with, forbid

DAY = "2026-03-01"
SOURCE = read_folder(HOUSE)
LIKE = f'resource.landing_host like "{"*".join(["ab"] * 2000)}*"'


def prover_of(folder: Path) -> Prover:
    return Prover(prover_rulebook(read_folder(folder, historic=True)), second=False)


def slow(self: Prover, question: Question) -> Certificate:
    if question.property != "complete":
        time.sleep(30)
    return self.unanswered(question, "made up")


def test_answers_in_time_are_those_of_the_prover_itself() -> None:
    """A process of its own changes nothing but who waits for whom."""
    prover = Prover(prover_rulebook(SOURCE), second=False)
    questions = [each.question for each in release_questions(prover.in_force(DAY), SOURCE.schema, DAY)][:8]

    found = list(prove_within(prover, questions, 60.0))

    assert [(each.result, each.smtlib_sha256) for each in found] == [
        (each.result, each.smtlib_sha256)
        for each in map(Prover(prover_rulebook(SOURCE), second=False).prove, questions)
    ]
    assert {each for certificate in found for each in certificate.smtlib_sha256} <= prover.queries.keys()


def test_a_pattern_that_no_solver_reads_in_time_is_not_answered(tmp_path: Path) -> None:
    """While it reads a question a solver cannot be interrupted: six thousand characters kept one for minutes."""
    prover = prover_of(
        folder_with(tmp_path, PERMIT, forbid(LIKE, scope='principal, action == Action::"buy", resource'))
    )
    begun = time.monotonic()

    standing = release_questions(prover.in_force(DAY), prover.rulebook.schema, DAY)
    (found,) = prove_within(prover, [standing[0].question], 0.5)

    assert (found.result, found.why) == ("unknown", "not answered within 0.5 s for all questions")
    assert time.monotonic() - begun < 10


def test_what_was_answered_before_the_time_was_over_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the rest each is named, so that nobody takes silence for proof."""
    monkeypatch.setattr(Prover, "prove", slow)
    names = ("complete", "dead", "never_errors")

    found = list(
        prove_within(
            Prover(prover_rulebook(SOURCE), second=False), [Question(property=each, at=DAY) for each in names], 0.5
        )
    )

    assert [(each.property, each.result) for each in found] == [(each, "unknown") for each in names]
    assert [each.why == "made up" for each in found] == [True, False, False]


def test_a_release_that_is_not_proved_in_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question is named, and the rulebook of the last run stays the one in force."""
    monkeypatch.setattr(Prover, "prove", slow)
    monkeypatch.setattr(release, "LIMIT_S", 0.3)

    with pytest.raises(
        RulebookInvalid, match=r"a release must have it proved: .+: unknown · why: not answered within 0.3 s"
    ):
        list(release._proved(Rulebook.load(HOUSE), f"{datetime(2026, 3, 1, tzinfo=UTC):%Y-%m-%d}"))


def test_a_difference_or_dependence_that_is_not_found_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Approvers sign what was found; what was not found has no hash."""
    monkeypatch.setattr(limited, "compare_rulebooks", lambda *_, **__: time.sleep(30))
    monkeypatch.setattr(limited, "dependence", lambda *_: time.sleep(30))

    with pytest.raises(BadInput, match=r"how the rulebooks differ was not found; expected an answer within 0.2 s"):
        compare_within(SOURCE, SOURCE, DAY, 0.2)
    with pytest.raises(BadInput, match=r"on which attributes outcomes depend was not found"):
        dependence_within(Prover(prover_rulebook(SOURCE), second=False), DAY, 0.2)
