"""The entries of complaints that an erasure of a party takes, also those from before a complaint named its decision."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from evenhand.ledger import LogReader
from evenhand.workflows.erasure.evidence_files import entries_of_document, is_document

_KINDS = ("complaint", "review")
_COMPLAINT = "c-"


def entries_about(ledger: LogReader, subject: str) -> set[int]:
    """Return the entries about a party or, by its id, about a complaint.

    Of a complaint that named no decision at first, the first entries have the complaint as their subject: they hold
    its words, and go with the party's. Of a saved document, by its SHA-256, all that was done with it goes.
    """
    known = set(ledger.storage.of_subject(subject)) if subject else set()
    if is_document(subject):
        known |= entries_of_document(ledger, subject)
    if subject.startswith(_COMPLAINT):
        known |= {seq for seq, name in _events(ledger) if name == subject}
    return known | {seq for name in _complaints_in(ledger, known) for seq in ledger.storage.of_subject(name)}


def _complaints_in(ledger: LogReader, entries: Iterable[int]) -> Iterator[str]:
    """Yield the ids of the complaints that these entries are events of."""
    for seq in entries:
        name = _complaint_of(ledger.payload(seq))
        if name:
            yield name


def _events(ledger: LogReader) -> Iterator[tuple[int, str]]:
    for kind in _KINDS:
        for seq, _, payload in ledger.entries(kind):
            yield seq, _complaint_of(payload)


def _complaint_of(payload: bytes | None) -> str:
    raw: Any = None if payload is None else msgspec.json.decode(payload)
    name = raw.get("complaint", "") if isinstance(raw, dict) else ""
    return name if isinstance(name, str) and name.startswith(_COMPLAINT) else ""
