"""The EU's list: what is read, and which XML is refused."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.lists import read_list
from tests.unit.lists.made import made, refusal, written

NAME = "xmlFullSanctionsList_1_1.xml"


@pytest.fixture
def data() -> bytes:
    return made("eu-fsf").files[NAME]


def test_a_person_is_read_with_each_name_once() -> None:
    """The same alias stands there once for each language of a regulation."""
    read = made("eu-fsf")
    person = read.entities[0]

    assert (read.publisher, read.published_on) == ("eu", date(2026, 3, 5))
    assert (person.id, person.schema, person.caption) == ("eu-fsf-301", "Person", "Exampla Testson")
    assert person.values("name", "alias") == ("Exampla Testson", "Примера Тестсон")
    assert person.values("weakAlias") == ("Exa", "Ex M. Testson")
    assert person.values("gender", "title", "position") == ("female", "Dr", "Director")
    assert person.values("program") == ("ALPHA", "BETA")
    assert person.values("referenceNumber", "startDate") == ("EU.1.11", "MUi.001", "2020-02-03")


def test_birth_and_citizenship_are_read_and_unknown_is_null() -> None:
    """`00` is no country; a range of years is every year of it; another calendar's year is no year of ours."""
    person = made("eu-fsf").entities[0]

    assert person.values("birthDate") == ("1970-03-12", "1971-04", "1973", "1974", "1975")
    assert person.values("birthPlace", "nationality") == ("Reykjavik, ICELAND", "is")


def test_a_document_known_to_be_false_never_matches() -> None:
    """A number that was forged belongs to somebody else."""
    person = made("eu-fsf").entities[0]

    assert "National passport X0000001 (IS)" in person.values("notes")
    assert not any("X0000002" in value for values in person.properties.values() for value in values)
    assert made("eu-fsf").left_out["identification known to be false"] == 1


def test_an_enterprise_is_read_with_numbers_and_contacts() -> None:
    """Websites stand below addresses; a function of an enterprise is no position."""
    company = made("eu-fsf").entities[1]

    assert (company.schema, company.values("position")) == ("Organization", ())
    assert company.values("registrationNumber", "taxNumber", "jurisdiction") == ("77012345", "0001234567", "nz")
    assert company.values("website", "email") == (
        *("www.made-up-trading.example", "made-up.example", "shop@made-up-trading.example"),
    )
    assert company.values("country", "notes") == ("nz", "Invented shop", "second floor")


def test_what_is_not_read_is_counted() -> None:
    """Nothing is lost without a number that says so."""
    assert made("eu-fsf").left_out == {
        "birth date of another calendar": 1,
        "birth date without a form": 1,
        "contact PHONE": 1,
        "country without a code": 1,
        "element madeUpElement": 1,
        "identification known to be false": 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b'logicalId="302"', b'logicalId=""', "logicalId ``"),
        (b'logicalId="302"', b'logicalId="301"', "duplicate id `eu-fsf-301`"),
        (b'code="enterprise" classificationCode="E"', b'code="ghost"', "unknown subjectType `ghost"),
        (b'<subjectType code="enterprise" classificationCode="E"/>', b"", "unknown subjectType ``"),
        (b'wholeName="Made-Up Trading LLC"', b'wholeName=""', "no nameAlias"),
        (b"2026-03-05T", b"yesterday ", "generationDate `yesterday"),
        (b"</export>", b"", "not well-formed XML"),
        (b"<export ", b'<!DOCTYPE export SYSTEM "x.dtd"><export ', "a document type declaration `export`"),
    ],
)
def test_xml_that_half_parses_is_refused_whole(tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str) -> None:
    """The line names what is wrong, where, and what was expected."""
    assert old in data

    assert line in refusal(tmp_path / "broken", "eu-fsf", {NAME: data.replace(old, new, 1)})


def test_an_export_without_the_namespace_is_read_too(tmp_path: Path, data: bytes) -> None:
    """Copies lose their namespace; the elements' names stay."""
    bare = data.replace(b' xmlns="http://eu.europa.ec/fpi/fsd/export"', b"")

    assert read_list(written(tmp_path / "bare", {NAME: bare}), "eu-fsf").entities == made("eu-fsf").entities


def test_an_entry_with_weak_names_alone_keeps_them_weak(tmp_path: Path, data: bytes) -> None:
    """That it has no better name is no reason to trust this one more."""
    weak = data.replace(b'wholeName="Made-Up Trading LLC"', b'wholeName="MUT"').replace(
        b'nameLanguage="" strong="true" regulationLanguage="en" logicalId="16"', b'strong="false" logicalId="16"'
    )

    company = read_list(written(tmp_path / "weak", {NAME: weak}), "eu-fsf").entities[1]

    assert (company.caption, company.values("name", "alias"), company.values("weakAlias")) == ("MUT", (), ("MUT",))
