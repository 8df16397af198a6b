"""A person's name in two columns is one name, and a company's comes before it."""

from pathlib import Path

import msgspec
import pytest

from evenhand.intake import read_tables
from evenhand.intake.headings import match_headings
from evenhand.intake.names import names_source, read_names
from evenhand.intake.network_tables import Tables
from evenhand.model.errors import TableUnreadable
from evenhand.model.network import Absent, IntakeSection
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="a.csv", max_refused_share="1", absent=Absent(payer="advertiser", political="no"),
    columns={"advertisers": {"domains": ""}},
)  # fmt: skip


def read(folder: Path, content: str, encoding: str = "utf-8", **columns: str) -> Tables:
    (folder / "a.csv").write_text(content, encoding)
    settings = msgspec.structs.replace(SETTINGS, columns={"advertisers": {"domains": "", **columns}})
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


@pytest.mark.parametrize(
    ("heading", "row", "name"),
    [
        ("first name;last name", "Jane;Doe", "Jane Doe"),
        ("Nachname;Vorname", "Doe;Jane", "Jane Doe"),
        ("Name;Vorname", "Doe;Jane", "Jane Doe"),
        ("Nom;Prénom", "Doe;Jane", "Jane Doe"),
        ("Prénom;Nom de famille", "Jane;Doe", "Jane Doe"),
        ("Nombre;Apellidos", "Jane;Doe Roe", "Jane Doe Roe"),
        ("Nome;Cognome", "Jane;Doe", "Jane Doe"),
        ("Imię;Nazwisko", "Jane;Doe", "Jane Doe"),
        ("Фамилия;Имя;Отчество", "Доу;Джейн;Роевна", "Джейн Роевна Доу"),
        ("Nombre;Apellido 1;Apellido 2", "Jane;Doe;Roe", "Jane Doe Roe"),
        ("Nombres;Apellido paterno;Apellido materno", "Jane;Doe;Doe", "Jane Doe Doe"),
        ("Nombre;Primer apellido;Segundo apellido", "Jane;Doe;-", "Jane Doe"),
        ("Nombre;Segundo apellido;Apellidos", "Jane;Roe;Doe Roe", "Jane Doe Roe"),
        ("Nombre;Apellido 1;Apellido 2", "Roe;Doe;Roe", "Roe Doe Roe"),
        ("Nome;Sobrenome;Segundo sobrenome", "Jane;Doe;Roe", "Jane Doe Roe"),
        ("first name;surname;second surname", "Jane;Jane Doe;Roe", "Jane Doe Roe"),
        ("Vorname;Name", "Jane;Jane Doe", "Jane Doe"),
        ("Vorname;Name", "Jane;Doe, Jane", "Doe, Jane"),
    ],
)
def test_a_person_is_named_by_first_and_last_name(tmp_path: Path, heading: str, row: str, name: str) -> None:
    """In seven languages; `Name` beside `Vorname` is a last name, `nome` beside `cognome` a first one."""
    tables = read(tmp_path, f"id;{heading}\n1;{row}\n")

    assert [(each.name, each.schema) for each in tables.advertisers] == [(name, "Person")]
    assert "together as the name" in tables.understood[0].notes[0]


def test_a_company_comes_before_its_contact(tmp_path: Path) -> None:
    """Who is filled in as company is the client; else the person is, or a company under the last name alone."""
    tables = read(
        tmp_path,
        "Nr;Firma;Vorname;Nachname;Rechtsform\n1;Made-Up Freight;Jane;Doe;\n2;;Jane;Doe;\n3;-;Jane;Doe;e.K.\n"
        "4;;;Made-Up GmbH;\n5;;;;\n6;k.A.;-;;\n",
        "utf-16",
        id="Nr",
    )

    assert [(each.id, each.name, each.schema) for each in tables.advertisers] == [
        ("1", "Made-Up Freight", "Organization"), ("2", "Jane Doe", "Person"), ("3", "Jane Doe", "LegalEntity"),
        ("4", "Made-Up GmbH", "Organization"), ("5", "5", "Organization"), ("6", "6", "Organization"),
    ]  # fmt: skip
    assert [(why.column, why.value) for why in tables.unscreened.values()] == [("name", ""), ("name", "k.A.")]
    assert tables.understood[0].notes == (
        "`Vorname` and `Nachname` are read together as the name where `Firma` is empty",
    )


def test_a_second_surname_without_the_first_is_an_open_point(tmp_path: Path) -> None:
    """Read as it is, `Nome` would be a first name alone, and no listed person would be found by it."""
    content = "id;Nome;Apelido;Segundo apelido\n1;Jane;Doe;Roe\n"

    with pytest.raises(TableUnreadable) as refused:
        read(tmp_path, content)

    assert "`Segundo apelido` is read as second surname, and no column as the first" in str(refused.value)
    assert "choose with --column last_name=HEADING of init" in str(refused.value)
    named = read(tmp_path, content, first_name="Nome", last_name="Apelido")
    left = read(tmp_path, content, second_surname="")
    assert [named.advertisers[0].name, left.advertisers[0].name] == ["Jane Doe Roe", "Jane"]


def test_names_to_be_screened_are_put_together_alike(tmp_path: Path) -> None:
    """A list of persons needs no column with the whole name."""
    (tmp_path / "n.csv").write_text("Vorname,Nachname,Geburtsdatum\nJane,Doe,1970\n", "utf-8")

    [named] = read_names(names_source(tmp_path / "n.csv", {}, "", ""), SUFFIXES).named

    assert (named.party.name, named.party.schema, named.party.birth_date) == ("Jane Doe", "Person", "1970")


def test_a_mapping_and_a_table_without_the_other_part_are_left_alone() -> None:
    """`Name` is a name unless a first name stands beside it, or somebody says what it is."""
    header = ["id", "Name", "Vorname"]

    assert match_headings("advertisers", "a.csv", header, {}).places == {"id": 0, "last_name": 1, "first_name": 2}
    assert match_headings("advertisers", "a.csv", header, {"name": "Name"}).places["name"] == 1
    assert match_headings("advertisers", "a.csv", header, {"first_name": ""}).places == {"id": 0, "name": 1}
    assert match_headings("advertisers", "a.csv", ["id", "nome"], {}).places == {"id": 0, "name": 1}
    with_firm = match_headings("advertisers", "a.csv", [*header, "Firma"], {})
    assert with_firm.places == {"id": 0, "last_name": 1, "first_name": 2, "name": 3}
