"""How a VAT number is written in each country: its length, its letters and digits. Check digits are not looked at.

Written from general knowledge of the formats that the Union's countries publish (VIES), and of GB, XI, CH and NO.
"""

import re
from functools import cache

_NOISE = re.compile(r"[\s./\-\u2010-\u2015\u00a0\u202f]")
_PREFIX = re.compile(r"[A-Z]{2}[A-Z]{0,3}[0-9]")
_PREFIX_PLACES = {
    "el": "gr",
    "xi": "gb",
}  # the Union's prefixes for Greece and Northern Ireland; lists write the country
_PREFIXES = {"gr": ("EL", "GR"), "gb": ("GB", "XI"), "ch": ("CHE",)}
_SHAPES = {
    "at": "U[0-9]{8}",
    "be": "[01]?[0-9]{9}",
    "bg": "[0-9]{9,10}",
    "ch": "[0-9]{9}(?:MWST|TVA|IVA|VAT)?",
    "cy": "[0-9]{8}[A-Z]",
    "cz": "[0-9]{8,10}",
    "de": "[0-9]{9}",
    "dk": "[0-9]{8}",
    "ee": "[0-9]{9}",
    "es": "[A-Z][0-9]{7}[0-9A-Z]|[0-9]{8}[A-Z]",
    "fi": "[0-9]{8}",
    "fr": "[0-9A-HJ-NP-Z]{2}[0-9]{9}",
    "gb": "[0-9]{9}|[0-9]{12}|GD[0-4][0-9]{2}|HA[5-9][0-9]{2}",
    "gr": "[0-9]{9}",
    "hr": "[0-9]{11}",
    "hu": "[0-9]{8}(?:[0-9]{3})?",
    "ie": "[0-9]{7}[A-W][A-IW]?|[0-9][A-Z+*][0-9]{5}[A-W]",
    "it": "[0-9]{11}",
    "lt": "[0-9]{9}|[0-9]{12}",
    "lu": "[0-9]{8}",
    "lv": "[0-9]{11}",
    "mt": "[0-9]{8}",
    "nl": "[0-9A-Z+*]{10}[0-9]{2}",
    "no": "[0-9]{9}(?:MVA)?",
    "pl": "[0-9]{10}",
    "pt": "[0-9]{9}",
    "ro": "[0-9]{2,10}",
    "se": "[0-9]{12}",
    "si": "[0-9]{8}",
    "sk": "[0-9]{10}",
}
_WRITTEN = {
    "at": "U12345678", "be": "0123456789", "ch": "CHE-123.456.789 MWST", "cy": "12345678X", "de": "123456789",
    "es": "X1234567X", "fr": "XX123456789", "gb": "123456789", "gr": "123456789", "ie": "1234567WA",
    "it": "12345678901", "nl": "123456789B01", "pl": "1234567890", "se": "123456789001",
}  # fmt: skip


def country_of(text: str, place: str) -> str:
    """Return the country that a number names by its first letters, else `place`; two small letters or ``""``.

    Letters that are no prefix of a country whose numbers are known, before a number that fits `place`, are part of it.

    >>> country_of("ATU 12345678", "de"), country_of("AB123456789", "fr"), country_of("EL123456789", "")
    ('at', 'fr', 'gr')
    """
    number = _NOISE.sub("", text).upper()
    if not _PREFIX.match(number):
        return place
    prefix = number[:2].lower()
    prefix = _PREFIX_PLACES.get(prefix, prefix)
    return place if prefix not in _SHAPES and place in _SHAPES and fits(place, text) else prefix


def fits(place: str, text: str) -> bool:
    """Return whether a text may be a VAT number of a country, with its prefix or without; True of unknown countries.

    >>> fits("de", "DE 811 234 567"), fits("de", "12/345/67890"), fits("gr", "EL123456789"), fits("us", "?")
    (True, False, True, True)
    """
    if place not in _SHAPES:
        return True
    return bool(_form(place).fullmatch(_NOISE.sub("", text).upper()))


@cache
def _form(place: str) -> re.Pattern[str]:
    prefixes = "|".join(_PREFIXES.get(place, (place.upper(),)))
    return re.compile(f"(?:{prefixes})?(?:{_SHAPES[place]})")


def expected_vat(place: str) -> str:
    """Return what a VAT number of a country looks like, in words.

    >>> expected_vat("at"), expected_vat("lv")
    ('a VAT number of AT, such as U12345678', 'a VAT number of LV')
    """
    such = f", such as {_WRITTEN[place]}" if place in _WRITTEN else ""
    return f"a VAT number of {place.upper()}{such}"
