"""Work shared out among processes: answers in order, the same however many there are, and one line for what fails."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput
from evenhand.policy.proofs import proof_processes, time_limit
from evenhand.policy.proofs.proof_processes import NotInTime, ProcessFailed, side_by_side
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question, release_questions
from evenhand.policy.proofs.time_limit import prove_within, shared_out
from tests.unit.policy.proofs import AT, book, forbid

RULES = book(
    forbid("principal.share > 5", "wide"),
    forbid("principal.share > 9", "narrow"),
    forbid('principal.country == "AT"', "read"),
)
QUESTIONS = [each.question for each in release_questions(RULES.policies, RULES.schema, AT)]


def prover() -> Prover:
    return Prover(RULES, second=False)


def plain(found: list[Certificate]) -> list[object]:
    return [msgspec.to_builtins(msgspec.structs.replace(each, seconds=0.0)) for each in found]


@pytest.fixture
def _shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions are many, and each rule a share of its own."""
    monkeypatch.setattr(time_limit, "FEW", 3)
    monkeypatch.setattr(time_limit, "RULES_A_SHARE", 1)


@pytest.mark.usefixtures("_shared")
def test_answers_are_the_same_bytes_however_many_processes_give_them() -> None:
    """What is shared out does not hang on the machine; what a release records is as one process answers it."""
    one, two, five = (list(prove_within(prover(), QUESTIONS, 60.0, at_once)) for at_once in (1, 2, 5))
    alone = [prover().prove(each) for each in QUESTIONS]

    assert plain(one) == plain(two) == plain(five)
    assert [(each.property, each.parameters, each.result) for each in one] == [
        (each.property, each.parameters, each.result) for each in alone
    ]
    assert {each.result for each in one} == {"proved", "refuted"}


@pytest.mark.usefixtures("_shared")
def test_the_texts_of_queries_come_back_from_every_process() -> None:
    """A certificate names them by their hash."""
    asked = prover()

    found = list(prove_within(asked, QUESTIONS, 60.0, 2))

    assert {name for each in found for name in each.smtlib_sha256} <= asked.queries.keys()
    assert asked.queries


def test_few_questions_are_one_share_and_many_keep_a_rule_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is about no rule comes first, as one process would ask it."""
    names = ("a", "b", "a", "c", "b")
    questions = [Question(property="complete", at=AT), *(Question(property="dead", at=AT, rule=name) for name in names)]

    few = shared_out(questions)
    monkeypatch.setattr(time_limit, "FEW", 2)
    monkeypatch.setattr(time_limit, "RULES_A_SHARE", 2)

    assert few == [[0, 1, 2, 3, 4, 5]]
    assert shared_out(questions) == [[0], [1, 2, 3, 5], [4]]


@pytest.mark.usefixtures("_shared")
def test_a_question_that_cannot_be_asked_is_an_error_whoever_was_to_ask_it() -> None:
    """No answer is made up for it."""
    wrong = [*QUESTIONS[:4], Question(property="dead", at=AT, rule="none")]

    with pytest.raises(BadInput, match="no such rule"):
        list(prove_within(prover(), wrong, 60.0, 2))


@pytest.mark.usefixtures("_shared")
@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "the process that was to answer was ended by SIGKILL"),
        (lambda: os._exit(3), "the process that was to answer ended with exit status 3"),
        ([].pop, "the process that was to answer failed: IndexError pop from empty list"),
    ],
)
def test_a_process_that_fails_leaves_its_questions_unknown_and_the_others_answered(
    failure: object, why: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Unknown, never proved, with one line that says what happened."""
    prove = Prover.prove

    def failing(self: Prover, question: Question) -> Certificate:
        if question.rule == "narrow":
            assert callable(failure)
            failure()
        return prove(self, question)

    monkeypatch.setattr(Prover, "prove", failing)
    found = list(prove_within(prover(), QUESTIONS, 60.0, 2))

    assert {(each.result, each.why) for each in found if each.parameters.get("rule") == "narrow"} == {("unknown", why)}
    assert all(each.result != "unknown" for each in found if each.parameters.get("rule") != "narrow")
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("_shared")
def test_what_no_process_answered_in_time_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never passes for proved, and what was answered in time is as ever."""
    prove, alone = Prover.prove, {str(each): prover().prove(each).result for each in QUESTIONS}

    def slow(self: Prover, question: Question) -> Certificate:
        if question.rule == "wide":
            time.sleep(60)
        return prove(self, question)

    monkeypatch.setattr(Prover, "prove", slow)
    found = list(prove_within(prover(), QUESTIONS, 1.0, 4))

    late = [each for each in found if each.result == "unknown"]
    assert {each.why for each in late} == {"not answered within 1 s for all questions"}
    assert [each for each in found if each.parameters.get("rule") == "wide" and each not in late] == []
    assert all(
        certificate in late or certificate.result == alone[str(question)]
        for question, certificate in zip(QUESTIONS, found, strict=True)
    )


def test_pieces_come_with_the_place_of_what_gives_them() -> None:
    """And no more processes run at once than are asked for."""

    def give(number: int) -> Iterator[bytes]:
        yield b"%d" % number
        yield b"%d again" % number

    pieces = list(side_by_side(20.0, [lambda number=number: give(number) for number in range(5)], 2))  # type: ignore[misc]

    assert sorted(pieces) == sorted(
        (place, text) for place in range(5) for text in (b"%d" % place, b"%d again" % place)
    )


def test_a_process_that_dies_is_no_answer_and_an_error_of_its_own_is_told() -> None:
    """One that takes all memory is ended by the system."""

    def dies() -> Iterator[bytes]:
        yield b"first"
        raise MemoryError

    def refuses() -> Iterator[bytes]:
        yield b"first"
        raise BadInput("no such action", got="fly")

    def sleeps() -> Iterator[bytes]:
        yield b"first"
        time.sleep(60)

    first, last = (piece for _, piece in side_by_side(20.0, [dies], 1))
    assert (first, str(last)) == (b"first", "the process that was to answer failed: MemoryError")
    assert isinstance(last, ProcessFailed)
    for give, kind in ((refuses, BadInput), (sleeps, NotInTime)):
        pieces = side_by_side(2.0, [give], 1)
        assert next(pieces) == (0, b"first")
        with pytest.raises(kind):
            next(pieces)


def test_a_system_that_cannot_fork_answers_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is begun, and nothing limited."""
    monkeypatch.setattr(proof_processes.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    monkeypatch.setattr(proof_processes, "_begin", lambda *_: pytest.fail("a process was begun"))

    found = list(prove_within(Prover(replace(RULES), second=False), QUESTIONS[:3], 60.0, 4))

    assert [each.result for each in found] == [prover().prove(each).result for each in QUESTIONS[:3]]
