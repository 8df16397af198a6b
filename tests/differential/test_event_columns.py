"""A table of events read by columns and row by row: the same acts, the same refusals, the same notes."""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from evenhand.intake.event_columns import read_event_table
from evenhand.intake.events import RowReader
from evenhand.intake.table_source import Source
from evenhand.model.errors import TableUnreadable
from evenhand.store import row_batches
from evenhand.store.duckdb_engine import spilling_engine
from evenhand.store.tables import write_parquet
from tests.networks import SUFFIXES
from tests.rings import write_table

COLUMNS = ("account_id", "object_id", "object_type", "ts", "at", "content_id", "note")
GOOD = {
    "account_id": ("a-1", "a-2", "Größe", "x" * 2_048),
    "object_id": (
        "https://www.a.example/x?utm_source=1",
        "hashtag:#Vote",
        "Shop.a.example",
        "b",
        "address: US",
        "[https://a.example/1]",
        "[https://a.example/1, https://b.example]",
        '["https://a.example/2", null]',
        "['x.example']",
    ),
    "object_type": ("landing_url", "host", "hashtag", "bid_burst"),
    "ts": ("1772000300", "1772000301.0", "631152000", "4102444799"),
    "at": ("", ""),
    "content_id": ("", "ad-1", "Anzeige 7 ü", "1e5"),
    "note": ("", "x"),
}
BAD = {
    "account_id": ("", " a-1 ", "\ta-1", "\u00a0a-1", "x" * 2_049, "1,5E+10", "a\x01b", '"q"', "a\u2028b"),
    "object_id": (
        "",
        "n/a",
        "-",
        "landing_url:x",
        "hashtag:",
        "x" * 3_000,
        "a;b",
        'a"b,"c',
        "9E+12",
        "[]",
        "[None]",
        '["", {}]',
    ),
    "object_type": ("", "page", "Host", " host ", "host\t"),
    "ts": (
        "",
        "noon",
        "-5",
        "0",
        "46275.81",
        "631151999",
        "1600000000123",
        "1.5e9",
        " 1772000300",
        "4102444800",
        "٣",
        "1" * 25,
    ),
    "at": (
        "2026-02-30T12:00:00Z",
        "2026-03-01",
        "2026-03-01T12:00",
        "20260301T120000Z",
        "1772000300",
        "1989-12-31T23:59:59Z",
        "46275.81",
        "soon",
    ),
    "content_id": ("a\x07", "x" * 2_049, "1.5E+20", "\u00a0x", " x", "x\t", '"', "\u200bx", "a\u0085"),
    "note": ("y" * 140_000, 'a "quoted", note', "two\nlines"),
}
TIMES = {
    "zoned": ("2026-03-01T12:00:00Z", "2026-03-01 12:00:00+02:00", "2026-03-01T23:59:59.123-05:30"),
    "without": ("2026-03-01T12:00:00", "2026-03-01 00:00:01.999999"),
    "mixed": ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00", "2026-03-01T12:00:00+00"),
    "none": ("", ""),
    "written": ("8/31/2026 20:07:40", "9/1/2026 8:07 PM", "01.09.2026 00:07:40", "2026-09-01 00:07:40.5"),
    "zones": ("2026-08-31 20:07:40 EDT", "2026-09-01T00:07:40Z", "9/1/2026 00:07 CEST", "2026-09-01 00:07:40 +0200"),
}


def drawn(chance: random.Random, times: str, faults: float) -> list[dict[str, str]]:
    return [
        {
            name: chance.choice(BAD[name]) if chance.random() < faults
            else chance.choice(TIMES[times] if name == "at" else GOOD[name])
            for name in COLUMNS
        }
        for _ in range(40)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give one engine to all tests; each table takes the place of the one before it."""
    with spilling_engine(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def read_both(path: Path, engine: duckdb.DuckDBPyConnection) -> tuple[object, object]:
    source = Source(path.parent, path.name, "events", {})
    answers: list[object] = []
    for by_columns in (True, False):
        try:
            reader = RowReader(source)
            if by_columns:
                read_event_table(reader, source, SUFFIXES, engine)
                acts = engine.execute("SELECT * FROM event_rows").fetchall()
            else:
                acts = [tuple(each) for each in reader.events(SUFFIXES)]
            answers.append((sorted(acts), reader.rows, reader.rejected, list(reader.refused), reader.notes))
        except TableUnreadable as error:
            answers.append(str(error))
    return answers[0], answers[1]


def as_csv(rows: list[dict[str, str]], chance: random.Random, path: Path) -> None:
    """Write rows as people do: some quoted, some blank, short or wide, with either end of line."""
    text, end = io.StringIO(newline=""), chance.choice(("\n", "\r\n"))
    writer = csv.writer(text, delimiter=chance.choice(",;\t"), lineterminator=end)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(list(row.values())[: chance.choice((7, 7, 7, 7, 7, 7, 7, 6))])
        text.write(chance.choice(("", "", "", "", "", end, f",,,{end}")) if chance.random() < 0.2 else "")
    path.write_bytes(chance.choice((b"", b"\xef\xbb\xbf")) + text.getvalue().encode())


@pytest.mark.parametrize("faults", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("times", TIMES)
def test_columns_and_rows_of_delimited_text_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: duckdb.DuckDBPyConnection, times: str, faults: float
) -> None:
    """In one piece and in several, whatever is wrong with the rows."""
    for seed in range(2):
        chance = random.Random(f"{times}{faults}{seed}")
        monkeypatch.setattr(row_batches, "_CHUNK", chance.choice((1 << 24, 700)))
        as_csv(drawn(chance, times, faults), chance, tmp_path / "events.csv")
        by_columns, by_rows = read_both(tmp_path / "events.csv", engine)

        assert by_columns == by_rows


@pytest.mark.parametrize("times", TIMES)
def test_columns_and_rows_of_parquet_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: duckdb.DuckDBPyConnection, times: str
) -> None:
    """Numbers and missing values too."""
    for faults in (0.0, 0.05, 0.2):
        chance = random.Random(f"{times}{faults}")
        monkeypatch.setattr(row_batches, "_ROWS", chance.choice((500_000, 25)))
        rows = [[value or None for value in row.values()] for row in drawn(chance, times, faults)]
        write_parquet(tmp_path / "events.parquet", dict.fromkeys(COLUMNS, "VARCHAR"), rows)
        by_columns, by_rows = read_both(tmp_path / "events.parquet", engine)

        assert by_columns == by_rows


def test_a_table_of_good_rows_is_not_read_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: duckdb.DuckDBPyConnection
) -> None:
    """Or nothing would be gained."""
    rows = [
        ("a-1", f"https://a.example/{number}", "landing_url", str(1_772_000_300 + number), "") for number in range(99)
    ]
    write_table(tmp_path / "events.csv", ("account_id", "object_id", "object_type", "ts", "content_id"), rows)
    read: list[object] = []
    monkeypatch.setattr(RowReader, "events", lambda *given: read.append(given) or iter(()))
    source = Source(tmp_path, "events.csv", "events", {})
    reader = RowReader(source)
    read_event_table(reader, source, SUFFIXES, engine)

    assert (read, reader.rows, reader.rejected) == ([], 99, 0)
