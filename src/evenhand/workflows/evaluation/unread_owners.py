"""Sheets of a workbook that look like one of owners, and are read as no table."""

import re
from collections.abc import Iterator

from evenhand.intake import Tables
from evenhand.intake.table_source import file_of
from evenhand.store.workbooks import NOT_READ

_SHEET = re.compile("`([^`]+)`(?! \\(hidden\\))")
_OF_OWNERS = re.compile(
    "ubo\\b|owner|sharehold|benefic|bénéf|eigent|gesellschafter|beteilig|berechtigt|actionn|titular|titolar|właścic|udział"
    "|владел|собствен|бенефиц|учредит",
    re.IGNORECASE,
)


def unread_owner_sentences(tables: Tables) -> Iterator[str]:
    """Yield a sentence on each sheet with a name for owners that is not read, where no owners are."""
    if tables.rows.get("ownership"):
        return
    read = {(each.file, each.sheet) for each in tables.understood}
    notes = {(file_of(each.file), each.expected) for each in tables.refused if each.expected.startswith(NOT_READ)}
    for file, expected in sorted(notes):
        for sheet in _SHEET.findall(expected):
            if _OF_OWNERS.search(sheet) and (file, sheet) not in read:
                yield (
                    f"No owners were read, and sheet `{sheet}` of {file} is no table: in evenhand.toml, set"
                    f' ownership = "{file}" in [intake] and ownership = "{sheet}" in [intake.sheets], and give its'
                    " headings in [intake.columns.ownership]: owned, owner, owner_name (the heading of owner again"
                    " where owners have no ids) and share"
                )
