"""OFAC's CSV quartet: names, aliases, addresses and overlong remarks in four files without headings.

Source: `screening.md` §2.1, from the files of 2019-01-15, 2021-07-07 (SDN) and 2025-12-19 (consolidated).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from evenhand.lists.entry import Entry, Files, Format, Properties, undated
from evenhand.lists.ofac_remarks import add_remarks
from evenhand.lists.tables import decoded, rows
from evenhand.model.errors import ListUnreadable

_QUARTETS = {
    "ofac-sdn": ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"),
    "ofac-cons": ("cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"),
}
_COLUMNS = {
    "main": (
        *("ent_num", "name", "type", "programs", "title", "call_sign"),
        *("vess_type", "tonnage", "grt", "vess_flag", "vess_owner", "remarks"),
    ),
    "alt": ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks"),
    "add": ("ent_num", "add_num", "address", "city", "country", "add_remarks"),
    "comments": ("ent_num", "text"),
}
_SCHEMATA = {"": "Organization", "individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
_ALIASES = {"aka": "alias", "nka": "alias", "fka": "previousName"}

Row = dict[str, str]
Table = list[tuple[int, Row]]


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield the entries of a quartet in the order of its main file."""
    prefix, names = _quartet(files)
    tables = {part: _table(name, files[name], part) for part, name in zip(_COLUMNS, names, strict=True)}
    known = {row["ent_num"] for _, row in tables["main"]}
    aliases = _by_entry(tables["alt"], names[1], known)
    addresses = _by_entry(tables["add"], names[2], known)
    continued = {row["ent_num"]: row["text"] for _, row in tables["comments"]}
    left_out["comment on an absent entry"] += len(continued.keys() - known)
    for line, row in tables["main"]:
        number = row["ent_num"]
        properties = Properties(left_out)
        properties.add("name", row["name"])
        for at, alias in aliases[number]:
            properties.add(_known(_ALIASES, alias["alt_type"], names[1], at, "alt_type"), alias["alt_name"])
        properties.add("program", *re.split(r"\] *\[", row["programs"].strip("[] ")))
        properties.add("position", row["title"])
        for _, address in addresses[number]:
            properties.add_country("country", address["country"])
        add_remarks(row["remarks"] + continued.get(number, ""), properties)
        schema = _known(_SCHEMATA, row["type"], names[0], line, "type")
        yield Entry(names[0], line, properties.entity(f"{prefix}-{number}", schema, row["name"], key))


def _members(files: Files) -> Files:
    """Return what there is of a quartet; `entries` says what is missing."""
    names = [name for quartet in _QUARTETS.values() for name in quartet if name in files]
    return {name: files[name] for name in names}


def _quartet(files: Files) -> tuple[str, tuple[str, ...]]:
    found = [(prefix, names) for prefix, names in _QUARTETS.items() if any(name in files for name in names)]
    if len(found) > 1:
        raise ListUnreadable("two lists in one folder", got=", ".join(files), expected="one quartet")
    prefix, names = found[0]
    missing = [name for name in names if name not in files]
    if missing:
        raise ListUnreadable("files missing of the quartet", got=", ".join(missing), expected=", ".join(names))
    return prefix, names


def _table(name: str, data: bytes, part: str) -> Table:
    columns = _COLUMNS[part]
    text = _without_end_mark(decoded(name, data))
    return [(line, _row(name, line, columns, cells)) for line, cells in rows(name, text, len(columns))]


def _without_end_mark(text: str) -> str:
    """Return the text without its last byte 0x1A; in a copy with bare LF a last null may have lost its end.

    The file of 2019 ends in `-0`: copies re-saved with LF have their last blanks, newline and more cut off.
    A file with OFAC's own CRLF is whole or refused.
    """
    text = text.removesuffix("\x1a")
    return f"{text}-" if text.endswith(",-0") and "\r\n" not in text else text


def _row(name: str, line: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    row = {column: _value(cell) for column, cell in zip(columns, cells, strict=True)}
    for column, value in row.items():
        if value in ("-", "-0"):
            raise ListUnreadable(f"{column} is cut:", where=name, line=line, got=value, expected="-0- or a value")
    if not row["ent_num"].isascii() or not row["ent_num"].isdigit():
        raise ListUnreadable("ent_num", where=name, line=line, got=row["ent_num"], expected="a number")
    return row


def _value(cell: str) -> str:
    cell = cell.strip(" ")
    return "" if cell == "-0-" else cell


def _by_entry(table: Table, name: str, known: set[str]) -> dict[str, Table]:
    groups: dict[str, Table] = defaultdict(list)
    for line, row in table:
        if row["ent_num"] not in known:
            raise ListUnreadable(
                "ent_num of no entry", where=name, line=line, got=row["ent_num"], expected="one of them"
            )
        groups[row["ent_num"]].append((line, row))
    return groups


def _known(table: dict[str, str], value: str, name: str, line: int, field: str) -> str:
    if value not in table:
        expected = ", ".join(key or "null" for key in table)
        raise ListUnreadable(f"unknown {field}", where=name, line=line, got=value, expected=expected)
    return table[value]


OFAC_CSV = Format("ofac-csv", 1, 8, "ofac", _members, entries, undated)
