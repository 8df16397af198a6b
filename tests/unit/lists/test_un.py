"""The UN list: what is read, and which XML is refused."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.lists import read_list
from tests.unit.lists.made import made, refusal


@pytest.fixture
def data() -> bytes:
    return made("un-sc").files["consolidated.xml"]


def test_individuals_and_entities_are_read_with_their_date() -> None:
    """The publisher's own date is the list's date, never the clock's."""
    read = made("un-sc")
    person, company = read.entities

    assert read.published_on == date(2026, 1, 2)
    assert (person.id, person.schema, person.caption) == ("un-sc-1001", "Person", "EXAMPLA MADE UP")
    assert person.values("alias") == ("Примера Выдумка", "Exampla Made-Up", "E. Made-Up (Exa; Ex)")
    assert person.values("weakAlias") == ("Exa",)
    assert person.values("birthDate") == ("1970-03-12", "1972", "1973", "1974")
    assert person.values("nationality", "country") == ("is", "nz")
    assert person.values("startDate") == ("2020-02-03",)
    assert (company.schema, company.values("previousName")) == ("Organization", ("Older Made-Up Trading",))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"Low<", b"Middling<", "consolidated.xml:20: unknown QUALITY `Middling`"),
        (b"1002<", b"<", "consolidated.xml:29: DATAID"),
        (b"1002<", b"1001<", "consolidated.xml:29: duplicate id `un-sc-1001`"),
        (b"MADE-UP TRADING NA", b"", "consolidated.xml:29: FIRST_NAME is empty"),
        (b"</CONSOLIDATED_LIST>", b"", "consolidated.xml:40: not well-formed XML"),
        (b"2026-01-02T", b"yesterday ", "consolidated.xml: dateGenerated `yesterday"),
        (b"<CONSOLIDATED_LIST", b"<WRAP><CONSOLIDATED_LIST", "consolidated.xml:2: root `WRAP`"),
        (b"EXAMPLA", b"EX\xe4MPLA", "consolidated.xml:7: not well-formed XML"),
    ],
)
def test_xml_that_half_parses_is_refused_whole(tmp_path: Path, data: bytes, old: bytes, new: bytes, line: str) -> None:
    """A list cut in the middle reads well up to the cut."""
    broken = {"consolidated.xml": data.replace(old, new, 1)}

    assert old in data
    assert refusal(tmp_path / "broken", "un-sc", broken).startswith(line)


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://made-up.example/x.dtd">',
    ],
)
def test_a_document_type_declaration_is_refused(tmp_path: Path, data: bytes, doctype: bytes) -> None:
    """It alone can declare entities, which grow without bound or name other files."""
    broken = {"consolidated.xml": data.replace(b"<CONSOLIDATED_LIST", doctype + b"<CONSOLIDATED_LIST", 1)}

    assert "a document type declaration `x`" in refusal(tmp_path / "broken", "un-sc", broken)


def test_an_entity_that_nobody_declared_is_refused(tmp_path: Path, data: bytes) -> None:
    """An unknown entity is text that we would lose."""
    broken = {"consolidated.xml": data.replace(b"EXAMPLA", b"&lost;", 1)}

    assert "not well-formed XML" in refusal(tmp_path / "broken", "un-sc", broken)


def test_records_across_the_parser_s_chunks_are_whole(tmp_path: Path, data: bytes) -> None:
    """The file is fed 64 kB at a time; a long comment moves the cut into a record."""
    path = tmp_path / "consolidated.xml"
    for more in (1 << 16, (1 << 16) - len(data) - 7):
        path.write_bytes(data.replace(b"Invented for tests.", b"long " * (more // 5) + b"x" * (more % 5)))

        assert [entity.id for entity in read_list(path, "un-sc").entities] == ["un-sc-1001", "un-sc-1002"]
