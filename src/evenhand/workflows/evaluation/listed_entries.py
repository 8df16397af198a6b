"""Listed entries as their publishers list them, looked up in the kept versions that findings name."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from evenhand.lists import Versions
from evenhand.lists.formats.listing_periods import listed_until
from evenhand.model.errors import ListUnreadable
from evenhand.model.finding import Finding
from evenhand.model.listing import TERRITORY, ListedEntity, ListVersion
from evenhand.model.matches import EntryShown
from evenhand.screening.parties.listed_numbers import COMPARED_NUMBERS, NUMBERS_NOT_COMPARED

__all__ = ["EntryShown", "ListedEntries", "entry_shown", "list_sources"]

_SOURCE = re.compile(r"list:(?P<list>[^@]+)@(?P<sha256>[0-9a-f]{64})#(?P<entity>.+)", re.DOTALL)


class _Publication(NamedTuple):
    """What a publisher's list is called, who publishes it, and its public page; `{id}` in it is the entry's number."""

    list_name: str
    publisher: str
    page: str


_OFAC = "US Treasury, Office of Foreign Assets Control (OFAC)"
_OFAC_PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={id}"
_UK_PAGE = "https://www.gov.uk/government/publications/the-uk-sanctions-list"
_EU_PAGE = (
    "https://data.europa.eu/data/datasets/"
    "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
)
_PUBLICATIONS = {
    ("ofac-csv", "ofac-sdn"): _Publication("SDN List", _OFAC, _OFAC_PAGE),
    ("ofac-xml", "ofac-sdn"): _Publication("SDN List", _OFAC, _OFAC_PAGE),
    ("ofac-csv", "ofac-cons"): _Publication("Consolidated (Non-SDN) List", _OFAC, _OFAC_PAGE),
    ("ofac-xml", "ofac-cons"): _Publication("Consolidated (Non-SDN) List", _OFAC, _OFAC_PAGE),
    ("un-xml", "un-sc"): _Publication(
        "Consolidated List", "United Nations Security Council",
        "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    ),
    ("eu-xml", "eu-fsf"): _Publication("Consolidated financial sanctions list", "European Commission", _EU_PAGE),
    ("uk-csv", "uk-ofsi"): _Publication("OFSI Consolidated List", "HM Treasury (OFSI)", ""),
    ("uk-csv", "uk"): _Publication("UK Sanctions List", "Foreign, Commonwealth & Development Office", _UK_PAGE),
    ("state-media-csv", "media"): _Publication("State Media Monitor", "Media and Journalism Research Center",
                                               "https://statemediamonitor.com/"),
}  # fmt: skip
"""By reader and the beginning of the entries' ids: both are the format's own, whatever key a network gives the list."""


class ListedEntries:
    """The entries of kept list versions. A version is read when it is first asked for, once for each object."""

    def __init__(
        self, versions: Versions, entities: Callable[[ListVersion], Iterable[ListedEntity]] | None = None
    ) -> None:
        """Take kept versions, and what reads one of them where another reader than theirs is wanted."""
        self._versions, self._entities_of = versions, entities or versions.entities
        self._read: dict[tuple[str, str], tuple[ListVersion, dict[str, ListedEntity]] | None] = {}

    def entry(self, key: str, sha256: str, entity_id: str) -> EntryShown | None:
        """Return an entry as that version has it; None where the version is not kept, not readable, or lacks it.

        Cost: the first entry of a version takes as long as reading the list, about a second for the SDN list.
        """
        if (key, sha256) not in self._read:
            self._read[key, sha256] = self._entities(key, sha256)
        found = self._read[key, sha256]
        entity = found[1].get(entity_id) if found is not None else None
        return entry_shown(found[0], entity) if found is not None and entity is not None else None

    def of(self, finding: Finding) -> tuple[EntryShown, ...]:
        """Return the entries that a finding names as its sources: its own, or those of the listed owners."""
        found = (self.entry(*source) for source in list_sources(finding))
        return tuple(each for each in found if each is not None)

    def _entities(self, key: str, sha256: str) -> tuple[ListVersion, dict[str, ListedEntity]] | None:
        try:
            version = self._versions.stored(key, sha256)
            return version, {entity.id: entity for entity in self._entities_of(version)}
        except ListUnreadable:
            return None


def list_sources(finding: Finding) -> Iterator[tuple[str, str, str]]:
    """Yield (list key, version, entity id) of each listed entry that a finding names as a source, each once.

    A row of an ownership register that a list states is a source of that form too: it names the entry.
    """
    found = (_SOURCE.fullmatch(each) for each in finding.sources)
    yield from dict.fromkeys((each["list"], each["sha256"], each["entity"]) for each in found if each is not None)


def entry_shown(version: ListVersion, entity: ListedEntity) -> EntryShown:
    """Return an entry of a version for people to read."""
    known = _publication(version, entity.id)
    return EntryShown(
        list=version.key,
        list_name=known.list_name if known is not None else version.key,
        publisher=known.publisher if known is not None else version.publisher,
        published_on=version.published_on,
        entity_id=entity.id,
        caption=entity.caption,
        schema=entity.schema,
        names=entity.values("name"),
        aliases=entity.values("alias", "previousName", "abbreviation", "weakAlias", "tailNumber"),
        birth_dates=entity.values("birthDate"),
        countries=_countries(entity),
        programmes=entity.values("program"),
        media_control=entity.values("controlTypology"),
        identifiers=tuple(_numbers(entity)),
        websites=entity.values("website"),
        accounts=entity.values("account"),
        remarks=entity.values("position", "notes"),
        listed_since=next(iter(entity.values("startDate")), ""),
        listed_until=listed_until(entity),
        page=known.page.format(id=entity.id.rpartition("-")[2]) if known is not None else _stated_page(entity),
    )


def _publication(version: ListVersion, entity_id: str) -> _Publication | None:
    return next(
        (
            known
            for (reader, prefix), known in _PUBLICATIONS.items()
            if version.reader == reader and entity_id.startswith(f"{prefix}-")
        ),
        None,
    )


def _stated_page(entity: ListedEntity) -> str:
    """Return the address that an entry of another list states as its source, ``""`` where there is none."""
    return next((each for each in entity.values("sourceUrl") if each.startswith(("https://", "http://"))), "")


def _numbers(entity: ListedEntity) -> Iterator[str]:
    """Yield the numbers of an entry with their names, those last that no party is compared with."""
    for name, (words, *_) in COMPARED_NUMBERS.items():
        label = words.removesuffix(" number").removesuffix(" code")
        yield from (f"{label} {value}" for value in entity.values(name))
    for name, words in NUMBERS_NOT_COMPARED.items():
        yield from (f"{words} {value} (not compared)" for value in entity.values(name) if words)


def _countries(entity: ListedEntity) -> tuple[str, ...]:
    stated = entity.values("country", "nationality", "citizenship", "jurisdiction", "mainCountry", TERRITORY)
    return tuple(dict.fromkeys(each.upper() for each in stated))
