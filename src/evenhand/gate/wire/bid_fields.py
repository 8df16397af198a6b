"""Fields of a bid as a lenient reader takes them: a number for a text, a text for a number, one value for a list.

A spelling that some exchange reads must not hide what the gate decides by; what nobody can read makes its own bid
malformed, never the response that it is in (`gate.md` §7).
"""

import re
from typing import Any, Final

from evenhand.model.bid_texts import plain_id, trimmed

_BETWEEN_CODES: Final = re.compile(r"[\s,;|]+")


def text_of(value: Any) -> str | None:
    """Return a text, a whole number as text, or what the only element of a list is so; None for anything else.

    >>> text_of("com.example"), text_of(12), text_of(12.0), text_of(["com.example"]), text_of(True), text_of(["a", "b"])
    ('com.example', '12', '12', 'com.example', None, None)
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def taxonomy_of(value: Any) -> int | None:
    """Return the number of a taxonomy (`cattax`), 1 where none is said; None for what is no number of one.

    >>> taxonomy_of(None), taxonomy_of("6"), taxonomy_of(6.0), taxonomy_of(0), taxonomy_of("six"), taxonomy_of(-1)
    (1, 6, 6, 1, None, None)
    """
    if value is None:
        return 1
    if type(value) is int:
        return (value or 1) if value >= 0 else None
    text = plain_id(text_of(value) or "")
    return int(text) or 1 if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def categories_of(value: Any) -> frozenset[str] | None:
    """Return content categories as texts, a lone one as the only one; None where there are none or nobody can tell.

    No code has a blank or a comma: around one they are left out, between two they separate them.

    >>> sorted(categories_of(["IAB1", 386])), categories_of("IAB11-4"), categories_of({"x": 1})
    (['386', 'IAB1'], frozenset({'IAB11-4'}), None)
    >>> sorted(categories_of(["IAB1,IAB11-4 "]))
    ['IAB1', 'IAB11-4']
    """
    if isinstance(value, list):
        return frozenset(code for each in value for code in _codes(text_of(each) or str(each)))
    text = text_of(value)
    return None if text is None else frozenset(_codes(text))


def is_set(value: Any) -> bool:
    """Return whether a flag that is 0 or 1 is set, however a lenient reader would take it.

    >>> is_set(1), is_set("1 "), is_set(True), is_set("true"), is_set(0), is_set(None)
    (True, True, True, True, False, False)
    """
    return value is True or plain_id(text_of(value) or "").lower() in ("1", "true")


def _codes(text: str) -> list[str]:
    return [code for code in map(trimmed, _BETWEEN_CODES.split(text)) if code] or [text]


_LONGEST_NUMBER = 9
