"""`evenhand init` sets up owners from the sheet of a workbook that is plainly a table of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evenhand.store.network import read_network
from tests.commands import Answer, evenhand
from tests.unit.cli.test_own_table import HOUSE

Sheet = Sequence[Sequence[Any]]
CLIENTS: Sheet = [["Kundennr.", "Firma", "Website"], [1, "Plum GmbH", "plum.example"], [2, "Pear AG", "pear.example"]]
IN_ENGLISH: Sheet = [["Client ID", "Company"], ["C1", "Plum Ltd"], ["C2", "Pear Ltd"]]


def begin(folder: Path, *options: str, hidden: str = "", **sheets: Sheet) -> Answer:
    """Make a network of a workbook with some sheets, in their order."""
    file = xlsxwriter.Workbook(folder / "c.xlsx")
    percent = file.add_format({"num_format": "0 %"})
    for name, rows in sheets.items():
        sheet = file.add_worksheet(name)
        for number, row in enumerate(rows):
            for at, value in enumerate(row):
                sheet.write(number, at, value, percent if isinstance(value, float) else None)
        if name == hidden:
            sheet.hide()
    file.close()
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "lists" / "own.csv").write_text(HOUSE, "utf-8")
    paths = ("--table", folder / "c.xlsx", "--lists", folder / "lists")
    return evenhand("init", folder / "n", *paths, *options, "--json")


@pytest.mark.parametrize(
    ("sheet", "id_heading", "owner", "share"),
    [
        ("Socios", "Código cliente", "Socio", "Porcentaje"),
        ("Quadro societário", "Código do cliente", "Sócio", "Participação (%)"),
        ("Soci", "Codice cliente", "Socio", "Percentuale"),
        ("Associés", "N° client", "Associé", "Pourcentage"),
        ("Wspólnicy", "Nr klienta", "Wspólnik", "Udział w %"),
        ("Ortaklar", "Müşteri No", "Ortak", "Hisse (%)"),
    ],
)
def test_a_sheet_of_partners_in_a_company_is_one_of_owners(
    tmp_path: Path, sheet: str, id_heading: str, owner: str, share: str
) -> None:
    """They were neither read nor named in a warning, and the client was allowed."""
    owners = [[id_heading, owner, share], [1, "Made-Up Freight", 60], [2, "Jane Doe", 100]]

    begun = begin(tmp_path, Clients=[[id_heading, "Firma"], [1, "Plum"], [2, "Pear"]], **{sheet: owners})

    columns = {"owned": id_heading, "owner_name": owner, "share": share}
    assert read_network(tmp_path / "n").settings.intake.columns["ownership"] == columns
    assert [case["decision"]["outcome"] for case in begun.json["report"]["cases"]] == ["hold"]


@pytest.mark.parametrize("sheet", ["Socios", "Sócio", "Soci", "Associés", "Wspólnik", "Ortakları", "Vennoten"])
def test_a_sheet_that_is_called_so_and_is_no_table_is_named(tmp_path: Path, sheet: str) -> None:
    """Nobody can say whose owners these are, and the operator is told that they were not read."""
    rows = [["Wer", "Wen"], ["Made-Up Freight", "Plum"]]

    begun = begin(tmp_path, Kunden=CLIENTS, **{sheet: rows}).json["report"]

    assert any(f"Sheet `{sheet}` of ../c.xlsx seems to name owners" in each for each in begun["warnings"])


def test_owners_from_elsewhere_do_not_silence_the_warning_of_a_sheet(tmp_path: Path) -> None:
    """One owner in a column, or in a table of ownership, says nothing of whom the sheet names; hidden, it is left."""
    clients = [["Kundennr.", "Firma", "Gesellschafter"], [1, "Plum", ""], [2, "Pear", "Jane Doe 20 %"]]
    owners = [["Debitor", "wB Name", "Anteil"], [1, "Made-Up Freight", "51 %"]]
    said = "Sheet `Wirtschaftlich Berechtigte` of ../c.xlsx seems to name owners, and none is read from it: "

    def warnings(folder: Path) -> list[str]:
        found = evenhand("run", folder, "--json").json["warnings"]
        return [each for each in found if each.startswith("Sheet")]

    begin(tmp_path, Kunden=clients, **{"Wirtschaftlich Berechtigte": owners})
    [column] = warnings(tmp_path / "n")
    (tmp_path / "n/data/ownership.csv").write_text("owner_name,owned,share\nJane Doe,2,20 %\n", "utf-8")
    [table] = warnings(tmp_path / "n")
    (hidden := tmp_path / "hidden").mkdir()
    begin(hidden, hidden="Wirtschaftlich Berechtigte", Kunden=clients, **{"Wirtschaftlich Berechtigte": owners})

    assert column.startswith(f"{said}in evenhand.toml, set ownership")
    assert table.startswith(f"{said}add its rows to the table of ownership, data/ownership.csv; hide the sheet")
    assert warnings(hidden / "n") == []


@pytest.mark.parametrize(
    ("clients", "owners", "columns"),
    [
        (
            CLIENTS, [["Kundennr.", "UBO Name", "Anteil"], [1, "Made-Up Freight", 0.6], [2, "Jane Doe", 0.4]],
            {"owned": "Kundennr.", "owner_name": "UBO Name", "share": "Anteil"},
        ),
        (
            CLIENTS,
            [["Firma", "Name", "Anteil in %"], ["PLUM GMBH", "Made-Up Freight", 60], ["Pear AG", "Jane Doe", 7]],
            {"owned_name": "Firma", "owner_name": "Name", "share": "Anteil in %"},
        ),
        (
            CLIENTS,
            [["Firma", "Kundennr.", "Gesellschafter"], ["Plum", 1, "Made-Up Freight"], ["Pear", 2, "Jane Doe"]],
            {"owned": "Kundennr.", "owner_name": "Gesellschafter"},
        ),
        (
            IN_ENGLISH,
            [
                ["Company", "Shareholder", "Shareholder country", "Type", "Ownership %", "Owner ID"],
                ["Plum Ltd", "Made-Up Freight", "QM", "direct", "60%", "O-1"],
                ["Pear Ltd", "Doe", "QN", "", "1%", "C1"],
            ],
            {
                "owned_name": "Company", "owner_name": "Shareholder", "share": "Ownership %", "owner": "Owner ID",
                "kind": "",
            },
        ),
    ],
    ids=["by id", "by name", "both", "in English"],
)  # fmt: skip
def test_a_sheet_of_owners_is_set_up_and_read(
    tmp_path: Path, clients: Sheet, owners: Sheet, columns: dict[str, str]
) -> None:
    """By its headings, and by whose ids or names are in it; what was understood is said, and the run reads it."""
    begun = begin(tmp_path, Kunden=clients, Gesellschafter=owners, Orte=[["Ort"], ["Ulm"]])

    intake = read_network(tmp_path / "n").settings.intake
    assert (intake.ownership, intake.sheets) == ("../c.xlsx", {"advertisers": "Kunden", "ownership": "Gesellschafter"})
    assert intake.columns["ownership"] == columns
    report = begun.json["report"]
    assert [each["decision"]["party"]["id"] for each in report["cases"]] == [str(clients[1][0])]
    assert [each["sheet"] for each in report["understood"] if each["sheet"]] == ["Kunden", "Gesellschafter"]
    assert not [each for each in report["warnings"] if "wner" in each]
    assert not (tmp_path / "n/data/ownership.csv").exists()
    assert evenhand("run", tmp_path / "n", "--json").json["decisions"] == 0


@pytest.mark.parametrize(
    "sheet",
    [
        [["Kundennr.", "Berater"], [1, "Made-Up Freight"]],
        [["Nr", "UBO Name"], [1, "Made-Up Freight"]],
        [["Kundennr.", "UBO Name"], [7, "Made-Up Freight"], [8, "Made-Up Freight"]],
        [["Kundennr.", "Eigentümer", "Gesellschafter"], [1, "Made-Up Freight", "Jane Doe"]],
        [["Kundennr.", "UBO Land", "Anteil"], [1, "DE", 0.5]],
        [["Kundennr.", "UBO Name"]],
    ],
    ids=["no owners", "no client", "others' ids", "two of owners", "no names", "no row"],
)
def test_a_sheet_that_is_not_plainly_of_owners_is_left_alone(tmp_path: Path, sheet: Sheet) -> None:
    """It is named among what was not read, and warned of where its name says owners."""
    begun = begin(tmp_path, Kunden=CLIENTS, UBO=sheet)

    assert read_network(tmp_path / "n").settings.intake.ownership == "data/ownership.csv"
    assert "Sheet `UBO` of ../c.xlsx seems to name owners" in " ".join(begun.json["report"]["warnings"])


def test_two_sheets_of_owners_are_one_line(tmp_path: Path) -> None:
    """One table of ownership cannot be both; a hidden sheet does not count."""
    owners = [["Kundennr.", "UBO"], [1, "Made-Up Freight"]]

    refused = begin(tmp_path, Kunden=CLIENTS, Neu=owners, Alt=owners)
    begun = begin(tmp_path, Kunden=CLIENTS, Neu=owners, Alt=owners, hidden="Alt")

    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert refused.err.endswith(
        "c.xlsx: has owners in the sheets `Neu` and `Alt`; expected one sheet with all owners; put the rows together,"
        " or hide the sheets that do not count; nothing was made\n"
    )
    assert begun.status == 0
    assert read_network(tmp_path / "n").settings.intake.sheets["ownership"] == "Neu"


def test_a_company_whose_name_two_clients_have_is_one_line(tmp_path: Path) -> None:
    """Nobody can tell whose owner that is; accepted so, both are held for a listed one."""
    clients = [*CLIENTS, [3, "Pear AG", "pear.example"]]
    owners = [["Firma", "UBO"], ["Plum GmbH", "Jane Doe"], ["Pear AG", "Made-Up Freight"]]

    refused = begin(tmp_path, Kunden=clients, UBO=owners)
    begun = begin(tmp_path, "--max-refused-share", "0.5", Kunden=clients, UBO=owners)

    assert refused.err.startswith("evenhand: c.xlsx, sheet UBO:3: 1 of 5 rows cannot be read (owned_name 1)")
    assert "owned_name `Pear AG`; expected a name that one party has, or the id in `owned`: 2, 3 have it" in refused.err
    assert "--column owned_name=" not in refused.err
    assert {each["decision"]["party"]["id"] for each in begun.json["report"]["cases"]} == {"2", "3"}
