"""The writer of a register is killed while it replaces the file: a reader finds the old one or the new one."""

import os
import random
import signal
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from evenhand.gate import Gate, compile_register
from evenhand.model.errors import RegisterInvalid
from tests.unit.gate.registers import SEED, SUFFIXES, head, row


def _replace_for_ever(path: Path, first: int, begun: Event) -> None:
    """Put one register after another in the same place; tell when the first is about to be."""
    begun.set()
    for turn in range(first, 1_000_000):
        rows = [row("a", domains=("a.example",)), row(f"turn-{turn % 2}")]
        compile_register(rows, head(), path, SUFFIXES, SEED)


def _usual_s(folder: Path) -> float:
    """Return how long this machine takes for one register, so that kills fall into every part of one."""
    start = time.monotonic()
    for turn in range(10):
        compile_register([row("a"), row(f"turn-{turn}")], head(), folder / "register.evh", SUFFIXES, SEED)
    compile_register([row("a"), row("turn-0")], head(), folder / "register.evh", SUFFIXES, SEED)
    return (time.monotonic() - start) / 11


@pytest.mark.parametrize("kills", [30, pytest.param(1_000, marks=pytest.mark.long)])
def test_a_reader_finds_a_whole_register_whenever_the_writer_is_killed(tmp_path: Path, kills: int) -> None:
    """Acceptance 3 of `gate.md` §13; what is left beside the file is nothing that a reader opens."""
    path = tmp_path / "register.evh"
    chance, seen, context = random.Random(21), Counter[str](), get_context("fork")
    took_s = _usual_s(tmp_path)

    for kill in range(kills):
        begun = context.Event()
        writer = context.Process(target=_replace_for_ever, args=(path, kill, begun))
        writer.start()
        begun.wait()
        time.sleep(chance.uniform(0, 3 * took_s))
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        gate = Gate(path, "last")
        seen.update(each for each in ("turn-0", "turn-1") if gate.register.find(b"a", each))

    assert seen.total() == kills
    assert set(seen) == {"turn-0", "turn-1"}
    assert {each.name for each in tmp_path.iterdir()} <= {"register.evh", "register.evh.part"}


def test_a_gate_takes_a_new_register_and_keeps_the_old_one_if_the_new_one_is_none(tmp_path: Path) -> None:
    """What was begun with the old one ends with it; a broken file is told and changes nothing."""
    path = tmp_path / "register.evh"
    compile_register([row("old")], head(), path, SUFFIXES, SEED)
    gate = Gate(path, "last")
    begun = gate.opened.resolver

    assert gate.refresh() is False
    compile_register([row("new")], head(), path, SUFFIXES, SEED)
    assert gate.refresh() is True
    assert (bool(gate.register.find(b"a", "new")), bool(begun.register.find(b"a", "old"))) == (True, True)
    (tmp_path / "broken").write_bytes(path.read_bytes()[:-1])
    (tmp_path / "broken").replace(path)
    for _ in range(2):
        with pytest.raises(RegisterInvalid, match="truncated"):
            gate.refresh()
    path.unlink()
    with pytest.raises(RegisterInvalid, match="cannot be read"):
        gate.refresh()
    assert gate.register.find(b"a", "new")
