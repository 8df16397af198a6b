"""Status, compaction and export: what an operator does to a ledger without changing what it says."""

import shutil
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput, HistoryConflict, LedgerBusy, NotVerified
from evenhand.workflows.operations.ledger_keys import rotate
from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.maintenance import compact, export, status
from tests.unit.ledger.making import AT, ORIGIN, record
from tests.unit.workflows.test_backups import contents, grow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_ledger(tmp_path / "l", ORIGIN)
    return grow(grow(grow(tmp_path / "l", 10), 200), 300)


def test_status_says_what_is_signed_and_what_is_not_yet(folder: Path) -> None:
    """Lag, settings and versions at a glance, without the lock and without repair."""
    grow(folder, 305, publish=False)
    before = contents(folder)

    now = status(folder)

    assert (now.origin, now.size, now.entries, now.behind) == (ORIGIN, 300, 305, 5)
    assert now.root == verify_folder(folder).root
    assert now.settings.backup_days == 30
    assert now.sqlite.startswith("3.")
    assert now.problems == ()
    assert contents(folder) == before
    with open_ledger(folder):
        assert status(folder).entries == 305


def test_status_names_what_needs_a_hand(folder: Path) -> None:
    """A key that others can read, remains of a dead writer, a rotation cut short, a checkpoint nobody signed."""
    (folder / "private/signing.key").chmod(0o640)
    (folder / "public/tile/0/000.tmp").touch()
    shutil.copy(folder / "private/signing.key", folder / "private/next.key")
    (folder / "public/checkpoint").write_text("x", encoding="utf-8")

    found = status(folder)

    assert (found.size, found.root, found.behind) == (0, "", 300)
    for says in ("others may read", "cut short", "000.tmp was left", "checkpoint: not a signed note"):
        assert any(says in problem for problem in found.problems), says


def test_status_names_tables_that_are_a_backups_and_a_missing_checkpoint(folder: Path) -> None:
    """Before anybody tries to write."""
    tables = (folder / "private/ledger.sqlite").read_bytes()
    grow(folder, 301)
    (folder / "private/ledger.sqlite").write_bytes(tables)
    assert any("they are a backup's" in problem for problem in status(folder).problems)

    (folder / "public/checkpoint").unlink()
    assert "no checkpoint is published" in status(folder).problems
    with pytest.raises(BadInput, match="no ledger"):
        status(folder / "public")


def test_compaction_removes_partial_tiles_that_a_full_one_replaces(folder: Path) -> None:
    """Readers of older checkpoints fall back to the full tile; the newest partial ones stay."""
    before = {path for path in contents(folder) if ".p/" in path}
    assert "public/tile/0/000.p/200" in before

    done = compact(folder)

    after = {path for path in contents(folder) if ".p/" in path}
    assert after == {"public/tile/0/001.p/44", "public/tile/entries/001.p/44", "public/tile/1/000.p/1"}
    assert done.removed == len(before) - len(after)
    assert 0 < done.bytes_after <= done.bytes_before
    assert compact(folder).removed == 0
    assert verify_folder(folder).ok
    assert verify_folder(grow(folder, 301)).ok
    with open_ledger(folder), pytest.raises(LedgerBusy):
        compact(folder)


def test_an_export_is_a_log_that_anybody_can_verify(folder: Path, tmp_path: Path) -> None:
    """Static files, and nothing of the private side."""
    done = export(folder, tmp_path / "web")

    assert verify_folder(tmp_path / "web").ok
    assert (done.size, done.files, done.written) == (300, len(contents(tmp_path / "web")), done.files)
    assert export(tmp_path / "web", tmp_path / "mirror").size == 300


def test_an_export_is_brought_up_to_date(folder: Path, tmp_path: Path) -> None:
    """Only what is new is written, the checkpoint last."""
    export(folder, tmp_path / "web")
    assert export(folder, tmp_path / "web").written == 0
    grow(folder, 301)

    assert export(folder, tmp_path / "web").written == 3
    assert verify_folder(tmp_path / "web").size == 301

    rotate(folder, AT, 90)
    assert export(folder, tmp_path / "web").written == 2
    assert verify_folder(tmp_path / "web").ok


def test_an_export_reads_full_tiles_where_partial_ones_went(folder: Path, tmp_path: Path) -> None:
    """A checkpoint of size 10 is served from the tile of 256."""
    create_ledger(tmp_path / "s", ORIGIN)
    note = (grow(tmp_path / "s", 10) / "public/checkpoint").read_bytes()
    grow(tmp_path / "s", 300)
    compact(tmp_path / "s")
    (tmp_path / "s/public/checkpoint").write_bytes(note)

    assert export(tmp_path / "s/public", tmp_path / "web").size == 10
    assert (tmp_path / "web/tile/0/000").exists()
    assert verify_folder(tmp_path / "web").ok


def test_an_export_never_goes_back_or_beside(folder: Path, tmp_path: Path) -> None:
    """A web server that served both would be caught with two histories."""
    create_ledger(tmp_path / "other", "other.example/log")
    old = shutil.copytree(folder, tmp_path / "old")
    beside = shutil.copytree(folder, tmp_path / "beside")
    export(grow(folder, 310, salt=1), tmp_path / "web")

    with pytest.raises(HistoryConflict, match="newer, or of another history"):
        export(old, tmp_path / "web")
    with pytest.raises(HistoryConflict, match="newer, or of another history"):
        export(grow(beside, 320, salt=2), tmp_path / "web")
    with pytest.raises(HistoryConflict, match="newer, or of another history"):
        export(tmp_path / "other", tmp_path / "web")
    assert verify_folder(tmp_path / "web").size == 310


def test_a_damaged_folder_is_not_exported_and_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    """A mirror of damage is damage."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/page.html").touch()
    with pytest.raises(BadInput, match="the folder is not empty"):
        export(folder, tmp_path / "full")

    (folder / "public/tile/0/000").write_bytes(bytes(256 * 32))
    with pytest.raises(NotVerified, match="damaged"):
        export(folder, tmp_path / "web")
    assert not (tmp_path / "web").exists()


def test_the_time_of_a_record_does_not_matter_to_status(folder: Path) -> None:
    """Order is the index."""
    with open_ledger(folder) as ledger:
        ledger.append([record(300)], AT.replace(year=1999))

    assert status(folder).behind == 1


def test_the_setting_of_fsync_decides_how_files_are_made_durable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another program fills the same disk, a sync of all of it would wait for that program."""
    calls: list[str] = []
    monkeypatch.setattr("evenhand.store.public_files.sync_file_system", lambda _: calls.append("whole") or True)
    monkeypatch.setattr("evenhand.store.public_files.sync_path", lambda path: calls.append(path.name))

    grow(folder, 301)
    assert "whole" in calls
    assert "45" not in calls
    with (folder / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write('fsync = "file"\n')
    calls.clear()
    grow(folder, 302)

    assert "whole" not in calls
    assert {"46", "001.p", "public"} <= set(calls)
