"""Delimited text read in lists of rows, and the same text read row by row; kept from rows, and kept by columns."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import TableUnreadable
from evenhand.store import delimited_text, tables
from evenhand.store.delimited_text import RowList, read_delimited, read_in_lists
from evenhand.store.row_batches import keep_by_columns
from evenhand.store.table_rows import Line
from evenhand.store.tables import read_columns, read_parquet, snapshot

_PIECES = ["a", "ü", ";", ";", '"', '""', '";"', "\n", "\n", "\r\n", "\r", " ", "k.A.", "Straße 1\nKöln", "1.234,56 €"]
_CELLS = ["", "", "a", "da; en", 'a "b" c', "Straße 1\nKöln", "k.A.", "1.234,56 €", "x\x1fy", "ü"]


def rows_or_error(read: Callable[[], Iterator[Line]]) -> list[Line] | str:
    """Return rows, or why there are none."""
    try:
        return list(read())
    except TableUnreadable as error:
        return str(error)


@given(
    st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), st.integers(1, 4),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans(),
)  # fmt: skip
def test_rows_in_lists_are_the_rows(text: str, at_once: int, encoding: str, is_cut: bool) -> None:
    """Broken rows, rows of several lines, quotes that never close, and bytes that are no text, are told alike."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "t.csv")
        path.write_bytes(f"id;name\n{text}".encode(encoding) + (b"\xc3" if is_cut else b""))
        patch.setattr(delimited_text, "AT_ONCE", at_once)
        lists: list[RowList] = []

        def read() -> Iterator[Line]:
            for each in read_in_lists(path, encoding):
                lists.append(each)
                yield from each.rows

        assert rows_or_error(read) == rows_or_error(lambda: read_delimited(path, encoding))
        for rows, widths, longest in lists:
            assert widths >= {len(line.cells) for line in rows}
            assert all(len(cell) <= longest for line in rows for cell in line.cells)


@pytest.mark.parametrize("at_once", range(1, 9))
def test_rows_of_several_lines_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Wherever a list of lines ends: inside a row, before a broken one, or behind a blank one."""
    path = tmp_path / "t.csv"
    path.write_text(
        'id;name\n1;"a\nb"\n2;x\n"3" y;z\n4;"c\r\nd\ne"\r\n\n;\n5;y\n6\n7;a;b\n8;"q ""r""; s"\n9;"t\nu" v\n10;w',
        newline="",
    )
    monkeypatch.setattr(delimited_text, "AT_ONCE", at_once)

    rows = list(read_delimited(path, "utf-8"))
    assert [line for each in read_in_lists(path, "utf-8") for line in each.rows] == rows
    assert [line.number for line in rows] == [1, 2, 4, 5, 6, 11, 12, 13, 14, 15, 17]


@given(st.lists(st.lists(st.sampled_from(_CELLS), min_size=2, max_size=4), max_size=20))
def test_a_large_table_is_kept_alike_by_columns_and_from_rows(rows: list[list[str]]) -> None:
    """Where many rows have quotes it is kept from rows: the same bytes; where a row is no line, the same rows."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path, text = Path(folder, "t.csv"), io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows([["id", "line", "Größe"], ['"', "", ""], *rows])
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        small = snapshot(path, Path(folder, "small"))
        by_columns = Path(folder, "columns.parquet")
        is_by_columns = keep_by_columns(path, by_columns, {"id": 0, "line": 1, "Größe": 2})
        patch.setattr(tables, "_LARGE", 0)
        from_rows = snapshot(path, Path(folder, "rows"))

        assert read_columns(from_rows) == ["id", "line", "Größe"]
        assert read_parquet(from_rows) == read_parquet(small)
        if is_by_columns:
            assert from_rows.read_bytes() == by_columns.read_bytes()
