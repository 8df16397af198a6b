"""A person's name in several columns: `Vorname` and `Nachname`, `nome` and `cognome`, put together as one name."""

from collections.abc import Collection, Mapping, Sequence

from evenhand.model.text_matching import plain

PARTS = ("first_name", "middle_name", "last_name", "second_surname")

# Headings that are a name alone, and a part of one beside the other part.
_FIRST_BESIDE_LAST = frozenset(map(plain, ("nome", "nombre", "имя", "ad", "adı")))
_LAST_BESIDE_FIRST = frozenset(map(plain, ("name", "nom")))


def name_as_part(
    written: Sequence[str], places: Mapping[str, int], known: Collection[str], unread: Collection[str] = ()
) -> tuple[str, int] | None:
    """Return the part of a person's name that the column read as name is, and its place; None if it is the whole name.

    `written` are the headings plainly, `known` the columns that somebody has mapped. `Name` beside `Vorname` is a last
    name, `nome` beside `cognome` a first name.
    """
    at = places.get("name")
    if at is None or "name" in known or {"first_name", "last_name"} & set(unread):
        return None
    if "first_name" in places and "last_name" not in places and written[at] in _LAST_BESIDE_FIRST:
        return "last_name", at
    if "last_name" in places and "first_name" not in places and written[at] in _FIRST_BESIDE_LAST:
        return "first_name", at
    return None


def full_name(first: str, middle: str, last: str, second: str) -> str:
    """Return a person's name; a last name that begins or ends with the first is the whole name already.

    `second` is a surname behind the last name, which may end with it already.

    >>> full_name("Jane", "", "Doe", "Roe"), full_name("Jane", "", "Doe Roe", "Roe"), full_name("Ann", "", "Ann Li", "")
    ('Jane Doe Roe', 'Jane Doe Roe', 'Ann Li')
    """
    words, given, behind = (list(map(plain, each.replace(",", " ").split())) for each in (last, first, second))
    is_whole = given and given in (words[: len(given)], words[-len(given) :]) and len(words) > len(given)
    is_said = len(words) > len(behind) and words[-len(behind) :] == behind
    return " ".join(filter(None, (*(() if is_whole else (first, middle)), last, "" if is_said else second)))
