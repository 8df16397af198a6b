"""The saved documents of a network while this process holds its ledger; how an event gets into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import structs

from evenhand.ledger import Ledger
from evenhand.model.errors import BadInput, StateRefused
from evenhand.model.evidence import EvidenceEvent
from evenhand.model.record import canonical
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.evidence_fold import (
    DocumentRecords,
    Evidence,
    chain_of,
    event_record,
    read_evidence,
)
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting, sign_record
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.run.held_ledger import held_ledger
from evenhand.workflows.run.tools import Tools

MOST_CHARACTERS = 2_000


@dataclass(frozen=True)
class OpenEvidence:
    """Saved documents and claims at one instant, with the ledger that is held for writing."""

    network: Network
    ledger: Ledger
    evidence: Evidence
    at: datetime

    def append(self, *events: EvidenceEvent, acting: Acting, signs: bool = True) -> None:
        """Append events of one document in one transaction; their numbers are set here, then `acting` signs each.

        Raises:
            StateRefused: part of the records of the document was erased.
            BadInput: a text is no UTF-8.
            NotPermitted: nothing signs, in a network with staff.
        """
        chains = {chain_of(each): self.evidence.numbers.get(chain_of(each), 0) for each in events}
        recorded = []
        for place, event in enumerate(events):
            self._check_whole(event)
            check_not_before(self.evidence.documents.get(event.document), event.at)
            numbered = structs.replace(event, number=chains[chain_of(event)] + place)
            _check_text(numbered)
            if signs or acting.sign is not None:
                numbered = sign_record(numbered, acting, network_staff(self.network), self.at)
            recorded.append(numbered)
        self.ledger.append([event_record(each) for each in recorded], self.at)
        for each in recorded:
            self.evidence.add(each)

    def _check_whole(self, event: EvidenceEvent) -> None:
        if event.document in self.evidence.incomplete:
            raise StateRefused("a record of this document was erased", where=event.document[:12], state="erased",
                               event=event.kind,
                               todo="erase the rest of it: the page evidence of the documentation")  # fmt: skip


@contextmanager
def open_evidence(network: Network, at: datetime, tools: Tools) -> Iterator[OpenEvidence]:
    """Hold the ledger for writing and give what is saved; a checkpoint is published at the end.

    Raises:
        LedgerBusy: another process holds the lock.
        HistoryConflict: what is on disk is not the history that was signed.
    """
    at = at.astimezone(UTC)
    with held_ledger(network, at, tools) as ledger:
        yield OpenEvidence(network, ledger, read_evidence(ledger), at)


def evidence_of(network: Network) -> Evidence:
    """Return what is saved in a network, read beside a writer: no lock is taken, nothing is written."""
    with read_ledger(network.ledger) as ledger:
        return read_evidence(ledger)


def checked_note(text: str, where: str = "--why", *, needed: bool) -> str:
    """Return a person's words without blanks around them.

    Raises:
        BadInput: there are none where they are `needed`, or too many.
    """
    text = text.strip()
    if needed and not text:
        raise BadInput("no reason is given", where=where, expected="in words, for those who check it")
    if len(text) > MOST_CHARACTERS:
        raise BadInput("the text is too long", where=where, got=f"{len(text):,} characters",
                       expected=f"{MOST_CHARACTERS:,} at most")  # fmt: skip
    return text


def check_not_before(records: DocumentRecords | None, at: datetime) -> None:
    """Refuse what is dated before the last thing that was done with a document; one second is one time.

    A page cuts its clock to the second: what follows within one would be refused as earlier.

    Raises:
        BadInput: it says when that was.
    """
    if records is not None and records.last is not None and at < records.last.replace(microsecond=0):
        raise BadInput(
            "dated before the last thing that was done with this document", where="--at",
            got=f"{at:%Y-%m-%dT%H:%M:%SZ}", expected=f"{records.last:%Y-%m-%dT%H:%M:%SZ} or later",
        )  # fmt: skip


def _check_text(event: EvidenceEvent) -> None:
    try:
        canonical(event)
    except UnicodeEncodeError:
        raise BadInput("not UTF-8 text", where=event.kind, expected="text in UTF-8") from None
