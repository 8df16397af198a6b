"""Numbers that registers give: one written form for each, and check digits that tell them from typing errors."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from evenhand.model.listing import ListedEntity
from evenhand.model.party import Payer

_PREFIX = re.compile(
    r"^[.:# ]*(?:(?:no|nr|reg|id|rif|nit|ruc|rfc|cr|imo|vat|tax|tin|inn|ogrn|lei|registration|number)\b"
    r"|(?:imo|inn|ogrn|rif|nit|ruc)(?=\d))[.:# ]*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*\([A-Za-z .]+\)\s*$")
_CUT_BY_A_SPREADSHEET = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)
_NOISE = re.compile(r"[^0-9A-Z]")
_KINDS = {
    "ogrn": "registration", "company-number": "registration", "hrb": "registration", "crn": "registration",
    "inn": "tax", "nit": "tax", "ruc": "tax", "rfc": "tax", "rif": "tax", "tin": "tax", "tax-id": "tax",
    "leicode": "lei", "vatcode": "vat", "dunscode": "duns", "bic": "swift", "registrationnumber": "registration",
    "taxnumber": "tax", "imonumber": "imo", "swiftbic": "swift", "inncode": "tax", "ogrncode": "registration",
}  # fmt: skip
_LISTED = {
    "registrationNumber": "registration", "taxNumber": "tax", "vatCode": "vat", "leiCode": "lei",
    "dunsCode": "duns", "swiftBic": "swift", "imoNumber": "imo",
}  # fmt: skip
LISTED_UNDER = frozenset(_LISTED)
"""The properties of a listed entity that hold numbers."""

_WORLDWIDE = frozenset({"lei", "duns", "swift", "imo"})
_SHORTEST = 5
_SHORTEST_UNKNOWN = 7


class Number(NamedTuple):
    """A number as it is compared: kind of register, jurisdiction (lower case; ``""`` worldwide), digits and letters."""

    kind: str
    jurisdiction: str
    value: str


def numbers_of_party(party: Payer) -> Iterator[Number]:
    """Yield the numbers of a party that can support a match: readable, long enough, check digits right."""
    for identifier in party.identifiers:
        place, _, name = (
            identifier.scheme.rpartition("-") if identifier.scheme[2:3] == "-" else ("", "", identifier.scheme)
        )
        jurisdiction = (identifier.jurisdiction or place or party.country).lower()
        yield from _numbers(_KINDS.get(name.lower(), name.lower()), jurisdiction, identifier.value, identifier.scheme)


def numbers_of_entity(entity: ListedEntity) -> Iterator[tuple[Number, str]]:
    """Yield the numbers of a listed entity with the property each stands in, once for each of its jurisdictions."""
    if not any(map(entity.properties.get, _LISTED)):
        return
    places = entity.values("jurisdiction") or entity.values("country")
    for field, kind in _LISTED.items():
        for value in entity.values(field):
            for place in places or ("",):
                for number in _numbers(kind, place, value, kind):
                    yield number, field


def _numbers(kind: str, jurisdiction: str, written: str, scheme: str) -> Iterator[Number]:
    if _CUT_BY_A_SPREADSHEET.search(written):
        return
    text = _TAIL.sub("", written.strip())
    while (bare := _PREFIX.sub("", text)) != text:
        text = bare
    value = _NOISE.sub("", text.upper())
    if kind == "vat":
        value = value.removeprefix(jurisdiction.upper())
    value = value.lstrip("0")
    where = "" if kind in _WORLDWIDE else jurisdiction
    known = kind in _LISTED.values()
    shortest = _SHORTEST if known else _SHORTEST_UNKNOWN
    if len(value) < shortest or (kind != "swift" and not any(c.isdigit() for c in value)):
        return
    if (where or kind in _WORLDWIDE) and is_valid(scheme, value):
        yield Number(kind, where, value)


def is_valid(scheme: str, value: str) -> bool:
    """Return whether a number's check digits hold; True for schemes that have none.

    Sources: ISO 17442 and ISO 7064 (LEI); Federal Tax Service of Russia (INN, OGRN); IMO resolution A.1117(30);
    ISO 9362 (BIC).

    >>> is_valid("lei", "549300XIVJCBIGMRUD48"), is_valid("imo", "9078191"), is_valid("imo", "9078192")
    (True, True, False)
    """
    check = _CHECKS.get(scheme.removeprefix("ru-") if scheme.startswith("ru-") else scheme)
    return check is None or check(value)


def _is_lei(value: str) -> bool:
    return (
        len(value) == 20
        and value.isalnum()
        and value.isascii()
        and int("".join(str(int(c, 36)) for c in value)) % 97 == 1
    )


def _is_inn(value: str) -> bool:
    if not value.isdecimal() or len(value) > 12:
        return False
    digits = [int(c) for c in value.rjust(10 if len(value) <= 10 else 12, "0")]
    if len(digits) == 10:
        return _weighed(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[9]
    return (
        _weighed(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[10]
        and _weighed(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[11]
    )


def _weighed(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(d * w for d, w in zip(digits, weights, strict=False)) % 11 % 10


def _is_ogrn(value: str) -> bool:
    if not value.isdecimal() or len(value) not in {13, 15}:
        return False
    return int(value[:-1]) % (len(value) - 2) % 10 == int(value[-1])


def _is_imo(value: str) -> bool:
    return (
        value.isdecimal()
        and len(value) == 7
        and sum(int(c) * w for c, w in zip(value, range(7, 1, -1), strict=False)) % 10 == int(value[6])
    )


def _is_bic(value: str) -> bool:
    return len(value) in {8, 11} and value[:6].isalpha() and value.isalnum()


_CHECKS = {"lei": _is_lei, "inn": _is_inn, "ogrn": _is_ogrn, "imo": _is_imo, "swift": _is_bic}
