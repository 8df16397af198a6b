"""What the last run knew, in `state/`: derived, may be deleted; without it the next run does everything again."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from evenhand.intake import Tables
from evenhand.model.coordination import InfluenceResult
from evenhand.model.errors import HistoryConflict
from evenhand.model.evidence import EvidenceEvent
from evenhand.model.listing import ListRelation, ListVersion
from evenhand.model.log import Checkpoint
from evenhand.store.atomic_files import file_stamp, naming, write_whole
from evenhand.store.duckdb_engine import iterate_rows, run_lookup
from evenhand.store.message_parts import write_message
from evenhand.store.object_addresses import FOLDER as OBJECTS
from evenhand.store.parquet_rows import literal
from evenhand.store.tables import read_parquet, write_parquet
from evenhand.workflows.evaluation.agency_names import AGENCIES
from evenhand.workflows.evaluation.confirmed_facts import RecordedFact
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.judged_findings import RecordedJudgement
from evenhand.workflows.evaluation.kept_cases import CASES, cases_of, changed_decisions, write_cases
from evenhand.workflows.evaluation.known_findings import FILE, FINDINGS, SeenRow, seen_of, seen_rows
from evenhand.workflows.evaluation.known_rulings import RULINGS, decode_rulings
from evenhand.workflows.evaluation.last_run import LAST_REPORT
from evenhand.workflows.evaluation.list_problems import LIST_PROBLEMS
from evenhand.workflows.evaluation.list_relations import ListStatements, relations_in
from evenhand.workflows.evaluation.rulings import RuledRequest
from evenhand.workflows.evaluation.standing_relief import StandingRelief
from evenhand.workflows.evaluation.unused_entries import UNUSED_ENTRIES

PREFILTER = "parties.sieve"
TABLES = "decisions.json"
"""What the tables of decisions in `out/` were written from."""
INFLUENCE = "influence"
"""The folder of the events that were tested last, and what was found of them."""
INPUTS, READING, SHEETS = "inputs.msgpack", "reading.json", "sheets.msgpack"
_FORMAT, _WITHOUT_CHANGED = 7, 6
_NOTHING_NOTICED = InfluenceResult()
_TAKEN = (FILE, RULINGS, CASES, READING, SHEETS)
_JUDGEMENTS = {"judgement": "VARCHAR"}


class _Meta(msgspec.Struct, frozen=True):
    """What the tables of `state/` belong to: this log up to this head, these list versions, this scorer.

    `confirmed` are the facts that people confirmed, `reliefs` decisions that are not applied, `evidence` what was done
    with saved documents: they have no table. `changed` are the decisions of the cases that are not as in theirs.
    `seen_at` is when lists and tables were last seen to be as they are kept.
    """

    format: int
    origin: str
    size: int
    root: bytes
    scorer: str
    versions: dict[str, ListVersion]
    erasures: int = 0
    confirmed: tuple[RecordedFact, ...] = ()
    reliefs: tuple[StandingRelief, ...] = ()
    evidence: tuple[EvidenceEvent, ...] = ()
    seen_at: datetime | None = None
    changed: tuple[CaseDecision, ...] = ()


@dataclass(frozen=True)
class RunState:
    """The memory of screening (None if lost), the known rulings by request, and the history of decisions."""

    memory: FindingsMemory | None = None
    ruled: dict[str, RuledRequest] = field(default_factory=dict)
    history: History = field(default_factory=History)

    def forget_findings(self) -> None:
        """Let go of what screening saw, for all who have this state."""
        if self.memory is not None and isinstance(self.memory.seen, dict):
            self.memory.seen.clear()

    def forget_rulings(self) -> None:
        """Let go of the rulings, for all who have this state."""
        self.ruled.clear()


@dataclass(frozen=True)
class KnownInputs:
    """The tables as a run read them, when that was, and by list key the relations that its version states.

    `noticed` is what its tests of coordination found.
    """

    read_at: datetime
    tables: Tables
    relations: Mapping[str, tuple[ListRelation, ...]]
    noticed: InfluenceResult = _NOTHING_NOTICED

    def stated(self, lists: Lists) -> tuple[ListStatements, ...]:
        """Return what the lists of that run state."""
        return tuple(
            ListStatements(version, self.relations[key], partial(lists.entities, version))
            if key in self.relations
            else relations_in(replace(lists, versions={key: version}))[0]
            for key, version in lists.versions.items()
        )


_known_inputs = msgspec.msgpack.Decoder(KnownInputs).decode

RootOf = Callable[[int], bytes]
"""The root hash that the log had at a size."""
KeepSeen = Callable[[Iterable[SeenRow]], Mapping[PartyKey, ScreenedParty]]


def read_state(folder: Path, checkpoint: Checkpoint | None, root_of: RootOf | None = None) -> RunState:
    """Return what the last run left, or an empty state if it is lost, of another format or of another log.

    The history is that of `read_history`.
    """
    try:
        memory, _ = _memory(folder, checkpoint)
        ruled = decode_rulings((folder / RULINGS).read_bytes())
    except (OSError, msgspec.MsgspecError, ValueError, IndexError):
        return RunState()
    return RunState(memory, ruled, read_history(folder, checkpoint, root_of))


def read_memory(
    folder: Path, checkpoint: Checkpoint | None, party: PartyKey | None = None, keep: KeepSeen | None = None
) -> tuple[FindingsMemory | None, int]:
    """Return what the last run saw and the tree size that it left; None and 0 where `read_state` has nothing.

    With a `party`, only what was seen of it. `keep` makes another mapping of the rows than a dict.
    """
    try:
        return _memory(folder, checkpoint, party, keep)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None, 0


def read_history(folder: Path, checkpoint: Checkpoint | None, root_of: RootOf | None = None) -> History:
    """Return the decisions and judgements that the last run left, or none if they were folded at another checkpoint.

    With `root_of`, of the log of that checkpoint, also those of an earlier one: people may have added records since.
    """
    return _read_history(folder, checkpoint, root_of, read_parquet)


def read_party_history(folder: Path, checkpoint: Checkpoint | None, root_of: RootOf, party: PartyKey) -> History | None:
    """Return of such a history what is about one party's cases, and all else whole; None where there is none.

    Cost: two columns of one file, not every decision of the network.
    """
    query = 'SELECT "case", standing FROM read_parquet({}) WHERE party_id = ? AND party_kind = ?'

    def cases(path: Path) -> list[tuple[str, ...]]:
        return run_lookup(query.format(literal(path)), (party[1], party[0]))

    history = _read_history(folder, checkpoint, root_of, cases, lambda each: (each.party_kind, each.party_id) == party)
    return history if history.size else None


def read_history_without_cases(folder: Path, checkpoint: Checkpoint | None, root_of: RootOf) -> History:
    """Return such a history without decisions: what people said and where it ends. `read_cases` looks cases up."""
    return _read_history(folder, checkpoint, root_of, lambda _: (), lambda _: False)


def read_cases(folder: Path, parties: Collection[str]) -> dict[str, list[CaseDecision]]:
    """Return the decisions of such a history about some parties by case, in the order of the file.

    Raises:
        OSError: a file is missing or cannot be read.
    """
    source = f"read_parquet({literal(folder / CASES)}, file_row_number = true)"
    query = f'SELECT "case", standing FROM {source} WHERE party_id IN (SELECT unnest(?)) ORDER BY file_row_number'
    rows = run_lookup(query, [list(parties)])
    return cases_of(rows, _decode_meta(folder).changed, lambda each: each.party_id in parties)


def _read_history(
    folder: Path, checkpoint: Checkpoint | None, root_of: RootOf | None,
    rows: Callable[[Path], Iterable[tuple[str, ...]]], is_wanted: Callable[[CaseDecision], bool] = lambda _: True,
) -> History:  # fmt: skip
    try:
        meta = _meta(folder, checkpoint)
        if checkpoint is None or not _is_of(meta, checkpoint, root_of):
            return History()
        history = History(meta.size, cases_of(rows(folder / CASES), meta.changed, is_wanted), erasures=meta.erasures)
        history.changed = {each.case for each in meta.changed}
        history.reliefs = {each.decision: each for each in meta.reliefs}
        history.evidence = list(meta.evidence)
        for each in meta.confirmed:
            history.confirm(each.seq, each.fact)
        for (text,) in read_parquet(folder / "judgements.parquet"):
            recorded = msgspec.json.decode(text, type=RecordedJudgement)
            history.judge(recorded.seq, recorded.judgement)
    except (OSError, msgspec.MsgspecError, ValueError, HistoryConflict):
        return History()
    return history


def read_known_inputs(
    folder: Path, checkpoint: Checkpoint | None, decode: Callable[[bytes], KnownInputs] = _known_inputs
) -> KnownInputs | None:
    """Return tables and relations as the last run read them; None where `read_state` has nothing, or they are lost.

    `decode` makes them of the bytes of their file.
    """
    try:
        meta, known = _meta(folder, checkpoint), decode((folder / INPUTS).read_bytes())
        return known if meta.seen_at is None else replace(known, read_at=meta.seen_at)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def state_stamp(folder: Path) -> str:
    """Return what changes with each run: of which file and instant the state is; ``""`` where there is none."""
    return file_stamp(folder / "meta.json")


def begin_state(
    folder: Path, memory: FindingsMemory | None, rulings: bytes | None, history: History,
    inputs: KnownInputs | None = None, last: RunState | None = None, *, is_seen_again: bool = False,
) -> Callable[[Checkpoint], None]:  # fmt: skip
    """Write beside `state/` all that takes long, and return what puts it in place, given the head that it belongs to.

    A run that dies in between leaves the old `state/` or none. `last` is what `read_state` gave of it: a table that
    would be the same is taken over; `rulings` are then None (`rulings_to_write`), what was seen `is_seen_again`.
    Without findings nothing is written.
    """
    if memory is None:
        return lambda _: None
    fresh = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o750, parents=True)
    if not is_seen_again:
        write_parquet(fresh / FILE, FINDINGS, seen_rows(memory.seen))
    if rulings is not None:
        with naming(fresh / RULINGS):
            (fresh / RULINGS).write_bytes(rulings)
    is_kept = last is not None and last.memory is not None and last.history is history  # else none can be read
    changed = changed_decisions(history) if is_kept else None
    if changed is None:
        write_cases(fresh / CASES, history)
    write_parquet(fresh / "judgements.parquet", _JUDGEMENTS, (
        (msgspec.json.encode(each).decode(),) for known in history.judgements.values() for each in known
    ))  # fmt: skip
    if inputs is not None:
        write_message(fresh / INPUTS, inputs)
    return partial(_put_in_place, folder, fresh, history, changed or (), memory)


def _put_in_place(
    folder: Path, fresh: Path, history: History, changed: tuple[CaseDecision, ...], memory: FindingsMemory,
    checkpoint: Checkpoint,
) -> None:  # fmt: skip
    """Replace `state/` by what is written beside it, with what of it is taken over."""
    meta = _Meta(
        _FORMAT if changed else _WITHOUT_CHANGED,
        checkpoint.origin, checkpoint.size, checkpoint.root, memory.scorer, memory.versions,
        history.erasures, tuple(each for known in history.confirmed.values() for each in known),
        tuple(history.reliefs.values()), tuple(history.evidence), changed=changed,
    )  # fmt: skip
    with naming(fresh / "meta.json"):
        (fresh / "meta.json").write_bytes(msgspec.json.encode(meta))
    for kept in (*_TAKEN, PREFILTER, TABLES, LIST_PROBLEMS, UNUSED_ENTRIES, AGENCIES, LAST_REPORT, INFLUENCE, OBJECTS):
        with suppress(FileNotFoundError):
            if not (fresh / kept).exists():
                (folder / kept).rename(fresh / kept)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def mark_seen(folder: Path, checkpoint: Checkpoint | None, at: datetime) -> None:
    """Note in `state/` that lists and tables were seen at `at` to be as they are kept.

    Raises:
        OSError, ValueError, MsgspecError: no state of this log is there, or it cannot be written.
    """
    meta = msgspec.structs.replace(_meta(folder, checkpoint), seen_at=at)
    write_whole(folder / "meta.json", msgspec.json.encode(meta), mode=0o640)


def _memory(
    folder: Path, checkpoint: Checkpoint | None, party: PartyKey | None = None, keep: KeepSeen | None = None
) -> tuple[FindingsMemory, int]:
    meta, path = _meta(folder, checkpoint), folder / FILE
    whole = f"SELECT * FROM read_parquet({literal(path)})"
    if keep is not None:
        seen = keep(iterate_rows(whole))  # the columns are those of `FINDINGS`
        return FindingsMemory(meta.scorer, meta.versions, seen), meta.size
    of_party = f"{whole} WHERE party_kind = ? AND party_id = ?"
    rows = read_parquet(path) if party is None else run_lookup(of_party, party)
    return FindingsMemory(meta.scorer, meta.versions, dict(map(seen_of, rows))), meta.size


def _meta(folder: Path, checkpoint: Checkpoint | None) -> _Meta:
    meta = _decode_meta(folder)
    if meta.format not in (_FORMAT, _WITHOUT_CHANGED) or checkpoint is None or meta.origin != checkpoint.origin:
        raise ValueError("the state of another log or format")
    return meta


def _decode_meta(folder: Path) -> _Meta:
    return msgspec.json.decode((folder / "meta.json").read_bytes(), type=_Meta)


def _is_of(meta: _Meta, checkpoint: Checkpoint, root_of: RootOf | None) -> bool:
    """Return whether the log of a checkpoint begins with the log that `state/` was folded from."""
    if meta.size == checkpoint.size or root_of is None:
        return (meta.size, meta.root) == (checkpoint.size, checkpoint.root)
    return meta.size < checkpoint.size and root_of(meta.size) == meta.root
