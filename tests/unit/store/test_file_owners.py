"""Whose a file is that may not be used: after one run as another user every later one ends there."""

import errno
import os
import pwd
from pathlib import Path

import pytest

from evenhand.store.file_owners import denied_by


def test_the_owner_of_a_file_that_is_denied_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one that is not there yet, the owner of its folder; nothing is said of one's own, or of another error."""
    name = pwd.getpwuid(os.geteuid()).pw_name
    path = tmp_path / "lock"
    assert not denied_by(PermissionError(errno.EACCES, "Permission denied", str(path)))

    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    for each in (path, tmp_path):
        said = denied_by(PermissionError(errno.EACCES, "Permission denied", str(each)))
        assert said == f"it belongs to {name}: give it back with `chown`, and run as one user only"
    assert not denied_by(OSError(errno.ENOSPC, "No space left on device", str(path)))
    assert not denied_by(PermissionError(errno.EACCES, "Permission denied"))
