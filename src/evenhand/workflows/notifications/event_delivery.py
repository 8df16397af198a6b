"""Events sent to webhooks and mail addresses: at least once each, again after a failure, and given up in the end."""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from evenhand.model.network import Settings
from evenhand.model.notification import DeliveryState, EventDelivery, MailMessage, MailRecipient, Webhook
from evenhand.model.record import Record
from evenhand.store.event_outbox import ALL, EventOutbox
from evenhand.store.network import Network
from evenhand.workflows.delivery.back_off import back_off_s
from evenhand.workflows.notifications.event_records import new_event, receivers_of
from evenhand.workflows.notifications.mail_texts import events_mail
from evenhand.workflows.notifications.outbox_place import lock_path, open_outbox, outbox_path

MOST_ATTEMPTS = 16
MOST_S = 3 * 86_400
"""After so many attempts, or so long after the first, a delivery that failed once more is given up."""
LEAST_WAIT_S, MOST_WAIT_S = 30, 8 * 3600
_LONGEST_REQUESTED_S = 86_400
_GONE = 410
_BUSY = frozenset({408, 425, 429})
MOST_AT_ONCE = 200
MOST_IN_A_MAIL = 100
_LONGEST_ANSWER = 200
_MAIL = "mail:"


class WebhookReply(NamedTuple):
    """What a receiver answered: HTTP's status, and for how many seconds it asks to be left alone, 0 for none."""

    status: int
    retry_after_s: float = 0.0


SendWebhook = Callable[[Webhook, str, bytes], WebhookReply]
"""Sign and post an event, by webhook, id of the event and body; raises `OSError` where no answer came."""
SendMail = Callable[[MailMessage], None]
"""Hand a mail to the server; raises `OSError` where that did not take it."""


class Delivered(Record, frozen=True, kw_only=True):
    """What a call delivered, and which attempts failed (`problems`: a sentence each).

    `more` is True where more is due than one call sends, `busy` where another process delivers and nothing was sent.
    """

    delivered: int = 0
    problems: tuple[str, ...] = ()
    more: bool = False
    busy: bool = False


class _Attempt(NamedTuple):
    """What came of one attempt: a few words, whether it was taken, and how long the receiver wants to be left alone.

    `is_down`: the receiver takes nothing now, whatever it is sent. `is_final`: nor later.
    """

    answer: str
    is_taken: bool = False
    wait_s: float = 0.0
    is_down: bool = False
    is_final: bool = False


def deliver_due(
    network: Network, at: datetime, send: SendWebhook, mail: SendMail, *, chance: Callable[[], float]
) -> Delivered:
    """Send what is due at an instant, at most 200 deliveries, and return what came of it.

    A receiver that is down is left alone for the rest of the call, and the attempt counts for all that is due to it: so
    it gets one request and not a thousand. Killed between an attempt and its record, the next
    call sends the same event again under the same id. `chance` gives numbers from 0 to below 1.

    Raises:
        BadInput: the outbox is of another log.
        LedgerBusy, StorageFailed: it is held by another process, or cannot be used.
    """
    if not outbox_path(network.folder).exists():
        return Delivered()
    with _alone(lock_path(network.folder)) as is_free:
        if not is_free:
            return Delivered(busy=True)
        with closing(open_outbox(network.folder, network.settings.network.origin)) as outbox:
            return _Delivery(network.settings, outbox, int(at.timestamp()), send, mail, chance).run()


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold the lock of who delivers, which the system frees when the process ends; give False where another has it."""
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


class _Delivery:
    """One call that delivers."""

    def __init__(
        self, settings: Settings, outbox: EventOutbox, now: int, send: SendWebhook, mail: SendMail,
        chance: Callable[[], float],
    ) -> None:  # fmt: skip
        self._settings, self._outbox, self._now = settings, outbox, now
        self._send, self._mail, self._chance = send, mail, chance
        self._receivers = {each.target: each for each in settings.receivers}
        self._failing: list[str] = []
        self._delivered = 0
        self._problems: list[str] = []

    def run(self) -> Delivered:
        """Send until nothing is due, every receiver of what is due failed, or enough was sent."""
        self._outbox.withdraw_others(list(self._receivers))
        attempted = 0
        while attempted < MOST_AT_ONCE:
            due = self._outbox.due(self._now, MOST_IN_A_MAIL, without=self._failing)
            if not due:
                return self._done(more=False)
            for rows in _grouped(due):
                if rows[0].target not in self._failing:
                    self._deliver(rows)
                    attempted += len(rows)
        return self._done(more=bool(self._outbox.due(self._now, 1, without=self._failing)))

    def _done(self, *, more: bool) -> Delivered:
        return Delivered(delivered=self._delivered, problems=tuple(self._problems), more=more)

    def _deliver(self, rows: Sequence[EventDelivery]) -> None:
        attempt, target = self._attempt(rows), rows[0].target
        sent = {each.number for each in rows}
        concerned = self._outbox.due(self._now, ALL, to=target) if attempt.is_down else rows
        chance = self._chance()
        with self._outbox.changing():
            for row in concerned:
                # What was really sent comes last the next time: if it is at fault itself, it holds up no others.
                self._settle(row, attempt, chance, later_s=int(row.number in sent))
        if attempt.is_taken:
            self._delivered += len(rows)
            return
        self._problems.append(f"{target}: {attempt.answer}")
        if attempt.is_down:
            self._failing.append(target)

    def _attempt(self, rows: Sequence[EventDelivery]) -> _Attempt:
        receiver = self._receivers[rows[0].target]
        try:
            if isinstance(receiver, MailRecipient):
                self._mail(events_mail(self._settings, receiver, rows))
                return _Attempt("taken by the mail server", is_taken=True)
            status, wait_s = self._send(receiver, rows[0].event, rows[0].body or b"")
        except OSError as error:
            words = " ".join((error.strerror or str(error) or type(error).__name__).split())
            return _Attempt(words[:_LONGEST_ANSWER], is_down=True)
        return _Attempt(
            f"status {status}", is_taken=200 <= status < 300, wait_s=min(wait_s, _LONGEST_REQUESTED_S),
            is_down=status >= 500 or status in _BUSY or status == _GONE, is_final=status == _GONE,
        )  # fmt: skip

    def _settle(self, row: EventDelivery, attempt: _Attempt, chance: float, *, later_s: int) -> None:
        """Keep what came of an attempt; one that was the last makes an event for the other receivers."""
        since = row.since or self._now
        after = replace(row, attempts=row.attempts + 1, since=since, answer=attempt.answer)
        if attempt.is_taken:
            self._outbox.settle(replace(after, state=DeliveryState.DELIVERED))
        elif attempt.is_final or after.attempts >= MOST_ATTEMPTS or self._now - since >= MOST_S:
            self._outbox.settle(replace(after, state=DeliveryState.FAILED))
            self._tell_others(after)
        else:
            wait_s = max(attempt.wait_s, back_off_s(after.attempts, LEAST_WAIT_S, MOST_WAIT_S, chance))
            self._outbox.settle(replace(after, next_at=self._now + ceil(wait_s) + later_s))

    def _tell_others(self, row: EventDelivery) -> None:
        if row.kind == "delivery.failed":  # or two receivers that both fail would tell each other for ever
            return
        targets = receivers_of(self._settings, "delivery.failed", without=row.target)
        shown = "mail" if row.target.startswith(_MAIL) else row.target  # an address is of a person
        data = {"event": row.event, "kind": row.kind, "target": shown, "attempts": row.attempts,
                "answer": row.answer}  # fmt: skip
        about = (row.event, row.target, row.since)
        at = datetime.fromtimestamp(self._now, tz=UTC)
        if targets:
            event = new_event(self._settings.network.origin, "delivery.failed", about, at, data)
            self._outbox.queue(event, targets, self._now)


def _grouped(due: Iterable[EventDelivery]) -> Iterator[list[EventDelivery]]:
    """Yield what goes out together: each event to a webhook alone, all of one mail address in one mail."""
    mails: dict[str, list[EventDelivery]] = {}
    for row in due:
        if row.target.startswith(_MAIL):
            mails.setdefault(row.target, []).append(row)
        else:
            yield [row]
    yield from mails.values()
