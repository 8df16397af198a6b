"""One run: every advertiser, payer and campaign from the network's tables to its decision."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import msgspec

from evenhand.gate.registers.fingerprint import SEED_BYTES
from evenhand.intake.network_tables import table_files
from evenhand.ledger import Ledger
from evenhand.model.decision import DecidedBy
from evenhand.model.decision_row import ShownDecision
from evenhand.model.log import Checkpoint
from evenhand.model.outcome import Outcome
from evenhand.model.run import RunReport
from evenhand.store.network import Network
from evenhand.store.object_copies import fetch_objects
from evenhand.workflows.delivery.decision_tables import ShownTables, TableInputs, remember, write_tables
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.letter_files import Letters, write_letters
from evenhand.workflows.delivery.notices import sendings
from evenhand.workflows.delivery.outbox_queue import queue_all
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.run_report import report_of
from evenhand.workflows.evaluation.history import History, fold
from evenhand.workflows.evaluation.last_run import keep_last_run
from evenhand.workflows.evaluation.laws import programs_without_law
from evenhand.workflows.evaluation.list_problems import keep_list_problems
from evenhand.workflows.evaluation.missing_input import rejected_sentences
from evenhand.workflows.evaluation.political_bids import unnamed_political_categories
from evenhand.workflows.evaluation.run_state import RunState, begin_state, read_state
from evenhand.workflows.evaluation.side_process import SideWorker
from evenhand.workflows.evaluation.unchanged_tables import keep_reading
from evenhand.workflows.evaluation.unknown_payers import unknown_payer_sentences
from evenhand.workflows.evaluation.unread_columns import unread_column_sentences
from evenhand.workflows.evaluation.unread_owners import unread_owner_sentences
from evenhand.workflows.evaluation.unused_entries import keep_unused_entries, read_unused_entries, unused_entries
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.staff_leaf import record_staff, removed_staff
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.run.decisions import relief_sentences
from evenhand.workflows.run.gate_modes import mode_records
from evenhand.workflows.run.input_changes import keep_mapping
from evenhand.workflows.run.recorded_rulings import Recorded, rule_and_record
from evenhand.workflows.run.register_beside import begin_register
from evenhand.workflows.run.run_checks import check_origin, check_time
from evenhand.workflows.run.run_inputs import Inputs, read_inputs
from evenhand.workflows.run.run_worker import run_worker
from evenhand.workflows.run.standing import Decided, Standing, keep_shown, keep_standing, read_standing, standing_of
from evenhand.workflows.run.table_sizes import keep_sizes
from evenhand.workflows.run.tools import Tools
from evenhand.workflows.run.unchanged_run import inputs_now, unchanged_run

__all__ = ["Tools", "decide", "opened_run", "run"]


def run(network: Network, at: datetime | Callable[[], datetime], by: DecidedBy, tools: Tools) -> RunReport:
    """Run every step once and return what was done; `at` is aware, to the second, and never before the last run's.

    A clock in its place is asked once the ledger is held: a run that another one kept waiting is after that one.
    Nothing is written to the ledger before all rulings of the run are there; killed anywhere, the next run goes on.

    Raises:
        BadInput: settings, rulebook, its release, tables or time do not hold, or a required list has no version;
            rejected rows are in `out/rejected-input.csv`.
        ProposalDisagrees: SQL and Cedar rule a case differently; nothing was decided.
        EngineUnavailable: Spark does not answer or failed; nothing was decided.
        LedgerError: another run holds the ledger, or its history was changed.
    """
    with _opened_ledger(network, tools) as ledger:
        at = (at() if callable(at) else at).astimezone(UTC)
        fetch_objects(network, tools.progress)
        standing, before = read_standing(network), inputs_now(network, at)
        report = unchanged_run(network, ledger, standing, before, at, tools)
        if report is None:
            report = _whole_run(network, ledger, standing, before, at=at, by=by, tools=tools)
        if repaired := LedgerFolder.at(network.ledger).repairs_sentence():
            report = msgspec.structs.replace(report, warnings=(repaired, *report.warnings))
        keep_last_run(network.state, report)
        return report


def _whole_run(
    network: Network,
    ledger: Ledger,
    standing: Standing | None,
    before: str,
    *,
    at: datetime,
    by: DecidedBy,
    tools: Tools,
) -> RunReport:
    """Run every step, and keep what a next run can stand on; `before` names all that decides, as it was just now."""
    shown: list[ShownDecision] = []
    tables = table_files(network.folder, network.settings.intake).values()
    with run_worker(tools.suffixes, tables) as worker:
        state = _known(network, ledger, at, tools)
        inputs = read_inputs(network, ledger, state, at, tools)
        decided = decide(network, ledger, state, inputs, at, by=by, tools=_noting(tools, shown), worker=worker)
    if before and before == inputs_now(network, at) and not tools.accepted:
        if tools.show is not None:
            keep_shown(network.state, shown)
        keep_standing(network, standing_of(network, ledger, decided, before, standing))
    return decided.report


def _noting(tools: Tools, shown: list[ShownDecision]) -> Tools:
    """Return tools that note what is shown."""
    show = tools.show
    if show is None:
        return tools

    def note(each: ShownDecision) -> None:
        shown.append(each)
        show(each)

    return replace(tools, show=note)


@contextmanager
def opened_run(network: Network, at: datetime, tools: Tools) -> Iterator[tuple[Ledger, RunState]]:
    """Give the ledger, locked, and what the last run knew, with the history up to now; nothing is read anew.

    Raises:
        BadInput: the settings name another log, or the time is before the last run's.
        LedgerError: another run holds the ledger, or its history was changed.
    """
    with _opened_ledger(network, tools) as ledger:
        yield ledger, _known(network, ledger, at.astimezone(UTC), tools)


@contextmanager
def _opened_ledger(network: Network, tools: Tools) -> Iterator[Ledger]:
    for folder in (network.out, network.snapshots):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        check_origin(ledger, network)
        yield ledger


def _known(network: Network, ledger: Ledger, at: datetime, tools: Tools) -> RunState:
    """Return what the last run knew, with the history up to now."""
    state = read_state(network.state, ledger.checkpoint, ledger.root)
    history = fold(ledger, state.history)
    check_time(ledger, history, at, tools.now)
    record_staff(ledger, network, at, "run")
    return replace(state, history=history)


def decide(
    network: Network,
    ledger: Ledger,
    state: RunState,
    inputs: Inputs,
    at: datetime,
    *,
    by: DecidedBy,
    tools: Tools,
    worker: SideWorker | None,
) -> Decided:
    """Rule every request whose answer could differ, write what has to be decided, and publish; return what was done.

    `at` is in UTC; `state.history` is brought up to the ledger's end. The `worker` is that of `run_worker`.

    Raises:
        BadInput: too many requests do not fit the rulebook's schema.
        ProposalDisagrees: SQL and Cedar rule a case differently; nothing was decided.
    """
    history = state.history
    done = rule_and_record(network, ledger, state, inputs, at, by=by, tools=tools, worker=worker)
    context = done.context
    modes, unread = mode_records(network)
    ledger.append([*modes, *sendings(context, ledger, history)], at)
    keep = partial(
        begin_state, network.state, inputs.memory, done.rulings, history, inputs.known, state,
        is_seen_again=inputs.is_seen_again,
    )  # fmt: skip
    given = _give_out(network, done, ledger, history, inputs, tools, keep=keep, worker=worker)
    _keep(network, inputs, at, done.conditions, tables_of=given.shown.inputs)
    gone = removed_staff(ledger, network, at)
    reliefs = relief_sentences(context, history)
    report = report_of(
        context, history, inputs.news, given.head, given.shown.cases,
        written=len(done.written),
        statements=_count_notified(done.written, given.letters.waiting), waiting=len(given.letters.waiting),
        again=(*inputs.screened, *done.lasting, *done.again),
        doubts=done.doubts + programs_without_law(context) + _unused(network, inputs) + given.doubts + unread,
        held_at_gate=given.held,
        warnings=given.held + inputs.warnings + rejected_sentences(inputs.tables)
        + unknown_payer_sentences(inputs.tables)
        + (*unread_owner_sentences(inputs.tables), *unread_column_sentences(inputs.tables))
        + done.lost + done.kept + (() if gone is None else tuple(filter(None, (gone.warning(),))))
        + unnamed_political_categories(network.settings, inputs.rulebook.active(at.date())),
        lifted=done.lifted + reliefs,
        persons_verified=network_staff(network) is not None, staff_until=None if gone is None else gone.until,
    )  # fmt: skip
    return Decided(report, inputs, done, history, reliefs, given.passing)


def _keep(
    network: Network, inputs: Inputs, at: datetime, conditions: ConditionMemory, *, tables_of: TableInputs
) -> None:
    """Keep beside the state what the next run compares with; `tables_of` is what the tables were written from."""
    keep_sizes(network, inputs.tables)
    keep_mapping(network, inputs.rulebook)
    if inputs.reading is not None:
        files = table_files(network.folder, network.settings.intake)
        keep_reading(network.state, inputs.reading, network.out / REGISTER, files)
        keep_list_problems(network.state, inputs.news, at)
    conditions.write(network.state)
    remember(tables_of, network.out, network.state)


def _unused(network: Network, inputs: Inputs) -> tuple[str, ...]:
    """Return a sentence on each list with entries that decide nothing, as the last run that read the lists found."""
    if inputs.read_anew:
        keep_unused_entries(network.state, unused_entries(inputs.lists, inputs.rulebook))
    return tuple(map(str, read_unused_entries(network.state)))


def _count_notified(written: Mapping[str, Outcome], waiting: Collection[str]) -> int:
    """Return how many statements of reasons left this run; those that wait did not."""
    restricted = (each for each, outcome in written.items() if outcome is not Outcome.ALLOW)
    return sum(reason_id(each) not in waiting for each in restricted)


class _Given(NamedTuple):
    """What left the run: the checkpoint that it published, tables and letters, and sentences on what is doubtful.

    `passing` are those of them that a next run need not say again, `held` is what the gate holds since no bid tells.
    """

    head: Checkpoint
    shown: ShownTables
    letters: Letters
    doubts: tuple[str, ...]
    passing: tuple[str, ...]
    held: tuple[str, ...]


def _give_out(
    network: Network,
    done: Recorded,
    ledger: Ledger,
    history: History,
    inputs: Inputs,
    tools: Tools,
    *,
    keep: Callable[[], Callable[[Checkpoint], None]],
    worker: SideWorker | None,
) -> _Given:
    """Publish the ledger's head and the register made at it; beside that write tables and letters, and `keep` state.

    The gate gets its register, and people their letters, whatever becomes of the tables.
    INVARIANT: a register is fresh from when lists and tables were read, not from when somebody was decided again.
    """
    context, written = done.context, done.written.keys()
    now = min(inputs.known.read_at, tools.now or inputs.known.read_at)
    register = begin_register(
        context, ledger, history, network.out, tools.suffixes, tools.draw(SEED_BYTES), now=now,
        memory=done.conditions, worker=worker,
    )  # fmt: skip
    try:
        try:
            shown = write_tables(context, ledger, history, network, inputs.lists, written=written, show=tools.show)
        finally:
            reasons, log_url = network.out / "reasons", network.settings.reasons.log_url
            letters = write_letters(ledger, history, context.at, reasons, log_url)
        put_in_place = keep()
    finally:
        head, made = register()
    passing = letters.doubts + queue_all(ledger, network.folder)
    put_in_place(head)
    return _Given(head, shown, letters, made.doubts + passing, passing, made.held)
