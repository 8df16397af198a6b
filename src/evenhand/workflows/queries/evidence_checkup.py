"""What is wrong with the saved documents of a network: files against the hashes that the ledger has."""

from collections.abc import Iterator

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.errors import NotFound, NotVerified
from evenhand.model.run import Advice
from evenhand.model.task import TaskEvent
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from evenhand.workflows.evidence_records.evidence_files import DRAFTS, EVIDENCE, read_document
from evenhand.workflows.evidence_records.evidence_fold import ID_SHOWN, read_evidence
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.source_tasks import source_task

_event = msgspec.json.Decoder(TaskEvent).decode


def evidence_findings(network: Network, _: object) -> Iterator[Advice]:
    """Yield files that are missing or changed, documents erased in part, and folders that no record names."""
    with read_ledger(network.ledger) as ledger:
        evidence = read_evidence(ledger)
        tasks = [source_task(each) for each in KeptSourceFacts().questions(network, evidence) if each.claims]
        answered = set(_answered(ledger)) if tasks else set[tuple[str, str]]()
    for records in evidence.documents.values():
        try:
            read_document(network, records.id)
            OpenedDocument(network, records).whole()
        except (NotFound, NotVerified) as error:
            yield Advice("error", "evidence", f"{error.what}: {error.where}", "restore evidence/ from a backup")
    for task in tasks:
        if (task.id, task.mark) not in answered:
            yield Advice("warning", "evidence", task.question, f"evenhand task show {network.folder} {task.id}")
    for document in sorted(evidence.incomplete):
        what = f"document {document[:ID_SHOWN]}: a record of it was erased, so nothing of it counts"
        todo = f'evenhand ledger erase {network.folder} --subject {document} --basis "…" --by PERSON'
        yield Advice("warning", "evidence", what, todo)
    known = {*evidence.documents, *evidence.incomplete, DRAFTS}
    for path in sorted((network.folder / EVIDENCE).glob("*/")):
        if path.name not in known:
            what = f"evidence/{path.name[:ID_SHOWN]} is not in the ledger: it was not added to the end"
            yield Advice("warning", "evidence", what, "add the file again, or delete the folder")


def _answered(ledger: LogReader) -> Iterator[tuple[str, str]]:
    """Yield the tasks that somebody answered, each with the mark of what was asked then."""
    for _, _, payload in ledger.entries("task"):
        if payload is not None and (event := _event(payload)).kind == "answer":
            yield event.task, event.mark
