"""A folder that cannot be written to, or that somebody else is writing to, can be read."""

import fcntl
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from tests.commands import DAY_1, evenhand

READING = (
    ("explain", "{}", "a2"),
    ("reasons", "show", "{}", "a2"),
    ("ledger", "verify", "{}"),
    ("ledger", "status", "{}"),
    ("ledger", "prove", "{}", "1", "--disclose"),
    ("ledger", "check", "{}", "1"),
    ("gate", "check", "--register", "{}", "--advertiser", "a1", "--at", DAY_1),
    ("lists", "show", "{}"),
    ("rules", "replay", "{}"),
    ("rules", "shadow", "{}", "{}"),
)
_DYING_WRITER = """
import apsw, os, sys
tables = apsw.Connection(sys.argv[1])
tables.execute("PRAGMA user_version = 7")
os._exit(0)
"""
_IN_A_READ_ONLY_MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>&- && "$@"'


def _files(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return of every file and folder what a write, a new name in it or a new mode would change."""
    stats = {str(path): path.stat() for path in (folder, *folder.rglob("*"))}
    return {path: (each.st_mtime_ns, each.st_mode, each.st_size) for path, each in stats.items()}


def _asked(command: tuple[str, ...], folder: Path) -> list[str]:
    return [each.format(folder) for each in command]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_reading_changes_nothing_in_the_folder(built_network: Path, command: tuple[str, ...]) -> None:
    """No file is made, changed or removed, not even for a moment: a folder keeps the time of its last new name."""
    before = _files(built_network)

    answer = evenhand(*_asked(command, built_network))

    assert answer.status == 0, answer
    assert _files(built_network) == before


@pytest.mark.parametrize("command", READING[:4], ids=" ".join)
def test_reading_does_not_wait_for_a_writer(network: Path, command: tuple[str, ...]) -> None:
    """The lock of the one writer is held by somebody else all the while."""
    with (network / "ledger" / "private" / "lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = evenhand(*_asked(command, network))

    assert answer.status == 0, answer


@pytest.mark.parametrize("command", READING[:4], ids=" ".join)
def test_what_a_dead_writer_left_in_its_journal_is_read_and_left(network: Path, command: tuple[str, ...]) -> None:
    """A journal that nobody moved into the tables holds committed records; reading neither misses nor moves them."""
    tables = network / "ledger" / "private" / "ledger.sqlite"
    subprocess.run([sys.executable, "-c", _DYING_WRITER, str(tables)], check=True)
    assert tables.with_name("ledger.sqlite-wal").stat().st_size
    before = _files(network)

    answer = evenhand(*_asked(command, network))

    assert answer.status == 0, answer
    assert _files(network) == before


def test_a_folder_mounted_read_only_is_explained(network: Path) -> None:
    """Modes do not stop root, a mount does; a writer elsewhere, who has a journal, makes it the harder case."""
    held = apsw.Connection(str(network / "ledger" / "private" / "ledger.sqlite"))
    held.execute("PRAGMA user_version = 7")
    mounted = ["unshare", "-rm", "sh", "-c", _IN_A_READ_ONLY_MOUNT, str(network)]
    if subprocess.run([*mounted, "true"], check=False, capture_output=True).returncode:
        pytest.skip("never: this machine lets nobody mount a folder in a namespace of their own")

    command = [sys.executable, "-m", "evenhand", "explain", str(network), "a2"]
    answer = subprocess.run([*mounted, *command], check=False, capture_output=True, text=True)

    held.close()
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Quandar Holding" in answer.stdout
