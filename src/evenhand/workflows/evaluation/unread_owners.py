"""Owners in sheets of a workbook, or in columns of clients, of which nobody was read."""

import re
from collections.abc import Iterator

from evenhand.intake import Tables
from evenhand.intake.owner_columns import UNREAD_OWNERS
from evenhand.intake.owner_headings import names_owners
from evenhand.intake.owners import NAMESAKES, UNKNOWN_COMPANIES
from evenhand.intake.table_source import file_of
from evenhand.model.run import TableRead
from evenhand.store.workbooks import NOT_READ

_SHEET = re.compile("`([^`]+)`(?! \\(hidden\\))")


def unread_owner_sentences(tables: Tables) -> Iterator[str]:
    """Yield a sentence on companies that nobody is called as, and on owners who are called as a client is.

    One more on each sheet with a name for owners that is not read, whatever is read elsewhere: they may be others.
    So on a column, unless there is a table of ownership with rows: who has it knows where the owners are.
    """
    tabled = [each for each in tables.understood if each.table == "ownership" and tables.rows.get("ownership")]
    wanted = (UNKNOWN_COMPANIES, NAMESAKES) if tabled else (UNKNOWN_COMPANIES, NAMESAKES, UNREAD_OWNERS)
    for each in tables.understood:
        yield from (f"{each.file}: {note}." for note in each.notes if note.startswith(wanted))
    read = {(each.file, each.sheet) for each in tables.understood}
    notes = {(file_of(each.file), each.expected) for each in tables.refused if each.expected.startswith(NOT_READ)}
    for file, expected in sorted(notes):
        for sheet in _SHEET.findall(expected):
            if names_owners(sheet) and (file, sheet) not in read:
                todo = _rows(tabled[0]) if tabled else _settings(file, sheet)
                yield (
                    f"Sheet `{sheet}` of {file} seems to name owners, and none is read from it: {todo}; hide the sheet"
                    " if it does not count"
                )


def _settings(file: str, sheet: str) -> str:
    return (
        f'in evenhand.toml, set ownership = "{file}" in [intake] and ownership = "{sheet}" in [intake.sheets], and give'
        " its headings in [intake.columns.ownership]: owned for the company's id or owned_name for its name,"
        " owner_name and share"
    )


def _rows(owners: TableRead) -> str:
    return f"add its rows to the table of ownership, {owners.file}{f', sheet `{owners.sheet}`' if owners.sheet else ''}"
