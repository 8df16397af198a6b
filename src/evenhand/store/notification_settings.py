"""What is wrong with the settings of webhooks and mail: addresses, secrets, and who may be sent what."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from evenhand.model.network import Settings
from evenhand.model.notification import EventKind, MailSection, Webhook
from evenhand.model.public_addresses import is_address, is_loopback, is_public
from evenhand.store.stated_secrets import Wrong, wrong_secret

_KEY = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_HOST = re.compile("[A-Za-z0-9.:-]+")
_LAST_PORT = 65_535


def wrong_notifications(settings: Settings, folder: Path) -> Iterator[Wrong]:
    """Yield what is wrong with webhooks, mail server and recipients of the network in `folder`, in their order."""
    keys = [each.key for each in settings.webhooks]
    for webhook in settings.webhooks:
        if keys.count(webhook.key) > 1 or not _KEY.fullmatch(webhook.key):
            yield "webhook.key", webhook.key, "lower case, digits and hyphens, each once"
        yield from _wrong_url(webhook)
        yield from wrong_secret("webhook.secret", (webhook.secret_file, webhook.secret_env), folder)
        yield from _wrong_events("webhook", webhook.events)
    addresses = [each.address for each in settings.mail_to]
    for recipient in settings.mail_to:
        if addresses.count(recipient.address) > 1 or not _MAIL.fullmatch(recipient.address):
            yield "mail_to.address", recipient.address, "an address such as desk@ads.example, each once"
        yield from _wrong_events("mail_to", recipient.events)
    if settings.mail.host or settings.mail_to:
        yield from _wrong_mail(settings.mail, folder)


def _wrong_events(section: str, events: tuple[EventKind, ...]) -> Iterator[Wrong]:
    if not events or len(set(events)) != len(events):
        yield f"{section}.events", list(events), "one event or more, each once"


def _wrong_url(webhook: Webhook) -> Iterator[Wrong]:
    try:
        parts = urlsplit(webhook.url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", 0
    expected = "https:// with a host, without user, password and fragment"
    if (
        not host or port == 0 or parts.scheme not in ("http", "https") or "@" in parts.netloc or "#" in webhook.url
        or not webhook.url.isascii() or not webhook.url.isprintable() or " " in webhook.url
    ):  # fmt: skip
        yield "webhook.url", webhook.url, expected
    elif parts.scheme == "http" and not is_loopback(host):
        yield "webhook.url", webhook.url, "https://; plain http:// only leads to this machine"
    elif not webhook.allow_private and (is_loopback(host) or (is_address(host) and not is_public(host))):
        yield "webhook.url", webhook.url, "a public address, or `allow_private = true` beside it"


def _wrong_mail(mail: MailSection, folder: Path) -> Iterator[Wrong]:
    if not _HOST.fullmatch(mail.host):
        yield "mail.host", mail.host or "missing", "a host such as mail.ads.example, without scheme and port"
    if not 1 <= mail.port <= _LAST_PORT:
        yield "mail.port", mail.port, f"a whole number from 1 to {_LAST_PORT}"
    if not _MAIL.fullmatch(mail.sender):
        yield "mail.sender", mail.sender or "missing", "an address such as evenhand@ads.example"
    if mail.user:
        yield from wrong_secret("mail.password", (mail.password_file, mail.password_env), folder)
    elif mail.password_file or mail.password_env:
        yield "mail.user", "missing", "the name that the password belongs to"
    if mail.tls == "none" and mail.user and not is_loopback(mail.host):
        yield "mail.tls", "none", "starttls or tls: a password never goes unencrypted to another machine"
