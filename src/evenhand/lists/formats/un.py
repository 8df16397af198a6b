"""The UN Security Council's consolidated list, XML.

Source: `lists.md` §1.3, from the file of 2026-02-27.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from evenhand.lists.formats.dates import partial_date, years
from evenhand.lists.formats.entry import Entry, Files, Format, Properties
from evenhand.lists.formats.xml_elements import Element, elements, root_attributes
from evenhand.model.errors import ListUnreadable

_SCHEMATA = {"INDIVIDUAL": "Person", "ENTITY": "Organization"}
_ALIASES = {"Good": "alias", "a.k.a.": "alias", "Low": "weakAlias", "f.k.a.": "previousName"}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_BETWEEN_NAMES = re.compile(r";(?![^()]*\))")  # a `;` that no bracket closes behind: several names in one cell
_ROOT = "CONSOLIDATED_LIST"


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield individuals and entities in the file's order."""
    ((name, data),) = files.items()
    for element in elements(name, data, root=_ROOT, wanted=_SCHEMATA):
        number = element.text("DATAID")
        if not number.isdecimal():
            raise ListUnreadable("DATAID", where=name, line=element.line, got=number, expected="a number")
        properties = _properties(name, element, left_out)
        caption = _name(element)
        if not caption:
            raise ListUnreadable("FIRST_NAME is empty", where=name, line=element.line, expected="a name")
        schema = _SCHEMATA[element.tag]
        yield Entry(name, element.line, properties.entity(f"un-sc-{number}", schema, caption, key))


def _members(files: Files) -> Files:
    return {name: data for name, data in files.items() if f"<{_ROOT}".encode() in data[:2000]}


def _published_on(files: Files) -> date:
    ((name, data),) = files.items()
    text = root_attributes(name, data, root=_ROOT).get("dateGenerated", "")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ListUnreadable("dateGenerated", where=name, got=text, expected="YYYY-MM-DD…") from None


def _name(element: Element) -> str:
    """Return the parts of the name as published: only here `na` is no null, it can be a name."""
    return " ".join(part.published for tag in _NAME_PARTS for part in element.all(tag) if part.published)


def _properties(file: str, element: Element, left_out: Counter[str]) -> Properties:
    properties = Properties(left_out)
    properties.add("name", _name(element))
    properties.add("alias", element.text("NAME_ORIGINAL_SCRIPT"))
    for alias in element.all(f"{element.tag}_ALIAS"):
        _add_alias(file, alias, properties)
    for birth in element.all("INDIVIDUAL_DATE_OF_BIRTH"):
        properties.add("birthDate", *_birth_dates(birth))
    for place in element.all("INDIVIDUAL_PLACE_OF_BIRTH"):
        parts = (place.text(part) for part in ("CITY", "STATE_PROVINCE", "COUNTRY"))
        properties.add("birthPlace", ", ".join(filter(None, parts)))
    for nationality in element.values("NATIONALITY"):
        properties.add_country("nationality", nationality)
    for address in element.all(f"{element.tag}_ADDRESS"):
        properties.add_country("country", address.text("COUNTRY"))
    properties.add("gender", element.text("GENDER").lower())
    properties.add("position", *element.values("DESIGNATION"))
    properties.add("program", element.text("UN_LIST_TYPE"))
    properties.add("referenceNumber", element.text("REFERENCE_NUMBER"))
    properties.add("startDate", partial_date(element.text("LISTED_ON")[: len("2026-02-27")]))
    properties.add("notes", element.text("COMMENTS1"))
    return properties


def _add_alias(file: str, alias: Element, properties: Properties) -> None:
    quality, text = alias.text("QUALITY"), alias.text("ALIAS_NAME")
    if not text:
        return
    if quality not in _ALIASES:
        raise ListUnreadable("unknown QUALITY", where=file, line=alias.line, got=quality, expected=", ".join(_ALIASES))
    properties.add(_ALIASES[quality], *_BETWEEN_NAMES.split(text))


def _birth_dates(birth: Element) -> tuple[str, ...]:
    span = years(birth.text("FROM_YEAR"), birth.text("TO_YEAR"))
    return span or (partial_date(birth.text("DATE")), partial_date(birth.text("YEAR")))


UN_XML = Format("un-xml", 2, 1, "un", _members, entries, _published_on)
