"""What a run decides from: rulebook, lists, tables and findings, read anew or as the last run knew them."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from evenhand.intake import REJECTED, Tables, write_refused
from evenhand.intake.network_tables import Reread, reread_tables, source_of, table_hashes
from evenhand.intake.reading_key import reading_key
from evenhand.ledger import Ledger
from evenhand.lists import Versions
from evenhand.model.coordination import InfluenceResult
from evenhand.model.errors import RulebookInvalid, TooManyRefused
from evenhand.model.release import Release
from evenhand.model.run import ListNews
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.store.tables import snapshot
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.evaluation.agency_names import agency_sentences
from evenhand.workflows.evaluation.decided_entries import entries_in_force
from evenhand.workflows.evaluation.decided_matches import with_decided_matches
from evenhand.workflows.evaluation.facts import CONTENT_KIND
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, is_seen_again, screen_parties
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.index_beside import index_beside
from evenhand.workflows.evaluation.judged_pairs import with_judged_pairs
from evenhand.workflows.evaluation.list_relations import ListStatements, relations_in
from evenhand.workflows.evaluation.media_ties import with_media_ties
from evenhand.workflows.evaluation.missing_input import with_ended_rows
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.evaluation.run_state import PREFILTER, KnownInputs, RunState
from evenhand.workflows.evaluation.unchanged_tables import ReadingKeys, last_tables, packed_sheets, unchanged_tables
from evenhand.workflows.influence import run_influence
from evenhand.workflows.influence.influence_run import COORDINATION
from evenhand.workflows.rulebooks.release import release
from evenhand.workflows.run.input_changes import check_left_lists, input_warnings, mapping_warnings, rule_warnings
from evenhand.workflows.run.list_intake import TakenLists, guards, take_lists
from evenhand.workflows.run.mapping_names import check_mapping, mapping_name_warnings
from evenhand.workflows.run.name_changes import check_names
from evenhand.workflows.run.network_places import check_places, place_warnings
from evenhand.workflows.run.table_sizes import check_events, check_sizes, declared_more
from evenhand.workflows.run.tools import Tools

INDEX = "screening.index"
_REJECTED_BEFORE = "refused-rows.csv"  # its name in earlier versions; an old one would pass for today's


@dataclass(frozen=True)
class Inputs:
    """What a run decides from, and sentences on what was screened and what people must see.

    `tables` have an empty party for each row whose hold ends; `known` is what the next evaluation may take up again.
    `read_anew` tells lists and tables of today from those of the last run; `reading` says how today's tables were.
    `is_seen_again`: the memory is equal to the one of the last run, which is let go of.
    """

    rulebook: Rulebook
    released: Release
    lists: Lists
    stated: tuple[ListStatements, ...]
    tables: Tables
    memory: FindingsMemory
    known: KnownInputs
    news: tuple[ListNews, ...]
    screened: tuple[str, ...]
    warnings: tuple[str, ...]
    read_anew: bool
    is_seen_again: bool
    reading: ReadingKeys | None = None


def read_inputs(network: Network, ledger: Ledger, state: RunState, at: datetime, tools: Tools) -> Inputs:
    """Return rulebook, lists and tables as they are now, every party screened; the state's findings are let go of.

    Raises:
        BadInput: settings, rulebook, its release or tables do not hold, or a required list has no version; rejected
            rows are in `out/rejected-input.csv`.
    """
    rulebook, history = load_rulebook(network), state.history
    lists, news, warnings = _take_lists(network, ledger, history, state.memory, at, tools.accept_lists)
    released = release(network, rulebook, ledger, at)
    with index_beside(lists, state.memory, tools.suffixes) as index_is_kept:
        tables, reading = _read_tables(network, ledger, rulebook.ids_of(CONTENT_KIND), tools)
        check = partial(check_events, network, ledger, accepted=tools.accept_tables)
        noticed = run_influence(network, at, tools.suffixes, tools.progress, tables, check=check, spark=tools.spark)
        counted = noticed.counted | {COORDINATION: len(noticed.findings)}
        tables = replace(tables, rows=tables.rows | counted, hashes={**tables.hashes, **noticed.files})
        warnings += noticed.warnings + declared_more(network, ledger, counted)
        warnings += input_warnings(network, state.memory, tables, lists.versions, at.date())
        warnings += mapping_warnings(network, rulebook, released) + place_warnings(network, rulebook)
        warnings += mapping_name_warnings(network, rulebook) + rule_warnings(rulebook)
        stated = relations_in(lists)
        relations = {each.version.key: each.relations for each in stated if not each.problem}
        known = KnownInputs(
            at, tables, relations, InfluenceResult(communities=noticed.communities, findings=noticed.findings)
        )
        tables = with_ended_rows(tables, history, at)
        parties = parties_of(tables)
        memory, screened = screen_parties(
            parties, lists, state.memory, tools.suffixes, tools.progress, spark=tools.spark,
            index_is_kept=index_is_kept,
        )  # fmt: skip
        memory = with_decided_matches(memory, history, ledger, lists, known.tables, parties, suffixes=tools.suffixes)
        memory = with_media_ties(memory, history, tables, network.settings, at)
        memory = with_judged_pairs(memory, history.judgements, lists, known.tables, parties, tools.suffixes)
    warnings += agency_sentences(network.state, tables, lists, tools.suffixes)
    screened += noticed.sentences
    again = is_seen_again(memory, state.memory)
    state.forget_findings()
    return Inputs(
        rulebook,
        released,
        lists,
        stated,
        tables,
        memory,
        known,
        news,
        screened,
        warnings,
        read_anew=True,
        is_seen_again=again,
        reading=reading,
    )


def known_inputs(
    network: Network, ledger: Ledger, state: RunState, known: KnownInputs, at: datetime, tools: Tools
) -> Inputs:
    """Return lists and tables as the last run read them, and the rulebook as it is now.

    What the state knows of findings is let go of.

    Raises:
        BadInput: the rulebook or its release does not hold.
    """
    rulebook = load_rulebook(network)
    released = release(network, rulebook, ledger, at)
    assert state.memory is not None, "the tables of a run are known, so what it found is too"
    lists = _counted_at(known_lists(network, state.memory), network, at)
    tables = with_ended_rows(known.tables, state.history, at)
    parties = parties_of(tables)
    memory, screened = screen_parties(parties, lists, state.memory, tools.suffixes, tools.progress)
    memory = with_decided_matches(memory, state.history, ledger, lists, known.tables, parties, suffixes=tools.suffixes)
    memory = with_media_ties(memory, state.history, tables, network.settings, at)
    memory = with_judged_pairs(memory, state.history.judgements, lists, known.tables, parties, tools.suffixes)
    news = tuple(ListNews(key=key, status="unchanged", version=each) for key, each in lists.versions.items())
    again = is_seen_again(memory, state.memory)
    state.forget_findings()
    return Inputs(
        rulebook, released, lists, known.stated(lists), tables, memory, known, news, screened,
        mapping_warnings(network, rulebook, released), read_anew=False, is_seen_again=again,
    )  # fmt: skip


def known_lists(network: Network, memory: FindingsMemory) -> Lists:
    """Return the list versions that the last run screened against; each is read only where an entry is asked for."""
    kept = Versions(network.lists)
    return Lists(memory.versions, kept.entities, kept.relations, network.lists / INDEX, network.state / PREFILTER)


def _counted_at(lists: Lists, network: Network, at: datetime) -> Lists:
    """Return the same lists as they count at an instant; one is read where entries of it have begun or ended since."""
    kept, day = Versions(network.lists), at.astimezone(network.settings.zone).date()
    versions = {key: each if each.days is None else kept.on(each, day) for key, each in lists.versions.items()}
    return replace(lists, versions=versions)


def _take_lists(
    network: Network,
    ledger: Ledger,
    history: History,
    memory: FindingsMemory | None,
    at: datetime,
    accepted: frozenset[str],
) -> TakenLists:
    """Return the lists of this run, checked against what decisions in force rest on."""
    entries = partial(entries_in_force, ledger, history, at)
    check_left_lists(network, memory, entries, accepted)
    return take_lists(network, at, guards(entries, accepted, at.astimezone(network.settings.zone).date()))


def load_rulebook(network: Network) -> Rulebook:
    """Return the network's rulebook, checked against its settings.

    Raises:
        RulebookInvalid: it does not hold, has no row for a configured list, or its mapping names what is no place.
        BadInput: the settings name a place that nobody knows.
    """
    rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    missing = rulebook.missing_rows(source.key for source in network.settings.lists)
    if missing:
        raise RulebookInvalid(
            "no row for a configured list", where=network.rulebook / "designations.csv", got=", ".join(missing),
            expected="a row with program `*` for each list",
        )  # fmt: skip
    check_mapping(network, rulebook)
    check_places(network, rulebook)
    return rulebook


def _read_tables(
    network: Network, ledger: Ledger, kinds: tuple[str, ...] | None, tools: Tools
) -> tuple[Tables, ReadingKeys]:
    """Return the tables and how they were read, keep a snapshot of each, and compare them with the last run's.

    `kinds` are the kinds of content that the rulebook names.
    What was refused is written down even if it is too much.
    """
    settings, rejected = network.settings, network.out / REJECTED
    key = partial(reading_key, settings.intake, settings.fx, settings.network.currency, kinds)
    register = network.out / REGISTER
    unchanged = unchanged_tables(
        network.state, ledger.checkpoint, lambda: key(table_hashes(network.folder, settings.intake)), register
    )
    try:
        read = Reread(unchanged.tables, None) if unchanged else reread_tables(
            network.folder, settings.intake, settings.fx, settings.network.currency, tools.suffixes,
            last_tables(network.state, ledger.checkpoint, key({})), kinds=kinds,
        )  # fmt: skip
    except TooManyRefused as error:
        write_refused(rejected, error.refused)
        raise
    tables = read.tables
    write_refused(rejected, tables.refused)
    (network.out / _REJECTED_BEFORE).unlink(missing_ok=True)
    for name in tables.hashes:
        places = tables.places[name].values()
        source = source_of(network.folder, settings.intake, name)
        snapshot(source.folder / source.file, network.snapshots, places, source.sheet, source.known)
    check_sizes(network, tables, ledger, tools.accept_tables)
    check_names(network, None if unchanged and unchanged.same_register else tables, tools.accept_names)
    sheets = None if read.kept is None else packed_sheets(read.kept)
    return tables, ReadingKeys(key(tables.hashes), key({}), sheets)
