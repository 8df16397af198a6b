"""The complaints of a network: a fold of the ledger's records, and the one way in which an event gets there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from msgspec import structs

from evenhand.appeals import apply
from evenhand.appeals.clocks import passed_deadlines
from evenhand.appeals.transitions import refused
from evenhand.ledger import Ledger, LogReader
from evenhand.model.complaint import Complaint, ComplaintEvent
from evenhand.model.complaint_events import BreachBody, ConfirmBody, EventBody, ProposeBody
from evenhand.model.errors import BadInput, HistoryConflict, NotFound, StateRefused
from evenhand.model.log import LeafKind, LogRecord
from evenhand.model.record import canonical, sha256_hex
from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.run.held_ledger import held_ledger
from evenhand.workflows.run.network_run import Tools

Sign = Callable[[ComplaintEvent], ComplaintEvent]
KINDS = frozenset({"complaint", "review"})
NO_EVENT_BEFORE = "0" * 64
BY = "evenhand deadlines"
"""By whom a deadline that passed is recorded before the act that comes too late."""

_decode = msgspec.json.Decoder(ComplaintEvent, strict=False).decode


@dataclass
class Complaints:
    """Every complaint by id, in the order in which they were filed; `append_event` adds to it.

    `erased` counts records of complaints whose words were erased: what is left of such a complaint is not folded.
    `hashes` is the SHA-256 of each complaint's last event.
    """

    by_id: dict[str, Complaint]
    hashes: dict[str, str]
    erased: int = 0

    def get(self, complaint_id: str) -> Complaint:
        """Return the complaint of this id, or of an id that begins so where only one does.

        Raises:
            NotFound: there is none, or there are several.
        """
        exact = self.by_id.get(complaint_id)
        if exact is not None:
            return exact
        found = [each for each in self.by_id if complaint_id and each.startswith(complaint_id)]
        if len(found) == 1:
            return self.by_id[found[0]]
        what = "several complaints begin with" if found else "no complaint"
        raise NotFound(what, got=complaint_id, expected=", ".join(found[:5]), todo="see `evenhand complaints`")

    def of_decision(self, decision: str) -> list[Complaint]:
        """Return the complaints about a decision, oldest first."""
        return [each for each in self.by_id.values() if each.decision == decision]


class ComplaintFold:
    """The complaints of a ledger up to some entry; it reads on from there."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._known: dict[str, Complaint] = {}
        self._hashes: dict[str, str] = {}
        self._erased, self._incomplete, self._next = 0, set[str](), 0

    def read_on(self, ledger: LogReader) -> Complaints:
        """Return every complaint as the ledger has it now; cost: each new leaf is read once.

        After an erasure everything is read anew: what was erased may be among what is known.

        Raises:
            HistoryConflict: the events of a complaint do not follow from each other.
        """
        if self._next > ledger.size or (self._next and any(ledger.places_of(("erasure",), self._next))):
            self._begin()
        try:
            for seq, _ in ledger.places_of(KINDS, self._next):
                self._add(seq, ledger.payload(seq))
        except BaseException:
            self._begin()
            raise
        self._next = ledger.size
        whole = {name: each for name, each in self._known.items() if name not in self._incomplete}
        return Complaints(whole, dict(self._hashes), self._erased)

    def _add(self, seq: int, payload: bytes | None) -> None:
        if payload is None:
            self._erased += 1
            return
        event = _decode(payload)
        name, before = event.complaint, self._known.get(event.complaint)
        if name in self._incomplete or event.seq != (0 if before is None else before.next_seq):
            # INVARIANT: events are written without gaps, so a gap is an erasure.
            self._incomplete.add(name)
            self._erased += 1
            return
        self._known[name] = _applied(before, event, self._hashes.get(name, NO_EVENT_BEFORE), seq)
        self._hashes[name] = sha256_hex(payload)


def read_complaints(ledger: LogReader) -> Complaints:
    """Return every complaint as the ledger has it; cost: each leaf of the ledger is read once.

    Raises:
        HistoryConflict: the events of a complaint do not follow from each other.
    """
    return ComplaintFold().read_on(ledger)


def complaints_of(network: Network) -> Complaints:
    """Return every complaint of a network, read beside a writer: no lock is taken, nothing is written."""
    with read_ledger(network.ledger) as ledger:
        return read_complaints(ledger)


def append_event(
    ledger: Ledger,
    complaints: Complaints,
    event: ComplaintEvent,
    *,
    sign: Sign | None = None,
) -> Complaint:
    """Append one event and return the complaint after it; `complaints` is what `ledger`, held for writing, has.

    Number and chain of the event are set here, then `sign` signs it: for a person who acts.

    Raises:
        StateRefused: the state does not allow the event, or somebody else was first.
        BadInput: a text is no UTF-8.
    """
    before = complaints.by_id.get(event.complaint)
    number = 0 if before is None else before.next_seq
    chained = structs.replace(
        event, seq=number, prev_hash=complaints.hashes.get(event.complaint, NO_EVENT_BEFORE),
        at=event.at.astimezone(UTC),
    )  # fmt: skip
    check_text((chained.by, chained.body))
    after = apply(before, chained)
    signed = chained if sign is None else sign(chained)
    (receipt,) = ledger.append([event_record(signed, after)], signed.at)
    if receipt.duplicate and ledger.payload(receipt.seq) != canonical(signed):
        if before is None:
            raise StateRefused("the complaint is filed already", where=event.complaint, state="filed", event="file")
        raise refused(before, signed.kind, f"somebody else was first: event {number} is recorded")
    after = structs.replace(after, events=(*after.events[:-1], signed))
    complaints.by_id[after.id], complaints.hashes[after.id] = after, sha256_hex(canonical(signed))
    return after


def append_events(ledger: Ledger, complaints: Complaints, events: Sequence[ComplaintEvent]) -> Complaint:
    """Append the program's own events of one complaint, all or none, and return the complaint after them.

    One transaction: a settlement asks some dozens of places, and each would wait for the disk.

    Raises:
        StateRefused: the state does not allow one of them, or somebody else was first.
    """
    after = before = complaints.by_id[events[0].complaint]
    last, records = complaints.hashes[before.id], []
    for event in events:
        chained = structs.replace(event, seq=after.next_seq, prev_hash=last, at=event.at.astimezone(UTC))
        after = apply(after, chained)
        records.append(event_record(chained, after))
        last = sha256_hex(records[-1].payload)
    receipts = ledger.append(records, events[0].at)
    if any(receipt.duplicate for receipt in receipts):
        raise refused(before, events[0].kind, f"somebody else was first: event {before.next_seq} is recorded;")
    complaints.by_id[after.id], complaints.hashes[after.id] = after, last
    return after


@dataclass(frozen=True)
class OpenComplaints:
    """The complaints of a network while this process holds its ledger for writing, at one instant."""

    network: Network
    ledger: Ledger
    complaints: Complaints
    at: datetime
    tools: Tools

    def add(self, complaint: str, body: EventBody, *, by: str, sign: Sign | None = None) -> Complaint:
        """Append an event and return the complaint after it; as `append_event`.

        A deadline that has passed by then is recorded before it: met late, it would count nowhere.
        """
        before = self.complaints.by_id.get(complaint)
        if before is not None and not isinstance(body, BreachBody):
            breaches = [BreachBody(clock=each.clock, due_at=each.due_at) for each in passed_deadlines(before, self.at)]
            self.add_all(complaint, breaches, by=BY)
        return append_event(self.ledger, self.complaints, new_event(complaint, body, by=by, at=self.at), sign=sign)

    def add_all(self, complaint: str, bodies: Iterable[EventBody], *, by: str) -> Complaint:
        """Append several events of the program, all or none, and return the complaint after them."""
        events = [new_event(complaint, body, by=by, at=self.at) for body in bodies]
        return append_events(self.ledger, self.complaints, events) if events else self.complaints.by_id[complaint]


@contextmanager
def open_complaints(network: Network, at: datetime, tools: Tools) -> Iterator[OpenComplaints]:
    """Hold the ledger for writing and give the complaints in it; a checkpoint is published at the end.

    Raises:
        LedgerBusy: another process holds the lock.
        HistoryConflict: what is on disk is not the history that was signed.
    """
    at = at.astimezone(UTC)
    with held_ledger(network, at, tools, "anybody") as ledger:
        yield OpenComplaints(network, ledger, read_complaints(ledger), at, tools)


def new_event(complaint: str, body: EventBody, *, by: str, at: datetime) -> ComplaintEvent:
    """Return an event whose number, chain and signature `append_event` sets."""
    return ComplaintEvent(complaint=complaint, seq=0, at=at, by=by, body=body)


def check_text(value: object) -> None:
    """Raise unless every text of a record can be written as UTF-8; bytes of a command line may be anything.

    Raises:
        BadInput: one cannot.
    """
    try:
        canonical(value)
    except UnicodeEncodeError as error:
        got = error.object[max(0, error.start - 20) : error.end].encode(errors="backslashreplace").decode()
        raise BadInput("not UTF-8 text", got=got, expected="text in UTF-8") from None


def event_record(event: ComplaintEvent, complaint: Complaint) -> LogRecord:
    """Return the leaf of an event; its subject is the party, or the complaint while that names no decision."""
    kind: LeafKind = "review" if isinstance(event.body, ProposeBody | ConfirmBody) else "complaint"
    return LogRecord(
        kind=kind,
        payload=canonical(event),
        subject=complaint.party_id or event.complaint,
        key=f"complaint:{event.complaint}:{event.seq}",
    )


def _applied(before: Complaint | None, event: ComplaintEvent, last_hash: str, seq: int) -> Complaint:
    if event.prev_hash != last_hash:
        raise HistoryConflict(f"event {event.seq} of complaint {event.complaint} does not follow", where=f"entry {seq}")
    try:
        return apply(before, event)
    except StateRefused as error:
        raise HistoryConflict(str(error), where=f"entry {seq}") from error
