"""One table in four formats gives the same parties: what a program exports must not decide who is held."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.intake import Tables, read_tables
from evenhand.model.network import Absent, IntakeSection
from evenhand.store.tables import write_parquet
from tests.suffixes import SUFFIXES

HEADINGS = (
    "Kundennr.",
    "Firma",
    "Land",
    "Website",
    "USt-ID",
    "HRB",
    "Geburtsdatum",
    "Erstkontakt",
    "Guthaben",
    "Notiz",
)
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
_CELLS = (
    st.text("abc123", min_size=1, max_size=3),
    _TEXT,
    st.sampled_from(["Deutschland", "FR", "POL", "Россия", "Ruritania", "", "n/a"]),
    st.sampled_from(["made-up.de", "https://shop.fr/x;b.pl", "no host", "", "-"]),
    st.sampled_from(["DE811234567", "ATU12345678", "811234567", "EL123456789", "", "k.A.", "1.02775E+12"]),
    st.sampled_from(["HRB 12345", "12345", ""]),
    st.sampled_from(["1970", "03.1970", "12.03.1970", "12/03/1970", "13/03/1970", "März 1970", ""]),
    st.sampled_from(["2008-05-07", "07.05.2008", "7 mai 2008", "03/04/2019", "13/04/2019", "5/13/2004", "", "soon"]),
    st.sampled_from(["1.234,56", "1,234.56", "1,234", "1.234", "12,50", "1200", "12 USD", "", "a lot"]),
    _TEXT,
)


@given(st.lists(st.tuples(*_CELLS), min_size=10, max_size=25))
@settings(max_examples=5, deadline=None)
def test_the_same_table_in_four_formats_gives_equal_parties(rows: list[tuple[str, ...]]) -> None:
    """Texts are texts in all of them, and what is rejected is rejected for the same reason."""
    with TemporaryDirectory() as folder:
        read = {name: _read(Path(folder), name, rows) for name in ("csv", "xlsx", "ndjson", "parquet")}

    plain = read.pop("csv")
    for name, other in read.items():
        assert other.advertisers == plain.advertisers, name
        assert _told(other) == _told(plain), name
        assert [replace_file(each) for each in other.understood] == [replace_file(each) for each in plain.understood]


def test_numbers_and_days_of_their_own_kind_give_the_parties_that_texts_give(tmp_path: Path) -> None:
    """A spreadsheet's 4711.0 is the id 4711, its day is a day, and its 1234.5 no thousands."""
    texts = [
        ("4711", "Made-Up", "", "", "", "", "", "2008-05-07", "1234.5", ""),
        ("4712", "Other", *[""] * 6, "1.500", ""),
    ]
    plain = _read(tmp_path, "csv", texts)
    book = xlsxwriter.Workbook(tmp_path / "typed.xlsx")
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, [4711, "Made-Up"])
    sheet.write_number(1, 7, 39575, day)
    sheet.write_number(1, 8, 1234.5)
    sheet.write_row(2, 0, [4712, "Other"])
    sheet.write_number(2, 8, 1.5)
    book.close()
    (tmp_path / "typed.ndjson").write_text(
        "".join(
            json.dumps(dict(zip(HEADINGS, row, strict=True))) + "\n"
            for row in (
                [4711, "Made-Up", *[None] * 5, "2008-05-07", 1234.5, None],
                [4712, "Other", *[None] * 6, 1.5, None],
            )
        )
    )

    assert _read_file(tmp_path, "typed.xlsx").advertisers == plain.advertisers
    assert _read_file(tmp_path, "typed.ndjson").advertisers == plain.advertisers


def replace_file(read: object) -> object:
    """Return what was understood without the file that it was understood of."""
    return (getattr(read, "columns", ()), getattr(read, "dates", ()), getattr(read, "amounts", ()))


def _told(tables: Tables) -> list[tuple[str, str, str, str]]:
    """Return what was rejected and why; the first row of NDJSON is line 1 of its file, that of the others line 2."""
    return [
        (each.column, each.value, re.sub(r"line [0-9]+", "line", each.expected), each.what) for each in tables.refused
    ]


def _read(folder: Path, name: str, rows: Sequence[Sequence[str]]) -> Tables:
    path = folder / f"t.{name}"
    match name:
        case "csv":
            text = io.StringIO()
            csv.writer(text).writerows([HEADINGS, *rows])
            path.write_text(text.getvalue(), encoding="utf-8", newline="")
        case "xlsx":
            _write_book(path, [HEADINGS, *rows])
        case "ndjson":
            lines = (json.dumps(dict(zip(HEADINGS, row, strict=True))) for row in rows)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        case _:
            write_parquet(path, dict.fromkeys(HEADINGS, "VARCHAR"), rows)
    return _read_file(folder, path.name)


def _write_book(path: Path, rows: Iterable[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    book.close()


def _read_file(folder: Path, name: str) -> Tables:
    section = IntakeSection(
        advertisers=name, max_refused_share="1", absent=Absent(payer="undisclosed", political="refuse")
    )
    return read_tables(folder, section, {}, "EUR", SUFFIXES)
