"""Every call to the file system fails once: the ledger says so in a line, loses nothing, and verifies after."""

import itertools
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from evenhand.workflows.operations import open_ledger, verify_folder
from tests.faults.syscalls import DONE, REFUSED, START, STRACE, TURN, Call, append_by_command, calls_of, run, work
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
def test_a_publication_makes_the_calls_that_the_simulated_disk_takes_it_to_make(before: Path) -> None:
    """`disk.RecordingFiles` is only as true as this: tiles, one `syncfs`, and then the checkpoint, durably."""
    calls = calls_of(shutil.copytree(before, before.with_name("count")), before.with_name("calls.txt"))
    seen = [(call.name, call.file) for call in calls if call.name in ("write", "rename", "syncfs", "fsync")]
    files = [each for each in seen if each[1] in ("tile", "bundle", "checkpoint", "folder")]
    # Around it all, checksums of pages are removed and, at the end, kept.
    assert files[0] == files[-1] == ("fsync", "folder")
    files = files[1:-1]

    checkpoint = [("write", "checkpoint"), ("fsync", "checkpoint"), ("rename", "checkpoint"), ("fsync", "folder")]
    for tiles, bundles in ((3, 2), (1, 1)):  # to 257 entries: two tiles and one above, then the partial one
        written = [(call, kind) for kind, count in (("tile", tiles), ("bundle", bundles)) for _ in range(count)
                   for call in ("write", "rename")]  # fmt: skip
        assert files[: len(written) + 5] == [*written, ("syncfs", "folder"), *checkpoint]
        files = files[len(written) + 5 :]
    assert not files


@needs_strace
@pytest.mark.long
def test_every_call_fails_once(before: Path) -> None:
    """All of them, with either error."""
    calls = calls_of(shutil.copytree(before, before.with_name("count")), before.with_name("calls.txt"))

    fail_each(before, [(call, error) for call in calls for error in ("EIO", "ENOSPC")])


@needs_strace
@pytest.mark.parametrize(
    ("path", "call", "error", "says"),
    [
        ("private/ledger.sqlite-wal", "pwrite64", "ENOSPC", "ledger.sqlite: cannot use the ledger's tables"),
        ("private/ledger.sqlite", "openat", "EROFS", "ledger.sqlite: cannot use the ledger's tables"),
        ("private/ledger.sqlite", "openat", "EACCES", "ledger.sqlite: cannot use the ledger's tables"),
        ("private/lock", "openat", "EROFS", "lock: cannot read or write `Read-only file system`"),
        ("private/signing.key", "openat", "EACCES", "signing.key: cannot read or write `Permission denied`"),
        ("public/tile/0/001.p/4.tmp", "openat", "ENOSPC", "4.tmp: cannot write the ledger `No space left on device`"),
        ("public/checkpoint.tmp", "write", "ENOSPC", "cannot write the ledger `No space left on device`"),
        ("public/checkpoint.tmp", "openat", "EROFS", "checkpoint.tmp: cannot write the ledger `Read-only file system`"),
    ],
)
def test_a_full_or_closed_disk_is_one_line_that_names_the_file(
    before: Path, path: str, call: str, error: str, says: str
) -> None:
    """The disk stays as it is, and who runs the command must know what to mend (exit status 2)."""
    lines = "".join(f'{{"payload":{{"n":{number}}}}}\n' for number in range(6))
    before.with_name("lines.jsonl").write_text(lines, encoding="utf-8")
    append_by_command(shutil.copytree(before, before.with_name("warm too")), lambda _: None)
    folder = shutil.copytree(before, before.with_name("copy"))

    outcome = run(folder, "-o", "/dev/null", "-P", str(folder / path), "-e", f"inject={call}:error={error}",
                  work=append_by_command)  # fmt: skip

    assert outcome.status == 2
    assert outcome.said.startswith("evenhand: ")
    assert outcome.said.count("\n") == 1
    assert says in outcome.said
    assert any(advice in outcome.said for advice in ("free space", "check space", "who may use it"))
    with open_ledger(folder, draw=draw) as ledger:
        ledger.publish(AT)
    assert verify_folder(folder).ok


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
