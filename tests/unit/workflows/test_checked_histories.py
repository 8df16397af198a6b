"""A ledger that one process reads all day: checked whole once, then what was added."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.ledger import recovery
from evenhand.ledger.tree import Tree
from evenhand.model.errors import HistoryConflict
from evenhand.model.log import LogRecord
from evenhand.workflows.operations import checked_histories, create_ledger, open_ledger
from evenhand.workflows.operations.checked_histories import forget_checked, keep_checked
from evenhand.workflows.operations.ledgers import read_ledger, verify_folder

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "ledger"
    create_ledger(folder, "ads.made-up.example/log", draw=lambda size: b"\7" * size)
    add(folder, 3)
    keep_checked(folder)
    yield folder
    forget_checked(folder)


def add(folder: Path, number: int) -> None:
    with open_ledger(folder, draw=bytes) as writer:
        first = writer.size
        writer.append([LogRecord(kind="review", payload=b"%d" % each) for each in range(first, first + number)], AT)
        writer.publish(AT)


def read(folder: Path) -> tuple[int, bytes, int]:
    with read_ledger(folder) as reader:
        assert reader.checkpoint is not None
        return reader.size, reader.root(reader.size), reader.checkpoint.size


def test_what_is_added_is_read_without_the_whole_being_checked_again(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of 100,000 entries takes half a second to check; a page may take a fifth of one."""
    assert read(ledger)[0] == 3
    add(ledger, 300)
    monkeypatch.setattr(checked_histories, "read_history", None)

    later = read(ledger)

    forget_checked(ledger)
    monkeypatch.setattr(checked_histories, "read_history", recovery.read_history)
    assert later == read(ledger) == (303, later[1], 303)


def test_a_reading_goes_on_as_it_began_while_others_see_what_was_added(ledger: Path) -> None:
    """A page is made of one state of the log."""
    with read_ledger(ledger) as early:
        before = early.root(early.size)
        add(ledger, 2)
        assert read(ledger)[0] == 5
        assert (early.size, early.root(early.size)) == (3, before)


def test_an_older_state_that_was_put_back_is_found(ledger: Path, tmp_path: Path) -> None:
    """A backup that replaces the tables must not go unnoticed because they were right before."""
    shutil.copy(ledger / "private" / "ledger.sqlite", tmp_path / "backup")
    add(ledger, 2)
    read(ledger)
    shutil.copy(tmp_path / "backup", ledger / "private" / "ledger.sqlite")

    with pytest.raises(HistoryConflict):
        read(ledger)


def test_a_changed_last_entry_is_found(ledger: Path) -> None:
    """The last entry is what the rest goes on from."""
    read(ledger)
    with sqlite3.connect(ledger / "private" / "ledger.sqlite") as tables:
        names = {row[0] for row in tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        name = next(
            each for each in names if "leaf_hash" in {row[1] for row in tables.execute(f"PRAGMA table_info({each})")}
        )
        tables.execute(f"UPDATE {name} SET leaf_hash = zeroblob(32) WHERE seq = 2")

    with pytest.raises(HistoryConflict):
        read(ledger)


def test_a_process_that_writes_often_checks_the_whole_once(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer of a person opens the ledger for writing: half a second of a log of 100,000 entries."""
    add(ledger, 300)
    monkeypatch.setattr(recovery, "_read_whole", None)

    add(ledger, 1)
    add(ledger, 300)

    monkeypatch.undo()
    forget_checked(ledger)
    assert read(ledger)[0] == 604
    assert verify_folder(ledger).ok


def test_the_first_opening_for_writing_still_mends_lost_tiles(ledger: Path) -> None:
    """A reading before it has checked the history, and has written nothing."""
    add(ledger, 1)
    forget_checked(ledger)
    keep_checked(ledger)
    assert read(ledger)[0] == 4
    for tile in (ledger / "public" / "tile").rglob("*.p/*"):
        tile.unlink()

    add(ledger, 1)

    assert verify_folder(ledger).ok


def test_what_another_process_wrote_is_checked_before_more_is_written(ledger: Path) -> None:
    """A run is another process; its entries are hashed again, and a changed one stops the next record."""
    add(ledger, 1)
    forget_checked(ledger)
    add(ledger, 2)
    with closing(sqlite3.connect(ledger / "private" / "ledger.sqlite")) as tables, tables:
        tables.execute("UPDATE entry SET leaf = x'00' WHERE seq = 5")
    keep_checked(ledger)
    checked_histories.keep_repaired(ledger, Tree(list(_leaf_hashes(ledger, 4))))

    with pytest.raises(HistoryConflict):
        add(ledger, 1)


def _leaf_hashes(ledger: Path, size: int) -> Iterator[bytes]:
    with closing(sqlite3.connect(ledger / "private" / "ledger.sqlite")) as tables:
        yield from (row[0] for row in tables.execute("SELECT leaf_hash FROM entry ORDER BY seq LIMIT ?", (size,)))
