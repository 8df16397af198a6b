"""Ids of seats and apps, and codes, as bids and tables write them: without blanks around them, numbers without `.0`."""

import re
from typing import Final

_UNSEEN: Final = "\x7f\x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
BLANKS: Final = "".join(map(chr, [*range(0x21), *range(0x2000, 0x2010)])) + _UNSEEN
"""Control characters, and what looks like a blank or like nothing: around an id they are no part of it."""
_DECIMALS: Final = re.compile(r"([0-9]+)\.0+")


def trimmed(text: str) -> str:
    """Return a text without blanks and control characters around it.

    >>> trimmed(" IAB11-4\\t"), trimmed("Team 7")
    ('IAB11-4', 'Team 7')
    """
    return text if text.isalnum() else text.strip(BLANKS)


def plain_id(text: str) -> str:
    """Return an id without blanks around it; a whole number without the decimals that a spreadsheet gives it.

    >>> plain_id(" 0012 "), plain_id("1234567891.0"), plain_id("1.5")
    ('0012', '1234567891', '1.5')
    """
    if text.isalnum():  # most: seen in a twentieth of the time
        return text
    text = text.strip(BLANKS)
    found = _DECIMALS.fullmatch(text)
    return found[1] if found else text
