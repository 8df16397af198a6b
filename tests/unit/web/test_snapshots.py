"""Copies of a register: made once, shared by name or by nobody, cleared away."""

from pathlib import Path

import pytest

from evenhand.web.gate.snapshots import Snapshots


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    (tmp_path / "register").write_bytes(b"first")
    return tmp_path / "register"


def names(path: Path) -> list[str]:
    return sorted(each.name for each in (path.parent / "copies").iterdir())


def test_a_shared_copy_is_made_once_and_stays_as_it_was(path: Path) -> None:
    """Workers that look at the same file share one copy, and so its pages."""
    with Snapshots(path.parent / "copies", are_shared=True).of(path, "1") as first:
        path.write_bytes(b"second")
    with Snapshots(path.parent / "copies", are_shared=True).of(path, "1") as again:
        assert (first, first.read_bytes()) == (again, b"first")

    assert names(path) == ["1"]


def test_a_copy_that_is_not_shared_has_no_name_once_it_is_open(path: Path) -> None:
    """A service that is killed leaves nothing behind, however often."""
    with Snapshots(path.parent / "copies", are_shared=False).of(path, "1") as copy, copy.open("rb") as file:
        assert names(path) == ["1"]

    assert names(path) == []
    assert file.closed


def test_of_two_workers_that_copy_at_once_the_first_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one's copy is dropped, not put in the place of one that is mapped already."""
    (path.parent / "copies" / "1").write_bytes(b"theirs")
    monkeypatch.setattr(Path, "exists", lambda _: False)

    with Snapshots(path.parent / "copies", are_shared=True).of(path, "1") as copy:
        assert copy.read_bytes() == b"theirs"

    assert names(path) == ["1"]


def test_a_worker_removes_the_copy_it_had_before_and_no_other(path: Path) -> None:
    """A register a minute would fill a disk otherwise; one that another worker is writing or opening stays."""
    for other in ("3", "4.777"):
        (path.parent / "copies" / other).write_bytes(b"of another worker")
    with Snapshots(path.parent / "copies", are_shared=True) as snapshots:
        for name in ("1", "2", "2"):
            with snapshots.of(path, name):
                pass
        assert names(path) == ["2", "3", "4.777"]

    assert not (path.parent / "copies").exists()
