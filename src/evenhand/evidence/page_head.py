"""The lines around an article that speak of it: dateline, by-line, credit, caption, and the names in them."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from evenhand.evidence.page_dates import MONTHS
from evenhand.evidence.page_words import words as page_words
from evenhand.model.claims import Dateline, Span

_LONGEST: Final = 700
"""Characters of a line beyond which it is a paragraph, no caption, by-line or credit."""

_UPPER: Final = r"[^\W\d_a-z]"
_CAPITALS: Final = rf"{_UPPER}(?:{_UPPER}|[.'’\-/])*(?:,? {_UPPER}(?:{_UPPER}|[.'’\-/])*){{0,5}}"
_TITLE: Final = rf"{_UPPER}[\w.'’\-]*(?: (?:{_UPPER}[\w.'’\-]*|de|da|do|del|la|of|the|al|el|am|an|sur|upon)){{0,4}}"
_DAY: Final = r"(?P<month>[A-Z][a-zA-Z]{2,8})\.? (?P<day>\d{1,2})(?:,? \d{4})?"
_AGENCY: Final = r"\((?P<agency>[^()\n]{2,50})\)"
_DASH: Final = r"(?:--|[-–—―])"
_DATELINE: Final = re.compile(
    rf"\s*(?:(?P<place>{_CAPITALS}(?:, {_TITLE})?|{_TITLE}(?:, {_TITLE})?)"
    rf"(?P<date>, {_DAY})?(?: {{0,3}}{_AGENCY})? {{0,3}}"
    rf"(?P<end>{_DASH}|:)\s+|{_AGENCY.replace('agency', 'alone')} {{0,3}}{_DASH}\s+)(?=\S)"
)
_BYLINE: Final = re.compile(
    r"\s*(?:by|words|text|story|written|author|authors)(?: by)?[: ]\s*(?P<names>\S.*)", re.IGNORECASE
)
_IN_PLACE: Final = re.compile(rf"(?P<names>{_TITLE}) in (?P<place>{_TITLE})(?:,? and (?P<more>{_TITLE}) in {_TITLE})?")
_WITH_ROLE: Final = re.compile(
    rf"(?P<names>{_TITLE}),? (?:in {_TITLE},? )?(?:(?:{_UPPER}|[a-z])[\w.'’\-]* ){{0,3}}"
    r"(?:[Cc]orrespondent|[Rr]eporter|[Ee]ditor|[Ss]taff [Ww]riter|REPORTER|CORRESPONDENT)"
)
_CREDIT: Final = re.compile(
    r"\s*[(\[]?\s*(?:(?:additional|further|extra) )?"
    r"(?:reporting|report|writing|written|editing|edited|compiled|reported)"
    r" (?:and (?:writing|editing|reporting) )?(?:by|from)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CREDIT_PART: Final = re.compile(
    r"(?P<verbs>(?:additional |further |extra )?(?:reporting|report|writing|written|editing|edited|compiled|reported)"
    r"(?: and (?:writing|editing|reporting))?) (?:by|from) (?P<names>[^;\n]{2,300}?)"
    r"(?=[;\n]|[.,)\]] ?(?:additional |further |extra )?"
    r"(?:reporting|writing|written|editing|edited|compiled)\b|[.)\]]*\s*$)",
    re.IGNORECASE,
)
_CAPTION: Final = re.compile(
    r"\b(?:is|are|was|were|can be) (?:seen|pictured|shown) (?:here )?in (?:this|an?|the)\b.{0,80}"
    r"\b(?:picture|photo|photograph|illustration|image|handout)"
    r"|^\s*(?:file )?(?:photo(?:graph)?|picture|image|illustration)s?(?: credit| by|/)? ?:? ?(?:by )?"
    r"(?::|\bby\b|/|credit|courtesy|file\b).*$"
    r"|^\s*(?:caption|credit|photo credit|image credit) ?: ?\S.*$|^\s*file (?:photo|picture|image)\b.*$"
    r"|[(\[](?:file )*(?:photo(?:graph)?|picture|image|illustration)(?: credit)?(?: by|:|/)[^()\[\]]{1,60}[)\]]\.?\s*$",
    re.IGNORECASE,
)
_SLASHED_CREDIT: Final = re.compile(
    rf"(?:^|[\s(]){_UPPER}[\w&.]{{1,30}}(?: {_UPPER}[\w&.]{{1,30}})?/{_UPPER}[\w.'’\-]*(?: {_UPPER}[\w.'’\-]*){{0,4}}"
    r"(?:/[\w ]{2,30})*[.)]?\s*$"
)
_NAME: Final = re.compile(
    rf"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?{_UPPER}[\w.'’\-]*"
    rf"(?: (?:{_UPPER}[\w.'’\-]*|de|da|do|dos|del|della|di|la|le|van|von|der|den|bin|binti|ibn"
    r"|al|el|e|y|ten|ter|zu|af|av)){0,6}"
)
_AND: Final = re.compile(r",? (?:and|&|AND) |;| \| | • | · ")
_PUBLISHER: Final = re.compile(
    r"(?:©|\(c\)|(?i:copyright))[\s©(c)]*(?:\d{4})?(?:\s?[-–]\s?\d{4})?,? (?:by )?"
    rf"(?P<name>{_UPPER}[\w&.'’\-]*(?: [\w&.'’\-]+){{0,6}}?)(?=\.? (?i:all rights)|[.,|]|\s*$)"
)


class Names(NamedTuple):
    """Who wrote and who edited, as the page spells them, each once."""

    reporters: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()


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
    month = MONTHS.get((match["month"] or "").lower())
    day = (month, int(match["day"])) if month else None
    whole = (match.start("place"), match.end("end"))
    return Dateline(place=match["place"].strip(), agency=agency, span=whole), agency, day


def is_credit(line: str) -> bool:
    """Return whether a line says who reported, wrote or edited: "Reporting by X; Editing by Y and Z"."""
    return (
        len(line) <= _LONGEST
        and bool(_CREDIT.fullmatch(line))
        and bool(_credited(line).reporters + _credited(line).editors)
    )


def is_byline(line: str) -> bool:
    """Return whether a line names its authors: "By X and Y", "X in Place", "X, Europe correspondent"."""
    if len(line) > _LONGEST // 3 or (line.rstrip().endswith((".", "?", "!", ":")) and len(line.split()) > 8):
        return False
    plain = line.strip()
    if found := _BYLINE.fullmatch(plain):
        return all(_NAME.fullmatch(part) or _is_no_person(part) for part in _parts(found["names"]))
    return bool(_IN_PLACE.fullmatch(plain) and len(plain.split()) >= 4) or bool(_WITH_ROLE.fullmatch(plain))


def is_caption(line: str) -> bool:
    """Return whether a line describes a picture: it names who took it, or says that something is seen in it."""
    return len(line) <= _LONGEST and (bool(_CAPTION.search(line)) or bool(_SLASHED_CREDIT.search(line)))


def names_of(lines: Iterable[str]) -> Names:
    """Return who wrote and who edited, of by-lines and credits in the order of the page, each person once."""
    reporters: dict[str, str] = {}
    editors: dict[str, str] = {}
    for line in lines:
        found = _credited(line) if _CREDIT.fullmatch(line) else Names(reporters=tuple(_authors(line)))
        reporters |= {name.casefold(): name for name in found.reporters if name.casefold() not in reporters}
        editors |= {name.casefold(): name for name in found.editors if name.casefold() not in editors}
    return Names(tuple(reporters.values()), tuple(editors.values()))


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


def _is_place(match: re.Match[str]) -> bool:
    """Return whether what stands before a dash or colon is a place: in capitals, or with an agency or a day behind it.

    A place in small letters without both is taken only before a dash with blanks around and a capital or a mark.
    """
    place = match["place"]
    words = [word.strip(".,'’").lower() for word in place.replace("/", " ").split()]
    if not words or set(words) & page_words("kinds of text") or len(place) > 60:
        return False
    sure = (
        bool(match["agency"] and _is_agency(match["agency"])) or MONTHS.get((match["month"] or "").lower()) is not None
    )
    if sure:
        return True
    following = match.string[match.end() : match.end() + 1]
    blank_before = match.string[match.start("end") - 1].isspace()
    if match["end"] == ":":
        return place.isupper() and len(place) > 3 and len(words) <= 4 and not following.islower()
    return blank_before and not following.islower() and (place.isupper() or len(words) <= 3)


def _is_no_person(name: str) -> bool:
    """Return whether a name is that of a desk or an agency, or of nobody: "Staff Reporter"."""
    return not page_words("no persons").isdisjoint(re.findall(r"[^\W\d_]+", name.lower()))


def _authors(line: str) -> list[str]:
    plain = line.strip()
    if found := _BYLINE.fullmatch(plain):
        return [part for part in _parts(found["names"]) if not _is_no_person(part) and _NAME.fullmatch(part)]
    for pattern in (_IN_PLACE, _WITH_ROLE):
        if found := pattern.fullmatch(plain):
            names = [found["names"], found.groupdict().get("more")]
            return [name for name in names if name and not _is_no_person(name)]
    return []


def _credited(line: str) -> Names:
    reporters: list[str] = []
    editors: list[str] = []
    for part in _CREDIT_PART.finditer(line):
        names = [name for name in _parts(part["names"]) if _NAME.fullmatch(name) and not _is_no_person(name)]
        (editors if part["verbs"].lower().startswith("edit") else reporters).extend(names)
    return Names(tuple(reporters), tuple(editors))


def _parts(names: str) -> list[str]:
    """Return the names of a list. Behind a single comma without "and" stands whom the one before works for."""
    joined = _AND.split(names.strip(" .()[]"))
    parts: list[str] = []
    for piece in joined:
        pieces = [part for part in piece.split(",") if part.strip()]
        parts += pieces if len(joined) > 1 else pieces[:1]
    stripped = (re.split(r"\s(?:in|for|at|of|@)\s", part.strip(), maxsplit=1)[0].strip(" .()[]") for part in parts)
    return [part for part in stripped if part]
