"""A table of an earlier run, as far as it can be read: which keys its parties had, how large it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from evenhand.intake import parties
from evenhand.intake.filled_columns import Filled
from evenhand.intake.headed_table import as_one
from evenhand.intake.headings import Headings, match_headings
from evenhand.intake.row import Row
from evenhand.intake.values.column_evidence import find_notation
from evenhand.model.errors import NetworkUnreadable, TableUnreadable
from evenhand.model.hosts import Suffixes
from evenhand.model.party import Keys, keys_of
from evenhand.store.table_rows import batches
from evenhand.store.tables import Table, read_rows


def read_keys(
    path: Path, table: str, mapping: Mapping[str, str], ids: Collection[str], suffixes: Suffixes, day: date
) -> dict[str, Keys]:
    """Return the keys of some parties in an earlier table, by id, as far as they can be read; verified as on `day`.

    `mapping` is that of today's settings; where the file's headings are others, they are taken by their usual names.

    Raises:
        TableUnreadable: it cannot be read at all, or a required column is missing.
    """
    rows, headings = _read(path, table, mapping)
    plainly = find_notation(headings.places, rows.again, "", "").plainly
    identify = parties.rejected_advertiser if table == "advertisers" else parties.rejected_payer
    found: dict[str, Keys] = {}
    for line, texts, _ in rows.lines:
        row = Row(line, texts, headings.places, plainly, lenient=True)
        if row.text("id") in ids:
            found.setdefault(row.text("id"), keys_of(identify(row, suffixes)[1], day))
    return found


def measure(path: Path, table: str, mapping: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """Return how many rows an earlier table has, and which of our columns are filled; `mapping` as for `read_keys`.

    Raises:
        TableUnreadable: it cannot be read at all, or a required column is missing.
    """
    rows, headings = _read(path, table, mapping)
    filled, count = Filled(headings.places), 0
    for several in batches(rows.lines):
        filled.look_at([line.cells for line in several])
        count += len(several)
    return count, filled.columns


def _read(path: Path, table: str, mapping: Mapping[str, str]) -> tuple[Table, Headings]:
    rows = read_rows(path)
    header = [name.removesuffix(f"#{at}") for at, name in enumerate(rows.header, 1)]  # as `snapshot` tells equal ones
    headings = _earlier_headings(table, path.name, header, mapping)
    return as_one(rows, headings.together), headings


def _earlier_headings(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str]) -> Headings:
    try:
        return match_headings(table, file, header, mapping)
    except (TableUnreadable, NetworkUnreadable):
        return match_headings(table, file, header, {})
