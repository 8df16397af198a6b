"""The four tables of an OFAC quartet, checked row by row: no heading, null as `-0-`, one number an entry.

Source: `lists.md` §1.1, from the files of 2019-01-15, 2021-07-07 (SDN) and 2025-12-19 (consolidated).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from evenhand.lists.formats.csv_rows import decoded, rows
from evenhand.lists.formats.entry import Files
from evenhand.model.errors import ListUnreadable

_QUARTETS = {
    "ofac-sdn": ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"),
    "ofac-cons": ("cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"),
}
_MAIN = (
    *("ent_num", "name", "type", "programs", "title", "call_sign"),
    *("vess_type", "tonnage", "grt", "vess_flag", "vess_owner", "remarks"),
)
_ALT = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
_ADD = ("ent_num", "add_num", "address", "city", "country", "add_remarks")
_COMMENTS = ("ent_num", "text")


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its file, its first line (from 1) and its values by column; null is ``""``."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


class Quartet(NamedTuple):
    """The tables of one list: `main` in published order, aliases and addresses by `ent_num`, and whole remarks.

    `absent` counts the comments on entries that are not in `main`.
    """

    prefix: str
    main: list[Row]
    aliases: dict[str, list[Row]]
    addresses: dict[str, list[Row]]
    comments: dict[str, str]
    absent: int

    def remarks(self, row: Row) -> str:
        """Return the remarks of an entry with the comment that goes on where they were cut, without a separator."""
        return row["remarks"] + self.comments.get(row["ent_num"], "")


def quartet_files(files: Files) -> Files:
    """Return what there is of a quartet; `quartet` says what is missing."""
    names = [name for quartet in _QUARTETS.values() for name in quartet if name in files]
    return {name: files[name] for name in names}


def quartet(files: Files) -> Quartet:
    """Return the four tables.

    Raises:
        ListUnreadable: a file is missing, a row is not whole, or belongs to no entry.
    """
    prefix, (main_name, alt_name, add_name, comments_name) = _names(files)
    main = _table(main_name, files, _MAIN)
    known = {row["ent_num"] for row in main}
    comments = {row["ent_num"]: row["text"] for row in _table(comments_name, files, _COMMENTS)}
    return Quartet(
        prefix,
        main,
        _by_entry(_table(alt_name, files, _ALT), known),
        _by_entry(_table(add_name, files, _ADD), known),
        comments,
        len(comments.keys() - known),
    )


def _names(files: Files) -> tuple[str, tuple[str, ...]]:
    found = [(prefix, names) for prefix, names in _QUARTETS.items() if any(name in files for name in names)]
    if len(found) > 1:
        raise ListUnreadable("two lists in one folder", got=", ".join(files), expected="one quartet")
    prefix, names = found[0]
    missing = [name for name in names if name not in files]
    if missing:
        raise ListUnreadable("files missing of the quartet", got=", ".join(missing), expected=", ".join(names))
    return prefix, names


def _table(name: str, files: Files, columns: tuple[str, ...]) -> list[Row]:
    text = _without_end_mark(decoded(name, files[name]))
    return [_row(name, line, columns, cells) for line, cells in rows(name, text, len(columns))]


def _without_end_mark(text: str) -> str:
    """Return the text without its last byte 0x1A; in a copy with bare LF a last null may have lost its end.

    The file of 2019 ends in `-0`: copies re-saved with LF have their last blanks, newline and more cut off.
    A file with OFAC's own CRLF is whole or refused.
    """
    text = text.removesuffix("\x1a")
    return f"{text}-" if text.endswith(",-0") and "\r\n" not in text else text


def _row(name: str, line: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    row = Row(name, line, {column: _value(cell) for column, cell in zip(columns, cells, strict=True)})
    for column, value in row.values.items():
        if value in ("-", "-0"):
            raise ListUnreadable(f"{column} is cut:", where=name, line=line, got=value, expected="-0- or a value")
    if not row["ent_num"].isascii() or not row["ent_num"].isdigit():
        raise ListUnreadable("ent_num", where=name, line=line, got=row["ent_num"], expected="a number")
    return row


def _value(cell: str) -> str:
    cell = cell.strip(" ")
    return "" if cell == "-0-" else cell


def _by_entry(table: Iterable[Row], known: set[str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in table:
        if (number := row["ent_num"]) not in known:
            raise ListUnreadable(
                "ent_num of no entry", where=row.file, line=row.line, got=number, expected="one of them"
            )
        groups[number].append(row)
    return groups
