"""Tables read by columns where that is enough, and the same tables with every row read by itself."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.intake import orders, parties
from evenhand.intake.quick_cells import quick_money
from evenhand.intake.row import Row
from evenhand.intake.sheet import Reader, Sheet, read_sheet, reader_of
from evenhand.intake.table_source import Source
from evenhand.intake.values import cells
from evenhand.intake.values.column_evidence import amount_forms
from evenhand.intake.values.notations import amount_evidence, notation_of
from evenhand.model.network import Absent
from evenhand.store import table_rows
from tests.suffixes import SUFFIXES

KINDS = ("news", "sport")
TO_MICROS = partial(cells.money, currency="EUR", fx={"USD": "0.9"})
ADVERTISERS = reader_of(
    parties.advertiser_fields(SUFFIXES, TO_MICROS), "id",
    partial(parties.rejected_advertiser, suffixes=SUFFIXES), parties.joined,
)  # fmt: skip
PAYERS = reader_of(
    parties.payer_fields(SUFFIXES), "id", partial(parties.rejected_payer, suffixes=SUFFIXES), parties.joined
)
PAYS = {"a1": "a1", "a2": "p1", "a 3": "a 3"}
CREATIVES = reader_of(orders.creative_fields({"c1", "c2"}, KINDS), "campaign_id")

_IDS = ["a1", "a2", "a 3", "a4", "4711", " a5", "", "1.5e+7", "a\tb", "ä1", "zero\u200bwidth", "00012"]
_DAYS = ["", "2020-01-02", "2021-05-06", "02.01.2020", "3/4/2020", "13/4/2020", "7 mai 2008", "1970", "soon", "n/a"]
_AMOUNTS = [
    "",
    "3.969,85 €",
    "227,00",
    "0",
    "12",
    "12.5",
    "12.50",
    "1,50",
    "1.234,56",
    "1.234",
    "1,234",
    "1,234.5",
    "007,5€",
    "1.234.567,8  €",
    "12 €",
    "-3",
    "7 USD",
    "9 CHF",
    "$ 5",
    "a lot",
    "-",
    "n/a",
    "k.A.",
]
_CURRENCIES = ["", "EUR", "usd", "€", "CHF", "Euro", "n/a"]
_HOSTS = [
    "",
    "a.de; b.fr",
    "a.de",
    "a.de;; b.fr; a.de",
    "b.fr;k.A.",
    "b.fr;no host",
    "A.de",
    "https://shop.b.fr/x",
    "a.de;b.de",
    "co.uk",
    "a.local",
    "n/a",
    "n.a",
    " c.de ",
    "bücher.de",
    "a.de, b.fr",
    "a.de\nb.fr",
    "https://a.de/x\nhttps://b.fr",
    "https://a.de/x b.fr",
    "a.de und b.fr | no host",
    "https://t.me/made",
    "https://t.me/made;a.de",
    "a.de https://t.me/made",
    "t.me",
    "max@a.de",
    "https://a.de/x,y",
]
_COUNTRIES = ["", "DE", "de", "Germany", "GBR", "Narnia", "DE;FR", "n/a", "NA", "LV", "k.A."]
_TEXTS = [
    "",
    "x",
    "two; three",
    " padded ",
    "hid\u202eden",
    "Größe",
    "#N/A",
    "two;three",
    "two;k.A.",
    "one\nline; two",
    "a\tb",
    "Made; M?de",
]
PARTY = {
    "id": _IDS,
    "name": [
        "Made Up",
        "Made-Up GmbH",
        "",
        "NaN",
        "n/a",
        "?",
        "Größe",
        "hid\u200bden",
        "1.5e+9",
        "Summe",
        "Total",
        " x ",
        "Made Up\nGmbH",
        "Ma?de",
        "Who?",
        "Made Up; Other & Co",
        "Made Up;",
        "Made &amp; Up",
        "MÃ¼ller",
    ],
    "first_name": ["", "Jane", "unknown"],
    "last_name": ["", "Doe", "-"],
    "second_surname": ["", "Roe", "Doe", "-"],
    "alias": _TEXTS,
    "type": ["", "business", "Private", "odd"],
    "schema": ["", "Company", "person", "odd"],
    "legal_form": ["", "GmbH", "e.V.", "odd"],
    "country": _COUNTRIES,
    "domains": _HOSTS,
    "accounts": [
        "",
        "x/made",
        "X/@Made; y/z",
        "odd",
        "x/made;odd",
        "k.A.",
        "https://t.me/made",
        "x/made\nt.me/up",
        "x/a, y/b",
        "x/a odd",
    ],
    "identifiers": ["", "lei:5", "vat/de:DE123456789", "vat/de:odd", "odd", "lei:n/a"],
    "vat_number": ["", "DE123456789", "LV251277718", "ATU12345678", "12/345", "-", "lei:5", "251277718;12345678901"],
    "hrb": ["", "HRB 12345", "12345;HRB 6", "k.A.", "1165024055613; HRB 7"],
    "birth_date": _DAYS,
    "owners": [
        "",
        "Jane Doe",
        "Doe Ltd (60 %); Jane Doe 40%",
        "a2 >25 %",
        "unknown 40 %",
        "M?ller 5 %",
        "-",
        "Doe 60",
        "Hid\u200bden",
        "Doe 30 %, Roe",
    ],
    "verification": ["", "none", "Document", "odd"],
    "verified_by": _TEXTS,
    "verified_on": _DAYS,
    "verified_until": _DAYS,
    "documents": ["", "a" * 64, "odd"],
}
ADVERTISER = PARTY | {
    "languages": ["", "en", "de; fr", "x", "en;x", "en;en"],
    "seats": [*_TEXTS, "512, 513", "512 513", "Seat 9", "512.0; 513", "https://dsp.example/1"],
    "bundles": [*_TEXTS, "com.a, com.b", "id123; com.a", "play.google.com/x?id=com.a", "A Game", "1.0;n/a", "com.a"],
    "payer_id": ["", "p1", "a1", "1.5e+7"],
    "agency": _TEXTS,
    "first_seen": _DAYS,
    "prepaid": _AMOUNTS,
    "currency": _CURRENCIES,
    "media_sections": ["", "news", "Odd One"],
    "media_source": ["", "own"],
    "unknown": _TEXTS,
}
CAMPAIGN = {
    "id": _IDS,
    "advertiser_id": ["a1", "a2", "a 3", "a 3 ", "a9", ""],
    "payer_id": ["", "p1", "1.5e+7"],
    "status": ["", "running", "Paused", "odd"],
    "starts": _DAYS,
    "ends": _DAYS,
    "territories": ["", "DE", "EE; CY; DK;EE", "Narnia", "DE;n/a", "DE;Narnia"],
    "political": ["", "yes", "nein", "odd"],
    "content": ["", "news", "Odd One", "new; -", "–", "news;Political"],
    "landing_url": _HOSTS,
    "budget": _AMOUNTS,
    "spent": _AMOUNTS,
    "currency": _CURRENCIES,
}
CREATIVE = {
    "id": _IDS,
    "campaign_id": ["c1", "c2", "c3", ""],
    "text": _TEXTS,
    "language": ["", "en", "x"],
    "landing_url": _HOSTS,
    "content": ["", "news"],
    "media_sha256": ["", "a" * 64, "odd"],
}
_NEEDED = {"advertisers": ("id", "name"), "payers": ("id", "name"), "campaigns": ("id", "advertiser_id"),
           "creatives": ("id", "campaign_id")}  # fmt: skip


def campaigns(payer: Any, political: Any) -> Reader[Any]:
    """Return the reader of campaigns of a network that says so what no column says."""
    fields = orders.campaign_fields(PAYS, Absent(payer=payer, political=political), TO_MICROS, KINDS)
    return reader_of(fields, "advertiser_id", partial(orders.rejected_campaign, payers=PAYS))


EVERY_READER = (
    ("advertisers", ADVERTISER, ADVERTISERS),
    ("payers", PARTY, PAYERS),
    ("creatives", CREATIVE, CREATIVES),
    ("campaigns", CAMPAIGN, campaigns("undisclosed", "no")),
)
READERS = st.one_of(
    st.sampled_from(EVERY_READER[:3]),
    st.builds(
        lambda payer, political: ("campaigns", CAMPAIGN, campaigns(payer, political)),
        st.sampled_from(["advertiser", "undisclosed"]), st.sampled_from(["no", "yes", "refuse"]),
    ),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, Reader[Any], Sequence[str], list[list[str]]]:
    """Return a table's name, its reader, its columns and rows, most cells clean, some columns with dirty ones."""
    name, texts, reader = draw(READERS)
    others = draw(st.lists(st.sampled_from([each for each in texts if each not in _NEEDED[name]]), unique=True))
    if "last_name" not in others:
        others = [each for each in others if each != "second_surname"]  # an open point without the first one
    columns = draw(st.permutations([*_NEEDED[name], *others]))
    dirty = set(draw(st.lists(st.sampled_from(columns))))
    cells_of = [st.sampled_from(texts[each] if each in dirty else texts[each][:3]) for each in columns]
    rows = draw(st.lists(st.tuples(*cells_of).map(list), max_size=12))
    again = draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else []
    return name, reader, columns, [*rows, *map(list, again)]


def read_both(folder: Path, file: str, name: str, reader: Reader[Any], **notation: Any) -> None:
    """Assert that both ways of reading give the same sheet in every respect."""
    source = Source(folder, file, name, {}, **notation)
    assert told(read_sheet(source, reader)) == told(read_sheet(source, replace(reader, fields=None)))


def told(sheet: Sheet[Any]) -> Mapping[str, Any]:
    """Return everything that a sheet holds, types of texts too: a number's text is no text of a record."""
    assert all(type(item.id) is str for item in sheet.items)
    return vars(sheet)


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", mark: str = ",") -> None:
    """Write rows with quotes where they are needed."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    path.write_text(text.getvalue(), encoding=encoding, errors="replace", newline="")


@given(
    tables(), st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]), st.sampled_from(["", "dmy", "mdy"]),
    st.sampled_from(",;"), st.sampled_from(["", "comma"]), st.lists(st.sampled_from(["few", "many"]), max_size=2),
)  # fmt: skip
def test_columns_give_what_rows_give(
    made: tuple[str, Reader[Any], Sequence[str], list[list[str]]],
    encoding: str,
    dates: Any,
    mark: str,
    decimals: Any,
    odd: list[str],
) -> None:
    """What needs care is told in the same words and the same order, and nothing that needs it is taken for clean."""
    name, reader, columns, rows = made
    widths = [["k.A."] if each == "few" else [*rows[0], "k.A."] for each in odd if rows]
    with TemporaryDirectory() as folder:
        write_csv(Path(folder, "t.csv"), [columns, *rows[:3], *widths, *rows[3:]], encoding, mark)

        read_both(Path(folder), "t.csv", name, reader, dates=dates, decimals=decimals)


@given(tables(), st.sampled_from(["", "comma"]))
def test_days_and_amounts_are_read_by_what_all_rows_say(
    made: tuple[str, Reader[Any], Sequence[str], list[list[str]]], decimals: Any
) -> None:
    """The first rows may say nothing of a column, or not everything: then what was read so far is read again."""
    name, reader, columns, rows = made
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        write_csv(Path(folder, "t.csv"), [columns, *rows])
        source = Source(Path(folder), "t.csv", name, {}, decimals=decimals)
        by_all = told(read_sheet(source, reader))
        patch.setattr(table_rows, "AT_ONCE", 1)

        assert told(read_sheet(source, reader)) == by_all


@pytest.mark.parametrize("table", ["advertisers", "payers", "campaigns", "creatives"])
def test_each_text_of_each_column_gives_what_rows_give(table: str, tmp_path: Path) -> None:
    """As a table of customers has it: semicolons, one odd cell a row, and what one cell says of another."""
    name, texts, reader = next(each for each in EVERY_READER if each[0] == table)
    columns = [each for each in texts if each not in ("first_name", "last_name", "second_surname")]
    usual = {column: texts[column][0] for column in columns} | {"name": "Made Up", "advertiser_id": "a1"}
    rows = [usual | {column: text} for column in columns for text in texts[column]]
    for one, other in (("country", "vat_number"), ("starts", "ends")):
        rows += [usual | {one: left, other: right} for left in texts.get(one, ()) for right in texts[other]]
    odd = [usual | {"id": row["id"] if row["id"] != usual["id"] else f"n{at}"} for at, row in enumerate(rows)]
    written = [[(row | {"id": ids["id"]})[column] for column in columns] for row, ids in zip(rows, odd, strict=True)]

    write_csv(tmp_path / "t.csv", [columns, *written, written[0][:-1], [*written[1], "k.A."]], mark=";")

    read_both(tmp_path, "t.csv", name, reader)


@pytest.mark.parametrize("currency", ["EUR", "CHF"])
@pytest.mark.parametrize("decimals", ["", "comma", "point"])
def test_an_amount_at_a_glance_is_the_amount(decimals: Any, currency: str) -> None:
    """Whatever the other rows of its column say, and whatever the network's own currency is."""
    to_micros = partial(cells.money, currency=currency, fx={"EUR": "0.9", "USD": "0.9"})
    quick, plainly = quick_money(to_micros), notation_of({"spent": {""}}, "", decimals).plainly
    signs, units = ("", ".", ",", "5.", "5,", "0.", ".7."), ("", "€", " €", "  €", " EUR", " USD")
    texts = [f"{start}{sign}{end}{unit}" for start, sign, end, unit in product(
        ("", "0", "00", "1", "12", "123", "1234"), signs, ("", "0", "05", "500", "5000", "500,5", "500.05"), units,
    )]  # fmt: skip
    read = {text: quick(text) for text in texts}

    assert sum(found is not None for found in read.values()) > 100
    for text, found in read.items():
        if found is not None:
            assert found == Row(2, [text], {"spent": 0}, plainly).optional("spent", to_micros, 0), text


@given(st.lists(st.from_regex(r"(€ ?)?[0-9., ]{0,8}( ?€|\n)?", fullmatch=True) | st.sampled_from(_AMOUNTS), max_size=5))
@example(["0.123", "0,500 €"])
@example(["1.123", "00,500"])
@example(["1.234\n5,5", ""])
def test_the_forms_of_amounts_say_what_the_amounts_say(texts: list[str]) -> None:
    """Digits of the same kind can be looked at once."""
    assert set(map(amount_evidence, amount_forms(texts))) == set(map(amount_evidence, texts))


@given(tables(), st.data())
def test_columns_of_numbers_give_what_rows_give(
    made: tuple[str, Reader[Any], Sequence[str], list[list[str]]], data: st.DataObject
) -> None:
    """A typed 1.234 is no thousand, and the same text beside it may be one."""
    name, reader, columns, rows = made
    number = st.integers(0, 3000) | st.sampled_from([1.234, 1.5, 2020.0])
    chosen = set(data.draw(st.lists(st.sampled_from(columns))))
    with TemporaryDirectory() as folder:
        lines = [
            {column: data.draw(number) if column in chosen and data.draw(st.booleans()) else text
             for column, text in zip(columns, row, strict=True)}
            for row in (rows or [[""] * len(columns)])
        ]  # fmt: skip
        Path(folder, "t.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

        read_both(Path(folder), "t.ndjson", name, reader)


def test_more_rows_than_are_read_at_once_give_what_rows_give(tmp_path: Path) -> None:
    """An id may come twice far apart, with the same row or another one, and sums stand behind all of it."""
    rows = [[f"a{number % 2500}", f"Made Up {number}", f"a{number}.de", f"{number}.50"] for number in range(2600)]
    rows[40][2], rows[1500][1], rows[1501] = "no host", "hid\u202eden", ["", "", "", ""]
    rows[2550:2600] = [list(row) for row in rows[20:70]]
    total = ["", "Summe", "", f"{sum(range(2550)) + sum(range(20, 70)) - 202}.50"]
    write_csv(tmp_path / "t.csv", [("id", "name", "domains", "prepaid"), *rows, total])

    read_both(tmp_path, "t.csv", "advertisers", ADVERTISERS)

    sheet = read_sheet(Source(tmp_path, "t.csv", "advertisers", {}), ADVERTISERS)
    assert (sheet.rows, sheet.rejected, len(sheet.items)) == (2599, 50, 2499)
    assert sheet.repeated[0] == (2552, 22)
    assert len(sheet.repeated) == 50
