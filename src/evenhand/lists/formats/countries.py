"""Country names as publishers write them, read as ISO 3166 alpha-2 codes."""

import re
from functools import cache
from importlib.resources import files

# Codes that ISO 3166-1 leaves to its users, such as `xk`; a house list may name a territory by one.
_USER_ASSIGNED = re.compile("aa|q[m-z]|x[a-z]|zz")

_TERRITORY = re.compile("[a-z]{2}-[a-z0-9]{1,6}")


def country_code(name: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name or code, lower case, or ``""`` if it is none.

    >>> country_code("Iran (Islamic Republic of)"), country_code("The Gambia"), country_code("undetermined")
    ('ir', 'gm', '')
    """
    return _codes().get(_plain(name), "")


def territory_code(text: str) -> str:
    """Return the code of a part of a country, or of a territory that others claim, lower case, ``""`` if it is none.

    It begins with the code of a country, as in FollowTheMoney and ISO 3166-2.

    >>> territory_code("ua-cri"), territory_code("US-DE"), territory_code("suhh")
    ('ua-cri', 'us-de', '')
    """
    code = text.strip().lower()
    return code if _TERRITORY.fullmatch(code) and is_country_code(code[:2]) else ""


def is_country_code(text: str) -> bool:
    """Return whether `text` is an alpha-2 code in lower case, given by ISO 3166-1 or left to its users."""
    return (len(text) == 2 and _codes().get(text) == text) or bool(_USER_ASSIGNED.fullmatch(text))


@cache
def _codes() -> dict[str, str]:
    table = files("evenhand.lists.formats").joinpath("countries.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    names = {_plain(name): code for code, names in rows for name in names.split("|")}
    return names | {code: code for code, _ in rows}


def _plain(name: str) -> str:
    words = name.lower().replace("’", "'").replace("&", " and ").split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)
