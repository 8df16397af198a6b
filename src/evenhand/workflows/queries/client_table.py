"""What a network's table of advertisers shows of its clients as it stands: language, countries, websites."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from evenhand.intake.columns import columns_of, heading_rows
from evenhand.intake.headed_table import read_headed
from evenhand.intake.headings import Headings
from evenhand.intake.network_tables import source_of
from evenhand.intake.owner_columns import OWNERS, owner_notes
from evenhand.intake.table_source import Source
from evenhand.model.network import IntakeSection
from evenhand.model.text_matching import plain
from evenhand.reasons.language import ENGLISH
from evenhand.store.country_names import country_named
from evenhand.store.network import Network
from evenhand.store.tables import Table, read_rows

_TABLE = "advertisers"
_LEAST_HEADINGS = 2  # one word may be a borrowed one
_CODE_LETTERS = 2
_TAG = re.compile(r"(?<![\w-])([a-z]{2,3})(?![a-z])")


class ClientTable(NamedTuple):
    """The language of the headings, the rows by country (two letters, where it can be read) and those with a website.

    `language` is ``""`` where the headings do not tell; `has_websites` says whether a column is read as websites,
    `has_amounts` whether one is read as money. `spoken` are the rows by the languages that they name (two or three
    letters, those of one row together); a row that names none is not among them. `unread_owners` is a sentence on
    columns that seem to name owners and are not read, ``""`` where there is none or a table of ownership has rows.
    """

    language: str
    rows: int
    countries: Mapping[str, int]
    has_websites: bool
    websites: int
    has_amounts: bool
    spoken: Mapping[frozenset[str], int] = MappingProxyType({})
    unread_owners: str = ""


def read_client_table(network: Network) -> ClientTable:
    """Return what the table of advertisers shows; it is read once, row by row, of a broken row nothing.

    Raises:
        TableUnreadable: it is no table, or has no column for id or name.
    """
    source = _source(network, network.settings.intake)
    table, headings = read_headed(source)
    places = headings.places
    country, website, spoken = places.get("country"), places.get("domains"), Counter[frozenset[str]]()
    rows = websites = 0
    countries: Counter[str] = Counter()
    for line in table.lines:
        rows += 1
        if line.problem:
            continue
        websites += website is not None and bool(line.cells[website].strip())
        spoken[_languages(line.cells[places["languages"]]) if "languages" in places else frozenset()] += 1
        countries[_code(line.cells[country]) if country is not None else ""] += 1
    del countries[""], spoken[frozenset()]
    return ClientTable(
        heading_language(table.header), rows, countries, website is not None, websites, "prepaid" in places, spoken,
        _unread_owners(network, source, table, headings),
    )  # fmt: skip


def _unread_owners(network: Network, source: Source, table: Table, headings: Headings) -> str:
    """Return the note on columns of owners that are not read, "" where owners are read from another place."""
    is_read = OWNERS in headings.places or _has_rows(network, "ownership")
    return "" if is_read else next(owner_notes(source, table, headings), "")


def _has_rows(network: Network, name: str) -> bool:
    source = source_of(network.folder, network.settings.intake, name)
    return bool(source.file) and any(True for _ in source.read().lines)


def has_verification(network: Network, name: str) -> bool:
    """Return whether a row of a table of advertisers or payers says how far its party is verified."""
    source = source_of(network.folder, network.settings.intake, name)
    table, headings = read_headed(source)
    place = headings.places.get("verification")
    levels = (
        (line.cells[place].strip().casefold() for line in table.lines if not line.problem) if place is not None else ()
    )
    return any(each not in ("", "none") for each in levels)


def table_language(file: Path, mapping: Mapping[str, str], sheet: str = "") -> str:
    """Return the language of the headings of somebody's own table, ``""`` where they do not tell."""
    source = Source(file.parent, file.name, _TABLE, mapping, sheet)
    return heading_language(read_rows(file, sheet, source.known).header)


def heading_language(header: tuple[str, ...]) -> str:
    """Return the language that most of the known headings of a table are in, ``""`` where two are as likely.

    >>> heading_language(("Kundennr.", "Firma", "Land", "Website")), heading_language(("id", "name", "Land"))
    ('de', '')
    """
    written = {plain(heading) for heading in header}
    known: dict[str, set[str]] = {ENGLISH: {plain(column) for column in columns_of(_TABLE)} & written}
    for table, _, language, headings in heading_rows():
        if table in ("parties", _TABLE, "numbers"):
            known.setdefault(language, set()).update(written.intersection(map(plain, headings)))
    (first, most), (_, next_most) = Counter({each: len(found) for each, found in known.items()}).most_common(2)
    return first if most >= _LEAST_HEADINGS and most > next_most else ""


def _source(network: Network, intake: IntakeSection) -> Source:
    sheet, mapping = intake.sheets.get(_TABLE, ""), intake.columns.get(_TABLE, {})
    return Source(network.folder, intake.advertisers, _TABLE, mapping, sheet)


def _languages(text: str) -> frozenset[str]:
    """Return the languages of a cell, without what says more than the language, as `de-AT`."""
    return frozenset(_TAG.findall(text.lower()))


def _code(text: str) -> str:
    stripped = text.strip()
    return country_named(stripped) or (
        stripped.upper() if len(stripped) == _CODE_LETTERS and stripped.isalpha() else ""
    )
