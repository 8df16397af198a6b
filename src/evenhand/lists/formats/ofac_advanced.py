"""OFAC's advanced XML: names in their own script, numbers, and who owns or acts for whom.

Source: `lists.md` §1.2. The file refers to its parts by number; parties are read in one pass and put together
with documents, programs and relations at its end.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from evenhand.lists.formats.entry import Entry, Files, Format, Properties
from evenhand.lists.formats.ofac_names import add_names
from evenhand.lists.formats.ofac_references import (
    Place,
    References,
    RelationType,
    date_of,
    period,
    relation,
    relation_type,
)
from evenhand.lists.formats.ofac_remarks import add_remark
from evenhand.lists.formats.xml_elements import Element, elements, first_element, root_attributes
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListRelation

_ROOT = "Sanctions"
_BEGINS = re.compile(rb"<(?:[\w.-]+:)?Sanctions[\s>]")
_SCHEMATA = {"Entity": "Organization", "Individual": "Person", "Vessel": "Vessel", "Aircraft": "Airplane"}
_COUNTRIES = {
    "Location": "country",
    "Nationality Country": "nationality",
    "Citizenship Country": "nationality",
    "Nationality": "nationality",
    "Citizenship": "nationality",
    "Registration Country": "jurisdiction",
    "Nationality of Registration": "jurisdiction",
}
_TEXTS = {"Birthdate": "birthDate", "Place of Birth": "birthPlace", "Title": "position"}
_OWNERS: tuple[RelationType, ...] = (
    RelationType("Vessel Owner", "ownership"),
    RelationType("Aircraft Operator", "link"),
)
_PROGRAM = "Program"


class _Party(NamedTuple):
    line: int
    id: str
    schema: str
    properties: Properties
    identities: tuple[str, ...]


class _Reading:
    """What has been read of a file, until its end puts it together."""

    def __init__(self, file: str, prefix: str, left_out: Counter[str]) -> None:
        self.file, self.prefix, self.left_out = file, prefix, left_out
        self.references = References(file, None)
        self.places: dict[str, Place] = {}
        self.documents: dict[str, list[str]] = defaultdict(list)
        self.parties: dict[str, _Party] = {}
        self.measures: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.relations: list[tuple[RelationType, str, str, str]] = []
        self.owners: list[ListRelation] = []


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry | ListRelation]:
    """Yield the parties in the file's order, then their relations."""
    ((name, data),) = files.items()
    _check_whole(name, data)
    reading = _Reading(name, _prefix(name, key), left_out)
    for element in elements(name, data, root=_ROOT, wanted=_READERS):
        _READERS[element.tag](reading, element)
    for party in reading.parties.values():
        yield _entry(reading, party, key)
    left_out["document of no party"] += sum(len(texts) for texts in reading.documents.values())
    left_out["measure of no party"] += sum(len(values) for values in reading.measures.values())
    schemata = {party.id: party.schema for party in reading.parties.values()}
    for type_, from_, to, text in reading.relations:
        yield relation(type_, from_, to, text, schemata)
    yield from reading.owners


def _check_whole(name: str, data: bytes) -> None:
    """Refuse a delta: it holds the changes since an earlier version alone."""
    base = root_attributes(name, data, root=_ROOT).get("DeltaBaseVersion", "")
    if base:
        raise ListUnreadable("changes alone, since version", where=name, got=base, expected="the whole list")


def _members(files: Files) -> Files:
    return {name: data for name, data in files.items() if _BEGINS.search(data[:2000])}


def _published_on(files: Files) -> date | None:
    ((name, data),) = files.items()
    issue = first_element(name, data, root=_ROOT, wanted="DateOfIssue")
    if issue is None:
        return None
    text = date_of(issue)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ListUnreadable(
            "DateOfIssue", where=name, line=issue.line, got=text, expected="Year, Month, Day"
        ) from None


def _prefix(name: str, key: str) -> str:
    """Return the beginning of ids, that of OFAC's CSV: by the list's key, or by the file's name."""
    is_consolidated = "cons" in name.lower() if key not in ("ofac-sdn", "ofac-cons") else key == "ofac-cons"
    return "ofac-cons" if is_consolidated else "ofac-sdn"


def _read_references(reading: _Reading, element: Element) -> None:
    reading.references = References(reading.file, element)


def _read_location(reading: _Reading, element: Element) -> None:
    reading.places[element.get("ID")] = reading.references.place(element)


def _read_document(reading: _Reading, element: Element) -> None:
    """Keep a document as OFAC's CSV writes it into the remarks: type, number, country in brackets."""
    references = reading.references
    type_ = references.known("IDRegDocType", element.get("IDRegDocTypeID"), element.line)
    country = references.country(element.get("IssuedBy-CountryID"))
    is_false = references.text("Validity", element.get("ValidityID")).casefold() in ("fraudulent", "invalid", "false")
    text = f"{type_} {element.text('IDRegistrationNo')}" + (f" ({country})" if country else "")
    reading.documents[element.get("IdentityID")].append(f"Not valid: {text}" if is_false else text)


def _read_party(reading: _Reading, element: Element) -> None:
    for profile in element.all("Profile"):
        number = profile.get("ID")
        if not (number.isascii() and number.isdecimal()):
            raise ListUnreadable("Profile ID", where=reading.file, line=profile.line, got=number, expected="a number")
        if number in reading.parties:
            raise ListUnreadable("duplicate id", where=reading.file, line=profile.line, got=number, expected="once")
        word = reading.references.schema(profile.get("PartySubTypeID"), profile.line)
        if word not in _SCHEMATA:
            expected = ", ".join(_SCHEMATA)
            raise ListUnreadable("unknown type", where=reading.file, line=profile.line, got=word, expected=expected)
        properties = Properties(reading.left_out)
        for identity in profile.all("Identity"):
            add_names(identity, reading.references, properties, reading.left_out)
        party = _Party(
            line=profile.line,
            id=f"{reading.prefix}-{number}",
            schema=_SCHEMATA[word],
            properties=properties,
            identities=tuple(identity.get("ID") for identity in profile.all("Identity")),
        )
        reading.parties[number] = party
        for feature in profile.all("Feature"):
            _add_feature(reading, party, feature)
        properties.add("notes", element.text("Comment"))


def _add_feature(reading: _Reading, party: _Party, feature: Element) -> None:
    label = reading.references.known("FeatureType", feature.get("FeatureTypeID"), feature.line)
    word, properties = label.rstrip(" :"), party.properties
    for version in feature.all("FeatureVersion"):
        places = [_place(reading, location) for location in version.all("VersionLocation")]
        details = [_detail(reading, detail) for detail in version.all("VersionDetail")]
        dates = [text for found in version.all("DatePeriod") for text in period(found)]
        if word in _COUNTRIES:
            for country in [place.country for place in places] or details:
                properties.add_country(_COUNTRIES[word], country)
            continue
        values = [value for value in [*dates, *details, *(place.text for place in places)] if value]
        reading.left_out[f"feature without a value ({word})"] += not values
        for value in values:
            if word in _TEXTS:
                properties.add(_TEXTS[word], value)
            else:
                add_remark(f"{label} {value}", properties)
        reading.owners += [
            ListRelation(subject_name=name, object=party.id, kind=type_.kind, text=word)
            for type_ in _OWNERS
            for name in details
            if type_.text == word and name
        ]


def _place(reading: _Reading, version: Element) -> Place:
    number = version.get("LocationID")
    if number not in reading.places:
        raise ListUnreadable(
            "LocationID", where=reading.file, line=version.line, got=number, expected="a Location before it"
        )
    return reading.places[number]


def _detail(reading: _Reading, detail: Element) -> str:
    return reading.references.text("DetailReference", detail.get("DetailReferenceID")) or detail.content


def _read_relationship(reading: _Reading, element: Element) -> None:
    number = element.get("RelationTypeID")
    word = reading.references.text("RelationType", number)
    type_ = relation_type(number, word)
    if element.get("Former") == "true":
        reading.left_out["former relation"] += 1
        return
    if type_ is None:
        reading.left_out[f"relation type {word or number}, kept as link"] += 1
        type_ = RelationType(word or number, "link")
    from_, to = (f"{reading.prefix}-{element.get(end)}" for end in ("From-ProfileID", "To-ProfileID"))
    comment = element.text("Comment")
    text = f"{word or type_.text}: {comment}" if comment else word or type_.text
    reading.relations.append((type_, from_, to, text))


def _read_sanctions(reading: _Reading, element: Element) -> None:
    measures = reading.measures[element.get("ProfileID")]
    measures += [("startDate", date_of(date_)) for date_ in element.below("EntryEvent", "Date")]
    for measure in element.all("SanctionsMeasure"):
        number, comment = measure.get("SanctionsTypeID"), measure.text("Comment")
        type_ = reading.references.text("SanctionsType", number, _PROGRAM if number in ("", "1") else "")
        if type_ == _PROGRAM:
            measures.append(("program", comment))
        else:
            measures.append(("notes", " ".join(filter(None, ["Measure:", type_ or number, comment]))))


def _entry(reading: _Reading, party: _Party, key: str) -> Entry:
    number = party.id.rpartition("-")[2]
    for identity in party.identities:
        for document in reading.documents.pop(identity, ()):
            add_remark(document, party.properties)
    for name, value in reading.measures.pop(number, ()):
        party.properties.add(name, value)
    caption = next(iter(party.properties.values("name", "alias", "previousName", "weakAlias")), "")
    if not caption:
        raise ListUnreadable("no name", where=reading.file, line=party.line, expected="at least one")
    return Entry(reading.file, party.line, party.properties.entity(party.id, party.schema, caption, key))


_READERS = {
    "ReferenceValueSets": _read_references,
    "Location": _read_location,
    "IDRegDocument": _read_document,
    "DistinctParty": _read_party,
    "ProfileRelationship": _read_relationship,
    "SanctionsEntry": _read_sanctions,
}

OFAC_XML = Format("ofac-xml", 4, 1, "ofac", _members, entries, _published_on)
