"""Names to be screened outside a network: a table of any usual headings, or a plain list of one name a line."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from evenhand.intake.columns import NAMES
from evenhand.intake.headed_table import with_headings
from evenhand.intake.headings import Headings, guess_headings
from evenhand.intake.names_within import names_within
from evenhand.intake.owner_columns import owner_notes
from evenhand.intake.register_numbers import AS_IT_IS, COMPARED_ALL_THE_SAME, OF_NO_LIST, register_numbers
from evenhand.intake.rejected_input import refused
from evenhand.intake.row import NOTHING_SAID, BadRow, Row
from evenhand.intake.table_notes import (
    file_remarks,
    name_notes,
    sums_left_out,
    together_notes,
    understood,
    website_notes,
)
from evenhand.intake.table_source import Source
from evenhand.intake.total_rows import RowsAboveTotals
from evenhand.intake.values import cells
from evenhand.intake.values.cells import Unusable
from evenhand.intake.values.column_evidence import find_notation
from evenhand.intake.values.legal_forms import legal_form
from evenhand.intake.values.notations import DayOrder, Decimals
from evenhand.intake.values.websites import accounts_at, own_host
from evenhand.model.accounts import account_of
from evenhand.model.errors import BadInput, TableUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.party import Payer
from evenhand.model.run import Refused, TableRead
from evenhand.store.tables import Table, read_lines, read_rows

NAMED = (
    "id", "name", "alias", "schema", "country", "birth_date", "website", "account", "registration_number", "tax_number",
    "lei",
)  # fmt: skip
"""The columns by whose names one party is named; a table may have the others of `columns.columns_of` as well."""

_SCHEMATA = {
    "person": "Person", "individual": "Person", "natural_person": "Person", "private": "Person", "p": "Person",
    "organization": "Organization", "organisation": "Organization", "company": "Company", "business": "Company",
    "legal_entity": "LegalEntity", "legalentity": "LegalEntity", "entity": "LegalEntity", "enterprise": "Company",
    "publicbody": "PublicBody", "public_body": "PublicBody", "vessel": "Vessel", "ship": "Vessel",
    "airplane": "Airplane", "aircraft": "Airplane",
}  # fmt: skip
_UNSAID = "LegalEntity"
_READ_AT_MOST = 400
_PLAIN_LIST = Headings({"name": 0}, ())


class Named(NamedTuple):
    """One row: its line in the file, its own id if it has one, and the party; `party.id` tells rows apart."""

    line: int
    id: str
    party: Payer


class Names(NamedTuple):
    """The rows of a file in order, what was left out of it, and how its headings were read."""

    named: tuple[Named, ...]
    refused: tuple[Refused, ...]
    understood: TableRead | None = None


def read_names(source: Source, suffixes: Suffixes) -> Names:
    """Return the names that a file holds; a row without a usable name is left out and listed, a bad value likewise.

    A `.txt` file, and any other of one column without a heading that is known, holds one name a line. Ids may repeat.

    Raises:
        TableUnreadable: no table, no column with names, or no row that can be used.
    """
    path = source.folder / source.file
    table, headings = _table(source, path)
    places = headings.places
    notation = find_notation(places, table.again, source.dates, source.decimals)
    named: list[Named] = []
    left_out = (
        []
        if headings is _PLAIN_LIST and table.guessed is None
        else [remark for remark in file_remarks(NAMES, path.name, table, headings) if not _is_for_a_run(remark.column)]
    )
    lines = RowsAboveTotals(NAMES, table, places)
    for line, texts, problem in lines:
        try:
            if problem:
                raise BadRow("", " | ".join(texts), problem)
            present = [text if place == places.get("name") else _present(text) for place, text in enumerate(texts)]
            row = Row(line, present, places, notation.plainly)
            named.append(_named(row, suffixes))
            left_out += (refused(path.name, line, *each, "value") for each in row.left_out)
        except BadRow as bad:
            left_out.append(refused(path.name, line, bad.column, bad.value, bad.expected))
    left_out += sums_left_out(path.name, lines)
    if not named:
        raise _nothing(path, left_out)
    has_websites = any(each.party.domains or each.party.accounts for each in named)
    filled = {"website"} if has_websites or headings is _PLAIN_LIST else ()
    notes = (
        *name_notes(table.header, places), *together_notes(table.header, headings.together), *lines.notes,
        *website_notes(NAMES, source.mapping, places, filled), *owner_notes(source, table, headings),
    )  # fmt: skip
    return Names(tuple(named), tuple(left_out), understood(NAMES, path.name, table, headings, notation, notes))


def one_name(values: Mapping[str, str], suffixes: Suffixes) -> Named:
    """Return the party that some values tell, by the columns of `NAMED`, as a row of a table would.

    Raises:
        BadInput: a value is unusable.
    """
    row = Row(1, list(values.values()), {column: at for at, column in enumerate(values)})
    try:
        found = _named(row, suffixes)
    except BadRow as bad:
        raise BadInput("unusable", where=bad.column, got=bad.value, expected=bad.expected) from None
    for column, value, expected in row.left_out:
        if not any(each in expected for each in (COMPARED_ALL_THE_SAME, AS_IT_IS, OF_NO_LIST)):
            raise BadInput("unusable", where=column, got=value, expected=expected)
    return found


def says_nothing(column: str, text: str) -> bool:
    """Return whether a text stands for no value in a column: it is blank, or a mark such as `n/a`.

    >>> says_nothing("country", "n/a"), says_nothing("name", "N/A"), says_nothing("country", "NA")
    (True, True, False)
    """
    marks = cells.NO_NAMES_IN_ANY_CASE if column == "name" else NOTHING_SAID.get(column, ())
    return not text.strip() or text.strip().casefold() in marks


def names_source(
    path: Path, mapping: Mapping[str, str], sheet: str, dates: DayOrder, decimals: Decimals = ""
) -> Source:
    """Return where names are to be read, with a mapping of our columns to headings of the file."""
    return Source(path.parent, path.name, NAMES, mapping, sheet, dates, decimals)


def _table(source: Source, path: Path) -> tuple[Table, Headings]:
    if path.suffix.lower() == ".txt":
        return read_lines(path, "name"), _PLAIN_LIST
    table = read_rows(path, source.sheet, source.known)
    if len(table.header) == 1 and not guess_headings(NAMES, table.header) and not source.mapping and not table.sheet:
        return read_lines(path, "name"), _PLAIN_LIST
    return with_headings(source, table)


def _nothing(path: Path, left_out: Sequence[Refused]) -> TableUnreadable:
    rows = [each for each in left_out if each.what == "row"]
    if not rows:
        return TableUnreadable("has no row", where=path.name, expected="at least one name")
    first = rows[0]
    what = f"has no usable row of {len(rows)}; the first has {first.column or 'a row'}"
    return TableUnreadable(what, where=path.name, line=first.line, got=first.value, expected=first.expected)


def _is_for_a_run(heading: str) -> bool:
    """Return whether a heading is one of the table of advertisers: screening alone has no use for a budget."""
    return bool(heading and guess_headings("advertisers", [heading]))


def _present(text: str) -> str:
    return "" if text.strip() in cells.NO_NAMES else text


def _named(row: Row, suffixes: Suffixes) -> Named:
    country = row.supporting("country", cells.country, "")
    party = Payer(
        id=str(row.line),
        name=row.needed("name", _name),
        aliases=tuple(dict.fromkeys((*row.several("alias", _name), *names_within(row)))),
        schema=_kind(row),
        country=country,
        domains=row.several("website", partial(own_host, suffixes=suffixes)),
        accounts=tuple(dict.fromkeys((*row.several("account", _account), *accounts_at(row.texts("website"))))),
        identifiers=tuple(register_numbers(row, country)),
        birth_date=row.supporting("birth_date", cells.birth_date, ""),
    )
    return Named(row.line, row.supporting("id", _id, ""), party)


def _kind(row: Row) -> str:
    stated = row.supporting("schema", _schema, "") or row.supporting("legal_form", legal_form, "")
    return stated or ("Person" if row.is_named_as_person else _UNSAID)


def _id(text: str) -> str:
    return cells.key(_whole(text))


def _name(text: str) -> str:
    if len(text) > _READ_AT_MOST:
        raise Unusable(f"a name of at most {_READ_AT_MOST:,} characters")
    return cells.name(_whole(text))


def _whole(text: str) -> str:
    """Return a text that can be written again: not half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unusable("whole characters (UTF-8)") from None
    return text


def _schema(text: str) -> str:
    return cells.one_of(_SCHEMATA, text)


def _account(text: str) -> str:
    found = account_of(text)
    if not found:
        raise Unusable("service/handle, or an account's address")
    return found
