"""OFAC's advanced XML: what is read of the parties, and which files are refused."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.lists import read_list
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListRelation
from tests.unit.lists.made import made, refusal, written

NAME = "sdn_advanced.xml"


@pytest.fixture
def data() -> bytes:
    return made("ofac-xml").files[NAME]


def test_parties_are_read_with_the_ids_of_the_csv_and_the_date_of_issue() -> None:
    """The same entry must be the same in both formats, or a change of format re-opens every judgement."""
    read = made("ofac-xml")

    assert (read.publisher, read.published_on) == ("ofac", date(2026, 3, 4))
    assert [(entity.id, entity.schema) for entity in read.entities] == [
        ("ofac-sdn-201", "Organization"),
        ("ofac-sdn-202", "Person"),
        ("ofac-sdn-203", "Vessel"),
        ("ofac-sdn-204", "Airplane"),
    ]


def test_an_organisation_is_read_with_names_numbers_and_programs() -> None:
    """Programs, documents and addresses stand elsewhere in the file and are referred to by number."""
    holding = made("ofac-xml").entities[0]

    assert holding.properties == {
        "name": ("MADE-UP HOLDING JSC",),
        "alias": ("ВЫДУМАННЫЙ ХОЛДИНГ",),
        "previousName": ("OLDER MADE-UP HOLDING",),
        "weakAlias": ("MUH",),
        "country": ("is",),
        "website": ("www.made-up-holding.example",),
        "swiftBic": ("MADEISRE",),
        "registrationNumber": ("77012345",),
        "jurisdiction": ("is",),
        "program": ("ALPHA", "BETA"),
        "startDate": ("2024-03-05",),
        "notes": ("Secondary sanctions risk: made-up; with a semicolon", "Invented for tests.", "Measure: Block"),
    }


def test_a_person_s_name_takes_the_form_of_the_csv() -> None:
    """Parts come in any order; their kinds say which are surnames."""
    person = made("ofac-xml").entities[1]

    assert person.caption == "TESTSON INVENTADA, Exampla Made Up"
    assert person.values("name", "alias") == (person.caption, "例示例", "EXA")
    assert person.values("birthDate") == ("1970-03-12", "1972", "1971-04")
    assert person.values("birthPlace", "nationality", "gender", "position") == (
        *("Reykjavik, Iceland", "nz", "male", "Director"),
    )
    assert person.values("notes") == ("Not valid: Passport X0000001 (New Zealand)",)


def test_relations_run_from_the_holder_and_nonsense_is_marked() -> None:
    """`Owned or Controlled By` names the holder last; a person that is owned is kept as published, but doubtful."""
    holding, person, vessel, aircraft = (entity.id for entity in made("ofac-xml").entities)

    owned = ListRelation(subject=person, object=holding, kind="ownership_or_control", text="Owned or Controlled By")
    assert made("ofac-xml").relations == (
        owned,
        ListRelation(subject=holding, object=person, kind=owned.kind, text=owned.text, doubtful=True),
        ListRelation(subject=person, object=holding, kind="acts_for", text="Acting for or on behalf of: as made up"),
        ListRelation(subject=person, object="ofac-sdn-299", kind="link", text="Made-up tie to"),
        ListRelation(subject=holding, object=vessel, kind=owned.kind, text="Owns, controls, or operates"),
        ListRelation(subject_name="Made-Up Shipowner Ltd", object=vessel, kind="ownership", text="Vessel Owner"),
        ListRelation(subject_name="Made-Up Air", object=aircraft, kind="link", text="Aircraft Operator"),
    )


def test_what_belongs_to_no_party_is_counted() -> None:
    """Nothing is lost without a number that says so."""
    assert made("ofac-xml").left_out == {
        "alias type M.U.A., kept as alias": 1,
        "document of no party": 1,
        "feature without a value (Website)": 1,
        "former relation": 1,
        "measure of no party": 1,
        "relation of no entry": 1,
        "relation type Made-up tie to, kept as link": 1,
    }


@pytest.mark.parametrize(
    ("key", "name", "id_"),
    [
        ("ofac-cons", "sdn_advanced.xml", "ofac-cons-201"),
        ("ofac-sdn", "cons_advanced.xml", "ofac-sdn-201"),
        ("other-key", "CONS_ADVANCED.xml", "ofac-cons-201"),
        ("other-key", "sdn_advanced.xml", "ofac-sdn-201"),
    ],
)
def test_ids_follow_the_key_then_the_file_s_name(tmp_path: Path, data: bytes, key: str, name: str, id_: str) -> None:
    """Both lists have the same form; the operator's key says which it is."""
    read = read_list(written(tmp_path / "list", {name: data}), key)

    assert read.entities[0].id == id_


@pytest.mark.parametrize("namespace", [b"", b' xmlns="http://tempuri.org/sdnAdvanced.xsd"'])
def test_any_namespace_or_none_is_the_same_list(tmp_path: Path, data: bytes, namespace: bytes) -> None:
    """Namespaces differ by the address that the file is fetched from."""
    other = data.replace(b' xmlns="https://made-up.example/ADVANCED_XML"', namespace)

    read = read_list(written(tmp_path / "list", {NAME: other}), "ofac-xml")

    assert read.entities == made("ofac-xml").entities


def test_a_prefixed_namespace_is_the_same_list(tmp_path: Path, data: bytes) -> None:
    """`<a:Sanctions>` is `<Sanctions>`."""
    prefixed = data.replace(b" xmlns=", b" xmlns:a=").replace(b"</", b"</a:").replace(b"<", b"<a:")
    prefixed = prefixed.replace(b"<a:/a:", b"</a:").replace(b"<a:?", b"<?")

    read = read_list(written(tmp_path / "list", {NAME: prefixed}), "ofac-xml")

    assert read.entities == made("ofac-xml").entities
    assert read.published_on == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b'Profile ID="203"', b'Profile ID="x"', "Profile ID `x`"),
        (b'Profile ID="203"', b'Profile ID="202"', "duplicate id `202`"),
        (b'PartySubTypeID="1"', b'PartySubTypeID="9"', "unknown PartySubType `9`"),
        (b'">Transport<', b'"></PartyType><PartyType ID="2">Ghost<', "unknown type `Ghost`"),
        (b'AliasTypeID="1401"', b'AliasTypeID="9"', "unknown AliasType `9`"),
        (b'FeatureTypeID="13"', b'FeatureTypeID="9999"', "unknown FeatureType `9999`"),
        (b'LocationID="26"', b'LocationID="9"', "LocationID `9`"),
        (b"INVENTED STAR", b" ", "no name"),
        (b"<Year>2026<", b"<Year>soon<", "DateOfIssue ``"),
        (b"</Sanctions>", b"", "not well-formed XML"),
        (
            b"<Sanctions ",
            b'<Sanctions DeltaBaseVersion="7" ',
            "changes alone, since version `7`; expected the whole",
        ),
    ],
)
def test_a_file_that_half_parses_is_refused_whole(
    tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str
) -> None:
    """The line names what is wrong, where, and what was expected."""
    assert old in data

    said = refusal(tmp_path / "broken", "ofac-xml", {NAME: data.replace(old, new, 1)})

    assert said.startswith(NAME)
    assert line in said


def test_without_a_date_of_issue_the_list_is_undated(tmp_path: Path, data: bytes) -> None:
    """The operator's date holds then."""
    undated = data.replace(b"DateOfIssue", b"DateOfNothing")

    assert read_list(written(tmp_path / "list", {NAME: undated}), "ofac-xml").published_on is None


def test_a_reference_that_the_file_does_not_explain_costs_only_its_word(tmp_path: Path, data: bytes) -> None:
    """Countries, places and types of relations may be unknown; the entry is not lost for it."""
    bare = data.replace(b'<RelationType ID="15002">Acting for or on behalf of</RelationType>', b"")
    bare = bare.replace(b'AreaCodeID="11001"', b'AreaCodeID="1"').replace(b'ISO2="FJ"', b"")
    bare = bare.replace(b'RelationTypeID="99999"', b'RelationTypeID="88888"')

    read = read_list(written(tmp_path / "list", {NAME: bare}), "ofac-xml")

    assert [entity.values("country") for entity in read.entities] == [(), (), (), ()]
    assert "Acting for or on behalf of: as made up" in [each.text for each in read.relations]
    assert read.left_out["relation type 88888, kept as link"] == 1


def test_a_billion_laughs_are_refused(tmp_path: Path, data: bytes) -> None:
    """Entities that grow without bound are declared in a document type, and none is allowed."""
    doctype = b'<!DOCTYPE Sanctions [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Sanctions '

    said = refusal(tmp_path / "laughs", "ofac-xml", {NAME: data.replace(b"<Sanctions ", doctype, 1)})

    assert "a document type declaration `Sanctions`" in said


def test_elements_in_elements_without_end_are_refused(tmp_path: Path) -> None:
    """A file of nothing but opening tags must not fill the memory."""
    with pytest.raises(ListUnreadable, match="at most 100 deep"):
        read_list(written(tmp_path / "deep", {NAME: b"<Sanctions>" + b"<Location>" * 200}), "ofac-xml")
