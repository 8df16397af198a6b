"""The ledger's tables: all or none, in order, through one connection."""

from pathlib import Path

import pytest

from evenhand.model.errors import HistoryConflict, StorageFailed
from evenhand.model.log import StoredEntry, StoredHead
from evenhand.store.sqlite import SqliteTables, create_tables


@pytest.fixture
def tables(tmp_path: Path) -> SqliteTables:
    create_tables(tmp_path / "t.sqlite", "origin", "vkey")
    return SqliteTables(tmp_path / "t.sqlite")


def entry(seq: int, key: str = "") -> StoredEntry:
    return StoredEntry(seq=seq, leaf=b"leaf", leaf_hash=b"hash", body=b"body", salt=b"salt", subject="a1", key=key)


def test_rows_come_back_in_order_and_from_any_start(tables: SqliteTables) -> None:
    """Over more than one page of rows."""
    tables.append([entry(seq) for seq in range(1_200)])

    assert [each[0] for each in tables.leaves()] == list(range(1_200))
    assert [each.seq for each in tables.entries(1_100)] == list(range(1_100, 1_200))
    assert [seq for seq, _ in tables.last_leaves()] == list(range(1_199, -1, -1))
    assert tables.entry(5) == entry(5)
    assert tables.entry(1_200) is None
    assert tables.name() == ("origin", "vkey")


def test_a_transaction_that_fails_leaves_nothing(tables: SqliteTables) -> None:
    """A caller is answered for all of its records or for none."""
    tables.append([entry(0, "k0")])

    with pytest.raises(StorageFailed, match="UNIQUE"):
        tables.append([entry(1, "k1"), entry(2, "k0")])
    assert [each[0] for each in tables.leaves()] == [0]
    assert tables.known(["k0", "k1"]) == {"k0": (0, b"hash")}


def test_a_head_follows_the_one_that_its_writer_knows(tables: SqliteTables) -> None:
    """Compare and swap: two writers that do not know of each other would sign two histories."""
    tables.add_head(StoredHead(size=1, root=b"one", at=1))
    tables.add_head(StoredHead(size=3, root=b"three", at=2), after=1)

    for head, after in ((1, None), (4, None), (4, 1), (4, 2), (4, 4)):
        with pytest.raises(HistoryConflict, match="another process committed a head"):
            tables.add_head(StoredHead(size=head, root=b"other", at=3), after=after)
    tables.sign_head(1, "note")
    assert list(tables.heads()) == [
        StoredHead(size=1, root=b"one", at=1, note="note"), StoredHead(size=3, root=b"three", at=2),
    ]  # fmt: skip
    assert [head.size for head in tables.heads(2)] == [3]


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


def test_tables_of_another_schema_are_refused(tables: SqliteTables) -> None:
    """A later version may keep what this one does not know."""
    tables._rows("UPDATE meta SET schema = 2")

    with pytest.raises(StorageFailed, match="expected schema 1"):
        tables.name()
