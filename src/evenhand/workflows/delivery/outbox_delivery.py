"""The outbox emptied into the EU database: each statement stored once, whatever breaks on the way."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from msgspec import structs

from evenhand.model.errors import BadInput, StorageFailed
from evenhand.model.record import Record, sha256_hex
from evenhand.reasons.eu_database import (
    MOST,
    DatabaseReply,
    DatabaseRequest,
    FollowUp,
    ReplyMeaning,
    asked_wait_s,
    read_known,
    read_stored,
    to_ask,
    to_store,
)
from evenhand.store.network import Network
from evenhand.store.outbox import Outbox, Row, State
from evenhand.workflows.delivery.back_off import back_off_s
from evenhand.workflows.delivery.outbox_queue import REVERSED, outbox_path, queue
from evenhand.workflows.operations.ledgers import open_ledger

PATIENCE_S = 60  # what is due later than this is left to the next call
FAILURES = 6  # without an answer that helps, one after another, before this call ends
ALONE_FROM = 3  # attempts after which a statement is sent alone, so that it holds up no others
_PACE_S = 1 / 200  # the database takes 200 requests a second and 12,000 a minute
_LONGEST_BACK_OFF_S = 3600
_LONGEST_HOLD_S = 86_400


@dataclass(frozen=True)
class DeliveryTools:
    """What delivery needs from its caller: clock, waiting, exchange.

    `exchange` makes one request and follows nothing; it raises `OSError` where no whole answer came. `clock` is in
    Unix seconds, `sleep` waits for seconds, `chance` is a number from 0 to below 1.
    """

    exchange: Callable[[DatabaseRequest], DatabaseReply]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]


class Kept(Record, frozen=True, kw_only=True):
    """A statement that the database will not have from us, and why."""

    id: str
    answer: dict[str, Any]


class Sent(Record, frozen=True, kw_only=True):
    """How the outbox stands: counts of all its statements, what this call did, and why it ended before the end.

    `stored_now` and `refused_now` are of this call; `requests` are those that it made.
    """

    to: str
    ready: int
    sending: int
    stored: int
    refused: int
    parked: int
    stored_now: int
    refused_now: int
    requests: int
    problem: str
    refused_statements: tuple[Kept, ...]
    parked_statements: tuple[Kept, ...]

    @property
    def done(self) -> bool:
        """Return whether nothing is left to send and this call had nothing refused."""
        return not (self.ready or self.sending or self.refused_now or self.problem)


def send(network: Network, target: str, outside: DeliveryTools, *, wait_s: float) -> Sent:
    """Read what the ledger has got since the last call, and send what is ready; return how the outbox stands.

    Killed anywhere, the next call goes on: what was sent without an answer is asked for before it is sent again.

    Raises:
        BadInput: there is no ledger, or the database wants no request from us: the token, the address.
        LedgerBusy: another process sends to this database, or writes the ledger, and did for `wait_s` seconds.
        HistoryConflict, StorageFailed: as `open_ledger`; the outbox is damaged or another ledger's.
    """
    with closing(_filled(network, target, wait_s, copied=False)) as outbox:
        before = outbox.counts()
        delivery = Delivery(outbox, outside)
        delivery.run()
        return _report(outbox, target, before, delivery)


class Unsent(NamedTuple):
    """The payloads that a call would send, in order; of which statements it would not, since they were reversed."""

    payloads: list[bytes]
    reversed_ids: list[str]


def unsent(network: Network, target: str, *, wait_s: float) -> Unsent:
    """Return what `send` would send; nothing is sent or kept. Raises as `send`."""
    with closing(_filled(network, target, wait_s, copied=True)) as outbox:
        return Unsent(
            [row.payload or b"" for state in (State.SENDING, State.READY) for row in outbox.of_state(state)],
            [row.reason_id for row in outbox.of_state(State.PARKED) if row.answer == REVERSED],
        )


def _filled(network: Network, target: str, wait_s: float, *, copied: bool) -> Outbox:
    with open_ledger(network.ledger, wait_s=wait_s) as ledger:
        outbox = Outbox(outbox_path(network.folder, target), target, ledger.origin, wait_s=wait_s, copied=copied)
        try:
            queue(ledger, outbox)
        except BaseException:
            outbox.close()
            raise
        return outbox


def _report(outbox: Outbox, target: str, before: dict[State, int], delivery: "Delivery") -> Sent:
    counts = outbox.counts()
    refused, parked = (
        tuple(Kept(id=row.reason_id, answer=row.answer) for row in outbox.of_state(state))
        for state in (State.REFUSED, State.PARKED)
    )
    return Sent(
        to=target, **{state.value: counts[state] for state in State},
        stored_now=counts[State.STORED] - before[State.STORED],
        refused_now=counts[State.REFUSED] - before[State.REFUSED],
        requests=delivery.requests, problem=delivery.problem, refused_statements=refused, parked_statements=parked,
    )  # fmt: skip


class Delivery:
    """One delivery from an outbox that this call alone holds."""

    def __init__(self, outbox: Outbox, outside: DeliveryTools) -> None:
        self._outbox, self._outside = outbox, outside
        self._failures, self._last = 0, float("-inf")
        self._why = ""
        self.requests, self.problem = 0, ""

    def run(self) -> None:
        """Ask and send until nothing is due soon; `problem` says why, where something is left.

        Raises:
            BadInput: the answer is one that no other attempt would change; nothing is lost.
        """
        while not self.problem:
            now = self._now()
            if self._is_held(now):
                continue
            doubtful = self._outbox.due(State.SENDING, now, 1)
            if doubtful:
                self._ask(doubtful[0])
            elif batch := _batch(self._outbox.due(State.READY, now, MOST)):
                self._store(batch)
            elif not self._waits(now):
                return

    def _now(self) -> int:
        return int(self._outside.clock())

    def _is_held(self, now: int) -> bool:
        """Wait until the database wants to be asked again; True if the clock has gone on meanwhile."""
        held = self._outbox.held_until - now
        if not 0 < held <= _LONGEST_HOLD_S:
            return False
        if held > PATIENCE_S:
            self.problem = f"the database asks to come back in {held} s"
        else:
            self._outside.sleep(held)
        return True

    def _waits(self, now: int) -> bool:
        """Wait for the next statement that is due soon; False if there is none."""
        due = self._outbox.next_due()
        if due is None:
            return False
        if due - now > PATIENCE_S:
            self.problem = f"the next attempt is due in {due - now} s"
            return False
        self._outside.sleep(max(due - now, 1))
        return True

    def _ask(self, row: Row) -> None:
        answer = self._exchange(to_ask(row.reason_id))
        reading = read_known(answer, row.reason_id) if answer else _UNANSWERED
        self._outbox.put([self._settled(row, row.attempts, reading)])
        if reading.stored:
            self._failures = 0
        self._follow(answer, reading)

    def _store(self, batch: Sequence[Row]) -> None:
        # INVARIANT: what may reach the database is marked first, so that a killed call asks before it sends again.
        rows = [structs.replace(row, state=State.SENDING, attempts=row.attempts + 1) for row in batch]
        self._outbox.put(rows)
        answer = self._exchange(to_store([_payload(row) for row in rows]))
        reading = read_stored(answer, [row.reason_id for row in rows]) if answer else _UNANSWERED
        self._outbox.put([self._settled(row, row.attempts - 1, reading) for row in rows])
        if reading.then in (FollowUp.SEND, FollowUp.APART):
            self._failures = 0
        self._follow(answer, reading)

    def _exchange(self, request: DatabaseRequest) -> DatabaseReply | None:
        """Return the answer, None if no whole one came; not faster than the database allows."""
        wait = self._last + _PACE_S - self._outside.clock()
        if wait > 0:
            self._outside.sleep(wait)
        self._last = self._outside.clock()
        self.requests += 1
        try:
            return self._outside.exchange(request)
        except OSError as error:
            self._why = str(error) or type(error).__name__
            return None

    def _settled(self, row: Row, before: int, reading: ReplyMeaning) -> Row:
        """Return how far a statement is now; `before` are its attempts where an answer shows that none was in vain."""
        if row.reason_id in reading.stored:
            return structs.replace(row, state=State.STORED, answer=reading.stored[row.reason_id])
        if row.reason_id in reading.refused:
            return structs.replace(row, state=State.REFUSED, answer={"errors": reading.refused[row.reason_id]})
        match reading.then:
            case FollowUp.SEND | FollowUp.LATER | FollowUp.STOP:
                return structs.replace(row, state=State.READY, attempts=before)
            case FollowUp.APART:
                return structs.replace(row, state=State.READY, attempts=max(row.attempts, ALONE_FROM))
            case FollowUp.ASK:
                next_at = self._now() + ceil(self._wait_s(row.attempts, _LONGEST_BACK_OFF_S))
                return structs.replace(row, state=State.SENDING, next_at=next_at)
            case FollowUp.LOOK:
                return row

    def _follow(self, answer: DatabaseReply | None, reading: ReplyMeaning) -> None:
        """Wait or end as the answer asks."""
        match reading.then:
            case FollowUp.SEND | FollowUp.APART:
                return
            case FollowUp.ASK | FollowUp.LATER:
                self._back_off(answer)
            case FollowUp.STOP | FollowUp.LOOK:
                raise _stopped(answer)

    def _back_off(self, answer: DatabaseReply | None) -> None:
        """Leave the database alone for a while: twice as long each time, less up to half by chance, or as it asks."""
        self._failures += 1
        now = self._now()
        requested_s = min(asked_wait_s(answer, now), _LONGEST_HOLD_S) if answer else 0.0
        self._outbox.hold(now + ceil(max(requested_s, self._wait_s(self._failures, PATIENCE_S))))
        if self._failures == FAILURES:
            problem = f"status {answer.status}" if answer else self._why
            self.problem = f"the database gave no answer that helps, {FAILURES} times, last: {problem}"

    def _wait_s(self, times: int, most: int) -> float:
        return back_off_s(times, 1, most, self._outside.chance())


_UNANSWERED = ReplyMeaning(FollowUp.ASK, {}, {})


def _batch(due: Sequence[Row]) -> Sequence[Row]:
    """Return what goes into one request; what has failed often goes alone."""
    if due and due[0].attempts >= ALONE_FROM:
        return due[:1]
    return [row for row in due if row.attempts < ALONE_FROM]


def _payload(row: Row) -> bytes:
    """Return the bytes of a statement.

    Raises:
        StorageFailed: they are not those that were queued.
    """
    payload = row.payload or b""
    if sha256_hex(payload) != row.payload_sha256:
        raise StorageFailed("a payload in the outbox was changed", where=row.reason_id, todo="delete the outbox")
    return payload


def _stopped(answer: DatabaseReply | None) -> BadInput:
    status = answer.status if answer else 0
    if status in (401, 403):
        return BadInput(f"the database does not take the token (status {status})", todo=_NOTHING_LOST)
    expected = "the address of the EU database's API, as in `--to`"
    return BadInput("no answer of the database: status", got=status, expected=expected, todo=_NOTHING_LOST)


_NOTHING_LOST = "nothing is lost: correct it and send again"
