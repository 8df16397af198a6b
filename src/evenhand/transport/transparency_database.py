"""The EU Transparency Database over HTTP: its address checked, the token read, one request made."""

import http.client
import os
import ssl
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from evenhand.model.errors import BadInput
from evenhand.model.public_addresses import is_loopback
from evenhand.reasons.eu_database import DatabaseReply, DatabaseRequest
from evenhand.transport.connection import HEADERS, connect, ended_after

TOKEN_VARIABLE = "EVENHAND_TOKEN"
TIMEOUT_S = 60.0
_MOST_BYTES = 1 << 22
_HIDDEN = b"[token]"


def address(url: str) -> str:
    """Return the database's address without a slash at its end, host and scheme in lower case.

    Raises:
        BadInput: no address of HTTPS; plain HTTP only leads to this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    expected = "https://host[:port][/path], such as https://transparency.dsa.ec.europa.eu"
    if not host or parts.scheme not in ("http", "https") or parts.username is not None or not url.isprintable():
        raise BadInput("no address of a database", where="--to", got=url.partition("@")[2] or url, expected=expected)
    if parts.query or parts.fragment or " " in url:
        raise BadInput("more than an address", where="--to", got=url, expected=expected)
    if parts.scheme == "http" and not is_loopback(host):
        raise BadInput("a token never goes over plain HTTP", where="--to", got=url, expected=expected)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def token(file: Path | None, network: Path) -> str:
    """Return the token in a file, else in the environment.

    Raises:
        BadInput: there is none, it is in the network's folder, or it is no token; the message never shows it.
    """
    if file is None:
        text, where = os.environ.get(TOKEN_VARIABLE, ""), TOKEN_VARIABLE
    else:
        if file.resolve().is_relative_to(network.resolve()):
            raise BadInput("a token in the network's folder", where=file, todo="keep it elsewhere: folders are copied")
        try:
            text, where = file.read_bytes().decode("ascii", "replace"), str(file)
        except OSError as error:
            raise BadInput("no token can be read", where=file, got=error.strerror) from None
    text = text.strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        expected = "the token that the database gave you, and nothing else"
        raise BadInput("no token", where=where, expected=expected, todo=f"use --token-file or {TOKEN_VARIABLE}")
    return text


def exchanger(target: str, secret: str) -> Callable[[DatabaseRequest], DatabaseReply]:
    """Return the function that makes one request with the token; it raises `OSError` where no whole answer comes."""
    return partial(_exchange, target, secret)


def _exchange(target: str, secret: str, request: DatabaseRequest) -> DatabaseReply:
    connection, path = _connection(f"{target}{request.path}")
    headers = {**HEADERS, "Authorization": f"Bearer {secret}", "Accept": "application/json"}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    try:
        with closing(connection):
            connection.connect()
            with ended_after(TIMEOUT_S, connection.sock):
                connection.request(request.method, path, request.body, headers)
                with closing(connection.getresponse()) as response:
                    data = response.read(_MOST_BYTES + 1)
                    if response.length or len(data) > _MOST_BYTES:
                        raise http.client.IncompleteRead(data)
    except ssl.SSLCertVerificationError as error:
        what = f"certificate does not hold ({error.verify_message})"
        raise BadInput(what, where=target, expected="one that this machine trusts") from None
    except TimeoutError:
        raise OSError(f"silent for {TIMEOUT_S:.0f} s") from None
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no whole answer in HTTP: {type(error).__name__}") from None
    # A server that repeats what it was sent must not bring the token into the outbox.
    return DatabaseReply(
        response.status, data.replace(secret.encode(), _HIDDEN), response.headers.get("Retry-After", "")
    )


def _connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection that is not open yet; one to this machine uses no proxy."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S), parts.path
    return connect(url, TIMEOUT_S)
