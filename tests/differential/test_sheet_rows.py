"""Rows of a workbook or a CSV file written whole, beside those made cell by cell."""

import math
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.store import spreadsheets
from evenhand.store.sheet_rows import Cell, RowSheet, sheet_text
from evenhand.store.spreadsheets import Column, written_csv, written_workbook

SHEETS = {
    "one": (
        Column("name", "text", 20),
        Column("on", "date", 11),
        Column("score", "score", 7),
        Column("n", "number", 5),
    ),
    "two": (Column("n", "real", 5), Column("sentence", "text", 60), Column("m", "number", 5)),
}
texts = st.text(max_size=20) | st.text("a_ &\";=-<x{}0", max_size=4) | st.sampled_from(
    ("", "Morning Crust", " ", "a", "a ", "\ta", "a\n", "<r>x</r>", "R&D <b> \"x\" 'y'", "_x0041_", "\ufffe\uffff",
     "\u202e", "=1+1", "x" * 199, "x" * 200, "x" * 32_768, "\U0001f600" * 16_384, "a" + "\U0001f600" * 16_384)
)  # fmt: skip
days = st.dates() | st.sampled_from([date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(1899, 12, 31)])
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


def rows(*columns: st.SearchStrategy[Cell]) -> st.SearchStrategy[tuple[Cell, ...]]:
    return st.tuples(*(st.none() | each for each in columns))


made = st.lists(
    st.tuples(st.just("one"), rows(texts, days, numbers, numbers | texts | days))
    | st.tuples(st.just("two"), rows(numbers, texts, numbers)),
    max_size=6,
)


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


@settings(max_examples=150, deadline=None)
@given(made)
@example([("two", (1, "x", 0.5)), ("one", ("a", None, None, 1)), ("one", (None,) * 4), ("two", (None, "y", None))])
@example([("one", ("a ", None, 1, " b")), ("one", ("a ", None, 1, "b")), ("one", ("a", date(1900, 2, 28), 1, " b"))])
def test_a_workbook_has_the_bytes_that_xlsxwriter_makes_cell_by_cell(
    added: list[tuple[str, tuple[Cell, ...]]],
) -> None:
    """Programs of others open what it writes, and have been seen to."""
    with tempfile.TemporaryDirectory() as folder:
        quick = written(folder, added)
        with patch.object(RowSheet, "add_row", cell_by_cell):
            assert written(folder, added) == quick


def csv_of(folder: str, added: Sequence[tuple[Cell, ...]]) -> bytes:
    path = Path(folder, "t.csv")
    with written_csv(path, SHEETS["one"]) as add:
        for cells in added:
            add(cells)
    return path.read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.lists(rows(texts, days, numbers, numbers | texts | days), max_size=6))
@example(
    [("a", None, 1, "=b"), ("", date(2026, 11, 2), 0.5, ' "=b'), ("a;=b", None, None, "\t"), ("a=b", None, 1, "-")]
)
def test_a_csv_file_has_the_bytes_of_cells_looked_at_one_by_one(added: list[tuple[Cell, ...]]) -> None:
    """No row that is written as it is holds a cell that a spreadsheet would run, or hidden text."""
    with tempfile.TemporaryDirectory() as folder:
        quick = csv_of(folder, added)
        with patch.object(spreadsheets, "_is_plain", lambda _: False):
            assert csv_of(folder, added) == quick


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: float) -> None:
    """A workbook that holds one is damaged to the program that opens it."""
    with written_workbook(tmp_path / "t.xlsx", SHEETS) as sheets, pytest.raises(TypeError, match="infinite"):
        sheets["one"]((None, None, number, None))
