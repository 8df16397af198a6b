"""The questions about matches and holds, made of what the last run left, and kept in `state/` until something changes.

What is kept may be deleted at any time. It is made anew after a run, an erasure or a decision, and where a decision
begins or ends; judgements and events of tasks that came since are laid over it.
"""

import contextlib
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.errors import NotFound
from evenhand.model.hosts import Suffixes
from evenhand.model.judgement import Judgement
from evenhand.model.task import AskedMatch, Task, TaskEvent
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import KINDS as COMPLAINT_KINDS
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.evaluation.judged_findings import Pair, RecordedJudgement, pair_of
from evenhand.workflows.evaluation.run_state import INPUTS, state_stamp
from evenhand.workflows.review.complaint_tasks import complaint_tasks
from evenhand.workflows.review.finding_tasks import finding_tasks
from evenhand.workflows.review.hold_tasks import hold_tasks
from evenhand.workflows.review.match_tasks import mark_of_matches, match_tasks, open_pairs
from evenhand.workflows.review.run_result import RunResult, read_run
from evenhand.workflows.review.task_fold import RecordedEvent

KEPT = "tasks.json"
_FORMAT = 3
_MOST_LATER = 200
_BEHIND = timedelta(minutes=1)
_LARGE = 3_000_000  # bytes of the tables that a run read
_ANEW = frozenset({"decision", "erasure"})
_event = msgspec.json.Decoder(TaskEvent).decode
_judgement = msgspec.json.Decoder(Judgement).decode


class Questions(msgspec.Struct, frozen=True):
    """The questions by id, and what people did with tasks.

    `asked_at` is the tree size at which the last run ended, `rulebook` the SHA-256 of that of the last decision.
    """

    asked_at: int
    rulebook: str
    tasks: dict[str, Task]
    events: dict[str, list[RecordedEvent]]


class _Kept(msgspec.Struct, frozen=True):
    """Questions as they were at a tree size; `stamp` is of the run's state, `until` when a decision begins or ends."""

    format: int
    origin: str
    size: int
    root: bytes
    stamp: str
    at: datetime
    until: datetime | None
    asked_at: int
    rulebook: str
    tasks: tuple[Task, ...]
    complaints: tuple[Task, ...]
    events: tuple[RecordedEvent, ...]


class _Later(msgspec.Struct):
    """What was recorded since questions were kept; `complained`: something about a complaint."""

    judgements: dict[Pair, RecordedJudgement] = {}
    events: list[RecordedEvent] = []
    complained: bool = False


def read_questions(network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> Questions:
    """Return the questions of the last run as they stand now.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
    """
    kept, later = _as_kept(network, ledger, at, suffixes)
    tasks, events = tuple(_asked_still(kept.tasks, later.judgements)), (*kept.events, *later.events)
    complaints = _complaint_tasks(ledger) if later.complained else kept.complaints
    if later.complained or len(later.events) + len(later.judgements) > _MOST_LATER:
        _keep(network.state, replace(_moved(kept, ledger), tasks=tasks, complaints=complaints, events=events))
    by_task = dict[str, list[RecordedEvent]]()
    for each in events:
        by_task.setdefault(each.event.task, []).append(each)
    by_id = {each.id: each for each in (*tasks, *complaints)}
    return Questions(kept.asked_at, kept.rulebook, by_id, by_task)


def take_long(network: Network) -> bool:
    """Return whether to make the questions of a run takes seconds: some 10,000 advertisers or more."""
    inputs = network.state / INPUTS
    return inputs.is_file() and inputs.stat().st_size > _LARGE


def are_kept(network: Network, ledger: LogReader, at: datetime) -> bool:
    """Return whether `state/` has the questions of the last run, so that reading them makes none."""
    return _read_kept(network.state, ledger, at) is not None


class MovingQuestions:
    """The questions of a network for a process that shows them all day: read once, moved on with each record.

    Not safe for several threads; what is handed out is a copy that stays as it is.
    """

    def __init__(self, network: Network, suffixes: Suffixes) -> None:
        self._network, self._suffixes = network, suffixes
        self._kept: _Kept | None = None
        self._tasks: dict[str, Task] = {}
        self._places: dict[Pair, str] = {}
        self._complaints: tuple[Task, ...] = ()
        self._events: dict[str, list[RecordedEvent]] = {}
        self._unkept = 0

    def read(self, ledger: LogReader, at: datetime) -> Questions:
        """Return what `read_questions` does.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        kept = self._kept
        later = _later(ledger, kept, self._places) if kept is not None and self._holds(kept, ledger, at) else None
        if kept is None or later is None:
            kept, later = _as_kept(self._network, ledger, at, self._suffixes)
            self._begin(kept)
        self._add(later, ledger)
        self._kept = _moved(kept, ledger)
        self._unkept += len(later.events) + len(later.judgements)
        if self._unkept > _MOST_LATER:
            self._keep_all()
        by_id = self._tasks | {each.id: each for each in self._complaints}
        return Questions(kept.asked_at, kept.rulebook, by_id, {key: list(each) for key, each in self._events.items()})

    def _holds(self, kept: _Kept, ledger: LogReader, at: datetime) -> bool:
        # A thread may come with an instant that is a little older than what another one has read.
        return _is_of(kept, self._network.state, ledger, max(at, min(kept.at, at + _BEHIND)))

    def _keep_all(self) -> None:
        """Keep the questions as they are for who reads them from `state/`: a later start or a command."""
        assert self._kept is not None  # it was just read
        events = sorted((each for several in self._events.values() for each in several), key=lambda each: each.seq)
        self._kept = replace(
            self._kept, tasks=tuple(self._tasks.values()), complaints=self._complaints, events=tuple(events)
        )
        _keep(self._network.state, self._kept)
        self._unkept = 0

    def _begin(self, kept: _Kept) -> None:
        self._tasks = {each.id: each for each in kept.tasks}
        self._places = {_pair(match): each.id for each in kept.tasks for match in each.matches}
        self._complaints, self._events = kept.complaints, {}
        self._add_events(kept.events)

    def _add(self, later: _Later, ledger: LogReader) -> None:
        for name in {self._places[pair] for pair in later.judgements}:
            task = self._tasks.pop(name)
            for match in task.matches:
                self._places.pop(_pair(match), None)
            for left in _asked_still([task], later.judgements):
                self._tasks[name] = left
                self._places |= {_pair(match): name for match in left.matches}
        if later.complained:
            self._complaints = _complaint_tasks(ledger)
        self._add_events(later.events)

    def _add_events(self, events: Iterable[RecordedEvent]) -> None:
        for each in events:
            self._events.setdefault(each.event.task, []).append(each)


def questions_of(result: RunResult) -> Iterator[Task]:
    """Yield every question about the matches, holds and communities of a run's result."""
    pairs = open_pairs(result)
    yield from match_tasks(result, pairs)
    yield from hold_tasks(result, pairs)
    yield from finding_tasks(result)


def _as_kept(network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> tuple[_Kept, _Later]:
    """Return the questions that are kept in `state/` and what came since; where they do not hold they are made."""
    kept = _read_kept(network.state, ledger, at)
    later = None if kept is None else _later(ledger, kept)
    if kept is None or later is None:
        kept, later = _made(network, ledger, at, suffixes), _Later()
        _keep(network.state, kept)
    return kept, later


def _made(network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> _Kept:
    stamp = state_stamp(network.state)
    result = read_run(network, ledger, at, suffixes)
    if result is None:
        raise NotFound("no findings of a last run", where=network.state, todo="run `evenhand run` first")
    events = tuple(RecordedEvent(seq, _event(raw)) for seq, _, raw in ledger.entries("task") if raw is not None)
    return _Kept(
        _FORMAT, ledger.origin, ledger.size, ledger.root(ledger.size), stamp, at, result.history.next_change(at),
        result.size, result.in_force, tuple(questions_of(result)), _complaint_tasks(ledger), events,
    )  # fmt: skip


def _complaint_tasks(ledger: LogReader) -> tuple[Task, ...]:
    if ledger.last("complaint") is None:  # every complaint begins with one; reading all entries takes long
        return ()
    return tuple(complaint_tasks(read_complaints(ledger).by_id.values()))


def _moved(kept: _Kept, ledger: LogReader) -> _Kept:
    return replace(kept, size=ledger.size, root=ledger.root(ledger.size))


def _later(ledger: LogReader, kept: _Kept, places: Collection[Pair] = ()) -> _Later | None:
    """Return what was recorded since; None where the questions have to be made anew.

    `places` are the matches that they ask about, where these are at hand.
    """
    open_pairs = places
    later = _Later()
    for seq, leaf, payload in ledger.entries(start=kept.size):
        if leaf.kind in _ANEW:
            return None
        if payload is None:
            continue
        later.complained = later.complained or leaf.kind in COMPLAINT_KINDS
        if leaf.kind == "task":
            later.events.append(RecordedEvent(seq, _event(payload)))
        elif leaf.kind == "judgement":
            judgement = _judgement(payload)
            open_pairs = open_pairs or {_pair(match) for task in kept.tasks for match in task.matches}
            if pair_of(judgement) not in open_pairs or judgement.verdict == "lapsed":
                return None
            later.judgements[pair_of(judgement)] = RecordedJudgement(seq, judgement)
    return later


def _asked_still(tasks: Iterable[Task], judgements: Mapping[Pair, RecordedJudgement]) -> Iterator[Task]:
    """Yield the tasks without the matches that were decided since; one that has no other left is gone."""
    for task in tasks:
        if not judgements or not any(_pair(match) in judgements for match in task.matches):
            yield task
            continue
        left = tuple(match for each in task.matches if (match := _judged(each, judgements)) is not None)
        if left:
            yield replace(task, matches=left, mark=mark_of_matches(left))


def _judged(match: AskedMatch, judgements: Mapping[Pair, RecordedJudgement]) -> AskedMatch | None:
    """Return a match as it is asked after its judgement, None where that decided it."""
    recorded = judgements.get(_pair(match))
    if recorded is None:
        return match
    return replace(match, judged=recorded.seq) if recorded.judgement.verdict == "unsure" else None


def _pair(match: AskedMatch) -> Pair:
    return match.party_kind, match.party_id, match.list, match.entity_id


def _read_kept(folder: Path, ledger: LogReader, at: datetime) -> _Kept | None:
    """Return what is kept, None where it is of another format, log, run or time."""
    try:
        kept = msgspec.json.decode((folder / KEPT).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    return kept if _is_of(kept, folder, ledger, at) else None


def _is_of(kept: _Kept, folder: Path, ledger: LogReader, at: datetime) -> bool:
    is_of_now = kept.at <= at and (kept.until is None or at < kept.until)
    is_ours = (kept.format, kept.origin, kept.stamp) == (_FORMAT, ledger.origin, state_stamp(folder))
    return is_of_now and is_ours and kept.size <= ledger.size and ledger.root(kept.size) == kept.root


def _keep(folder: Path, kept: _Kept) -> None:
    """Keep questions; where the folder cannot be written they are made again the next time."""
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(prefix=f".{KEPT}.", dir=folder) as own:
        written = Path(own) / KEPT
        written.write_bytes(msgspec.json.encode(kept))
        written.replace(folder / KEPT)
