"""Every call to the file system fails once: the ledger says so in a line, loses nothing, and verifies after."""

import itertools
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from evenhand.cases import open_ledger, verify_folder
from tests.faults.syscalls import DONE, REFUSED, START, STRACE, TURN, Call, calls_of, run, work
from tests.unit.ledger.making import AT, draw, new_folder, records

needs_strace = pytest.mark.skipif(
    STRACE is None, reason="not here: strace (Debian package `strace`) injects the faults"
)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Return a ledger to copy; whatever the work loads late is loaded, so that no import of Python's is hit."""
    folder = new_folder(tmp_path / "before", START)
    shutil.copytree(folder, tmp_path / "warm")
    work(tmp_path / "warm", lambda _: None)
    try:
        run(shutil.copytree(folder, tmp_path / "probe"), "-o", "/dev/null", "-e", "trace=fsync")
    except PermissionError as error:
        pytest.skip(f"not here: {error}")
    return folder


@needs_strace
def test_one_call_of_each_kind_and_file_fails(before: Path) -> None:
    """What a full or failing disk does, a few times a run (`ledger.md` §6)."""
    calls = sorted(calls_of(shutil.copytree(before, before.with_name("count")), before.with_name("calls.txt")))
    groups = [list(group) for _, group in itertools.groupby(sorted(calls, key=_kind), key=_kind)]

    assert {"openat", "rename", "pwrite64", "write", "syncfs"} <= {call.name for call in calls}
    failures = fail_each(
        before, [(group[len(group) // 2], ("EIO", "ENOSPC")[at % 2]) for at, group in enumerate(groups)]
    )
    assert failures > len(groups) / 2


@needs_strace
@pytest.mark.long
def test_every_call_fails_once(before: Path) -> None:
    """All of them, with either error."""
    calls = calls_of(shutil.copytree(before, before.with_name("count")), before.with_name("calls.txt"))

    fail_each(before, [(call, error) for call in calls for error in ("EIO", "ENOSPC")])


def fail_each(before: Path, faults: Iterable[tuple[Call, str]]) -> int:
    """Let each call fail in a copy of its own; return how many failures the ledger refused to work with."""
    refused = 0
    for call, error in faults:
        folder = shutil.copytree(before, before.with_name("copy"))
        outcome = run(folder, "-o", "/dev/null", "-e", f"inject={call.name}:error={error}:when={call.nth}")

        assert outcome.status in (DONE, REFUSED), f"{call} {error}: {outcome.said}"
        refused += outcome.status == REFUSED
        with open_ledger(folder, draw=draw) as ledger:
            assert ledger.size > max(outcome.acknowledged, default=START - 1), f"{call} {error}: acknowledged is lost"
            ledger.append(records(2 * TURN, START), AT)
            assert ledger.publish(AT).size == ledger.size == START + 2 * TURN
        report = verify_folder(folder)
        assert report.ok, f"{call} {error}: {report.problems}"
        shutil.rmtree(folder)
    return refused


def _kind(call: Call) -> tuple[str, str]:
    return call.name, call.file
