"""Copies of a register: made once, shared by name, cleared away."""

from pathlib import Path

import pytest

from evenhand.web.snapshots import Snapshots


def test_a_copy_is_made_once_and_stays_as_it_was(tmp_path: Path) -> None:
    """Workers that look at the same file share one copy, and so its pages."""
    path, folder = tmp_path / "register", tmp_path / "copies"
    folder.mkdir()
    path.write_bytes(b"first")
    first = Snapshots(folder).of(path, "1")
    path.write_bytes(b"second")
    again = Snapshots(folder).of(path, "1")

    assert (first, first.read_bytes()) == (again, b"first")
    assert [each.name for each in folder.iterdir()] == ["1"]


def test_of_two_workers_that_copy_at_once_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one's copy is dropped, not put in the place of one that is mapped already."""
    path, folder = tmp_path / "register", tmp_path / "copies"
    folder.mkdir()
    path.write_bytes(b"mine")
    (folder / "1").write_bytes(b"theirs")
    monkeypatch.setattr(Path, "exists", lambda _: False)

    copy = Snapshots(folder).of(path, "1")

    assert copy.read_bytes() == b"theirs"
    assert [each.name for each in folder.iterdir()] == ["1"]


def test_older_copies_go_and_the_folder_goes_with_the_service(tmp_path: Path) -> None:
    """A register a minute would fill a disk otherwise; one that another worker is writing stays."""
    path, folder = tmp_path / "register", tmp_path / "copies"
    folder.mkdir()
    path.write_bytes(b"x")
    (folder / "2.777").write_bytes(b"under way")
    with Snapshots(folder) as snapshots:
        snapshots.of(path, "1")
        snapshots.of(path, "2")
        snapshots.keep_only("2")
        assert sorted(each.name for each in folder.iterdir()) == ["2", "2.777"]

    assert not folder.exists()
