"""The UK's lists: what is read of both layouts, and which files are refused."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.lists import read_list
from evenhand.model.listing import ListRelation
from tests.unit.lists.made import made, refusal, written

NAME = "UK-Sanctions-List.csv"


@pytest.fixture
def data() -> bytes:
    return made("uk-fcdo").files[NAME]


def test_rows_of_one_id_are_one_entry() -> None:
    """One row is a name × an address; a surname stands first in the file and last in the name."""
    read = made("uk-fcdo")
    person = read.entities[0]

    assert (read.publisher, read.published_on) == ("uk", date(2026, 2, 13))
    assert (person.id, person.schema, person.caption) == ("uk-MUP0001", "Person", "Exampla Made TESTSON")
    assert person.values("name") == ("Exampla Made TESTSON",)
    assert person.values("alias") == ("Примера Тестсон", "Ex TESTSON", "Exampla TESTDOTTIR")
    assert person.values("weakAlias", "title") == ("EXA", "Dr")


@pytest.mark.parametrize("kind", [b"", b"Prime Alias", b"Primary name"])
def test_a_name_without_a_kind_is_the_primary_name(tmp_path: Path, data: bytes, kind: bytes) -> None:
    """The list of 2020 called it the prime alias; rows without a kind occur."""
    changed = data.replace(b",Primary Name,", b"," + kind + b",")

    assert changed != data
    assert read_list(written(tmp_path / "kinds", {NAME: changed}), "uk-fcdo").entities == made("uk-fcdo").entities


def test_a_person_is_read_with_partial_dates() -> None:
    """`dd/mm/1971` knows the year alone; what is no date is kept as text."""
    person = made("uk-fcdo").entities[0]

    assert person.values("birthDate", "birthPlace") == ("1970-03-12", "1971", "1972-04", "Reykjavik, Iceland")
    assert person.values("nationality", "gender") == ("is", "nz", "female")
    assert person.values("position", "program") == (*("Director", "Chair"), "The Made-Up (Sanctions) Regulations 2020")
    assert person.values("referenceNumber", "startDate") == ("MUi.001", "2020-02-03")
    assert {"Born: about 1973", "Passport X0000001 (made-up passport)"} <= set(person.values("notes"))


def test_an_entity_and_a_ship_are_read_with_their_numbers() -> None:
    """A label before a number says which register's it is."""
    company, ship = made("uk-fcdo").entities[1:]

    assert (company.schema, company.values("country")) == ("Organization", ("nz", "is"))
    assert company.values("registrationNumber", "jurisdiction") == ("77012345", "nz")
    assert company.values("taxNumber") == ("77012345", "0001234567")
    assert company.values("website") == ("www.made-up-trading.example", "made-up.example")
    assert company.values("email") == ("shop@made-up-trading.example",)
    assert (ship.schema, ship.values("imoNumber")) == ("Vessel", ("0000001",))
    assert made("uk-fcdo").left_out == {"name type Formerly, kept as alias": 1}


def test_parents_subsidiaries_and_shipowners_are_relations_without_shares() -> None:
    """The list gives names and no shares; repeated rows are no second relation."""
    parent = ListRelation(
        subject_name="Made-Up Holding JSC", object="uk-MUP0002", kind="ownership", text="Parent company"
    )
    shop = ListRelation(subject="uk-MUP0002", object_name="Made-Up Shop Ltd", kind="ownership", text="Subsidiaries")
    owner = ListRelation(
        subject_name="Made-Up Shipowner Ltd",
        object="uk-MUP0003",
        kind="ownership_or_control",
        text="Current owner/operator",
    )

    assert set(made("uk-fcdo").relations) >= {parent, shop, owner}
    assert len(made("uk-fcdo").relations) == 4


def test_each_company_of_a_cell_is_a_relation_of_its_own(tmp_path: Path, data: bytes) -> None:
    """An owner beside an owner, a subsidiary beside one: a name of both would match neither."""
    changed = data.replace(b"Made-Up Shipowner Ltd", b"Made-Up Shipowner Ltd/Other Shipowner LLC")
    changed = changed.replace(b"Made-Up Shop Ltd", b"Made-Up Shop Ltd/Other Shop LLC")

    relations = read_list(written(tmp_path / "several", {NAME: changed}), "uk-fcdo").relations

    assert {"Made-Up Shipowner Ltd", "Other Shipowner LLC"} <= {each.subject_name for each in relations}
    assert {"Made-Up Shop Ltd", "Other Shop LLC"} <= {each.object_name for each in relations}


def test_the_older_list_says_by_label_what_the_newer_says_in_columns() -> None:
    """Archives hold the older form; its ids are group ids."""
    read = made("uk-ofsi")
    person, company = read.entities

    assert read.published_on == date(2026, 1, 27)
    assert (person.id, person.values("name", "previousName")) == (
        "uk-ofsi-90001",
        ("Exampla TESTSON", "Exampla OLDSON"),
    )
    assert person.values("weakAlias", "birthDate", "nationality", "gender") == ("EXA", "1970", "is", "nz", "female")
    assert person.values("referenceNumber", "notes") == ("MUP0001", "MUi.001. Invented for tests", "Made up")
    assert company.values("website", "registrationNumber") == ("www.made-up-trading.example", "77012345")
    assert company.values("notes") == ("Phone number: +0 000 000",)
    assert [each.subject_name or each.object_name for each in read.relations] == [
        *("Made-Up Holding JSC", "Made-Up Shop Ltd", "Made-Up Stall, LLC"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"Unique ID", b"Unique Key", "heading `Last Updated,Unique Key,"),
        (b",Individual,UK", b",Ghost,UK", "unknown type `Ghost`; expected individual, entity, ship"),
        (b"04/02/2026,MUP0003", b"04/02/2026,", "id is empty"),
        (b"04/02/2026,MUP0003", b"04/02/2026,MUP0001", "type of MUP0001 changes `Ship`"),
        (b"INVENTED STAR", b"", "no name `uk-MUP0003`"),
        (b"Name type", b"Name 6", "duplicate column `Name 6`"),
        (b",Gender,Town of birth", b",Made Up 1,Made Up 2", "missing columns `Gender,Town of birth`"),
        (b"\r\n04/02/2026,MUP0003", b",x\r\n04/02/2026,MUP0003", "number of columns `59`; expected 58"),
        (b'"Made up, with', b'"Made up," with', "incomplete row"),
        (b"EXA", b"\xff\xfe", "bytes are not text"),
    ],
)
def test_a_file_that_half_parses_is_refused_whole(
    tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str
) -> None:
    """The line names what is wrong, where, and what was expected."""
    assert old in data

    assert line in refusal(tmp_path / "broken", "uk-fcdo", {NAME: data.replace(old, new, 1)})


def test_columns_are_found_by_name_in_any_order_and_case(tmp_path: Path, data: bytes) -> None:
    """The publisher has moved columns before."""
    lines = [line.split(b",") for line in data.split(b"\r\n") if b'"' not in line]
    turned = b"\r\n".join(b",".join(reversed(cells)) for cells in lines).replace(b"Gender", b"GENDER:")

    read = read_list(written(tmp_path / "turned", {NAME: turned}), "uk-fcdo")

    assert read.entities[0] == made("uk-fcdo").entities[0]


def test_a_column_renamed_in_its_place_is_still_read_and_a_new_one_counted(tmp_path: Path, data: bytes) -> None:
    """Between its old neighbours it can only be the same column."""
    renamed = data.replace(b",D.O.B,", b",Date of birth,")
    more = b"\r\n".join(
        line + (b",Made up" if b"Unique ID" in line else b",x" if b"Ship" in line else b"," if b"MUP" in line else b"")
        for line in renamed.split(b"\r\n")
    )

    read = read_list(written(tmp_path / "more", {NAME: more}), "uk-fcdo")

    assert read.entities == made("uk-fcdo").entities
    assert read.left_out["column Made up"] == 1


def test_the_line_with_the_date_may_be_missing(tmp_path: Path, data: bytes) -> None:
    """The operator's date holds then."""
    for first, published in (
        (b"", None),
        (b"Report Date: soon\r\n", None),
        (b"Last Updated:,05/06/2026,,\r\n", (6, 5)),
    ):
        dated = first + data.split(b"\r\n", 1)[1]

        read = read_list(written(tmp_path / "dated", {NAME: dated}), "uk-fcdo")

        assert read.published_on == (date(2026, *published) if published else None)
        assert read.entities == made("uk-fcdo").entities


def test_a_row_of_nothing_is_passed_over(tmp_path: Path, data: bytes) -> None:
    """Spreadsheets save rows of commas below the last one."""
    padded = data + b"," * 57 + b"\r\n"

    assert read_list(written(tmp_path / "padded", {NAME: padded}), "uk-fcdo").entities == made("uk-fcdo").entities


def test_a_heading_that_only_looks_like_one_is_refused(tmp_path: Path) -> None:
    """A file that names the columns in running text is no list."""
    broken = {NAME: b"x,y\r\nthe Unique ID and Name 6 of all\r\na,b\r\n"}

    assert "heading `the Unique ID and Name 6 of all`" in refusal(tmp_path / "broken", "uk-fcdo", broken)
