"""Saved documents and claims as the ledger has them: a fold of its `claim` leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.claims import ClaimState
from evenhand.model.decision import Party
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.evidence import ClaimMark, EvidenceEvent
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical

KIND = "claim"
LEAST_OF_ID = 4
STATES: dict[str, ClaimState] = {"confirm": "confirmed", "correct": "corrected", "reject": "rejected"}
_LINKS = ("link", "unlink")

_event = msgspec.json.Decoder(EvidenceEvent).decode
_OURS = frozenset({"document", "number", "kind"})


class Chain(NamedTuple):
    """What numbers count in: the events of a document, or those that link one of its claims to one party."""

    document: str
    claim: str = ""
    party: str = ""


def decode_event(payload: bytes) -> EvidenceEvent | None:
    """Return the event that a `claim` leaf holds, None of a record of somebody else's: a log takes any payload.

    Raises:
        msgspec.ValidationError: it is meant to be ours, and is not.
    """
    raw = msgspec.json.decode(payload)
    return _event(payload) if isinstance(raw, dict) and raw.keys() >= _OURS else None


def chain_of(event: EvidenceEvent) -> Chain:
    """Return in which chain an event counts.

    INVARIANT: links have their own, so that the erasure of one party takes nothing away that counts for others.
    """
    if event.kind not in _LINKS or event.party is None:
        return Chain(event.document)
    return Chain(event.document, event.claim, f"{event.party.kind}:{event.party.id}")


@dataclass
class DocumentRecords:
    """One saved document: its events, what people last said of each claim, the links that stand, the last instant."""

    id: str
    events: list[EvidenceEvent] = field(default_factory=list)
    decided: dict[str, EvidenceEvent] = field(default_factory=dict)
    links: dict[Chain, EvidenceEvent] = field(default_factory=dict)
    last: datetime | None = None

    @property
    def added(self) -> EvidenceEvent:
        """Return the event by which it was saved."""
        return self.events[0]

    @property
    def readings(self) -> list[EvidenceEvent]:
        """Return its readings, oldest first."""
        return [each for each in self.events if each.kind == "read"]

    def state_of(self, claim: str) -> ClaimState:
        """Return where a claim stands in its life."""
        decided = self.decided.get(claim)
        return STATES[decided.kind] if decided is not None else "proposed"

    def counts(self, claim: str) -> bool:
        """Return whether a person confirmed a claim, as it was proposed or corrected."""
        return self.state_of(claim) in ("confirmed", "corrected")

    def add(self, event: EvidenceEvent) -> None:
        """Add what comes next."""
        self.last = event.at if self.last is None else max(self.last, event.at)
        if event.kind in _LINKS:
            if event.kind == "link":
                self.links[chain_of(event)] = event
            else:
                self.links.pop(chain_of(event), None)
            return
        self.events.append(event)
        if event.kind in STATES:
            self.decided[event.claim] = event


@dataclass
class Evidence:
    """The saved documents of a network by SHA-256, in the order in which they were added.

    `numbers` is the next number of each chain, `incomplete` the documents of which an event was erased: nothing of
    them counts, for what was erased may be what took a claim back. `denials` are the confirmed claims that deny
    something, each with its document.
    """

    documents: dict[str, DocumentRecords] = field(default_factory=dict)
    numbers: dict[Chain, int] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    denials: dict[str, DocumentRecords] = field(default_factory=dict)

    def add(self, event: EvidenceEvent) -> None:
        """Fold one more event in."""
        chain = chain_of(event)
        expected, self.numbers[chain] = self.numbers.get(chain, 0), event.number + 1
        if event.number != expected:
            self._forget(chain)
        if event.document in self.incomplete or (chain.claim and event.number != expected):
            return
        if chain.claim and event.document not in self.documents:
            return  # the document was erased, and with it what its claims are
        records = self.documents.setdefault(event.document, DocumentRecords(event.document))
        records.add(event)
        if event.kind in STATES:
            self.denials.pop(event.claim, None)
            if event.mark is not None and denies(event.mark):
                self.denials[event.claim] = records

    def _forget(self, chain: Chain) -> None:
        if chain.claim:
            known = self.documents.get(chain.document)
            if known is not None:
                known.links.pop(chain, None)
            return
        self.incomplete.add(chain.document)
        self.documents.pop(chain.document, None)
        self.denials = {claim: each for claim, each in self.denials.items() if each.id != chain.document}

    def find(self, text: str) -> DocumentRecords:
        """Return the document of this SHA-256, or of the only one that begins so.

        Raises:
            NotFound: there is none, or there are several.
            BadInput: too short.
        """
        text = text.strip().lower()
        if len(text) < LEAST_OF_ID:
            raise BadInput("too short for a document", got=text, expected=f"at least {LEAST_OF_ID} hex digits")
        found = [each for each in self.documents if each.startswith(text)]
        if len(found) == 1:
            return self.documents[found[0]]
        what = "several documents begin with" if found else "no saved document"
        raise NotFound(what, got=text, expected=", ".join(each[:ID_SHOWN] for each in found[:5]),
                       todo="`evenhand evidence claims DIR` lists them")  # fmt: skip

    def linked(self) -> dict[Party, list[tuple[DocumentRecords, EvidenceEvent]]]:
        """Return the links to each party of claims that count, in the order in which documents were added."""
        found: dict[Party, list[tuple[DocumentRecords, EvidenceEvent]]] = {}
        for document in self.documents.values():
            for link in document.links.values():
                if link.party is not None and document.counts(link.claim):
                    found.setdefault(link.party, []).append((document, link))
        return found


ID_SHOWN = 12


def denies(mark: ClaimMark) -> bool:
    """Return whether a confirmed claim denies something, first of all or among other things."""
    return mark.stance == "denies" or "denies" in mark.secondary


def fold_evidence(events: Iterable[EvidenceEvent | None]) -> Evidence:
    """Return what events come to, one after the other."""
    evidence = Evidence()
    for each in events:
        if each is not None:
            evidence.add(each)
    return evidence


def read_evidence(ledger: LogReader) -> Evidence:
    """Return the saved documents of a ledger; cost: each leaf is read once."""
    payloads = (payload for _, _, payload in ledger.entries(KIND))
    return fold_evidence(decode_event(payload) for payload in payloads if payload is not None)


class EvidenceFold:
    """The saved documents of a ledger for a process that shows them all day: it reads on from where it was.

    Not safe for several threads. What it hands out is not added to later.
    """

    def __init__(self) -> None:
        self._events: list[EvidenceEvent | None] = []
        self._next = 0
        self._folded: Evidence | None = None

    def read_on(self, ledger: LogReader) -> Evidence:
        """Return what `read_evidence` does, the same object while nothing is recorded of a document.

        After an erasure everything is read anew: what was erased may be among what is known.
        """
        if self._next > ledger.size or (self._next and any(ledger.places_of(("erasure",), self._next))):
            self._events, self._next, self._folded = [], 0, None
        payloads = (ledger.payload(seq) for seq, _ in ledger.places_of((KIND,), self._next))
        new = [decode_event(payload) for payload in payloads if payload is not None]
        self._next = ledger.size
        if self._folded is None or new:
            self._events += new
            self._folded = fold_evidence(self._events)
        return self._folded


def event_record(event: EvidenceEvent) -> LogRecord:
    """Return the leaf of an event; its subject is the party of a link, else the document."""
    return LogRecord(
        kind="claim",
        payload=canonical(event),
        subject=event.party.id if event.party is not None else event.document,
        key=event_key(event),
    )


def event_key(event: EvidenceEvent) -> str:
    """Return the idempotency key of an event: a chain has one of each number."""
    return ":".join(["claim", *filter(None, chain_of(event)), str(event.number)])
