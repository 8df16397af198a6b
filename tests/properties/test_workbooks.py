"""What holds of every workbook and of every cell, no matter who wrote them."""

import io
import zipfile
from datetime import date
from functools import cache

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake.columns import COLUMNS, NAMES, number_schemes
from evenhand.intake.headings import match_headings
from evenhand.intake.values.cells import Unusable, register_number
from evenhand.intake.values.column_evidence import find_notation
from evenhand.intake.values.notations import DAY_COLUMNS, MONEY_COLUMNS, amount_evidence, day_evidence
from evenhand.model.errors import TableUnreadable
from evenhand.store.country_names import country_named
from evenhand.store.tables import Line
from tests.tables import check_table_or_error

TEXT = st.text(max_size=30) | st.text("0123456789.,/- '€maiVIдге\u00a0", max_size=16)
_SHEET = "xl/worksheets/sheet1.xml"


@cache
def whole() -> bytes:
    """Return a workbook with a cell of each kind."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, ["id", "name", "Land", "Erstkontakt"])
    for number in range(1, 9):
        sheet.write_row(number, 0, [number, f"Made-up {number}", "DE", True])
    sheet.write_formula(1, 3, "=1+1", None, 2)
    sheet.write_formula(2, 3, "=NA()", None, "#N/A")
    sheet.merge_range(5, 2, 6, 2, "FR")
    book.close()
    return file.getvalue()


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=40))
def test_any_bytes_in_a_workbook_are_a_table_or_one_clear_error(place: int, garbage: bytes) -> None:
    """A file from outside must not break the run in any other way."""
    place %= len(whole())
    check_table_or_error(whole()[:place] + garbage + whole()[place + len(garbage) :], "t.xlsx")


@given(
    st.integers(0, 10_000),
    st.binary(max_size=12)
    | st.sampled_from([b"<c r='ZZZ9'>", b' t="e"', b"<f/>", b"</row>", b"<mergeCell ref='A1:B9'/>"]),
)
def test_any_bytes_in_a_sheet_are_a_table_or_one_clear_error(place: int, garbage: bytes) -> None:
    """The archive is whole, and what is in it is not."""
    with zipfile.ZipFile(io.BytesIO(whole())) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    place %= len(parts[_SHEET])
    parts[_SHEET] = parts[_SHEET][:place] + garbage + parts[_SHEET][place:]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    check_table_or_error(file.getvalue(), "t.xlsx")


@given(st.lists(TEXT, max_size=6), st.sampled_from(["", "dmy", "mdy"]), st.sampled_from(["", "comma", "point"]))
def test_any_cell_is_plain_or_unusable(cells: list[str], dates: str, decimals: str) -> None:
    """No text breaks the readers of days and amounts, and no row of a column can make another one break them."""
    lines = [Line(number, [cell]) for number, cell in enumerate(cells)]
    for column in sorted(DAY_COLUMNS | MONEY_COLUMNS):
        notation = find_notation({column: 0}, lambda: iter(lines), dates, decimals)  # type: ignore[arg-type]
        for cell in cells:
            try:
                assert isinstance(notation.plainly[column](cell), str)
            except Unusable:
                continue


@given(st.dates(date(1000, 1, 1)))
@settings(max_examples=30, deadline=None)
def test_a_day_is_the_same_day_in_every_notation(day: date) -> None:
    """Whatever order a column has, it is read back as it was written."""
    written = {f"{day:%d.%m.%Y}": "", f"{day:%d/%m/%Y}": "dmy", f"{day:%m/%d/%Y}": "mdy", f"{day:%Y-%m-%d}": ""}
    for text, order in written.items():
        read = find_notation({"starts": 0}, lambda: iter([Line(1, ["x"])]), order, "").plainly["starts"]  # type: ignore[arg-type]
        assert read(text) == str(day)
    assert day_evidence(f"{day:%d/%m/%Y}") in ("", "dmy")


@given(st.integers(0, 10**12), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_an_amount_with_cents_is_the_same_amount_in_every_notation(whole_part: int, cents: int) -> None:
    """Cents say which mark is which: nothing needs to be known of the column."""
    read = find_notation({"spent": 0}, lambda: iter(()), "", "").plainly["spent"]
    german, english = f"{whole_part:,}".replace(",", ".") + f",{cents:02}", f"{whole_part:,}.{cents:02}"

    assert read(german) == read(english) == read(f"{whole_part:,}".replace(",", " ") + f",{cents:02}")
    assert read(english) == f"{whole_part}.{cents:02}"
    assert (amount_evidence(german), amount_evidence(english)) == ("comma", "point")


@given(
    st.lists(TEXT | st.sampled_from(["Kundennr.", "Firma", "Name", "Land", "USt-ID", "SIREN"]), min_size=1, max_size=8)
)
def test_any_heading_row_is_matched_or_one_clear_error(header: list[str]) -> None:
    """No place is two columns, and what was made of nothing is told."""
    for table in (*COLUMNS, NAMES):
        try:
            found = match_headings(table, "t.csv", header, {})
        except TableUnreadable:
            continue
        assert len(set(found.places.values())) == len(found.places)
        further = sum(len(at) - 1 for at in found.together.values())  # of one heading several columns can be
        assert len(found.ignored) == len(header) - len(found.places) - further


@given(TEXT, st.sampled_from(["", "DE", "GR"]))
def test_any_text_is_a_register_number_or_unusable_and_a_country_or_none(text: str, country: str) -> None:
    """Only what nobody could have meant as a number is left out."""
    assert country_named(text) == country_named(text.upper()) or len(text) != len(text.upper())
    for scheme, place in number_schemes().values():
        try:
            found = register_number(scheme, place, country, text)
        except Unusable:
            continue
        assert found.jurisdiction == found.jurisdiction.lower()
