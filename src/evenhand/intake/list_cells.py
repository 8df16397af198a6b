"""Cells that hold a list, as exports of posts write them: JSON, Python, or brackets around bare texts."""

import re
from typing import Any, Final

import msgspec

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|None|nan"""
_ITEM = re.compile(_QUOTED)
_PYTHON = re.compile(rf"\[\s*(?:{_QUOTED})(?:\s*,\s*(?:{_QUOTED}))*\s*,?\s*\]")
_ESCAPED = re.compile(r"\\(.)")
_BETWEEN_PAGES = re.compile(r"\s*,\s+|\s*,(?=\w+://)")
_BETWEEN_ADDRESSES = re.compile(r"\s*;\s*(?=https?://)")
_BETWEEN = re.compile(r"\s*,\s*")
_MAY_HAVE_BRACKETS: Final = ("creative_text", "address")


class NoTexts(ValueError):
    """A cell holds a list of something else than texts."""


def list_members(kind: str, text: str) -> list[str]:
    """Return the texts of a cell of objects of a kind: the members of a list, else the cell itself.

    A selection (`targeting`) is one object, whatever it is written in; bare texts in brackets may be a creative's own
    words or a part of an address.

    >>> list_members("landing_url", '["https://a.example/1", null]'), list_members("hashtag", "['Vote', 'Now']")
    (['https://a.example/1'], ['Vote', 'Now'])
    >>> list_members("landing_url", "[https://a.example/1,2, https://b.example]")
    ['https://a.example/1,2', 'https://b.example']
    >>> list_members("landing_url", "https://a.example;https://b.example")  # a list in NDJSON or Parquet
    ['https://a.example', 'https://b.example']
    >>> list_members("creative_text", "[Breaking] More, soon"), list_members("landing_url", "[]")
    (['[Breaking] More, soon'], [])

    Raises:
        NoTexts: the members of the list are no texts.
    """
    cell = text.strip()
    if kind == "targeting" or not (cell.startswith("[") and cell.endswith("]")):
        return _BETWEEN_ADDRESSES.split(text) if kind == "landing_url" and ";" in text else [text]
    try:
        found: list[Any] = msgspec.json.decode(cell, type=list)
    except (msgspec.DecodeError, RecursionError):
        return _unquoted(kind, cell)
    if any(isinstance(each, list | dict) for each in found):
        raise NoTexts
    return [str(each) for each in found if each is not None]


def _unquoted(kind: str, cell: str) -> list[str]:
    if _PYTHON.fullmatch(cell):
        return [_ESCAPED.sub(r"\1", each[1:-1]) for each in _ITEM.findall(cell) if each not in ("None", "nan")]
    if kind in _MAY_HAVE_BRACKETS:
        return [cell]
    between = _BETWEEN_PAGES if kind == "landing_url" else _BETWEEN
    return [each for each in between.split(cell[1:-1].strip()) if each]
