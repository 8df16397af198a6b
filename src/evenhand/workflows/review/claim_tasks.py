"""Claims that wait for a person, as tasks; the answer decides about the claim, the denial is shown beside it first."""

from collections.abc import Iterator
from os import scandir
from typing import NamedTuple

from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.claims import Claim
from evenhand.model.errors import NotFound, NotVerified, StateRefused
from evenhand.model.evidence import ClaimShown, EvidenceEvent
from evenhand.model.log import LogRecord
from evenhand.model.record import record_sha256
from evenhand.model.task import Task, TaskEvent, task_id
from evenhand.model.visible_text import on_one_line
from evenhand.store.network import Network
from evenhand.workflows.evidence.claim_decisions import StatedDecision, Word, decision_event
from evenhand.workflows.evidence.denials_seen import DenialAnswers
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, title_of
from evenhand.workflows.evidence_records.evidence_files import EVIDENCE, document_folder
from evenhand.workflows.evidence_records.evidence_fold import (
    DocumentRecords,
    Evidence,
    EvidenceFold,
    chain_of,
    event_record,
)
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts
from evenhand.workflows.people.acting import Acting, sign_record
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.source_tasks import source_task

_TELLING = frozenset({"accuses", "denies", "requests"})
_AROUND, _MOST_SHOWN = 160, 60
_MARKS = '“”«»„"'
_WORDS: dict[str, Word] = {"confirm": "confirm", "reject": "reject"}


def claim_tasks(network: Network, ledger: LogReader) -> Iterator[Task]:
    """Yield a task for each claim that nobody has decided, as documents and texts go, then for each changed source.

    A headline that repeats a claim is asked with that claim and has none of its own. A document whose files are missing
    has none: `doctor` says so.
    """
    yield from KeptClaimTasks(network).read(ledger)


class _KeptTasks(NamedTuple):
    """The tasks of a document, as it was recorded and as its files were."""

    events: list[EvidenceEvent]
    files: list[tuple[str, int, int, int]]
    tasks: list[Task]


class KeptClaimTasks:
    """The same for a process that shows them all day: a document is opened when it or its files have changed.

    Not safe for several threads. Cost where nothing changed: a look at the leaves that came since, and at the files.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._evidence = EvidenceFold()
        self._kept: dict[str, _KeptTasks] = {}
        self._facts = KeptSourceFacts()

    def read(self, ledger: LogReader) -> Iterator[Task]:
        """Yield what `claim_tasks` does."""
        if not (self._network.folder / EVIDENCE).is_dir():
            return
        known, self._kept = self._kept, {}
        evidence = self.evidence(ledger)
        for records in evidence.documents.values():
            kept, files = known.get(records.id), _files(self._network, records)
            if kept is None or (kept.events, kept.files) != (records.events, files):
                kept = _KeptTasks(records.events, files, _tasks(self._network, records, self._facts))
            self._kept[records.id] = kept
            yield from kept.tasks
        yield from (source_task(each) for each in self._facts.questions(self._network, evidence) if each.claims)

    def evidence(self, ledger: LogReader) -> Evidence:
        """Return what `read_evidence` does."""
        return self._evidence.read_on(ledger)


def _files(network: Network, records: DocumentRecords) -> list[tuple[str, int, int, int]]:
    """Return what changes when a file of a document is written again, removed or added."""
    try:
        with scandir(document_folder(network, records.id)) as entries:
            found = [(each.name, each.stat()) for each in entries]
    except FileNotFoundError:  # gone, or one of them is just being written
        return []
    return sorted((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _tasks(network: Network, records: DocumentRecords, facts: KeptSourceFacts) -> list[Task]:
    try:
        opened = OpenedDocument(network, records)
        corrected = facts.note(opened).corrected
        waiting = [each for each in opened.waiting if opened.original_of(each) == each]
        return [_task(opened, each, is_corrected=each in corrected) for each in waiting]
    except (NotFound, NotVerified):  # `doctor` says so
        return []


def shown_claims(network: Network, evidence: Evidence, task: Task) -> tuple[tuple[ClaimShown, ...], str]:
    """Return what denies the claim of a task, then the claim itself, and the text around it.

    None of it where its document was erased.
    """
    records = evidence.documents.get(task.about.get("document", ""))
    if records is None:
        return (), ""
    opened, claim = OpenedDocument(network, records), task.about["claim"]
    content, text = opened.current(claim).content, opened.reading_of(claim)[1].text
    around = on_one_line(text[max(content[0][0] - _AROUND, 0) : content[-1][1] + _AROUND])
    return tuple(map(opened.shown, (*_denials(opened, claim), claim))), around


def claim_leaf(
    network: Network, evidence: Evidence, task: Task, answer: TaskEvent, denials: DenialAnswers, acting: Acting
) -> LogRecord:
    """Return the record by which the answer to a task decides about its claim; `denials` as the person named them.

    Raises:
        NotFound, NotVerified: the document is gone, or a file of it.
        StateRefused: somebody else was first, or a denial was not named.
    """
    records = evidence.documents.get(task.about["document"])
    if records is None:
        raise NotFound("the document is gone", where=f"task {task.id}", got=task.about["document"][:12])
    opened, claim = OpenedDocument(network, records), task.about["claim"]
    stated = StatedDecision(claim, _WORDS[answer.answer], answer.words, tuple(denials.beside),
                            unrelated=tuple(denials.unrelated))  # fmt: skip
    event = decision_event(network, opened, claim, stated, answer.by, answer.at)
    event = replace(event, number=evidence.numbers[chain_of(event)])
    return event_record(sign_record(event, acting, network_staff(network), answer.at))


def check_denials_named(task: Task, answer: str, denials: DenialAnswers) -> None:
    """Refuse to confirm what is or may be denied unless each denial is named: the mark of the task names none.

    Raises:
        StateRefused: it names the denials that are missing.
    """
    texts = [each for each in (*denials.beside, *denials.unrelated) if each]
    shown = task.about.get("denied_by", "").split()
    missing = [each for each in shown if not any(each.startswith(text) for text in texts)]
    if answer == "confirm" and missing:
        raise StateRefused(
            f"it is or may be denied in the same document: {', '.join(missing)}", where=f"task {task.id}",
            state=task.state, event="answer", todo=f"read each with `evenhand task show DIR {task.id}` and answer it: "
            "--beside ID (denies it) or --unrelated ID (does not belong)",
        )  # fmt: skip


def _denials(opened: OpenedDocument, claim: str) -> tuple[str, ...]:
    """Return what denies a claim or may do so; who confirms the task answers each of them."""
    return (*opened.denials_of(claim), *opened.possible_denials_of(claim))


def _excerpt(opened: OpenedDocument, claim: Claim) -> str:
    """Return who says what, cut to its first words, and in which document."""
    document, text = opened.latest.article.document, opened.latest.text
    who = on_one_line(claim.speaker.name) or "somebody"
    words = on_one_line(" … ".join(text[start:end] for start, end in claim.content)).strip(_MARKS)
    cut = words if len(words) <= _MOST_SHOWN else f"{words[:_MOST_SHOWN].rpartition(' ')[0] or words[:_MOST_SHOWN]} …"
    headline = on_one_line(text[slice(*document.headline)]) if document.headline is not None else ""
    return f"{who} {claim.stance_words}: “{cut}”; in {', '.join(filter(None, (headline, document.uri)))}"


def _task(opened: OpenedDocument, claim: str, *, is_corrected: bool) -> Task:
    """Return the task about a claim.

    INVARIANT: its question has no word of the claim and no name: what people do with a task goes into the ledger. Its
    excerpt has them and is in no record.
    """
    current, denials = opened.proposed(claim), _denials(opened, claim)
    title = title_of(opened.latest.article.document)
    denied = ", and denied there" if denials else ""
    denied += ", perhaps taken back there" if is_corrected else ""
    who = "an unknown speaker" if current.speaker.kind == "unspecified" else current.speaker.kind.replace("_", " ")
    return Task(
        id=task_id("claim", claim),
        kind="claim",
        concerned=(),
        title=f"{title}: {who} {current.stance_words}{denied}",
        question=f"Is it said so in {title}? Speaker: {who}; {current.stance_words}{denied} ({claim})",
        excerpt=_excerpt(opened, current),
        opened=opened.records.readings[-1].at,
        strength=0.5 if current.stance in _TELLING else 0.1,
        about={"claim": claim, "document": opened.records.id, "denied_by": " ".join(denials)},
        mark=record_sha256((claim, denials))[:12],
    )
