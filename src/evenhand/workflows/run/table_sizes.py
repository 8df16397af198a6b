"""Whether a table has lost rows or a column since the last run: a file that was cut would let parties go unnoticed."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

import msgspec

from evenhand.intake import Tables, measure
from evenhand.ledger import Ledger
from evenhand.model.errors import BadInput, TableShrunk
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.evaluation.history import decision_of

LAST_RUN = "last-run.json"
TABLES = ("advertisers", "payers", "ownership", "campaigns", "creatives", "votes")
FEW_ROWS = 2
"""So many rows may go from a table of any size."""


class Size(msgspec.Struct, frozen=True):
    """How many rows a table had, and which of our columns had a value in some row."""

    rows: int
    columns: tuple[str, ...]


def check_sizes(network: Network, tables: Tables, ledger: Ledger, accepted: Collection[str]) -> None:
    """Compare each table with that of the last run; `accepted` are the names of tables that may have shrunk.

    Raises:
        TableShrunk: a table has no row any more, or lost more than `max_shrink` of its rows and more than two, or a
            column that had values.
        BadInput: an accepted name is no table's.
    """
    unknown = [each for each in accepted if each not in TABLES]
    if unknown:
        raise BadInput("no such table", where="--accept-table", got=", ".join(unknown), expected=", ".join(TABLES))
    most = Decimal(network.settings.intake.max_shrink)
    for name, before in _last_sizes(network, ledger).items():
        if name in accepted or name not in TABLES:
            continue
        now = tables.rows.get(name, 0)
        lost = before.rows - now
        if (before.rows and not now) or lost > max(most * before.rows, Decimal(FEW_ROWS)):
            raise _shrunk(network, name, f"has {now:,} rows; the last run read {before.rows:,}",
                          f"at most {most:.0%} fewer, or {FEW_ROWS} rows")  # fmt: skip
        gone = [each for each in before.columns if not _is_there(each, tables.places.get(name, ()))]
        if gone:
            columns = ", ".join(f"`{each}`" for each in gone)
            raise _shrunk(network, name, "has lost a column", f"{columns} as in the last run")


def _is_there(column: str, columns: Collection[str]) -> bool:
    """Return whether a table has a column; earlier versions took a heading of register numbers for `identifiers`."""
    return column in columns or (column == "identifiers" and "registration_number" in columns)


def keep_sizes(network: Network, tables: Tables) -> None:
    """Write down how large the tables of this run were, for the next one to compare; `state/` may be deleted."""
    sizes = {name: Size(rows, tables.filled.get(name, ())) for name, rows in tables.rows.items()}
    network.snapshots.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_whole(network.snapshots / LAST_RUN, msgspec.json.format(msgspec.json.encode(sizes)))


def _shrunk(network: Network, name: str, what: str, expected: str) -> TableShrunk:
    file = getattr(network.settings.intake, name)
    return TableShrunk(
        f"{name} {what}", where=file or SETTINGS_FILE, expected=expected,
        todo=f"see that the file is whole; if it is meant: `evenhand run DIR --accept-table {name}`", table=name,
    )  # fmt: skip


def _last_sizes(network: Network, ledger: Ledger) -> Mapping[str, Size]:
    """Return the sizes that the last run wrote, else those of the snapshots that the newest decision names."""
    try:
        return msgspec.json.decode((network.snapshots / LAST_RUN).read_bytes(), type=dict[str, Size])
    except (OSError, msgspec.MsgspecError):
        return dict(_decided_sizes(network, ledger))


def _decided_sizes(network: Network, ledger: Ledger) -> Iterator[tuple[str, Size]]:
    last = ledger.last("decision")
    if last is None or last[1] is None:
        return
    for name, sha256 in decision_of(last[1]).inputs.tables.items():
        path = network.snapshots / f"{sha256.removeprefix('sha256:')}.parquet"
        try:
            yield name, Size(*measure(path, name, network.settings.intake.columns.get(name, {})))
        except (BadInput, OSError):
            continue  # nothing to compare with
