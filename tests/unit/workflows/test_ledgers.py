"""A ledger as a folder: made, held by one writer, and clear about what is missing."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, EvenhandError, LedgerBusy, StorageFailed
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from tests.unit.ledger.making import AT, ORIGIN, OTHER_KEY, record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "ledger", ORIGIN)
    return tmp_path / "ledger"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every user may pass through, unlike pytest's own."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def test_a_new_ledger_is_empty_signed_and_private_where_it_must_be(folder: Path) -> None:
    """The layout of `ledger.md` §4; the key is its owner's alone."""
    report = verify_folder(folder)

    assert (report.ok, report.origin, report.size, report.payloads) == (True, ORIGIN, 0, 0)
    assert (folder / "private").stat().st_mode & 0o777 == 0o700
    assert (folder / "private" / "signing.key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in folder.iterdir()} == {"ledger.toml", "public", "private"}


def test_a_folder_in_use_is_never_made_a_ledger(folder: Path, tmp_path: Path) -> None:
    """A second `init` would end the first log."""
    for place in (folder, folder / "ledger.toml"):
        with pytest.raises(BadInput, match="the folder is not empty"):
            create_ledger(place, ORIGIN)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.tmp").mkdir()
    create_ledger(tmp_path / "empty", ORIGIN)
    assert verify_folder(tmp_path / "empty").ok


def test_a_bad_origin_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """It is the name on every signature."""
    with pytest.raises(BadInput, match="bad name of a log"):
        create_ledger(tmp_path / "l", "two words")

    assert not list(tmp_path.iterdir())


def test_what_one_opening_wrote_the_next_one_reads(folder: Path) -> None:
    """Salts are fresh in every record."""
    with open_ledger(folder) as ledger:
        ledger.append([record(1)], AT)
        ledger.publish(AT)
    with open_ledger(folder) as ledger:
        assert [payload for _, _, payload in ledger.entries()] == [b'{"n":1}']
    assert verify_folder(folder).ok


def test_a_second_writer_waits_and_then_says_which_lock(folder: Path) -> None:
    """Two writers would sign two histories."""
    with open_ledger(folder):
        for wait_s in (0, 0.12):
            with pytest.raises(
                LedgerBusy,
                match="private/lock: another process writes this ledger: process ",
            ):
                open_ledger(folder, wait_s=wait_s).__enter__()
    with open_ledger(folder):
        pass


def test_a_reader_may_verify_while_a_writer_writes(folder: Path) -> None:
    """Verification takes no lock."""
    with open_ledger(folder) as ledger:
        ledger.append([record(1)], AT)

        assert verify_folder(folder).entries == 1


def test_an_error_inside_frees_the_lock(folder: Path) -> None:
    """The next run must not wait for a dead one."""
    with pytest.raises(KeyError), open_ledger(folder):
        raise KeyError
    with (folder / "private" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("private/signing.key", None, "signing.key: cannot read or write `No such file"),
        ("private/signing.key", b"x", "not a signing key"),
        ("private/signing.key", OTHER_KEY.to_file(), "settings and key name two logs"),
        ("private/ledger.sqlite", None, "ledger.sqlite: cannot use the ledger's tables"),
        ("ledger.toml", None, "ledger.toml: cannot read the ledger's settings"),
        ("ledger.toml", b"origin = 1", "ledger.toml: cannot read the ledger's settings"),
        ("private", None, "no ledger to write to"),
    ],
)
def test_a_missing_or_wrong_file_is_named_in_one_line(
    folder: Path, path: str, content: bytes | None, says: str
) -> None:
    """Anyone who reads it is to know which file, and what to do."""
    place = folder / path
    if place.is_dir():
        shutil.rmtree(place)
    elif content is None:
        place.unlink()
    else:
        place.write_bytes(content)

    with pytest.raises(EvenhandError, match=says) as failed:
        open_ledger(folder).__enter__()
    assert "\n" not in str(failed.value)


def test_a_folder_that_is_no_log_is_said_to_be_none(tmp_path: Path) -> None:
    """Instead of a log of size 0."""
    with pytest.raises(BadInput, match="no log here"):
        verify_folder(tmp_path)


def test_a_folder_that_may_not_be_written_is_said_in_one_line(open_place: Path) -> None:
    """Read-only media, another owner: nothing half done."""
    create_ledger(open_place / "ledger", ORIGIN)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may write everywhere
    else:
        open_place.chmod(0o555)
        (open_place / "ledger" / "private").chmod(0o500)
    try:
        with pytest.raises(EvenhandError, match=r"[Pp]ermission|no ledger") as opened:
            open_ledger(open_place / "ledger").__enter__()
        with pytest.raises(StorageFailed, match="Permission denied"):
            create_ledger(open_place / "second", ORIGIN)
    finally:
        os.seteuid(was)
        open_place.chmod(0o755)
        (open_place / "ledger" / "private").chmod(0o700)

    assert "\n" not in str(opened.value)
    assert verify_folder(open_place / "ledger").ok
