"""A service on loopback for tests of its parts, and clients that say exactly the bytes they are told to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import uvloop

from evenhand.web.gate import replies
from evenhand.web.gate.connection import Connection
from evenhand.web.gate.hub import Answers, Hub, Limits
from evenhand.web.gate.replies import Refusal, Refused
from evenhand.web.gate.routes import Route

AT = datetime(2026, 8, 1, 12, tzinfo=UTC)
JSON = b"content-type: application/json\r\n"


class Reply(NamedTuple):
    """What came back: status, header lines in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Echo:
    """Answers with the length of what was posted and its first bytes; fits `Answers`."""

    def __init__(self, size: int = 0) -> None:
        self.seen: list[bytes] = []
        self.refused: list[str] = []
        self._padding = b" " * size
        self.routes = {
            b"/echo": Route(b"POST", self._echo),
            b"/ping": Route(b"GET", lambda _, __: b"{}"),
            b"/long": Route(b"GET", lambda _, __: b"x" * 9000, b"text/plain", is_long=True),
        }

    def route(self, url: bytes) -> Route | None:
        return self.routes.get(url)

    def answer(self, route: Route, body: bytes, *, keep: bool) -> bytes:
        try:
            given = route.give(body, AT)
        except Refused as refused:
            return self.refuse(refused.refusal, keep=keep)
        lines = b"" if keep else b"connection: close\r\n"
        return b"%b%d\r\n\r\n%b" % (replies.opening(lines), len(given), given)

    def refuse(self, refusal: Refusal, *, keep: bool, bare: bool = False) -> bytes:
        self.refused.append(refusal.why)
        return replies.refusing(refusal, b"", keep=keep, bare=bare)

    def _echo(self, body: bytes, _: datetime) -> bytes:
        self.seen.append(body)
        if body == b"refuse me":
            raise Refused(replies.FORM)
        return b'{"length":%d,"begins":"%b"}%b' % (len(body), body[:8].hex().encode(), self._padding)


class Client:
    """One connection of a caller."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def stop_saying(self) -> None:
        self._writer.write_eof()

    async def hear(self, seconds: float = 30.0) -> Reply:
        """Read one reply."""
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), seconds)
        first, *lines = head.decode().split("\r\n")[:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ")[1])
        length = 0 if status == 100 else int(headers["content-length"])
        return Reply(status, headers, await asyncio.wait_for(self._reader.readexactly(length), seconds))

    async def ask(self, data: bytes) -> Reply:
        await self.say(data)
        return await self.hear()

    async def rest(self, seconds: float = 30.0) -> bytes:
        """Return what still comes before the other side closes; b"" if it resets the connection."""
        try:
            return await asyncio.wait_for(self._reader.read(-1), seconds)
        except ConnectionError:
            return b""

    async def leave(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return


class Spoken(NamedTuple):
    """A running service: its hub, and what makes clients."""

    hub: Hub
    port: int
    clients: list[Client]

    async def client(self, takes: int = 1 << 20) -> Client:
        """Connect; what is not heard waits in the client up to twice `takes` bytes, beyond that at the service."""
        made = Client(*await asyncio.open_connection("127.0.0.1", self.port, limit=takes))
        self.clients.append(made)
        return made

    def later(self, seconds: float) -> None:
        """Let time pass for the service; it looks at its clients, as it does on a timer."""
        self.hub.look(self.hub.now + seconds)


def speak(story: Callable[[Spoken], Awaitable[None]], answers: Answers | None = None, **limits: Any) -> Hub:
    """Serve on a free port of loopback while a story is told; time passes only where the story says so.

    So nothing depends on how busy the machine is. What was said before another client's question was answered has been
    read: the loop takes what has come in its order.
    """

    async def tell() -> Hub:
        loop = asyncio.get_running_loop()
        hub = Hub(answers or Echo(), Limits(**limits))
        server = await loop.create_server(lambda: Connection(hub), "127.0.0.1", 0)
        spoken = Spoken(hub, server.sockets[0].getsockname()[1], [])
        try:
            await asyncio.wait_for(story(spoken), 120)
        finally:
            for client in spoken.clients:
                await client.leave()
            for connection in tuple(hub.connections):
                connection.drop()
            server.close()
            await server.wait_closed()
        return hub

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(tell())


def post(body: bytes, path: bytes = b"/echo", lines: bytes = JSON) -> bytes:
    """Return the bytes of a POST with its length."""
    return b"POST %b HTTP/1.1\r\nhost: gate\r\n%bcontent-length: %d\r\n\r\n%b" % (path, lines, len(body), body)


def get(path: bytes, method: bytes = b"GET") -> bytes:
    """Return the bytes of a GET."""
    return b"%b %b HTTP/1.1\r\nhost: gate\r\n\r\n" % (method, path)
