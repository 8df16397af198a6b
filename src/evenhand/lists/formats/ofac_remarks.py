"""What OFAC writes into its remarks, `; ` between the parts: birth, websites, numbers, weak aliases.

Source: `lists.md` §1.1; the labels are those of the SDN lists of 2019 and 2021, of the consolidated of 2025 and of
the document types of the advanced XML (2022).
"""

import re
from collections.abc import Callable

from evenhand.lists.formats.contacts import whole_address
from evenhand.lists.formats.dates import english_date, years
from evenhand.lists.formats.entry import Properties

_NUMBERS = {
    "registrationNumber": (
        r"(?:UK )?Company Number|(?:Business |Public )?Registration (?:ID|Number)|Government ?Gazette Number|"
        r"Commercial Registry Number|C\.R\. No\.|Matricula Mercantil No\.?|Folio Mercantil No\.|Trade License No\.|"
        r"Unified Social Credit Code \(USCC\)|Chamber of Commerce Number|Registered Charity No\.|Enterprise Number|RTN|"
        r"United Social Credit Code Certificate \(USCCC\)|Business Registration Document #|Business Number|File Number|"
        r"Certificate of Incorporation Number|Dubai Chamber of Commerce Membership No\.|Romanian C\.R\.|"
        r"Istanbul Chamber of Comm\. No\.|Registration Certificate Number \(Dubai\)|Central Registration System Number|"
        r"Economic Register Number \(CBLS\)|Organization Code|Entity Code|Legal Entity Number|"
        # Companies of Iran have 11 digits, persons 10.
        r"National ID No\.(?= 1\d{10} \(Iran\))"
    ),
    "taxNumber": (
        r"Tax ID No\.|NIT #|RUC #|RIF #|R\.F\.C\.|RFC|C\.U\.I\.T\.|US FEIN|C\.I\.F\.|N\.I\.F\.|"
        r"(?:Italian )?Fiscal Code|Romanian Tax Registration|Paraguayan tax identification number|RSIN|"
        r"Numero Unico de Identificacao Tributaria \(NUIT\)"
    ),
    "vatCode": r"V\.A\.T\. Number",
    "leiCode": r"Legal Entity Number(?= [0-9A-Z]{18}[0-9]{2}\b)",
    "dunsCode": r"D-U-N-S Number",
    "swiftBic": r"SWIFT/BIC",
    "publicKey": r"Digital Currency Address - \w+",
    "imoNumber": r"(?:Vessel Registration Identification|Identification Number|Company Number) IMO|IMO",
}
_WITH_JURISDICTION = ("registrationNumber", "taxNumber", "vatCode")
_LABELS = "|".join(f"(?P<{name}>{labels})" for name, labels in reversed(_NUMBERS.items()))
_NUMBER = re.compile(
    rf"(?:{_LABELS}) (?P<value>[^(]*[^( ])(?: ?\((?P<place>[^)]*)\))?(?: ?\((?P<country>[^)]*)\))?"
    r"(?: (?:issued|expires) .*)?",
    re.DOTALL,
)
_NAME_IN_QUOTES = re.compile(r"[afn]\.k\.a\. '(?P<name>.+?)'(?P<rest>.*)", re.DOTALL)
_LABELLED = re.compile(
    r"(?P<label>DOB|POB|nationality|citizen|Gender|Linked To|Email(?: Address)?):? *(?P<value>.+)",
    re.DOTALL,
)
_TAIL_NUMBER = re.compile(r"Aircraft Tail Number (?P<mark>[A-Z0-9]+-?[A-Z0-9]+)")
_WEBSITE = re.compile(r"(?:Website:? +|(?=https?://|www\.))(?P<url>\S+?)\.?(?P<rest> .*)?", re.DOTALL)


def add_remarks(remarks: str, properties: Properties) -> None:
    """Add what the remarks say to the properties; parts without a known label are kept in `notes`."""
    for part in remarks.split("; "):
        add_remark(part, properties)


def add_remark(part: str, properties: Properties) -> None:
    """Add one part of remarks, in which `; ` divides nothing."""
    text = part.strip(" ;").removesuffix(".").removeprefix("alt. ").strip()
    if not any(add(text, properties) for add in _READERS):
        properties.add("notes", text)


def _add_name(text: str, properties: Properties) -> bool:
    """Add a name in quotes, which ends at the next quote; what follows is kept with it in `notes`."""
    found = _NAME_IN_QUOTES.fullmatch(text)
    if found:
        properties.add("weakAlias", found["name"])
        properties.add("notes", text if found["rest"] else "")
    return bool(found)


def _add_tail_number(text: str, properties: Properties) -> bool:
    """Add the mark of an aircraft, which is compared as a name: OFAC itself names most aircraft by theirs."""
    found = _TAIL_NUMBER.fullmatch(text)
    if found:
        properties.add("tailNumber", found["mark"])
    return bool(found)


def _add_website(text: str, properties: Properties) -> bool:
    found = _WEBSITE.fullmatch(text)
    if found:
        properties.add("website", whole_address(found["url"]))
        properties.add("notes", text if found["rest"] else "")
    return bool(found)


def _add_labelled(text: str, properties: Properties) -> bool:
    found = _LABELLED.fullmatch(text)
    if not found:
        return False
    value = found["value"]
    match found["label"]:
        case "DOB":
            return _add_birth_date(value, properties)
        case "nationality" | "citizen":
            properties.add_country("nationality", value)
        case "Gender":
            properties.add("gender", value.lower())
        case "POB":
            properties.add("birthPlace", value)
        case "Linked To":
            properties.add("linkedTo", value)
        case _:
            properties.add("email", value)
    return True


def _add_birth_date(text: str, properties: Properties) -> bool:
    first, separator, last = text.removeprefix("circa ").partition(" to ")
    if separator:
        dates = years(english_date(first)[:4], english_date(last)[:4])
    else:
        dates = tuple(filter(None, [english_date(first)])) or years(*(first.split("-") * 2)[:2])
    properties.add("birthDate", *dates)
    return bool(dates)


def _add_number(text: str, properties: Properties) -> bool:
    found = _NUMBER.fullmatch(text)
    if not found:
        return False
    name = next(group for group in _NUMBERS if found[group])
    if name != "swiftBic" and not any(character.isdecimal() for character in found["value"]):
        return False
    properties.add(name, found["value"])
    if name in _WITH_JURISDICTION:
        properties.add_country("jurisdiction", found["country"] or found["place"] or "")
    return True


_READERS: tuple[Callable[[str, Properties], bool], ...] = (
    _add_name,
    _add_website,
    _add_tail_number,
    _add_labelled,
    _add_number,
)
