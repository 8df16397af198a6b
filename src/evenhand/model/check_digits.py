"""Check digits of the numbers that registers give: they tell a number from a typing error.

Sources: ISO 17442 and ISO 7064 (LEI); Federal Tax Service of Russia (INN, OGRN); IMO resolution A.1117(30);
ISO 9362 (BIC).
"""

import re
from typing import Final

OF_RUSSIA: Final = frozenset({"inn", "ogrn"})
"""Schemes whose check digits are those of Russia; other countries have numbers of these names too."""

_NOISE = re.compile(r"[^0-9A-Z]")


def is_mistyped(scheme: str, place: str, written: str) -> bool:
    """Return whether a number of a place, as people write it, cannot be one of its scheme.

    False for schemes without check digits, and for an INN or OGRN of another country than Russia, which counts its own.

    >>> is_mistyped("imo", "", "IMO 9187629"), is_mistyped("imo", "", "9187692"), is_mistyped("inn", "kg", "123")
    (False, True, False)
    """
    if _name(scheme) in OF_RUSSIA and place not in ("", "ru"):
        return False
    value = _NOISE.sub("", written.upper())
    return not is_valid(scheme, value.removeprefix(_name(scheme).upper()))


def right_form(scheme: str) -> str:
    """Return what a number of a scheme with check digits has: `7 digits with right check digits`."""
    return f"{_LENGTHS[_name(scheme)]} with right check digits"


def is_valid(scheme: str, value: str) -> bool:
    """Return whether a number's check digits hold, of its letters and digits alone; True for schemes without any.

    >>> is_valid("lei", "549300XIVJCBIGMRUD48"), is_valid("imo", "9078191"), is_valid("imo", "9078192")
    (True, True, False)
    """
    check = _CHECKS.get(_name(scheme))
    return check is None or check(value)


def _name(scheme: str) -> str:
    return scheme.removeprefix("ru-")


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
_LENGTHS = {
    "lei": "20 letters and digits", "inn": "10 or 12 digits", "ogrn": "13 or 15 digits", "imo": "7 digits",
    "swift": "8 or 11 letters and digits",
}  # fmt: skip
