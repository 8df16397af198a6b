"""Owners in sheets of a workbook, or in columns of clients, of which nobody was read."""

import re
from collections.abc import Iterator

from evenhand.intake import Tables
from evenhand.intake.owner_columns import UNREAD_OWNERS
from evenhand.intake.owner_headings import names_owners
from evenhand.intake.owners import NAMESAKES, UNKNOWN_COMPANIES
from evenhand.intake.table_source import file_of
from evenhand.store.workbooks import NOT_READ

_SHEET = re.compile("`([^`]+)`(?! \\(hidden\\))")


def unread_owner_sentences(tables: Tables) -> Iterator[str]:
    """Yield a sentence on companies that nobody is called as, and on owners who are called as a client is.

    Where no owners are read, one on each sheet and column with a name for owners that is not read.
    """
    for each in tables.understood:
        yield from (f"{each.file}: {note}." for note in each.notes if note.startswith((UNKNOWN_COMPANIES, NAMESAKES)))
    if tables.ownership or tables.rows.get("ownership"):
        return
    read = {(each.file, each.sheet) for each in tables.understood}
    notes = {(file_of(each.file), each.expected) for each in tables.refused if each.expected.startswith(NOT_READ)}
    for table in tables.understood:
        yield from (f"{table.file}: {note}." for note in table.notes if note.startswith(UNREAD_OWNERS))
    for file, expected in sorted(notes):
        for sheet in _SHEET.findall(expected):
            if names_owners(sheet) and (file, sheet) not in read:
                yield (
                    f"No owners were read, and sheet `{sheet}` of {file} is no table: in evenhand.toml, set"
                    f' ownership = "{file}" in [intake] and ownership = "{sheet}" in [intake.sheets], and give its'
                    " headings in [intake.columns.ownership]: owned for the company's id or owned_name for its"
                    " name, owner_name and share"
                )
