"""Files written together: whole under their names, or not there."""

import os
from pathlib import Path

import pytest

from evenhand.store import file_batches
from evenhand.store.file_batches import file_batch


def test_files_of_a_batch_are_in_place_at_its_end(tmp_path: Path) -> None:
    """And no temporary file; an older one of the name is replaced."""
    (tmp_path / "b").write_bytes(b"old")

    with file_batch(tmp_path) as put:
        put("a", b"1")
        put("b", b"2")
        assert (tmp_path / "b").read_bytes() == b"old"

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_after_an_error_no_file_of_the_batch_has_its_name(tmp_path: Path) -> None:
    """What is missing is written again by the next run, what is there is taken for whole."""

    def broken() -> None:
        with file_batch(tmp_path) as put:
            put("a", b"1")
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        broken()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("has_one_call", [True, False])
def test_the_bytes_are_durable_before_the_names_and_the_names_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_one_call: bool
) -> None:
    """A power cut in between would leave an empty file under the name of a letter; so on a machine without the call."""
    steps: list[str] = []
    replace = os.replace
    monkeypatch.setattr(file_batches, "_TOGETHER", 2)
    monkeypatch.setattr(file_batches, "sync_file_system", lambda _: steps.append("all") or has_one_call)
    monkeypatch.setattr(file_batches, "sync_path", lambda path: steps.append(f"sync {path.name}"))
    monkeypatch.setattr(os, "replace", lambda one, other: (steps.append(other.name), replace(one, other)))

    with file_batch(tmp_path / ".") as put:
        for name in ("a", "b", "c"):
            put(name, name.encode())

    each = [] if has_one_call else ["sync a.tmp", "sync b.tmp"]
    last = [] if has_one_call else ["sync c.tmp"]
    folder = f"sync {tmp_path.name}"
    assert steps == ["all", *each, "a", "b", folder, "all", *last, "c", folder]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_folder_is_never_replaced_by_a_file_of_a_batch(tmp_path: Path) -> None:
    """It may hold what somebody put there."""
    (tmp_path / "a").mkdir()

    with pytest.raises(OSError, match="not a regular file"), file_batch(tmp_path) as put:
        put("a", b"1")

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
