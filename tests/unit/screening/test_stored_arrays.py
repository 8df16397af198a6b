"""Arrays in a file: the same come back, and a file that is not whole is refused with one line."""

import struct
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import IndexUnreadable
from evenhand.screening.index.stored_arrays import is_stored, read_arrays, write_arrays

ABOUT = {"scorer": "made-up"}
ARRAYS = {
    "numbers": np.array([1, 2, 3], np.int32),
    "none": np.empty(0, np.float32),
    "big-endian": np.array([258], ">u2"),
    "text": np.frombuffer("made-up €".encode(), np.uint8),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("stored") / "made.idx"
    write_arrays(path, ABOUT, ARRAYS)
    return path.read_bytes()


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(IndexUnreadable) as caught:
        read_arrays(path, dict)
    return str(caught.value)


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    """Whatever the byte order and length; arrays cannot be changed."""
    path = tmp_path / "made.idx"
    write_arrays(path, ABOUT, ARRAYS)

    about, arrays = read_arrays(path, dict)

    assert about == ABOUT
    assert {name: array.tolist() for name, array in arrays.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }
    with pytest.raises(ValueError, match="read-only"):
        arrays["numbers"][0] = 7


def test_the_same_arrays_give_the_same_bytes(written: bytes, tmp_path: Path) -> None:
    """An index can be compared by its hash."""
    write_arrays(tmp_path / "again.idx", ABOUT, ARRAYS)

    assert (tmp_path / "again.idx").read_bytes() == written
    assert not (tmp_path / "again.idx.tmp").exists()


def test_an_earlier_file_stays_until_the_new_one_is_whole(written: bytes, tmp_path: Path) -> None:
    """A process that is killed while it writes leaves what was there."""
    path = tmp_path / "made.idx"
    path.write_bytes(written)

    with pytest.raises(AttributeError):
        write_arrays(path, ABOUT, {"numbers": ARRAYS["numbers"], "broken": None})  # type: ignore[dict-item]

    assert path.read_bytes() == written


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changed") / "changed.idx"


@given(st.data())
def test_a_file_cut_short_anywhere_is_refused_with_one_line(written: bytes, scratch: Path, data: st.DataObject) -> None:
    """Case 11: a full disk, a broken copy."""
    length = data.draw(st.one_of(st.integers(0, 80), st.integers(0, len(written) - 1)))

    assert "build it again from the lists" in refused(scratch, written[:length])


@given(st.data())
def test_a_file_with_any_byte_changed_is_refused_with_one_line(
    written: bytes, scratch: Path, data: st.DataObject
) -> None:
    """In magic, length, hash, head or body: nothing is believed that does not hash."""
    at = data.draw(st.one_of(st.integers(0, 80), st.integers(0, len(written) - 1)))
    changed = bytearray(written)
    changed[at] ^= data.draw(st.integers(1, 255))

    said = refused(scratch, bytes(changed))

    assert "build it again from the lists" in said
    assert "\n" not in said


def test_something_behind_the_end_is_refused(written: bytes, scratch: Path) -> None:
    """The hash is over all that is there."""
    assert "cut short or changed" in refused(scratch, written + b"\0")


def test_another_version_of_the_format_is_refused(written: bytes, scratch: Path) -> None:
    """Its arrays may mean something else."""
    assert "no screening index of this version" in refused(scratch, b"EVHINDX2" + written[8:])
    assert "no screening index of this version" in refused(scratch, b"id,name\n1,Made-up\n")


@pytest.mark.parametrize("head", [b"[]", b"{", b'{"about":7,"arrays":{}}', b'{"about":{},"arrays":{"x":{"dtype":1}}}'])
def test_a_head_that_says_something_else_is_refused(scratch: Path, head: bytes) -> None:
    """Even if it hashes: a later version may have written it."""
    padded = head + b" " * (80 - len(head))
    data = struct.pack("<8sQ32s", b"EVHINDX1", len(padded), sha256(padded).digest()) + padded

    assert "head of another version" in refused(scratch, data)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the reason of the system; a folder is no file either."""
    for path in (tmp_path / "absent.idx", tmp_path):
        with pytest.raises(IndexUnreadable, match="cannot be read"):
            read_arrays(path, dict)


def test_a_file_is_known_by_its_beginning(tmp_path: Path) -> None:
    """What is none must not be written over."""
    path = tmp_path / "made.idx"
    for data, told in ((b"EVHINDX9 later", True), (b"EVHIND", False), (b"", False), (b"name\n", False)):
        path.write_bytes(data)
        assert is_stored(path) is told


def test_the_type_of_what_it_is_about_is_checked(tmp_path: Path) -> None:
    """Another program may have written an array file too."""
    write_arrays(tmp_path / "made.idx", ["no", "record"], {})

    with pytest.raises(IndexUnreadable, match="head of another version"):
        read_arrays(tmp_path / "made.idx", msgspec.defstruct("About", ["scorer"]))
