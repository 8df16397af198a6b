"""Proofs within a time: in a process of its own, which is ended when its time is over.

A solver that is reading a question cannot be interrupted: its own time limit begins only when it searches. A pattern of
6,000 characters in a `like` kept one for minutes.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic
from typing import Final, TypeAlias

import msgspec

from evenhand.model.certificate import Certificate, Dependence
from evenhand.model.errors import BadInput
from evenhand.model.release import RulebookDifference
from evenhand.policy.proofs.dependence import dependence
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question
from evenhand.policy.proofs.rulebook_comparison import compare_rulebooks
from evenhand.policy.proofs.smt.solver import bound_memory
from evenhand.policy.rulebook.reading import RulebookContents

LIMIT_S: Final = 60.0
"""Seconds for all the questions that a release, or one command, asks together."""

Sent: TypeAlias = tuple[Certificate, dict[str, str]]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent).decode


class NotInTime(Exception):
    """The time was over, or the process that answered has died, as one does that has no memory left."""


def prove_within(prover: Prover, questions: Sequence[Question], limit_s: float) -> Iterator[Certificate]:
    """Yield the answer to each question; `unknown` for each that was not answered within the time for all of them.

    `why` of those says so. Where the system cannot fork, nothing is limited.
    """
    done = 0

    def answers() -> Iterator[bytes]:
        for question in questions:
            yield _encode((prover.prove(question), prover.queries))
            prover.queries.clear()

    with suppress(NotInTime):
        for sent in within(limit_s, answers):
            certificate, queries = _decode(sent)
            prover.queries.update(queries)
            done += 1
            yield certificate
    for question in questions[done:]:
        yield prover.unanswered(question, f"not answered within {limit_s:g} s for all questions")


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
    try:
        (sent,) = within(limit_s, found)
    except NotInTime:
        raise BadInput(
            f"{what} was not found", expected=f"an answer within {limit_s:g} s",
            todo="shorten the patterns of `like`, or give it more time",
        ) from None  # fmt: skip
    return sent


def within(limit_s: float, give: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """Yield what a function gives, piece by piece, in another process that has `limit_s` seconds.

    Raises:
        NotInTime: they are over, or the process has died.
        BadInput: the function has raised it.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from give()
        return
    until = monotonic() + limit_s
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(give, sender), daemon=True)
    process.start()
    sender.close()
    try:
        while (piece := _received(receiver, until))[:1] == _PIECE:
            yield piece[1:]
        if piece[:1] == _FAULT:
            raise BadInput(piece[1:].decode())
    finally:
        process.kill()
        process.join()
        receiver.close()


_PIECE, _FAULT, _END = b"p", b"f", b"e"


def _received(receiver: Connection, until: float) -> bytes:
    try:
        if receiver.poll(max(0.0, until - monotonic())):
            return receiver.recv_bytes()
    except EOFError as error:
        raise NotInTime from error
    raise NotInTime


def _work(give: Callable[[], Iterator[bytes]], sender: Connection) -> None:
    bound_memory()
    with sender:
        try:
            for piece in give():
                sender.send_bytes(_PIECE + piece)
        except BadInput as error:
            sender.send_bytes(_FAULT + str(error).encode())
        else:
            sender.send_bytes(_END)
