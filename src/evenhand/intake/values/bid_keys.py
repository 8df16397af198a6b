"""Cells of seats and app bundles: what people write between them, and how each is read as bids name it."""

import re

from evenhand.intake.values.cells import Unusable, key, list_values
from evenhand.intake.values.websites import addresses_in
from evenhand.model.accounts import bundle_of
from evenhand.model.bid_texts import plain_id

_BETWEEN = re.compile(r"[\s,|]")
_BETWEEN_SEATS = re.compile(r"[,|]")
_MAY_BE_BUNDLE = re.compile(r"(?=[^.0-9]*[.0-9])[^\s,|]+")
_NO_SEAT = re.compile(r"://|[,|]")
_NO_BUNDLE = re.compile(r"[\s,|\\]|://|^(?:www\.)?(?:play\.google|apps\.apple|itunes\.apple)\.com/", re.IGNORECASE)


def bundle_values(text: str) -> list[str]:
    """Return the values of a cell of app bundles, separated as websites are (`websites.website_values`).

    >>> bundle_values("com.a.one, id1234567890 und https://play.google.com/store/apps/details?id=com.b")
    ['com.a.one', 'id1234567890', 'https://play.google.com/store/apps/details?id=com.b']
    >>> bundle_values("My First App")
    ['My First App']
    """
    return [bundle for value in list_values(text) for bundle in addresses_in(value, _may_be_bundle)]


def seat_values(text: str) -> list[str]:
    """Return the values of a cell of seats: also between commas and bars, and between blanks if each has a digit.

    >>> seat_values("512, dsp.example/513 | 0014"), seat_values("512 513"), seat_values("Seat 9")
    (['512', 'dsp.example/513', '0014'], ['512', '513'], ['Seat 9'])
    """
    return [seat for value in list_values(text) for part in _BETWEEN_SEATS.split(value) for seat in _seats(part)]


def _seats(part: str) -> list[str]:
    words = part.split()
    return words if len(words) > 1 and all(re.search("[0-9]", word) for word in words) else [part]


def _may_be_bundle(text: str) -> bool:
    return bool(_MAY_BE_BUNDLE.fullmatch(bundle_of(text)))


def bundle(text: str) -> str:
    """Return an app's bundle as the gate compares it, of its page in a store too.

    >>> bundle("https://play.google.com/store/apps/details?id=com.example.app"), bundle("id1234567890")
    ('com.example.app', '1234567890')
    """
    found = bundle_of(key(text))
    if _NO_BUNDLE.search(found):
        raise Unusable("an app's bundle, such as com.example.app or 1234567890, or its page in the Play or App Store")
    return found


def seat(text: str) -> str:
    """Return a seat as bids name it; of another system `asi/bsid`.

    >>> seat("Seat 9"), seat("dsp.example/512"), seat("512.0")
    ('Seat 9', 'dsp.example/512', '512')
    """
    found = plain_id(key(text))
    if _NO_SEAT.search(found):
        raise Unusable("a seat as bids name it, such as 512 or dsp.example/512, not an address")
    return found


def quick_bundle(text: str) -> str | None:
    """Return what `bundle` does of a value that is one at a glance; None for any other."""
    return None if _BETWEEN.search(text) else bundle(text)


def quick_seat(text: str) -> str | None:
    """Return what `seat` does of a value that is one at a glance; None for any other."""
    return None if _BETWEEN.search(text) else seat(text)
