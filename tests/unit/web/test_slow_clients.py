"""Clients that keep a server waiting: each is refused or closed in its time, and none keeps others out."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import ClassVar

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from evenhand.model.console import ServeSettings
from evenhand.web.site import server_config
from evenhand.web.slow_clients import LimitedProtocol
from tests.networks import empty_network

LIMIT_S = 0.3
PLACES = 6
LARGE = 8 << 20  # more than the buffers of both ends take


class Impatient(LimitedProtocol):
    """The same with limits that a test can wait for."""

    request_s: ClassVar[float] = LIMIT_S
    least_part: ClassVar[int] = 10
    taking_s: ClassVar[float] = LIMIT_S


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body; `/large` with a large body, `/busy` after a while."""
    size, more = 0, scope["method"] == "POST"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/busy":
        await asyncio.sleep(3 * LIMIT_S)
    body = b"x" * LARGE if scope["path"] == "/large" else b"%d" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=Impatient, ws="none", lifespan="off", log_config=None, limit_concurrency=PLACES, timeout_keep_alive=30
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def sent(port: int, data: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), 5)
    client.sendall(data)
    return client


def answer(client: socket.socket) -> bytes:
    """Return all that a client is answered until the server closes the connection."""
    parts = []
    with suppress(ConnectionError):
        while part := client.recv(1 << 16):
            parts.append(part)
    client.close()
    return b"".join(parts)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\na",
    ],
    ids=["nothing", "a line end", "half a line", "half a head", "half a body"],
)  # fmt: skip
def test_a_request_that_does_not_become_whole_is_refused(port: int, data: bytes) -> None:
    """408, as the gate answers it, and the connection is closed."""
    assert answer(sent(port, data)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_a_head_has_its_time_once(port: int) -> None:
    """A letter now and then does not lengthen it."""
    sendings = 0
    with sent(port, b"GET /") as client, suppress(BrokenPipeError, ConnectionResetError):
        while sendings < 40:
            client.sendall(b"a")
            sendings += 1
            time.sleep(LIMIT_S / 4)
    assert sendings < 40


def test_a_kept_connection_ends_too_where_a_head_is_begun(port: int) -> None:
    """Each request has its own time; the line end before it belongs to it."""
    client = sent(port, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert client.recv(1000).endswith(b"\r\n\r\n0")
    client.sendall(b"\r\n")

    assert answer(client).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_comes_slowly_and_steadily_is_taken(port: int) -> None:
    """A complaint with files over a poor line takes longer than a head."""
    client = sent(port, b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 120\r\n\r\n")
    for _ in range(8):
        time.sleep(LIMIT_S / 2)
        client.sendall(b"x" * 15)

    assert answer(client).endswith(b"\r\n\r\n120")


def test_an_answer_that_takes_long_is_waited_for(port: int) -> None:
    """It is not the client who keeps anybody waiting, even where it has begun to ask for more."""
    client = sent(port, b"GET /busy HTTP/1.1\r\nhost: x\r\n\r\n\r\nGET")

    assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert answer(client).startswith(b"HTTP/1.1 408 ")


def test_who_does_not_take_an_answer_is_dropped(port: int) -> None:
    """Else the connection, and what is to be sent on it, would be kept for ever."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        time.sleep(3 * LIMIT_S)
        client.settimeout(5)

        assert len(answer(client)) < LARGE


def test_a_head_has_a_longest_size(port: int) -> None:
    """llhttp itself has none."""
    assert answer(sent(port, b"GET / HTTP/1.1\r\nx: " + b"x" * (70 << 10))).startswith(b"HTTP/1.1 431 ")


def test_connections_that_ask_nothing_keep_nobody_out(port: int) -> None:
    """Of a full server the connection goes that has waited longest; one whose request is worked on stays."""
    with ExitStack() as stack:
        busy = stack.enter_context(sent(port, b"GET /busy HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
        waiting = [stack.enter_context(sent(port, b"GET / HTTP/1.1\r\n")) for _ in range(3 * PLACES)]

        answers = [answer(sent(port, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")) for _ in range(3)]

        assert all(each.startswith(b"HTTP/1.1 200 ") for each in answers)
        assert answer(waiting[0]) == b""
        assert answer(busy).startswith(b"HTTP/1.1 200 ")


def test_the_site_is_served_with_these_limits(tmp_path: Path) -> None:
    """They count for console, API and public pages alike."""
    made = empty_network(tmp_path / "network")
    made.write()
    config = server_config(ServeSettings(network=str(made.folder)))

    assert (config.http, config.limit_concurrency) == (LimitedProtocol, 500)
    assert (LimitedProtocol.request_s, LimitedProtocol.least_part) == (5, 5_000)
