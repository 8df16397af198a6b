"""Bid responses of an application in Python, filtered on their way out: for WSGI (Flask, Django) and for ASGI.

The application answers bid requests; what it answers goes out as `filter_bids` leaves it. Nothing goes out that could
not be looked at: then the exchange gets no bid (204).
"""

import logging
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from posixpath import normpath
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from evenhand.gate import Gate
from evenhand.gate.filter import Filtered, filter_bids
from evenhand.model.errors import RegisterInvalid, RequestUnreadable
from evenhand.model.service import BODIES
from evenhand.web.gate.replies import SIZE, Refused
from evenhand.web.gate.request_bodies import GZIP, unpacked

MOST_BODY: Final = BODIES["/v1/filter"]
_LOOK_S: Final = 1.0
_GIVEN: Final = range(200, 300)
_NO_BIDS: Final = 204
_TOO_LONG: Final = 413
_PARAMETERS: Final = re.compile(r";[^/]*")
_log = logging.getLogger("evenhand.gate")

Headers = list[tuple[str, str]]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Reply(NamedTuple):
    """A reply of the application: status, headers, body."""

    status: int
    headers: Headers
    body: bytes


_REFUSED: Final = Reply(_TOO_LONG, [("content-type", "text/plain; charset=utf-8")], b"the bid request is too long\n")


class BidFilter:
    """Filters replies by one gate, whose register it looks at once a second. For one thread, or several.

    `paths` are those on which bid requests are posted, None for all; a path that some server takes for one of them
    counts as it: in other letters, with a slash more, or with a part `.` or `..`. A request over `most` bytes, as it
    comes or unpacked from gzip, is answered 413 and does not reach the application. `seen` is told of each response
    that was filtered, for counts and logs.
    """

    def __init__(
        self,
        gate: Gate,
        paths: Collection[str] | None = None,
        *,
        most: int = MOST_BODY,
        seen: Callable[[Filtered], None] | None = None,
    ) -> None:
        self.most = most
        self._gate, self._seen = gate, seen
        self._paths = None if paths is None else frozenset(map(_plain_path, paths))
        self._look_at = monotonic() + _LOOK_S

    def is_for(self, method: str, path: str) -> bool:
        """Return whether a request is a bid request by its method and path."""
        return method == "POST" and (self._paths is None or _plain_path(path) in self._paths)

    def unpacked(self, request: bytes, codings: str) -> bytes | None:
        """Return a request out of its `content-encoding`, None if it is too long; as it came where it is not gzip."""
        if codings.strip().lower().encode() not in GZIP:
            return request
        try:
            return unpacked(request, self.most)
        except Refused as refused:
            return None if refused.refusal is SIZE else request

    def filtered(self, request: bytes, reply: Reply) -> Reply:
        """Return the reply to a bid request without the bids that may not buy; 204 if none is left or can be read."""
        if reply.status not in _GIVEN or not reply.body:
            return reply
        self._look()
        coded = [value for name, value in reply.headers if name.lower() == "content-encoding"]
        if any(value.strip().lower() != "identity" for value in coded):
            return self._unread(reply, "the response is compressed; compress it outside of this filter")
        try:
            left = filter_bids(request, reply.body, self._gate, datetime.now(UTC))
        except (RequestUnreadable, RegisterInvalid) as error:
            return self._unread(reply, type(error).__name__)
        if left.malformed and left.response is None:
            _log.warning("no bid goes out: the response cannot be read")
        if self._seen is not None:
            self._seen(left)
        return reply if left.response is reply.body else _with_body(reply, left.response)

    def _unread(self, reply: Reply, why: str) -> Reply:
        _log.warning("no bid goes out: %s", why)
        return _with_body(reply, None)

    def _look(self) -> None:
        """Take a new register if there is one; one that is refused leaves the old one in use."""
        now = monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_S
        try:
            self._gate.refresh()
        except RegisterInvalid as error:
            _log.warning("register refused: %s", error)


class WsgiFilter:
    """A WSGI application whose bid responses are filtered.

    In Flask: `app.wsgi_app = WsgiFilter(app.wsgi_app, BidFilter(gate))`.
    """

    def __init__(self, app: WsgiApp, bids: BidFilter) -> None:
        self._app, self._bids = app, bids

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 asks."""
        if not self._bids.is_for(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")):
            return self._app(environ, start_response)
        request = _posted(environ, self._bids.most)
        plain = None if request is None else self._bids.unpacked(request, environ.get("HTTP_CONTENT_ENCODING", ""))
        if request is None or plain is None:
            reply = _REFUSED
        else:
            reply = self._bids.filtered(plain, self._reply(environ, request))
        headers = [*reply.headers, *([] if reply.status == _NO_BIDS else [("Content-Length", str(len(reply.body)))])]
        start_response(_status_line(reply.status), headers)
        return [reply.body]

    def _reply(self, environ: dict[str, Any], request: bytes) -> Reply:
        """Return the reply of the application, whole."""
        begun: list[tuple[str, Headers]] = []
        written: list[bytes] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
            begun[:] = [(status, headers)]
            del exc_info
            return written.append

        given = {**environ, "wsgi.input": BytesIO(request), "CONTENT_LENGTH": str(len(request))}
        parts = self._app(given, start)
        try:
            written.extend(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = begun[0]
        return Reply(int(status.split()[0]), _without_length(headers), b"".join(written))


class AsgiFilter:
    """An ASGI application whose bid responses are filtered: `app = AsgiFilter(app, BidFilter(gate))`."""

    def __init__(self, app: AsgiApp, bids: BidFilter) -> None:
        self._app, self._bids = app, bids

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI 3 asks; what is not HTTP passes."""
        if scope["type"] != "http" or not self._bids.is_for(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        request = await _received(receive, self._bids.most)
        plain = None if request is None else self._bids.unpacked(request, _codings(scope))
        if plain is None:
            await _sent(send, _REFUSED)
            return
        replies: list[Message] = []
        given = [{"type": "http.request", "body": request, "more_body": False}]

        async def again() -> Message:
            return given.pop() if given else await receive()

        async def keep(message: Message) -> None:
            replies.append(message)

        await self._app(scope, again, keep)
        await _sent(send, self._bids.filtered(plain, _joined(replies)))


def _plain_path(path: str) -> str:
    """Return a path as the most lenient server would route it.

    >>> _plain_path("//OpenRTB2/./bid/"), _plain_path("/openrtb2/x/../bid"), _plain_path("/openrtb2/%62id")
    ('/openrtb2/bid', '/openrtb2/bid', '/openrtb2/bid')
    """
    return normpath("/" + _PARAMETERS.sub("", unquote(path))).replace("//", "/").casefold()


def _codings(scope: Message) -> str:
    """Return the `content-encoding` of an ASGI request."""
    headers = scope.get("headers", ())
    return ",".join(value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding")


def _posted(environ: dict[str, Any], most: int) -> bytes | None:
    """Return the body of a WSGI request, None if it is too long."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        body = environ["wsgi.input"].read(most + 1) if environ.get("wsgi.input_terminated") else b""
    elif int(length) > most:
        return None
    else:
        body = environ["wsgi.input"].read(int(length))
    return None if len(body) > most else body


async def _received(receive: Receive, most: int) -> bytes | None:
    """Return the body of an ASGI request, None if it is too long or the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return bytes(body)


def _joined(messages: list[Message]) -> Reply:
    """Return the reply that the messages of an application make."""
    start = next(message for message in messages if message["type"] == "http.response.start")
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start.get("headers", ())]
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    return Reply(start["status"], _without_length(headers), body)


async def _sent(send: Send, reply: Reply) -> None:
    headers = [*reply.headers, *([] if reply.status == _NO_BIDS else [("content-length", str(len(reply.body)))])]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})


def _with_body(reply: Reply, body: bytes | None) -> Reply:
    if body is not None:
        return reply._replace(body=body)
    kept = [(name, value) for name, value in reply.headers if not name.lower().startswith("content-")]
    return Reply(_NO_BIDS, kept, b"")


def _without_length(headers: Iterable[tuple[str, str]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in {"content-length", "transfer-encoding"}]


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else f"{status} Unknown"
