"""Rows of a workbook or a CSV file written whole, beside those made cell by cell."""

import csv
import math
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evenhand.model.visible_text import PLAIN_IN_CSV, PLAIN_IN_XML, are_plain, plain_rows, safe_cell
from evenhand.store import sheet_rows, spreadsheets
from evenhand.store.deflated_pieces import Pieces
from evenhand.store.row_forms import GAP, Cell
from evenhand.store.sheet_rows import RowSheet, sheet_text
from evenhand.store.spreadsheets import Column, WorkbookPieces, written_csv, written_workbook

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
Added = tuple[str, tuple[Cell, ...], list[tuple[Cell, ...]]]
texts = st.text(max_size=20) | st.text("a_ &\";=-<x{}0", max_size=4) | st.sampled_from(
    ("", "Morning Crust", " ", "a", "a ", "\ta", "a\n", "<r>x</r>", "R&D <b> \"x\" 'y'", "_x0041_", "\ufffe\uffff",
     "\u202e", "=1+1", "%s", "x" * 199, "x" * 200, "x" * 32_768, "\U0001f600" * 16_384, "a" + "\U0001f600" * 16_384)
)  # fmt: skip
DAY = date(1900, 2, 28)
days = st.dates() | st.sampled_from([date(1900, 1, 1), DAY, date(1900, 3, 1), date(1899, 12, 31)])
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


def rows(*columns: st.SearchStrategy[Cell]) -> st.SearchStrategy[tuple[Cell, ...]]:
    return st.tuples(*(st.none() | each for each in columns))


def like(cell: Cell) -> st.SearchStrategy[Cell]:
    """Return cells of the same type that hold something as well."""
    if isinstance(cell, str):
        return texts.filter(bool)
    return days if isinstance(cell, date) else numbers.filter(lambda number: type(number) is type(cell))


def own_places(name: str, cells: Sequence[Cell]) -> list[int]:
    """Return the places of the cells that are not shared and hold something."""
    return [
        place for place, column in enumerate(SHEETS[name]) if not column.is_shared and cells[place] not in ("", None)
    ]


def with_others(name: str, cells: tuple[Cell, ...]) -> st.SearchStrategy[Added]:
    """Return a row with others below it that differ from it in their own cells alone."""
    own = st.tuples(*(like(cells[place]) for place in own_places(name, cells)))
    return st.tuples(st.just(name), st.just(cells), st.just([]) | st.lists(own, max_size=9))


made_one = rows(texts, days, numbers, numbers | texts | days, texts).flatmap(partial(with_others, "one"))
made = st.lists(
    made_one
    | rows(numbers, texts, numbers).flatmap(partial(with_others, "two"))
    | rows(texts, days).flatmap(partial(with_others, "three")),
    max_size=6,
)


def one_by_one(name: str, cells: tuple[Cell, ...], others: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Return a row and the others below it, each of them whole."""
    places = own_places(name, cells)
    return [cells] + [
        tuple(dict(zip(places, own, strict=True)).get(place, cell) for place, cell in enumerate(cells))
        for own in others
    ]  # fmt: skip


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


@given(st.lists(st.lists(texts | st.text("a ", min_size=1), min_size=2, max_size=2), max_size=12))
@example([["a", "b"]] * 5 + [["a", "=b"]] + [["c", "d"]] * 3 + [["c ", "d"], ["", "d"]])
@example([["a", "b"]] * 5 + [["a", "b" * 10_000]])
@example([["a", "b"]] * 5 + [["a", "b\nc"], ["d", "=e"]])
def test_rows_that_are_looked_at_together_are_as_plain_as_each_alone(several: list[list[str]]) -> None:
    """A row takes nothing from the ones beside it."""
    for kind in (PLAIN_IN_CSV, PLAIN_IN_XML):
        assert plain_rows(several, kind) == [are_plain(row, kind) for row in several]


def cell_by_cell(self: RowSheet, row: int, cells: Sequence[Cell], others: Sequence[tuple[Cell, ...]] = ()) -> None:
    """Write a row by xlsxwriter's calls alone: the plain twin of `RowSheet.add_row`."""
    assert not others
    for place, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            self.write_string(row, place, sheet_text(cell))
        elif isinstance(cell, date):
            self.write_datetime(row, place, cell, self._day)
        else:
            self.write_number(row, place, cell, self._columns[place])


def written(folder: str, added: Sequence[Added], pieces: WorkbookPieces | None = None) -> bytes:
    path = Path(folder, "t.xlsx")
    with written_workbook(path, SHEETS, pieces) as sheets:
        for name, cells, others in added:
            sheets[name](cells, others)
    return path.read_bytes()


def alone(name: str, *cells: Cell) -> Added:
    """Return a row without others."""
    return name, cells, []


@given(made)
@example(
    [
        alone("two", 1, "x", 0.5),
        alone("one", "a", None, None, 1, ""),
        alone("one", *(None,) * 5),
        alone("two", None, "y", None),
    ]
)
@example(
    [alone("one", "a ", None, 1, " b", "%"), alone("one", "a ", None, 1, "b", "%"), alone("one", "a", DAY, 1, " b", "")]
)
@example(
    [alone("one", "a", DAY, 1, 1, "x"), alone("one", "b", DAY, 1.5, 1.0, "x"), alone("one", "&", DAY, 2, "c", "x")]
)
@example([("one", ("a", DAY, 1, "b", "x"), [("c", 2, "d"), ("e", 3, "&"), ("%s", 4, "f"), ("g", 5, " h")]),
          ("two", (1, "x", None), [(2,)]), alone("one", "b", DAY, 1, DAY, "x")])  # fmt: skip
def test_a_workbook_has_the_bytes_that_xlsxwriter_makes_cell_by_cell(added: list[Added]) -> None:
    """Programs of others open what it writes, and have been seen to."""
    whole = [alone(name, *cells) for name, first, others in added for cells in one_by_one(name, first, others)]
    with tempfile.TemporaryDirectory() as folder:
        quick = written(folder, added)
        with patch.object(RowSheet, "add_row", cell_by_cell):
            assert written(folder, whole) == quick


def test_a_workbook_has_the_parts_that_xlsxwriter_packs(tmp_path: Path) -> None:
    """What is copied and packed here, piece by piece, has the names, bytes and times that xlsxwriter gives them."""
    added = [alone("one", "a", DAY, 1, 1, "x"), alone("two", 0.5, "é", 2), ("three", ("b", DAY), [])]
    written(str(tmp_path), added)
    quick = parts_of(tmp_path / "t.xlsx")

    by_xlsxwriter(tmp_path / "t.xlsx", added)

    assert parts_of(tmp_path / "t.xlsx") == quick
    assert "xl/worksheets/sheet3.xml" in [name for name, _, _ in quick]


def by_xlsxwriter(path: Path, added: Sequence[Added]) -> None:
    """Write a workbook by xlsxwriter alone."""
    book = xlsxwriter.Workbook(path, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"created": spreadsheets._MADE})
    for name, columns in SHEETS.items():
        sheet = book.add_worksheet(name)
        shown = {kind: book.add_format({"num_format": form}) for kind, form in spreadsheets._SHOWN.items()}
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, heading)
        several = [cells for of, cells, _ in added if of == name]
        sheet._day, sheet._columns = shown["date"], [shown.get(column.kind) for column in columns]
        for row, cells in enumerate(several, 1):
            cell_by_cell(sheet, row, cells)
        sheet.autofilter(0, 0, len(several), len(columns) - 1)
    book.close()


texts_of_pieces = st.lists(st.binary(max_size=20) | st.binary(max_size=20).map(lambda some: some * 5_000), max_size=5)


@given(texts_of_pieces, st.binary(max_size=9), st.binary(max_size=9))
def test_a_part_in_pieces_is_unpacked_as_a_whole(several: list[bytes], head: bytes, tail: bytes) -> None:
    """Whatever is in them, also where none is; programs look at the CRC-32 of the whole."""
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as archive:
        pieces = Pieces(file)
        for each in several:
            pieces.add(each)
        with zipfile.ZipFile(archive, "w") as package:
            package.writestr("before", b"x")
            pieces.write(package, zipfile.ZipInfo("part"), head, tail)
            package.writestr("after", b"y")

        with zipfile.ZipFile(archive) as package:
            assert package.read("part") == b"".join((head, *several, tail))
            assert package.testzip() is None
            assert package.namelist() == ["before", "part", "after"]


@pytest.fixture
def pieces_of_few() -> Iterator[None]:
    with patch.object(spreadsheets, "_TOGETHER", 3):
        yield


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made, st.lists(st.tuples(st.integers(0, 6), st.none() | made_one), max_size=2))
@example([("one", ("a", DAY, 1, "b", "x"), [("c", 2, "d")] * 5)] * 2, [(1, alone("one", "z", DAY, 1, "b", "x"))])
@example([alone("one", "a", None, None, None, None)] * 7, [(5, alone("one", None, DAY, 1, 1, "x"))])
@example([alone("one", "a", None, 1, "1900-02-28", None)] * 3, [(2, alone("one", "a", None, 1, DAY, None))])
def test_a_workbook_in_place_of_another_has_the_bytes_of_one_made_whole(
    pieces_of_few: None, added: list[Added], edits: list[tuple[int, Added | None]]
) -> None:
    """After rows were changed, added and taken out, pieces that are taken over are what would be written."""
    after = list(added)
    for place, row in edits:
        after[place : place + 1] = [] if row is None else [row]
    with tempfile.TemporaryDirectory() as folder:
        pieces = WorkbookPieces()
        written(folder, added, pieces)
        again = written(folder, after, pieces)
        known = {name: list(each) for name, each in pieces.sheets.items()}

        assert written(folder, after, WorkbookPieces()) == again
        assert written(folder, after, pieces) == again
        assert {name: list(each) for name, each in pieces.sheets.items()} == known


def test_pieces_of_rows_that_stay_are_not_written_again(pieces_of_few: None, tmp_path: Path) -> None:
    """Those above a row that is new and, where as many rows are above them as were, those below."""
    rows = [alone("one", f"name {number}", DAY, 1, number, "x") for number in range(12)]
    pieces, made = WorkbookPieces(), list[int]()
    written(str(tmp_path), rows, pieces)
    rows[4] = alone("one", "another", DAY, 1, 4, "x")
    add_row = RowSheet.add_row

    def noting(self: RowSheet, row: int, *given: Any) -> None:
        made.append(row)
        add_row(self, row, *given)

    with patch.object(RowSheet, "add_row", noting):
        written(str(tmp_path), rows, pieces)

    assert made == [4, 5, 6]


def parts_of(path: Path) -> list[tuple[str, object, bytes]]:
    with zipfile.ZipFile(path) as package:
        return [(part.filename, part.date_time, package.read(part)) for part in package.infolist()]


def csv_cell(cell: Cell) -> str:
    return "" if cell is None else safe_cell(cell) if isinstance(cell, str) else str(cell)


@given(st.lists(made_one, max_size=6))
@example([
    alone("one", "a", None, 1, "=b", "x"), alone("one", "", DAY, 0.5, ' "=b', "x"),
    alone("one", "a;=b", None, None, "\t", ",="), alone("one", "a=b", None, 1, "-", "%"),
    alone("one", "a,b", DAY, 1.0, '"', "x"), alone("one", "a%", DAY, 1, "b\n=c", "x"),
    ("one", ("a", DAY, 1, "b", "x"), [("c", 2, "d"), ("e", 3, "=f"), ("%s", 4, "g"), ("h,", 5, "i")]),
])  # fmt: skip
def test_a_csv_file_has_the_bytes_of_cells_looked_at_one_by_one(added: list[Added]) -> None:
    """No row that is written by a form holds a cell that a spreadsheet would run, or hidden text."""
    hold_beside_csv(SHEETS["one"], added)


@pytest.mark.parametrize("cell", ["", None, "a", 1])
def test_a_csv_file_of_one_column_has_a_row_for_each(cell: Cell) -> None:
    """An empty cell alone is written in quotation marks, or it would be no row."""
    hold_beside_csv([Column("n", "text", 5)], [alone("one", cell)])


def hold_beside_csv(columns: Sequence[Column], added: Sequence[Added]) -> None:
    whole = [
        cells for name, first, others in added for cells in (one_by_one(name, first, others) if others else [first])
    ]
    with tempfile.TemporaryDirectory() as folder:
        quick, plain = Path(folder, "quick.csv"), Path(folder, "plain.csv")
        with written_csv(quick, columns) as add:
            for _, cells, others in added:
                add(cells, others)
        with plain.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow([column.heading for column in columns])
            csv.writer(file).writerows([list(map(csv_cell, cells)) for cells in whole])

        assert quick.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(tmp_path: Path, number: float) -> None:
    """A workbook that holds one is damaged to the program that opens it."""
    for first, others in ((number, []), (0.5, [(number,)])):
        with (
            pytest.raises(TypeError, match="infinite"),
            written_workbook(tmp_path / "t.xlsx", SHEETS) as sheets,
        ):
            sheets["one"]((None, None, first, None, None), others)
    assert not list(tmp_path.iterdir())
