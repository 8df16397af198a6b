"""The tables read while somebody writes to them: never half of a change, never an older state than was seen."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from evenhand.model.errors import StorageFailed
from evenhand.store.sqlite import SqliteTables, create_tables
from tests.unit.store.test_ledger_tables import entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_tables(tmp_path / "with ? and # and %41.sqlite", "origin", "vkey")
    return tmp_path / "with ? and # and %41.sqlite"


def test_a_reader_sees_what_was_written_after_it_was_opened(path: Path) -> None:
    """It was opened when nobody wrote, and took the file for one that does not change."""
    with closing(SqliteTables(path, read_only=True)) as reader:
        assert not list(reader.leaves())
        with closing(SqliteTables(path)) as writer:
            writer.append([entry(0)])
            during = [seq for seq, *_ in reader.leaves()]
            writer.append([entry(1)])
            writer.settle()
        after = [seq for seq, *_ in reader.leaves()]

    assert (during, after) == ([0], [0, 1])


def test_a_reader_beside_a_busy_writer_meets_no_damage(path: Path) -> None:
    """Each answer is the tables as they were at one instant, while pages move from the journal into the file."""
    done = threading.Event()

    def write() -> None:
        for first in range(0, 60, 3):
            with closing(SqliteTables(path)) as writer:
                writer.append([entry(seq) for seq in range(first, first + 3)])
                writer.settle()
        done.set()

    writing = threading.Thread(target=write)
    writing.start()
    sizes, damage = [0], []
    with closing(SqliteTables(path, read_only=True)) as reader:
        while not done.is_set():
            sizes.append(len(list(reader.leaves())))
            damage += list(reader.damage())
    writing.join()

    assert damage == []
    assert sizes == sorted(sizes)
    assert {size % 3 for size in sizes} == {0}


def test_a_journal_without_its_index_is_read_too(path: Path, tmp_path: Path) -> None:
    """As a copy of the two files has it: what the journal holds was committed."""
    with closing(SqliteTables(path)) as writer:
        writer.append([entry(0)])
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(path.read_bytes())
        copy.with_name("copy.sqlite-wal").write_bytes(path.with_name(f"{path.name}-wal").read_bytes())

    with closing(SqliteTables(copy, read_only=True)) as reader:
        assert [seq for seq, *_ in reader.leaves()] == [0]


def test_a_damaged_file_is_an_error_and_no_endless_search(path: Path) -> None:
    """Only a file that changed meanwhile is read again."""
    with closing(SqliteTables(path)) as writer:
        writer.append([entry(seq) for seq in range(200)])
    with path.open("rb+") as file:
        file.seek(8192)
        file.write(b"\xff" * 3 * 8192)

    with pytest.raises(StorageFailed, match="cannot use"), closing(SqliteTables(path, read_only=True)) as reader:
        list(reader.entries())
