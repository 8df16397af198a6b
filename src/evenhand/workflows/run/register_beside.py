"""The register of the gate, of which another process makes the files while this one writes the tables for people.

This one makes the rows and hands them over: the other began before anything was read, and so holds little else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.errors import EvenhandError
from evenhand.model.hosts import Suffixes
from evenhand.model.log import Checkpoint
from evenhand.model.program import When
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.workflows.delivery.gate_conditions import GateSentences, make_conditions
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.publication import (
    MadeRegister,
    make_register,
    published_head,
    record_register,
    sign_register,
    write_rows,
)
from evenhand.workflows.delivery.register_rows import register_head, register_rows
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.side_process import SideWorker

_WORTH_A_PROCESS = 4_000  # advertisers: for fewer another process costs more than it saves
_AT_ONCE = 4_000  # rows that are handed over together
_NOT_MADE = b""
_ROWS, _FILES = b"r", b"f"  # begin a question to the worker of the run

Register = Callable[[], tuple[Checkpoint, MadeRegister]]
"""Waits for a register's files, records it, and returns the ledger's last head and what was made."""

_made = msgspec.msgpack.Decoder(MadeRegister).decode


class _Rows(msgspec.Struct, frozen=True, array_like=True):
    """Some rows without conditions, where the conditions of each stand among all so far (-1: none), and further ones.

    Conditions are handed over once for all rows that share them: most rows do.
    """

    rows: list[RegisterRow]
    places: list[int]
    conditions: list[tuple[When, ...]]


class _Files(msgspec.Struct, frozen=True, array_like=True):
    """Head and place of a register whose rows were handed over, its seed, and what the report says of conditions."""

    sentences: GateSentences
    head: RegisterHead
    out: str
    seed: bytes


_rows = msgspec.msgpack.Decoder(_Rows).decode
_files = msgspec.msgpack.Decoder(_Files).decode


def begin_register(
    run_context: RunContext,
    ledger: Ledger,
    history: History,
    out: Path,
    suffixes: Suffixes,
    seed: bytes,
    *,
    now: datetime,
    memory: ConditionMemory,
    worker: SideWorker | None = None,
) -> Register:
    """Publish the ledger's head, begin to write the register made at it, and return what waits for its files.

    A small register is there at once, of a large one the `worker` of the run writes the files. `seed`, `now` and
    `memory` are as for `make_register`.
    Between the two calls nothing is recorded: the head would be another.

    Raises:
        RegisterInvalid: a row breaks a rule of registers; the old files stay. Now, or where it is waited for.
        OSError: the same, if the folder cannot be written.
        ProcessEnded: somebody ended the other process.
    """
    head = published_head(ledger, run_context.at)
    make = partial(make_register, run_context, history, out, suffixes, seed, head.note, now=now, memory=memory)

    def finish(made: MadeRegister) -> tuple[Checkpoint, MadeRegister]:
        sign_register(ledger, out)
        return record_register(ledger, made, head, run_context.at), made

    if worker is None or len(run_context.tables.advertisers) < _WORTH_A_PROCESS:
        return partial(finish, make())
    make_conditions(run_context, memory)  # those that the memory here did not keep
    rows, sentences = register_rows(run_context, history, memory)
    for number, some in enumerate(_packed(rows)):  # the next are made while the other reads these
        if number:
            worker.answer()
        worker.ask(_ROWS + some)
    worker.answer()
    top = register_head(run_context, history, head.note, now)
    worker.ask(_FILES + msgspec.msgpack.encode(_Files(sentences, top, str(out), seed)))

    def wait() -> tuple[Checkpoint, MadeRegister]:
        packed = worker.answer()
        # Where it failed, it is made again here, which says why.
        return finish(make() if packed == _NOT_MADE else _made(packed))

    return wait


def _packed(rows: Iterable[RegisterRow]) -> Iterator[bytes]:
    """Yield the rows, some at a time, with conditions that are the same object once."""
    # By place in memory; the object is kept beside, so that the place stays its own.
    known: dict[int, tuple[int, tuple[When, ...]]] = {}
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        places, further = [], []
        for row in some:
            if row.when is None:
                places.append(-1)
                continue
            found = known.get(id(row.when))
            if found is None:
                found = known[id(row.when)] = len(known), row.when
                further.append(row.when)
            places.append(found[0])
        bare = [row if row.when is None else replace(row, when=None) for row in some]
        yield msgspec.msgpack.encode(_Rows(bare, places, further))


class RegisterMaker:
    """Makes the files of a register of the rows that it is handed."""

    def __init__(self, suffixes: Suffixes) -> None:
        """Begin without rows."""
        self._suffixes, self._is_whole = suffixes, True
        self._rows: list[RegisterRow] = []
        self._conditions: list[tuple[When, ...]] = []

    def works(self) -> Mapping[bytes, Callable[[memoryview], bytes]]:
        """Return what answers the questions of `begin_register`, by their first byte."""
        return {_ROWS: self._take, _FILES: self._write}

    def _take(self, question: memoryview) -> bytes:
        try:
            some = _rows(question)
        except msgspec.MsgspecError:  # what no reader of a register would take
            self._is_whole = False
            return b""
        self._conditions += some.conditions
        self._rows += (
            row if place < 0 else replace(row, when=self._conditions[place])
            for row, place in zip(some.rows, some.places, strict=True)
        )
        return b""

    def _write(self, question: memoryview) -> bytes:
        """Return the register that was made, nothing where it failed."""
        rows, is_whole, wanted = self._rows, self._is_whole, _files(question)
        self._rows, self._conditions, self._is_whole = [], [], True
        try:
            if is_whole:
                made = write_rows(rows, wanted.sentences, wanted.head, Path(wanted.out), self._suffixes, wanted.seed)
                return msgspec.msgpack.encode(made)
        except (EvenhandError, OSError):
            pass
        return _NOT_MADE
