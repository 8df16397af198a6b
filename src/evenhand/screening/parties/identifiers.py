"""Numbers that registers give: one written form for each, and check digits that tell them from typing errors."""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from evenhand.model.check_digits import is_valid
from evenhand.model.listing import TERRITORY, ListedEntity
from evenhand.model.party import Identifier, Payer
from evenhand.screening.parties.listed_numbers import COMPARED_NUMBERS, LISTED_KINDS, WORLDWIDE

_PREFIX = re.compile(
    r"^[.:# ]*(?:(?:no|nr|reg|id|rif|nit|ruc|rfc|cr|imo|vat|tax|tin|inn|ogrn|lei|registration|number)\b"
    r"|(?:imo|inn|ogrn|rif|nit|ruc)(?=\d))[.:# ]*",
    re.IGNORECASE,
)
# The number of a German company as it is written: behind a court or a word for the register, with or without a word for
# "number", before the letter of a district. Source: Handelsregisterverordnung, parts A and B of the register.
_HANDELSREGISTER = re.compile(
    r"\bHR[ -]?([AB])\b[\s.:#-]*(?:(?:NR|NO|NUMMER)\b[\s.:#-]*)?([0-9][0-9 .]*)(?:[A-Z]{1,2})?\s*$", re.IGNORECASE
)
_OF_A_COURT = re.compile("HR[AB][0-9]+")
# Its court: every court counts its companies from 1, so that the number alone is that of many.
_COURT = re.compile(
    r"\b(?:(?:AMTSGERICHTS?|REGISTERGERICHTS?|AG|HANDELSREGISTERS?|HR|DES|BEIM?)\b[\s.,:(]*)+"
    r"([^\W\d_][^\d,;:()]*?)(?:\s+UNTER)?[\s,;:.()-]*$",
    re.IGNORECASE,
)
_COURT_BEHIND = re.compile(r"\(\s*(?:(?:AMTSGERICHT|AG)\s+)?([^\W\d_][^\d,;:()]*?)\s*\)\s*$", re.IGNORECASE)
_UMLAUTS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE"})
_TAIL = re.compile(r"\s*\((?:[^\W\d_]|[ .])+\)\s*$")
_CUT_BY_A_SPREADSHEET = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)
_ANY_CASE = re.compile("0x|bc1|ltc1", re.IGNORECASE)  # addresses of these kinds are one in capitals and without
_NOISE = re.compile(r"[^0-9A-Z]")
_NO_DIGIT = re.compile(r"[^0-9]")
_KINDS = {
    "ogrn": "registration", "company-number": "registration", "hrb": "registration", "crn": "registration",
    "inn": "tax", "nit": "tax", "ruc": "tax", "rfc": "tax", "rif": "tax", "tin": "tax", "tax-id": "tax",
    "okpo": "registration", "edrpou": "registration", "usci": "registration", "uscc": "registration",
    "voen": "tax", "ein": "tax", "bic": "swift", "national-id": "id",
    **{name.lower(): each.kinds[0] for name, each in COMPARED_NUMBERS.items()},
}  # fmt: skip
_SHORTEST = 5
_SHORTEST_UNKNOWN = 7
_TELLING, _TELLING_DIGITS = 6, 8

ANY_REGISTER = "*"
"""The jurisdiction under which every telling listed number stands once more, and ours of which no register is told."""
NO_REGISTER = "?"
"""The jurisdiction of telling listed numbers of which none is told, and under which ours stand that have one."""


ANY_COURT = "+"
"""What stands behind a jurisdiction in which each court counts for itself, so that an equal number may be another's."""


class Number(NamedTuple):
    """A number as it is compared: kind of register, jurisdiction (lower case; ``""`` worldwide), digits and letters."""

    kind: str
    jurisdiction: str
    value: str

    @property
    def is_placed(self) -> bool:
        """Whether it is the number of a known register, so that an equal one is the same."""
        return self.jurisdiction not in (ANY_REGISTER, NO_REGISTER) and not self.is_of_some_court

    @property
    def is_of_some_court(self) -> bool:
        """Whether it is a number of one of several registers that count alike: an equal one is possibly the same."""
        return self.jurisdiction.endswith(ANY_COURT)


def numbers_of_party(party: Payer) -> Iterator[Number]:
    """Yield the numbers of a party that can support a match: readable, long enough, check digits right.

    Where no register is told, a number is of the party's country, and a telling one of any register too.
    """
    for identifier in party.identifiers:
        yield from _numbers_of(identifier, party.country)


def uncompared(party: Payer) -> Iterator[Identifier]:
    """Yield the numbers of a party that are compared with nothing."""
    return (each for each in party.identifiers if next(_numbers_of(each, party.country), None) is None)


def written_numbers(party: Payer) -> Iterator[tuple[str, str]]:
    """Yield the kind of each number of a party and its letters and digits, also where lists are not compared with it.

    Of VAT numbers only the digits: the country may stand before one or not.
    """
    for identifier in party.identifiers:
        kind, place = _kind_and_place(identifier)
        value = _value(kind, place, identifier.value)
        if kind == "vat":
            value = _NO_DIGIT.sub("", value).lstrip("0") or value
        if value:
            yield kind, value


def _numbers_of(identifier: Identifier, country: str) -> Iterator[Number]:
    kind, stated = _kind_and_place(identifier)
    loose = NO_REGISTER if stated else ANY_REGISTER
    yield from _numbers(kind, stated or country.lower(), identifier.value, identifier.scheme, (loose,))


def _kind_and_place(identifier: Identifier) -> tuple[str, str]:
    """Return the kind of register of a number, and its jurisdiction in lower case, ``""`` where none is stated."""
    place, _, name = identifier.scheme.rpartition("-") if identifier.scheme[2:3] == "-" else ("", "", identifier.scheme)
    return _KINDS.get(name.lower(), name.lower()), (identifier.jurisdiction or place).lower()


def numbers_of_entity(entity: ListedEntity) -> Iterator[tuple[Number, str]]:
    """Yield the numbers of a listed entity with the property each stands in, once for each of its jurisdictions.

    A telling one is yielded for any register too.
    """
    territories = entity.values(TERRITORY)
    stated = entity.values("jurisdiction") or entity.values("country")
    stated += tuple(code[:2] for code in territories)
    for field, listed in COMPARED_NUMBERS.items():
        if not (values := entity.properties.get(field)):
            continue
        kinds = listed.kinds_of_person if entity.schema == "Person" else listed.kinds
        places = (listed.place,) if listed.place else stated
        loose = (ANY_REGISTER,) if listed.place or (stated and not territories) else (ANY_REGISTER, NO_REGISTER)
        for kind, value, place in product(kinds, values, places or ("",)):
            for number in _numbers(kind, place, value, kind, loose):
                yield number, field


def _numbers(kind: str, jurisdiction: str, written: str, scheme: str, loose: tuple[str, ...]) -> Iterator[Number]:
    """Yield the number of one jurisdiction, and of those of no certain one (`loose`) if it is telling."""
    value = _value(kind, jurisdiction, written)
    shortest = _SHORTEST if kind in LISTED_KINDS else _SHORTEST_UNKNOWN
    if len(value) < shortest or (kind != "swift" and not any(c.isdigit() for c in value)):
        return
    if not is_valid(scheme, value):
        return
    if kind in WORLDWIDE:
        yield Number(kind, "", value)
        return
    if jurisdiction and kind == "registration" and _OF_A_COURT.fullmatch(value):
        yield Number(kind, f"{jurisdiction}{ANY_COURT}", value)
        if court := _court(written):
            yield Number(kind, jurisdiction, f"{value} {court}")
    elif jurisdiction:
        yield Number(kind, jurisdiction, value)
    if len(value) >= (_TELLING_DIGITS if value.isdecimal() else _TELLING):
        yield from (Number(kind, place, value) for place in loose)


def _value(kind: str, jurisdiction: str, written: str) -> str:
    """Return the digits and letters of a number as it is compared, ``""`` if a spreadsheet cut it."""
    if _CUT_BY_A_SPREADSHEET.search(written):
        return ""
    if kind == "wallet":
        address = written.strip()
        return address.lower() if _ANY_CASE.match(address) else address
    text = _TAIL.sub("", written.strip())
    if kind == "registration" and (german := _HANDELSREGISTER.search(text)):
        return f"HR{german[1].upper()}{_NO_DIGIT.sub('', german[2]).lstrip('0')}"
    while (bare := _PREFIX.sub("", text)) != text:
        text = bare
    value = _NOISE.sub("", text.upper())
    if kind == "vat":
        value = value.removeprefix(jurisdiction.upper())
    return value if kind == "lei" else value.lstrip("0")  # zeros are places of a LEI, elsewhere a habit


def _court(written: str) -> str:
    """Return the place of the court that is named before a German number, or in brackets behind it; ``""``: none."""
    number = _HANDELSREGISTER.search(_TAIL.sub("", written))
    found = (number and _COURT.search(written[: number.start()])) or _COURT_BEHIND.search(written)
    return _NOISE.sub("", found[1].upper().translate(_UMLAUTS)) if found else ""
