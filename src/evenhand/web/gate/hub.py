"""What the connections of one process share: who answers, limits, the clock, and the heads that were read before."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from evenhand.web.gate.routes import Answers, Route

_MOST_HEADS: Final = 1024
_LONGEST_HEAD: Final = 1024  # bytes


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds. Times are looked at every `look_s`, so they can be late by so much.

    `bodies` are the longest bodies of paths that have a limit of their own, `body` that of all others. What a packed
    body unpacks to is bounded like one that is not packed.

    A request must have arrived whole `read_s` after its first byte, and its answer must have been taken away as soon;
    a connection on which nothing is asked is closed after `idle_s`. Of a client that was refused what still comes is
    thrown away for `read_s`, so that the refusal reaches one that is still sending.

    After a signal to stop or to open anew each client is told with its next answer that the connection closes; one
    that asks nothing for `drain_s` is closed then. Who is about to connect at a signal to stop has `settle_s` to get
    there, longer than a way there and back takes. `stop_s` after that nobody is waited for any more.
    """

    body: int = 1 << 20
    line: int = 8 << 10
    head: int = 16 << 10
    read_s: float = 5.0
    idle_s: float = 30.0
    drain_s: float = 1.0
    settle_s: float = 0.2
    stop_s: float = 3.0
    look_s: float = 0.5
    connections: int = 1024
    bodies: Mapping[str, int] = MappingProxyType({})


class Known(NamedTuple):
    """What a head says of a request that is taken and leaves its connection open: who answers, how long its body is."""

    route: Route
    length: int


class Client(Protocol):
    """A connection as the hub sees it."""

    def look(self, now: float) -> None:
        """Close it if its time is over."""
        ...

    def drain(self) -> None:
        """Close it after its next answer."""
        ...

    def drop(self) -> None:
        """Close it at once."""
        ...


class Hub:
    """The middle of one process's connections; `connections` are those that are there, `now` is the loop's clock."""

    def __init__(self, answers: Answers, limits: Limits) -> None:
        self.answers, self.limits = answers, limits
        self.connections: set[Client] = set()
        self.now = 0.0
        self.is_stopping = False
        self._heads: dict[bytes, Known] = {}

    def known(self, data: bytes) -> tuple[Route, bytes] | None:
        """Return route and body of a request of which the parser has read the very same head before, on its own.

        INVARIANT: what a head means depends on its bytes alone, so that the same bytes need not be parsed again.
        A client's heads are mostly the same but for the length; an outsider who sends more makes us parse, no more.
        """
        end = data.find(b"\r\n\r\n") + 4
        known = self._heads.get(data[:end])
        return (known.route, data[end:]) if known is not None and len(data) == end + known.length else None

    def learn(self, data: bytes, known: Known) -> None:
        """Remember the head of a request that came alone and whole; one in chunks is longer than its body."""
        end = data.find(b"\r\n\r\n") + 4
        if end <= _LONGEST_HEAD and len(data) == end + known.length:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            self._heads[data[:end]] = known

    def drain(self, now: float) -> None:
        """Let each client ask once more, and tell it with the answer that its connection closes.

        A client that is told so asks again elsewhere; one whose connection is closed while it is asking has lost its
        request.
        """
        self.now = now
        for connection in tuple(self.connections):
            connection.drain()

    def look(self, now: float) -> None:
        """Close the connections that have had their time; `now` is the loop's clock in seconds."""
        self.now = now
        for connection in tuple(self.connections):
            connection.look(now)
