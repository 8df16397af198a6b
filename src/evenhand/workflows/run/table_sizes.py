"""Whether a table has lost rows or a column since the last run: a file that was cut would let parties go unnoticed."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import chain

import msgspec

from evenhand.intake import Tables, measure
from evenhand.intake.owner_columns import OWNERS
from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput, TableShrunk
from evenhand.model.text_matching import plain
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.influence.influence_run import COORDINATION, SETTINGS, read_kept
from evenhand.workflows.influence.kept_tables import EVENT_TABLES
from evenhand.workflows.influence.network_events import DECLARED_ACCOUNTS

LAST_RUN = "last-run.json"
TABLES = ("advertisers", "payers", "ownership", "campaigns", "creatives", "votes")
MAY_SHRINK = (*TABLES, *EVENT_TABLES, COORDINATION)
FEW_ROWS = 2
"""So many rows may go from a table of any size."""


class Size(msgspec.Struct, frozen=True):
    """How many rows a table had, which of our columns had a value in some row, and `often` in at least three.

    `owners` are the headings from which owners of its parties were read.
    """

    rows: int
    columns: tuple[str, ...]
    often: tuple[str, ...] = ()  # an earlier version did not count them
    owners: tuple[str, ...] = ()


def check_sizes(network: Network, tables: Tables, ledger: LogReader, accepted: Collection[str]) -> None:
    """Compare each table with that of the last run; `accepted` are the names of tables that may have shrunk.

    Raises:
        TableShrunk: a table has no row any more, or lost more than `max_shrink` of its rows and more than two, or a
            column that had values, or all values of a column that had at least three, or a heading of owners.
        BadInput: an accepted name is no table's.
    """
    check_accepted(accepted)
    for name, before in _last_sizes(network, ledger).items():
        if name in accepted or name not in TABLES:
            continue
        _check_rows(network, name, tables.rows.get(name, 0), before.rows)
        gone = [each for each in before.columns if not _is_there(each, tables.places.get(name, ()))]
        if gone:
            columns = ", ".join(f"`{each}`" for each in gone)
            raise _shrunk(network, name, "has lost a column", f"{columns} as in the last run")
        blank = [each for each in before.often if not _is_there(each, tables.filled.get(name, ()))]
        if blank:
            columns = ", ".join(f"`{each}`" for each in blank)
            raise _shrunk(network, name, "has a column without any value", f"values in {columns} as in the last run")
        now = {plain(each) for each in _owner_headings(tables, name)}
        if lost := [each for each in before.owners if plain(each) not in now]:
            what = f"is read without the owners in {', '.join(f'`{each}`' for each in lost)}"
            raise _shrunk(network, name, what, "these headings under `owners`, as in the last run")


def _owner_headings(tables: Tables, name: str) -> tuple[str, ...]:
    """Return the headings from which owners of a table's parties were read, none where no row has one."""
    if OWNERS not in tables.filled.get(name, ()):
        return ()
    read = [each for table in tables.understood if table.table == name for each in table.columns]
    return tuple(chain.from_iterable(each.heading.split(";") for each in read if each.column == OWNERS)) or (OWNERS,)


def check_accepted(accepted: Collection[str]) -> None:
    """Refuse a name that is no table's.

    Raises:
        BadInput: there is one.
    """
    unknown = [each for each in accepted if each not in MAY_SHRINK]
    if unknown:
        raise BadInput("no such table", where="--accept-table", got=", ".join(unknown), expected=", ".join(MAY_SHRINK))


def _check_rows(network: Network, name: str, now: int, before: int, of: str = "rows") -> None:
    most = Decimal(network.settings.intake.max_shrink)
    if (before and not now) or before - now > max(most * before, Decimal(FEW_ROWS)):
        raise _shrunk(network, name, f"has {now:,} {of}; the last run read {before:,}",
                      f"at most {most:.0%} fewer, or {FEW_ROWS} rows")  # fmt: skip


def check_events(network: Network, ledger: LogReader, counted: Mapping[str, int], accepted: Collection[str]) -> None:
    """Compare what counts of the tables of acts with the last run: what is lost of them would lift holds.

    Raises:
        TableShrunk: such a table has nothing that counts any more, or lost more than `max_shrink` of it, or its times
            say nothing any more; or the tests are switched off while they named advertisers, or name fewer of them
            under other settings.
    """
    before = _last_events(network, ledger)
    if not network.settings.influence.enabled:
        named = before.get(COORDINATION, 0)
        if named and COORDINATION not in accepted:
            raise _shrunk(network, COORDINATION, f"is switched off; the last run found {named:,} advertisers",
                          "[influence] enabled = true")  # fmt: skip
        return
    for name in EVENT_TABLES:
        if name in accepted:
            continue
        acts = "rows" if name == "declared" else "acts of advertisers of the network that are not later than this run"
        _check_rows(network, name, counted.get(name, 0), before.get(name, 0), acts)
        if before.get(f"{name}.moments") and not counted.get(f"{name}.moments"):
            raise _shrunk(network, name, "has no times that can be compared; the last run's could be",
                          "times to the second, or to the minute with resolution_s = 60")  # fmt: skip
    if COORDINATION not in accepted:
        _check_settings(network, before, counted)
    if "declared" not in accepted:
        # An earlier version did not count them.
        _check_rows(network, "declared", counted.get(DECLARED_ACCOUNTS, 0), before.get(DECLARED_ACCOUNTS, 0),
                    "advertisers of the network")  # fmt: skip


def _check_settings(network: Network, before: Mapping[str, int], counted: Mapping[str, int]) -> None:
    """Refuse that fewer advertisers are named where the settings of the tests are others than in the last run."""
    is_other = before.get(SETTINGS) is not None and before[SETTINGS] != counted.get(SETTINGS)
    named, earlier = counted.get(COORDINATION), before.get(COORDINATION, 0)
    if is_other and named is not None and named < earlier:
        what = f"names {named:,} advertisers under other settings; the last run named {earlier:,}"
        raise _shrunk(network, COORDINATION, what, "alpha, max_cell and resolution_s of [influence] as in that run")


def declared_more(network: Network, ledger: LogReader, counted: Mapping[str, int]) -> tuple[str, ...]:
    """Return in a sentence that accounts declared more than at the last run: who declares is not named."""
    before, now = _last_events(network, ledger).get("declared"), counted.get("declared", 0)
    if before is None or now <= before:
        return ()
    file = network.settings.intake.declared
    return (f"{file}: {now:,} rows, {before:,} in the last run; accounts of one declared control are not named",)


def _last_events(network: Network, ledger: LogReader) -> dict[str, int]:
    """Return what the last run counted; where an earlier version kept no count, at least which tables it used."""
    sizes = {name: each.rows for name, each in _last_sizes(network, ledger).items()}
    kept = read_kept(network.state)
    if COORDINATION in sizes or kept is None:
        return sizes
    findings = kept.result.findings
    sources = " ".join(chain.from_iterable(each.sources for each in findings))
    used = {name: 1 for name in EVENT_TABLES if f"table:{name}@" in sources}
    return used | sizes | {COORDINATION: len(findings)}


def _is_there(column: str, columns: Collection[str]) -> bool:
    """Return whether a table has a column; earlier versions took a heading of register numbers for `identifiers`."""
    return column in columns or (column == "identifiers" and "registration_number" in columns)


def keep_sizes(network: Network, tables: Tables) -> None:
    """Write down how large the tables of this run were, for the next one to compare; `state/` may be deleted."""
    sizes = {
        name: Size(rows, tables.filled.get(name, ()), tables.often.get(name, ()), _owner_headings(tables, name))
        for name, rows in tables.rows.items()
    }
    network.snapshots.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_whole(network.snapshots / LAST_RUN, msgspec.json.format(msgspec.json.encode(sizes)))


def _shrunk(network: Network, name: str, what: str, expected: str) -> TableShrunk:
    file = getattr(network.settings.intake, name, "")
    see = "put the settings back" if name == COORDINATION else "see that the file is whole"
    return TableShrunk(
        f"{name} {what}", where=file or SETTINGS_FILE, expected=expected,
        todo=f"{see}; if it is meant: `evenhand run DIR --accept-table {name}`", table=name,
    )  # fmt: skip


def _last_sizes(network: Network, ledger: LogReader) -> Mapping[str, Size]:
    """Return the sizes that the last run wrote, else those of the snapshots that the newest decision names."""
    try:
        return msgspec.json.decode((network.snapshots / LAST_RUN).read_bytes(), type=dict[str, Size])
    except (OSError, msgspec.MsgspecError):
        return dict(_decided_sizes(network, ledger))


def _decided_sizes(network: Network, ledger: LogReader) -> Iterator[tuple[str, Size]]:
    last = ledger.last("decision")
    if last is None or last[1] is None:
        return
    for name, sha256 in decision_of(last[1]).inputs.tables.items():
        if name not in TABLES:
            continue  # of acts, not rows are counted but what of them counts
        path = network.snapshots / f"{sha256.removeprefix('sha256:')}.parquet"
        try:
            yield name, Size(*measure(path, name, network.settings.intake.columns.get(name, {})))
        except (BadInput, OSError):
            continue  # nothing to compare with
