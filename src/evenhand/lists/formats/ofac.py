"""OFAC's CSV quartet: names, aliases, addresses and overlong remarks in four files without headings.

Source: `lists.md` §1.1 and §2; `ofac_tables` reads the rows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from evenhand.lists.formats.entry import Entry, Files, Format, Properties, undated
from evenhand.lists.formats.ofac_remarks import add_remarks
from evenhand.lists.formats.ofac_tables import Row, quartet, quartet_files
from evenhand.model.errors import ListUnreadable

_SCHEMATA = {"": "Organization", "individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
# Our name of a field, and the column of the main file that holds it.
_COLUMNS = {
    "name": "name", "type": "type", "title": "title", "call_sign": "call_sign", "vessel_type": "vess_type",
    "tonnage": "tonnage", "grt": "grt", "flag": "vess_flag", "owner": "vess_owner",
}  # fmt: skip
_BETWEEN = " | "
_ALIASES = {"aka": "alias", "nka": "alias", "fka": "previousName"}


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield the entries of a quartet in the order of its main file."""
    tables = quartet(files)
    left_out["comment on an absent entry"] += tables.absent
    for row in tables.main:
        number = row["ent_num"]
        properties = Properties(left_out)
        properties.add("name", row["name"])
        for alias in tables.aliases.get(number, ()):
            properties.add(_known(_ALIASES, alias, "alt_type"), alias["alt_name"])
        properties.add("program", *programs(row))
        properties.add("position", row["title"])
        for address in tables.addresses.get(number, ()):
            properties.add_country("country", address["country"])
        add_remarks(tables.remarks(row), properties)
        schema = _known(_SCHEMATA, row, "type")
        yield Entry(row.file, row.line, properties.entity(f"{tables.prefix}-{number}", schema, row["name"], key))


def programs(row: Row) -> list[str]:
    """Return the programs of `[A] [B]` or of a bare code."""
    return re.split(r"\] *\[", row["programs"].strip("[] "))


def _known(table: dict[str, str], row: Row, field: str) -> str:
    value = row[field]
    if value not in table:
        expected = ", ".join(key or "null" for key in table)
        raise ListUnreadable(f"unknown {field}", where=row.file, line=row.line, got=value, expected=expected)
    return table[value]


def published_fields(files: Files) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Yield the id of each entry of a quartet and its fields that have a value; programs and the like are sets.

    An alias reads `type | name | remarks`, an address `address | city | country | remarks`, empty ends left out.

    Raises:
        ListUnreadable: the quartet is not whole.
    """
    tables = quartet(files)
    for row in tables.main:
        number = row["ent_num"]
        aliases, addresses = tables.aliases.get(number, ()), tables.addresses.get(number, ())
        fields: dict[str, tuple[str, ...]] = {
            field: (row[column],) for field, column in _COLUMNS.items() if row[column]
        }
        fields["programs"] = tuple(programs(row))
        fields["remarks"] = (tables.remarks(row),)
        fields["aliases"] = tuple(
            _joined((alias["alt_type"].lower(), alias["alt_name"], alias["alt_remarks"])) for alias in aliases
        )
        fields["addresses"] = tuple(_address(address) for address in addresses)
        yield f"{tables.prefix}-{number}", fields


def _address(row: Row) -> str:
    return _joined(row[column] for column in ("address", "city", "country", "add_remarks"))


def _joined(parts: Iterable[str]) -> str:
    """Return the parts as one text; those before a part keep their place, so that no two lists of parts meet."""
    return _BETWEEN.join(" ".join(part.split()) for part in parts).rstrip(" |")


OFAC_CSV = Format("ofac-csv", 4, 8, "ofac", quartet_files, entries, undated)
