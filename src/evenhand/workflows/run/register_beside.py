"""The register of the gate, made by another process while this one writes the tables for people."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from evenhand.ledger import Ledger
from evenhand.model.errors import EvenhandError
from evenhand.model.hosts import Suffixes
from evenhand.model.log import Checkpoint
from evenhand.workflows.delivery.gate_conditions import make_conditions
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.publication import MadeRegister, make_register, published_head, record_register
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.side_process import SideProcess, can_work_beside, has_memory_for_two

_WORTH_A_PROCESS = 4_000  # advertisers: for fewer another process costs more than it saves
_NOT_MADE = b""

Register = Callable[[], tuple[Checkpoint, tuple[str, ...]]]
"""Waits for a register's files, records it, and returns the ledger's last head and a sentence for each doubtful key."""

_made = msgspec.msgpack.Decoder(MadeRegister).decode


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
) -> Register:
    """Publish the ledger's head, begin to write the register made at it, and return what waits for its files.

    A small register is there at once, a large one is made by another process if memory allows for two. `seed`, `now`
    and `memory` are as for `make_register`.
    Between the two calls nothing is recorded: the head would be another.

    Raises:
        RegisterInvalid: a row breaks a rule of registers; the old files stay. Now, or where it is waited for.
        OSError: the same, if the folder cannot be written.
        ProcessEnded: somebody ended the other process.
    """
    head = published_head(ledger, run_context.at)
    make = partial(make_register, run_context, history, out, suffixes, seed, head.note, now=now, memory=memory)

    def finish(made: MadeRegister) -> tuple[Checkpoint, tuple[str, ...]]:
        return record_register(ledger, made, head, run_context.at), made.doubts

    is_worth = len(run_context.tables.advertisers) >= _WORTH_A_PROCESS
    if not is_worth or not can_work_beside() or not has_memory_for_two():
        return partial(finish, make())
    make_conditions(run_context, memory)  # what the other process would make, the memory here did not keep
    process = SideProcess("the register of the gate", lambda: _packed(make), lost="what was recorded before is safe")

    def wait() -> tuple[Checkpoint, tuple[str, ...]]:
        try:
            packed = process.result()
        finally:
            process.end()
        return finish(make() if packed == _NOT_MADE else _made(packed))

    return wait


def _packed(make: Callable[[], MadeRegister]) -> bytes:
    """Return the register that was made; where it fails, nothing: made again by its parent, it says there why."""
    try:
        return msgspec.msgpack.encode(make())
    except (EvenhandError, OSError):
        return _NOT_MADE
