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


def test_the_name_is_no_translation_where_there_is_another(tmp_path: Path, data: bytes) -> None:
    """The file may name the language of a member state first: a letter would say a Swedish spelling of the name."""
    first = b'<nameAlias firstName="Exampla"'
    translated = b'<nameAlias wholeName="Exempla Testsdotter" nameLanguage="SV" strong="true"/>' + first
    turned = data.replace(first, translated, 1)
    no_other = turned.replace(b'nameLanguage="" strong="true"', b'nameLanguage="FI" strong="true"').replace(
        b'nameLanguage="EN"', b'nameLanguage="BG"'
    )

    person = read_list(written(tmp_path / "turned", {NAME: turned}), "eu-fsf").entities[0]
    foreign = read_list(written(tmp_path / "foreign", {NAME: no_other}), "eu-fsf").entities[0]

    assert (person.caption, person.values("name")) == ("Exampla Testson", ("Exampla Testson",))
    assert person.values("alias") == ("Exempla Testsdotter", "Примера Тестсон")
    assert (foreign.caption, foreign.values("alias")) == ("Exempla Testsdotter", ("Exampla Testson", "Примера Тестсон"))


def test_a_low_quality_is_read_through_its_typing_error(tmp_path: Path, data: bytes) -> None:
    """The file has `Lo quality`; `Good quality` is no weak name."""
    for remark, weak in (
        (b"Lo quality alias", ("Exa", "Ex M. Testson")),
        (b"Good quality a.k.a", ("Exa",)),
        (b"hallo quality", ("Exa",)),
    ):
        changed = data.replace(b"Low quality a.k.a.", remark)

        read = read_list(written(tmp_path / "quality", {NAME: changed}), "eu-fsf")

        assert read.entities[0].values("weakAlias") == weak


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


@pytest.mark.parametrize(("code", "property_"), [(b"taxid", "taxNumber"), (b"euvat", "vatCode")])
def test_numbers_of_the_newer_kinds_are_read(tmp_path: Path, data: bytes, code: bytes, property_: str) -> None:
    """The file writes tax numbers under more than one code."""
    changed = data.replace(b'"regnumber"', b'"' + code + b'"')

    company = read_list(written(tmp_path / "kinds", {NAME: changed}), "eu-fsf").entities[1]

    assert "77012345" in company.values(property_)
    assert (company.values("registrationNumber"), company.values("jurisdiction")) == ((), ("nz",))


def test_words_between_contacts_are_no_contact(tmp_path: Path, data: bytes) -> None:
    """`a and b` is two addresses; a website below the key for e-mail is a website."""
    changed = data.replace(b'"shop@made-up-trading.example"', b'"shop@made-up.example or www.made-up-2.example"')

    company = read_list(written(tmp_path / "contacts", {NAME: changed}), "eu-fsf").entities[1]

    assert company.values("email") == ("shop@made-up.example",)
    assert company.values("website")[2:] == ("www.made-up-2.example",)
    assert "shop@made-up.example or www.made-up-2.example" in company.values("notes")


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
