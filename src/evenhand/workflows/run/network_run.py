"""One run: every advertiser, payer and campaign from the network's tables to its decision."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import msgspec

from evenhand.gate.registers.fingerprint import SEED_BYTES
from evenhand.intake import Tables, read_tables, write_refused
from evenhand.intake.network_tables import source_of
from evenhand.ledger import Ledger
from evenhand.ledger.protocols import HttpPost
from evenhand.lists.formats.countries import is_country_code
from evenhand.model.decision import DecidedBy
from evenhand.model.decision_row import ShownDecision
from evenhand.model.errors import BadInput, RulebookInvalid, TooManyRefused
from evenhand.model.facts import Facts
from evenhand.model.hosts import Suffixes
from evenhand.model.log import Checkpoint
from evenhand.model.outcome import Outcome
from evenhand.model.run import RunReport
from evenhand.policy import Rulebook
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.store.tables import snapshot
from evenhand.workflows.delivery.decision_tables import remember, write_tables
from evenhand.workflows.delivery.kept_keys import kept_keys
from evenhand.workflows.delivery.letter_files import write_letters
from evenhand.workflows.delivery.notices import sendings
from evenhand.workflows.delivery.outbox_queue import queue_all
from evenhand.workflows.delivery.party_names import names_of_gone
from evenhand.workflows.delivery.publication import DECISIONS, publish, write_decisions
from evenhand.workflows.delivery.register_rows import reason_id
from evenhand.workflows.delivery.run_report import report_of
from evenhand.workflows.evaluation.confirmed_facts import sentences as fact_sentences
from evenhand.workflows.evaluation.decided_entries import entries_in_force
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, Progress, screen_parties
from evenhand.workflows.evaluation.history import History, fold
from evenhand.workflows.evaluation.judged_findings import judgement_record, lapses, sentences
from evenhand.workflows.evaluation.laws import programs_without_law
from evenhand.workflows.evaluation.list_relations import relations_in
from evenhand.workflows.evaluation.missing_input import rejected_sentences, with_ended_rows
from evenhand.workflows.evaluation.requests import Request, is_screened
from evenhand.workflows.evaluation.rulings import RuledRequest, confirm, rule_requests, strictest_of_twins
from evenhand.workflows.evaluation.run_context import UNITED_NATIONS, RunContext, parties_of
from evenhand.workflows.evaluation.run_state import RunState, read_state, write_state
from evenhand.workflows.operations.ledgers import Tell, open_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import keep_rulebook
from evenhand.workflows.rulebooks.release import release
from evenhand.workflows.run.decisions import changes, kept_sentences, lifted_sentences
from evenhand.workflows.run.gate_modes import mode_records
from evenhand.workflows.run.input_changes import check_left_lists, input_warnings, keep_mapping
from evenhand.workflows.run.ledger_records import lists_sha256, record
from evenhand.workflows.run.list_intake import TakenLists, guards, take_lists
from evenhand.workflows.run.name_changes import check_names
from evenhand.workflows.run.request_rulings import evaluate
from evenhand.workflows.run.table_sizes import check_sizes, keep_sizes

CLOCK_AHEAD = "the clock or the given time was ahead: docs/how-to/back-up.md says how to go on (A clock that was ahead)"
REJECTED = "rejected-input.csv"
_BY_PEOPLE = frozenset({"judgement", "confirmed_fact", "task", "complaint", "review", "staff"})
_REJECTED_BEFORE = "refused-rows.csv"  # its name in earlier versions; an old one would pass for today's


@dataclass(frozen=True)
class Tools:
    """What a run needs from its caller: suffix rules, randomness, how long to wait for the lock, a progress display.

    With `ask`, the witnesses that the ledger's settings name are asked to cosign; `tell` hears what came of it.
    `accept_lists` are the keys of lists that may have lost entries, `accept_tables` the tables that may
    have lost rows or columns, `accept_names` those in which many names or websites may be others. `show` is given
    each decision that the report page shows. `now` is the clock when the run begins, where there is one: a run may be
    at another instant, a register is fresh by it.
    """

    suffixes: Suffixes
    draw: Callable[[int], bytes]
    wait_s: float
    progress: Progress
    ask: HttpPost | None = None
    tell: Tell | None = None
    accept_lists: frozenset[str] = frozenset()
    now: datetime | None = None
    accept_tables: frozenset[str] = frozenset()
    accept_names: frozenset[str] = frozenset()
    show: Callable[[ShownDecision], object] | None = None


def run(network: Network, at: datetime, by: DecidedBy, tools: Tools) -> RunReport:
    """Run every step once and return what was done; `at` is aware, to the second, and never before the last run's.

    Nothing is written to the ledger before all rulings of the run are there; killed anywhere, the next run goes on.

    Raises:
        BadInput: settings, rulebook, its release, tables or time do not hold, or a required list has no version;
            rejected rows are in `out/rejected-input.csv`.
        ProposalDisagrees: SQL and Cedar rule a case differently; nothing was decided.
        LedgerError: another run holds the ledger, or its history was changed.
    """
    at = at.astimezone(UTC)
    for folder in (network.out, network.snapshots):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        _check_origin(ledger, network)
        state = read_state(network.state, ledger.checkpoint)
        history = fold(ledger, state.history)
        _check_time(ledger, history, at, tools.now)

        rulebook = load_rulebook(network)
        lists, news, warnings = _take_lists(network, ledger, history, state.memory, at, tools.accept_lists)
        released = release(network, rulebook, ledger, at)
        tables = _read_tables(network, ledger, tools)
        warnings += input_warnings(network, state.memory, tables, lists.versions, rulebook, at.date())
        tables = with_ended_rows(tables, history, at)
        memory, screened = screen_parties(parties_of(tables), lists, state.memory, tools.suffixes, tools.progress)
        evaluated = evaluate(network.settings, at, rulebook, tables, memory, history, stated=relations_in(lists))
        requested, context = evaluated.requested, evaluated.context
        kept, lost = kept_keys(network, context, history, tools.suffixes)
        context = replace(context, kept=kept, gone=names_of_gone(network, context, history))
        ruled, again = rule_requests(requested, rulebook, at, state.ruled, tools.progress)
        _check_share(network, rulebook, [each for each in requested if is_screened(context, each)], ruled)
        standing, counting = strictest_of_twins(requested, ruled)
        differing = list(changes(context, standing, counting, history))
        due = [each for each in differing if not each.missing]
        confirm([each.ruled.ruling for each in due], [each.request.facts for each in due], rulebook)
        _end_judgements(ledger, history, lists, at, by)
        keep_rulebook(network, rulebook)
        written = record(context, ledger, history, due, by, progress=tools.progress, release=released)
        modes, unread = mode_records(network)
        ledger.append([*modes, *sendings(context, ledger, history)], at)
        given = _give_out(network, context, ledger, history, tools)
        keep_sizes(network, tables)
        keep_mapping(network, rulebook)
        shown = write_tables(context, ledger, history, network, lists, written=written.keys(), show=tools.show)
        write_state(network.state, RunState(memory, ruled, history), given.head)
        remember(shown.inputs, network.out, network.state)
        return report_of(
            context, history, news, given.head, shown.cases,
            written=len(written),
            statements=_count_notified(written, given.waiting), waiting=len(given.waiting),
            again=(*screened, *sentences(evaluated.effects), *fact_sentences(context.confirmed), *again),
            doubts=evaluated.doubts + programs_without_law(context) + given.doubts + unread,
            warnings=warnings + rejected_sentences(tables) + lost + kept_sentences(differing),
            lifted=lifted_sentences(context, due),
        )  # fmt: skip


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
    return take_lists(network, at, guards(entries, accepted))


def _count_notified(written: Mapping[str, Outcome], waiting: Collection[str]) -> int:
    """Return how many statements of reasons left this run; those that wait did not."""
    restricted = (each for each, outcome in written.items() if outcome is not Outcome.ALLOW)
    return sum(reason_id(each) not in waiting for each in restricted)


class _Given(NamedTuple):
    """What left the run: the checkpoint that it published, the letters that wait, and sentences on what is doubtful."""

    head: Checkpoint
    waiting: Collection[str]
    doubts: tuple[str, ...]


def _give_out(network: Network, context: RunContext, ledger: Ledger, history: History, tools: Tools) -> _Given:
    """Publish head and register, write the letters, queue what a database is sent, and write the table of decisions."""
    out, draw, log_url = network.out, tools.draw(SEED_BYTES), network.settings.reasons.log_url
    head, contested = publish(context, ledger, history, out, tools.suffixes, draw, now=tools.now)
    letters = write_letters(ledger, history, context.at, out / "reasons", log_url)
    queued = queue_all(ledger, network.folder)
    write_decisions(context, history, out / DECISIONS)
    return _Given(head, letters.waiting, contested + letters.doubts + queued)


def _check_origin(ledger: Ledger, network: Network) -> None:
    """Refuse settings that name another log than the one that signs."""
    origin, signs = network.settings.network.origin, ledger.checkpoint
    if signs is not None and origin != signs.origin:
        raise BadInput("origin in [network] is", where=network.folder / SETTINGS_FILE, got=origin,
                       expected=signs.origin, todo="it cannot change: put it back")  # fmt: skip


def _check_time(ledger: Ledger, history: History, at: datetime, now: datetime | None) -> None:
    """Refuse a time before the last run's, or the last decision: decisions would take effect in the wrong order.

    What people say counts by its place in the ledger: its own time, which is their clock's, stops no run.
    """
    leaves = (next(ledger.entries(start=seq))[1] for seq in range(ledger.size - 1, -1, -1))
    last = next((leaf.at for leaf in leaves if leaf.kind not in _BY_PEOPLE), "")
    decided = max((known[-1].decided_at for known in history.cases.values()), default=at)
    if f"{at:%Y-%m-%dT%H:%MZ}" < last or at < decided:
        least = max(last, f"{decided:%Y-%m-%dT%H:%M:%SZ}")
        is_ahead = now is not None and least > f"{now + timedelta(days=1):%Y-%m-%dT%H:%MZ}"
        what = (
            "the last record is later than the clock; the given time is" if is_ahead else "time before the last run's"
        )
        raise BadInput(
            what,
            got=f"{at:%Y-%m-%dT%H:%M:%SZ}", expected=f"{least} or later", todo=CLOCK_AHEAD if is_ahead else "",
        )  # fmt: skip


def load_rulebook(network: Network) -> Rulebook:
    """Return the network's rulebook, checked against its settings.

    Raises:
        RulebookInvalid: it does not hold, or has no row for a configured list.
        BadInput: the settings name a place whose law nobody knows.
    """
    rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    missing = rulebook.missing_rows(source.key for source in network.settings.lists)
    if missing:
        raise RulebookInvalid(
            "no row for a configured list", where=network.rulebook / "designations.csv", got=", ".join(missing),
            expected="a row with program `*` for each list",
        )  # fmt: skip
    _check_bound_by(network, rulebook)
    return rulebook


def _check_bound_by(network: Network, rulebook: Rulebook) -> None:
    """Refuse a place whose law nobody knows: its lists would hold everybody whom they name, and no law bind."""
    unions = {"EU", "EEA", UNITED_NATIONS, *(each.union for each in rulebook.territories.memberships)}
    named = network.settings.network.bound_by or ()
    unknown = [each for each in named if each not in unions and not is_country_code(each.lower())]
    if unknown:
        raise BadInput(
            "bound_by in [network] names no place", where=network.folder / SETTINGS_FILE, got=", ".join(unknown),
            expected=f"codes of ISO 3166-1 such as DE, GB or US, or {', '.join(sorted(unions))}",
        )  # fmt: skip


def _read_tables(network: Network, ledger: Ledger, tools: Tools) -> Tables:
    """Read the tables, keep a snapshot of each, and compare them with those of the last run.

    What was refused is written down even if it is too much.
    """
    settings, rejected = network.settings, network.out / REJECTED
    try:
        tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, tools.suffixes)
    except TooManyRefused as error:
        write_refused(rejected, error.refused)
        raise
    write_refused(rejected, tables.refused)
    (network.out / _REJECTED_BEFORE).unlink(missing_ok=True)
    for name in tables.hashes:
        places = tables.places[name].values()
        source = source_of(network.folder, settings.intake, name)
        snapshot(source.folder / source.file, network.snapshots, places, source.sheet, source.known)
    check_sizes(network, tables, ledger, tools.accept_tables)
    check_names(network, tables, tools.accept_names)
    return tables


def _end_judgements(ledger: Ledger, history: History, lists: Lists, at: datetime, by: DecidedBy) -> None:
    """Write down which judged entries have left their lists, before one of them may come back."""
    ended = lapses(history.judgements, lists, at, by.id)
    ledger.append([judgement_record(each, lists_sha256(lists.versions)) for each in ended], at)


def _check_share(
    network: Network, rulebook: Rulebook, requested: Sequence[Request], ruled: dict[str, RuledRequest]
) -> None:
    """Stop if more requests than the network allows have facts that do not fit the rulebook's schema."""
    unfit = [request for request in requested if ruled[request.key].ruling.decision == "nodecision"]
    if len(unfit) > float(network.settings.intake.max_refused_share) * len(requested):
        misfits = rulebook.misfits(msgspec.json.decode(unfit[0].facts, type=Facts))
        raise TooManyRefused(
            f"{len(unfit)} of {len(requested)} requests do not fit the rulebook's schema",
            where=network.rulebook / "schema.cedarschema", got=", ".join(request.key for request in unfit[:5]),
            expected=f"a share of at most {network.settings.intake.max_refused_share}",
            todo="; ".join(misfits[:3]) or "check content kinds and media columns",
        )  # fmt: skip
