"""The house format: a list that the network keeps itself, as CSV with one heading.

Source: `lists.md` §1.6; the columns are documented in `docs/reference/lists.md`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from evenhand.lists.formats.countries import is_country_code
from evenhand.lists.formats.csv_rows import decoded, records
from evenhand.lists.formats.dates import partial_date
from evenhand.lists.formats.entry import Entry, Files, Format, Properties, undated
from evenhand.lists.formats.ftm import PARTIES
from evenhand.lists.formats.listing_periods import PERIOD, period
from evenhand.lists.formats.ofac import OFAC_CSV
from evenhand.lists.formats.state_media import STATE_MEDIA
from evenhand.lists.formats.uk import UK_CSV
from evenhand.model.errors import ListUnreadable

HEADER = (
    *("id", "schema", "name", "alias", "country", "website", "account", "registration_number"),
    *("jurisdiction", "birth_date", "topic", "since", "until", "note"),
)
_PROPERTIES = {
    "name": "name",
    "alias": "alias",
    "country": "country",
    "website": "website",
    "account": "account",
    "registration_number": "registrationNumber",
    "jurisdiction": "jurisdiction",
    "birth_date": "birthDate",
    "since": "startDate",
    "until": "endDate",
}
_LOWER_CASE = ("country", "jurisdiction", "account")
_ACCOUNT = re.compile(r"[a-z0-9_.-]+/[^\s/@]+(/[^\s/]+)?")
_CUT_NUMBER = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_FORMS: dict[str, tuple[Callable[[str], object], str]] = {
    "country": (is_country_code, "ISO 3166 alpha-2"),
    "jurisdiction": (is_country_code, "ISO 3166 alpha-2"),
    "account": (_ACCOUNT.fullmatch, "service/handle"),
    "registration_number": (lambda value: not _CUT_NUMBER.fullmatch(value), "all digits (a spreadsheet has cut them)"),
    "birth_date": (partial_date, "YYYY, YYYY-MM or YYYY-MM-DD"),
    "since": (partial_date, "YYYY, YYYY-MM or YYYY-MM-DD"),
    "until": (partial_date, "YYYY, YYYY-MM or YYYY-MM-DD"),
}
_TYPOLOGY = "typology:"


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield one entity a row."""
    ((name, data),) = files.items()
    for line, row in records(name, decoded(name, data), HEADER):
        cells = {column: _values(column, cell) for column, cell in row.items()}
        id_, schema = row["id"].strip(), row["schema"].strip()
        _check(name, line, id_, schema, cells)
        properties = Properties(left_out)
        for column, property_ in _PROPERTIES.items():
            properties.add(property_, *cells[column])
        properties.add(PERIOD, period(cells["since"], cells["until"]))
        for topic in cells["topic"]:
            is_typology = topic.startswith(_TYPOLOGY)
            properties.add("controlTypology" if is_typology else "program", topic.removeprefix(_TYPOLOGY))
        properties.add("notes", row["note"])
        yield Entry(name, line, properties.entity(id_, schema, cells["name"][0], key))


def _members(files: Files) -> Files:
    """Return every CSV that is no other's: a heading that is not ours is then named column by column."""
    others = {*OFAC_CSV.members(files), *STATE_MEDIA.members(files), *UK_CSV.members(files)}
    return {name: data for name, data in files.items() if name.endswith(".csv") and name not in others}


def _values(column: str, cell: str) -> list[str]:
    values = [value.strip() for value in cell.split(";") if value.strip()]
    return [value.lower() for value in values] if column in _LOWER_CASE else values


def _check(name: str, line: int, id_: str, schema: str, cells: Mapping[str, list[str]]) -> None:
    for column, value in (("id", id_), ("name", cells["name"])):
        if not value:
            raise ListUnreadable(f"{column} is empty", where=name, line=line, expected="a value")
    if schema not in PARTIES:
        raise ListUnreadable("unknown schema", where=name, line=line, got=schema, expected=", ".join(sorted(PARTIES)))
    for column, (is_right, expected) in _FORMS.items():
        wrong = [value for value in cells[column] if not is_right(value)]
        if wrong:
            raise ListUnreadable(column, where=name, line=line, got=wrong[0], expected=expected)


HOUSE_CSV = Format("house-csv", 2, 1, "", _members, entries, undated, may_be_empty=True)
