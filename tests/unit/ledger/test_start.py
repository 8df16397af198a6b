"""The check at the start: another history than the signed one is never written to."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.cases.ledgers import verify_folder
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.tree import leaf_hash
from evenhand.model.errors import HistoryConflict
from evenhand.store.keys import SigningKey
from tests.unit.ledger.making import AT, ORIGIN, OTHER_KEY, Opened, draw, new_folder, records
from tests.unit.ledger.test_log import edit

OWN_KEY = SigningKey(ORIGIN, draw(32))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file but SQLite's shared memory, which a mere look rewrites."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"]
    return {str(path): path.read_bytes() for path in files}


def change_leaf(folder: Path) -> None:
    edit(folder, "UPDATE entry SET leaf = replace(leaf, 'decision', 'judgment') WHERE seq = 2")


def change_leaf_and_hash(folder: Path) -> None:
    leaf = b'{"at":"2026-11-24T13:58Z"}'
    edit(folder, f"UPDATE entry SET leaf = x'{leaf.hex()}', leaf_hash = x'{leaf_hash(leaf).hex()}' WHERE seq = 2")


def change_leaf_hash_and_tile(folder: Path) -> None:
    change_leaf_and_hash(folder)
    (folder / "public/tile/0/000.p/4").unlink()


def remove_entry(folder: Path) -> None:
    edit(folder, "DELETE FROM entry WHERE seq = 2")


def remove_last_entries(folder: Path) -> None:
    edit(folder, "DELETE FROM entry WHERE seq >= 2")


def restore_backup(folder: Path) -> None:
    edit(folder, "DELETE FROM entry WHERE seq >= 2", "DELETE FROM head WHERE size > 2")


def tear_checkpoint(folder: Path) -> None:
    path = folder / "public" / "checkpoint"
    path.write_bytes(path.read_bytes()[:60])


def remove_checkpoint(folder: Path) -> None:
    (folder / "public" / "checkpoint").unlink()


def put_foreign_checkpoint(folder: Path) -> None:
    note = sign_checkpoint(OTHER_KEY.name, 4, bytes(32), OTHER_KEY).note
    (folder / "public" / "checkpoint").write_text(note, encoding="utf-8")


def put_forked_checkpoint(folder: Path) -> None:
    note = sign_checkpoint(ORIGIN, 4, bytes(32), OWN_KEY).note
    (folder / "public" / "checkpoint").write_text(note, encoding="utf-8")


def put_other_key(folder: Path) -> None:
    (folder / "private" / "signing.key").write_bytes(OTHER_KEY.to_file())


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (change_leaf, "ledger.sqlite: entry 2 was changed"),
        (change_leaf_and_hash, "head of size 4: entry 2 was changed"),
        (change_leaf_hash_and_tile, "an entry or the head itself was changed"),
        (remove_entry, "entry 2 is missing"),
        (remove_last_entries, "entries from 2 on are missing"),
        (restore_backup, "older than the published checkpoint of size 4"),
        (tear_checkpoint, "torn or foreign checkpoint"),
        (remove_checkpoint, "the published checkpoint is missing"),
        (put_foreign_checkpoint, "torn or foreign checkpoint"),
        (put_forked_checkpoint, "checkpoint of size 4 is of another history"),
        (put_other_key, "signing key of another log"),
    ],
)
def test_another_history_is_refused_by_name_and_nothing_is_written(
    tmp_path: Path, damage: Callable[[Path], None], says: str
) -> None:
    """Appending to a changed history would sign it (`ledger.md` §6, exit 4)."""
    folder = new_folder(tmp_path / "l", 2, 4)
    damage(folder)
    before = snapshot(folder)

    with pytest.raises(HistoryConflict, match=says) as conflict, Opened(folder):
        pass

    assert conflict.value.todo
    assert "\n" not in str(conflict.value)
    assert snapshot(folder) == before


def test_lost_and_damaged_tiles_and_dead_temporary_files_are_mended(tmp_path: Path) -> None:
    """Tiles are derived: the tables are the truth, and the tiles are rebuilt from them."""
    folder = new_folder(tmp_path / "l", 300)
    good = snapshot(folder / "public")
    (folder / "public/tile/0/000").write_bytes(b"torn")
    (folder / "public/tile/entries/001.p/44").unlink()
    (folder / "public/checkpoint.tmp").write_bytes(b"half")

    with Opened(folder):
        pass

    assert snapshot(folder / "public") == good


def test_a_signed_head_without_tiles_is_continued(tmp_path: Path) -> None:
    """Killed after the head's row, before any tile: the next head extends it."""
    folder = new_folder(tmp_path / "l", 4)

    def die(name: str) -> None:
        if name == "before put":
            raise KeyboardInterrupt

    with Opened(folder, die) as ledger:
        ledger.append(records(3, 4), AT)
        with pytest.raises(KeyboardInterrupt):
            ledger.publish(AT)
    with Opened(folder) as ledger:
        assert ledger.checkpoint is not None
        assert (ledger.size, ledger.checkpoint.size) == (7, 4)
        ledger.append(records(1, 7), AT)
        assert ledger.publish(AT).size == 8

    assert verify_folder(folder).ok


def test_a_copied_folder_is_the_same_ledger(tmp_path: Path) -> None:
    """A ledger is its files; no path is written into them."""
    folder = new_folder(tmp_path / "l", 4)
    shutil.copytree(folder, tmp_path / "copy")

    with Opened(tmp_path / "copy") as ledger:
        assert ledger.size == 4
