"""Owners in one cell: several, separated by `;` or line breaks, each with its share behind the name or in front of it.

INVARIANT: nothing missing is read mildly. A share that is not exact, such as `more than 25 %`, is an unknown one; an
owner of whom nobody can tell who it is has no name, and is not left out.
"""

import re
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from typing import Final, NamedTuple

from evenhand.intake.values import cells
from evenhand.intake.values.cells import PLACEHOLDERS, Unusable, list_values
from evenhand.intake.values.legal_forms import is_legal_form
from evenhand.intake.values.owner_readings import COMPARED_IN_PARTS, holds_more, is_of_one, is_past_reading

UNKNOWN_SHARE: Final = "a share such as 25 %; it counts as unknown"
"""What is told of a share that cannot be read."""
ONE_OWNER: Final = "an owner's name with one share; several owners are separated by `;`"
BEFORE_PERCENT: Final = "`%` behind a share; compared as part of the name"


def _words(kind: str) -> str:
    """Return a pattern of the words of a kind, long ones before what they begin with."""
    rows = (line.split("\t") for line in _WORDS.splitlines() if not line.startswith("#"))
    found = {word.strip() for row in rows if row[0] == kind for word in row[2].split(";")}
    return "|".join(map(re.escape, sorted(found, key=len, reverse=True)))


_WORDS = files("evenhand.intake.values").joinpath("share_words.txt").read_text(encoding="utf-8")
_PERCENT = rf"(?:%|％|٪|{_words('percent')})"
_SHARE_WORD = rf"(?<!\w)(?-i:{_words('share')})\s*:?|(?:(?<=[,|/–—-] )|(?<![^,(\[]))(?:{_words('share')})\s*:?"
_ABOUT = rf"<|>|≤|≥|=<|>=|~|≈|±|(?<=\s)[-−](?=\d)|(?-i:{_words('about')})|(?<![^(\[])(?:{_words('about')})"
_OR_MORE = rf"\+|{_words('more')}"
_NUMBER = r"\d+(?:[.,]\d+)?"
_STATED = re.compile(
    rf"[(\[]?\s*(?:(?:{_SHARE_WORD})\s*)?(?P<about>(?<![^\W\d])(?:{_ABOUT})\s*)?"
    rf"(?<![\w.])(?<!\d,)(?P<number>{_NUMBER})\s*"
    rf"(?P<range>{_PERCENT}?\s*(?:-|–|—|{_words('to')})\s*{_NUMBER}\s*)?{_PERCENT}(?!\w)"
    rf"(?P<more>\s*(?:{_OR_MORE})(?!\w))?\s*[)\]]?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]$")
_IN_BRACKETS = re.compile(rf"\s*[(\[]\s*({_NUMBER})\s*[)\]]$")
_FRACTION = re.compile(r"\s+([01][.,]\d+)$")
_ENDS_IN_NUMBER = re.compile(rf"\D\s{_NUMBER}$")
_MOST = 100  # a larger number in brackets is a year
_MARK_OF_LIST = re.compile(r"^(?:\d{1,2}[.)]|[-–•·*])\s+")
_BEHIND, _BEFORE = re.compile(" ?,"), re.compile(".?,")  # the comma beside a share
_AROUND = " \t,;:=/|–—-"


class OwnerPart(NamedTuple):
    """One owner of a cell: its name, ``""`` where nobody can tell, and its share in millionths, None if unknown."""

    name: str
    share: int | None


class OwnerCell(NamedTuple):
    """The owners of a cell in its order, and what is told of it: parts of its text with what was expected."""

    owners: tuple[OwnerPart, ...]
    remarks: tuple[tuple[str, str], ...]


def owners_in(text: str) -> OwnerCell:
    """Return the owners that a cell names.

    >>> [tuple(each) for each in owners_in("Müller, Hans (60,5 %); 25% Ex Ltd").owners]
    [('Müller, Hans', 605000), ('Ex Ltd', 250000)]
    >>> [tuple(each) for each in owners_in("A. Ex 60 %, B. Ex >25 %").owners]
    [('A. Ex', 600000), ('B. Ex', None)]
    >>> [tuple(each) for each in owners_in("0,5 % A. Ex, 60 % B. Ex").owners]
    [('A. Ex', 5000), ('B. Ex', 600000)]
    """
    owners: list[OwnerPart] = []
    remarks: list[tuple[str, str]] = []
    is_open = False  # whether the owner before has a name, and a share of it may follow on the next line
    for part in _parts(unescape(text)):
        name, share, expected = ("", None, ONE_OWNER) if is_past_reading(part) else _read(part)
        if is_open and expected != ONE_OWNER and (not name or is_legal_form(name)):
            before = owners.pop()
            name = " ".join(filter(None, (before.name, name)))
        is_open = bool(name) and share is None and not expected
        if name:
            name, damage = _usable(name)
            remarks += [(part.strip(_AROUND), damage)] if damage else []
        else:
            expected = ONE_OWNER
        if name and not expected and holds_more(name):
            expected = COMPARED_IN_PARTS
        remarks += [(part.strip(_AROUND), expected)] if expected else []
        owners.append(OwnerPart(name, share if is_of_one(name) else None))
    return OwnerCell(tuple(owners), tuple(remarks))


def _parts(text: str) -> Iterator[str]:
    """Yield the text of each owner; a comma separates two only where it stands beside a share."""
    several = [whole for each in list_values(text) if (whole := " ".join(each.split()))]
    unmarked = [_MARK_OF_LIST.sub("", whole) for whole in several]
    is_marked = len(several) > 1 and all(map(str.__ne__, several, unmarked))
    for whole in unmarked if is_marked else several:
        if whole.casefold() in PLACEHOLDERS:
            continue
        shares = list(_STATED.finditer(whole))
        is_behind = bool(shares) and shares[0].start() > 0
        start = 0
        for share in shares:
            before = max(share.start() - 2, 0)
            comma = _BEHIND.match(whole, share.end()) if is_behind else _BEFORE.match(whole, before, share.start())
            is_within = whole.count("(", start, share.end()) > whole.count(")", start, share.end())
            if comma is not None and comma.end() - 1 > start and not is_within:
                yield whole[start : comma.end() - 1]
                start = comma.end()
        if whole[start:].strip(_AROUND):
            yield whole[start:]


def _read(part: str) -> tuple[str, int | None, str]:
    """Return the name and the share that the text of one owner states, and what is expected in place of it."""
    text = part.strip(_AROUND)
    shares, behind = list(_STATED.finditer(text)), _BRACKETS.search(text)
    if behind is not None and "%" in behind[1] and not _STATED.fullmatch(behind[0].strip()):
        name = text[: behind.start()].strip(_AROUND)
        return ("", None, ONE_OWNER) if "%" in name else (name, None, UNKNOWN_SHARE)
    if not shares:
        return ("", None, ONE_OWNER) if "%" in text else _without_percent(text)
    stated = shares[0]
    if len(shares) > 1 or (stated.start() > 0 and stated.end() < len(text)):
        return "", None, ONE_OWNER
    name = (text[: stated.start()] + text[stated.end() :]).strip(_AROUND)
    if stated["about"] or stated["range"] or stated["more"]:
        return name, None, UNKNOWN_SHARE
    return name, *_share(f"{stated['number']}%")


def _without_percent(text: str) -> tuple[str, int | None, str]:
    """Return as `_read` does of a text without a percent sign."""
    if found := _IN_BRACKETS.search(text):
        is_year = float(found[1].replace(",", ".")) > _MOST
        return (text, None, "") if is_year else (text[: found.start()], *_share(found[1], must_be_part=True))
    if found := _FRACTION.search(text):
        return text[: found.start()].strip(_AROUND), *_share(found[1])
    return text, None, BEFORE_PERCENT if _ENDS_IN_NUMBER.search(text) else ""


def _share(text: str, *, must_be_part: bool = False) -> tuple[int | None, str]:
    """Return a share, None for one that cannot be read, with what is expected; a bare `1` may be a number of a list."""
    if must_be_part and text.isdecimal():
        return None, UNKNOWN_SHARE
    try:
        return cells.share(text), ""
    except Unusable:
        return None, UNKNOWN_SHARE


def _usable(name: str) -> tuple[str, str]:
    """Return a name that somebody can be looked for by, ``""`` where it is none, with what was expected."""
    try:
        return cells.name(name), ""
    except Unusable as error:
        return "", str(error)
