"""Rows of sums at the foot of a table are no clients, and a client called Total is one."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import xlsxwriter

from evenhand.intake import read_tables
from evenhand.intake.names import names_source, read_names
from evenhand.intake.network_tables import Tables
from evenhand.model.network import Absent, IntakeSection
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="clients.csv", max_refused_share="1", absent=Absent(payer="advertiser", political="no"),
    columns={"advertisers": {"domains": ""}},
)  # fmt: skip
HEAD = "Kundennr.;Firma;Land;Guthaben;Umsatz\n"
ROWS = "4711;Bäckerei Beispiel;DE;1.234,56;10\n4712;Made-Up Freight;AT;12,00;20\n"


def read(folder: Path, content: str) -> Tables:
    (folder / "clients.csv").write_text(content, "utf-8")
    return read_tables(folder, SETTINGS, {}, "EUR", SUFFIXES)


@pytest.mark.parametrize(
    "foot",
    [
        "Summe;;;1.246,56;30\n",
        "Gesamt:;;;;31\n",
        "Итого;;;1.246,56 €;\n",
        ";Total EUR;;1.246,56;\n",
        ";Razem;;;30,00\n",
        "Totale;;2 paesi;1.246,56;30\n",
        ";;Summe;1.246,56;30\n",
        "Summe;;;1.246,56;30\nDurchschnitt;;;623,28;15\n;;;;\n",
        "Summe;2;;1.246,56;30\n",
        "Summe / Total;;;1.246,56;30\n",
        "Total geral;;;R$ 1.246,56;30\n",
        "GENEL TOPLAM;;;1.246,56;30\n",
        "Toplam (TL);;;1.246,56;30\n",
        "Totale complessivo;;;1.246,56;30\n",
        "SUMA KOŃCOWA;;;1.246,56;30\n",
        "Ogółem:;;;1.246,56;30\n",
        "Gesamtsumme;;;1.246,56;30\n",
        "Total général;;;1.246,56;30\n",
        "Summe;;;1.246,56;30\nStand 28.11.2026;;;;\n",
    ],
)
def test_a_row_of_sums_at_the_foot_is_no_client_and_is_told(tmp_path: Path, foot: str) -> None:
    """In any of the languages, under the id or the name, with numbers and nothing else, or with the sum above it."""
    tables = read(tmp_path, HEAD + ROWS + foot)

    assert [each.id for each in tables.advertisers if each.id.isdigit()] == ["4711", "4712"]
    assert not [each for each in tables.unscreened.values() if each.line == 4]
    assert (4, "a client, not a row of sums; not read") in [(each.line, each.expected) for each in tables.refused]
    assert tables.understood[0].notes[0].startswith("Line 4 is a row of sums")


@pytest.mark.parametrize(
    "row",
    [
        "4713;Total;FR;30;30\n",
        "4713;Total;;;\n",
        "Total;Total SE;;30;30\n",
        ";Total;;;\n",
        ";Total;;500,00;\n",
        "4713;Other;;-1.246,56;-30\n;Total;;0,00;0\n",
        "Total;;FR;500,00;\n",
        "Summe;;;;\n",
        ";TotalEnergies;;1.246,56;30\n",
        "Total / SE;;;1.246,56;30\n",
        "Summe;;;1.246,56;30\n4713;Last;DE;;\n",
    ],
)
def test_a_client_called_total_is_never_passed_over(tmp_path: Path, row: str) -> None:
    """With an id and a name it is a client; else it is held like every row that cannot be read."""
    tables = read(tmp_path, HEAD + ROWS + row)

    assert tables.rows == {"advertisers": 2 + row.count("\n")}
    assert len(tables.advertisers) == 2 + row.count("\n")
    assert not [each for each in tables.understood[0].notes if "is a row of sums" in each]


ONE_COLUMN = msgspec.structs.replace(
    SETTINGS, columns={"advertisers": {"id": "Client", "name": "Client", "domains": ""}}
)


@pytest.mark.parametrize(
    ("foot", "is_client", "note"),
    [
        ("Total;;420.5\n", False, "is a row of sums"),
        ("Total;;420.5\nPrinted for the board;;\n", False, "is a row of sums"),
        ("Total;FR;420.5\n", True, ""),
        ("TotalEnergies SE;;420.5\n", True, ""),
        ("Total;;999\n", True, "may be a row of sums"),
        ("Total;;0\n", True, "may be a row of sums"),
    ],
)
def test_sums_are_seen_where_one_column_is_id_and_name(tmp_path: Path, foot: str, is_client: bool, note: str) -> None:
    """A table without numbers of clients has no id that could be missing: the sum itself tells, or a note asks."""
    (tmp_path / "clients.csv").write_text("Client;Land;Spend\nMade-Up AG;DE;120.5\nOther KG;FI;300\n" + foot, "utf-8")

    tables = read_tables(tmp_path, ONE_COLUMN, {}, "EUR", SUFFIXES)

    assert any(each.name.startswith("Total") for each in tables.advertisers) is is_client
    assert [note in each for each in tables.understood[0].notes] == ([True] if note else [])


def test_one_row_above_is_no_sum_where_one_column_is_id_and_name(tmp_path: Path) -> None:
    """Two clients may have the same budget."""
    (tmp_path / "clients.csv").write_text("Client;Land;Spend\nMade-Up AG;DE;120\nTotal;;120\n", "utf-8")

    tables = read_tables(tmp_path, ONE_COLUMN, {}, "EUR", SUFFIXES)

    assert [each.id for each in tables.advertisers] == ["Made-Up AG", "Total"]


@pytest.mark.parametrize(
    "row", ["3;Total;;1.246,56;30\n", "Total;2 Kunden;;1.246,56;30\n", "3;Total;;;\n", "Total;2 Kunden;;;\n"]
)
def test_a_client_that_could_be_sums_is_told(tmp_path: Path, row: str) -> None:
    """It has an id and a name, so it is a client; a person sees the row and can delete it."""
    tables = read(tmp_path, HEAD + ROWS + row)

    assert len(tables.advertisers) == 3
    assert tables.understood[0].notes == (
        "Line 4 (`Total`) may be a row of sums and is read as a client; delete the row if it is no client",
    )


def test_a_workbook_and_a_table_of_names_are_read_alike(tmp_path: Path) -> None:
    """The sums are typed numbers there."""
    rows: list[list[Any]] = [
        ["Kundennr.", "Firma", "Umsatz"], [1, "Made-Up Bakery", 10.1], [2, "Made-Up Freight", 20.2], [],
        [None, "Summe", 30.3],
    ]  # fmt: skip
    with xlsxwriter.Workbook(tmp_path / "clients.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    settings = msgspec.structs.replace(SETTINGS, advertisers="clients.xlsx")

    tables = read_tables(tmp_path, settings, {}, "EUR", SUFFIXES)
    names = read_names(names_source(tmp_path / "clients.xlsx", {"website": ""}, "", ""), SUFFIXES)

    assert [each.name for each in tables.advertisers] == ["Made-Up Bakery", "Made-Up Freight"]
    assert [each.party.name for each in names.named] == ["Made-Up Bakery", "Made-Up Freight"]
    assert names.understood is not None
    assert (
        names.understood.notes
        == tables.understood[0].notes
        == ("Line 5 is a row of sums (`Summe`), no client, and is not read",)
    )


@pytest.mark.parametrize(
    ("foot", "read_rows"), [("Итого;;;5", 1), (";Итого;;5", 1), (";Итого;;6", 2), ("2;Итого;;5", 2)]
)
def test_sums_below_names_in_two_columns_are_seen(tmp_path: Path, foot: str, read_rows: int) -> None:
    """A last name is a name."""
    tables = read(tmp_path, f"Номер клиента;Фамилия;Имя;Баланс\n1;Иванов;Пётр;5\n{foot}\n")

    assert tables.rows["advertisers"] == read_rows
    assert any("is a row of sums" in each for each in tables.understood[0].notes) is (read_rows == 1)


def test_sums_of_campaigns_are_no_campaign(tmp_path: Path) -> None:
    """Budgets are what people add up."""
    (tmp_path / "campaigns.csv").write_text("id,advertiser_id,budget\nc1,4711,5\nc2,4711,6\nTotal,,11\n", "utf-8")
    (tmp_path / "clients.csv").write_text(HEAD + ROWS, "utf-8")
    settings = msgspec.structs.replace(SETTINGS, campaigns="campaigns.csv")

    tables = read_tables(tmp_path, settings, {}, "EUR", SUFFIXES)

    assert [each.id for each in tables.campaigns] == ["c1", "c2"]
    assert [each.line for each in tables.refused] == [1, 4]


@pytest.mark.parametrize("head", [HEAD, "Kundennr.;Firma;Sitzland;Land;Website;Website\n"])
def test_headings_that_are_repeated_between_the_rows_are_no_client(tmp_path: Path, head: str) -> None:
    """Printed lists have them on every page; read as a row, they were a client called Firma, and allowed."""
    again = head.replace(";Firma;", "; Firma ;")
    wide = ";" * (head.count(";") - 1)
    tables = read(tmp_path, f"{head}1;A{wide}\n{again}2;B{wide}\n3;Firma{wide}\n{head}")

    assert [(each.id, each.name) for each in tables.advertisers] == [("1", "A"), ("2", "B"), ("3", "Firma")]
    assert tables.rows["advertisers"] == 3
    assert [each.line for each in tables.refused if "not the headings again" in each.expected] == [3, 6]
    assert "The headings are repeated in lines 3, 6: they are not read" in tables.understood[0].notes


def test_repeated_headings_are_no_name_to_screen(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("Firma;Land\nA;DE\nFirma;Land\n", "utf-8")

    names = read_names(names_source(tmp_path / "names.csv", {}, "", ""), SUFFIXES)

    assert [each.party.name for each in names.named] == ["A"]
