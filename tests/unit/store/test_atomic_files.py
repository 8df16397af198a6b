"""Atomic writes: the old file or the new one, whatever happens between."""

import os
from pathlib import Path

import pytest

from evenhand.store.atomic_files import replacing, replacing_text, write_whole


def test_a_reader_finds_the_old_file_until_the_new_one_is_complete(tmp_path: Path) -> None:
    """And no temporary file afterwards."""
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_after_an_error_the_old_file_is_there_and_no_temporary_one(tmp_path: Path) -> None:
    """Half a table looks like a complete one."""
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")

    with pytest.raises(ZeroDivisionError), replacing_text(path) as file:
        file.writelines(str(1 // number) for number in (1, 0))

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("/dev/null"), os.mkfifo])
def test_a_folder_or_device_is_never_replaced_by_a_file(tmp_path: Path, make: object) -> None:
    """As root, `--out /dev/null` would otherwise take the device away from the whole machine."""
    path = tmp_path / "out"
    make(path)  # type: ignore[operator]

    with pytest.raises(OSError, match="not a regular file"):
        write_whole(path, b"new")

    assert not path.is_file()
    assert list(tmp_path.iterdir()) == [path]


def test_file_and_folder_are_synced_around_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes before the name is theirs, the name before anybody is told."""
    steps = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(
        os, "fsync", lambda file: (steps.append(str(Path(f"/proc/self/fd/{file}").readlink())), fsync(file))
    )
    monkeypatch.setattr(Path, "replace", lambda one, other: (steps.append("rename"), replace(one, other)))

    write_whole(tmp_path / "out", b"new")

    assert steps == [str(tmp_path / "out.tmp"), "rename", str(tmp_path)]


def test_line_ends_are_written_as_given(tmp_path: Path) -> None:
    """CSV has its own."""
    with replacing_text(tmp_path / "out.csv") as file:
        file.write("a\r\nb\n")

    assert (tmp_path / "out.csv").read_bytes() == b"a\r\nb\n"
