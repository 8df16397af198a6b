"""uvicorn's HTTP protocol with limits on what a client may keep waiting: a head, a body, its own answers, a place."""

import asyncio
from typing import ClassVar, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ANSWER: Final = (
    b"HTTP/1.1 %b\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
)
_SLOW: Final = (b"408 Request Timeout", b"The request did not arrive in time. Send it again.\n")
_LONG: Final = (b"431 Request Header Fields Too Large", b"The head of the request is too long.\n")


class LimitedProtocol(HttpToolsProtocol):
    """A client's connection. uvicorn itself limits how long one is kept that asks nothing, and nothing else.

    What we do for the client does not count: neither an answer that takes long, nor a body that waits for its turn.
    """

    request_s: ClassVar[float] = 5.0
    """In this time a head has to be whole, and of a body another part, seconds."""
    least_part: ClassVar[int] = 5_000
    """How much of a body has to arrive in each `request_s` that does not end it, bytes."""
    most_head: ClassVar[int] = 64 << 10
    """The longest head, bytes."""
    taking_s: ClassVar[float] = 30.0
    """In this time a client has to take what waits for it of an answer (about 64 kB), seconds."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client; where the server is full, the one goes that has kept it waiting longest."""
        self._reading, self._came, self.since = "", 0, self.loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        super().connection_made(cast("asyncio.Transport", transport))
        self._begin("head")
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._end()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came. A line end before a head is its beginning: it must not keep a connection for ever."""
        if not self._reading:
            self._begin("head")
        self._came += len(data)
        super().data_received(data)
        if self._reading == "head" and self._came > self.most_head and not self.transport.is_closing():
            self._refuse(*_LONG)

    def on_message_begin(self) -> None:
        """Begin a request; its time has begun with the connection, or with its first byte."""
        super().on_message_begin()
        if not self._reading:
            self._begin("head")

    def on_headers_complete(self) -> None:
        """Begin the body."""
        super().on_headers_complete()
        self._begin("body")

    def on_message_complete(self) -> None:
        """End the request: now it is we who work."""
        super().on_message_complete()
        self._end()

    def on_response_complete(self) -> None:
        """Go on with the next request, or begin to wait for one."""
        self.since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for a client that does not take its answer, for a while."""
        super().pause_writing()
        self.since = self.loop.time()
        self._taking = self.loop.call_later(self.taking_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with a client that has taken its answer."""
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _begin(self, what: str) -> None:
        self._end()
        self._reading, self._came, self.since = what, 0, self.loop.time()
        self._timer = self.loop.call_later(self.request_s, self._look)

    def _end(self) -> None:
        self._reading = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Refuse what did not arrive in time."""
        if self.transport.is_closing():
            return
        has_come = self._reading == "body" and self._came >= self.least_part
        if has_come or not self._waits_for_client():
            self._begin(self._reading)
        else:
            self._refuse(*_SLOW)

    def _waits_for_client(self) -> bool:
        """Return whether nothing goes on before the client sends or takes something."""
        if self.flow.write_paused:
            return True
        if self._reading == "body":
            return not (self.flow.read_paused or self.pipeline or self.cycle.waiting_for_100_continue)
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self, status: bytes, words: bytes) -> None:
        """Close the connection, with an answer where none has begun."""
        is_begun = self._reading == "body" and self.cycle.response_started
        if self._waits_for_client() and not self.flow.write_paused and not is_begun:
            self.transport.write(_ANSWER % (status, len(words), words))
        self.transport.close()

    def _make_room(self) -> None:
        """Close the connection that has kept us waiting longest: whose request is whole is never closed."""
        others = (each for each in self.connections if isinstance(each, LimitedProtocol) and each is not self)
        waiting = [each for each in others if each._waits_for_client()]
        if waiting:
            oldest = min(waiting, key=lambda each: each.since)
            self.connections.discard(oldest)
            oldest.transport.abort()
