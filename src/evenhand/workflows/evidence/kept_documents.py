"""Documents that stay open for many readers: one with thousands of claims takes a second to open."""

import threading
from pathlib import Path

from evenhand.store.network import Network
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument
from evenhand.workflows.evidence_records.evidence_files import document_folder
from evenhand.workflows.evidence_records.evidence_fold import DocumentRecords, Evidence

_MOST = 4


class OpenedDocuments:
    """The documents that were asked for last, for all threads; opened again after a record or a change of a file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: dict[str, tuple[tuple[object, ...], OpenedDocument]] = {}

    def document(self, network: Network, evidence: Evidence, document: str) -> OpenedDocument:
        """Return a document with all its claims worked out.

        Raises:
            NotFound, NotVerified: there is none, or a file is missing or was changed.
            BadInput: too short for a document.
        """
        records = evidence.find(document)
        stamp = (*_stamp(records, document_folder(network, records.id)), *evidence.denials)
        with self._lock:
            known = self._opened.pop(records.id, None)
            if known is None or known[0] != stamp:
                known = stamp, OpenedDocument(network, records, evidence)
                known[1].whole()
            self._opened[records.id] = known
            while len(self._opened) > _MOST:
                del self._opened[next(iter(self._opened))]
            return known[1]


def _stamp(records: DocumentRecords, folder: Path) -> tuple[object, ...]:
    """Return what changes with a record or a file of a document."""
    files = sorted((each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in folder.glob("*"))
    numbers = [(key, each.number) for key, each in records.links.items()]
    return len(records.events), records.last, tuple(numbers), tuple(files)
