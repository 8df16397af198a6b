"""Receivers of events in a made-up network: their settings, and senders that do as a test tells them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from evenhand.model.notification import EVENT_KINDS, EventKind, MailMessage, MailRecipient, MailSection, Webhook
from evenhand.store.network import Network
from evenhand.workflows.notifications import deliver_due
from evenhand.workflows.notifications.event_delivery import Delivered, WebhookReply

CRM, DESK = "webhook:crm", "mail:desk@ads.example"
MAIL = MailSection(host="mail.ads.example", sender="evenhand@ads.example")


def webhook(key: str = "crm", events: Sequence[EventKind] = EVENT_KINDS) -> Webhook:
    """Return a webhook that wants these events."""
    return Webhook(key=key, url=f"https://{key}.example/hook", events=tuple(events), secret_env=f"{key.upper()}_SECRET")


def desk(events: Sequence[EventKind] = EVENT_KINDS) -> MailRecipient:
    """Return the address of a desk that wants these events."""
    return MailRecipient(address="desk@ads.example", events=tuple(events))


def notified(network: Network, *receivers: Webhook | MailRecipient) -> Network:
    """Return the network with these receivers in its settings, whatever its file says."""
    webhooks = tuple(each for each in receivers if isinstance(each, Webhook))
    recipients = tuple(each for each in receivers if isinstance(each, MailRecipient))
    settings = replace(network.settings, webhooks=webhooks, mail=MAIL, mail_to=recipients)
    return Network(network.folder, settings)


@dataclass
class Receivers:
    """What receivers got: (webhook, id, body) and mails. Each attempt takes an answer off the list, the last stays.

    An answer is a status, a status with the seconds to wait, or the text of what goes wrong on the line.
    """

    answers: list[int | tuple[int, float] | str] = field(default_factory=lambda: [204])
    got: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    mails: list[MailMessage] = field(default_factory=list)

    def send(self, to: Webhook, event: str, body: bytes) -> WebhookReply:
        """Take an event."""
        self.got.append((to.key, event, msgspec.json.decode(body)))
        return self._answer()

    def mail(self, message: MailMessage) -> None:
        """Take a mail."""
        self.mails.append(message)
        self._answer()

    def _answer(self) -> WebhookReply:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, str):
            raise OSError(answer)
        return WebhookReply(*answer) if isinstance(answer, tuple) else WebhookReply(answer)

    def deliver(self, network: Network, at: datetime, after_s: float = 0, chance: float = 0.5) -> Delivered:
        """Deliver what is due so many seconds after an instant."""
        return deliver_due(network, at + timedelta(seconds=after_s), self.send, self.mail, chance=lambda: chance)

    @property
    def ids(self) -> list[str]:
        """Return the ids that webhooks got, in order."""
        return [event for _, event, _ in self.got]
