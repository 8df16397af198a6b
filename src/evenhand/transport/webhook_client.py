"""A webhook posted over HTTP: signed, to a public address that was looked up once, without redirects or proxies."""

import http.client
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

from evenhand.model.notification import Webhook
from evenhand.model.public_addresses import is_public
from evenhand.model.retry_after import retry_after_s
from evenhand.store.network import Network
from evenhand.transport.connection import HEADERS, ended_after
from evenhand.workflows.notifications.event_delivery import SendWebhook, WebhookReply
from evenhand.workflows.notifications.receiver_secrets import webhook_keys
from evenhand.workflows.notifications.webhook_signatures import signed_headers

TIMEOUT_S = 15.0
"""For connecting and answering together, and for each silence. Source: Standard Webhooks, "Request timeouts"."""


def webhook_sender(network: Network) -> SendWebhook:
    """Return the function that signs and posts an event to a webhook of the network; the clock is this machine's.

    Raises:
        BadInput: a secret is missing or malformed.
    """
    return partial(_send, webhook_keys(network, os.environ))


def _send(keys: Mapping[str, tuple[bytes, ...]], webhook: Webhook, event: str, body: bytes) -> WebhookReply:
    # The instant of this attempt, not of the event: receivers refuse what was signed long ago.
    headers = signed_headers(keys[webhook.key], event, int(time.time()), body)
    return post(webhook.url, body, headers, allow_private=webhook.allow_private)


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> WebhookReply:
    """Return what the receiver at `url` answers; its words are not read, and a redirect is an answer like others.

    Proxies of the environment are not used: one would look the host up itself.

    Raises:
        OSError: no address, one that is not public, no connection, a certificate that does not hold, no answer in time.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    is_secure = parts.scheme == "https"
    try:
        with (
            closing(_opened(host, port, is_secure=is_secure, allow_private=allow_private)) as line,
            ended_after(TIMEOUT_S, line),
        ):
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            connection = http.client.HTTPConnection(host, port)
            connection.sock = line
            stated = {"Host": parts.netloc, "Content-Type": "application/json", **HEADERS, **headers}
            connection.request("POST", target, body, stated)
            with closing(connection.getresponse()) as response:
                retry_after = response.headers.get("Retry-After", "")
                return WebhookReply(response.status, retry_after_s(retry_after, time.time()))
    except ssl.SSLCertVerificationError as error:
        raise OSError(f"certificate does not hold ({error.verify_message})") from None
    except TimeoutError:
        raise OSError(f"silent for {TIMEOUT_S:.0f} s") from None
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no whole answer in HTTP: {type(error).__name__}") from None


def _line(host: str, port: int, *, allow_private: bool) -> socket.socket:
    """Return a socket that is connected to the very address that was checked.

    A name that has one address that is not public is refused whole, as one that changes its address between two
    look-ups would be.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise OSError(f"no address of {host}: {error}") from None
    private = [str(address[0]) for *_, address in found if not is_public(str(address[0]))]
    if private and not allow_private:
        raise OSError(f"{host} leads to {private[0]}, which is not public; `allow_private = true` would allow it")
    family, kind, protocol, _, address = found[0]
    line = socket.socket(family, kind, protocol)
    try:
        line.settimeout(TIMEOUT_S)
        line.connect(address)
    except BaseException:
        line.close()
        raise
    return line


def _opened(host: str, port: int, *, is_secure: bool, allow_private: bool) -> socket.socket:
    """Return the line to talk HTTP on; the handshake of TLS is left to the caller, who sets its end."""
    line = _line(host, port, allow_private=allow_private)
    if not is_secure:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        line.close()
        raise
