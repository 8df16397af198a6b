"""Numbers that registers gave, as texts that can be compared for equality: on file and in an order."""

import unicodedata
from collections.abc import Iterator
from typing import Final

_SHORTEST: Final = 4
_LONGEST: Final = 64
_VAT: Final = frozenset({"vat", "vatcode"})
_PREFIXES: Final = {"GR": ("GR", "EL"), "GB": ("GB", "XI")}  # the Union writes EL for Greece, XI for Northern Ireland


def number_key(text: str) -> str:
    """Return what a number is compared by: letters and digits, capitals; "" if it is too short to tell parties apart.

    >>> number_key("HRB 12.345 b"), number_key("de 123-456-789"), number_key("12"), number_key("none")
    ('HRB12345B', 'DE123456789', '', '')
    """
    if len(text) > _LONGEST:
        return ""
    signs = "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())
    return signs if len(signs) >= _SHORTEST and any(sign.isdecimal() for sign in signs) else ""


def identifier_keys(text: str) -> Iterator[str]:
    """Yield the keys of `scheme[/jurisdiction]:value`; a VAT number has one with its country's prefix and one without.

    >>> list(identifier_keys("registration/de:HRB 12345")), list(identifier_keys("vat/gr:123 456 789"))
    (['HRB12345'], ['123456789', 'GR123456789', 'EL123456789'])
    """
    scheme, _, value = text.partition(":")
    kind, _, place = scheme.lower().partition("/")
    key = number_key(value or text)
    if not key:
        return
    if kind not in _VAT or not place:
        yield key
        return
    country = place[:2].upper()
    prefixes = _PREFIXES.get(country, (country,))
    bare = next((key[len(prefix) :] for prefix in prefixes if key.startswith(prefix)), key)
    if number_key(bare):
        yield bare
    yield from (f"{prefix}{bare}" for prefix in prefixes)
