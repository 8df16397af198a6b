"""What OFAC's advanced XML refers to by number: its own words, countries, places and dates.

Source: `lists.md` §1.2; OFAC, Advanced Sanctions Data Model, explanatory notes of 2015-01-12.
"""

import calendar
from typing import NamedTuple

from evenhand.lists.formats.dates import partial_date, years
from evenhand.lists.formats.xml_elements import Element
from evenhand.model.errors import ListUnreadable

_PLACE_PARTS = ("ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "REGION", "POSTAL CODE")


class Place(NamedTuple):
    """A location: its parts and country as one text, and its country as published."""

    text: str
    country: str


class References:
    """The words of a file's `ReferenceValueSets`, by type and number."""

    def __init__(self, file: str, sets: Element | None) -> None:
        self._file = file
        children = sets.children if sets else []
        self._values = {(each.tag, each.get("ID")): each for values in children for each in values.children}

    def text(self, type_: str, number: str, default: str = "") -> str:
        """Return the word behind a number, or the default if there is none."""
        found = self._values.get((type_, number))
        return found.published if found else default

    def known(self, type_: str, number: str, line: int) -> str:
        """Return the word behind a number.

        Raises:
            ListUnreadable: the file does not say what the number stands for.
        """
        word = self.text(type_, number)
        if not word:
            raise ListUnreadable(
                f"unknown {type_}", where=self._file, line=line, got=number, expected="one of the file's"
            )
        return word

    def schema(self, number: str, line: int) -> str:
        """Return the word for a kind of party: the sub-type's own, or that of its type where it says `Unknown`."""
        word = self.known("PartySubType", number, line)
        if word != "Unknown":
            return word
        return self.known("PartyType", self._values["PartySubType", number].get("PartyTypeID"), line)

    def country(self, number: str) -> str:
        """Return a country's name, or its code where it has no name."""
        found = self._values.get(("Country", number))
        return (found.published or found.get("ISO2")) if found else ""

    def place(self, location: Element) -> Place:
        """Return a location's text and country."""
        parts = {
            self.text("LocPartType", part.get("LocPartTypeID")): value.text("Value")
            for part in location.all("LocationPart")
            for value in part.all("LocationPartValue")[:1]
        }
        country = self._country_of(location) or parts.get("Unknown", "")
        texts = [*(parts.get(each, "") for each in _PLACE_PARTS), country]
        return Place(", ".join(text for text in texts if text), country)

    def _country_of(self, location: Element) -> str:
        for each in location.all("LocationCountry"):
            return self.country(each.get("CountryID"))
        for each in location.all("LocationAreaCode"):
            area = self._values.get(("AreaCode", each.get("AreaCodeID")))
            if area:
                return self.country(area.get("CountryID")) or area.get("Description")
        return ""


def period(dates: Element) -> tuple[str, ...]:
    """Return a `DatePeriod` as a day, a month or every year of it; () if it is none.

    OFAC writes a year that is all it knows as its first and last day.
    """
    points = [date_of(each) for path in ("Start", "End") for edge in ("From", "To") for each in dates.below(path, edge)]
    known = [point for point in points if point]
    if not known:
        return ()
    first, last = known[0], known[-1]
    if first == last:
        return (first,)
    if first[:7] == last[:7] and first[8:] == "01" and last[8:] == f"{_last_day(first)}":
        return (first[:7],)
    return years(first[:4], last[:4])


def date_of(point: Element) -> str:
    """Return a `Year Month Day` as an ISO date of as many parts, ``""`` if it is none."""
    year, month, day = (point.text(each) for each in ("Year", "Month", "Day"))
    parts = [year.zfill(4), *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
    return partial_date("-".join(parts))


def _last_day(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]
