"""Tables come back as text whatever their format, and go to Parquet whole."""

import csv
import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from evenhand.model.errors import TableUnreadable
from evenhand.store.delimited_text import encoding_of, read_delimited
from evenhand.store.tables import Line, read_columns, read_parquet, read_rows, snapshot, write_parquet


def written(folder: Path, content: bytes | str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_the_heading_has_most_of(tmp_path: Path, mark: str) -> None:
    """Exports of different countries and systems part cells differently."""
    table = read_rows(written(tmp_path, f"id{mark}name\r\na1{mark}Ford\r\n"))

    assert table.header == ("id", "name")
    assert list(table.lines) == [Line(2, ["a1", "Ford"])]


def test_line_numbers_stay_right_after_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    """A person mends the file by the number that is told."""
    table = read_rows(written(tmp_path, 'id,text\na1,"one\ntwo ""three"""\n\n,\na2,x\n'))

    assert list(table.lines) == [Line(2, ["a1", 'one\ntwo "three"']), Line(6, ["a2", "x"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    """Spreadsheets write marks; nothing else does."""
    table = read_rows(written(tmp_path, "id,name\na1,Новости\n".encode(encoding)))

    assert table.header[0] == "id"
    assert next(table.lines).cells == ["a1", "Новости"]
    assert table.guessed is None


@pytest.mark.parametrize(("raw", "encoding"), [("Café €".encode("cp1252"), "cp1252"), (b"caf\xe9 \x81", "latin-1")])
def test_a_guessed_encoding_is_told_with_the_line_that_gave_it_away(tmp_path: Path, raw: bytes, encoding: str) -> None:
    """Names may be wrong, so nobody should have to find out alone."""
    table = read_rows(written(tmp_path, b"id,name\na1,x\na2," + raw + b"\n"))

    assert table.guessed == (encoding, 3)
    assert [line.cells for line in table.lines] == [["a1", "x"], ["a2", raw.decode(encoding)]]


def test_a_character_cut_off_at_the_end_of_the_file_is_no_utf8(tmp_path: Path) -> None:
    """A file that was cut inside a character must not lose its last name silently."""
    path = written(tmp_path, b"id\na\xc3")

    assert encoding_of(path).guessed_at is not None


def test_the_line_is_counted_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large files are looked at in parts."""
    monkeypatch.setattr("evenhand.store.delimited_text._CHUNK", 4)

    assert encoding_of(written(tmp_path, b"id\nab\ncd\n\xe9\n")) == ("cp1252", 4)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a1", "2 cells as in the heading, not 1"),
        ("a1,b,c", "2 cells as in the heading, not 3"),
        ('"a1" x,b', "quotes around whole cells, doubled inside them"),
        ('"a1,b\nc"d,e', "quotes around whole cells, doubled inside them; lines 2 to 3 were read as one row"),
    ],
)
def test_a_broken_row_says_what_it_should_have_been_and_the_next_is_read(
    tmp_path: Path, row: str, problem: str
) -> None:
    """One bad row must not cost the others."""
    lines = list(read_rows(written(tmp_path, f"id,name\n{row}\na2,x\n")).lines)

    assert (lines[0].number, lines[0].problem) == (2, problem)
    assert lines[1].cells == ["a2", "x"]


def test_empty_cells_beyond_the_heading_are_no_matter(tmp_path: Path) -> None:
    """Spreadsheets pad rows."""
    assert list(read_rows(written(tmp_path, "id,name\na1,x,,\n")).lines) == [Line(2, ["a1", "x"])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04....", "workbook"),
        (b"id\0,\0n\0", "UTF-16 without a byte order mark"),
        (b"PAR1 and no more", "is not a complete Parquet file"),
        (b",,\n,,\n", "has no heading"),
        (b"\xff\xfei\0d\0\n\0a\0\n\0b", "bytes are no utf-16"),
        (b"\xff\xfei", "bytes are no utf-16"),
        (b'[{"id": "a", "name": "b"}]', "is one JSON value over the whole file; expected NDJSON: one object a line"),
        (b'\xef\xbb\xbf[\r\n  {\r\n  "id": "a"}]', "is one JSON value over the whole file"),
        (b'{\n "sellers": [\n{"id": "a"}]}', "is one JSON value over the whole file"),
        (b'id,name\na1,"x\na2,y\n', "t.csv:2: a quoted cell that begins in this row never ends"),
    ],
)
def test_a_file_that_is_no_whole_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    """Half a table read as a whole one would leave advertisers unexamined."""
    path = written(tmp_path, content)

    with pytest.raises(TableUnreadable) as error:
        list(read_rows(path).lines)
    assert says in str(error.value)


@pytest.mark.parametrize("name", ["t.xlsx", "T.XLSX", "t.xlsm", "t.parquet"])
def test_text_that_its_name_calls_a_workbook_is_refused(tmp_path: Path, name: str) -> None:
    """Read as CSV in silence, a workbook that was saved wrongly would be a table of one strange column."""
    with pytest.raises(TableUnreadable, match=f"is text, although its name ends in {Path(name).suffix.lower()}"):
        read_rows(written(tmp_path, "id,name\na,b\n", name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path in the settings is what must be mended."""
    with pytest.raises(TableUnreadable, match=r"gone\.csv: cannot be read"):
        read_rows(tmp_path / "gone.csv")


def test_bytes_that_turn_bad_late_are_refused_too(tmp_path: Path) -> None:
    """A UTF-16 file may break after its heading."""
    path = written(tmp_path, "id\na1\n".encode("utf-16") + b"x" * 20001)

    with pytest.raises(TableUnreadable, match="bytes are no utf-16"):
        list(read_delimited(path, "utf-16"))


def test_json_lines_keep_their_digits_and_tell_broken_lines(tmp_path: Path) -> None:
    """A binary float is not the amount that somebody wrote."""
    content = '\ufeff{"id":"a1","prepaid":1200.50,"domains":["a.de","b.de"]}\n\n'
    content += '{"id":7,"ok":true,"no":null}\nnope\n{"id":{}}\n'
    table = read_rows(written(tmp_path, content, "t.ndjson"))

    assert table.header == ("id", "prepaid", "domains", "ok", "no")
    assert list(table.lines) == [
        Line(1, ["a1", "1200.50", "a.de;b.de", "", ""]),
        Line(3, ["7", "", "", "true", ""]),
        Line(4, [], "one JSON object a line"),
        Line(5, [""] * 5, "text, numbers, true, false, null or lists of them in an object; `id` holds an object"),
    ]


def test_parquet_comes_back_as_text(tmp_path: Path) -> None:
    """Whatever types a warehouse uses, a cell reads as if it stood in a CSV file."""
    path = tmp_path / "it's.parquet"
    columns = {"id": "VARCHAR", "domains": "VARCHAR[]", "prepaid": "DECIMAL(10,2)", "seen": "DATE", "b": "BOOLEAN"}
    write_parquet(
        path, columns, [("a1", ["a.de", "b.de"], "1200.50", date(2020, 1, 2), False), ("a2", None, None, None, None)]
    )

    table = read_rows(path)

    assert table.header == tuple(columns)
    assert list(table.lines) == [
        Line(1, ["a1", "a.de;b.de", "1200.50", "2020-01-02", "false"]),
        Line(2, ["a2", "", "", "", ""]),
    ]


def test_damage_inside_a_parquet_file_is_told_while_reading(tmp_path: Path) -> None:
    """The footer may be whole where the pages are not."""
    path = tmp_path / "t.parquet"
    write_parquet(path, {"id": "VARCHAR"}, [(os.urandom(8).hex(),) for _ in range(3000)])
    raw = bytearray(path.read_bytes())
    raw[4 : len(raw) // 2] = b"\xff" * (len(raw) // 2 - 4)
    path.write_bytes(raw)

    with pytest.raises(TableUnreadable, match="is not a complete Parquet file"):
        list(read_rows(path).lines)


@pytest.mark.parametrize("rows", [0, 1, 4095, 4096, 4097, 9000])
def test_few_rows_of_parquet_and_many_are_read_alike(tmp_path: Path, rows: int) -> None:
    """A file of few rows is read at once; of another the first rows are read twice, and given once."""
    path = tmp_path / "t.parquet"
    write_parquet(path, {"id": "BIGINT"}, [(number,) for number in range(rows)])

    table = read_rows(path)

    assert list(table.lines) == [Line(number + 1, [str(number)]) for number in range(rows)]


def test_rows_come_back_from_parquet_as_they_went_in(tmp_path: Path) -> None:
    """State and snapshots must read what was written, bytes and line breaks too."""
    columns = {
        "id": "VARCHAR",
        "n": "BIGINT",
        "text": "VARCHAR",
        "blob": "BLOB",
        "tags": "VARCHAR[]",
        "at": "TIMESTAMPTZ",
    }
    at = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
    rows = [("a", 2**60, 'x"\n\0й', b"\0\xff", ["p"], at), ("", None, None, None, [], at)]

    write_parquet(tmp_path / "new" / "t.parquet", columns, rows)

    assert read_parquet(tmp_path / "new" / "t.parquet") == rows
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["t.parquet"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """A run may die at any row."""
    path = tmp_path / "t.parquet"
    write_parquet(path, {"id": "VARCHAR"}, [("old",)])

    def dying() -> Iterator[tuple[str]]:
        yield ("new",)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_parquet(path, {"id": "VARCHAR"}, dying())
    assert read_parquet(path) == [("old",)]
    assert [each.name for each in tmp_path.iterdir()] == ["t.parquet"]


def test_a_file_that_is_replaced_at_once_is_read_anew(tmp_path: Path) -> None:
    """Two runs may follow within a second, and leave files of the same length; small files and large ones alike."""
    path = tmp_path / "t.parquet"
    for rows in (1, 100_000):
        for each in "abc":
            write_parquet(path, {"id": "VARCHAR"}, [(f"{each}{number:032}",) for number in range(rows)])
            assert read_parquet(path)[0] == (f"{each}{0:032}",)


def test_a_fork_reads_by_an_engine_of_its_own(tmp_path: Path) -> None:
    """Threads do not come along into a fork; the engine that its parent had open would wait for them for ever."""
    path = tmp_path / "t.parquet"
    write_parquet(path, {"id": "INTEGER"}, ((number,) for number in range(20_000)))
    reader = multiprocessing.get_context("fork").Process(target=read_parquet, args=(path,))

    reader.start()
    reader.join(300)

    assert reader.exitcode == 0


def test_no_parquet_file_is_an_os_error(tmp_path: Path) -> None:
    """Derived state that is gone or damaged is made again."""
    with pytest.raises(OSError, match="No such file"):
        read_parquet(tmp_path / "gone.parquet")
    with pytest.raises(OSError, match="Parquet"):
        read_parquet(written(tmp_path, b"PAR1", "bad.parquet"))


def test_a_snapshot_keeps_the_table_as_text_under_its_hash_once(tmp_path: Path) -> None:
    """A decision names the bytes it was made from; reading them twice keeps them once."""
    source = written(tmp_path, "id,ID,,id\n1,2,3,4\nbroken\n")

    kept = snapshot(source, tmp_path / "snapshots")
    first = kept.stat().st_mtime_ns

    assert kept.name == f"{read_rows(source).sha256}.parquet"
    assert duckdb.sql(f"SELECT * FROM '{kept}'").columns == ["id", "ID#2", "#3", "id#4"]
    assert read_parquet(kept) == [("1", "2", "3", "4")]
    assert snapshot(source, tmp_path / "snapshots").stat().st_mtime_ns == first


def test_a_snapshot_of_a_very_wide_table_keeps_what_is_read(tmp_path: Path) -> None:
    """DuckDB needs memory for each column; 5,000 of them stopped the run."""
    source = tmp_path / "wide.csv"
    source.write_text(f"{','.join(f'u{number}' for number in range(2000))},ID,id\n{'x,' * 2000}a,b\n" * 2)

    kept = read_rows(snapshot(source, tmp_path / "snapshots", (2000, 2001)))

    assert len(kept.header) == 402
    assert (kept.header[-2:], next(kept.lines).cells[-2:]) == (("ID", "id#2002"), ["a", "b"])


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        (("a,b,,", "c,d,,", "e,f,,", "g,h"), ()),
        (("a,b", "c,d", "1,000,"), (4,)),
        (("1,000,", "c,d", "e,f"), (2,)),
        (("a,b,,", "c,d,,", "1,000,,,"), (4,)),
        (("a,b,",), ()),
    ],
)
def test_only_rows_that_all_end_so_may_have_more_cells(
    tmp_path: Path, rows: tuple[str, ...], broken: tuple[int, ...]
) -> None:
    """In one row alone a comma inside a number moved the cells; the last of them being empty proves nothing."""
    table = read_rows(written(tmp_path, "\n".join(("id,name", *rows))))

    lines = list(table.lines)
    assert tuple(line.number for line in lines if line.problem) == broken
    assert {len(line.cells) for line in lines if not line.problem} <= {2}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_large_table_is_kept_with_the_same_rows_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Quoted rows and a column called `line` too; broken rows are left out."""
    path = tmp_path / f"table.{ending}"
    rows = [(str(number), f"row {number}", "" if number % 3 else 'a "b", c') for number in range(50)]
    if ending == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("line", "broken", "NOTE"), *rows[:30], ("short",), *rows[30:]])
    else:
        write_parquet(path, {"line": "VARCHAR", "broken": "VARCHAR", "NOTE": "VARCHAR"}, rows)
    by_rows = snapshot(path, tmp_path / "rows")
    monkeypatch.setattr("evenhand.store.tables._LARGE", 0)
    by_columns = snapshot(path, tmp_path / "columns")

    assert by_columns.name == by_rows.name
    assert read_columns(by_columns) == read_columns(by_rows) == ["line", "broken", "NOTE"]
    assert read_parquet(by_columns) == read_parquet(by_rows) == rows


def test_a_row_with_a_cell_of_a_whole_file_is_told_by_its_line(tmp_path: Path) -> None:
    """It is no open quote, which swallows several lines."""
    path = tmp_path / "table.csv"
    path.write_text(f"id,name\n1,x\n2,{'y' * 5_000}\n3,x\n")
    longest = csv.field_size_limit(4_000)
    try:
        with pytest.raises(TableUnreadable, match=r"csv:3: a cell of this row is longer than 67,108,864"):
            list(read_rows(path).lines)
    finally:
        csv.field_size_limit(longest)
