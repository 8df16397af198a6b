"""Whose a file is that may not be used: after one run as another user every later one ends there."""

import errno
import os
import pwd
from pathlib import Path

import pytest

from evenhand.store.file_owners import closed_paths, denial_of, denied_by

ME = pwd.getpwuid(os.geteuid()).pw_name


def allowed_by_mode(path: Path | str, wanted: int, **_: object) -> bool:
    """Return what the system says to an owner who is not root, who may use everything."""
    mode = os.stat(path).st_mode >> 6 & 7  # noqa: PTH116  this stands for a call of `os`
    return mode & wanted == wanted


@pytest.fixture
def by_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", allowed_by_mode)


def denied(path: Path) -> str:
    return denied_by(PermissionError(errno.EACCES, "Permission denied", str(path)))


def test_the_owner_of_a_file_that_is_denied_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one that is not there yet, the owner of its folder."""
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 4242)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)

    said = denied(tmp_path / "lock")

    assert said.startswith(f"{tmp_path} belongs to {ME}, and ")
    assert said.endswith(" runs this: give it back with `chown`, and run as one user only, then run again")
    assert denied(tmp_path) == said


def test_a_mode_that_forbids_its_owner_is_told(tmp_path: Path, by_mode: None) -> None:
    """The message was "Permission denied; committed records are safe" alone."""
    file, folder = tmp_path / "schema.cedarschema", tmp_path / "out"
    file.touch(0o000)
    folder.mkdir(0o555)

    assert denied(file) == (
        f"{file} belongs to {ME}, who runs this, and has the mode ----------: `chmod u+rwX {file}`, then run again"
    )
    assert f"{folder} belongs to {ME}, who runs this, and has the mode dr-xr-xr-x" in denied(folder / "a.csv.tmp")
    folder.chmod(0o600)
    assert f"{folder} belongs to {ME}, who runs this, and has the mode drw-------" in denied(folder / "b" / "c")


def test_of_any_other_cause_nothing_is_said(tmp_path: Path) -> None:
    """What is neither the owner nor the mode has another remedy."""
    assert not denied(tmp_path / "lock")
    assert not denied_by(OSError(errno.ENOSPC, "No space left on device", str(tmp_path)))
    assert not denied_by(PermissionError(errno.EACCES, "Permission denied"))
    assert denial_of(tmp_path / "none") is None


def test_what_a_run_could_not_write_is_found(tmp_path: Path, by_mode: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only file of one's own is replaced by a run; one of somebody else stays closed."""
    out, state = tmp_path / "out", tmp_path / "state"
    (out / "reasons").mkdir(parents=True)
    state.mkdir(0o500)
    for name, mode in (("a", 0o600), ("b", 0o400), ("c", 0o000)):
        (out / name).touch(mode)
    (out / "reasons").chmod(0o500)

    assert set(closed_paths([out, state])) == {state, out / "reasons", out / "c"}
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 4242)
    assert set(closed_paths([out])) == {out / "reasons", out / "b", out / "c"}
