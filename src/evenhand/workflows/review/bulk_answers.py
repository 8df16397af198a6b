"""Many matches answered at once, only with "not the same entity", and only of one list entry or one party.

Who answers sees a sample first, drawn by a hash, so that nobody picks it; the answer names what was sampled, and is
refused where that has changed. Each judgement is recorded singly, with the event of its task.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from msgspec.structs import replace

from evenhand.ledger import Ledger, LogReader
from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.model.log import LogRecord
from evenhand.model.record import Record, canonical_exact, sha256_hex
from evenhand.model.staff import StaffCase
from evenhand.model.task import AskedMatch, Task
from evenhand.store.network import Network
from evenhand.workflows.delivery.publication import in_chunks
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.run_state import read_memory
from evenhand.workflows.operations.ledgers import open_ledger, read_ledger
from evenhand.workflows.people.acting import Acting, checked_person, needs_second, permit, sign_record
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.answer_drafts import judgements_of, leaves_of, match_drafts, match_verdicts
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.review.review_queue import matches_of
from evenhand.workflows.review.task_board import TaskBoard, read_board
from evenhand.workflows.review.task_events import event_record, next_event
from evenhand.workflows.review.task_fold import check_event
from evenhand.workflows.review.task_sources import ReadSources, TaskSources
from evenhand.workflows.run.network_run import Tools

WORD = "not-same"
SAMPLE = 5


@dataclass(frozen=True)
class StatedBulk:
    """What a person answers at once: about one entry (`list#id`) or one party, why, and which sample they saw."""

    why: str
    entry: str = ""
    party: str = ""
    sampled: str = ""


class BulkSample(Record, frozen=True, kw_only=True):
    """What would be answered: how many tasks and matches, some of them, and the word that names this selection.

    `left` counts tasks about it that are not answered at once: somebody else has them, or they ask about more.
    """

    tasks: int
    matches: int
    left: int
    sample: tuple[Task, ...]
    sampled: str


class BulkAnswered(Record, frozen=True, kw_only=True):
    """What came of it: tasks answered, judgements recorded, and answers that wait for a second person."""

    tasks: int
    judgements: int
    waiting: int


def sample_of(
    network: Network, stated: StatedBulk, acting: Acting, at: datetime, tools: Tools, board: TaskBoard | None = None
) -> BulkSample:
    """Return a sample of what would be answered; no lock is taken, nothing is recorded.

    `board` are all tasks, where they are at hand.

    Raises:
        BadInput: neither one entry nor one party is named.
        NotFound: no open task is about it.
    """
    with read_ledger(network.ledger) as ledger:
        board = board or read_board(network, ledger, at.astimezone(UTC), tools.suffixes)
        _check_names(network, stated, ledger, board)
    chosen, left = _chosen(board, stated, checked_person(acting).person)
    drawn = sorted(chosen, key=lambda each: sha256_hex(each.id.encode()))[:SAMPLE]
    return BulkSample(
        tasks=len(chosen), matches=sum(len(each.matches) for each in chosen), left=left, sample=tuple(drawn),
        sampled=_name(chosen),
    )  # fmt: skip


def answer_at_once(
    network: Network, stated: StatedBulk, acting: Acting, at: datetime, tools: Tools,
    *, sources: TaskSources | None = None,
) -> BulkAnswered:  # fmt: skip
    """Record that none of the chosen matches is the same entity, each singly, and return what came of it.

    `sources` are what a process keeps of tasks and the last run; else it is read.

    Raises:
        BadInput, NotFound: as `sample_of`, or there are no words.
        StateRefused: the selection is not the one that was sampled.
        NotPermitted: the staff's rules do not allow it.
    """
    at, acting, why = at.astimezone(UTC), checked_person(acting), checked_text("--why", stated.why)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        record_staff(ledger, network, at)
        sources = sources or ReadSources(network, tools)
        board = sources.board(ledger, at)
        _check_names(network, stated, ledger, board)
        memory = sources.memory(ledger)
        chosen, _ = _chosen(board, stated, acting.person)
        if stated.sampled != _name(chosen):
            raise StateRefused(
                "these are not the matches that were sampled", where="--yes", state=_name(chosen), event="answer",
                todo="look at the sample again: the same command without --yes",
            )  # fmt: skip
        answer = partial(_answer, network, ledger, board, memory=memory, why=why)
        answers = [answer(task, acting) for task in chosen]
        for records in _chunks(answers):
            ledger.append(records, at)
        ledger.publish(at)
    waiting = sum(each.waits for each in answers)
    judged = sum(len(each.records) - 1 for each in answers)
    return BulkAnswered(tasks=len(chosen), judgements=judged, waiting=waiting)


@dataclass(frozen=True)
class _Answer:
    """The records of one task's answer: its judgements, then its event; `waits` for a second person."""

    records: tuple[LogRecord, ...]
    waits: bool


def _answer(
    network: Network, ledger: Ledger, board: TaskBoard, task: Task, acting: Acting, *, why: str, memory: FindingsMemory
) -> _Answer:
    at, staff = board.at, network_staff(network)
    case = StaffCase(sanctions=task.law, answer=WORD)
    waits = needs_second(network, "judge", case, at)
    acting = permit(network, acting, "judge", case, at, proposing=waits)
    drafts = match_drafts(memory, task, match_verdicts(task, WORD, ()), acting.person, why, at)
    signed = [sign_record(each, acting, staff, at) for each in drafts]
    event = replace(next_event(board, task, "answer", acting.person, at), answer=WORD, words=why, waits=waits)
    event = replace(event, judgements=judgements_of(signed) if waits else ())
    leaves = () if waits else leaves_of(ledger, signed, memory)
    return _Answer((*leaves, event_record(task, sign_record(event, acting, staff, at))), waits)


def _chunks(answers: Sequence[_Answer]) -> list[list[LogRecord]]:
    """Return the records in lists that the ledger appends in one transaction each, no answer parted."""
    chunks: list[list[LogRecord]] = []
    in_chunks((each.records for each in answers), chunks.append)
    return chunks


def _memory(network: Network, ledger: LogReader) -> FindingsMemory:
    memory, _ = read_memory(network.state, ledger.checkpoint)
    assert memory is not None  # tasks are made of it
    return memory


def _check_names(network: Network, stated: StatedBulk, ledger: LogReader, board: TaskBoard) -> None:
    """Refuse an entry or party of which no match is open: a list there is not, nothing matched, or all is answered."""
    if any(_is_about(match, stated) for each in _candidates(board, stated) for match in each.matches):
        return
    key, hash_sign, _ = stated.entry.partition("#")
    keys = [each.key for each in network.settings.lists]
    if stated.entry and (not hash_sign or key not in keys):
        raise NotFound("no entry of a list here", where="--entry", got=stated.entry,
                       expected=f"LIST#ID with one of these lists: {', '.join(keys)}")  # fmt: skip
    found = (each.finding for _, each in matches_of(_memory(network, ledger)))
    known = any(
        stated.party == each.party_id if stated.party else stated.entry == f"{each.list}#{each.entity_id}"
        for each in found
    )
    where, got = ("--entry", stated.entry) if stated.entry else ("--party", stated.party)
    if known:
        raise NotFound("every match of it is answered; none is open:", where=where, got=got)
    if got:
        raise NotFound("the last run found no match of", where=where, got=got,
                       todo="`evenhand tasks DIR --kind match` lists the open ones")  # fmt: skip


def _chosen(board: TaskBoard, stated: StatedBulk, person: str) -> tuple[list[Task], int]:
    """Return the open tasks that ask about nothing but the entry or party, and how many others ask about it too."""
    if bool(stated.entry) == bool(stated.party):
        raise BadInput("one entry or one party is answered at once", where="--entry, --party", expected="one of them")
    about = [each for each in _candidates(board, stated) if any(_is_about(match, stated) for match in each.matches)]
    chosen = [each for each in about if all(_is_about(match, stated) for match in each.matches)]
    free = [each for each in chosen if _may_answer(each, person, board)]
    return free, len(about) - len(free)


def _may_answer(task: Task, person: str, board: TaskBoard) -> bool:
    try:
        check_event(task, "answer", person, board.at)
    except StateRefused:
        return False
    return True


def _candidates(board: TaskBoard, stated: StatedBulk) -> Sequence[Task]:
    """Return the tasks that may ask about the entry or party, looked up."""
    return board.about(stated.party) if stated.party else board.asking(stated.entry)


def _is_about(match: AskedMatch, stated: StatedBulk) -> bool:
    return stated.party == match.party_id if stated.party else stated.entry == f"{match.list}#{match.entity_id}"


def _name(chosen: Sequence[Task]) -> str:
    """Return eight hex digits over what is chosen and what each of it rests on."""
    return sha256_hex(canonical_exact(sorted((each.id, each.mark) for each in chosen)))[:8]
