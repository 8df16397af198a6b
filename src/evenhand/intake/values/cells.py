"""How the text of one cell becomes a value: money, shares, dates, truth, hosts, numbers of registers."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import TypeVar

from evenhand.intake.values.damaged_text import damage_of
from evenhand.intake.values.vat_numbers import country_of
from evenhand.model.accounts import account_of, app_of
from evenhand.model.party import MILLIONTHS, Identifier
from evenhand.store.country_names import country_like, country_named, is_alpha2

VEHICLE_CODES = {
    "A": "AT", "B": "BE", "C": "CU", "D": "DE", "E": "ES", "F": "FR", "G": "GA", "H": "HU", "I": "IT", "J": "JP",
    "K": "KH", "L": "LU", "M": "MT", "N": "NO", "P": "PT", "Q": "QA", "S": "SE", "T": "TH", "V": "VA", "Z": "ZM",
    "DY": "BJ", "EW": "EE", "FL": "LI", "JA": "JM", "PI": "PH", "RA": "AR", "RH": "HT", "RI": "ID", "RL": "LB",
    "RM": "MG", "RN": "NE", "RP": "PH", "SF": "FI", "WG": "GD", "WL": "LC", "WV": "VC", "YV": "VE",
    "BDS": "BB", "BHT": "BT", "BRU": "BN", "BUR": "MM", "CAM": "CM", "CDN": "CA", "CGO": "CD",
    "EAK": "KE", "EAT": "TZ", "EAZ": "TZ", "GBA": "GG", "GBG": "GG", "GBJ": "JE", "GBM": "IM",
    "GBZ": "GI", "GCA": "GT", "HKJ": "JO", "LAR": "LY", "MAL": "MY", "MGL": "MN", "MOC": "MZ",
    "MYA": "MM", "NAU": "NR", "NEP": "NP", "NMK": "MK", "RCA": "CF", "RCB": "CG", "RCH": "CL", "RIM": "MR",
    "RKS": "XK", "RMM": "ML", "ROK": "KR", "SCV": "VA", "SLO": "SI", "SME": "SR",
    "SUD": "SD", "WAG": "GM", "WAL": "SL", "WAN": "NG",
}  # fmt: skip
"""Sign in upper case to ISO 3166-1 alpha-2."""


Choice = TypeVar("Choice")

_CUT_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BREAK = re.compile(r" ?[\t\r\n][\t\r\n ]*")
_TIME_OF_DAY = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_ZONE = r"\s?(?:Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_DAY = re.compile(rf"([0-9]{{4}})([-/])([0-9]{{1,2}})\2([0-9]{{1,2}})(?:[T ]+{_TIME_OF_DAY}(?:{_ZONE})?)?")
_COUNTED = re.compile(r"[1-5][0-9]{4}(?:[.,][0-9]+)?")  # from 1927 to 2064
_BIRTH = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SHARE = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,30})?)\s*(%?)")
_MONEY = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)(?:\s*([A-Za-z]{3}))?")
_IDENTIFIER = re.compile(r"([a-z][a-z0-9_-]*)(?:/([a-z]{2}(?:-[a-z0-9]{1,3})?))?\s*:\s*(\S.*)", re.IGNORECASE)
_ACCOUNT = re.compile(r"([a-z0-9][a-z0-9._-]*)/@?([^\s/,|]+)")
_LARGEST = 2**63 - 1
_ECONOMIC_AREA = "EEA"
_REMEMBERED = 4096  # dates and codes repeat: 200,000 rows share their values instead of holding one each
# Wide enough for 18 digits of money by 18 of a rate: nothing is rounded before the last step.
_EXACT = Context(prec=80)


PLACEHOLDERS = frozenset({
    "-", "--", "---", "–", "—", "?", "??", "???", ".", "..", "...", "…", "/", "//", "*", "_", "x", "xxx",
    "n/a", "#n/a", "n.a.", "n. a.", "n.a", "n/v", "<na>", "nan", "null", "nil", "none", "nothing", "empty", "blank",
    "unknown", "not known", "not available", "not applicable", "no website", "tbd", "tba", "t.b.d.", "tbc", "todo",
    "k.a.", "k. a.", "k.a", "k/a", "keine", "keine angabe", "keine angaben", "kein", "keiner", "leer", "unbekannt",
    "nicht bekannt", "nicht vorhanden", "entfällt",
    "aucun", "aucune", "néant", "inconnu", "inconnue", "non disponible", "s/o", "n/d", "ninguno", "ninguna",
    "desconocido", "no aplica", "nessuno", "nessuna", "sconosciuto", "geen", "onbekend", "n.v.t.", "nvt", "brak",
    "nieznany", "ingen",
    "нет", "неизвестно", "не указано", "н/д", "لا يوجد", "غير معروف",
})  # fmt: skip
"""What people write into a cell that has no value, case folded; read as an empty cell among hosts, countries, numbers
and dates. Nothing of it can be one of these: `NA` is not among them, because it is Namibia."""

NO_AMOUNTS = frozenset({
    "-", "--", "---", "–", "—", "n/a", "n.a.", "n. a.", "n.a", "<na>", "nan", "null", "nil", "none", "nothing", "empty",
    "blank", "not applicable", "keine", "kein", "leer", "entfällt", "aucun", "aucune", "néant", "s/o", "ninguno",
    "ninguna", "no aplica", "nessuno", "nessuna", "geen", "n.v.t.", "nvt", "brak", "ingen", "нет",
})  # fmt: skip
"""Placeholders that say of an amount that there is none. `unknown`, `?` and `#N/A` do not: there may be money."""

# What a spreadsheet or a data frame writes where there is nothing. A person may be called Nan or Null, nobody NaN.
NO_NAMES = frozenset({"nan", "NaN", "NULL", "null", "#N/A", "<NA>", "#NAME?", "#REF!", "#VALUE!"})

_MAY_BE_NAMES = frozenset({
    "x", "xxx", "nan", "null", "nil", "nothing", "empty", "blank", "kein", "keiner", "leer", "brak", "ingen", "geen",
    "нет",
})  # fmt: skip
NO_NAMES_IN_ANY_CASE = (PLACEHOLDERS - _MAY_BE_NAMES) | {
    "no name", "noname", "unnamed", "(none)", "(empty)", "(leer)", "(unknown)", "ohne name", "ohne namen", "sans nom",
    "sin nombre", "senza nome", "без имени", "без названия",
}  # fmt: skip
"""Texts that name nobody, case folded. What a company or a person may be called is not among them."""


class Unusable(ValueError):
    """A cell holds no value of its kind; the message says what was expected."""


def list_values(text: str) -> list[str]:
    """Return the values of a list cell, separated by `;` or line breaks, as they are written.

    >>> list_values("one; two\\nthree")
    ['one', ' two', 'three']
    """
    return text.replace("\r", ";").replace("\n", ";").split(";")


def key(text: str) -> str:
    """Return an id as given, if it can be one: no control characters, not cut by a spreadsheet."""
    if _CONTROL.search(text):
        raise Unusable("text without control characters")
    if _CUT_NUMBER.fullmatch(text):
        raise Unusable("all digits; a spreadsheet has cut this number")
    return text


def on_one_line(text: str) -> str:
    """Return a text with blanks for its line breaks and tabs: a long name is written on several lines.

    >>> on_one_line("Made Up\\nFreight GmbH")
    'Made Up Freight GmbH'
    """
    return _BREAK.sub(" ", text)


def name(text: str) -> str:
    """Return a name on one line, if somebody can be looked for by it: it has a letter or a digit, and lost none."""
    text = on_one_line(text)
    if damage := damage_of(text):
        raise Unusable(damage)
    if not any(map(str.isalnum, text)):
        raise Unusable("a name with a letter or digit")
    if text in NO_NAMES or text.casefold() in NO_NAMES_IN_ANY_CASE:
        raise Unusable("a name, not a mark of nothing")
    return key(text)


@lru_cache(_REMEMBERED)
def day(text: str) -> date:
    """Return the day of an ISO date; a time of day and its zone are left out, and the day is the one that is written.

    >>> day("2026-11-24T22:30:00.000Z"), day("2026/11/24 08:00:00+02:00")
    (datetime.date(2026, 11, 24), datetime.date(2026, 11, 24))
    """
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[3]), int(found[4])) if found else date.fromisoformat("")
    except ValueError:
        raise Unusable(_unless_counted(text, "a date as YYYY-MM-DD")) from None


def birth_date(text: str) -> str:
    """Return a date of birth as given, if it is one: a year, or with month, or with month and day."""
    found = _BIRTH.fullmatch(text)
    try:
        date(int(found[1] if found else 0), int(found[2] or 1) if found else 0, int(found[3] or 1) if found else 0)
    except ValueError:
        raise Unusable(_unless_counted(text, "a date as YYYY, YYYY-MM or YYYY-MM-DD")) from None
    return text


def _unless_counted(text: str, expected: str) -> str:
    """Return what was expected, and what to do where a spreadsheet shows a day as it counts it, since 1899-12-30.

    It is not read: two programs count from other days, and a number may be anything.
    """
    is_counted = _COUNTED.fullmatch(text) is not None
    return f"{expected}, not a spreadsheet's day number: format the column as a date" if is_counted else expected


def truth(text: str) -> bool:
    """Return what yes, no, true, false, 1 or 0 say, in any case; yes and no in seven languages."""
    match text.casefold():
        case "yes" | "true" | "1" | "ja" | "oui" | "sí" | "si" | "sì" | "tak" | "да":
            return True
        case "no" | "false" | "0" | "nein" | "non" | "nie" | "нет":
            return False
        case _:
            raise Unusable("yes or no")


def share(text: str) -> int:
    """Return a share in millionths: `0.25`, `25 %` and `25,0 %` are 250,000. Rounded down, never up to a threshold."""
    found = _SHARE.fullmatch(text)
    if found is None:
        raise Unusable("a share such as 0.25 or 25 %")
    part = Decimal(found[1].replace(",", ".")) / (100 if found[2] else 1)
    if part > 1:
        raise Unusable("a share of at most 1 or 100 %")
    return int((part * MILLIONTHS).to_integral_value(ROUND_FLOOR))


def money(text: str, currency: str, fx: Mapping[str, str]) -> int:
    """Return an amount in micros of `currency`: decimal text, with another currency's code by its rate in `fx`."""
    found = _MONEY.fullmatch(text)
    if found is None:
        raise Unusable(f"an amount such as 1200 or 1200.50 {currency}, not negative")
    unit = (found[2] or currency).upper()
    if unit != currency and unit not in fx:
        raise Unusable(f"an amount in {currency}, or a rate for {unit} in [fx]")
    rate = Decimal(1) if unit == currency else Decimal(fx[unit])
    exact = _EXACT.multiply(_EXACT.multiply(Decimal(found[1]), rate), Decimal(1_000_000))
    micros = int(exact.to_integral_value(ROUND_HALF_EVEN))
    if micros > _LARGEST:
        raise Unusable("an amount below 9 trillion")
    return micros


def account(text: str) -> str:
    """Return an account as `service/handle` in lower case, from an address too; the handle's `@` is dropped.

    An app's page in a store is one; the package keeps its case.
    """
    found, known = _ACCOUNT.fullmatch(key(text).lower()), account_of(text)
    if known and (found is None or "." in found[1] or app_of(known)):
        return known
    if found is None:
        raise Unusable("service/handle, or an account's address")
    return f"{found[1]}/{found[2]}"


def identifier(text: str) -> Identifier:
    """Return a register's number, written `scheme[/jurisdiction]:value`."""
    found = _IDENTIFIER.fullmatch(text)
    if found is None:
        raise Unusable("scheme:value or scheme/jurisdiction:value")
    if found[3].casefold() in PLACEHOLDERS:
        raise Unusable("a number, not a mark of nothing; leave the cell empty")
    scheme, place = found[1].lower(), (found[2] or "").lower()
    return Identifier(scheme=scheme, jurisdiction=place, value=key(found[3]))


def register_number(scheme: str, place: str, country: str, text: str) -> Identifier:
    """Return a register's number from a column that says which: bare, or written as for `identifier`.

    It is of `place`, a VAT number of the country that it begins with, else of the row's `country`.
    """
    key(text)
    written = _IDENTIFIER.fullmatch(text)
    if written is not None and len(written[1]) > 2:
        return identifier(text)
    if text.casefold() in PLACEHOLDERS:
        raise Unusable("a number, not a mark of nothing; leave the cell empty")
    if scheme != "vat":
        return Identifier(scheme=scheme, jurisdiction=place, value=text)
    of = country_of(text, place or country.lower())
    foreign = text[:2].lower() != of and text[:2].upper() in ("EL", "XI")
    return Identifier(scheme=scheme, jurisdiction=of, value=text[2:].strip() if foreign else text)


def one_of(choices: Mapping[str, Choice], text: str) -> Choice:
    """Return the choice that a text names, in any case, blanks for underscores."""
    found = choices.get(text.lower().replace(" ", "_"))
    if found is None:
        raise Unusable(f"one of {', '.join(choices)}")
    return found


def matching(pattern: str, expected: str, text: str) -> str:
    """Return the text if all of it fits the pattern."""
    if not re.fullmatch(pattern, text):
        raise Unusable(expected)
    return text


@lru_cache(_REMEMBERED)
def country(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's name, its code, or the sign of its vehicles, in this order.

    Two letters that are no code are refused: to a list they would be another country than that of its entry.
    """
    named = country_named(text) or VEHICLE_CODES.get(text.upper(), "")
    if named or is_alpha2(text.upper()):
        return named or text.upper()
    near = country_like(text)
    raise Unusable(
        "a country's name or code, such as Germany, DE or DEU" + (f"; did you mean `{near}`" if near else "")
    )


@lru_cache(_REMEMBERED)
def territory(text: str) -> str:
    """Return the code of a place where advertising is sold or votes are held: a country's, as for `country`, EU or EEA.

    >>> territory("Deutschland"), territory("eea")
    ('DE', 'EEA')
    """
    if text.upper() == _ECONOMIC_AREA:
        return _ECONOMIC_AREA
    try:
        return country(text)
    except Unusable as error:
        raise Unusable(f"{error}; or EU or EEA") from None


@lru_cache(_REMEMBERED)
def language(text: str) -> str:
    """Return a language tag (BCP 47) in lower case; only its form is looked at."""
    return matching("[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", "a language tag such as en or pt-br", text.lower())


@lru_cache(_REMEMBERED)
def code(text: str) -> str:
    """Return an id of the rulebook's schema (a content kind, a type of control) in lower case."""
    return matching("[a-z][a-z_]*", "an id such as news or public_information", text.lower())


def sha256(text: str) -> str:
    """Return a SHA-256 in lower-case hex."""
    return matching("[0-9a-f]{64}", "64 hex digits", text.lower())
