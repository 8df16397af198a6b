"""One question to a witness over HTTP (fits `evenhand.ledger.protocols.HttpPost`), and what witnesses refused."""

import http.client
import sys
from collections.abc import Sequence
from contextlib import closing

from evenhand.ledger.protocols import HttpResponse
from evenhand.model.log import WitnessReply
from evenhand.model.visible_text import visible
from evenhand.transport.connection import HEADERS, connect, ended_after

MOST_BYTES = 1 << 16


def ask(url: str, body: bytes, timeout_s: float) -> HttpResponse:
    """Return the answer to a POST; redirects are answers too. Proxies are those of the environment.

    Raises:
        OSError: no address of HTTP, no connection, no whole answer in time, or one above 64 KiB.
    """
    if not url.startswith(("http://", "https://")):
        raise OSError(f"`{url}` is no address of HTTP")
    try:
        connection, target = connect(url, timeout_s)
        with closing(connection):
            connection.connect()
            with ended_after(timeout_s, connection.sock):
                connection.request("POST", target, body, {**HEADERS, "Content-Type": "text/plain; charset=utf-8"})
                with closing(connection.getresponse()) as response:
                    data = response.read(MOST_BYTES + 1)
                    if response.length or len(data) > MOST_BYTES:
                        raise http.client.IncompleteRead(data)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no whole answer in HTTP: {type(error).__name__}") from None
    return HttpResponse(response.status, response.headers.get_content_type(), data)


def say_refusals(replies: Sequence[WitnessReply]) -> None:
    """Say on standard error which witnesses did not cosign, and why; the checkpoint is published all the same."""
    for reply in replies:
        if reply.problem:
            line = f"evenhand: witness {reply.witness}: {'ALARM, ' if reply.alarm else ''}{reply.problem}"
            sys.stderr.write(f"{visible(line)}\n")
