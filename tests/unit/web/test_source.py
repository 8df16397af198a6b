"""Registers that come, change, break and go while the service runs."""

import os
import shutil
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.web.snapshots import Snapshots
from evenhand.web.source import Source
from tests.unit.gate.registers import NOW, compiled_gate, open_gate, row


def source_of(folder: Path, paths: list[Path]) -> Source:
    (folder / "copies").mkdir()
    return Source(paths, "refuse", lambda: NOW, Snapshots(folder / "copies", are_shared=True))


def ids(gate: Gate | None) -> tuple[str, ...]:
    assert gate is not None
    return gate.resolve(["a.example", "b.example"])


def test_a_register_that_appears_is_taken(tmp_path: Path) -> None:
    """The service may be started before the first run."""
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    assert (source.look(), source.gate) == (None, None)

    open_gate(tmp_path, row("a", domains=("a.example",)))

    assert source.look() == "taken"
    assert ids(source.gate) == ("a",)
    assert source.look() is None


def test_a_register_that_changes_is_opened_beside_the_one_in_use(tmp_path: Path) -> None:
    """Whoever holds the old gate goes on with it."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    before = source.gate

    open_gate(tmp_path, row("b", domains=("b.example",)))

    assert source.look() == "taken"
    assert (ids(before), ids(source.gate)) == (("a",), ("b",))


def test_a_bad_register_is_refused_once_and_the_one_in_use_stays(tmp_path: Path) -> None:
    """It is not opened again before it changes; a good one after it is taken."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    path = tmp_path / "register.jsonl"
    source = source_of(tmp_path, [path])
    source.look()
    good = path.read_bytes()

    for bad in (b"", b"{}", good[:-20], b"EVHREG", os.urandom(2000)):
        path.write_bytes(bad)
        assert source.look() == "refused"
        assert source.look() is None
        assert ids(source.gate) == ("a",)
        assert str(path) in source.why
    path.write_bytes(good)

    assert source.look() == "taken"


def test_a_register_that_goes_away_stays_in_use(tmp_path: Path) -> None:
    """No file is no order to forget."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    (tmp_path / "register.jsonl").unlink()

    assert source.look() is None
    assert ids(source.gate) == ("a",)


def test_of_two_forms_the_first_that_is_there_counts(tmp_path: Path) -> None:
    """A network's folder has the plain form and, in time, the compiled one."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.evh", tmp_path / "register.jsonl"])
    assert source.look() == "taken"
    assert ids(source.gate) == ("a",)

    compiled_gate(tmp_path, row("b", domains=("b.example",)))

    assert source.look() == "taken"
    assert ids(source.gate) == ("b",)
    assert source.written_at == pytest.approx((tmp_path / "register.evh").stat().st_mtime)


def test_a_register_that_is_cut_in_place_while_it_is_mapped_ends_nothing(tmp_path: Path) -> None:
    """The pages of a mapped file that is cut are gone; the copy's are not, and say what was checked."""
    compiled_gate(tmp_path, row("a", domains=("a.example",)))
    path = tmp_path / "register.evh"
    source = source_of(tmp_path, [path])
    source.look()

    path.write_bytes(b"")

    assert ids(source.gate) == ("a",)
    assert source.look() == "refused"
    assert ids(source.gate) == ("a",)
    assert len(list((tmp_path / "copies").iterdir())) <= 2


def test_a_register_that_changes_while_it_is_opened_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file is no fault of the operator's as long as it grows."""
    path = tmp_path / "register.jsonl"
    open_gate(tmp_path, row("a", domains=("a.example",)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    copy = shutil.copyfile

    def copy_and_go_on(of: Path, to: Path) -> None:
        copy(of, to)
        path.write_bytes(whole)

    monkeypatch.setattr(shutil, "copyfile", copy_and_go_on)
    source = source_of(tmp_path, [path])

    assert source.look() is None
    assert source.look() == "taken"


def test_a_register_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    """A folder in its place, for one, or a pipe, which nobody waits for."""
    (tmp_path / "register.jsonl").mkdir()
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])

    assert source.look() == "refused"
    assert source.why == f"{tmp_path}/register.jsonl: Is a directory"
    (tmp_path / "register.jsonl").rmdir()
    os.mkfifo(tmp_path / "register.jsonl")
    assert source.look() == "refused"
    assert source.why == f"{tmp_path}/register.jsonl: no regular file"
