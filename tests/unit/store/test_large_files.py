"""Files in pieces: whole or not at all, and never taken for something else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.store.atomic_files import lines_of, output_file


def failing() -> Iterator[bytes]:
    yield b"new\n"
    raise ValueError("no bytes")


def test_a_file_stands_whole_at_the_end(tmp_path: Path) -> None:
    """Until then what was there before stands, and no remains afterwards."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    with output_file(path) as file:
        file.write(b"new\n")
        assert path.read_bytes() == b"old\n"

    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


def test_after_an_error_the_old_file_stands(tmp_path: Path) -> None:
    """Half an export looks like a whole one."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    with pytest.raises(ValueError, match="no bytes"), output_file(path) as file:
        file.writelines(failing())

    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["folder", "missing/out.jsonl"])
def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, place: str) -> None:
    """A folder, or one that is not there; a device would be replaced by a file."""
    (tmp_path / "folder").mkdir()

    with (
        pytest.raises(BadInput, match=r"(folder|out.jsonl): cannot be written"),
        output_file(tmp_path / place),
    ):
        raise AssertionError("never given")


def test_a_line_above_the_limit_shows_that_it_is(tmp_path: Path) -> None:
    """Its reader sees one byte too many, and memory holds no more."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"ab\ncdefgh\n")

    assert list(lines_of(path, 3)) == [b"ab\n", b"cdef", b"gh\n"]


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """A missing file and a folder."""
    with pytest.raises(BadInput, match="cannot be read"):
        list(lines_of(tmp_path / name, 10))
