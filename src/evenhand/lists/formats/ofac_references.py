"""References of OFAC's advanced XML: numbers for words, countries, places, dates and types of relations.

Source: `lists.md` §1.2; OFAC, Advanced Sanctions Data Model, explanatory notes of 2015-01-12; types of
relations as OpenSanctions' `us_ofac_sdn` maps them.
"""

import calendar
from typing import NamedTuple

from evenhand.lists.formats.dates import partial_date, years
from evenhand.lists.formats.entry import is_doubtful
from evenhand.lists.formats.xml_elements import Element
from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListRelation, RelationKind

_NO_COUNTRY = "undetermined"
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
        self._values = {(value.tag, value.get("ID")): value for values in children for value in values.children}

    def text(self, type_: str, number: str, default: str = "") -> str:
        """Return the word behind a number, or the default if there is none."""
        found = self._values.get((type_, number))
        return found.published if found else default

    def known(self, type_: str, number: str, line: int) -> str:
        """Return the word behind a number.

        Raises:
            ListUnreadable: the file does not define the number.
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
        """Return a country's name, or its code where it has no name; ``""`` where OFAC knows none."""
        found = self._values.get(("Country", number))
        name = (found.published or found.get("ISO2")) if found else ""
        return "" if name == _NO_COUNTRY else name

    def place(self, location: Element) -> Place:
        """Return a location's text and country."""
        parts = {
            self.text("LocPartType", part.get("LocPartTypeID")): value.text("Value")
            for part in location.all("LocationPart")
            for value in part.all("LocationPartValue")[:1]
        }
        country = self._country_of(location) or parts.get("Unknown", "")
        texts = [*(parts.get(part, "") for part in _PLACE_PARTS), country]
        return Place(", ".join(text for text in texts if text), country)

    def _country_of(self, location: Element) -> str:
        for country in location.all("LocationCountry"):
            return self.country(country.get("CountryID"))
        for area_code in location.all("LocationAreaCode"):
            area = self._values.get(("AreaCode", area_code.get("AreaCodeID")))
            if area:
                return self.country(area.get("CountryID")) or area.get("Description").replace(_NO_COUNTRY, "")
        return ""


def period(dates: Element) -> tuple[str, ...]:
    """Return a `DatePeriod` as a day, a month or every year of it; () if it is none.

    OFAC writes a year that is all it knows as its first and last day.
    """
    edges = [(path, edge) for path in ("Start", "End") for edge in ("From", "To")]
    points = [date_of(point) for path, edge in edges for point in dates.below(path, edge)]
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
    year, month, day = (point.text(part) for part in ("Year", "Month", "Day"))
    parts = [year.zfill(4), *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
    return partial_date("-".join(parts))


def _last_day(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]


class RelationType(NamedTuple):
    """What a type of relation is; `turned`: OFAC's *to* is the party that owns the other."""

    text: str
    kind: RelationKind
    turned: bool = False


_TYPES = {
    "1555": RelationType("Associate Of", "link"),
    "15001": RelationType("Providing support to", "link"),
    "15002": RelationType("Acting for or on behalf of", "acts_for"),
    "15003": RelationType("Owned or Controlled By", "ownership_or_control", turned=True),
    "15004": RelationType("Family member of", "family"),
    "91422": RelationType("playing a significant role in", "role"),
    "91725": RelationType("Leader or official of", "role"),
    "91900": RelationType("Principal Executive Officer", "role"),
    "92019": RelationType("Owns, controls, or operates", "ownership_or_control"),
    "92122": RelationType("Property in the interest of", "ownership_or_control", turned=True),
}
_BY_TEXT = {type_.text.casefold(): type_ for type_ in _TYPES.values()}


def relation_type(number: str, text: str) -> RelationType | None:
    """Return the type of a relation by the file's own words, or by number where it has none; None if it is new."""
    return _BY_TEXT.get(text.rstrip(" :").casefold()) if text else _TYPES.get(number)


def relation(type_: RelationType, from_: str, to: str, text: str, schemata: dict[str, str]) -> ListRelation:
    """Return the relation between two entities; `schemata` are those of the list's entities by id."""
    subject, object_ = (to, from_) if type_.turned else (from_, to)
    doubtful = is_doubtful(type_.kind, schemata.get(subject, ""), schemata.get(object_, ""))
    return ListRelation(subject=subject, object=object_, kind=type_.kind, text=text, doubtful=doubtful)
