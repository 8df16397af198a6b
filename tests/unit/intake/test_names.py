"""Names that somebody hands in: any table with usual headings, a plain list, or one by itself."""

from pathlib import Path

import pytest

from evenhand.intake.names import NAMED, Names, names_source, one_name, read_names
from evenhand.model.errors import BadInput, TableUnreadable
from evenhand.model.party import Identifier
from tests.suffixes import SUFFIXES


def read(folder: Path, content: str | bytes, name: str = "names.csv") -> Names:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_names(names_source(folder / name, {}, "", ""), SUFFIXES)


def told(names: Names) -> list[tuple[int, str, str, str]]:
    return [(each.line, each.column, each.value, each.what) for each in names.refused]


def test_usual_headings_are_taken(tmp_path: Path) -> None:
    """Nobody renames a column for one look."""
    (row,) = read(
        tmp_path,
        "Ref;Full Name;AKA;Entity Type;Nationality;Date of Birth;Web Site;Handle;Registration No;TIN;LEI\n"
        "k-7;Made-up Anna;Anna M;Individual;qp;1970-03;https://made-up.example/x;t.me/made_up;HRB 12;77;\n",
    ).named

    assert (row.line, row.id) == (2, "k-7")
    assert (row.party.name, row.party.aliases, row.party.schema) == ("Made-up Anna", ("Anna M",), "Person")
    assert (row.party.country, row.party.birth_date) == ("QP", "1970-03")
    assert (row.party.domains, row.party.accounts) == (("made-up.example",), ("telegram/made_up",))
    assert row.party.identifiers == (
        Identifier(scheme="registration", value="HRB 12"),
        Identifier(scheme="tax", value="77"),
    )


def test_every_column_is_taken_by_its_own_name() -> None:
    """The page names them."""
    values = dict.fromkeys(NAMED, "") | {"name": "Made-up Company", "lei": "lei:549300XIVJCBIGMRUD48"}

    assert one_name(values, SUFFIXES).party.identifiers[0].value == "549300XIVJCBIGMRUD48"


def test_a_plain_list_holds_one_name_a_line_commas_and_all(tmp_path: Path) -> None:
    """As `SURNAME, Given` comes out of a list."""
    names = read(tmp_path, "name\nMADE-UP, Anna\n\nMADE-UP, Boris\n", "names.txt")

    assert [(row.line, row.party.name) for row in names.named] == [(2, "MADE-UP, Anna"), (4, "MADE-UP, Boris")]


def test_one_column_without_a_known_heading_is_a_plain_list(tmp_path: Path) -> None:
    """Its first line is a name like the others: nothing is lost."""
    assert [row.party.name for row in read(tmp_path, "Made-up One\nMade-up Two\n").named] == [
        "Made-up One",
        "Made-up Two",
    ]


def test_a_row_twice_is_two_rows(tmp_path: Path) -> None:
    """Ids of such a table mean nothing to us."""
    rows = read(tmp_path, "id,name\n7,Made-up\n7,Made-up\n").named

    assert [(row.id, row.party.id) for row in rows] == [("7", "2"), ("7", "3")]


def test_what_cannot_be_used_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    """Nothing goes silently: neither a row nor a value."""
    names = read(
        tmp_path,
        "name,country,account,registration number,birth date\n"
        "NaN,,,,\n,,,,\n1.02775E+12,,,,\n!!!,,,,\nMade-up,Ruritania,@made_up,1.02775E+12,NaN\nMade-up,x\n"
        f"{'a' * 10_000},,,,\n",
    )

    assert [row.line for row in names.named] == [6]
    assert names.named[0].party.identifiers == ()
    assert told(names) == [
        (2, "name", "NaN", "row"),
        (4, "name", "1.02775E+12", "row"),
        (5, "name", "!!!", "row"),
        (6, "country", "Ruritania", "value"),
        (6, "account", "@made_up", "value"),
        (6, "registration_number", "1.02775E+12", "value"),
        (7, "", "Made-up | x", "row"),
        (8, "name", "a" * 200, "row"),
    ]


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    """Names may be wrong then."""
    names = read(tmp_path, "name\nMade-up M\xfcller\n".encode("cp1252"))

    assert names.named[0].party.name == "Made-up Müller"
    assert told(names) == [(2, "", "read as cp1252", "value")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "names.csv: is empty"),
        (b"name\n", "names.csv: has no row; expected at least one name"),
        (b"name,country\nNaN,\n", "names.csv:2: has no usable row of 1; the first has name `NaN`; expected a name"),
        (b"id,country\n1,de\n", "names.csv:1: has no column `name`; found `id, country`"),
        (b"id\n1\n", "names.csv:1: has no column `name`; found `id`"),
        (b"PK\x03\x04", "names.csv: is not a complete workbook"),
        (b"name\n\"Made-up\n", "names.csv:2: a quoted cell that begins in this row never ends"),
        (b'{"name": "\\ud800"}\n', "names.csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_names_is_one_clear_line(tmp_path: Path, content: bytes, said: str) -> None:
    """What, where, what was expected."""
    with pytest.raises(TableUnreadable) as caught:
        read(tmp_path, content)

    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "half of one \udcff"},
        {"name": "Made-up", "country": "Ruritania"},
        {"name": "Made-up", "birth_date": "yesterday"},
        {"name": "Made-up", "schema": "ghost"},
        {"name": "a" * 401},
    ],
)
def test_one_name_with_an_unusable_value_is_refused(values: dict[str, str]) -> None:
    """Of a single name nothing is left out."""
    with pytest.raises(BadInput, match="unusable"):
        one_name(values, SUFFIXES)


def test_columns_that_only_a_run_reads_are_no_mistake(tmp_path: Path) -> None:
    """The table that is screened first is the one that a network is made of afterwards."""
    (tmp_path / "clients.csv").write_text("Firma;Erstkontakt;Guthaben;Farbe\nMade-Up Bakery;01.03.2025;0,00;blau\n")

    found = read_names(names_source(tmp_path / "clients.csv", {}, "", ""), SUFFIXES)

    assert [each.column for each in found.refused] == ["Farbe"]
