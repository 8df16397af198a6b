"""Public files: whole or not at all."""

from pathlib import Path

import pytest

from evenhand.model.errors import HistoryConflict
from evenhand.store import public_files
from evenhand.store.atomic_files import write_whole
from evenhand.store.public_files import PublicFiles, sync_file_system


def test_a_file_is_written_whole_and_read_back(tmp_path: Path) -> None:
    """And no temporary file stays behind."""
    public = PublicFiles(tmp_path)
    public.put("tile/0/x001/000", b"hashes")
    public.sync()

    assert public.get("tile/0/x001/000") == b"hashes"
    assert public.get("tile/0/000") is None
    assert public.get("tile/0/x001/000/below") is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_without_syncfs_each_file_and_folder_is_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every system has that call."""
    monkeypatch.setattr(public_files, "_libc", object())
    public = PublicFiles(tmp_path)
    public.put("tile/0/000", b"hashes")
    public.sync()

    assert not sync_file_system(tmp_path)
    assert public.get("tile/0/000") == b"hashes"


def test_a_failing_sync_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync that fails unnoticed would acknowledge what a power cut takes away."""

    class FailingDisk:
        @staticmethod
        def syncfs(_descriptor: int) -> int:
            return -1

    monkeypatch.setattr(public_files, "_libc", FailingDisk())

    with pytest.raises(OSError, match=str(tmp_path)):
        sync_file_system(tmp_path)


def test_a_checkpoint_is_swapped_only_for_the_one_expected(tmp_path: Path) -> None:
    """A second publisher must not be overwritten."""
    public = PublicFiles(tmp_path)
    public.swap_checkpoint(None, b"one")
    public.swap_checkpoint(b"one", b"two")

    with pytest.raises(HistoryConflict, match="another process published"):
        public.swap_checkpoint(b"one", b"three")
    assert public.get("checkpoint") == b"two"


def test_temporary_files_of_a_dead_process_are_cleared(tmp_path: Path) -> None:
    """They are parts, and nobody will finish them."""
    (tmp_path / "tile").mkdir()
    (tmp_path / "tile/000.tmp").touch()
    (tmp_path / "tile/000").touch()

    PublicFiles(tmp_path).clear()

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["000"]


def test_a_secret_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    """From its first byte: not readable first and restricted later."""
    write_whole(tmp_path / "signing.key", b"secret", mode=0o600)

    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
