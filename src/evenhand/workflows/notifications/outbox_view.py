"""The outbox of events as people look at it: what is on its way, what failed, and sending it once more."""

from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime

from evenhand.model.errors import NotFound
from evenhand.model.notification import EventDelivery
from evenhand.model.record import Record
from evenhand.store.event_outbox import EventOutbox
from evenhand.store.network import Network
from evenhand.workflows.notifications.outbox_place import open_outbox, outbox_path

FAILED = "failed"
MOST_SHOWN = 500


class OutboxState(Record, frozen=True, kw_only=True):
    """How many deliveries are in each state, when the next is due, and since when the oldest waits for a first try.

    `size` is the tree size up to which events were made, None where none was looked for yet.
    """

    waiting: int = 0
    delivered: int = 0
    failed: int = 0
    withdrawn: int = 0
    size: int | None = None
    next_due: datetime | None = None
    untried_since: datetime | None = None


def outbox_state(network: Network) -> OutboxState:
    """Return how the outbox of a network's events stands; nothing is changed. Raises as `outbox_rows`."""
    with _outbox(network) as outbox:
        if outbox is None:
            return OutboxState()
        return OutboxState(
            **{state.value: number for state, number in outbox.counts().items()},
            size=outbox.size,
            next_due=_instant(outbox.next_due()),
            untried_since=_instant(outbox.oldest_waiting()),
        )


def outbox_rows(network: Network) -> list[EventDelivery]:
    """Return deliveries: those that failed, then what waits, then the newest of the others.

    Raises:
        BadInput: the outbox is of another log.
        LedgerBusy, StorageFailed: it is held by another process, or cannot be used.
    """
    with _outbox(network) as outbox:
        return [] if outbox is None else outbox.newest(MOST_SHOWN)


def replay(network: Network, event: str) -> int:
    """Let an event, by its id, or all that `failed`, go out once more; return how many deliveries wait for it now.

    It keeps its id, so that a receiver that has it can tell.

    Raises:
        NotFound: there is no such event, nothing of it was sent, or what it says was removed after 30 days.
        BadInput, LedgerBusy, StorageFailed: as `outbox_rows`.
    """
    with _outbox(network) as outbox:
        replayed = 0 if outbox is None else outbox.replay(None if event == FAILED else event)
        if not replayed and event != FAILED:
            raise NotFound(
                "nothing to send once more of event", got=event,
                expected="the id of an event that was delivered or failed, of the last 30 days",
                todo="see `evenhand notify DIR --list`",
            )  # fmt: skip
    return replayed


def _outbox(network: Network) -> AbstractContextManager[EventOutbox | None]:
    if not outbox_path(network.folder).exists():
        return nullcontext()
    return closing(open_outbox(network.folder, network.settings.network.origin))


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
