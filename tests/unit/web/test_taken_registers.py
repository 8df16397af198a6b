"""A service that starts again compares the first register with the one that it took last."""

from pathlib import Path

import pytest

from evenhand.gate import write_register
from evenhand.gate.registers.log_checkpoint import ANY, AcceptedRegisters
from evenhand.model.errors import BadInput
from evenhand.web.gate.register_source import Source
from evenhand.web.gate.snapshots import Snapshots
from evenhand.web.gate.taken_registers import TakenRegisters
from tests.unit.gate.registers import NOW, SUFFIXES, head, row


def started(folder: Path, checkpoint: str, expected: AcceptedRegisters = ANY) -> Source:
    """Return the source of a service that has just started beside a register made at a checkpoint."""
    register = folder / "register.jsonl"
    write_register([row("a")], head(checkpoint=checkpoint), register, SUFFIXES)
    (folder / "copies").mkdir(exist_ok=True)
    taken = TakenRegisters(folder / "taken")
    copies = Snapshots(folder / "copies", are_shared=True)
    source = Source([register], "refuse", lambda: NOW, copies, taken.after_restart(expected), taken.note)
    source.look()
    return source


@pytest.mark.parametrize(
    ("checkpoint", "expected", "why"),
    [
        ("log.example/a\n8\nb25l\n", ANY, ""),
        ("log.example/a\n9\ndHdv\n", ANY, ""),
        ("log.example/a\n7\nb25l\n", ANY, "size"),
        ("log.example/a\n8\ndHdv\n", ANY, "root"),
        ("log.example/b\n9\ndHdv\n", ANY, "origin"),
        ("", ANY, "origin"),
        ("log.example/b\n1\ndHdv\n", AcceptedRegisters("log.example/b"), ""),
        ("log.example/a\n7\nb25l\n", AcceptedRegisters("log.example/a"), "size"),
        ("log.example/a\n9\ndHdv\n", AcceptedRegisters(size=10), "size"),
        ("log.example/a\n7\nb25l\n", AcceptedRegisters(allow_older=True), ""),
    ],
)
def test_the_first_register_after_a_restart_is_no_older_one(
    tmp_path: Path, checkpoint: str, expected: AcceptedRegisters, why: str
) -> None:
    """Of the same log, unless the operator names another one or allows older ones."""
    assert started(tmp_path, "log.example/a\n8\nb25l\n").gate is not None

    source = started(tmp_path, checkpoint, expected)

    assert (source.behind.why if source.behind else "") == why
    assert (tmp_path / "taken").read_text() == ("log.example/a\n8\nb25l\n" if why else checkpoint)


@pytest.mark.parametrize("bad", [b"", b"log.example/a", b"log.example/a\nmany\nb25l\n", b"\xff\n8\nb25l\n"])
def test_a_file_that_is_none_of_its_own_stops_the_start(tmp_path: Path, bad: bytes) -> None:
    """Nobody could say which register is too old."""
    (tmp_path / "taken").write_bytes(bad)

    with pytest.raises(BadInput, match=r"taken: what the service remembers cannot be read.*then delete this file"):
        started(tmp_path, "log.example/a\n8\nb25l\n")


def test_a_register_is_served_also_where_it_cannot_be_remembered(tmp_path: Path) -> None:
    """The operator is told."""
    source = started(tmp_path, "log.example/a\n8\nb25l\n")
    (tmp_path / "taken").unlink()
    (tmp_path / "taken.part").mkdir()

    write_register([row("a")], head(checkpoint="log.example/a\n9\ndHdv\n"), tmp_path / "register.jsonl", SUFFIXES)

    assert source.look() == "taken"
    assert source.doubt.endswith("taken: the register taken last is not remembered: Is a directory")


def test_without_a_file_nothing_is_remembered(tmp_path: Path) -> None:
    """Nor of a register that was made from no log."""
    taken = TakenRegisters(None)

    assert taken.after_restart(ANY) == ANY
    assert started(tmp_path, "").gate is not None
    assert not (tmp_path / "taken").exists()
