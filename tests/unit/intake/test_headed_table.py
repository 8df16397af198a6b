"""Several columns of one kind are read as one, or somebody has to choose: none is left out in silence."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from evenhand.intake.columns import NAMES
from evenhand.intake.earlier_tables import measure, read_keys
from evenhand.intake.headed_table import read_headed
from evenhand.intake.headings import match_headings
from evenhand.intake.names import read_names
from evenhand.intake.network_tables import Tables, read_tables
from evenhand.intake.table_source import Source
from evenhand.model.errors import TableUnreadable
from evenhand.model.network import Absent, IntakeSection
from evenhand.store.tables import snapshot
from tests.suffixes import SUFFIXES

SETTINGS = IntakeSection(
    advertisers="a.csv", max_refused_share="1", absent=Absent(payer="advertiser", political="no")
)  # fmt: skip


def tables_of(folder: Path, content: str, columns: dict[str, str] | None = None) -> Tables:
    (folder / "a.csv").write_text(content, encoding="utf-8")
    settings = msgspec.structs.replace(SETTINGS, columns={"advertisers": columns or {}})
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


@pytest.mark.parametrize("second", ["Internet", "Website", "Website 2", "Homepage"])
@pytest.mark.parametrize("name", ["advertisers", NAMES])
def test_all_columns_of_websites_are_read_whoever_reads_them(tmp_path: Path, name: str, second: str) -> None:
    """One command must not look at a column that another leaves out."""
    (tmp_path / "a.csv").write_text(
        f"Kundennr,Firma,Website,{second}\n1,A,a.example,b.example;c.example\n2,B,,d.example\n"
    )
    source = Source(tmp_path, "a.csv", name, {})

    table, headings = read_headed(source)

    website = headings.places["website" if name == NAMES else "domains"]
    assert [line.cells[website] for line in table.lines] == ["a.example;b.example;c.example", "d.example"]
    assert [line.cells[website] for line in table.again()] == ["a.example;b.example;c.example", "d.example"]
    assert headings.ignored == ()


@pytest.mark.parametrize(
    ("two", "one"),
    [
        ("Website,Internet\n1,A,a.example,k.A.\n2,B,,b.example\n", "Website\n1,A,a.example\n2,B,b.example\n"),
        ("HRB,HRB-Nr\n1,A,HRB 1,HRB 2\n2,B,,HRB 3\n", "HRB\n1,A,HRB 1;HRB 2\n2,B,HRB 3\n"),
        ("Sprache,Sprachen\n1,A,de,en;fr\n2,B,,it\n", "Sprache\n1,A,de;en;fr\n2,B,it\n"),
        ("Handelsname,Kurzname\n1,A,Aa,Ab\n2,B,,\n", "Handelsname\n1,A,Aa;Ab\n2,B,\n"),
        ("Sitzland,Land\n1,A,k.A.,DE\n2,B,Russland,RU\n", "Land\n1,A,DE\n2,B,RU\n"),
        ("Kunde seit,angelegt am\n1,A,13.04.2019,\n2,B,,14.04.2019\n", "Kunde seit\n1,A,13.04.2019\n2,B,14.04.2019\n"),
    ],
)
def test_two_columns_are_read_as_one_with_the_cells_of_both(tmp_path: Path, two: str, one: str) -> None:
    """The plain twin is the table of somebody who has put them together."""
    together, by_hand = (tables_of(tmp_path, f"Kundennr,Firma,{text}") for text in (two, one))

    assert together.advertisers == by_hand.advertisers
    assert "2 columns, `" in together.understood[0].notes[0]


def test_two_columns_of_one_value_that_differ_are_not_chosen_between(tmp_path: Path) -> None:
    """Whether a client is of Russia or of Germany is no guess."""
    two = "Kundennr,Firma,Sitzland,Land\n1,A,DE,Deutschland\n2,B,RU,DE\n"

    with pytest.raises(TableUnreadable) as refused:
        tables_of(tmp_path, two)

    assert str(refused.value) == (
        "a.csv:3: `Sitzland` and `Land` could each be the country, and differ here: `RU` and `DE`; choose with"
        ' --column country=HEADING of init, or country = "HEADING" in [intake.columns.advertisers]'
    )
    chosen = tables_of(tmp_path, two, {"country": "Sitzland"})
    assert [each.country for each in chosen.advertisers] == ["DE", "RU"]
    assert "`Sitzland` is read as country" in chosen.refused[0].expected


def test_a_heading_that_is_there_twice_is_no_choice(tmp_path: Path) -> None:
    """No option can tell one from the other."""
    with pytest.raises(TableUnreadable, match="differ here: `RU` and `DE`; rename or delete one of them"):
        tables_of(tmp_path, "id,name,Land,Land\n1,A,RU,DE\n", {"country": "Land"})


def test_a_mapping_names_several_headings(tmp_path: Path) -> None:
    """As `init` writes it down; a name in two columns is one name."""
    content = "id,Name 1,Name 2,Wo,Wo noch\n1,Made Up,Freight GmbH,a.example,b.example\n2,Alone,,,\n"

    read = tables_of(tmp_path, content, {"name": "Name 1;Name 2", "domains": "Wo; Wo noch"})

    assert [(each.name, each.domains) for each in read.advertisers] == [
        ("Made Up Freight GmbH", ("a.example", "b.example")), ("Alone", ()),
    ]  # fmt: skip
    with pytest.raises(TableUnreadable, match="has no heading `Wo;Wohin`"):
        tables_of(tmp_path, content, {"name": "Name 1", "domains": "Wo; Wohin"})


def test_a_numbered_heading_of_one_value_is_named_and_not_read(tmp_path: Path) -> None:
    """A second country is another country."""
    found = match_headings("advertisers", "a.csv", ["id", "name", "Land", "Land 2", "Strasse 2"], {})

    assert (found.together, found.ignored) == ({}, ("Land 2", "Strasse 2"))


def test_names_are_read_alike(tmp_path: Path) -> None:
    """What is screened is what a network would screen."""
    (tmp_path / "a.csv").write_text("Firma,Website,Internet,Land,Land\nA,a.example,b.example,DE,\n")

    [named] = read_names(Source(tmp_path, "a.csv", NAMES, {}), SUFFIXES).named

    assert (named.party.domains, named.party.country) == (("a.example", "b.example"), "DE")


def test_an_earlier_table_keeps_what_its_columns_had(tmp_path: Path) -> None:
    """A snapshot tells equal headings apart by their place."""
    (tmp_path / "a.csv").write_text("id,name,Website,Website\n1,A,,b.example\n", encoding="utf-8")
    kept = snapshot(tmp_path / "a.csv", tmp_path)

    keys = read_keys(kept, "advertisers", {}, {"1"}, SUFFIXES, date(2026, 11, 29))

    assert keys["1"].domains == ("b.example",)
    assert measure(kept, "advertisers", {}) == (1, ("id", "name", "domains"))
