"""One client of the service: its bytes go through an HTTP parser, its answers go back in the order of its requests."""

import asyncio
from typing import Final, cast

import httptools

from evenhand.web.gate import replies
from evenhand.web.gate.hub import Hub, Known
from evenhand.web.gate.replies import Refusal
from evenhand.web.gate.request_bodies import GZIP, unpacked
from evenhand.web.gate.routes import Route

PIECE: Final = 16 << 10
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_READ: Final = frozenset(
    {b"content-length", b"content-type", b"content-encoding", b"transfer-encoding", b"expect", b"host"}
)  # all that decides how a request is taken; no other header is kept
_VERSIONS: Final = ("1.1", "1.0")
_CODINGS: Final = GZIP | {b"identity"}
_JSON_TYPES: Final = frozenset({b"application/json", b"application/json; charset=utf-8"})


class Connection(asyncio.Protocol):
    """A client's connection. No byte of it is shared with another; what is read is dropped with each answer.

    `httptools` (llhttp, strict) reads heads and chunks and refuses what two readers could read differently: a length
    given twice or beside chunks, bare line feeds, folded lines. A refusal of a head ends the connection.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub, self._limits, self._answers = hub, hub.limits, hub.answers
        self._parser = httptools.HttpRequestParser(self)
        self._is_reading = self._is_paused = self._is_over = False
        self._is_leaving = False
        self._waiting = b""
        self._fed = 0
        self._teaches: Known | None = None
        self._body: list[bytes] = []
        self.since = hub.now
        self.on_message_begin()
        self._is_reading = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a client, or tell it that there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        there = self._hub.connections
        there.add(self)
        # Between its making and this the service may have begun to stop.
        self._is_leaving = self._hub.is_stopping
        if len(there) > 2 * self._limits.connections:
            self._transport.abort()
        elif len(there) > self._limits.connections:
            self._leave(replies.CONNECTIONS)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  why it went is nobody's business
        """Forget the client; parser and connection hold each other, which ends here."""
        self._is_over = True
        self._hub.connections.discard(self)
        self._waiting, self._body = b"", []
        del self._parser

    def data_received(self, data: bytes) -> None:
        """Parse what came; what is more than a piece, or comes while answers wait to be taken, is parsed by and by."""
        if self._is_over:
            return
        if len(data) > PIECE or self._waiting or self._is_paused:
            self._waiting += data
            self._go_on()
        elif self._is_reading or self._is_leaving:
            self._parse(data)
        else:
            self._begin(data)

    def pause_writing(self) -> None:
        """Stop reading from a client that does not take its answers."""
        self._is_paused, self.since = True, self._hub.now
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on with a client that has taken its answers."""
        self._is_paused, self.since = False, self._hub.now
        self._transport.resume_reading()
        self._go_on()

    def look(self, now: float) -> None:
        """Close the connection if its time is over; sooner if it is to close, and nothing more is asked on it."""
        limits, spent = self._limits, now - self.since
        if self._is_over or self._is_paused:
            if spent >= limits.read_s:
                self._transport.abort()
        elif self._is_reading:
            if spent >= limits.read_s:
                self._leave(replies.TIMEOUT)
        elif spent >= (limits.drain_s if self._is_leaving else limits.idle_s):
            self._end()

    def drain(self) -> None:
        """Close the connection after its next answer, or when nothing is asked on it for `drain_s`."""
        self._is_leaving = True
        if not self._is_reading and not self._is_paused:
            self.since = self._hub.now

    def drop(self) -> None:
        """Close the connection at once, whatever is under way."""
        self._transport.abort()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_reading, self.since = True, self._hub.now
        self._url, self._head, self._size = b"", 0, 0
        self._fields: dict[bytes, bytes] = {}
        self._body = []
        self._refusal: Refusal | None = None
        self._route: Route | None = None
        self._most = self._limits.body

    def on_url(self, url: bytes) -> None:
        """Take the path, or a part of it."""
        self._url += url
        if len(self._url) > self._limits.line:
            self._stop(replies.LINE)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header line, or one of a chunked body's trailer."""
        self._head += len(name) + len(value) + 4
        if self._head > self._limits.head:
            self._stop(replies.FIELDS)
        name = name.lower()
        if name in _READ:
            # A field given twice is a list (RFC 9110 §5.3), not its last line: a body packed twice is packed.
            before = self._fields.get(name)
            self._fields[name] = value if before is None else b"%b, %b" % (before, value)

    def on_headers_complete(self) -> None:
        """Decide what becomes of the request before its body is read."""
        fields = self._fields
        route = self._answers.route(self._url)
        if route is not None:
            self._most = self._limits.bodies.get(route.path, self._limits.body)
        length = int(fields.get(b"content-length", b"0"))
        if length > self._most:
            self._stop(replies.SIZE)
        is_plain = fields.get(b"transfer-encoding", b"chunked").strip().lower() == b"chunked"
        # Two hosts came as a list; a host itself has no comma.
        if not is_plain or b"," in fields.get(b"host", b"") or self._parser.get_http_version() not in _VERSIONS:
            self._stop(replies.HEAD)
        self._route = route
        self._refusal = _refusal_of_head(self._parser.get_method(), self._route, fields)
        if b"expect" in fields:
            self._meet_expectation(fields[b"expect"], length)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; of one that is refused anyway nothing is kept."""
        self._size += len(body)
        if self._size > self._most:
            self._stop(replies.SIZE)
        if self._refusal is None:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer the request. What a client sends after a last request is not looked at."""
        if self._is_over:
            return
        self._is_reading, self.since, self._fed = False, self._hub.now, -PIECE
        parser, body = self._parser, self._body
        keep = parser.should_keep_alive() and not parser.should_upgrade() and not self._is_leaving
        if self._refusal is None and self._route is not None:
            keep = keep and not self._route.is_long
            is_packed = _coding(self._fields) in GZIP
            if keep and not is_packed and b"expect" not in self._fields:
                self._teaches = Known(self._route, self._size)
            whole = body[0] if len(body) == 1 else b"".join(body)
            self._answer(self._route, whole, keep=keep, is_packed=is_packed)
        else:
            is_bare = parser.get_method() == b"HEAD"
            self._transport.write(self._answers.refuse(self._refusal or replies.PATH, keep=keep, bare=is_bare))
        if not keep:
            self._end()

    # How the two meet.

    def _answer(self, route: Route, body: bytes, *, keep: bool, is_packed: bool) -> None:
        try:
            whole = unpacked(body, self._most) if is_packed else body
        except replies.Refused as refused:
            self._transport.write(self._answers.refuse(refused.refusal, keep=keep))
        else:
            self._transport.write(self._answers.answer(route, whole, keep=keep))

    def _begin(self, data: bytes) -> None:
        """Take what begins with a request: past the parser if its head is known, else learn from the parser."""
        if met := self._hub.known(data):
            self.since, self._fed = self._hub.now, -PIECE
            self._transport.write(self._answers.answer(*met, keep=True))
            return
        if known := self._taught_by(data):
            self._hub.learn(data, known)

    def _taught_by(self, data: bytes) -> Known | None:
        """Parse and return what the last request in it teaches; what an earlier piece has taught is forgotten."""
        self._teaches = None
        self._parse(data)
        return self._teaches

    def _go_on(self) -> None:
        while self._waiting and not self._is_paused and not self._is_over:
            piece, self._waiting = self._waiting[:PIECE], self._waiting[PIECE:]
            self._parse(piece)

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return  # answered, and ended, for what it would change to is not spoken here
        except httptools.HttpParserError:
            if not self._is_over:
                self._leave(self._refusal or replies.HEAD)
            return
        if self._is_reading and not self._is_over:
            self._count(len(data))

    def _count(self, fed: int) -> None:
        """Bound what an unfinished request has sent, counted in whether or not the parser has given it out.

        The piece in which an earlier request ended is not counted, so the bound of later ones is wider by a piece.
        """
        self._fed += fed
        if self._route is None and self._refusal is None:
            if self._fed > self._limits.head:
                self._leave(replies.FIELDS if self._head else replies.LINE)
        elif self._fed > self._limits.head + 2 * self._most + PIECE:
            self._leave(replies.SIZE)  # chunks of a byte or two

    def _meet_expectation(self, expected: bytes, length: int) -> None:
        """Ask for the body that waits for a word, unless there will be no other answer than a refusal."""
        if expected.strip().lower() != b"100-continue":
            self._stop(replies.EXPECTATION)
        if self._refusal is not None:
            self._stop(self._refusal)
        if not self._is_over and (length or b"transfer-encoding" in self._fields):
            self._transport.write(_CONTINUE)

    def _stop(self, refusal: Refusal) -> None:
        """Leave the parser; `_parse` answers."""
        self._refusal = refusal
        raise replies.Refused(refusal)

    def _leave(self, refusal: Refusal) -> None:
        """Refuse and say no more; what the client still sends is thrown away until it has had time to listen."""
        self._is_over, self.since = True, self._hub.now
        self._waiting, self._body = b"", []
        self._transport.write(self._answers.refuse(refusal, keep=False))
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _end(self) -> None:
        """Close the connection once its last answer is on its way."""
        self._is_over, self.since = True, self._hub.now
        self._transport.close()


def _refusal_of_head(method: bytes, route: Route | None, fields: dict[bytes, bytes]) -> Refusal | None:
    """Return why a request is refused whatever its body holds, or None."""
    if route is None:
        return replies.PATH
    if method != route.method:
        return replies.METHOD._replace(extra=b"allow: %b\r\n" % route.method)
    if method != b"POST":
        return None
    if b"content-length" not in fields and b"transfer-encoding" not in fields:
        return replies.LENGTH
    is_readable = _coding(fields) in _CODINGS and _is_json(fields.get(b"content-type", b""))
    return None if is_readable else replies.MEDIA


def _coding(fields: dict[bytes, bytes]) -> bytes:
    return fields.get(b"content-encoding", b"identity").strip().lower()


def _is_json(media: bytes) -> bool:
    """Tell whether a media type is JSON in UTF-8, whatever its case and its blanks."""
    if media in _JSON_TYPES:
        return True
    kind, _, parameter = media.lower().partition(b";")
    parameter = parameter.replace(b'"', b"").strip()
    return kind.strip() == b"application/json" and parameter in {b"", b"charset=utf-8", b"charset=utf8"}
