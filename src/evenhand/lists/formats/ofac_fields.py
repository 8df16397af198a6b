"""OFAC's entries field by field as published: what a delta of two publications is counted in.

Source: `lists.md` §2. The numbers of aliases and addresses, row order, line ends and quoting say nothing.
"""

from collections.abc import Iterable, Iterator

from evenhand.lists.formats.entry import Files
from evenhand.lists.formats.ofac import programs
from evenhand.lists.formats.ofac_tables import Row, quartet

# Our name of a field, and the column of the main file that holds it.
_COLUMNS = {
    "name": "name", "type": "type", "title": "title", "call_sign": "call_sign", "vessel_type": "vess_type",
    "tonnage": "tonnage", "grt": "grt", "flag": "vess_flag", "owner": "vess_owner",
}  # fmt: skip
_BETWEEN = " | "


def published(files: Files) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
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
            _joined((each["alt_type"].lower(), each["alt_name"], each["alt_remarks"])) for each in aliases
        )
        fields["addresses"] = tuple(_address(each) for each in addresses)
        yield f"{tables.prefix}-{number}", fields


def _address(row: Row) -> str:
    return _joined(row[column] for column in ("address", "city", "country", "add_remarks"))


def _joined(parts: Iterable[str]) -> str:
    """Return the parts as one text; those before a part keep their place, so that no two lists of parts meet."""
    return _BETWEEN.join(" ".join(part.split()) for part in parts).rstrip(" |")
