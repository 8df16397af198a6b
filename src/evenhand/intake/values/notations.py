"""How a file writes days and amounts: read as it says, and never guessed where it can be read in two ways.

A text such as `03/04/2019` or `1,234` is decided by the other rows of its column, or by a setting.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import Literal, NamedTuple

from evenhand.intake.values.cells import Unusable
from evenhand.model.text_matching import plain
from evenhand.store.table_rows import NumberText

DayOrder = Literal["", "dmy", "mdy"]
Decimals = Literal["", "comma", "point"]

DAY_COLUMNS = frozenset({
    "first_seen", "verified_on", "verified_until", "birth_date", "as_of", "until", "starts", "ends", "first_day",
    "last_day",
})  # fmt: skip
MONEY_COLUMNS = frozenset({"prepaid", "budget", "spent"})

_REMEMBERED = 4096
_LONGEST = 60  # no day or amount is longer
_TIME = r"(?:,?[T\s]+(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?)?"
_YEAR = r"(?:\s*(?:г|r|года|roku)\.?)?"  # the word for a year behind it, as in Russian and Polish
_ISO = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
# Eight digits with such a year, month and day are no day and month before a year: none has 19 or 20 months.
_DIGITS = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_NUMBERS = re.compile(rf"([0-9]{{1,2}})([./-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_YEAR}{_TIME}")
_MONTH_OF_YEAR = re.compile(r"([0-9]{1,2})[./]([0-9]{4})")
_WORDS = re.compile(
    r"(?:(?P<first>[0-9]{1,2})(?:\.|er|º|°|st|nd|rd|th)?[\s-]*(?:de\s+|of\s+)?)?(?P<month>[^\W\d_]+)\.?[\s-]*"
    r"(?:(?P<second>[0-9]{1,2})(?:st|nd|rd|th)?,\s*)?(?:de[l]?\s+)?(?P<year>[0-9]{4})" + _YEAR + _TIME
)
_ONE_WAY = "that can be read in one way only"
AMBIGUOUS_DAY = f"a date {_ONE_WAY}: write it as YYYY-MM-DD, or say --dates dmy or mdy (dates in [intake])"
AMBIGUOUS_AMOUNT = f"an amount {_ONE_WAY}: add cents, or say --decimals comma or point (decimals in [intake])"
_TWO_DIGITS = "a date with a year of four digits"

_BLANK = r"[\s\u00a0\u202f\u2009'’]"
_BLANKS = re.compile(_BLANK)
_BLANK_GROUPS = re.compile(rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]+)?")
_SIGNS = {"€": "EUR", "£": "GBP", "zł": "PLN", "₽": "RUB", "руб": "RUB", "руб.": "RUB"}
_AMOUNT = re.compile(
    r"(?P<before>[A-Za-z]{3}|[€£])?\s*(?P<number>[0-9](?:[0-9.,\s\u00a0\u202f\u2009'’]*[0-9])?)\s*"
    r"(?P<after>[A-Za-z]{3}|[€£₽]|zł|руб\.?)?"
)
_NO_CENTS = re.compile(r"(?<=[0-9])([.,])[-\u2013\u2014]{1,2}(?=[^0-9]*$)")  # as in `120,- €` and `Fr. 120.–`
_CODE = re.compile(r"[A-Z]{3}")
_SIMPLE = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
_PLAIN = {"point": re.compile(r"[0-9]+(?:\.[0-9]+)?"), "comma": re.compile(r"[0-9]+(?:,[0-9]+)?")}
_GROUPS = {
    "point": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    "comma": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
}


Evidence = Mapping[str, Set[str]]
"""By column of days or amounts, what its cells say of it, as `day_evidence` and `amount_evidence` give it."""


class Notation(NamedTuple):
    """How the columns of one table are to be read: by column, what turns a cell's text into the plain form.

    `evidence` says from what that follows.
    """

    plainly: Mapping[str, Callable[[str], str]]
    days: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    evidence: Evidence = {}


def notation_of(evidence: Evidence, dates: DayOrder, decimals: Decimals) -> Notation:
    """Return how columns are written of which the cells say this."""
    orders = {column: found for column, found in evidence.items() if column in DAY_COLUMNS}
    commas = {column: found for column, found in evidence.items() if column in MONEY_COLUMNS}
    plainly: dict[str, Callable[[str], str]] = {
        column: partial(_birth_text if column == "birth_date" else day_text, order=dates or _one(found, "dmy", "mdy"))
        for column, found in orders.items()
    }
    plainly |= {
        column: partial(_amount_text, decimals=decimals or _one(found, "comma", "point"))
        for column, found in commas.items()
    }
    ways = tuple(_days_said(orders.values(), dates)), tuple(_amounts_said(commas.values(), decimals))
    return Notation(plainly, *ways, evidence)


def read_alike(one: Evidence, other: Evidence) -> bool:
    """Return whether cells become the same by the evidence of either, under the same settings."""

    def marks(evidence: Evidence) -> dict[str, tuple[str, str]]:
        return {
            column: (_one(found, "dmy", "mdy"), _one(found, "comma", "point")) for column, found in evidence.items()
        }

    return marks(one) == marks(other)


def day_evidence(text: str) -> str:
    """Return what a cell says of its column: `dmy` or `mdy` by slashes or dashes, `dots`, `words`, or ``""``.

    >>> [day_evidence(text) for text in ("13/05/2004", "5/13/2004", "03/04/2019", "07.05.2008", "7 mai 2008")]
    ['dmy', 'mdy', '', 'dots', 'words']
    """
    found = None if text[4:5] == "-" else _NUMBERS.fullmatch(text)
    if found is None:
        return "words" if text[:1].isalnum() and text[4:5] != "-" and _in_words(text) else ""
    first, second = int(found[1]), int(found[3])
    if found[2] == ".":
        return "dots"
    if (first > 12) == (second > 12):
        return ""
    return "dmy" if first > 12 else "mdy"


def amount_evidence(text: str) -> str:
    """Return whether an amount can only be read with a decimal `comma` or `point`, or ``""`` if it says nothing.

    >>> [amount_evidence(text) for text in ("1.234,56", "1,234.56", "12,5", "1,234", "1200")]
    ['comma', 'point', 'comma', '', '']
    """
    if isinstance(text, NumberText) or text.isdigit() or not text:
        return ""
    if _SIMPLE.fullmatch(text):
        return "point"
    found = _AMOUNT.fullmatch(_with_cents(text.strip())) if len(text) <= _LONGEST else None
    number = _BLANKS.sub("", found["number"]) if found else ""
    if "," not in number and "." not in number:
        return ""
    readings = _readings(number)
    return next(iter(readings)) if len(readings) == 1 else ""


def _with_cents(text: str) -> str:
    """Return an amount that is written with a dash for no cents with them.

    >>> _with_cents("1.234,- €"), _with_cents("120.–"), _with_cents("-7,5")
    ('1.234,00 €', '120.00', '-7,5')
    """
    return _NO_CENTS.sub(r"\g<1>00", text)


def currency_code(text: str) -> str | None:
    """Return the code of ISO 4217 that a code or sign of a currency is, in capitals; None for any other text.

    >>> [currency_code(text) for text in ("usd", "€", "zł", "Euro", "$")]
    ['USD', 'EUR', 'PLN', None, None]
    """
    code = _SIGNS.get(text, text).upper()
    return code if _CODE.fullmatch(code) else None


def amount_readings(text: str) -> Mapping[str, Decimal]:
    """Return the amounts that a cell can mean, by its decimal `comma` or `point`; none where it is no number.

    >>> [sorted(map(str, amount_readings(text).values())) for text in ("1.234,5 €", "1,234", "-7", "25 %", "Total")]
    [['1234.5'], ['1.234', '1234'], ['-7', '-7'], ['25', '25'], []]
    """
    written = text.strip().rstrip("%").rstrip()
    sign, digits = ("-", written[1:]) if written[:1] in ("-", "\u2212") else ("", written)
    found = _AMOUNT.fullmatch(_with_cents(digits)) if len(digits) <= _LONGEST else None
    if found is None:
        return {}
    number = _BLANKS.sub("", found["number"])
    readings = {"point": number} if isinstance(text, NumberText) else _readings(number)
    if number.isdigit() or isinstance(text, NumberText):
        readings = dict.fromkeys(("comma", "point"), number)
    return {mark: Decimal(sign + amount) for mark, amount in readings.items()}


def _one(found: Iterable[str], first: str, second: str) -> str:
    """Return the one of two that was found without the other."""
    both = {first, second} & set(found)
    return both.pop() if len(both) == 1 else ""


def _days_said(found: Iterable[Set[str]], dates: DayOrder) -> Iterable[str]:
    kinds = set[str]().union(*found)
    if "dots" in kinds or "dmy" in kinds or dates == "dmy":
        yield "day.month.year" if "dots" in kinds else "day/month/year"
    if "mdy" in kinds or dates == "mdy":
        yield "month/day/year"
    if "words" in kinds:
        yield "day, month in words, year"


def _amounts_said(found: Iterable[Set[str]], decimals: Decimals) -> Iterable[str]:
    kinds = set[str]().union(*found) | {decimals}
    if decimals or "comma" in kinds:  # a point alone is how we write amounts ourselves
        yield from (f"a decimal {each}" for each in ("comma", "point") if each in kinds)


@lru_cache(_REMEMBERED)
def day_text(text: str, order: str) -> str:
    """Return a day in ISO form, another text as it is; `order` is how the other rows of its column write days.

    Raises:
        Unusable: it can be read in two ways, or is no day of the calendar.
    """
    if found := _ISO.fullmatch(text):
        return f"{found[1]}-{int(found[3]):02}-{int(found[4]):02}"
    if found := _DIGITS.fullmatch(text):
        return _iso(int(found[1]), int(found[3]), int(found[2]), text)
    if found := _NUMBERS.fullmatch(text):
        if len(found[4]) == 2:
            raise Unusable(_TWO_DIGITS)
        return _iso(int(found[4]), *_day_and_month(int(found[1]), int(found[3]), found[2], order), text)
    words = _in_words(text)
    return _iso(*words, text) if words and words[1] else text


def _birth_text(text: str, order: str) -> str:
    """Return a date of birth in ISO form with as many parts as it has, another text as it is."""
    if (found := _MONTH_OF_YEAR.fullmatch(text)) and 1 <= int(found[1]) <= 12:
        return f"{found[2]}-{int(found[1]):02}"
    words = _in_words(text)
    return f"{words[0]}-{words[2]:02}" if words and not words[1] else day_text(text, order)


def _day_and_month(first: int, second: int, mark: str, order: str) -> tuple[int, int]:
    """Return the day and month that two numbers are, if there is one way to read them."""
    if mark == "." or first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    if not order:
        raise Unusable(AMBIGUOUS_DAY)
    return (first, second) if order == "dmy" else (second, first)


def _in_words(text: str) -> tuple[int, int, int] | None:
    """Return year, day and month of a date with its month in words; day 0 where none is told."""
    found = _WORDS.fullmatch(text.casefold()) if len(text) <= _LONGEST else None
    month = _month_numbers().get(plain(found["month"])) if found else None
    if found is None or month is None or (found["first"] and found["second"]):
        return None
    return int(found["year"]), int(found["first"] or found["second"] or 0), month


@cache
def _month_numbers() -> Mapping[str, int]:
    text = files("evenhand.intake.values").joinpath("months.txt").read_text(encoding="utf-8")
    months = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {plain(name): number for number, names in enumerate(months, 1) for name in names}


def _iso(year: int, day: int, month: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unusable(f"a day of the calendar; `{text}` is none") from None


def _amount_text(text: str, decimals: str) -> str:
    """Return an amount with a decimal point and without marks between thousands, its currency behind it."""
    if _SIMPLE.fullmatch(text):
        return text
    found = _AMOUNT.fullmatch(_with_cents(text)) if len(text) <= _LONGEST else None
    if found is None or (found["before"] and found["after"]):
        return text
    number = found["number"]
    if _BLANKS.search(number):
        if not _BLANK_GROUPS.fullmatch(number):
            return text
        number = _BLANKS.sub("", number).replace(",", ".")
    else:
        number = _pointed(number, decimals)
    unit = found["before"] or found["after"] or ""
    return f"{number} {_SIGNS.get(unit, unit)}".rstrip()


def _pointed(number: str, decimals: str) -> str:
    readings = _readings(number)
    if len(readings) > 1:
        if not decimals:
            raise Unusable(AMBIGUOUS_AMOUNT)
        return readings[decimals]
    return next(iter(readings.values()), number)


def _readings(number: str) -> dict[str, str]:
    """Return the amounts that a number can mean, by which mark is the decimal one; equal ones once."""
    found: dict[str, str] = {}
    for mark, sign, other in (("comma", ",", "."), ("point", ".", ",")):
        if _PLAIN[mark].fullmatch(number) or (_GROUPS[mark].fullmatch(number) and not number.startswith("0")):
            found[mark] = number.replace(other, "").replace(sign, ".")
    return found if len(set(found.values())) > 1 else dict(list(found.items())[:1])
