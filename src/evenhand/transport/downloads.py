"""One file asked for over HTTP; everything about it has an end."""

import http.client
import random
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial

from evenhand.lists.downloads import HttpClient, HttpResponse
from evenhand.lists.redirects import public_url
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection
from evenhand.transport.connection import HEADERS, connect, ended_after

_BLOCK = 1 << 16
_SURPLUS_S = 1.0


def web(limits: FetchSection) -> HttpClient:
    """Return an HTTP client with these limits."""
    return HttpClient(partial(get, limits=limits), time.sleep, random.random, limits)


def get(url: str, headers: Mapping[str, str], limits: FetchSection) -> HttpResponse:
    """Return the answer to one request; redirects are answers too. The body is read for status 200 only.

    Proxies are those of the environment (`https_proxy`, `no_proxy`).

    Raises:
        OSError: no connection, silence, a body that is cut or longer than stated, no HTTP: asking again may help.
        ListUnreadable: too large, of unknown length, or a certificate that does not hold: it will not.
    """
    connection: http.client.HTTPConnection | None = None
    try:
        connection, target = connect(url, limits.stall_seconds)
        connection.connect()
        line: socket.socket = connection.sock
        with ended_after(limits.seconds, line):
            connection.request("GET", target, headers={**HEADERS, **headers})
            with closing(connection.getresponse()) as response:
                body = _body(url, response, line, limits) if response.status == 200 else b""
        return HttpResponse(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
    except ssl.SSLCertVerificationError as error:
        what = f"certificate does not hold ({error.verify_message})"
        raise ListUnreadable(what, where=public_url(url), expected="one that this machine trusts") from None
    except TimeoutError:
        raise OSError(f"silent for {limits.stall_seconds} s") from None
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no whole answer in HTTP: {type(error).__name__}") from None
    finally:
        if connection is not None:
            connection.close()


def _body(url: str, response: http.client.HTTPResponse, line: socket.socket, limits: FetchSection) -> bytes:
    """Return the whole body, as long as it says it is.

    A body that states no length and has no chunks could be cut short and nobody would know.
    """
    stated, most = response.length, limits.max_mb * 1_000_000
    if stated is None and not response.chunked:
        raise ListUnreadable("states no length", where=public_url(url), expected="Content-Length, or chunks")
    if stated is not None and stated > most:
        raise ListUnreadable("is too large:", where=public_url(url), got=f"{stated} bytes", expected=f"at most {most}")
    # Reading on past what is stated shows a length that was a lie.
    response.length = None
    body = bytearray()
    while block := _block(response, line, ended=len(body) == stated):
        body += block
        if len(body) > most:
            raise ListUnreadable("is too large:", where=public_url(url), got="more", expected=f"at most {most} bytes")
    if stated is not None and len(body) != stated:
        raise ConnectionError(f"{len(body)} bytes came and {stated} were stated")
    return bytes(body)


def _block(response: http.client.HTTPResponse, line: socket.socket, *, ended: bool) -> bytes:
    """Return what comes next; a server that does not hang up at the end is not waited for long."""
    if not ended:
        return response.read1(_BLOCK)
    line.settimeout(_SURPLUS_S)
    try:
        return response.read1(_BLOCK)
    except TimeoutError:
        return b""
