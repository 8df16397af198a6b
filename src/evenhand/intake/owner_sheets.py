"""Sheets of a workbook that are plainly tables of owners: by their headings, and by whose ids and names they have."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from evenhand.intake.headings import column_called
from evenhand.intake.owner_headings import names_owners
from evenhand.model.errors import TableUnreadable
from evenhand.model.party import Payer
from evenhand.model.text_matching import plain
from evenhand.store.tables import Table, read_rows
from evenhand.store.workbook_parts import sheet_names

_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%?")
_KINDS = ("", "ownership", "control", "ownership or control", "acts for")
_OF_NO_NAME = re.compile(
    r"%|percent|prozent|share\b|anteil|quote\b|beteiligung$|udział\b|country|\bland\b|pays|país|paese|kraj|страна"
    r"|ülke|țară|země|addr|adr|birth|geburt|date\b|datum|data\b|fecha|дата|tarih|type\b|typ\b|tipo\b|rodzaj|тип\b"
    r"|türü\b|national|nacional|nazional|narodow|uyru|cargo\b|função|qualifica|since\b|seit\b|e-?mail",
    re.IGNORECASE,
)
_OF_A_NUMBER = re.compile(r"(?:\b|_)(?:id|nr|no|number|numm?er|code|kod|номер|код)\W*$", re.IGNORECASE)


class OwnerSheet(NamedTuple):
    """A sheet of owners: its name, and our columns of ownership by its headings, ``""`` for one to leave unread."""

    name: str
    columns: Mapping[str, str]


def find_owner_sheets(path: Path, read: Table, parties: Sequence[Payer], places: Mapping[str, int]) -> list[OwnerSheet]:
    """Return the sheets of a workbook that are plainly tables of owners; none of another file.

    `read` is the table of clients, whose id and name are at `places`, and `parties` are its clients. A sheet is one if
    one heading is of owners' names, and most values under a heading of ids or names are ids or names of clients. Hidden
    sheets are left alone.
    """
    ids = {party.id for party in parties}
    names = {plain(name) for party in parties for name in (party.name, *party.aliases)}
    own = {name: read.header[at] for name, at in places.items() if name in ("id", "name")}
    found: list[OwnerSheet] = []
    for sheet in sheet_names(path):
        if sheet.is_hidden or sheet.name == read.sheet:
            continue
        try:
            table = read_rows(path, sheet.name, lambda cells: sum(map(_is_known, cells)))
        except TableUnreadable:
            continue  # it is no table, and named as not read
        columns = _Columns(sheet.name, table, own, ids, names).found()
        found += [OwnerSheet(sheet.name, columns)] if columns else []
    return found


def _is_known(heading: str) -> bool:
    return names_owners(heading) or bool(column_called("ownership", heading) or column_called("advertisers", heading))


class _Columns:
    """The columns of one sheet, with their values."""

    def __init__(
        self, name: str, table: Table, own: Mapping[str, str], ids: Collection[str], names: Collection[str]
    ) -> None:
        rows = [line.cells for line in table.lines if not line.problem]
        self._name, self._own, self._ids, self._names = name, own, ids, names
        self._is_table = len({*table.header}) == len(table.header)
        self._values = {
            heading: [cells[at].strip() for cells in rows if cells[at].strip()]
            for at, heading in enumerate(table.header)
        }

    def found(self) -> dict[str, str]:
        """Return our columns by the sheet's headings, none where it is not plainly a table of owners."""
        by_id, by_name = self._company("id", "owned", self._ids), self._company("name", "owned_name", self._names)
        companies = {"owned": by_id[0]} if by_id else {"owned_name": by_name[0]} if by_name else {}
        owners = self._owners({*by_id, *by_name})
        if not self._is_table or not companies or len(owners) != 1:
            return {}
        return {**companies, "owner_name": owners[0], **dict(self._others({*by_id, *by_name, *owners}))}

    def _company(self, column: str, ours: str, known: Collection[str]) -> list[str]:
        """Return the headings of ids or names under which most values are those of clients."""
        as_known = str if column == "id" else plain
        return [
            heading for heading, values in self._values.items()
            if (
                heading == self._own.get(column) or column_called("advertisers", heading) == column
                or column_called("ownership", heading) in ("owned", ours)
            )
            and 2 * sum(as_known(value) in known for value in values) > len(values)
        ]  # fmt: skip

    def _owners(self, companies: Collection[str]) -> list[str]:
        """Return the headings of owners' names: known ones before others, and `Name` where the sheet is of owners."""
        free = [each for each in self._values if each not in companies and not _OF_NO_NAME.search(each)]
        free = [each for each in free if not _OF_A_NUMBER.search(each) and self._are(each, _is_name)]
        known = [each for each in free if column_called("ownership", each) == "owner_name"]
        known = known or [each for each in free if column_called("advertisers", each) == "owners"]
        known = known or [each for each in free if names_owners(each) or column_called("ownership", each) == "owner"]
        if known or not names_owners(self._name):
            return known
        return [each for each in free if column_called("advertisers", each) == "name"]

    def _others(self, taken: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the columns of shares and of owners' ids, and those that would be misread, to leave them unread."""
        free = [each for each in self._values if each not in taken]
        shares = [each for each in free if self._are(each, _is_share)]
        known = [each for each in shares if column_called("ownership", each) == "share"]
        shares = known or [each for each in shares if _OF_NO_NAME.search(each)]
        if len(shares) == 1:
            yield "share", shares[0]
        ids = [each for each in free if _OF_A_NUMBER.search(each) and names_owners(each)]
        if len(ids) == 1:
            yield "owner", ids[0]
        for heading in free:
            is_kind = column_called("ownership", heading) == "kind"
            if is_kind and any(each.casefold().replace("_", " ") not in _KINDS for each in self._values[heading]):
                yield "kind", ""

    def _are(self, heading: str, is_one: Callable[[str], bool]) -> bool:
        values = self._values[heading]
        return 2 * sum(map(is_one, values)) > len(values)


def _is_name(text: str) -> bool:
    return sum(map(str.isalpha, text)) > 1


def _is_share(text: str) -> bool:
    return bool(_SHARE.fullmatch(text))
