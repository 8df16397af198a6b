"""Families of lines that belong to a page, not to its article: menus, share bars, counters, consent, what else to read.

A family is known by the shape of a line and by words of a page's own furniture (`page_words.txt`); no name of a person,
a news outlet or a state is in any.
"""

import re
from typing import Final

from evenhand.evidence.page_words import announcing_pattern, family_names, family_pattern, words
from evenhand.evidence.text_spans import folded

_TIME: Final = re.compile(r"(?:[01]\d|2[0-3])[:.][0-5]\d(?:\s(?:[A-Z]{2,4}|h))?(?!\d)(?=\s|$)")
_LONGEST: Final = 160
"""Characters of a line beyond which it is no menu, button or counter."""

_BREAKPOINT: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_SHORTCODE: Final = re.compile(r"\[/?[a-z][\w-]{2,30}(?: [^\[\]]{1,100})?\]")
_TICKER: Final = re.compile(r"(?:[^\W\d_][\w.&/]{0,12} ){1,3}[\d,.]{0,12} ?[+−-]\d+(?:[.,]\d+)? ?%?")
_SEPARATOR: Final = re.compile(r"\s+[|>»›•·/]\s+|\s{2,}|\t")
_BULLET: Final = re.compile(r"(?:[•*·▪►▶>»›\-–—]\s+)+")
_WORD: Final = re.compile(r"[\w+]+(?:[-’'][\w+]+)*")
_SPOKEN: Final = re.compile(r"[\"“”«»„]|\b(?:said|says|told|wrote|added)\b", re.IGNORECASE)
_IN_SPOKEN: Final = ("said", "says", "told", "wrote", "added", *'"“”«»„')
_LOOSE_ENDS: Final = " .!?:…»›>→▸▼▾"


def family(line: str) -> str | None:
    """Return the family of a line of a page's furniture, None for any other; blanks around it do not matter.

    >>> family("  • portrait-tablet-and-above"), family("Comments (27)"), family("He made no comments")
    ('breakpoint', 'counter', None)
    """
    if len(line) > _LONGEST:
        return None
    if _SHORTCODE.fullmatch(line.strip()):
        return "advertisement"
    small = folded(line)
    if any(map(small.__contains__, _IN_SPOKEN)) and _SPOKEN.search(line):
        return None
    plain = _BULLET.sub("", line.strip(), count=1) if _BULLET.match(line.strip()) else line.strip()
    plain = plain.rstrip(_LOOSE_ENDS) or plain
    if _TIME.fullmatch(plain):
        return "time"
    if found := family_pattern().fullmatch(plain):
        return family_names()[int((found.lastgroup or "f0")[1:])]
    return _family_by_shape(plain)


def begins_with_time(line: str) -> bool:
    """Return whether a line begins with a time of day, as the entries of a live blog do."""
    return _TIME.match(line) is not None


def announces(line: str) -> bool:
    """Return whether a line announces another text, as "Read more: Five charts" does."""
    return len(line) <= _LONGEST and announcing_pattern().fullmatch(line.strip()) is not None


def is_list_heading(name: str | None, line: str) -> bool:
    """Return whether the lines below are titles of other texts: "Most read", "Related stories"."""
    return name == "related" and not line.rstrip().endswith((".", "?", "!"))


def _family_by_shape(plain: str) -> str | None:
    if _BREAKPOINT.fullmatch(plain) and _names_a_width(plain.split("-")):
        return "breakpoint"
    if _is_share_bar([word.lower() for word in _WORD.findall(plain)]):
        return "share"
    if _TICKER.match(plain) and _is_ticker(plain):
        return "ticker"
    return "menu" if _is_menu(plain) else None


def _names_a_width(parts: list[str]) -> bool:
    if words("widths").intersection(parts) or parts[0] in ("min", "max"):
        return True
    return len(parts) > 2 and parts[-2:-1] == ["and"] and parts[-1] in ("up", "below", "above", "larger", "smaller")


def _is_share_bar(names: list[str]) -> bool:
    held = set(names)
    return (
        bool(held)
        and held <= words("share bar")
        and (bool(held & words("share verbs")) or len(held & words("share places")) >= 2)
    )


def _is_ticker(plain: str) -> bool:
    """Return whether a line is nothing but names with changes: "NGX -1.2%  TOPP +0.4%"."""
    return not _TICKER.sub("", plain).strip(" |,;•·")


def _is_menu(plain: str) -> bool:
    """Return whether a line is items with separators: with `|`, `>` or `»` any short ones, with gaps known ones."""
    items = [item for item in _SEPARATOR.split(plain) if item]
    if len(items) < 2 or any(len(item.split()) > 4 or any(map(str.isdigit, item)) for item in items):
        return False
    if re.search(r"\s[|>»›•·]\s", plain):
        return True
    return any(family_pattern().fullmatch(item) or _is_share_bar([item.lower()]) for item in items)
