"""The names in one that says itself that it is two: `X trading as Y`, `X geb. Y`, `Eheleute X und Y Z`, `Elect X`.

Words that stand between two names and nowhere else take a name apart wherever they stand, in front of a whole name if
they are written small. Those that are words of names as well (`now`, `alias`, `ex`) do so behind a mark; elsewhere a
side of one word is no name. What is found is compared beside the name as it is written: no name is lost by it.
"""

import re
from collections.abc import Iterator

from evenhand.screening.names.words import KINDS, table_lines

_PHRASES: dict[str, tuple[str, ...]] = {}
for _kind, _phrases in table_lines("name_markers.txt"):
    _PHRASES[_kind] = (*_PHRASES.get(_kind, ()), *(each.strip() for each in _phrases.split("|")))

_SIGNALS = frozenset(
    word
    for kind, phrases in _PHRASES.items()
    if kind not in {"office", "cargo"}  # they stand behind words that are named here
    for words in (each.lower().split()[::-1] for each in phrases)
    for word in (max(words, key=len), f"{words[-1].partition('.')[0]}." if "." in words[-1] else "")
) | {"for", "eleicao", "eleição", "eleicoes", "eleições"}
_APART = str.maketrans(",;:()[]–—", " " * 9)


def has_marker(text: str) -> bool:
    """Return whether a name may hold such words: all others are spared the patterns."""
    small = text.lower()
    return not _SIGNALS.isdisjoint(small.translate(_APART).split()) or "ex-" in small or "экс-" in small


def _any_of(kind: str) -> str:
    """Return a pattern of the phrases of a kind, the longest first."""
    written = (
        re.escape(each).replace(r"\ ", r"\s+").replace(r"\.", r"\.\s?").replace("'", "['’]")
        for each in sorted(_PHRASES[kind], key=lambda each: (-len(each), each))
    )
    return "|".join(written)


def _standing(pattern: str) -> re.Pattern[str]:
    """Return where one of the phrases stands by itself, or is written together with what follows (`ex-`, `d'`)."""
    return re.compile(rf"(?:^|(?<=[\s,;:()\[\]–—]))(?:{pattern})(?:(?<=[-'’.\s])|(?=[\s:)\"„“«]))")


_BETWEEN = _standing(f"(?i:{_any_of('between')})|{_any_of('between as written')}")
_PERHAPS = _standing(f"(?i:{_any_of('perhaps')})|{_any_of('perhaps as written')}")
_BIRTH = _standing(f"(?i:{_any_of('birth')})|{_any_of('birth as written')}")
_COUPLE = re.compile(rf"\s*(?:{_any_of('couple')})\s+(.+)", re.IGNORECASE)
_AND = re.compile(r"\s+(?:und|u\.|&|\+|and|et|y|e|i|и|en)\s+", re.IGNORECASE)
_VOTE = re.compile(rf"\s*(?:{_any_of('vote')})[\s:]+(.+)", re.IGNORECASE)
_OFFICE = re.compile(rf"(.+?)\s+for\s+(?:{_any_of('office')})\b", re.IGNORECASE)
_BRAZIL = re.compile(
    rf"\s*elei[cç](?:[aã]o|[oõ]es)\s+\d{{4}}\s+(.+?)(?:\s+(?:{_any_of('cargo')})\b.*)?\s*$", re.IGNORECASE
)
_LEAST_ALONE = 5
_MARKS = ",;:([–—-"
_AROUND = ' \t,;:-–—()[]"„“”«»'
_DAY_OR_PLACE = re.compile(r".*\d|(?:in|on|at|am|um|à|a|le|il|w)\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}|[^\W\d_]\.")


def declared_names(text: str) -> Iterator[str]:
    """Yield the names that a written name says it stands for, by words between them or around a person's.

    >>> list(declared_names("Bazooka Bakery (formerly Zorblatt Media Group)"))
    ['Bazooka Bakery', 'Zorblatt Media Group']
    >>> list(declared_names("Granat Müller geb. Torum")), list(declared_names("Alias Films"))
    (['Granat Müller', 'Granat Torum'], [])
    >>> list(declared_names("Eheleute Granat und Anna Torum")), list(declared_names("Granat Torum for Congress"))
    (['Granat Torum', 'Anna Torum'], ['Granat Torum'])
    """
    for found in _BETWEEN.finditer(text):
        at_start = not _side(text[: found.start()])
        if not at_start or (found[0].islower() and not text.islower()):
            yield from (each for each in _sides(text, found) if _is_full(each) or _is_own_word(each))
    for found in _PERHAPS.finditer(text):
        if _side(text[: found.start()]):
            marked = text[: found.start()].rstrip()[-1] in _MARKS
            yield from (each for each in _sides(text, found) if each and (marked or _is_full(each)))
    for found in _BIRTH.finditer(text):
        yield from _by_birth(*_sides(text, found))
    yield from _couple(text)
    yield from _candidate(text)


def _sides(text: str, found: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and behind words, each up to the next such words."""
    before, behind = text[: found.start()], text[found.end() :]
    return _side(_BETWEEN.split(before)[-1]), _side(_BETWEEN.split(behind)[0])


def _side(text: str) -> str:
    """Return one side without marks around it; a bracket that was opened before it ends it."""
    opened, closed = text.find("("), text.find(")")
    return (text[:closed] if closed >= 0 and not 0 <= opened < closed else text).strip(_AROUND)


def _is_full(text: str) -> bool:
    return sum(KINDS.get(word) != "particle" for word in _WORD.findall(text.lower())) > 1


def _is_own_word(text: str) -> bool:
    """Return whether one word can be all of a name: neither short nor a general or common word."""
    return len(text) >= _LEAST_ALONE and text.lower() not in KINDS


def _by_birth(name: str, at_birth: str) -> Iterator[str]:
    """Yield a name of today, and the same with the surname of birth; a full name of birth is one itself."""
    if not _is_full(name) and "," not in at_birth:
        return
    yield name
    if not at_birth or _DAY_OR_PLACE.match(at_birth):
        return
    surname, comma, given = at_birth.partition(",")
    if comma:  # `Müller geb. Torum, Granat`
        yield from (at_birth, f"{name},{given}")
    elif _is_full(at_birth):
        yield at_birth
    elif "," in name:
        yield f"{surname},{name.partition(',')[2]}"
    else:
        yield f"{name.rsplit(None, 1)[0]} {surname}"


def _couple(text: str) -> Iterator[str]:
    """Yield the full name of each of two people who are called by one surname."""
    found = _COUPLE.fullmatch(text)
    if found is None or not _is_full(found[1]):
        return
    one, *others = _AND.split(found[1])
    surname, comma, given = one.partition(",")
    if not others:
        yield one
    elif comma:
        yield from (f"{surname},{each}" for each in (given, *others))
    else:
        last = others[-1].split()[-1]
        yield from (each if _is_full(each) else f"{each} {last}" for each in (one, *others))


def _candidate(text: str) -> Iterator[str]:
    """Yield whom a campaign is for."""
    office, vote = _OFFICE.match(text), _VOTE.fullmatch(text)
    brazil = _BRAZIL.match(text)
    vote = _VOTE.fullmatch(office[1]) or office if office else vote
    yield from (each[1] for each in (vote, brazil) if each and _is_full(each[1]))
