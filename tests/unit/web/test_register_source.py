"""Registers that come, change, break and go while the service runs."""

import errno
import mmap
import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from evenhand.gate import Gate, write_register
from evenhand.web.gate.register_source import Behind, Source
from evenhand.web.gate.snapshots import Snapshots
from tests.unit.gate.registers import NOW, SUFFIXES, compiled_gate, head, open_gate, row


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
    """Anyone who holds the old gate goes on with it."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    before = source.gate

    open_gate(tmp_path, row("b", domains=("b.example",)))

    assert source.look() == "taken"
    assert (ids(before), ids(source.gate)) == (("a",), ("b",))


def test_a_bad_register_is_refused_once_and_the_one_in_use_stays(tmp_path: Path) -> None:
    """It is told once for as long as it does not change; a good one after it is taken."""
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
    """No file is no order to forget; that it is gone is said once, and another one is taken."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    (tmp_path / "register.jsonl").unlink()

    assert source.look() == "refused"
    assert source.why == f"{tmp_path / 'register.jsonl'}: there is no register any more"
    assert source.look() is None
    assert ids(source.gate) == ("a",)
    open_gate(tmp_path, row("b", domains=("b.example",)))
    assert source.look() == "taken"
    assert source.behind is None


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


def test_a_fault_that_passes_does_not_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full for a second kept the old register in use for ever."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    open_gate(tmp_path, row("b", domains=("b.example",)))

    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfile", _no_space)
        assert [source.look(), source.look()] == ["refused", None]
        assert source.behind == Behind("unreadable", NOW, 2)
        assert source.why == f"{tmp_path}/register.jsonl: No space left on device"
    assert list((tmp_path / "copies").glob("*.[0-9]*")) == []

    found = [source.look() for _ in range(2)]
    assert (found, ids(source.gate), source.behind) == ([None, "taken"], ("b",), None)


def test_tries_of_a_refused_file_grow_apart_and_never_end(tmp_path: Path) -> None:
    """After 1, 2, 4 looks and so on, up to one in 64: a large file is not copied each second."""
    path = tmp_path / "register.jsonl"
    path.write_bytes(b"{}")
    source = source_of(tmp_path, [path])
    tries = list[int]()

    for _ in range(300):
        source.look()
        assert source.behind
        tries.append(source.behind.tries)

    at = [tries.index(number) for number in range(1, max(tries) + 1)]
    assert [later - earlier for earlier, later in pairwise(at)] == [1, 2, 4, 8, 16, 32, 64, 64, 64]
    source.open_anew()
    assert source.look() == "refused"


def test_a_file_that_was_spoiled_in_copying_is_copied_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file itself is whole: the copy that was not is not tried twice."""
    compiled_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.evh"])
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "copyfile", lambda _, to: Path(to).write_bytes(b"EVHREG cut short"))
        assert source.look() == "refused"
        assert source.behind
        assert source.behind.why == "damaged"

    assert source.look() == "taken"


def test_a_folder_that_may_not_be_read_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the same as a folder without a register."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()

    with monkeypatch.context() as locked:
        locked.setattr(Path, "stat", _no_access)
        assert [source.look(), source.look()] == ["refused", None]
        assert source.behind
        assert source.behind.why == "unreadable"

    assert (source.look(), source.behind, ids(source.gate)) == ("taken", None, ("a",))


def test_memory_that_does_not_suffice_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register in use goes on answering."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    source = source_of(tmp_path, [tmp_path / "register.jsonl"])
    source.look()
    compiled_gate(tmp_path, row("b", domains=("b.example",)))
    (tmp_path / "register.evh").replace(tmp_path / "register.jsonl")

    with monkeypatch.context() as short:
        short.setattr(mmap, "mmap", _no_memory)
        assert source.look() == "refused"

    assert "register.jsonl: the register cannot be read: `Cannot allocate memory`" in source.why
    assert (source.look(), ids(source.gate)) == ("taken", ("b",))


@pytest.mark.parametrize(
    ("checkpoint", "why"),
    [("log.example/other\n9\nr\n", "origin"), ("log.example/made-up\n6\nr\n", "size"), ("", "origin")],
)
def test_a_register_of_another_log_or_an_older_one_is_not_served(tmp_path: Path, checkpoint: str, why: str) -> None:
    """Until the right one is back; nobody has to start the service again."""
    open_gate(tmp_path, row("a", domains=("a.example",)))
    path = tmp_path / "register.jsonl"
    source = source_of(tmp_path, [path])
    source.look()
    right = path.read_bytes()
    write_register([row("b", domains=("b.example",))], head(checkpoint=checkpoint), path, SUFFIXES)

    assert source.look() == "refused"
    assert source.behind
    assert source.behind.why == why
    assert ids(source.gate) == ("a",)
    path.write_bytes(right)
    assert source.look() == "taken"


def _no_space(_: Path, to: Path) -> None:
    Path(to).write_bytes(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _no_access(self: Path, **_: object) -> os.stat_result:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _no_memory(*_: object, **__: object) -> None:
    raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
