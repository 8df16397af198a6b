"""Proofs within a time: in a process of its own, which is ended when its time is over.

A solver that is reading a question cannot be interrupted: its own time limit begins only when it searches. A pattern of
6,000 characters in a `like` kept one for minutes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Final, TypeAlias

import msgspec

from evenhand.model.certificate import Certificate, Dependence
from evenhand.model.errors import BadInput
from evenhand.model.release import RulebookDifference
from evenhand.policy.proofs.dependence import dependence
from evenhand.policy.proofs.proof_processes import NotInTime, ProcessFailed, cores, side_by_side
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.rulebook_comparison import compare_rulebooks
from evenhand.policy.rulebook.reading import RulebookContents

LIMIT_S: Final = 60.0
"""Seconds for all the questions that a release, or one command, asks together."""

Sent: TypeAlias = tuple[Certificate, dict[str, str]]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent).decode


# Fewer questions are answered before a second process has warmed up.
FEW: Final = 400

# So many rules' questions are one share: the same on every machine, so that answers do not hang on its cores.
RULES_A_SHARE: Final = 250


def prove_within(
    prover: Prover, questions: Sequence[Question], limit_s: float, at_once: int | None = None
) -> Iterator[Certificate]:
    """Yield the answer to each question; `unknown` for each that was not answered within the time for all of them.

    `why` of those says so. More than `FEW` questions are shared out among `at_once` processes, None as many as there
    are cores. Where the system cannot fork, nothing is shared out or limited.

    Raises:
        BadInput: a question cannot be asked.
    """
    until, shares = monotonic() + limit_s, shared_out(questions)
    if len(shares) > 1:
        prover.prepare(question.at for question in questions)
    answered = _answered(prover, questions, shares, until - monotonic(), at_once or cores())
    found: dict[int, Certificate] = {}
    done = 0
    with suppress(NotInTime):
        for place, certificate in answered:
            found[place] = certificate
            while done in found:
                yield found.pop(done)
                done += 1
    for place, question in enumerate(questions[done:], done):
        late = f"not answered within {limit_s:g} s for all questions"
        yield found[place] if place in found else prover.unanswered(question, late)


def shared_out(questions: Sequence[Question]) -> list[list[int]]:
    """Return the places of questions that one process answers one after the other.

    What is about no rule comes first and stays together, and so do the questions about one rule: a counterexample to
    one often answers the next.
    """
    if len(questions) <= FEW:
        return [list(range(len(questions)))]
    rules = {name: turn for turn, name in enumerate(dict.fromkeys(each.rule for each in questions if each.rule))}
    shares: dict[int, list[int]] = {}
    for place, question in enumerate(questions):
        share = -1 if question.rule is None else rules[question.rule] // RULES_A_SHARE
        shares.setdefault(share, []).append(place)
    return list(shares.values())


def _answered(
    prover: Prover, questions: Sequence[Question], shares: Sequence[Sequence[int]], limit_s: float, at_once: int
) -> Iterator[tuple[int, Certificate]]:
    """Yield the place of a question and its answer as the processes give them; unknown where a process has failed."""

    def answers(share: Sequence[int]) -> Iterator[bytes]:
        for place in share:
            yield _encode((prover.prove(questions[place]), prover.queries))
            prover.queries.clear()

    left = [list(share) for share in shares]
    for number, piece in side_by_side(limit_s, [partial(answers, share) for share in shares], at_once):
        if isinstance(piece, ProcessFailed):
            yield from ((place, prover.unanswered(questions[place], str(piece))) for place in left[number])
            continue
        certificate, queries = _decode(piece)
        prover.queries.update(queries)
        yield left[number].pop(0), certificate


def compare_within(old: RulebookContents, new: RulebookContents, at: str, limit_s: float) -> RulebookDifference:
    """Return how two rulebooks differ on a day, by one solver, as `compared.difference` does.

    Raises:
        BadInput: it was not found within the time.
    """

    def found() -> Iterator[bytes]:
        yield _encode(compare_rulebooks(old, new, at, second=False))

    return msgspec.json.decode(_only(found, limit_s, "how the rulebooks differ"), type=RulebookDifference)


def dependence_within(prover: Prover, at: str, limit_s: float) -> list[Dependence]:
    """Return on which attributes outcomes can depend on a day, as `dependence.dependence` does.

    Raises:
        BadInput: it was not found within the time.
    """

    def found() -> Iterator[bytes]:
        yield _encode(dependence(prover, at))

    return msgspec.json.decode(_only(found, limit_s, "on which attributes outcomes depend"), type=list[Dependence])


def _only(found: Callable[[], Iterator[bytes]], limit_s: float, what: str) -> bytes:
    todo = "shorten the patterns of `like`, or give it more time"
    try:
        ((_, piece),) = side_by_side(limit_s, [found], 1)
    except NotInTime:
        raise BadInput(f"{what} was not found", expected=f"an answer within {limit_s:g} s", todo=todo) from None
    if isinstance(piece, ProcessFailed):
        raise BadInput(f"{what} was not found: {piece}", todo=todo)
    return piece
