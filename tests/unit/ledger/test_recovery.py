"""Recovery: another history than the signed one is never written to."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.ledger import recovery
from evenhand.ledger.checkpoint import sign_checkpoint
from evenhand.ledger.proofs import is_included, verify_growth
from evenhand.ledger.tree import leaf_hash
from evenhand.model.errors import HistoryConflict
from evenhand.store.keys import SigningKey
from evenhand.workflows.operations.ledgers import verify_folder
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
        (change_leaf_and_hash, "checkpoint of size 4: entry 2 was changed"),
        (change_leaf_hash_and_tile, "an entry or the checkpoint itself was changed"),
        (remove_entry, "entry 2 is missing"),
        (remove_last_entries, "entries from 2 on are missing"),
        (restore_backup, "older than the published checkpoint of size 4"),
        (tear_checkpoint, "damaged checkpoint, or one of another log"),
        (remove_checkpoint, "the published checkpoint is missing"),
        (put_foreign_checkpoint, "damaged checkpoint, or one of another log"),
        (put_forked_checkpoint, "checkpoint of size 4 is of another history"),
        (put_other_key, "signing key of another log"),
    ],
)
@pytest.mark.parametrize("whole", [recovery.FULL_CHECK_LIMIT, 0])
def test_another_history_is_refused_by_name_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None], says: str, whole: int
) -> None:
    """Appending to a changed history would sign it (`ledger.md` §6, exit 4); a large log's edge tells as much."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", whole)
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


def test_an_entry_that_no_bundle_can_hold_is_refused(tmp_path: Path) -> None:
    """65,536 bytes do not fit a length of 16 bits; no leaf of ours is that long, so somebody changed the row."""
    folder, leaf = new_folder(tmp_path / "l", 4), bytes(65_536)
    with Opened(folder) as ledger:
        ledger.append(records(1, 4), AT)
    edit(folder, f"UPDATE entry SET leaf = zeroblob(65536), leaf_hash = x'{leaf_hash(leaf).hex()}' WHERE seq = 4")

    with pytest.raises(HistoryConflict, match="entry 4 was changed"), Opened(folder):
        pass


@pytest.mark.parametrize("size", [700, 768])
def test_a_large_log_starts_from_its_edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A day's log of 100 million entries would be read for ten minutes; the signed root proves the edge."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", 600)
    folder, read = new_folder(tmp_path / "l", 300, size), []

    def watch(name: str) -> None:
        read.append(name)

    with Opened(folder, watch) as ledger:
        assert read.count("before get") < 8
        assert len(ledger._tree.hashes(0, size // 256 * 256, size)) == size % 256 * 32
        assert len(ledger._tree._rows[0].hashes) == size % 256 * 32
        ledger.append(records(100, size), AT)
        old, new = ledger.checkpoint, ledger.publish(AT)

        assert old is not None
        verify_growth(old, new, ledger.consistency(old.size, new.size))
        for seq in (0, 299, size - 1, size, size + 99):
            proof = ledger.inclusion(seq, new.size)
            assert is_included(seq, new.size, ledger.leaf_hash(seq), proof, new.root)
    assert verify_folder(folder).ok


def test_a_log_keeps_no_more_than_its_edge_in_memory(tmp_path: Path) -> None:
    """Nor does one that began small and went on for a year."""
    with Opened(new_folder(tmp_path / "l")) as ledger:
        for _ in range(4):
            ledger.append(records(300, ledger.size), AT)
            ledger.publish(AT)
        ledger.publish(AT)

        assert len(ledger._tree._rows[0].hashes) == 1_200 % 256 * 32


def test_an_entry_behind_a_forged_bundle_is_noticed_at_the_edge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row and bundle were changed alike; the signed tile was not."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", 600)
    folder, bundle = new_folder(tmp_path / "l", 700), "public/tile/entries/002.p/188"
    with Opened(folder) as ledger:
        ((_, leaf, kept),) = [each for each in ledger.storage.leaves(699) if each[0] == 699]
    forged = leaf.replace(b"decision", b"judgment")
    edit(folder, f"UPDATE entry SET leaf = x'{forged.hex()}', leaf_hash = x'{leaf_hash(forged).hex()}' WHERE seq = 699")
    (folder / bundle).write_bytes((folder / bundle).read_bytes().replace(leaf, forged))

    assert leaf_hash(leaf) == kept
    with pytest.raises(HistoryConflict, match="checkpoint of size 700: entry 699 was changed"), Opened(folder):
        pass


def test_a_large_log_trusts_no_tile_that_it_did_not_prove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start did not look at it; the first proof that needs it does."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", 600)
    folder = new_folder(tmp_path / "l", 700)
    tile = folder / "public/tile/0/001"
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])

    with Opened(folder) as ledger, pytest.raises(HistoryConflict, match="tile 1 of level 0: a published tile is miss"):
        ledger.inclusion(300, 700)


@pytest.mark.parametrize("path", ["tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/002.p/188"])
@pytest.mark.parametrize("left", [None, b"", b"torn"])
def test_a_torn_edge_of_a_large_log_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, left: bytes | None
) -> None:
    """Then everything is looked at, and tiles are written again from the tables."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", 600)
    folder = new_folder(tmp_path / "l", 700)
    good = snapshot(folder / "public")
    (folder / "public" / path).unlink()
    if left is not None:
        (folder / "public" / path).write_bytes(left)

    with Opened(folder):
        pass

    assert snapshot(folder / "public") == good


def test_a_large_log_continues_heads_that_were_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the head's row: it is checked against what was appended since."""
    monkeypatch.setattr(recovery, "FULL_CHECK_LIMIT", 600)
    folder = new_folder(tmp_path / "l", 700)
    with Opened(folder) as ledger:
        ledger.append(records(30, 700), AT)
        ledger.begin_publication(AT)
    with Opened(folder) as ledger:
        assert (ledger.size, ledger.behind) == (730, 30)
        assert ledger.publish(AT).size == 730
    with Opened(folder) as ledger:
        ledger.append(records(30, 730), AT)
        ledger.begin_publication(AT)
    shutil.copytree(folder, tmp_path / "without")
    edit(tmp_path / "without", "DELETE FROM head WHERE size = 730")
    with (
        pytest.raises(HistoryConflict, match="published checkpoint of size 730 is of another"),
        Opened(tmp_path / "without"),
    ):
        pass
    edit(folder, "UPDATE head SET root = zeroblob(32) WHERE size = 760")

    with pytest.raises(HistoryConflict, match="checkpoint of size 760"), Opened(folder):
        pass
