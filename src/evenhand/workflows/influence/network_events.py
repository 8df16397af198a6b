"""The events of a network, gathered into one file: its table of events, its bids, what its other tables say."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from evenhand.intake import Tables
from evenhand.intake.event_columns import read_event_table
from evenhand.intake.events import RowReader
from evenhand.intake.network_tables import source_of
from evenhand.intake.object_names import object_name
from evenhand.intake.table_source import errors_of
from evenhand.model.errors import TooManyRefused
from evenhand.model.hosts import Suffixes
from evenhand.model.record import record_sha256, sha256_hex
from evenhand.model.run import Refused
from evenhand.store.duckdb_engine import spilling_engine
from evenhand.store.network import Network
from evenhand.store.parquet_rows import literal
from evenhand.store.tables import table_sha256, write_parquet
from evenhand.workflows.influence.act_times import coarse_times, count_acts
from evenhand.workflows.influence.alike_creatives import ALIKE, AlikeObjects, alike_objects, is_event_text
from evenhand.workflows.influence.bidders import Bidders
from evenhand.workflows.influence.declared_control import (
    account_names,
    check_declared,
    declared_controls,
    nearly_all_declared,
)
from evenhand.workflows.influence.kept_tables import EVENT_TABLES
from evenhand.workflows.influence.output_tables import hand_over
from evenhand.workflows.influence.table_events import Token, table_events

PAUSE_S: Final = 600
DECLARED_ACCOUNTS: Final = "declared.accounts"
"""Counts the advertisers that the table of declarations names."""
_ACTS = {
    "source": "VARCHAR", "account_id": "VARCHAR", "object_type": "VARCHAR", "object_id": "VARCHAR",
    "ts": "BIGINT", "seen_at": "BIGINT", "content_id": "VARCHAR",
}  # fmt: skip
_MOST_NAMED = 5

# A bid after a pause: of a bidder that never pauses, the first bid of a bin says nothing of its moment. Many budgets
# begin with the hour, so what starts in its first two minutes is not counted.
_BURSTS = """
SELECT 'bids' AS source, account_id, object_type, object_id, ts, ts AS seen_at, content_id FROM (
    SELECT *, ts - lag(ts) OVER (PARTITION BY account_id, object_id ORDER BY ts, content_id) AS pause
    FROM read_parquet({bids})
) WHERE (pause IS NULL OR pause >= {pause}) AND ts % 3600 >= 120
"""
_HOSTS = """
SELECT 'bids' AS source, account_id, object_type, object_id, NULL::BIGINT AS ts, min(seen_at) AS seen_at,
    '' AS content_id
FROM read_parquet({bids}) WHERE object_type = 'host' GROUP BY account_id, object_type, object_id
"""
_ALL = """
SELECT {columns} FROM (
    SELECT a.* REPLACE ({ts} AS ts, coalesce(t.name, a.object_id) AS object_id)
    FROM read_parquet({acts}) AS a LEFT JOIN alike_texts AS t ON t.object_id = a.object_id AND a.source = 'events'
)
UNION ALL SELECT {columns} FROM ({bursts})
"""
_EVENTS = """
SELECT 'events' AS source, coalesce(advertiser, account_id) AS account_id, object_type, object_id, ts, ts AS seen_at,
    content_id
FROM event_rows LEFT JOIN account_names USING (account_id)
UNION ALL
"""
_REPEATED = """
SELECT count(*), count(DISTINCT (account_id, object_id, ts, content_id)), count(DISTINCT (account_id, object_id, ts))
FROM read_parquet({acts}) WHERE source = 'events'
"""


@dataclass
class NetworkEvents:
    """What tests need of a network: its tokens and files, who declared what, what was left out, what to look at.

    `files` are the SHA-256 of the files by name. `key` changes with everything that the result depends on but the
    settings of the tests. `counted` is as in the result. `alike` is known once the events are written.
    """

    tables: Tables
    tokens: list[Token]
    files: dict[str, str]
    controls: dict[str, str] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    alike: AlikeObjects = field(default_factory=AlikeObjects)

    @property
    def key(self) -> str:
        """Return the SHA-256 of what events are made of."""
        parts = (self.files, sorted(self.controls.items()), sorted(account_names(self.tables).items()))
        return record_sha256((*map(str, parts), sha256_hex(repr(self.tokens).encode())))

    @property
    def can_be_tested(self) -> bool:
        """Return whether there are events, or several kinds of things that accounts share."""
        if "events" in self.files or "bids" in self.files:
            return True
        held = {(kind, name, account) for account, kind, name, _, _ in self.tokens}
        # Whether texts or pictures are alike is not known yet.
        shared = Counter((kind, kind if kind in ALIKE else name) for kind, name, _ in held)
        return len({kind for (kind, _), count in shared.items() if count > 1}) > 1


def read_declared(network: Network, tables: Tables, suffixes: Suffixes) -> NetworkEvents:
    """Return the tokens of a network's tables, its files by hash, and the control that its accounts declared.

    Raises:
        TableUnreadable, TooManyRefused: the table of declarations cannot be used or names no
            advertiser, or a table of acts is missing.
    """
    intake = network.settings.intake
    files = {
        name: _hash_of(network.folder, path, intake.sheets.get(name, ""))
        for name in EVENT_TABLES
        if (path := getattr(intake, name))
    }
    found = NetworkEvents(tables, list(table_events(network, tables, suffixes)), files)
    names = account_names(tables)
    ties: list[tuple[str, str]] = []
    if intake.declared:
        reader = RowReader(source_of(network.folder, intake, "declared"))
        for account, control, _ in reader.controls():
            ties.append((names.get(account, account), control))
        _take_over(found, network, reader, intake.declared)
        found.counted["declared"] = len(ties)
        found.counted[DECLARED_ACCOUNTS] = check_declared(
            intake.declared, ties, {each.id for each in tables.advertisers}
        )
        unknown = sorted({account for account, _ in ties} - set(names.values()))
        if unknown:
            found.warnings.append(
                f"{intake.declared}: {named_accounts(unknown)} no advertiser of this network; kept all the same"
            )
    found.controls = declared_controls(tables, ties)
    found.warnings[:0] = nearly_all_declared(intake.declared, tables, found.controls, ties)
    return found


def _hash_of(folder: Path, file: str, sheet: str) -> str:
    with errors_of(file):
        return table_sha256(folder / file, sheet)


def write_events(
    network: Network,
    found: NetworkEvents,
    folder: Path,
    engine: duckdb.DuckDBPyConnection,
    suffixes: Suffixes,
    at: datetime,
) -> Path:
    """Write the acts of a network as one Parquet file into a folder and return it; coarse times are left out.

    Raises:
        TableUnreadable: a table cannot be read at all, or has times in whole minutes where the settings say seconds.
        TooManyRefused: more of its rows were refused than the settings allow.
    """
    acts, bids, whole = folder / "given.parquet", folder / "bids.parquet", folder / "acts.parquet"
    _write_given(network, found, acts, suffixes)
    write_parquet(bids, _ACTS, _of_bids(network, found, suffixes))
    _warn_of_repeated(network, found, engine, acts)
    is_timed = {
        name: _count(network, found, name, path, engine, at) for name, path in (("events", acts), ("bids", bids))
    }
    hand_over(engine, "alike_texts", ("object_id", "name"), sorted(found.alike.texts.items()))
    bursts = (_BURSTS if is_timed["bids"] else _HOSTS).format(bids=literal(bids), pause=PAUSE_S)
    ts = "ts" if is_timed["events"] else "NULL::BIGINT"
    query = _ALL.format(columns=", ".join(_ACTS), acts=literal(acts), bursts=bursts, ts=ts)
    engine.execute(f"COPY ({query}) TO {literal(whole)} (FORMAT parquet, COMPRESSION zstd)")
    for part in (acts, bids):
        part.unlink()
    return whole


def _count(
    network: Network, found: NetworkEvents, name: str, acts: Path, engine: duckdb.DuckDBPyConnection, at: datetime
) -> bool:
    """Count what counts of a table, and return whether its times are moments; where not, it is told."""
    file = getattr(network.settings.intake, name)
    if not file:
        return True
    coarse = coarse_times(engine, acts, name, file, network.settings.influence.resolution_s)
    found.counted[name] = count_acts(engine, acts, name, at, [each.id for each in found.tables.advertisers])
    found.counted[f"{name}.moments"] = 0 if coarse else found.counted[name]
    if coarse:
        found.warnings.append(f"{file}: {coarse}: they show no moment and are not compared; only what is shared counts")
    return not coarse


def _write_given(network: Network, found: NetworkEvents, acts: Path, suffixes: Suffixes) -> None:
    """Write the rows of the table of events, then the things of the other tables, which have no moment."""
    tokens = acts.with_name("tokens.parquet")
    with spilling_engine(acts.parent) as engine:
        texts = _read_events(network, found, suffixes, engine) if network.settings.intake.events else []
        found.alike = alike_objects(network.folder, found.tables, found.tokens, texts, found.warnings)
        write_parquet(tokens, _ACTS, _of_tables(found))
        events = _EVENTS if network.settings.intake.events else ""
        query = f"{events} SELECT {', '.join(_ACTS)} FROM read_parquet({literal(tokens)})"
        engine.execute(f"COPY ({query}) TO {literal(acts)} (FORMAT parquet, COMPRESSION zstd)")
    tokens.unlink()


def _read_events(
    network: Network, found: NetworkEvents, suffixes: Suffixes, engine: duckdb.DuckDBPyConnection
) -> list[str]:
    """Read the table of events into the engine and return those of its objects that are texts."""
    source, names = source_of(network.folder, network.settings.intake, "events"), account_names(found.tables)
    reader = RowReader(source)
    read_event_table(reader, source, suffixes, engine)
    _take_over(found, network, reader, source.file)
    hand_over(engine, "account_names", ("account_id", "advertiser"), list(names.items()))
    used = {account for (account,) in engine.execute("SELECT DISTINCT account_id FROM event_rows").fetchall()}
    if unknown := sorted(used - names.keys()):
        found.warnings.append(_of_unknown(source.file, unknown, any_known=len(unknown) < len(used)))
    named = engine.execute("SELECT DISTINCT object_id FROM event_rows WHERE object_type = 'creative_text'").fetchall()
    return [name for (name,) in named if is_event_text(name)]


def _of_tables(found: NetworkEvents) -> Iterator[tuple[object, ...]]:
    for account, kind, name, at, content in found.tokens:
        yield "tables", account, kind, found.alike.creatives.get((kind, content), name), None, at, content


def _of_unknown(file: str, unknown: Sequence[str], *, any_known: bool) -> str:
    if not any_known:
        return f"{file}: none of the accounts is an advertiser of this network: check the column account_id"
    what = f"{file}: {named_accounts(unknown)} no advertiser of this network"
    return f"{what}; tested, and never named in a finding"


def _warn_of_repeated(network: Network, found: NetworkEvents, engine: duckdb.DuckDBPyConnection, acts: Path) -> None:
    ((rows, different, moments),) = engine.execute(_REPEATED.format(acts=literal(acts))).fetchall()
    file, repeated, merged = network.settings.intake.events, rows - different, different - moments
    if repeated:
        what = "1 row repeats" if repeated == 1 else f"{repeated:,} rows repeat"
        found.warnings.append(f"{file}: {what} another row; each act counts once")
    if merged:
        what = "1 row differs from another" if merged == 1 else f"{merged:,} rows differ from others"
        found.warnings.append(f"{file}: {what} in the content_id alone; one account, object and time are one act")


def _of_bids(network: Network, found: NetworkEvents, suffixes: Suffixes) -> Iterator[tuple[object, ...]]:
    """Yield each bid twice: that its account bids, and for which host."""
    intake = network.settings.intake
    if not intake.bids:
        return
    reader, bidders, lost = RowReader(source_of(network.folder, intake, "bids")), Bidders(found.tables, suffixes), 0
    for bid in reader.bids():
        account = bidders.account_of(bid.cid, bid.seat, bid.adomain)
        if not account:
            lost += 1
            continue
        content = bid.crid or bid.cid
        yield "bids", account, "bid_burst", "bid_burst:", bid.ts, bid.ts, content
        for host in filter(None, map(bidders.host, bid.adomain.split(";"))):
            yield "bids", account, "host", object_name("host", host, suffixes), bid.ts, bid.ts, content
    _take_over(found, network, reader, intake.bids)
    if lost:
        found.warnings.append(
            f"{intake.bids}: {lost:,} of {reader.rows:,} bids are of no known campaign, seat or website; not tested"
        )


def _take_over(found: NetworkEvents, network: Network, reader: RowReader, file: str) -> None:
    """Keep what a table left out; more of it than the settings allow stops the run."""
    found.refused += reader.refused
    found.warnings += reader.notes
    if not reader.rows:
        found.warnings.append(f"{file}: no rows")
    most = Decimal(network.settings.intake.max_refused_share)
    if reader.rejected > most * reader.rows:
        first = reader.refused[0]
        fault, got = first.fault
        error = TooManyRefused(
            f"{reader.rejected:,} of {reader.rows:,} rows rejected; the first {fault}", where=file, line=first.line,
            got=got, expected=first.expected,
            todo=f"all are in out/rejected-input.csv; mend them, or raise max_refused_share above {most}",
        )  # fmt: skip
        error.refused, error.rows, error.rejected = reader.refused, reader.rows, reader.rejected
        raise error
    if reader.rejected:
        rows = "1 row" if reader.rejected == 1 else f"{reader.rejected:,} of {reader.rows:,} rows"
        found.warnings.append(f"{file}: {rows} rejected, not tested: out/rejected-input.csv")


def named_accounts(accounts: Sequence[str]) -> str:
    """Return up to five accounts and how many there are, as the subject of a sentence."""
    shown = ", ".join(each if len(each) <= 60 else f"{each[:57]}..." for each in accounts[:_MOST_NAMED])
    return f"1 account ({shown}) is" if len(accounts) == 1 else f"{len(accounts):,} accounts ({shown}) are"
