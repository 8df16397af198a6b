"""A backup goes back only where the log goes on from what was published; else history would fork."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, HistoryConflict, LedgerBusy, NotVerified
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations.backups import RestoreReport, backup, restore
from evenhand.workflows.operations.ledger_keys import rotate
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from tests.unit.ledger.making import AT, ORIGIN, record


def grow(folder: Path, size: int, *, publish: bool = True, salt: int = 0) -> Path:
    with open_ledger(folder, draw=lambda count: bytes([salt]) * count) as ledger:
        ledger.append([record(number) for number in range(ledger.size, size)], AT)
        if publish:
            ledger.publish(AT)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "l", ORIGIN)
    return grow(tmp_path / "l", 300)


def lose_tables(folder: Path) -> None:
    for path in (folder / "private").glob("ledger.sqlite*"):
        path.unlink()


def test_a_backup_holds_the_tables_and_no_key(folder: Path, tmp_path: Path) -> None:
    """Anyone who steals a backup reads payloads, but cannot sign."""
    done = backup(folder, tmp_path / "b")

    assert (done.entries, done.backup_days) == (300, 30)
    assert sorted(path.name for path in (tmp_path / "b").rglob("*") if path.is_file()) == [
        "ledger.sqlite", "ledger.toml"
    ]  # fmt: skip
    assert (tmp_path / "b/private").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "b/private/ledger.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("is_back", [False, True])
def test_a_disk_that_is_too_small_for_the_copy_is_named(folder: Path, tmp_path: Path, is_back: bool) -> None:
    """Not the tables that were read, which are well; and no payload stays where nobody would look for one."""
    backup(folder, tmp_path / "b")
    verb = "restore" if is_back else "backup"
    source, target = (tmp_path / "b", folder) if is_back else (folder, tmp_path / "full" / "c")
    target.parent.mkdir(exist_ok=True)
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    code = f"from evenhand.workflows.operations.backups import {verb}; from pathlib import Path; import sys;" + (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000,) * 2);"
        f"\ntry: {verb}(*map(Path, sys.argv[1:]))\nexcept Exception as error: print(error)"
    )

    said = subprocess.run([sys.executable, "-c", code, source, target], capture_output=True, text=True, check=True)

    written = target / "private/ledger.sqlite.tmp" if is_back else target.with_name("c.tmp") / "private/ledger.sqlite"
    assert said.stdout.startswith(f"{written}: cannot write the copy of the tables `"), said
    assert "free space there" in said.stdout
    assert not [path for path in target.parent.rglob("*") if ".tmp" in str(path.relative_to(target.parent))]
    assert {path: path.read_bytes() for path in before} == before
    assert verify_folder(folder).ok


def test_a_backup_can_be_taken_while_somebody_writes(folder: Path, tmp_path: Path) -> None:
    """It is one consistent state, with what was durable when it began."""
    with open_ledger(folder) as ledger:
        ledger.append([record(300)], AT)

        assert backup(folder, tmp_path / "b").entries == 301
        ledger.append([record(301)], AT)
    assert restore(tmp_path / "b", tmp_path / "new").entries == 301


def test_lost_tables_come_back_and_the_log_goes_on(folder: Path, tmp_path: Path) -> None:
    """Key, settings and public folder are there still; only the database was lost."""
    backup(folder, tmp_path / "b")
    before = contents(folder / "public")
    lose_tables(folder)

    assert restore(tmp_path / "b", folder) == RestoreReport(entries=300, size=300, key=True)

    assert contents(folder / "public") == before
    assert verify_folder(folder).ok
    assert verify_folder(grow(folder, 310)).ok


def test_everything_but_the_key_comes_back_where_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    """The public folder is made again, byte for byte, under the head that the backup holds."""
    backup(folder, tmp_path / "b")

    assert restore(tmp_path / "b", tmp_path / "new") == RestoreReport(entries=300, size=300, key=False)

    assert contents(tmp_path / "new/public") == contents(folder / "public")
    assert verify_folder(tmp_path / "new").ok
    assert (tmp_path / "new/private").stat().st_mode & 0o777 == 0o700
    shutil.copy(folder / "private/signing.key", tmp_path / "new/private/signing.key")
    assert verify_folder(grow(tmp_path / "new", 301)).ok


def test_a_backup_older_than_the_checkpoint_is_refused(folder: Path, tmp_path: Path) -> None:
    """Signing again from there would show two histories under one key."""
    backup(folder, tmp_path / "b")
    grow(folder, 301)
    lose_tables(folder)
    before = contents(folder)

    with pytest.raises(HistoryConflict, match="older than the published checkpoint"):
        restore(tmp_path / "b", folder)
    assert contents(folder) == before


def test_a_backup_of_another_history_is_refused(folder: Path, tmp_path: Path) -> None:
    """Same key, same size, other entries: a split view that its owner may not even know of."""
    shutil.copytree(folder, tmp_path / "other")
    grow(tmp_path / "other", 310, salt=1)
    backup(tmp_path / "other", tmp_path / "b")
    grow(folder, 305, salt=2)
    lose_tables(folder)

    with pytest.raises(HistoryConflict, match="of another history than the published checkpoint of size 305"):
        restore(tmp_path / "b", folder)


def test_a_backup_of_another_log_is_refused(folder: Path, tmp_path: Path) -> None:
    """It would verify, but not as what this address promised."""
    create_ledger(tmp_path / "o", "other.example/log")
    backup(grow(tmp_path / "o", 300), tmp_path / "b")

    with pytest.raises(HistoryConflict, match="backup of another log"):
        restore(tmp_path / "b", folder)


def test_a_foreign_checkpoint_is_not_restored_under(folder: Path, tmp_path: Path) -> None:
    """Nobody knows what this log published last."""
    backup(folder, tmp_path / "b")
    note = (folder / "public/checkpoint").read_text(encoding="utf-8")
    (folder / "public/checkpoint").write_text(note.replace("300", "299"), encoding="utf-8")

    with pytest.raises(HistoryConflict, match="cannot be trusted"):
        restore(tmp_path / "b", folder)


def test_what_was_acknowledged_since_is_not_thrown_away(folder: Path, tmp_path: Path) -> None:
    """Entries that are durable but not published are nowhere else than in the tables there."""
    backup(folder, tmp_path / "b")
    grow(folder, 305, publish=False)

    with pytest.raises(HistoryConflict, match="hold entries that the backup has not"):
        restore(tmp_path / "b", folder)
    assert verify_folder(folder).entries == 305


def test_a_head_that_was_signed_but_not_published_counts(folder: Path, tmp_path: Path) -> None:
    """A witness may have seen it: the checkpoint is written last."""
    backup(folder, tmp_path / "b")
    note = (folder / "public/checkpoint").read_bytes()
    grow(folder, 305)
    (folder / "public/checkpoint").write_bytes(note)

    with pytest.raises(HistoryConflict, match="older than a checkpoint of the tables there"):
        restore(tmp_path / "b", folder)


def test_a_backup_taken_between_append_and_publication_continues(folder: Path, tmp_path: Path) -> None:
    """It holds the entries, not the head over them: the published one is its head from now on."""
    grow(folder, 305, publish=False)
    backup(folder, tmp_path / "b")
    with open_ledger(folder) as ledger:
        ledger.publish(AT)
    lose_tables(folder)

    assert restore(tmp_path / "b", folder) == RestoreReport(entries=305, size=305, key=True)
    assert verify_folder(folder).ok
    assert verify_folder(grow(folder, 306)).ok


def test_a_backup_from_before_a_rotation_continues_under_the_new_key(folder: Path, tmp_path: Path) -> None:
    """The history is the same; who signs is what the folder says."""
    backup(folder, tmp_path / "b")
    rotate(folder, AT, 90)
    lose_tables(folder)

    assert restore(tmp_path / "b", folder).size == 300
    assert verify_folder(grow(folder, 301)).ok


def test_an_erased_payload_never_comes_back(folder: Path, tmp_path: Path) -> None:
    """An erasure publishes a head, so every backup from before it is too old."""
    backup(folder, tmp_path / "b")
    erase(folder, [7], AT, basis="GDPR Art. 17", by="dpo")
    lose_tables(folder)

    with pytest.raises(HistoryConflict, match="older than the published checkpoint"):
        restore(tmp_path / "b", folder)


def test_a_damaged_backup_is_refused(folder: Path, tmp_path: Path) -> None:
    """Better to learn it before the old file goes."""
    backup(folder, tmp_path / "b")
    with closing(SqliteTables(tmp_path / "b/private/ledger.sqlite")) as tables:
        tables._rows("UPDATE payload SET body = x'7b7d' WHERE seq = 7")
    lose_tables(folder)

    with pytest.raises(NotVerified, match=r"the backup is damaged \(payload\)"):
        restore(tmp_path / "b", folder)
    assert not (folder / "private/ledger.sqlite").exists()


def test_tables_that_cannot_be_read_are_replaced(folder: Path, tmp_path: Path) -> None:
    """That is what a backup is for."""
    backup(folder, tmp_path / "b")
    (folder / "private/ledger.sqlite").write_bytes(b"torn" * 5000)

    assert restore(tmp_path / "b", folder).entries == 300
    assert verify_folder(folder).ok


def test_nothing_is_restored_under_a_writer(folder: Path, tmp_path: Path) -> None:
    """It would go on writing into a file that is gone."""
    backup(folder, tmp_path / "b")

    with open_ledger(folder), pytest.raises(LedgerBusy):
        restore(tmp_path / "b", folder)


def test_a_backup_needs_a_ledger_and_an_empty_place(folder: Path, tmp_path: Path) -> None:
    """Neither is made up, nothing is overwritten."""
    with pytest.raises(BadInput, match="the folder is not empty"):
        backup(folder, folder)
    with pytest.raises(BadInput, match="no ledger"):
        backup(tmp_path, tmp_path / "b")
    with pytest.raises(BadInput, match="no ledger"):
        restore(tmp_path / "none", tmp_path / "new")


def test_a_backup_from_before_a_rotation_needs_the_present_key(folder: Path, tmp_path: Path) -> None:
    """Its heads have to be signed by it."""
    backup(folder, tmp_path / "b")
    shutil.copy(folder / "private/signing.key", tmp_path / "old.key")
    rotate(folder, AT, 90)
    lose_tables(folder)
    shutil.copy(tmp_path / "old.key", folder / "private/signing.key")

    with pytest.raises(BadInput, match="signing key of another log"):
        restore(tmp_path / "b", folder)
    assert not (folder / "private/ledger.sqlite").exists()
