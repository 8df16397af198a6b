"""Cells as most people write them, read at a glance; None where the reader of rows must be asked.

A reader of rows is the plain twin of each: what is read here, it reads so too, and has nothing to say of it.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from evenhand.intake.values.cells import NO_NAMES, NO_NAMES_IN_ANY_CASE, PLACEHOLDERS, Unusable, list_values

Read = TypeVar("Read")

_NOTHING = PLACEHOLDERS | {""}
_KEY = re.compile(r"[!-*,-~]+")  # a plus sign may be in a number that a spreadsheet has cut
_NAME = re.compile(r"[A-Za-z][ ->@-~]*[!->@-~]")  # a question mark may be a lost letter
# Whatever the notation of the column: with at most two digits behind the mark, it can be no mark between thousands.
_AMOUNT = re.compile(r"([0-9]{1,12}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,3}(?=,))(?:[.,]([0-9]{1,2}))?( ?€)?")


def quick_key(text: str) -> str | None:
    """Return an id of printable ASCII characters as it is."""
    return text if _KEY.fullmatch(text) else None


def quick_name(text: str) -> str | None:
    """Return a name of printable ASCII characters that begins with a letter as it is."""
    is_name = _NAME.fullmatch(text) and text not in NO_NAMES and text.casefold() not in NO_NAMES_IN_ANY_CASE
    return text if is_name else None


def quick_text(text: str) -> str | None:
    """Return an ASCII text without blanks around it as it is."""
    return text if text.isascii() and text == text.strip() else None


def quick_money(to_micros: Callable[[str], int]) -> Callable[[str], int | None]:
    """Return what reads an amount in the network's own currency, in micros, as `to_micros` does.

    >>> [quick_money(lambda _: 1_000_000)(text) for text in ("1566.05", "1.566,5", "7 €", "1,500", "7 USD")]
    [1566050000, 1566500000, 7000000, None, None]
    """
    try:
        is_euro = to_micros("1 EUR") == 1_000_000
    except Unusable:
        is_euro = False

    def quick(text: str) -> int | None:
        found = _AMOUNT.fullmatch(text)
        if found is None or (found[3] and not is_euro):
            return None
        return int(found[1].replace(".", "") + (found[2] or "").ljust(2, "0")) * 10_000

    return quick


def quick_host(read: Callable[[str], Read]) -> Callable[[str], Read | None]:
    """Return what reads a cell of one host as it is, if `read` can use it."""

    def quick(text: str) -> Read | None:
        if text.casefold() in _NOTHING or not text.isascii() or ";" in text or text != text.strip():
            return None
        try:
            return read(text)
        except Unusable:
            return None

    return quick


def quick_list(read: Callable[[str], Read | None]) -> Callable[[str], tuple[Read, ...] | None]:
    """Return what reads the values of a list cell, each once, if `read` can use all of them.

    >>> quick_list(int)("7; 8;7"), quick_list(int)(""), quick_list(int)("7;n/a")
    ((7, 8), None, None)
    """

    def quick(text: str) -> tuple[Read, ...] | None:
        found: dict[Read, None] = {}
        try:
            for part in map(str.strip, list_values(text)):
                if part.casefold() in _NOTHING or not part.isascii():
                    return None
                value = read(part)
                if value is None:
                    return None
                found[value] = None
        except Unusable:
            return None
        return tuple(found)

    return quick
