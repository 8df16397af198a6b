"""One request to a provider of single sign-on: small, short, without redirects."""

import http.client
import json
import ssl
from collections.abc import Mapping
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from evenhand.transport.connection import HEADERS, connect, ended_after

TIMEOUT_S = 10.0
"""For the whole answer, and for each silence."""
MOST_BYTES = 1 << 18


class ProviderReply(NamedTuple):
    """What a provider answered; `data` is empty where it was no object of JSON."""

    status: int
    data: dict[str, Any]


def ask(url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> ProviderReply:
    """Return the answer to a GET, or to a POST where there is a form; a redirect is an answer like others.

    Proxies are those of the environment, none for plain HTTP, which only leads to this machine.

    Raises:
        OSError: no connection, a certificate that does not hold, no whole answer in time, or one above 256 KiB.
    """
    stated = {**HEADERS, "Accept": "application/json", **(headers or {})}
    if form is not None:
        stated["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection, target = _connection(url)
        with closing(connection):
            connection.connect()
            with ended_after(TIMEOUT_S, connection.sock):
                connection.request("GET" if form is None else "POST", target, form, stated)
                with closing(connection.getresponse()) as response:
                    data = response.read(MOST_BYTES + 1)
                    if response.length or len(data) > MOST_BYTES:
                        raise http.client.IncompleteRead(data)
    except ssl.SSLCertVerificationError as error:
        raise OSError(f"certificate does not hold ({error.verify_message})") from None
    except TimeoutError:
        raise OSError(f"silent for {TIMEOUT_S:.0f} s") from None
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no whole answer in HTTP: {type(error).__name__}") from None
    return ProviderReply(response.status, _object(data))


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    if parts.scheme == "http":
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S), target
    return connect(url, TIMEOUT_S)
