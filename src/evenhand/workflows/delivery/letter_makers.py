"""The letter and the payload of statements, made in their order; of many, by a second process while this one writes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import msgspec

from evenhand.model.errors import EvenhandError
from evenhand.model.statement import StatementOfReasons
from evenhand.model.visible_text import json_visible
from evenhand.reasons import Corpus, letter
from evenhand.reasons.exports import export
from evenhand.workflows.evaluation.side_process import SideWorker, can_work_beside

_AT_ONCE = 128  # letters: fewer are made as fast as a process is begun
_AFTER = "what was recorded before is safe"

Made = tuple[bytes, bytes]
Write = Callable[[StatementOfReasons, Made], None]

_encode = msgspec.msgpack.encode
_statements = msgspec.msgpack.Decoder(list[StatementOfReasons]).decode
_letters = msgspec.msgpack.Decoder(list[Made]).decode


def letter_of(statement: StatementOfReasons, corpus: Corpus) -> Made:
    """Return the letter, and the EU payload or what keeps it from being exported.

    `corpus` are the statements before, so that reasons said of everybody alike are noticed; this one is added.
    """
    text = letter(statement, statement.language).text.encode()
    payload = msgspec.json.encode(export(statement, "tdb", corpus))
    corpus.add(statement.ground.explanation, statement.facts)
    return text, msgspec.json.format(json_visible(payload))


@contextmanager
def letters_made(write: Write) -> Iterator[Callable[[StatementOfReasons], None]]:
    """Give what takes a statement; `write` gets each with its letter, in their order, the last at the end.

    Raises:
        ProcessEnded: the second process failed, or was ended.
    """
    if not can_work_beside():
        corpus = Corpus()
        yield lambda statement: write(statement, letter_of(statement, corpus))
        return
    makers = _TwoProcesses(write)
    try:
        yield makers.take
        makers.finish()
    finally:
        makers.end()


class _TwoProcesses:
    """This process, which reads and writes, and from the first full batch on one that makes letters."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._gathered: list[StatementOfReasons] = []
        self._open: list[StatementOfReasons] = []
        self._worker: SideWorker | None = None

    def take(self, statement: StatementOfReasons) -> None:
        """Take a statement; the last batch is written while the other process makes the next."""
        self._gathered.append(statement)
        if len(self._gathered) == _AT_ONCE:
            self._worker = self._worker or SideWorker("letters", partial(_made, Corpus()), lost=_AFTER)
            self._hand_over(self._worker)

    def finish(self) -> None:
        """Write what is left."""
        if self._worker is None:
            corpus = Corpus()
            self._write_all((each, letter_of(each, corpus)) for each in self._gathered)
            return
        if self._gathered:
            self._hand_over(self._worker)
        self._write_all(self._answered(self._worker))

    def end(self) -> None:
        """End the other process."""
        if self._worker is not None:
            self._worker.end()

    def _hand_over(self, worker: SideWorker) -> None:
        before = self._answered(worker)
        worker.ask(_encode(self._gathered))
        self._open, self._gathered = self._gathered, []
        self._write_all(before)

    def _answered(self, worker: SideWorker) -> list[tuple[StatementOfReasons, Made]]:
        if not self._open:
            return []
        made = _letters(worker.answer()) or [letter_of(each, Corpus()) for each in self._open]  # which says why
        several, self._open = self._open, []
        return list(zip(several, made, strict=True))

    def _write_all(self, made: Iterable[tuple[StatementOfReasons, Made]]) -> None:
        for each in made:
            self._write(*each)


def _made(corpus: Corpus, question: bytes) -> bytes:
    """Return the letters of some statements in a row; none where one cannot be made."""
    try:
        return _encode([letter_of(each, corpus) for each in _statements(question)])
    except EvenhandError:
        return _encode([])
