"""When a page says it was published: the date that is marked so, as its head states it, never the one of an update."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from evenhand.model.claims import PublishedAt, Span

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH: Final = r"(?P<month{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"  # noqa: E501  one word
_DATE: Final = re.compile(
    r"(?<![\w/.-])(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b[.,]{0,2} {1,3}(?:the )?)?(?:"
    r"(?P<year1>\d{4})-(?P<number1>\d{1,2})-(?P<day1>\d{1,2})"
    rf"|{_MONTH.format(2)} {{0,3}}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? {{1,3}}(?P<year2>\d{{4}})"
    rf"|(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?{_MONTH.format(3)},?[ -]{{1,3}}(?P<year3>\d{{4}})"
    r"|(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year4>\d{4})"
    r")(?!\d)",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"(?:T|,? {0,3}(?:[-/–—|•·]|at|@)? {0,3})(?<!\d)(?P<hour>\d{1,2})"
    r"(?:(?P<colon>[:.h]?)(?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]\d{1,6})?)?)?(?!\d)"
    r"(?: ?(?P<half>[ap]\.? ?m\b\.?))?"
    r"(?: ?(?P<zone>(?-i:Z\b|[+-]\d{2}:?\d{2}\b|(?:UTC|GMT) ?[+-]\d{1,2}(?::?\d{2})?\b"
    r"|(?!AM\b|PM\b|BY\b|ON\b|AT\b)[A-Z]{2,5}\b)))?",
    re.IGNORECASE,
)
_MARKER: Final = re.compile(
    r"\b(?P<update>(?:last )?(?:updated?|modified|edited|changed|reviewed|revised|accessed|retrieved|saved|printed))\b"
    r"|\b(?P<first>(?:first |originally )?(?:published|posted|created|released|issued"
    r"|publication date|date of issue))\b",
    re.IGNORECASE,
)
_AGE: Final = re.compile(
    r"\b(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}) "
    r"(?P<unit>minute|min|hour|hr|day|week|month|year)s? ago\b",
    re.IGNORECASE,
)
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
} | {"a": 1, "an": 1}
# What may stand in a line beside its date: words of the date itself.
_BESIDE: Final = re.compile(
    r"\b(?:on|at|date|dated|time|of|the|and|in|local|est\.?|hrs?|hours|utc|gmt|by|from|for|story|article|report)\b",
    re.IGNORECASE,
)
_DAY_PARTS: Final = 12
_YEARLESS: Final = re.compile(
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}},? )?(?:\d{{1,2}} {_MONTH.format(0)}|{_MONTH.format(1)} \d{{1,2}})"
    r"(?:,? (?:at )?\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?)?"
    r"|\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?(?: (?-i:[A-Z]{2,4}))?",
    re.IGNORECASE,
)
"""A day without a year, or a time: no date of publication, and no line of an article."""
_ON: Final = re.compile(
    r"[\s,|•·–—/-]*(?:\b(?:on|at|(?:last )?updated|published|posted)\b:?[\s,|•·–—/-]*)*$", re.IGNORECASE
)
_LONGEST: Final = 300
_YEAR: Final = re.compile(r"\d\d\d\d")
_AGO: Final = re.compile(r"\bago\b")


class WrittenDate(NamedTuple):
    """A date of a page: both readings of one in numbers, its time, and what the page calls it."""

    span: Span
    readings: tuple[date, ...]
    """The days that it can mean: none where no such day exists; two, the one that names the day first before the other,
    where day and month cannot be told apart."""
    time: str | None
    zone: str | None
    updated: bool
    marked: bool
    day_first: bool | None
    """Of a date with slashes: whether its numbers show that the day comes first."""


def written_dates(text: str, span: Span) -> list[WrittenDate]:
    """Return the full dates within a span, in order; a date without a year is none."""
    found: list[WrittenDate] = []
    behind = span[0]
    for match in _DATE.finditer(text, *span):
        time = _TIME.match(text, match.end(), span[1]) or _time_before(text, behind, match.start())
        marker = _last_marker(text, behind, match.start())
        end = time.end() if time and _clock(time) and time.end() > match.end() else match.end()
        found.append(
            WrittenDate(
                (match.start(), end),
                _readings(match),
                _clock(time) if time else None,
                time["zone"] if time and _clock(time) else None,
                bool(marker and marker["update"]),
                bool(marker and marker["first"]),
                _day_first(match),
            )
        )
        behind = end
    return found


def is_date_line(line: str) -> bool:
    """Return whether a line holds a date or an age ("2 hours ago") and beside it only marks, names and its own words.

    >>> is_date_line("PTW | Updated: Feb 03, 2022, 22:15 CET"), is_date_line("On 3 May 2020 the ban was lifted")
    (True, False)
    """
    if len(line) > _LONGEST:
        return False
    if _YEARLESS.fullmatch(line.strip()):
        return True
    if not _may_be_dated(line):
        return False
    dates = written_dates(line, (0, len(line)))
    rest = line
    for found in reversed(dates):
        rest = rest[: found.span[0]] + " " + rest[found.span[1] :]
    rest, ages = _AGE.subn(" ", rest)
    if not dates and not ages:
        return False
    words = re.findall(r"[^\W_]+", _BESIDE.sub(" ", _MARKER.sub(" ", rest)))
    return len(words) <= 6 and all(not word[0].islower() for word in words)


def _may_be_dated(line: str) -> bool:
    """Return whether a line has what every date and every age has one of: a year, or "ago"."""
    return _YEAR.search(line) is not None or ("ago" in line and _AGO.search(line) is not None)


def without_dates(line: str) -> str:
    """Return a line without its dates, ages and the words that mark them, such as "published"."""
    if not _may_be_dated(line):
        return line
    for found in reversed(written_dates(line, (0, len(line)))):
        line = line[: found.span[0]] + line[found.span[1] :]
    return _ON.sub("", _AGE.sub("", line) if "ago" in line else line)


def published_at(text: str, spans: Iterable[Span], known: Sequence[tuple[int, int]]) -> tuple[PublishedAt, str | None]:
    """Return when a page was published, by the dates in its date lines, and a note where it cannot be said.

    `known` are month and day of other dates of the page (its dateline): they tell 05/03/2019 apart. The date marked as
    published is taken, else the first that is not of an update, else the first.
    """
    dates = [found for span in spans for found in written_dates(text, span)]
    if not dates:
        return PublishedAt(), None
    chosen = min(dates, key=lambda found: (found.updated, not found.marked))
    note = "the only date of the page is that of an update" if chosen.updated else None
    written = text[slice(*chosen.span)]
    plain = PublishedAt(time=chosen.time, zone=chosen.zone, span=chosen.span)
    if not chosen.readings:
        return plain, f"the date `{written}` does not exist"
    day = _resolve(chosen, dates, known)
    if day is None:
        ambiguous = PublishedAt(time=chosen.time, zone=chosen.zone, span=chosen.span, ambiguous=True)
        return ambiguous, f"day and month cannot be told apart in `{written}`"
    return PublishedAt(date=day.isoformat(), time=chosen.time, zone=chosen.zone, span=chosen.span), note


def saved_between(published: str | None, line: str) -> tuple[str, str] | None:
    """Return the ISO dates between which a page was saved that calls its day of publication so long ago.

    >>> saved_between("2017-10-27", "October 27, 2017 / 9:33 AM / a year ago")
    ('2018-10-27', '2019-10-27')
    """
    age = _AGE.search(line)
    if not published or not age:
        return None
    marker = _last_marker(line, 0, age.start())
    if marker and marker["update"]:
        return None
    count = _NUMBERS.get(age["count"].lower()) or int(age["count"])
    try:
        return tuple(_later(date.fromisoformat(published), count + more, age["unit"].lower()) for more in (0, 1))  # type: ignore[return-value]  # two
    except (OverflowError, ValueError):
        return None


def _later(day: date, count: int, unit: str) -> str:
    if unit in ("year", "month"):
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        first = date(months // 12, months % 12 + 1, 1)
        return min(first + timedelta(days=day.day - 1), _last_of_month(first)).isoformat()
    days = {"day": 1, "week": 7}.get(unit, 0) * count
    return (day + timedelta(days=days)).isoformat()


def _last_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _last_marker(text: str, start: int, end: int) -> re.Match[str] | None:
    found = None
    for found in _MARKER.finditer(text, start, end):  # noqa: B007  the last is wanted
        pass
    return found


def _readings(match: re.Match[str]) -> tuple[date, ...]:
    """Return the days that a date can mean; numbers with slashes or hyphens two where both parts are months."""
    if match["first"]:
        year, first, second = int(match["year4"]), int(match["first"]), int(match["second"])
        # Nobody writes the month first and full stops.
        parts = [(second, first)] if match["mark"] == "." else [(second, first), (first, second)]
    elif match["year1"]:
        year, parts = int(match["year1"]), [(int(match["number1"]), int(match["day1"]))]
    else:
        which = "2" if match["year2"] else "3"
        year, parts = int(match[f"year{which}"]), [(MONTHS[match[f"month{which}"].lower()], int(match[f"day{which}"]))]
    days = list(dict.fromkeys(day for month, number in parts if (day := _day(year, month, number))))
    weekday = (match["weekday"] or "").lower()
    fitting = [day for day in days if not weekday or WEEKDAYS[day.weekday()].startswith(weekday)]
    return tuple(fitting or days)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_first(match: re.Match[str]) -> bool | None:
    if not match["first"] or match["mark"] == ".":
        return None
    first, second = int(match["first"]) > _DAY_PARTS, int(match["second"]) > _DAY_PARTS
    return first if first != second else None


def _resolve(chosen: WrittenDate, dates: Sequence[WrittenDate], known: Sequence[tuple[int, int]]) -> date | None:
    """Return the one day that a date means, told by the page's other dates where its own numbers do not."""
    if len(chosen.readings) == 1:
        return chosen.readings[0]
    orders = {found.day_first for found in dates} - {None}
    if len(orders) == 1:
        return chosen.readings[0 if orders == {True} else -1]
    sure = [(day.month, day.day) for found in dates if len(found.readings) == 1 for day in found.readings]
    near = [day for day in chosen.readings if any(_is_near(day, *other) for other in (*known, *sure))]
    return near[0] if len(near) == 1 else None


def _is_near(day: date, month: int, number: int) -> bool:
    """Return whether month and day are those of a day or of one beside it: reports are filed on the eve too."""
    return any((other.month, other.day) == (month, number) for other in (day + timedelta(days=n) for n in (-1, 0, 1)))


def _time_before(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the time that stands right before a date: "14:20 GMT, 5 March 2019"."""
    start = max(start, end - 40)
    return next(
        (time for time in _TIME.finditer(text, start, end) if not text[time.end() : end].strip(" ,on-–|")), None
    )


def _clock(time: re.Match[str]) -> str | None:
    """Return `HH:MM`, None where that is no time of a day or two numbers that are no time at all."""
    if not time["half"] and not (time["minute"] and (time["colon"] or time["zone"])):
        return None
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    if time["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if time["half"].lower().startswith("p") else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
