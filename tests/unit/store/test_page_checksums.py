"""Checksums of pages: kept by the last writer, dropped by the next, and silent where nobody can know."""

from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.store import page_checksums
from evenhand.store.page_checksums import PAGE_SIZE, changed_pages, drop_sums, keep_sums
from evenhand.store.sqlite import SqliteTables, create_tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_tables(tmp_path / "t", "ads.example", "ads.example+00+x")
    SqliteTables(tmp_path / "t").close()
    return tmp_path / "t"


def sums(path: Path) -> Path:
    return path.with_name("t-sums")


def test_every_page_is_told_that_is_not_as_it_was_closed(path: Path) -> None:
    """By its number, as SQLite counts."""
    good = path.read_bytes()
    assert changed_pages(path) == []

    path.write_bytes(good[:100] + b"\xff" + good[101 : 3 * PAGE_SIZE] + b"\xff" + good[3 * PAGE_SIZE + 1 :])
    assert changed_pages(path) == [1, 4]
    path.write_bytes(good[:-PAGE_SIZE])
    assert changed_pages(path) == [len(good) // PAGE_SIZE]
    path.write_bytes(good + bytes(PAGE_SIZE))
    assert changed_pages(path) == [len(good) // PAGE_SIZE + 1]


def test_a_writer_drops_them_first_and_keeps_them_last(path: Path) -> None:
    """A writer that dies leaves none: what it wrote last is in nobody's checksums."""
    tables = SqliteTables(path)
    assert not sums(path).exists()
    tables.rename("other")
    tables.close()

    assert changed_pages(path) == []
    assert sums(path).stat().st_size == path.stat().st_size // PAGE_SIZE * 4


def test_a_reader_leaves_them_alone(path: Path) -> None:
    """Verification writes nothing."""
    before = sums(path).read_bytes()

    SqliteTables(path, read_only=True).close()

    assert sums(path).read_bytes() == before


def test_a_journal_that_holds_something_silences_them(path: Path) -> None:
    """Then the newest pages are there, and the file is behind."""
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    assert changed_pages(path) != []
    path.with_name("t-wal").write_bytes(b"frames")

    assert changed_pages(path) == []
    drop_sums(path)
    keep_sums(path)
    assert not sums(path).exists()


def test_a_reader_beside_the_last_writer_keeps_the_journal(path: Path) -> None:
    """The writer cannot settle the file then, so it keeps no checksums."""
    tables = SqliteTables(path)
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("SELECT * FROM meta").fetchall()
    tables.rename("other")
    tables.close()
    reader.close()

    assert not sums(path).exists()
    assert changed_pages(path) == []


def test_somebody_who_writes_meanwhile_is_no_fault(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checksums that went away or changed while the file was read say nothing."""
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    computed = page_checksums._computed

    def and_meanwhile(path: Path) -> bytes:
        now = computed(path)
        drop_sums(path)
        return now

    monkeypatch.setattr(page_checksums, "_computed", and_meanwhile)
    assert changed_pages(path) == []


def test_a_full_disk_costs_only_the_checksums(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are durable before; closing must not fail for a help."""

    def full(path: Path, _: bytes, **__: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(page_checksums, "write_whole", full)
    SqliteTables(path).close()

    assert [each.name for each in path.parent.iterdir()] == ["t"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60_000)), max_size=8), max_size=4))
def test_sums_that_are_carried_on_are_those_of_the_whole(path: Path, rounds: list[list[tuple[int, int]]]) -> None:
    """A writer that adds one record reads the pages that it wrote; `verify` compares all of them."""
    for records in rounds:
        tables = SqliteTables(path)
        for key, size in records:
            if key % 5 == 0:
                tables.settle()
            if key % 13 == 0:
                tables.purge()
            tables._rows("INSERT OR REPLACE INTO subject VALUES (?, zeroblob(?))", f"{key}", size)
            tables._rows("DELETE FROM subject WHERE name = ?", f"{key + 1}")
        tables.close()

        carried = sums(path).read_bytes()
        keep_sums(path)
        assert carried == sums(path).read_bytes()
        assert changed_pages(path) == []


def test_a_short_record_reads_its_own_pages_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte was read again after each answer of a person."""
    monkeypatch.setattr(page_checksums, "_computed", None)
    tables = SqliteTables(path)
    tables.rename("other")
    tables.settle()
    tables.rename("third")
    tables.close()

    monkeypatch.undo()
    assert changed_pages(path) == []


def test_a_page_that_was_changed_by_accident_is_still_told_after_a_later_writer(path: Path) -> None:
    """Before, the next writer took the broken page for the right one."""
    tables = SqliteTables(path)
    for number in range(50):
        tables._rows("INSERT INTO subject VALUES (?, zeroblob(8000))", f"{number}")
    tables.close()
    good = path.read_bytes()
    broken = 30 * PAGE_SIZE + 100
    path.write_bytes(good[:broken] + b"\xff" + good[broken + 1 :])

    tables = SqliteTables(path)
    tables.rename("other")
    tables.close()

    assert changed_pages(path) == [31]


def test_a_journal_that_was_begun_anew_makes_all_pages_be_read(path: Path) -> None:
    """What was in it before is forgotten."""
    tables = SqliteTables(path)
    for number in range(20):
        tables._rows("INSERT INTO subject VALUES (?, zeroblob(8000))", f"{number}")
        tables._rows("PRAGMA wal_checkpoint(RESTART)")
    tables.rename("other")
    tables.close()

    assert changed_pages(path) == []


def test_a_long_journal_makes_all_pages_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite may begin it anew at any time then."""
    monkeypatch.setattr(page_checksums, "_MOST_FRAMES", 2)
    tables = SqliteTables(path)
    for number in range(5):
        tables._rows("INSERT INTO subject VALUES (?, zeroblob(8000))", f"{number}")
    tables.close()

    assert changed_pages(path) == []
