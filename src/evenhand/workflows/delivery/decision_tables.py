"""`decisions.csv` and `decisions.xlsx` for people, and `decisions.parquet`: written where something in them changed."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from zlib import ZLIB_RUNTIME_VERSION

import msgspec
from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.decision_row import DecisionRow, ShownDecision, own_entry, strength
from evenhand.model.matches import MatchShown
from evenhand.model.outcome import Outcome
from evenhand.model.record import record_sha256, sha256_hex
from evenhand.model.run import DecidedCase
from evenhand.store.atomic_files import naming
from evenhand.store.deflated_pieces import Piece
from evenhand.store.network import Network
from evenhand.store.program_code import code_sha256
from evenhand.store.spreadsheets import Cell, Column, WorkbookPieces, written_csv, written_workbook
from evenhand.workflows.delivery.decision_rows import OwnCells, party_of, shown_decisions
from evenhand.workflows.delivery.kept_register import keep_compiled
from evenhand.workflows.delivery.next_steps import judge_command
from evenhand.workflows.delivery.publication import COMPILED, name_of, write_decisions
from evenhand.workflows.delivery.publication import DECISIONS as PARQUET
from evenhand.workflows.delivery.run_report import MOST_CASES
from evenhand.workflows.evaluation.findings import Lists
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.run_state import TABLES

CSV, WORKBOOK = "decisions.csv", "decisions.xlsx"
MOST_SHOWN = 20_000
"""So many decisions are on the report page, the strictest; more would be too much for a browser."""
_FORMAT = 3  # to be raised with the words of the tables, or those of an unchanged network stay as they were

_ENTRY = (
    Column("matched_entry", "text", 32), Column("entry_id", "text", 16), Column("score", "score", 7),
    Column("strength", "text", 10), Column("list", "text", 14), Column("list_name", "text", 20),
    Column("list_date", "date", 11), Column("programme", "text", 16),
)  # fmt: skip
_PARTY = (
    Column("id", "text", 18), Column("name", "text", 32), Column("party", "text", 11, is_shared=True),
    Column("scope", "text", 18, is_shared=True), Column("outcome", "text", 9, is_shared=True),
)  # fmt: skip
DECISIONS = (
    *_PARTY, Column("in_force", "text", 9, is_shared=True), Column("since", "date", 11, is_shared=True),
    Column("until", "date", 11, is_shared=True), Column("next_step", "text", 60, is_shared=True),
    Column("by", "date", 11, is_shared=True), Column("sentence", "text", 60, is_shared=True), *_ENTRY,
    Column("other_matches", "number", 8), Column("rules", "text", 60, is_shared=True),
    Column("notified", "date", 11, is_shared=True), Column("decision", "text", 24), Column("leaf", "number", 8),
)  # fmt: skip
MATCHES = (
    *_PARTY, Column("matched_party", "text", 18), Column("kind", "text", 22), *_ENTRY, Column("sentence", "text", 60),
    Column("judge", "text", 60), Column("decision", "text", 24),
)  # fmt: skip


class TableInputs(msgspec.Struct, frozen=True):
    """What tables were made from: a hash over it, and the last notice of a ledger of this size.

    `opened` are fingerprints of payloads of decisions other than allow, and of their statements, by entry: those that
    some run has held against their leaves. A next one sees by them that nobody has changed the entries since.
    `pieces` are those of the workbook, which the program with this hash wrote.
    """

    sha256: str
    notice: int | None
    size: int
    opened: dict[int, bytes] = {}
    pieces: dict[str, tuple[Piece, ...]] = {}
    packed_by: str = ""


class _Written(msgspec.Struct, frozen=True):
    """What the tables in `out/` were made from, and the SHA-256 of each of them."""

    inputs: TableInputs
    files: dict[str, str]


def inputs_of(run_context: RunContext, ledger: Ledger, history: History, last: TableInputs | None) -> TableInputs:
    """Return a hash over everything that the rows are made from: decisions, names, matches, notices, lists, rules.

    `last` is what the tables were made from that are there, by which notices are looked for among later entries alone.
    """
    notice = _last_notice(ledger, last)
    versions = sorted((key, each.sha256, str(each.published_on)) for key, each in run_context.versions.items())
    hashed = hashlib.sha256(repr((
        _FORMAT, run_context.rulebook.sha256, run_context.settings.network.zone, versions,
        notice, sorted(each.seq for several in history.judgements.values() for each in several),
        sorted(run_context.unrelieved),
        sorted((each.decision, each.complaint, each.until > run_context.at) for each in history.reliefs.values()),
    )).encode())  # fmt: skip
    at = run_context.at
    # Who is allowed has no new decision for a match that no rule reads, and no decision quotes our side of a match.
    hashed.update(msgspec.msgpack.encode([
        (each.noticed, party_of(run_context, party_id))
        for (_, party_id), each in run_context.seen.items()
        if each.noticed
    ]))  # fmt: skip
    hashed.update(msgspec.msgpack.encode([
        (each.id, each.seq, each.effective_from <= at, each.until is None or at < each.until,
         name_of(run_context, each))
        for known in history.cases.values()
        for each in known
    ]))  # fmt: skip
    return TableInputs(hashed.hexdigest(), notice, ledger.size)


def _last_notice(ledger: Ledger, last: TableInputs | None) -> int | None:
    known = last if last is not None and last.size <= ledger.size else TableInputs("", None, 0)
    found = ledger.last("notice", known.size)
    return known.notice if found is None else found[0]


def remember(inputs: TableInputs, out: Path, state: Path) -> None:
    """Write down what the tables in `out` were made from, and which register is there."""
    with naming(state / TABLES):
        (state / TABLES).write_bytes(msgspec.json.encode(_Written(inputs, _hashes(out))))
    keep_compiled(state, out / COMPILED)


def opened_payloads(state: Path) -> Mapping[int, bytes]:
    """Return the fingerprints of payloads that earlier runs held against their leaves, as `LogReader.know` takes them.

    INVARIANT: they spare the sealing of values, a hundred times the cost of a hash, and never the record itself: each
    payload is read from the ledger and hashed, and one whose bytes, leaf or salt are others is opened.
    """
    written = _read_written(state)
    return {} if written is None else written.inputs.opened


def _opened(ledger: Ledger, history: History, at: datetime) -> dict[int, bytes]:
    every = (*history.all_in_force(at), *history.waiting(at))
    restricting = (each.seq for each in every if each.outcome is not Outcome.ALLOW)
    return ledger.opened(chain.from_iterable((seq, seq + 1) for seq in restricting))


def _read_written(state: Path) -> _Written | None:
    """Return what was written down, None where it is lost or of another form."""
    try:
        return msgspec.json.decode((state / TABLES).read_bytes(), type=_Written)
    except (OSError, msgspec.MsgspecError):
        return None


class ShownTables(NamedTuple):
    """What `write_tables` made: what `remember` takes, and the first cases other than allow."""

    inputs: TableInputs
    cases: tuple[DecidedCase, ...]


def write_tables(
    run_context: RunContext,
    ledger: Ledger,
    history: History,
    network: Network,
    lists: Lists,
    *,
    written: Set[str],
    show: Callable[[ShownDecision], object] | None = None,
) -> ShownTables:
    """Write all three tables unless they are current, and `show` the first `MOST_SHOWN` decisions, strictest first.

    `written` are the ids of this run's decisions. Of all cases only the first `MOST_CASES` are kept, for the report.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    last, cases = _read_written(network.state), list[DecidedCase]()
    inputs = inputs_of(run_context, ledger, history, None if last is None else last.inputs)
    files = _hashes(network.out)
    is_current = last is not None and last.inputs.sha256 == inputs.sha256 and last.files == files
    pieces = _pieces_in_place(last, files)
    if not is_current:
        write_decisions(run_context, history, network.out / PARQUET)
    with ExitStack() as stack:
        add = None if is_current else stack.enter_context(decision_tables(network.out, pieces))
        needed = MOST_SHOWN if show is not None else MOST_CASES
        rows = shown_decisions(run_context, ledger, history, lists, written, needed)
        for place, (shown, others) in enumerate(islice(rows, needed) if is_current else rows):
            if add is not None:
                add(shown.row, others)
            if show is not None and place < MOST_SHOWN:
                show(shown)
            if shown.case is not None and shown.row.outcome is not Outcome.ALLOW and place < MOST_CASES:
                cases.append(shown.case)
    inputs = replace(
        inputs, opened=_opened(ledger, history, run_context.at), packed_by=_packer_sha256(),
        pieces={name: tuple(each) for name, each in pieces.sheets.items()},
    )  # fmt: skip
    return ShownTables(inputs, tuple(cases))


def _pieces_in_place(last: _Written | None, files: Mapping[str, str]) -> WorkbookPieces:
    """Return the pieces of the workbook that is there, none where it is not as this program wrote it."""
    is_known = last is not None and last.inputs.packed_by == _packer_sha256()
    is_there = last is not None and WORKBOOK in files and last.files.get(WORKBOOK) == files[WORKBOOK]
    return WorkbookPieces(last.inputs.pieces if last is not None and is_known and is_there else {})


@cache
def _packer_sha256() -> str:
    """Return the hash of the code that makes a workbook of rows."""
    return record_sha256([code_sha256(("evenhand.model", "evenhand.store"), ("xlsxwriter",)), ZLIB_RUNTIME_VERSION])


@contextmanager
def decision_tables(
    out: Path, pieces: WorkbookPieces | None = None
) -> Iterator[Callable[[DecisionRow, Sequence[OwnCells]], None]]:
    """Give what adds a decision to both tables, and others as `shown_decisions` has them; at the end they are in place.

    `pieces` as for `written_workbook`.
    A sheet of a workbook ends at Excel's limit: then its last row says how many more there are in the CSV.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    sheets = {"decisions": DECISIONS, "matches": MATCHES}
    with written_csv(out / CSV, DECISIONS) as to_csv, written_workbook(out / WORKBOOK, sheets, pieces) as to_sheet:

        def add(row: DecisionRow, others: Sequence[OwnCells]) -> None:
            cells = _decision_cells(row)
            to_csv(cells, others)
            to_sheet["decisions"](cells, others)
            for match in row.matches:
                to_sheet["matches"](_match_cells(row, match))

        yield add


def _decision_cells(row: DecisionRow) -> tuple[Cell, ...]:
    best = row.matches[0] if row.matches else None
    others = len(row.matches) - 1 if len(row.matches) > 1 else None
    return (
        row.party_id, row.name, row.party_kind, row.scope, row.outcome.value, "yes" if row.in_force else "later",
        row.since, row.until, row.next_step, row.by, _plain(row.sentence),
        *((None,) * 8 if best is None else _entry_cells(best)), others,
        "; ".join(row.rules), row.notified, row.decision, row.seq,
    )  # fmt: skip


def _match_cells(row: DecisionRow, match: MatchShown) -> tuple[Cell, ...]:
    finding = match.finding
    return (
        row.party_id, row.name, row.party_kind, row.scope, row.outcome.value, finding.party_id,
        finding.kind.replace("_", " "), *_entry_cells(match), _plain(match.sentence),
        "" if finding.certain else judge_command(finding), row.decision,
    )  # fmt: skip


def _entry_cells(match: MatchShown) -> tuple[Cell, ...]:
    finding, entry = match.finding, own_entry(match)
    return (
        entry.caption if entry is not None else "", finding.entity_id, round(finding.score, 4), strength(match),
        finding.list, entry.list_name if entry is not None else "", entry.published_on if entry is not None else None,
        "; ".join(entry.programmes) if entry is not None else "",
    )  # fmt: skip


def _hashes(out: Path) -> dict[str, str]:
    return {
        path.name: sha256_hex(path.read_bytes()) for path in (out / CSV, out / WORKBOOK, out / PARQUET) if path.exists()
    }


def _plain(sentence: str) -> str:
    """Return a sentence with values in quotation marks instead of backticks."""
    return sentence.replace("`", '"')
