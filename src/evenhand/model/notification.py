"""What a network tells others of by itself: the events, who wants them, and how far each delivery is."""

from enum import StrEnum
from typing import Any, Literal, get_args

from evenhand.model.record import Record

EventKind = Literal[
    "decision.changed", "match.reopened", "list.moved", "list.stale", "register.stale", "clock.near",
    "complaint.filed", "delivery.failed",
]  # fmt: skip
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)


class Webhook(Record, frozen=True, kw_only=True):
    """An address that events are posted to, signed with a secret that lies in a file or a variable of the environment.

    `allow_private`: the address may be of this machine or of a network that is not public.
    """

    key: str
    url: str
    events: tuple[EventKind, ...]
    secret_file: str = ""
    secret_env: str = ""
    allow_private: bool = False

    @property
    def target(self) -> str:
        """Return the name of this receiver in the outbox."""
        return f"webhook:{self.key}"


class MailSection(Record, frozen=True, kw_only=True):
    """The server that takes mail; `host` is ``""`` where no mail is sent. `password_file` and `password_env` as above.

    `tls`: TLS from the first byte, after STARTTLS, or none.
    """

    host: str = ""
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    password_env: str = ""
    sender: str = ""


class MailRecipient(Record, frozen=True, kw_only=True):
    """An address that gets a mail about events."""

    address: str
    events: tuple[EventKind, ...]

    @property
    def target(self) -> str:
        """Return the name of this receiver in the outbox."""
        return f"mail:{self.address}"


class NetworkEvent(Record, frozen=True, kw_only=True):
    """Something that happened, once: `id` is a hash of what it is about, so the same event always has the same.

    `seq` is the ledger's entry that it is about and `party` the id of a party, None and ``""`` where there is none.
    `body` is the JSON that is sent; it names ids, and nothing else of a person.
    """

    id: str
    kind: EventKind
    body: bytes
    seq: int | None = None
    party: str = ""


class DeliveryState(StrEnum):
    """How far a delivery is. `withdrawn`: its receiver left the settings, or what it is about was erased."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class EventDelivery(Record, frozen=True, kw_only=True):
    """One event on its way to one receiver.

    `since` is the first attempt and `next_at` the earliest next one, in Unix seconds, 0 for none; `answer` says in a
    few words what came of the last attempt. `data` is what the event says, None once it is removed.
    """

    number: int
    event: str
    kind: EventKind
    target: str
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    since: int = 0
    next_at: int = 0
    answer: str = ""
    body: bytes | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """Return it for people and programs, without the bytes."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name != "body"}


class MailMessage(Record, frozen=True, kw_only=True):
    """A mail in plain text; `message_id` is the same for the same events."""

    sender: str
    to: str
    subject: str
    text: str
    message_id: str
