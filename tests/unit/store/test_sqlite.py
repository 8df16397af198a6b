"""What only SQLite has of the ledger's tables: its modes, its file; the rest is in `test_ledger_tables.py`."""

import threading
import time
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from evenhand.model.errors import StorageFailed
from evenhand.model.log import StoredEntry
from evenhand.store.sqlite import SqliteTables, _cause, create_tables
from tests.unit.store.test_ledger_tables import entry


@pytest.fixture
def tables(tmp_path: Path) -> SqliteTables:
    create_tables(tmp_path / "t.sqlite", "origin", "vkey")
    return SqliteTables(tmp_path / "t.sqlite")


def test_commits_are_durable_before_they_return(tables: SqliteTables) -> None:
    """WAL with `synchronous=FULL` (2); deleted bytes are overwritten."""
    modes = [tables._sql.pragma(name) for name in ("journal_mode", "synchronous", "secure_delete")]

    assert modes == ["wal", 2, 1]


def test_orphans_are_damage_and_sound_tables_have_none(tables: SqliteTables) -> None:
    """A payload without its entry cannot be told from a forgotten one."""
    tables.append([entry(0)])
    assert not list(tables.damage())
    tables._rows("INSERT INTO payload VALUES (9, x'00', x'00', NULL)")

    assert list(tables.damage()) == ["payload of entry 9, which is not there"]


@pytest.mark.parametrize("content", [None, b"no database" * 500])
def test_what_is_no_ledger_is_refused_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    """Also a missing file: SQLite would make an empty one."""
    path = tmp_path / "x.sqlite"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(StorageFailed, match=r"x\.sqlite: cannot use") as failed:
        SqliteTables(path, read_only=True).name()
    assert "\n" not in str(failed.value)


def test_what_is_settled_leaves_the_journal_while_a_writer_holds_the_tables(tmp_path: Path) -> None:
    """Within a COMMIT that would keep a caller waiting: most of it needs no lock of the writer's."""
    path = tmp_path / "settled.sqlite"
    create_tables(path, "origin", "vkey")
    with closing(SqliteTables(path)) as tables:
        tables.append([entry(0, key="a key to look for")])
        assert b"a key to look for" not in path.read_bytes()
        with tables._lock:
            settling = threading.Thread(target=tables.settle)
            settling.start()
            until = time.monotonic() + 60
            while b"a key to look for" not in path.read_bytes() and time.monotonic() < until:
                time.sleep(0.001)
            assert b"a key to look for" in path.read_bytes()
            assert settling.is_alive()
        settling.join()


def test_tables_from_before_subjects_had_keys_are_read_as_they_are_and_completed_by_a_writer(tmp_path: Path) -> None:
    """A ledger must open for as long as there are programs; reading one changes nothing."""
    path = tmp_path / "t.sqlite"
    create_tables(path, "origin", "vkey")
    with closing(SqliteTables(path)) as tables:
        tables.append([entry(0)])
        tables._rows("DROP TABLE subject")
    before = path.read_bytes()

    with closing(SqliteTables(path, read_only=True)) as tables:
        assert [each.seq for each in tables.entries()] == [0]
        assert tables.subject_keys(["s"]) == {}
    assert path.read_bytes() == before
    with closing(SqliteTables(path)) as tables:
        tables.add_subject_keys({"s": b"k"})
    with closing(SqliteTables(path, read_only=True)) as tables:
        assert tables.subject_keys(["s"]) == {"s": b"k"}


def test_a_full_disk_is_named_and_not_the_rollback_that_follows(tmp_path: Path) -> None:
    """SQLite rolls back by itself where the disk is full; apsw then says `cannot rollback`."""
    create_tables(tmp_path / "t", "o", "v")
    with closing(SqliteTables(tmp_path / "t")) as tables:
        tables._sql.pragma("max_page_count", int(tables._sql.pragma("page_count")) + 1)
        rows = [
            StoredEntry(seq=seq, leaf=b"leaf", leaf_hash=b"h", body=bytes(5000), salt=b"s", key=f"k{seq}")
            for seq in range(20)
        ]

        with pytest.raises(StorageFailed, match="full") as failed:
            tables.append(rows)

        assert "rollback" not in str(failed.value)
        assert list(tables.leaves()) == []


def test_the_first_error_of_several_is_the_cause() -> None:
    """What fails while something else is put right says less."""
    error = apsw.SQLError("SQLError: cannot rollback - no transaction is active")
    error.__context__ = apsw.FullError("FullError: database or disk is full")

    assert str(_cause(error)) == "FullError: database or disk is full"
