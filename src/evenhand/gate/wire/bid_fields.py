"""Fields of a bid as a lenient reader takes them: a number for a text, a text for a number, one value for a list.

A spelling that some exchange reads must not hide what the gate decides by; what nobody can read makes its own bid
malformed, never the response that it is in (`gate.md` §7).
"""

from typing import Any


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
    """Return the number of a taxonomy (`cattax`), 1 where none is said; None for what is no whole number.

    >>> taxonomy_of(None), taxonomy_of("6"), taxonomy_of(6.0), taxonomy_of(0), taxonomy_of("six")
    (1, 6, 6, 1, None)
    """
    if value is None:
        return 1
    if type(value) is int:
        return value or 1
    text = (text_of(value) or "").strip()
    return int(text) or 1 if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def categories_of(value: Any) -> frozenset[str] | None:
    """Return content categories as texts, a lone one as the only one; None where there are none or nobody can tell.

    >>> sorted(categories_of(["IAB1", 386])), categories_of("IAB11-4"), categories_of({"x": 1})
    (['386', 'IAB1'], frozenset({'IAB11-4'}), None)
    """
    if isinstance(value, list):
        return frozenset(text_of(each) or str(each) for each in value)
    text = text_of(value)
    return None if text is None else frozenset((text,))


_LONGEST_NUMBER = 9
