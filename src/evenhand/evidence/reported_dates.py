"""When something was said: "on Thursday", "last month", "on Nov. 3", read against the day of publication.

Never against today: the same words give the same day whenever they are read.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from evenhand.evidence.text_spans import folded
from evenhand.model.claims import Precision, SaidOn, Span

NEAR: Final = 48
"""A date has at most so many characters before and behind the word that gives it away."""
WIDEST: Final = 1_000
"""At most so many characters are looked at for one date."""

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SMALL: Final = {
    "a": 1, "an": 1, "a couple of": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
# Short forms and the months that are also verbs count with a capital letter only.
_DAY: Final = r"(?P<weekday>" + "|".join(_WEEKDAYS) + r"|(?-i:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\b\.?)"
_MONTH: Final = (
    r"(?P<month>january|february|(?-i:March|MARCH)|april|(?-i:May|MAY)|june|july|august|september|october|november"
    r"|december|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_SIDE: Final = r"(?P<side>last|next|this|past|previous|following|coming|same)"
_PART: Final = r"(?:(?:earlier|early|late|later|mid)[\s-]+)?"
_OF_YEAR: Final = r"(?:\s+(?:of\s+)?(?P<of_year>last|this|next)\s+year|,?\s+(?:of\s+)?(?P<year>(?:1[6-9]|20)\d\d)\b)?"
_LEAD: Final = (
    rf"(?:(?:in|since|until|during|by|from|of)\s+(?:early[\s-]+|late[\s-]+|mid[\s-]*)?(?:{_SIDE}\s+)?"
    r"|(?:earlier|early|late|later|mid)[\s-]+(?:in\s+)?|(?P<near>last|next|this|past|previous)\s+)"
)
# What every date has one of: looked for first, as most clauses have none.
_HINT: Final = re.compile(
    r"[0-9]|d(?:ay|ecember)|D(?:AY|ec|EC)|tomorrow|n(?:ight|ovember)|week|mo(?:nth|rning)|year|a(?:fternoon|pril|ugust)"
    r"|evening|J(?:an|un|ul|AN|UN|UL)|F(?:eb|ri|EB)|M(?:ar|ay|on|AR|AY)|A(?:pr|ug|PR|UG)|S(?:ep|at|un|EP)|O(?:ct|CT)"
    r"|N(?:ov|OV)|T(?:ue|hu)|Wed|j(?:anuary|une|uly)|february|september|october"
)
_NUMERIC: Final = re.compile(r"\b(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)\b")
_ISO: Final = re.compile(r"\b(?P<year>(?:1[6-9]|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b")
_DIGIT: Final = re.compile(r"\d")
_ORDINAL: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DAYS_AND_MONTHS: Final = frozenset({*_WEEKDAYS, *_MONTHS})
_Reading = tuple[str | None, Precision | None]
_Reader = Callable[[re.Match[str], date], _Reading]


def read_said_on(text: str, published: date | None, span: Span | None = None) -> SaidOn | None:
    """Return the first date that a part of a text gives, read against `published`; None where it gives none.

    Without a day of publication only dates with a year have a value. A day that does not exist has none.

    >>> read_said_on("the ministry said on Thursday", date(2017, 10, 27)).value
    '2017-10-26'
    """
    start, end = span or (0, len(text))
    end = min(end, start + WIDEST)
    for first, last in _hints_within(text, start, end):
        near = (max(start, first - NEAR), min(end, last + NEAR))
        if (said_on := _read(text, published, near)) is not None:
            return said_on
    return None


def _read(text: str, published: date | None, span: Span) -> SaidOn | None:
    lacking = _lacking(text[slice(*span)])
    found = [
        (match.start(), -match.end(), place, match)
        for place, (pattern, _, needed) in enumerate(_FORMS)
        if needed not in lacking and (match := pattern.search(text, *span))
    ]
    if not found:
        return None
    _, _, place, match = min(found, key=lambda entry: entry[:3])
    value, precision = _FORMS[place][1](match, published or date.min)
    if published is None and not match.groupdict().get("year"):
        value, precision = None, None
    return SaidOn(value=value, precision=precision, span=match.span())


def _lacking(words: str) -> list[str]:
    """Return the kinds of words of dates of which words have none; the patterns that need them are not tried."""
    small = folded(words)
    lacking = [kind for kind, parts in _KINDS.items() if not any(map(small.__contains__, parts))]
    return lacking if _DIGIT.search(small) else [*lacking, "digit"]


def may_hold_date(text: str, span: Span) -> bool:
    """Return whether a part of a text has what every date has one of: a digit, a day, a month."""
    return bool(_hints_within(text, *span))


def _hints_within(text: str, start: int, end: int) -> list[Span]:
    """Return where a part of a text has hints of dates; of a part that begins within a word by a search of its own."""
    if 0 < start < len(text) and not text[start - 1].isspace() and not text[start].isspace():
        return [found.span() for found in _HINT.finditer(text, start, end)]
    hints = _hints_of(text)
    first = bisect_left(hints, (start, 0))
    return [hint for hint in hints[first : bisect_left(hints, (end, 0), first)] if hint[1] <= end]


@lru_cache(maxsize=2)
def _hints_of(text: str) -> list[Span]:
    """Return where a whole text has hints of dates: its claims ask for each part several times."""
    return [found.span() for found in _HINT.finditer(text)]


def is_day_or_month(word: str) -> bool:
    """Return whether a word names a day of the week or a month."""
    return word.casefold().rstrip(".") in _DAYS_AND_MONTHS


def _day(value: date | None) -> _Reading:
    return (value.isoformat(), "day") if value else (None, None)


def _week(value: date) -> _Reading:
    year, week, _ = value.isocalendar()
    return f"{year:04}-W{week:02}", "week"


def _month(year: int, number: int) -> _Reading:
    return f"{year:04}-{number:02}", "month"


def _months_before(published: date, count: int) -> _Reading:
    months = published.year * 12 + published.month - 1 - count
    return _month(months // 12, months % 12 + 1) if months >= 12 else (None, None)


def _make_day(year: int, number: int, day: int) -> date | None:
    try:
        return date(year, number, day)
    except ValueError:
        return None


def _back(published: date, days: int) -> date | None:
    try:
        return published - timedelta(days=days)
    except OverflowError:
        return None


def _iso(match: re.Match[str], _: date) -> _Reading:
    return _day(_make_day(int(match["year"]), int(match["number"]), int(match["day"])))


def _numeric(match: re.Match[str], _: date) -> _Reading:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    if first <= 12 and second <= 12:
        return None, "ambiguous"
    return _day(_make_day(year, second, first) if first > 12 else _make_day(year, first, second))


def _number_of_month(name: str) -> int:
    return next(place for place, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3].casefold()))


def _day_of_month(match: re.Match[str], published: date) -> _Reading:
    number, day = _number_of_month(match["month"]), int(match["day"])
    if match["year"]:
        return _day(_make_day(int(match["year"]), number, day))
    if match["of_year"]:
        return _day(_make_day(published.year + _shift(match["of_year"]), number, day))
    # Eight years back hold each day that there is, also 29 February about a turn of the century.
    days = (_make_day(year, number, day) for year in range(published.year, max(0, published.year - 9), -1))
    return _day(next((value for value in days if value and value <= published), None))


def _month_alone(match: re.Match[str], published: date) -> _Reading:
    number = _number_of_month(match["month"])
    if match["year"]:
        return _month(int(match["year"]), number)
    if match["of_year"]:
        return _month(published.year + _shift(match["of_year"]), number)
    side = (match["side"] or match.groupdict().get("near") or "").casefold()
    if side == "next":
        return _month(published.year + (number <= published.month), number)
    if side == "this":
        return _month(published.year, number)
    return _month(published.year - (number > published.month - (side in {"last", "past"})), number)


def _shift(side: str) -> int:
    return {"last": -1, "past": -1, "previous": -1, "next": 1, "following": 1, "coming": 1}.get(side.casefold(), 0)


def _on_weekday(match: re.Match[str], published: date) -> _Reading:
    number = next(place for place, day in enumerate(_WEEKDAYS) if day.startswith(match["weekday"][:3].casefold()))
    if match["of_week"]:
        monday = _back(published, published.weekday() - 7 * _shift(match["of_week"]))
        return _day(_back(monday, -number) if monday else None)
    side = (match["side"] or "").casefold()
    days = (published.weekday() - number) % 7
    if _shift(side) == 1:
        return _day(_back(published, days - 7))
    if side == "this":
        return _day(_back(published, published.weekday() - number))
    return _day(_back(published, days + 7 if _shift(side) == -1 and days == 0 else days))


def _near_day(match: re.Match[str], published: date) -> _Reading:
    words = match[0].casefold()
    if "day before yesterday" in words:
        return _day(_back(published, 2))
    if any(word in words for word in ("yesterday", "day before", "previous day", "day earlier", "last night")):
        return _day(_back(published, 1))
    return _day(_back(published, -1 if "tomorrow" in words else 0))


def _near_period(match: re.Match[str], published: date) -> _Reading:
    shift = _shift(match["side"])
    match match["unit"].casefold():
        case "year":
            return f"{published.year + shift:04}", "year"
        case "month":
            return _months_before(published, -shift)
        case "weekend":
            saturday = _back(published, (published.weekday() - 5) % 7)
            return _week(saturday) if saturday and shift < 1 else (None, None)
        case _:
            day = _back(published, -7 * shift)
            return _week(day) if day else (None, None)


def _weekend(_: re.Match[str], published: date) -> _Reading:
    saturday = _back(published, (published.weekday() - 5) % 7)
    return _week(saturday) if saturday else (None, None)


def _ago(match: re.Match[str], published: date) -> _Reading:
    words = match["count"].casefold()
    count = int(words) if words.isdigit() else _SMALL[words]
    match match["unit"].casefold():
        case "year":
            return (f"{published.year - count:04}", "year") if count < published.year else (None, None)
        case "month":
            return _months_before(published, count)
        case "week":
            day = _back(published, 7 * count)
            return _week(day) if day else (None, None)
        case _:
            return _day(_back(published, count))


def _year(match: re.Match[str], _: date) -> _Reading:
    return match["year"], "year"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(r"\b" + pattern + r"(?!\w)", re.IGNORECASE)


_WEEK_BESIDE: Final = r"(?:\s+(?:of\s+)?(?P<of_week>last|this|next)\s+week)?"
_COUNT: Final = r"(?P<count>\d{1,3}|an?(?: couple of)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# Parts of words, one of which a pattern needs, by kind.
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "month": tuple(month[:3] for month in _MONTHS),
    "weekday": tuple(day[:3] for day in _WEEKDAYS),
    "near": ("tod", "toni", "yest", "tomo", "day before", "day earl", "us day", "last night", "this"),
    "period": ("week", "month", "year"),
    "weekend": ("the weekend",),
    "ago": ("ago", "earlier", "before"),
}
_FORMS: Final[tuple[tuple[re.Pattern[str], _Reader, str], ...]] = (
    (_ISO, _iso, "digit"),
    (_NUMERIC, _numeric, "digit"),
    (_form(rf"(?:on\s+)?(?:{_DAY},?\s+)?{_MONTH}\s*{_ORDINAL}(?!\d|:){_OF_YEAR}"), _day_of_month, "month"),
    (_form(rf"(?:on\s+)?(?:{_DAY},?\s+)?(?:the\s+)?{_ORDINAL}\s+(?:of\s+)?{_MONTH}{_OF_YEAR}"), _day_of_month, "month"),
    (_form(rf"{_LEAD}{_MONTH}{_OF_YEAR}"), _month_alone, "month"),
    (_form(rf"{_MONTH}(?P<side>)(?=\s|,){_OF_YEAR.removesuffix('?')}"), _month_alone, "month"),
    (re.compile(rf"^\W*{_MONTH}(?P<side>){_OF_YEAR}\W*$", re.IGNORECASE), _month_alone, "month"),
    (_form(rf"(?:on\s+)?{_PART}(?:(?:the\s+)?{_SIDE}\s+)?{_DAY}{_WEEK_BESIDE}"), _on_weekday, "weekday"),
    (
        _form(
            r"(?:the day before yesterday|earlier today|later today|today|tonight|yesterday|tomorrow|the day before"
            r"|the previous day|a day earlier|one day earlier|last night|this (?:morning|afternoon|evening))"
        ),
        _near_day,
        "near",
    ),
    (_form(rf"{_PART}(?:the\s+)?{_SIDE}\s+(?P<unit>weekend|week|month|year)"), _near_period, "period"),
    (_form(r"(?:at|over|during) the weekend"), _weekend, "weekend"),
    (
        _form(
            rf"(?:(?:about|some|around|nearly|more than|over)\s+)?{_COUNT}\s+(?P<unit>day|week|month|year)s?\s+"
            r"(?:ago|earlier|before)"
        ),
        _ago,
        "ago",
    ),
    (
        _form(r"(?:in|since|during|by|from|of)\s+(?:early\s+|late\s+|mid[\s-]*)?(?P<year>(?:1[6-9]|20)\d\d)"),
        _year,
        "digit",
    ),
    (_form(r"(?:early|late|mid)[\s-]+(?P<year>(?:1[6-9]|20)\d\d)"), _year, "digit"),
)
