"""One run of the tests over a network's events, or what the last one found where nothing has changed since."""

import contextlib
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import msgspec
from msgspec.structs import replace

from evenhand.influence import event_tables, find_coordination
from evenhand.intake import REJECTED, Tables, read_tables, write_refused
from evenhand.model.coordination import Community, Coordination, InfluenceResult
from evenhand.model.errors import BadInput, TooManyRefused
from evenhand.model.hosts import Suffixes
from evenhand.store.atomic_files import write_whole
from evenhand.store.duckdb_engine import Engine, analysis_engine
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.store.parquet_rows import literal
from evenhand.store.spark_engine import SparkEngine
from evenhand.store.spark_statements import SparkStatements
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.run_state import INFLUENCE
from evenhand.workflows.influence.community_techniques import write_bundle
from evenhand.workflows.influence.imitated_websites import (
    imitated_websites,
    lookalike_sentences,
    write_lookalikes,
)
from evenhand.workflows.influence.kept_tables import event_hashes, keep_tables
from evenhand.workflows.influence.network_events import NetworkEvents, named_accounts, read_declared, write_events
from evenhand.workflows.influence.noticed_coordination import coordination_findings, result_sentence
from evenhand.workflows.influence.output_tables import write_graphs, write_outputs
from evenhand.workflows.influence.tested_inputs import bytes_key, events_key, settings_number

FOLDER: Final = INFLUENCE
ACTS: Final = "acts.parquet"
COORDINATION: Final = "coordination"
"""Counts the advertisers that the tests named."""
SETTINGS: Final = "coordination.settings"
"""Is a number that changes with the settings of the tests."""
_RESULT = "result.json"
_MEMORY = "2GB"
_STAGE = "coordination"
_COMPARED = "account_id, object_id, object_type, ts"
UNVERIFIED: Final = (
    "verification: no row of advertisers or payers has one, so every payer counts as unverified, and the house rule "
    "holds each member of a large enough community; fill in the column `verification`"
)
UNCHANGED: Final = "coordination: events, declarations and settings are unchanged; nothing was tested again"
Check = Callable[[Mapping[str, int]], object]
"""Is given what counts of each table before anything is tested, and again with how many advertisers were named before
that is written; it raises where that cannot be right."""


class KeptResult(msgspec.Struct, frozen=True):
    """What a run found and from what: the key changes with events, declarations and settings.

    `names` are those of the advertisers that are linked. `read_from` changes with every byte that events are read from.
    """

    key: str
    coordination: Coordination
    result: InfluenceResult
    names: dict[str, str]
    next_at: int | None = None  # the first event later than the run, in seconds since 1970: from then on it counts
    found_at: datetime | None = None  # None where an earlier version found it
    read_from: str = ""

    def is_valid(self, network: Network, at: datetime) -> bool:
        """Return whether a run at this time would find the same in the same events, and what was written is there."""
        is_all = self.next_at is None or at.timestamp() < self.next_at
        return is_all and (network.out / FOLDER / "pairs.parquet").exists()


def run_influence(
    network: Network,
    at: datetime,
    suffixes: Suffixes,
    progress: Progress,
    tables: Tables | None = None,
    *,
    check: Check = len,
    spark: SparkEngine | None = None,
) -> InfluenceResult:
    """Test the events of a network and write what was found; unchanged events are not tested again.

    `tables` are those of a network's run, read where there are none. Nothing is tested, and what earlier runs wrote is
    removed, where the network has no events or its settings switch the tests off. What was left out of the tables is
    in `out/rejected-input.csv`. Each table of acts that was tested is kept in `snapshots/`. With `spark` acts are
    compared there, and what is found is the same.

    Raises:
        TableUnreadable, TooManyRefused: a table of events, bids or declarations cannot be used.
        BadInput: what is compared does not fit into the memory that it may take.
        EngineUnavailable: Spark does not answer or failed.
    """
    settings = network.settings
    if not settings.influence.enabled:
        check({})
        return _nothing(network, InfluenceResult())
    is_read_here = tables is None
    if tables is None:
        tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, suffixes)
    try:
        result = _result(network, at, suffixes, progress, tables, check, spark=spark)
    except TooManyRefused as error:
        write_refused(network.out / REJECTED, (*tables.refused, *error.refused))
        raise
    except duckdb.OutOfMemoryException as error:
        raise BadInput(
            "what is compared for coordination does not fit into the memory that it may take",
            where=network.folder / SETTINGS_FILE, got=f"`max_cell` {settings.influence.max_cell}",
            expected=f"comparisons within {_MEMORY}",
            todo="lower `max_cell` in [influence], or set `enabled = false` there; nothing was decided",
        ) from error  # fmt: skip
    if is_read_here or result.refused:  # else who read the tables has written down what they refused
        network.out.mkdir(mode=0o750, parents=True, exist_ok=True)
        write_refused(network.out / REJECTED, (*tables.refused, *result.refused))
    return replace(result, warnings=(*_without_verification(network, tables), *result.warnings))


def _without_verification(network: Network, tables: Tables) -> tuple[str, ...]:
    """Return in a sentence that acts are compared and no table says how far who pays is verified."""
    if not any(getattr(network.settings.intake, name) for name in ("events", "bids")):
        return ()
    if any(each.verification.level for each in (*tables.advertisers, *tables.payers)):
        return ()
    return (UNVERIFIED,)


def _result(
    network: Network,
    at: datetime,
    suffixes: Suffixes,
    progress: Progress,
    tables: Tables,
    check: Check,
    *,
    spark: SparkEngine | None,
) -> InfluenceResult:
    kept = before if (before := read_kept(network.state)) is not None and before.is_valid(network, at) else None
    files = {name: each for name, each in event_hashes(network).items() if each}
    if kept is not None and kept.read_from == bytes_key(network, tables, files):
        return _found_before(network, kept, files, at, check)
    found = read_declared(network, tables, suffixes)
    found.counted[SETTINGS] = settings_number(network)
    if not found.can_be_tested:
        check(found.counted | {COORDINATION: 0})
        keep_tables(network, found.files)
        return _nothing(network, InfluenceResult(
            warnings=tuple(found.warnings), refused=tuple(found.refused), counted=found.counted, files=found.files
        ))  # fmt: skip
    key, read_from = events_key(network, found), bytes_key(network, tables, found.files)
    if kept is not None and kept.key == key:
        result = _found_before(network, kept, found.files, at, check)
        _keep(network, replace(kept, read_from=read_from))
        return result
    progress(_STAGE, 0, 1)
    made = _test(network, found, at.astimezone(UTC), suffixes, before, check, key=key, read_from=read_from, spark=spark)
    keep_tables(network, found.files)
    _keep(network, made)
    write_bundle(network, made.coordination, made.names, at)
    progress(_STAGE, 1, 1)
    return replace(made.result, warnings=made.result.warnings + no_longer_named(before, made))


def _found_before(
    network: Network, kept: KeptResult, files: Mapping[str, str], at: datetime, check: Check
) -> InfluenceResult:
    """Return what was found in the same events, and write what may have been removed since."""
    check(kept.result.counted | {COORDINATION: len(kept.result.findings)})
    keep_tables(network, files)
    write_bundle(network, kept.coordination, kept.names, kept.found_at or at)
    return replace(kept.result, sentences=(UNCHANGED,), files=dict(files), is_kept=True)


def _keep(network: Network, made: KeptResult) -> None:
    write_whole(network.state / FOLDER / _RESULT, msgspec.json.encode(made))


def read_kept(state: Path) -> KeptResult | None:
    """Return what the last run of the tests found, None where there was none or it is of another version."""
    try:
        return msgspec.json.decode((state / FOLDER / _RESULT).read_bytes(), type=KeptResult)
    except (OSError, msgspec.MsgspecError):
        return None


def no_longer_named(before: KeptResult | None, made: KeptResult) -> tuple[str, ...]:
    """Return in a sentence whom the last test named and this one does not."""
    named = {each.party_id for each in made.result.findings}
    gone = sorted({each.party_id for each in before.result.findings} - named) if before is not None else []
    return (f"coordination: {named_accounts(gone)} named no more; the last test named them",) if gone else ()


def _nothing(network: Network, result: InfluenceResult) -> InfluenceResult:
    for folder in (network.out, network.state):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder / FOLDER)
    return result


def _test(
    network: Network,
    found: NetworkEvents,
    at: datetime,
    suffixes: Suffixes,
    before: KeptResult | None,
    check: Check,
    *,
    key: str,
    read_from: str,
    spark: SparkEngine | None,
) -> KeptResult:
    settings, folder = network.settings.influence, network.state / FOLDER
    for each in (folder, network.out):
        each.mkdir(mode=0o750, parents=True, exist_ok=True)
    lookalikes = imitated_websites(found, suffixes)
    with analysis_engine(_MEMORY) as engine:
        acts = write_events(network, found, folder, engine, suffixes, at)
        check(found.counted)
        is_later = f"source <> 'tables' AND seen_at > {int(at.timestamp())}"
        ((later, next_at),) = engine.execute(
            f"SELECT count(*), min(seen_at) FROM read_parquet({literal(acts)}) WHERE {is_later}"
        ).fetchall()
        events = event_tables(*_handed_over(engine, acts, is_later, spark), found.controls, settings.resolution_s)
        coordination = _of_network(find_coordination(events, float(settings.alpha), settings.max_cell), found.tables)
        earlier = before.result.communities if before is not None else ()
        communities = tuple(_communities(coordination, found.tables, at, earlier))
        findings = tuple(coordination_findings(coordination, communities, found.files, found.tables))
        check(found.counted | {COORDINATION: len(findings)})
        result = InfluenceResult(
            communities=communities,
            findings=findings,
            sentences=(*_sentences(coordination, later, found.alike.not_compared), *lookalike_sentences(lookalikes)),
            warnings=tuple(found.warnings),
            refused=tuple(found.refused),
            counted=found.counted,
            files=found.files,
            not_compared=found.alike.not_compared,
        )
        linked = {account for pair in coordination.pairs for account in (pair.a, pair.b)}
        names = {each.id: each.name for each in found.tables.advertisers if each.id in linked}
        write_outputs(network.out / FOLDER, coordination, result, engine, acts)
    write_lookalikes(network.out / FOLDER, lookalikes)
    write_graphs(network.out / FOLDER, coordination, names, at)
    return KeptResult(key, coordination, result, names, next_at, at, read_from)


def _handed_over(
    database: duckdb.DuckDBPyConnection, acts: Path, left_out: str, spark: SparkEngine | None
) -> tuple[Engine, str]:
    """Return the engine that compares the acts of a file, and their name there; those of a condition are left out."""
    known = f"(SELECT * FROM read_parquet({literal(acts)}) WHERE NOT ({left_out}))"
    if spark is None:
        return database, known
    if spark.sees_files:
        ((rows,),) = database.execute(f"SELECT count(*) FROM {known}").fetchall()
        spark.read("given", f"SELECT {_COMPARED} FROM given_file WHERE NOT ({left_out})", acts, rows)
    else:
        spark.put("given", database.sql(f"SELECT {_COMPARED} FROM {known}"))
    return SparkStatements(database, spark), "given"


def _of_network(coordination: Coordination, tables: Tables) -> Coordination:
    """Return the result with nobody named but advertisers of the network."""
    known = {each.id for each in tables.advertisers}
    groups = (replace(each, named=tuple(filter(known.__contains__, each.named))) for each in coordination.groups)
    return replace(coordination, groups=tuple(groups))


def _sentences(coordination: Coordination, later: int, not_compared: int) -> Iterator[str]:
    if coordination.events or not later:
        yield result_sentence(coordination, not_compared)
    if later:
        yield f"coordination: {later:,} events are later than this run and do not count yet"


def _communities(
    coordination: Coordination, tables: Tables, at: datetime, earlier: Iterable[Community]
) -> Iterator[Community]:
    spent: dict[str, int] = {each.id: 0 for each in tables.advertisers}
    for campaign in tables.campaigns:
        spent[campaign.advertiser_id] = spent.get(campaign.advertiser_id, 0) + campaign.spent_micros
    before = list(earlier)
    advertisers = {each.id for each in tables.advertisers}
    for group in coordination.groups:
        yield Community(
            id=group.id,
            members=group.members,
            named=group.named,
            advertisers=group.named,
            layers=group.layers,
            q=group.q,
            p_confirm=group.p_confirm,
            since=_since(group.members, before, at),
            spent_micros=sum(spent.get(each, 0) for each in group.members),
            outside=tuple(each for each in group.members if each not in advertisers),
        )


def _since(members: Collection[str], before: Iterable[Community], at: datetime) -> datetime:
    """Return when a community was first found; one of which half the members were together before is not new."""
    known = set(members)
    return min((each.since for each in before if 2 * len(known.intersection(each.members)) >= len(known)), default=at)
