"""Workbooks are read as a person sees them, and what cannot be read is one clear line."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.model.errors import TableUnreadable
from evenhand.store import workbook_parts
from evenhand.store.tables import Table, read_rows, snapshot

Fill = Callable[[Any, Any], None]


def book(folder: Path, *sheets: tuple[str, Fill], name: str = "t.xlsx", **options: Any) -> Path:
    """Write a workbook with these sheets."""
    file = xlsxwriter.Workbook(folder / name, options)
    for title, fill in sheets:
        fill(file.add_worksheet(title), file)
    file.close()
    return folder / name


def rows(*lines: Sequence[Any]) -> Fill:
    """Return what writes these rows from the first cell on."""

    def fill(sheet: Any, _: Any) -> None:
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)

    return fill


def cells(table: Table) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in table.lines]


def changed(path: Path, part: str, before: bytes, after: bytes) -> Path:
    """Return a workbook with other bytes in one of its parts."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    assert before in parts[part]
    parts[part] = parts[part].replace(before, after)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def known(cells: Sequence[str]) -> int:
    return sum(cell in ("Nr", "Firma", "Land") for cell in cells)


def test_numbers_dates_and_truth_are_text_as_a_person_sees_them(tmp_path: Path) -> None:
    """A spreadsheet keeps each number as a float and each day as a count of days."""

    def fill(sheet: Any, file: Any) -> None:
        sheet.write_row(0, 0, ["id", "sum", "day", "at", "hour", "ok", "long", "nothing"])
        day = file.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(1, 0, [4711, 1234.5])
        sheet.write_datetime(1, 2, datetime(2008, 5, 7), day)
        sheet.write_datetime(1, 3, datetime(2008, 5, 7, 14, 30), day)
        sheet.write_datetime(1, 4, time(9, 5), file.add_format({"num_format": "hh:mm"}))
        sheet.write_boolean(1, 5, True)
        sheet.write_number(1, 6, 12345678901234567890)

    table = read_rows(book(tmp_path, ("S", fill)))

    assert cells(table) == [
        (2, ["4711", "1234.5", "2008-05-07", "2008-05-07 14:30:00", "09:05:00", "true", "1.23456789012346E+19", ""])
    ]


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    """Old workbooks of one system count from another day."""

    def fill(sheet: Any, file: Any) -> None:
        sheet.write_row(0, 0, ["id", "day"])
        sheet.write_datetime(1, 1, datetime(2008, 5, 7), file.add_format({"num_format": "yyyy-mm-dd"}))

    assert cells(read_rows(book(tmp_path, ("S", fill), date_1904=True))) == [(2, ["", "2008-05-07"])]


def test_formulas_count_by_the_value_that_the_workbook_keeps(tmp_path: Path) -> None:
    """An error in a cell is shown as that error: it is not an empty cell."""

    def fill(sheet: Any, _: Any) -> None:
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_formula(1, 0, "=3+4", None, 7)
        sheet.write_formula(1, 1, '="Made"&"-Up"', None, "Made-Up")
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")

    assert cells(read_rows(book(tmp_path, ("S", fill)))) == [(2, ["7", "Made-Up"]), (3, ["", "#N/A"])]


def test_a_formula_that_was_never_calculated_refuses_the_table(tmp_path: Path) -> None:
    """Programs write workbooks without values; read as empty, the cell would be lost."""
    path = book(tmp_path, ("S", lambda sheet, _: (rows(["id"])(sheet, _), sheet.write_formula(1, 0, "=3+4"))))
    changed(path, "xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v></v>")

    with pytest.raises(
        TableUnreadable, match=r"t\.xlsx: cell A2 of sheet `S` holds a formula that was never calculated"
    ):
        read_rows(path)


def test_cells_merged_over_rows_have_their_value_in_each(tmp_path: Path) -> None:
    """People merge the country over the clients that it has."""

    def fill(sheet: Any, _: Any) -> None:
        rows(["id", "land"], ["1", ""], ["2", ""])(sheet, _)
        sheet.merge_range(1, 1, 2, 1, "DE")

    assert cells(read_rows(book(tmp_path, ("S", fill)))) == [(2, ["1", "DE"]), (3, ["2", "DE"])]


def test_empty_rows_and_columns_are_left_out_and_the_rest_keeps_its_place(tmp_path: Path) -> None:
    """Formats reach far beyond a table; what is told of a row must name its row."""

    def fill(sheet: Any, file: Any) -> None:
        rows(["id", "", "name"], ["1", "", "A"], [], ["2", "", "B"])(sheet, file)
        bold = file.add_format({"bold": True})
        sheet.write_blank(200_000, 0, None, bold)
        sheet.write_blank(3, 9_000, None, bold)

    table = read_rows(book(tmp_path, ("S", fill)))

    assert table.header == ("id", "name")
    assert cells(table) == [(2, ["1", "A"]), (4, ["2", "B"])]


def test_a_column_with_values_and_no_heading_is_named_by_its_letter(tmp_path: Path) -> None:
    """It is told as a heading that nothing was made of, not lost."""
    table = read_rows(book(tmp_path, ("S", rows(["id", "", "name"], ["1", "x", "A"]))))

    assert table.header == ("id", "column B", "name")


def test_the_heading_is_the_row_of_the_first_twenty_that_is_known_best(tmp_path: Path) -> None:
    """A title and the day of the export stand above many tables; both are told."""
    path = book(
        tmp_path, ("S", rows(["Clients 2026"], [], ["Contact", "", "Where"], ["Nr", "Firma", "Land"], ["1", "A", "DE"]))
    )

    table = read_rows(path, known=known)

    assert table.header == ("Nr", "Firma", "Land")
    assert (table.heading_line, cells(table)) == (4, [(5, ["1", "A", "DE"])])
    assert [(note.line, note.value) for note in table.notes] == [(1, "Clients 2026"), (3, "Contact | Where")]


def test_two_rows_of_headings_are_one_clear_line(tmp_path: Path) -> None:
    """Read as a row, the second one would be a party called `Firma`."""
    path = book(tmp_path, ("S", rows(["Nr", "Firma", "Land"], ["Nr", "Firma", ""], ["1", "A", "DE"])))

    with pytest.raises(TableUnreadable, match=r"t.xlsx:2: has two rows of headings `Nr \| Firma`; expected one"):
        read_rows(path, known=known)


def test_the_first_visible_sheet_with_a_value_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    """What somebody hid is not the table that they send."""
    hidden: Fill = lambda sheet, file: (rows(["old"], ["x"])(sheet, file), sheet.hide())  # noqa: E731
    path = book(
        tmp_path, ("Cover", rows([])), ("Old", hidden), ("Clients", rows(["id"], ["1"])), ("More", rows(["id"], ["2"]))
    )

    table = read_rows(path)

    assert (table.sheet, cells(table)) == ("Clients", [(2, ["1"])])
    assert table.notes[0].expected == "one sheet; not read: `Cover`, `Old` (hidden), `More`"
    assert cells(read_rows(path, "Old")) == [(2, ["x"])]
    with pytest.raises(TableUnreadable, match="has no sheet `Customers`; expected one of `Cover`, `Old`"):
        read_rows(path, "Customers")


def test_a_sheet_of_instructions_before_the_table_is_passed_over(tmp_path: Path) -> None:
    """It holds sentences, and perhaps one word that is a heading; a table has two, and says so in a note."""
    told = rows(["Please fill in:"], ["Firma"], ["as registered"])
    path = book(tmp_path, ("Read me", told), ("Clients", rows(["Nr", "Firma"], ["1", "A"])))

    table = read_rows(path, known=known)

    assert (table.sheet, cells(table)) == ("Clients", [(2, ["1", "A"])])
    assert table.notes[0].expected == "one sheet; not read: `Read me`"
    assert read_rows(book(tmp_path, ("Read me", told), ("List", rows(["a"], ["b"]))), known=known).sheet == "Read me"


def test_a_second_sheet_with_the_same_headings_is_an_open_point(tmp_path: Path) -> None:
    """Half of the clients would be screened, and the other half allowed."""
    first, second = (
        rows(["Nr", "Firma", "Ort"], ["1", "A", "x"]),
        rows(["List"], ["Firma", "Nr"], ["B", "2"], ["C", "3"]),
    )
    path = book(tmp_path, ("A-M", first), ("N-Z", second))

    with pytest.raises(TableUnreadable) as refused:
        read_rows(path, known=known)

    assert str(refused.value) == (
        "t.xlsx: has the same headings in the sheets `A-M` and `N-Z`, with 2 rows below them in `N-Z`;"
        " expected one sheet with all rows; put the rows together, or name the one sheet to read with --sheet, or in"
        " [intake.sheets]"
    )
    assert cells(read_rows(path, "A-M", known)) == [(2, ["1", "A", "x"])]


@pytest.mark.parametrize("other", [[["Nr", "Firma"]], [["Nr", "Land"], ["1", "DE"]], [["Firma"], ["A"]], []])
def test_another_sheet_without_rows_or_with_other_headings_is_none(tmp_path: Path, other: list[list[str]]) -> None:
    """It is named as not read, and is another table, an empty form or a remark."""
    hidden: Fill = lambda sheet, file: (rows(["Nr", "Firma"], ["1", "A"])(sheet, file), sheet.hide())  # noqa: E731
    path = book(tmp_path, ("Clients", rows(["Nr", "Firma"], ["1", "A"])), ("Other", rows(*other)), ("Old", hidden))

    assert read_rows(path, known=known).notes[0].expected == "one sheet; not read: `Other`, `Old` (hidden)"


def test_two_sheets_of_one_workbook_are_two_tables(tmp_path: Path) -> None:
    """Their snapshots are kept under hashes of their own."""
    path = book(tmp_path, ("A", rows(["id"], ["1"])), ("B", rows(["id"], ["2"])))

    kept = {snapshot(path, tmp_path / "kept", sheet=name) for name in ("A", "B", "")}

    assert len(kept) == 3


def _lying(path: Path) -> None:
    """Write a zip archive of a workbook with one part that unpacks to more than is allowed."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as part:
        for _ in range(3):
            part.write(bytes(1 << 20))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04 and nothing more", "is not a complete workbook; open it in a spreadsheet program"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is encrypted; expected CSV, XLSX"),
        (
            b"\xd0\xcf\x11\xe0 old",
            "is a workbook of an old kind; expected CSV, XLSX, NDJSON or Parquet; save it as .xlsx",
        ),
    ],
)
def test_what_is_no_workbook_says_what_to_do(tmp_path: Path, raw: bytes, said: str) -> None:
    """A person can mend each of them in a minute, if they are told which it is."""
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)

    with pytest.raises(TableUnreadable) as caught:
        read_rows(path)

    assert said in str(caught.value)


def test_a_damaged_workbook_and_another_archive_are_refused(tmp_path: Path) -> None:
    """Cut short, changed in the middle, or a document that is no table."""
    whole = book(
        tmp_path, ("S", rows(["id", "name"], *(["1", f"Made up {place}"] for place in range(200))))
    ).read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("word/document.xml", "<x/>")
    path = tmp_path / "bad.xlsx"

    for raw, said in (
        (whole[: len(whole) // 2], "not a complete workbook"),
        (whole[:400] + b"\xff" * 200 + whole[600:], "not a complete workbook"),
        (archive.getvalue(), "another kind of workbook"),
    ):
        path.write_bytes(raw)
        with pytest.raises(TableUnreadable, match=said):
            read_rows(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes can unpack to gigabytes; what comes out is counted, not what the archive says."""
    monkeypatch.setattr(workbook_parts, "MOST_UNPACKED", 1 << 20)
    path = book(tmp_path, ("S", rows(["id"], ["1"])))
    _lying(path)

    with pytest.raises(TableUnreadable, match="is larger than 1 MB unpacked; save it as CSV"):
        read_rows(path)


def test_two_cells_far_apart_are_refused(tmp_path: Path) -> None:
    """The cells between them would fill the memory of any machine."""
    path = book(tmp_path, ("S", lambda sheet, _: (sheet.write(0, 0, "id"), sheet.write(1_048_575, 16_383, "far"))))

    with pytest.raises(TableUnreadable, match="spans 1,048,576 rows and 16,384 columns in sheet `S`"):
        read_rows(path)


@pytest.mark.parametrize("place", [b'r="A99999999"', b'r="A1048577"', b"r='XFE1'", b'r=">" r="A2"', b'r="A0"'])
def test_a_cell_in_a_place_that_no_sheet_has_is_refused(tmp_path: Path, place: bytes) -> None:
    """The reader of cells would ask for the memory of all rows up to it, and end the process."""
    path = book(tmp_path, ("S", rows(["id"], ["1"])))
    changed(path, "xl/worksheets/sheet1.xml", b'r="A2"', place)

    with pytest.raises(TableUnreadable, match=r"sheet `S` cannot be read|spans"):
        read_rows(path)


def test_a_sheet_without_a_value_says_so(tmp_path: Path) -> None:
    """An empty workbook is no table."""
    with pytest.raises(TableUnreadable, match="has no value in sheet `S`"):
        read_rows(book(tmp_path, ("S", rows([]))))
