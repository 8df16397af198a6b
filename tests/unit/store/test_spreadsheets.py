"""Tables that people open in a spreadsheet: what they read back, what never runs, what bytes they have."""

import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from python_calamine import CalamineWorkbook

from evenhand.store import spreadsheets
from evenhand.store.spreadsheets import Cell, Column, written_csv, written_workbook

COLUMNS = (Column("name", "text", 20), Column("on", "date", 11), Column("score", "score", 7), Column("n", "number", 5))
ROW: tuple[Cell, ...] = ("Plum Bakery", date(2026, 11, 2), 0.9962, 3)


def workbook(path: Path, *rows: tuple[Cell, ...]) -> list[list[object]]:
    """Write a workbook of one sheet and return what another program reads of it."""
    with written_workbook(path, {"rows": COLUMNS}) as sheets:
        for row in rows:
            sheets["rows"](row)
    return CalamineWorkbook.from_path(path).get_sheet_by_name("rows").to_python()


def test_a_workbook_is_read_back_by_another_program_with_its_types(tmp_path: Path) -> None:
    """A date that is a text cannot be sorted or filtered."""
    assert workbook(tmp_path / "t.xlsx", ROW, ("", None, None, None)) == [["name", "on", "score", "n"], list(ROW)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("https://evil.example", "https://evil.example"),
        ("007", "007"),
        ("a_x000A_b", "a_x000A_b"),
        ("Shop\u202egro\x00", "Shop\\u202egro\\u0000"),
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
        ("x" * 40_000, "x" * 32_766 + "…"),
    ],
)
def test_a_text_in_a_workbook_stays_a_text(tmp_path: Path, text: str, shown: str) -> None:
    """No formula, no link, no number, no markup of the file's own, nothing hidden; what is too long says so."""
    path = tmp_path / "t.xlsx"

    _, (cell, *_) = workbook(path, (text, None, None, None))

    assert str(cell).strip() == shown
    with zipfile.ZipFile(path) as parts:
        sheet = Xml.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        assert not [each for each in sheet.iter() if each.tag.endswith(("}f", "}hyperlink", "}r"))]
        assert "2017-01-01T00:00:00Z" in parts.read("docProps/core.xml").decode()


def test_a_sheet_has_a_heading_that_stays_a_filter_and_widths(tmp_path: Path) -> None:
    """A person sorts and filters at once, and reads headings on row 3,000."""
    workbook(tmp_path / "t.xlsx", ROW)

    with zipfile.ZipFile(tmp_path / "t.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()

    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:D2"/>' in sheet
    assert '<col min="1" max="1" width="20.7' in sheet


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Anyone who compares two runs by the hash of a file sees whether anything changed."""
    for name in ("a.xlsx", "b.xlsx"):
        workbook(tmp_path / name, ROW)

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_sheet_that_is_full_says_how_many_rows_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel has 1,048,576 rows; a row that is silently gone looks like a client nobody decided about."""
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 4)

    read = workbook(tmp_path / "t.xlsx", *(ROW for _ in range(5)))

    with written_workbook(tmp_path / "t.xlsx", {"rows": COLUMNS}) as sheets:
        sheets["rows"](ROW, [ROW] * 4)
    assert CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_name("rows").to_python() == read
    assert len(read) == 4
    assert str(read[-1][0]) == "3 more rows are not in this sheet, which is full; the CSV file beside it has all"


def test_a_csv_has_a_byte_order_mark_and_no_formula(tmp_path: Path) -> None:
    """Excel reads UTF-8 only with the mark, and a cell may begin a formula behind `;` or a tab in its locale."""
    with written_csv(tmp_path / "t.csv", COLUMNS) as add:
        add(("=1+1", date(2026, 11, 2), 0.5, None))
        add(("Plum;=HYPERLINK(A1)", None, None, 1))
        add(("\t=1", None, None, 1))

    data = (tmp_path / "t.csv").read_bytes()

    assert data.startswith(b"\xef\xbb\xbfname,on,score,n\r\n'=1+1,2026-11-02,0.5,\r\nPlum;'=HYPERLINK(A1),,,1\r\n")
    assert b"\n=" not in data
    assert b"\t=" not in data


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_table_that_fails_in_the_middle_leaves_the_old_one(tmp_path: Path, name: str) -> None:
    """Somebody may have it open; half a table looks like a whole one."""
    (tmp_path / name).write_text("old")
    write = written_csv(tmp_path / name, COLUMNS) if name == "t.csv" else written_workbook(tmp_path / name, {})

    with pytest.raises(OSError, match="disk"), write:
        raise OSError("disk")

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(name, "old")]
