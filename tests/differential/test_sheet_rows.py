"""Rows of a workbook or a CSV file written whole, beside those made cell by cell."""

import csv
import math
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from evenhand.model.visible_text import PLAIN_IN_CSV, PLAIN_IN_XML, are_plain, safe_cell
from evenhand.store import packed_workbook, sheet_rows, spreadsheets
from evenhand.store.row_forms import GAP, Cell
from evenhand.store.sheet_rows import RowSheet, sheet_text
from evenhand.store.spreadsheets import Column, written_csv, written_workbook

SHEETS = {
    "one": (
        Column("name", "text", 20),
        Column("on", "date", 11, is_shared=True),
        Column("score", "score", 7),
        Column("n", "number", 5),
        Column("step", "text", 30, is_shared=True),
    ),
    "two": (Column("n", "real", 5), Column("sentence", "text", 60, is_shared=True), Column("m", "number", 5)),
    "three": (Column("name", "text", 20, is_shared=True), Column("on", "date", 11, is_shared=True)),
}
texts = st.text(max_size=20) | st.text("a_ &\";=-<x{}0", max_size=4) | st.sampled_from(
    ("", "Morning Crust", " ", "a", "a ", "\ta", "a\n", "<r>x</r>", "R&D <b> \"x\" 'y'", "_x0041_", "\ufffe\uffff",
     "\u202e", "=1+1", "%s", "x" * 199, "x" * 200, "x" * 32_768, "\U0001f600" * 16_384, "a" + "\U0001f600" * 16_384)
)  # fmt: skip
DAY = date(1900, 2, 28)
days = st.dates() | st.sampled_from([date(1900, 1, 1), DAY, date(1900, 3, 1), date(1899, 12, 31)])
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


def rows(*columns: st.SearchStrategy[Cell]) -> st.SearchStrategy[tuple[Cell, ...]]:
    return st.tuples(*(st.none() | each for each in columns))


made = st.lists(
    st.tuples(st.just("one"), rows(texts, days, numbers, numbers | texts | days, texts))
    | st.tuples(st.just("two"), rows(numbers, texts, numbers))
    | st.tuples(st.just("three"), rows(texts, days)),
    max_size=6,
)


@pytest.mark.parametrize(
    ("kind", "shown"), [(PLAIN_IN_CSV, spreadsheets._csv_cell), (PLAIN_IN_XML, sheet_rows._made)], ids=["CSV", "XML"]
)
def test_a_text_that_is_taken_as_plain_is_written_as_it_is(kind: re.Pattern[str], shown: Callable[[str], str]) -> None:
    """Neither is looked at again, so no character may be among them that is hidden, quoted or escaped anywhere."""
    every = [chr(code) for code in range(0x11000)]
    signs = [first + second for first in every[:0x80] for second in every[:0x80]]
    found = [
        text
        for sign in every + signs for text in (sign, f"a{sign}b", f"a{sign}", f"{sign}b")
        if are_plain([text], kind)
    ]  # fmt: skip
    as_it_is = GAP if kind is PLAIN_IN_CSV else sheet_rows._PLAIN

    assert [text for text in found if shown(text) != as_it_is % text] == []
    assert {"é", "ж", "ع", "म", "東", "7", "a&b" if kind is PLAIN_IN_CSV else "a=b"} <= set(found)


def cell_by_cell(self: RowSheet, row: int, cells: Sequence[Cell]) -> None:
    """Write a row by xlsxwriter's calls alone: the plain twin of `RowSheet.add_row`."""
    for place, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            self.write_string(row, place, sheet_text(cell))
        elif isinstance(cell, date):
            self.write_datetime(row, place, cell, self._day)
        else:
            self.write_number(row, place, cell, self._columns[place])


def written(folder: str, added: Sequence[tuple[str, tuple[Cell, ...]]]) -> bytes:
    path = Path(folder, "t.xlsx")
    with written_workbook(path, SHEETS) as sheets:
        for name, cells in added:
            sheets[name](cells)
    return path.read_bytes()


@given(made)
@example([("two", (1, "x", 0.5)), ("one", ("a", None, None, 1, "")), ("one", (None,) * 5), ("two", (None, "y", None))])
@example([("one", ("a ", None, 1, " b", "%")), ("one", ("a ", None, 1, "b", "%")), ("one", ("a", DAY, 1, " b", ""))])
@example([("one", ("a", DAY, 1, 1, "x")), ("one", ("b", DAY, 1.5, 1.0, "x")), ("one", ("&", DAY, 2, "c", "x"))])
def test_a_workbook_has_the_bytes_that_xlsxwriter_makes_cell_by_cell(
    added: list[tuple[str, tuple[Cell, ...]]],
) -> None:
    """Programs of others open what it writes, and have been seen to."""
    with tempfile.TemporaryDirectory() as folder:
        quick = written(folder, added)
        with patch.object(RowSheet, "add_row", cell_by_cell):
            assert written(folder, added) == quick


def test_a_workbook_has_the_parts_that_xlsxwriter_packs(tmp_path: Path) -> None:
    """What is copied and packed here has the names, bytes and times that xlsxwriter gives them."""
    added: list[tuple[str, tuple[Cell, ...]]] = [
        ("one", ("a", DAY, 1, 1, "x")),
        ("two", (None, "é", None)),
        ("three", ("b", DAY)),
    ]
    written(str(tmp_path), added)
    quick = parts_of(tmp_path / "t.xlsx")

    with (
        patch.object(packed_workbook, "PackedWorkbook", xlsxwriter.Workbook),
        patch.object(RowSheet, "_write_optimized_sheet_data", Worksheet._write_optimized_sheet_data),
    ):
        written(str(tmp_path), added)

    assert parts_of(tmp_path / "t.xlsx") == quick
    assert "xl/worksheets/sheet3.xml" in [name for name, _, _ in quick]


def parts_of(path: Path) -> list[tuple[str, object, bytes]]:
    with zipfile.ZipFile(path) as package:
        return [(part.filename, part.date_time, package.read(part)) for part in package.infolist()]


def csv_cell(cell: Cell) -> str:
    return "" if cell is None else safe_cell(cell) if isinstance(cell, str) else str(cell)


@given(st.lists(rows(texts, days, numbers, numbers | texts | days, texts), max_size=6))
@example([
    ("a", None, 1, "=b", "x"), ("", DAY, 0.5, ' "=b', "x"), ("a;=b", None, None, "\t", ",="),
    ("a=b", None, 1, "-", "%"), ("a,b", DAY, 1.0, '"', "x"), ("a%", DAY, 1, "b\n=c", "x"),
])  # fmt: skip
def test_a_csv_file_has_the_bytes_of_cells_looked_at_one_by_one(added: list[tuple[Cell, ...]]) -> None:
    """No row that is written by a form holds a cell that a spreadsheet would run, or hidden text."""
    hold_beside_csv(SHEETS["one"], added)


@pytest.mark.parametrize("cell", ["", None, "a", 1])
def test_a_csv_file_of_one_column_has_a_row_for_each(cell: Cell) -> None:
    """An empty cell alone is written in quotation marks, or it would be no row."""
    hold_beside_csv([Column("n", "text", 5)], [(cell,)])


def hold_beside_csv(columns: Sequence[Column], added: Sequence[tuple[Cell, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        quick, plain = Path(folder, "quick.csv"), Path(folder, "plain.csv")
        with written_csv(quick, columns) as add:
            for cells in added:
                add(cells)
        with plain.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow([column.heading for column in columns])
            csv.writer(file).writerows([list(map(csv_cell, cells)) for cells in added])

        assert quick.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: float) -> None:
    """A workbook that holds one is damaged to the program that opens it."""
    with written_workbook(tmp_path / "t.xlsx", SHEETS) as sheets, pytest.raises(TypeError, match="infinite"):
        sheets["one"]((None, None, number, None, None))
