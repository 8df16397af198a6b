"""Who wrote and edited an article: by-lines and credits, and the persons in them."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from evenhand.evidence.page_dates import without_dates
from evenhand.evidence.page_words import words as page_words

_LONGEST: Final = 700
_LONGEST_SENTENCE: Final = 6
"""Words up to which a by-line may end like a sentence: "Written by Mira Holt."."""
_UPPER: Final = r"[^\W\d_a-z]"
_NAME: Final = re.compile(
    rf"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?{_UPPER}[\w.'’\-]*"
    rf"(?: (?:{_UPPER}[\w.'’\-]*|de|da|do|dos|del|della|di|la|le|van|von|der|den|bin|binti|ibn"
    r"|al|el|e|y|ten|ter|zu|af|av|dela|delas|delos|dalla|abu|op)){0,6}"
)
_PLACE: Final = rf"{_UPPER}[\w.'’\-]*(?:[ ,]{{1,2}}(?:{_UPPER}[\w.'’\-]*|de|da|do|del|la|of|the|sur|upon)){{0,4}}"
_BYLINE: Final = re.compile(
    r"\W*(?:(?:published|posted|written|words|text|story|report)\s+by|by|author|authors)\b\s*:?\s+(?P<names>\S.*)",
    re.IGNORECASE,
)
_IN_PLACE: Final = re.compile(
    rf"(?P<names>{_NAME.pattern}(?:,? and {_NAME.pattern})?) in (?P<place>{_PLACE})"
    rf"(?:,? and (?:(?P<more>{_NAME.pattern}) in {_PLACE}|agencies|agency))?"
)
_AFFILIATED: Final = re.compile(
    rf"(?P<names>{_NAME.pattern}(?:,? and {_NAME.pattern})?)(?:,| in {_PLACE},) ?(?P<rest>[^,.]{{3,60}})"
)
_ROLE_FIRST: Final = re.compile(
    r"(?:by |from )?(?:our |the )?(?:[a-z-]+ ){0,2}(?:writer|reporter|correspondent|journalist) "
    rf"(?-i:(?P<names>{_UPPER}[\w.'’\-]+(?: {_UPPER}[\w.'’\-]+){{1,3}}))",
    re.IGNORECASE,
)
_REPORTS: Final = re.compile(
    rf"(?P<names>{_NAME.pattern}(?:,? and {_NAME.pattern})?) reports?(?: (?:from|in) (?P<place>{_PLACE}))?"
)
_OFFICE_BEHIND: Final = re.compile(
    r"^(?P<name>\S+\s\S+)(?:\s\S+){0,2}\s(?:correspondent|reporter|writer|editor|columnist)$", re.IGNORECASE
)
_VERBS: Final = (
    r"(?:with |and )?(?:additional |further |extra )?"
    r"(?:reporting|report|reporters?|writing|writers?|written|editing|edited|editors?"
    r"|compiled|reported|authors?|journalists?"
    r"|correspondents?|byline|filed|story|text|words|translat(?:ed|ion|ing)|photos?|pictures?|graphics?)"
)
_OF: Final = r"(?: (?:by|from)\b:?| ?:) ?"
_CREDIT_VERB: Final = re.compile(rf"\b(?P<verbs>{_VERBS}(?: and (?:writing|editing|reporting))?){_OF}", re.IGNORECASE)
"""What names stand behind: "Reporting by ", "Editor: "."""
_TAGLINE: Final = re.compile(
    rf"(?:{_NAME.pattern}(?:,? and {_NAME.pattern})? reported from [^.]{{2,60}}\. )?"
    rf"(?:{_NAME.pattern}|[^.]{{2,120}}) contributed (?:to this (?:report|story|article)|reporting)[^.]{{0,60}}\.?"
)
_CONTRIBUTED: Final = re.compile(
    rf"(?:(?:{_UPPER}[\w&.]*\s){{0,4}}(?:writers?|reporters?|correspondents?|journalists?)\s)?"
    rf"(?P<names>{_NAME.pattern}(?:,? and {_NAME.pattern})?)(?:\sin\s{_PLACE})?\s(?:reported\sfrom|contributed\s)"
)
_INITIALS: Final = re.compile(rf"{_UPPER}{{2,6}}(?:[-/]{_UPPER}+)*")
_AND: Final = re.compile(r",? (?:and|&|AND) |;")
_BEHIND: Final = re.compile(r"\s[|/•·–—-]\s|\s{2,}|[(@\t]|,?\s(?:with|from|via)\s")
"""What parts a person from whom he works for, where he is reached, and the like."""
_AROUND: Final = " \t|•·-–—,/>»"
_AFTER_NAME: Final = re.compile(r"\s?[|•·/(–—]\s?|\s-\s|,\s")
_NO_AUTHORS: Final = ("translat", "photo", "picture", "graphic")
_NAMES_ALONE: Final = 2
_SHORT_FORMS: Final = ("Jr.", "Sr.")


class Names(NamedTuple):
    """Who wrote and who edited, as the page spells them, each once; `place` is where a by-line says that it was."""

    reporters: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    place: str | None = None


def is_credit(line: str) -> bool:
    """Return whether a line says who reported, wrote or edited: "Reporting by X; Editing by Y and Z"."""
    if len(line) > _LONGEST:
        return False
    if " contributed " in line and _TAGLINE.fullmatch(line):
        return True
    found = _credited(line) if _begins_credit(line) else Names()
    return bool(found.reporters or found.editors)


def is_byline(line: str) -> bool:
    """Return whether a line names its authors: "By X and Y", "X in Place", "X, Europe correspondent".

    >>> is_byline("By Mira Holt, Nordia | 3 April 2024"), is_byline("By Monday the ban was lifted")
    (True, False)
    """
    if len(line) > _LONGEST // 3:
        return False
    plain = without_dates(line).strip(_AROUND)
    ends = plain.endswith((".", "?", "!"))
    if found := _BYLINE.fullmatch(plain.partition("; ")[0]):
        parts = _persons(found["names"], affiliated=True)
        named = bool(parts) and all(_NAME.fullmatch(part) or _is_no_person(part) for part in parts)
        return named and not (ends and len(plain.split()) > _LONGEST_SENTENCE)
    if ends:
        return False
    placed = _IN_PLACE.fullmatch(plain)
    if placed and len(placed["names"].split()) > 1:
        return all(len(name.split()) <= 4 for name in _AND.split(placed["names"]))
    if (reports := _REPORTS.fullmatch(plain)) and are_names(reports["names"]):
        return True
    if "·" in line and line != plain and is_name(_AFTER_NAME.split(plain, maxsplit=1)[0]):
        return True  # "Mira Holt · 3 April 2024 · 4 min read"
    return bool(_affiliated(plain) or _ROLE_FIRST.fullmatch(plain))


def is_signature(line: str) -> bool:
    """Return whether a line is a name behind a dash or in brackets: "— Mira Holt", "(Mira Holt)"."""
    plain = line.strip()
    return plain[:1] in "-–—(" and is_name(plain.strip(" -–—()."))


def is_name(line: str) -> bool:
    """Return whether a line is two or three words of a name and nothing else: "MIRA HOLT"."""
    plain = line.strip()
    if not 2 <= len(plain.split()) <= 3 or not _NAME.fullmatch(plain) or _is_no_person(plain):
        return False
    return page_words("labels").isdisjoint(plain.lower().split())


def are_names(line: str) -> bool:
    """Return whether a line is a name and nothing else, or two of them: "Mira Holt and Ed Vale"."""
    parts = _names_alone(line)
    first = (word.casefold() for part in parts for word in part.split(maxsplit=1)[:1])
    placed = len(parts) > 1 and not page_words("opens a place").isdisjoint(first)
    return len(parts) <= _NAMES_ALONE and all(map(is_name, parts)) and not placed


def _names_alone(line: str) -> list[str]:
    """Return the names of a line before whom they work for: "Mira Holt, Ed Vale | Nordia"."""
    head = line.strip().partition(" | ")[0]
    return [name.strip() for part in _AND.split(head) for name in part.split(",")]


def author_of(line: str, agency: str) -> str | None:
    """Return the name in front of an agency's or a place's: "Mira Holt, Nordia"; None in any other line.

    >>> author_of("Mira Holt / Nordia", "Nordia"), author_of("Ostvik, Vesterland", "Nordia")
    ('Mira Holt', None)
    """
    name, *rest = _AFTER_NAME.split(without_dates(line).strip(_AROUND), maxsplit=1)
    filed = rest[0].strip(" ()|") if rest else ""
    return name if filed.casefold() == agency.casefold() and is_name(name) else None


def names_of(lines: Iterable[str]) -> Names:
    """Return who wrote and who edited, of by-lines and credits in the order of the page, each person once."""
    reporters: dict[str, str] = {}
    editors: dict[str, str] = {}
    place = None
    for line in lines:
        found = _read(line)
        reporters |= {name.casefold(): name for name in found.reporters if name.casefold() not in reporters}
        editors |= {name.casefold(): name for name in found.editors if name.casefold() not in editors}
        place = place or found.place
    return Names(tuple(reporters.values()), tuple(editors.values()), place)


def _read(line: str) -> Names:
    """Return the persons of a line: a credit, a by-line, a by-line with a credit behind it, or a tagline."""
    if _begins_credit(line):
        return _credited(line)
    if " contributed " in line and (tags := [tag for part in line.split(". ") if (tag := _CONTRIBUTED.search(part))]):
        return Names(tuple(_real(name for tag in tags for name in _AND.split(tag["names"]))))
    before, _, behind = line.partition("; ")
    if behind and _begins_credit(behind):
        first, second = _authors(before), _credited(behind)
        return Names(first.reporters + second.reporters, second.editors, first.place)
    return _authors(line)


def _is_second(words: str) -> bool:
    """Return whether words behind one author and a comma are another one: "By Mira Holt, Ed Vale"."""
    return is_name(words) and words.split(maxsplit=1)[0].casefold() not in page_words("opens a place")


def _is_no_person(name: str) -> bool:
    """Return whether a name is that of a desk or an agency, or of nobody: "Staff Reporter"."""
    return not page_words("no persons").isdisjoint(re.findall(r"[^\W\d_]+", name.lower()))


def _authors(line: str) -> Names:
    plain = without_dates(line).strip(_AROUND)
    if found := _ROLE_FIRST.fullmatch(plain):
        return Names(tuple(_real([found["names"]])))
    if (found := _REPORTS.fullmatch(plain)) and are_names(found["names"]):
        return Names(tuple(_real(_AND.split(found["names"]))), place=found["place"])
    if found := _BYLINE.fullmatch(plain):
        return Names(tuple(_real(_persons(found["names"], affiliated=True))), place=_place(found["names"]))
    if found := _IN_PLACE.fullmatch(plain):
        names = [*_AND.split(found["names"].removeprefix("From ")), found["more"] or ""]
        return Names(tuple(_real(names)), place=found["place"])
    if found := _affiliated(plain):
        return Names(tuple(_real(_AND.split(found["names"]))))
    if are_names(plain):
        return Names(tuple(_names_alone(plain)))
    first = _AFTER_NAME.split(plain.strip("() ."), maxsplit=1)[0]
    return Names((first,) if is_name(first) else ())


def _affiliated(line: str) -> re.Match[str] | None:
    """Return names with what they are behind a comma: "Mira Holt, Europe correspondent"."""
    found = _AFFILIATED.fullmatch(line)
    if not found or len(found["names"].split()) < 2 or len(found["rest"].split()) > 5:
        return None
    return found if _is_no_person(found["rest"]) and not _is_no_person(found["names"]) else None


def _place(names: str) -> str | None:
    found = re.search(rf"\sin\s({_PLACE})", names)
    return found[1] if found else None


def _begins_credit(line: str) -> bool:
    return _CREDIT_VERB.match(line.lstrip(" \t([")) is not None


def _credited(line: str) -> Names:
    reporters: list[str] = []
    editors: list[str] = []
    verbs = list(_CREDIT_VERB.finditer(line))
    ends = [verb.start() for verb in verbs[1:]] + [len(line)]
    for verb, end in zip(verbs, ends, strict=True):
        listed = line[verb.end() : end].partition(";")[0].strip(" .,;|/()[]-–—")
        names = _real(_persons(listed, affiliated=False))
        kind = verb["verbs"].lower()
        if not kind.startswith(_NO_AUTHORS):
            (editors if kind.startswith("edit") else reporters).extend(names)
    return Names(tuple(reporters), tuple(editors))


def _real(names: Iterable[str]) -> list[str]:
    return [
        name for name in names if _NAME.fullmatch(name) and not _is_no_person(name) and not _INITIALS.fullmatch(name)
    ]


def _persons(names: str, *, affiliated: bool) -> list[str]:
    """Return the names of a list. In a by-line, whom they work for stands behind the last one and a comma."""
    together = re.sub(rf"\s(?:with|and)\s(?={_UPPER}[\w.'’-]+\s{_UPPER}[\w.'’-]+$)", " and ", names.strip(" ()[]"))
    pieces = _AND.split(_BEHIND.split(together, maxsplit=1)[0])
    parts: list[str] = []
    for number, piece in enumerate(pieces, 1):
        held = [_OFFICE_BEHIND.sub(r"\g<name>", part.strip()) for part in piece.split(",")]
        last = affiliated and number == len(pieces) and not (len(held) == len(pieces) + 1 and _is_second(held[-1]))
        parts += held[:1] if last else held
    stripped = (
        re.split(r"\s(?:in|for|at|of|on)(?:\s|$)", part.strip(), maxsplit=1)[0].strip(" ()[]") for part in parts
    )
    return [part if part.endswith(_SHORT_FORMS) else part.rstrip(".") for part in stripped if part]
