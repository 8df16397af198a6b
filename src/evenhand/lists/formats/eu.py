"""The EU's consolidated list of financial sanctions, XML 1.1.

Source: `lists.md` §1.4; names, dates and numbers are attributes, ``""`` and the country `00` are null.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from evenhand.lists.formats.contacts import add_contacts
from evenhand.lists.formats.countries import country_code
from evenhand.lists.formats.dates import partial_date, years
from evenhand.lists.formats.entry import Entry, Files, Format, Properties
from evenhand.lists.formats.xml_elements import Element, elements, root_attributes
from evenhand.model.errors import ListUnreadable

_ROOT = "export"
_NAMESPACE = b"eu.europa.ec/fpi/fsd/export"
_BEGINS = re.compile(rb"<(?:[\w.-]+:)?export[\s>]")
_SCHEMATA = {"person": "Person", "P": "Person", "enterprise": "Organization", "E": "Organization"}
_GENDERS = {"M": "male", "F": "female"}
_NUMBERS = {
    "swiftbic": "swiftBic",
    "imo": "imoNumber",
    "regnumber": "registrationNumber",
    "fiscalcode": "taxNumber",
    "taxid": "taxNumber",
    "euvat": "vatCode",
}
_WITH_JURISDICTION = ("registrationNumber", "taxNumber", "vatCode")
_CONTACTS = {"WEB": "website", "EMAIL": "email"}
_NO_COUNTRY = ("", "00", "UNKNOWN")
_NO_TRANSLATION = ("", "EN")
_WEAK = re.compile(r"\blow? quality", re.IGNORECASE)


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield persons and enterprises in the file's order."""
    ((name, data),) = files.items()
    for element in elements(name, data, root=_ROOT, wanted=("sanctionEntity",)):
        number = element.get("logicalId")
        if not (number.isascii() and number.isdecimal()):
            raise ListUnreadable("logicalId", where=name, line=element.line, got=number, expected="a number")
        properties = Properties(left_out)
        schema = _schema(name, element)
        _add_names(element, schema, properties)
        caption = next(iter(properties.values("name", "weakAlias")), "")
        if not caption:
            raise ListUnreadable("no nameAlias", where=name, line=element.line, expected="at least one name")
        _add_entry(element, properties)
        for child in element.children:
            if child.tag in _READERS:
                _READERS[child.tag](child, properties, left_out)
            elif child.tag not in _READ_ELSEWHERE:
                left_out[f"element {child.tag}"] += 1
        yield Entry(name, element.line, properties.entity(f"eu-fsf-{number}", schema, caption, key))


def _members(files: Files) -> Files:
    return {name: data for name, data in files.items() if _is_export(data[:2000])}


def _is_export(head: bytes) -> bool:
    return bool(_BEGINS.search(head)) and (_NAMESPACE in head or b"sanctionEntity" in head)


def _published_on(files: Files) -> date:
    ((name, data),) = files.items()
    text = root_attributes(name, data, root=_ROOT).get("generationDate", "")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ListUnreadable("generationDate", where=name, got=text, expected="YYYY-MM-DD…") from None


def _schema(file: str, element: Element) -> str:
    codes = [type_.get(code) for type_ in element.all("subjectType") for code in ("code", "classificationCode")]
    for code in codes:
        if code in _SCHEMATA:
            return _SCHEMATA[code]
    got = ", ".join(filter(None, codes))
    raise ListUnreadable("unknown subjectType", where=file, line=element.line, got=got, expected=", ".join(_SCHEMATA))


def _add_names(element: Element, schema: str, properties: Properties) -> None:
    """Add the names: one strong name is the name, others are aliases; languages of regulations repeat them.

    The name is the first in no stated language or in English: another that comes first is a translation of it.
    """
    strong = []
    for alias in element.all("nameAlias"):
        parts = [alias.get(part) for part in ("firstName", "middleName", "lastName")]
        name = alias.get("wholeName") or " ".join(filter(None, parts))
        remarks = [remark.content for remark in alias.all("remark")]
        if alias.get("strong") == "false" or any(_WEAK.search(remark) for remark in remarks):
            properties.add("weakAlias", name)
        elif name:
            strong.append((alias.get("nameLanguage") not in _NO_TRANSLATION, name))
        properties.add("gender", _GENDERS.get(alias.get("gender"), alias.get("gender").lower()))
        properties.add("title", alias.get("title"))
        properties.add("position" if schema == "Person" else "notes", alias.get("function"))
        properties.add("notes", *remarks)
    first = min(strong, key=lambda each: each[0], default=(False, ""))[1]
    properties.add("name", first)
    properties.add("alias", *(name for _, name in strong if name != first))


def _add_entry(element: Element, properties: Properties) -> None:
    properties.add("referenceNumber", element.get("euReferenceNumber"), element.get("unitedNationId"))
    properties.add("startDate", partial_date(element.get("designationDate")))
    properties.add("notes", element.get("designationDetails"))


def _add_regulation(regulation: Element, properties: Properties, _: Counter[str]) -> None:
    properties.add("program", regulation.get("programme"))


def _add_remark(remark: Element, properties: Properties, _: Counter[str]) -> None:
    properties.add("notes", remark.published)


def _add_birth(birth: Element, properties: Properties, left_out: Counter[str]) -> None:
    place = [birth.get(part) for part in ("city", "place", "region")]
    country = birth.get("countryDescription")
    properties.add("birthPlace", ", ".join(filter(None, [*place, "" if country in _NO_COUNTRY else country])))
    if birth.get("calendarType") not in ("", "GREGORIAN"):
        left_out["birth date of another calendar"] += 1
        return
    dates = _birth_dates(birth)
    properties.add("birthDate", *dates)
    is_said = any(birth.get(attribute) for attribute in ("birthdate", "year", "yearRangeFrom", "yearRangeTo"))
    left_out["birth date without a form"] += is_said and not any(dates)


def _birth_dates(birth: Element) -> tuple[str, ...]:
    whole = partial_date(birth.get("birthdate"))
    year, month, day = (birth.get(part) for part in ("year", "monthOfYear", "dayOfMonth"))
    parts = [year, *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
    one = whole or partial_date("-".join(parts)) or partial_date(year)
    return (one,) if one else years(birth.get("yearRangeFrom"), birth.get("yearRangeTo"))


def _add_citizenship(citizenship: Element, properties: Properties, _: Counter[str]) -> None:
    properties.add_country("nationality", _country(citizenship))


def _add_address(address: Element, properties: Properties, left_out: Counter[str]) -> None:
    properties.add_country("country", _country(address))
    properties.add("notes", *(remark.content for remark in address.all("remark")))
    for contact in address.all("contactInfo"):
        kind, value = contact.get("key").upper(), contact.get("value")
        if kind in _CONTACTS:
            add_contacts(_CONTACTS[kind], value, properties)
        else:
            left_out[f"contact {kind}"] += 1


def _add_identification(found: Element, properties: Properties, left_out: Counter[str]) -> None:
    """Add the number of a register, or keep the document in `notes`; one known to be false is no number of theirs."""
    if found.get("knownFalse") == "true":
        left_out["identification known to be false"] += 1
        return
    country = _country(found)
    property_ = _NUMBERS.get(found.get("identificationTypeCode"), "")
    for number in (found.get("number"), found.get("latinNumber")):
        if property_:
            properties.add(property_, number)
        elif number:
            label = found.get("identificationTypeDescription") or found.get("identificationTypeCode")
            properties.add("notes", f"{label} {number}" + (f" ({country})" if country else ""))
    if property_ in _WITH_JURISDICTION:
        properties.add_country("jurisdiction", country)


def _country(element: Element) -> str:
    """Return the code where it is one, else the country's name, else the text as it is; ``""`` for unknown."""
    values = map(element.get, ("countryIso2Code", "countryDescription"))
    countries = [country for country in values if country not in _NO_COUNTRY]
    return next((country for country in countries if country_code(country)), next(iter(countries), ""))


_READERS: dict[str, Callable[[Element, Properties, Counter[str]], None]] = {
    "regulation": _add_regulation,
    "remark": _add_remark,
    "birthdate": _add_birth,
    "citizenship": _add_citizenship,
    "address": _add_address,
    "identification": _add_identification,
}
_READ_ELSEWHERE = ("nameAlias", "subjectType", "regulationSummary")

EU_XML = Format("eu-xml", 2, 1, "eu", _members, entries, _published_on)
