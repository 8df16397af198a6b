"""Many questions about one rulebook, shared out among processes where they are many."""

import multiprocessing
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TypeAlias

import msgspec

from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput
from evenhand.policy.proofs.prover import Prover
from evenhand.policy.proofs.questions import Question

# Fewer are answered before a second process has warmed up.
FEW = 400

# What a helper sends: its answers, and the texts of its queries.
Sent: TypeAlias = tuple[list[Certificate], dict[str, str]]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent).decode


def prove_all(prover: Prover, questions: Sequence[Question], workers: int) -> list[Certificate]:
    """Return the answers to questions that need no other rulebook, in their order.

    More than `FEW` are shared out among so many processes, this one among them, where the system can fork. Questions
    about one rule stay together: a counterexample to one often answers the next.

    Raises:
        BadInput: a question cannot be asked.
    """
    if workers < 2 or len(questions) <= FEW or "fork" not in multiprocessing.get_all_start_methods():
        return [prover.prove(each) for each in questions]
    places = _shared_out(questions, workers)
    parts = [[questions[place] for place in each] for each in places]
    helpers = [_begin(prover, part) for part in parts[1:]]
    answers = [[prover.prove(each) for each in parts[0]]]
    answers += [_end(prover, part, receiver) for part, receiver in zip(parts[1:], helpers, strict=True)]
    by_place = {
        place: answer
        for each, found in zip(places, answers, strict=True)
        for place, answer in zip(each, found, strict=True)
    }
    return [by_place[place] for place in range(len(questions))]


def _shared_out(questions: Sequence[Question], workers: int) -> list[list[int]]:
    """Return the places of each one's questions: rules in turn, and likewise what is about no rule."""
    places: list[list[int]] = [[] for _ in range(workers)]
    turns: dict[str, int] = {}
    for place, question in enumerate(questions):
        about = question.rule or f"{question.property} {question.class_ or question.attribute}"
        places[turns.setdefault(about, len(turns)) % workers].append(place)
    return places


def _begin(prover: Prover, part: list[Question]) -> Connection:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    context.Process(target=_work, args=(prover, part, sender), daemon=True).start()
    sender.close()
    return receiver


def _work(prover: Prover, part: list[Question], sender: Connection) -> None:
    # A question that cannot be asked ends this process without an answer, and is asked again where it can be told.
    with suppress(BadInput), sender:
        sender.send_bytes(_encode(([prover.prove(each) for each in part], prover.queries)))


def _end(prover: Prover, part: list[Question], receiver: Connection) -> list[Certificate]:
    try:
        sent: Sent = _decode(receiver.recv_bytes())
    except EOFError:
        # The helper has died, of a question that cannot be asked or for want of memory: here its error is seen.
        return [prover.prove(each) for each in part]
    answers, queries = sent
    prover.queries.update(queries)
    return answers
