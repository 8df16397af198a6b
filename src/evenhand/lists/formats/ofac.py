"""OFAC's CSV quartet: names, aliases, addresses and overlong remarks in four files without headings.

Source: `lists.md` §1.1; `ofac_tables` reads the rows, `ofac_fields` gives them as published.
"""

import re
from collections import Counter
from collections.abc import Iterator

from evenhand.lists.formats.entry import Entry, Files, Format, Properties, undated
from evenhand.lists.formats.ofac_remarks import add_remarks
from evenhand.lists.formats.ofac_tables import Row, quartet, quartet_files
from evenhand.model.errors import ListUnreadable

_SCHEMATA = {"": "Organization", "individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
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


OFAC_CSV = Format("ofac-csv", 1, 8, "ofac", quartet_files, entries, undated)
