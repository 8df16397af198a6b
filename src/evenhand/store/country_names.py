"""Names of countries as people write them into tables, in seven languages, read as ISO 3166 alpha-2 codes."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from evenhand.model.text_matching import plain

# Left by ISO 3166-1 to its users, or reserved, some for a time after a country changed its name or ended.
_OTHER_CODES = re.compile("AA|AC|AN|BU|C[PQS]|DG|E[AUZ]|FX|IC|NT|Q[M-Z]|S[FU]|T[AP]|U[KN]|X[A-Z]|YU|Z[RZ]")
_USER_ASSIGNED = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")
_ARTICLE = re.compile(r"\bthe\b", re.IGNORECASE)
_SHORTEST, _SHORT, _LONGEST = 4, 9, 60  # letters; one typing error is seen in a short name, two in a longer one


def country_named(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name or alpha-3 code, upper case, or ``""`` if it is none.

    Case, accents, punctuation, blanks and the English article do not count. `UK` and `EL` are taken for GB and GR;
    another code of two letters is not looked at.

    >>> country_named("Deutschland"), country_named("États-Unis"), country_named("нидерланды"), country_named("POL")
    ('DE', 'US', 'NL', 'PL')
    >>> country_named("Netherlands (the)"), country_named("Congo, The Democratic Republic of the")
    ('NL', 'CD')
    """
    return _codes().get(plain(text)) or _codes().get(_without_article(text), "")


def is_alpha2(text: str) -> bool:
    """Return whether two capital letters are a code that ISO 3166-1 gives, reserves, or leaves to its users.

    >>> is_alpha2("DE"), is_alpha2("EU"), is_alpha2("YU"), is_alpha2("QM"), is_alpha2("JJ")
    (True, True, True, True, False)
    """
    return bool(_OTHER_CODES.fullmatch(text)) or any(text == code for code, _, _ in _rows())


def is_in_use(code: str) -> bool:
    """Return whether two capital letters are a code that ISO 3166-1 gives or leaves to its users, not one it reserves.

    >>> is_in_use("GB"), is_in_use("QM"), is_in_use("UK"), is_in_use("YU"), is_in_use("DEU")
    (True, True, False, False, False)
    """
    return is_user_assigned(code) or code in _given()


def is_user_assigned(code: str) -> bool:
    """Return whether ISO 3166-1 leaves a code to its users and no country is known by it; Kosovo is, by `XK`.

    >>> is_user_assigned("QM"), is_user_assigned("XK"), is_user_assigned("DE")
    (True, False, False)
    """
    return bool(_USER_ASSIGNED.fullmatch(code)) and code not in _given()


def place_like(text: str, unions: Iterable[str] = ()) -> str:
    """Return the code that a text may stand for, of a country or of one of the unions, or ``""``.

    It is a country's name or another code of it; else one typing error away from a union, a name or three letters.

    >>> [place_like(text, ("EEA", "EU")) for text in ("UK", "de", "EUU", "EAA", "DUE", "Germny", "JJJ")]
    ['GB', 'DE', 'EU', 'EEA', 'DE', 'DE', '']
    """
    wanted = text.strip().upper()
    if wanted in unions or is_in_use(wanted):
        return wanted
    return country_named(text) or _one_error_away(wanted, unions) or country_named(country_like(text))


def _one_error_away(wanted: str, unions: Iterable[str]) -> str:
    """Return the one union, or else the one code of three letters, that is a letter or an exchange of two away."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only where a place is unknown

    if len(wanted) < len("EEA"):  # of two letters most are one apart
        return ""
    for known in (unions, (alpha3 for _, alpha3, _ in _rows())):
        near = [each for each in known if OSA.distance(wanted, each, score_cutoff=1) <= 1]
        if len(near) == 1:
            return country_named(near[0]) or near[0]
    return ""


@lru_cache(4096)
def country_like(text: str) -> str:
    """Return the name of a country that is written most like a text, as a question to people, or ``""``.

    >>> country_like("Deutschand"), country_like("Osterreich Wien"), country_like("X")
    ('Deutschland', '', '')
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only where a country is unknown
    from rapidfuzz.process import extractOne  # noqa: PLC0415

    wanted = plain(text)
    if not _SHORTEST <= len(wanted) <= _LONGEST:
        return ""
    found = extractOne(wanted, _names().keys(), scorer=OSA.distance, score_cutoff=1 + (len(wanted) > _SHORT))
    return _names()[found[0]] if found else ""


@cache
def english_country_names() -> Mapping[str, str]:
    """Return the English name of a country, lower case, by its names of one word in all languages.

    >>> english_country_names()["syrien"], english_country_names()["frankreich"], english_country_names()["france"]
    ('syria', 'france', 'france')
    """
    found: dict[str, str] = {}
    for _, _, names in _rows():
        english, *others = [name for name in names.split("|") if name.isalpha() and not name.isupper()] or [""]
        found |= {plain(name): plain(english) for name in (english, *others) if name and plain(name).isascii()}
    return found


@cache
def _names() -> Mapping[str, str]:
    """Return the names as written, by their plain form."""
    return {plain(name): name for _, _, names in _rows() for name in names.split("|") if name}


def _without_article(name: str) -> str:
    return plain(_ARTICLE.sub(" ", name))


@cache
def _codes() -> Mapping[str, str]:
    written = [(name, code) for code, _, names in _rows() for name in names.split("|") if name]
    names = {_without_article(name): code for name, code in written} | {plain(name): code for name, code in written}
    return {plain(alpha3): code for code, alpha3, _ in _rows()} | names


@cache
def _given() -> frozenset[str]:
    return frozenset(code for code, _, _ in _rows())


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    table = files("evenhand.store").joinpath("country_names.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple((code, alpha3, names) for code, alpha3, names in rows)
