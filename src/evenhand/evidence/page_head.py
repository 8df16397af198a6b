"""Dateline, caption and copyright line of an article."""

import re
from typing import Final

from evenhand.evidence.page_dates import MONTHS
from evenhand.evidence.page_words import words as page_words
from evenhand.model.claims import Dateline, Span

_LONGEST: Final = 700
"""Characters of a line beyond which it is a paragraph, no caption, by-line or credit."""

_UPPER: Final = r"[^\W\d_a-z]"
_CAPITALS: Final = rf"{_UPPER}(?:{_UPPER}|[.'’\-/])*(?:,? {_UPPER}(?:{_UPPER}|[.'’\-/])*){{0,5}}"
_TITLE: Final = rf"{_UPPER}[\w.'’\-]*(?: (?:{_UPPER}[\w.'’\-]*|de|da|do|del|la|of|the|al|el|am|an|sur|upon)){{0,4}}"
_DAY: Final = (
    r"(?:(?P<month>[A-Z][a-zA-Z]{2,8})\.? (?P<day>\d{1,2})|(?P<first>\d{1,2}) (?P<behind>[A-Z][a-zA-Z]{2,8})\.?)"
    r"(?:,? \d{4})?"
)
_AGENCY: Final = r"\((?P<agency>[^()\n]{2,50})\)"
_DASH: Final = r"(?:--|[-–—―])"
_DATELINE: Final = re.compile(
    rf"\s*(?:(?P<place>{_CAPITALS}(?:, {_TITLE})?|{_TITLE}(?:, {_TITLE})?)"
    rf"(?P<date>, {_DAY})?(?: {{0,3}}{_AGENCY})? {{0,3}}"
    rf"(?P<end>{_DASH}|:)\s+|{_AGENCY.replace('agency', 'alone')} {{0,3}}{_DASH}\s+)(?=\S)"
)
_CAPTION: Final = re.compile(
    r"\b(?:is|are|was|were|can be) (?:seen|pictured|shown) (?:here )?in (?:this|an?|the)\b.{0,80}"
    r"\b(?:picture|photo|photograph|illustration|image|handout)"
    r"|^\s*(?:file )?(?:photo(?:graph)?|picture|image|illustration)s?(?: credit| by|/)? ?:? ?(?:by )?"
    r"(?::|\bby\b|/|credit|courtesy|file\b).*$"
    r"|\b(?:photo(?:graph)?|picture|image)s?(?: by| credit)?: ?[^.:]{2,60}$"
    r"|^\s*(?:caption|credit|photo credit|image credit) ?: ?\S.*$|^\s*file (?:photo|picture|image|-|–|—)(?:\s|:).*$"
    r"|\[(?:file|photo|picture|image)[:/][^\[\]]{1,80}\]\.?\s*$"
    r"|[(\[](?:file )*(?:photo(?:graph)?|picture|image|illustration)(?: credit)?(?: by|:|/)[^()\[\]]{1,60}[)\]]\.?\s*$",
    re.IGNORECASE,
)
_OF_PICTURES: Final = ("photo", "picture", "image", "illustration", "handout", "caption", "credit", "file")
_SLASHED_CREDIT: Final = re.compile(
    rf"(?:^|[\s(\[]){_UPPER}[\w&.]{{1,30}}(?: {_UPPER}[\w&.]{{1,30}})?/{_UPPER}[\w.'’\-]*(?: {_UPPER}[\w.'’\-]*){{0,4}}"
    r"(?:[/,] ?[\w ]{2,30})*[.)\]]?\s*$"
)
_PUBLISHER: Final = re.compile(
    r"(?:©|\(c\)|(?i:copyright))[\s©(c)]{0,8}(?:\d{4})?(?:\s?[-–]\s?\d{4})?,? (?:by )?"
    rf"(?P<name>{_UPPER}[\w&.'’\-]*(?: [\w&.'’\-]+){{0,6}}?)(?=\.? (?i:all rights)|[.,|]|\s*$)"
)


def dateline(text: str, span: Span) -> tuple[Dateline | None, str | None, tuple[int, int] | None]:
    """Return the dateline that a line begins with, its agency, and its month and day; each None where there is none.

    >>> found, agency, day = dateline("ANKARA, March 5 (Meridian Press) - A broadcaster", (0, 44))
    >>> found.place, agency, day
    ('ANKARA', 'Meridian Press', (3, 5))
    """
    match = _DATELINE.match(text, span[0], min(span[1], span[0] + 200))
    if not match:
        return None, None, None
    if match["alone"]:
        return (None, match["alone"].strip(), None) if _is_agency(match["alone"]) else (None, None, None)
    if not _is_place(match):
        return None, None, None
    agency = match["agency"].strip() if match["agency"] and _is_agency(match["agency"]) else None
    month = _month(match)
    day = (month, int(match["day"] or match["first"])) if month else None
    whole = (match.start("place"), match.end("end"))
    return Dateline(place=match["place"].strip(), agency=agency, span=whole), agency, day


def is_caption(line: str) -> bool:
    """Return whether a line describes a picture: it names who took it, or says that something is seen in it."""
    if len(line) > _LONGEST:
        return False
    small = line.lower()
    if any(map(small.__contains__, _OF_PICTURES)) and _CAPTION.search(line):
        return True
    return "/" in line and bool(_SLASHED_CREDIT.search(line))


def publisher(line: str) -> str | None:
    """Return whose rights a line reserves.

    >>> publisher("(c) 2019 Meridian Press. All rights reserved.")
    'Meridian Press'
    """
    found = _PUBLISHER.search(line[:_LONGEST])
    name = found["name"].strip(" .") if found else ""
    return name if name and not name.lower().startswith("all rights") else None


def _is_agency(words: str) -> bool:
    return not words.strip().isdigit() and words[:1].strip() != "" and not words[0].islower()


def _month(match: re.Match[str]) -> int | None:
    return MONTHS.get((match["month"] or match["behind"] or "").lower())


def _is_place(match: re.Match[str]) -> bool:
    """Return whether what stands before a dash or colon is a place: in capitals, or with an agency or a day behind it.

    A place in small letters without both is taken only before a dash with blanks around and a capital or a mark.
    """
    place = match["place"]
    words = [word.strip(".,'’").lower() for word in place.replace("/", " ").split()]
    if not words or set(words) & page_words("kinds of text") or len(place) > 60:
        return False
    if (match["agency"] and _is_agency(match["agency"])) or _month(match):
        return True
    following = match.string[match.end() : match.end() + 1]
    blank_before = match.string[match.start("end") - 1].isspace()
    if match["end"] == ":":
        return place.isupper() and len(place) > 3 and len(words) <= 4 and not following.islower()
    return blank_before and not following.islower() and (place.isupper() or len(words) <= 3)
