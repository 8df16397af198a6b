"""Many questions, shared out among processes: the answers are those of one process, in the same order."""

import multiprocessing
from dataclasses import replace

import msgspec
import pytest

from benchmarks import proof_processes as prove_many
from benchmarks.proof_processes import prove_all
from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question, release_questions
from tests.unit.policy.proofs import AT, book, forbid

RULES = book(
    forbid("principal.share > 5", "wide"),
    forbid("principal.share > 9", "narrow"),
    forbid('principal.country == "AT"', "read"),
)
QUESTIONS = [each.question for each in release_questions(RULES.policies, RULES.schema, AT)]


def answers(found: list[Certificate]) -> list[tuple[str, object, str]]:
    return [(each.property, msgspec.to_builtins(each.parameters), each.result) for each in found]


@pytest.fixture(params=[1, 2, 3])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(prove_many, "FEW", 0)
    return int(request.param)


def test_the_answers_come_in_the_order_of_the_questions(workers: int) -> None:
    """However many processes there are."""
    alone = [Prover(RULES, second=False).prove(each) for each in QUESTIONS]

    prover = Prover(RULES, second=False)
    found = prove_all(prover, QUESTIONS, workers)

    assert answers(found) == answers(alone)
    assert {name for each in found for name in each.smtlib_sha256} <= prover.queries.keys()


def test_a_question_that_cannot_be_asked_is_an_error_whoever_was_to_ask_it(
    workers: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """A helper that dies does not take its questions with it."""
    wrong = [*QUESTIONS[:4], *(Question(property="dead", at=AT, rule=f"none-{number}") for number in range(3))]

    with pytest.raises(BadInput, match="no such rule"):
        prove_all(Prover(RULES, second=False), wrong, workers)
    capfd.readouterr()


def test_a_helper_that_dies_leaves_its_questions_to_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the wrong question is the helper's."""
    monkeypatch.setattr(prove_many, "FEW", 0)
    wrong = [*QUESTIONS[:5], Question(property="dead", at=AT, rule="none")]

    with pytest.raises(BadInput, match="no such rule"):
        prove_all(Prover(RULES, second=False), wrong, 2)


def test_a_helper_sends_its_answers_and_the_texts_of_its_queries() -> None:
    """And nothing at all if a question cannot be asked."""
    for question, sends in ((QUESTIONS[3], True), (Question(property="dead", at=AT, rule="none"), False)):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        prove_many._work(Prover(RULES, second=False), [question], sender)
        assert receiver.poll() is True
        if sends:
            answers, queries = msgspec.json.decode(receiver.recv_bytes(), type=prove_many.Sent)
            assert answers[0].property == question.property
            assert set(answers[0].smtlib_sha256) == queries.keys()
        else:
            with pytest.raises(EOFError):
                receiver.recv_bytes()


def test_few_questions_or_a_system_that_cannot_fork_need_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is begun."""
    monkeypatch.setattr(prove_many, "_begin", lambda *_: pytest.fail("a helper was begun"))

    few = prove_all(Prover(RULES, second=False), QUESTIONS, 4)
    monkeypatch.setattr(prove_many, "FEW", 0)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    unforked = prove_all(Prover(replace(RULES), second=False), QUESTIONS, 4)

    assert answers(few) == answers(unforked)
