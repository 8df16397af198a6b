"""Bid responses of an application are filtered on their way out, in WSGI and in ASGI alike."""

import asyncio
import gzip
import logging
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from evenhand.gate import Gate
from evenhand.gate.filter import Filtered
from evenhand.model.register import GatePolicy
from evenhand.web import middleware
from evenhand.web.middleware import AsgiFilter, BidFilter, Reply, WsgiFilter
from tests.unit.gate.registers import open_gate, row
from tests.unit.web.served import bid, response

GOOD, BAD = bid("b1", "ok.example"), bid("b2", "www.x.example")
REQUEST = b'{"id":"r"}'
Ask = Callable[..., Reply]


class Application:
    """An application that answers whatever it is told to, and keeps what it was asked."""

    def __init__(self, body: bytes, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.body, self.status = body, status
        self.headers = [*([] if status == 204 else [("Content-Type", "application/json")]), *headers]
        self.asked: list[bytes] = []

    def wsgi(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.asked.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))
        start(f"{self.status} Said", self.headers)
        return [self.body[:7], self.body[7:]]

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        self.asked.append((await receive())["body"])
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[:7], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[7:]})


def ask_wsgi(
    app: Application, bids: BidFilter, body: bytes = REQUEST, method: str = "POST", path: str = "/bid", coding: str = ""
) -> Reply:
    """Ask through a checker of PEP 3333 on either side."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json",
        "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": "",
    }  # fmt: skip
    if coding:
        environ["HTTP_CONTENT_ENCODING"] = coding
    setup_testing_defaults(environ)
    begun: list[Any] = []

    def start(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], None]:
        begun[:] = [int(status.split(maxsplit=1)[0]), headers]
        return lambda _: None

    parts = validator(WsgiFilter(validator(app.wsgi), bids))(environ, start)
    try:
        said = b"".join(parts)
    finally:
        parts.close()
    return Reply(begun[0], sorted((name.lower(), value) for name, value in begun[1]), said)


def ask_asgi(
    app: Application, bids: BidFilter, body: bytes = REQUEST, method: str = "POST", path: str = "/bid", coding: str = ""
) -> Reply:
    sent: list[Any] = []
    said = [
        {"type": "http.request", "body": body[:3], "more_body": True},
        {"type": "http.request", "body": body[3:], "more_body": False},
    ]

    async def receive() -> Any:
        return said.pop(0) if said else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"content-encoding", coding.encode())]}
    asyncio.run(AsgiFilter(app.asgi, bids)(scope, receive, send))
    headers = sorted((name.decode(), value.decode()) for name, value in sent[0]["headers"])
    return Reply(sent[0]["status"], headers, b"".join(each.get("body", b"") for each in sent[1:]))


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """One refused party, one allowed."""
    open_gate(tmp_path, row("x", "refuse", domains=("x.example",)), row("ok", domains=("ok.example",)))
    return Gate(tmp_path / "register.jsonl", "last")


@pytest.fixture(params=[ask_wsgi, ask_asgi], ids=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Return what asks an application through its filter."""
    asks: Ask = request.param
    return asks


def test_what_may_not_buy_goes_and_the_rest_goes_out_byte_for_byte(gate: Gate, ask: Ask) -> None:
    """Its length is that of what goes out."""
    seen: list[Filtered] = []
    app = Application(response(GOOD, BAD).encode())

    reply = ask(app, BidFilter(gate, seen=seen.append))

    assert (reply.status, reply.body) == (200, response(GOOD).encode())
    assert dict(reply.headers) == {"content-type": "application/json", "content-length": str(len(reply.body))}
    assert [each.id for each in seen[0].removed] == ["b2"]
    assert app.asked == [REQUEST]


def test_a_response_of_which_nothing_is_left_is_no_bid(gate: Gate, ask: Ask) -> None:
    """204, as exchanges read it; nothing of the response's own headers speaks of a body."""
    reply = ask(Application(response(BAD).encode(), headers=[("X-Kept", "1")]), BidFilter(gate))

    assert (reply.status, reply.headers, reply.body) == (204, [("x-kept", "1")], b"")


@pytest.mark.parametrize(
    ("request_", "app"),
    [
        (b'{"imp":7,"regs":7}', Application(response(GOOD).encode())),
        (b"", Application(response(GOOD).encode())),
        (REQUEST, Application(gzip.compress(response(GOOD).encode()), headers=[("Content-Encoding", "gzip")])),
    ],
    ids=["request", "empty", "packed"],
)
def test_what_cannot_be_looked_at_does_not_go_out(
    gate: Gate, ask: Ask, request_: bytes, app: Application, caplog: pytest.LogCaptureFixture
) -> None:
    """No bid is better than one that nobody has judged; the log says why."""
    with caplog.at_level(logging.WARNING):
        assert ask(app, BidFilter(gate), request_).status == 204

    assert "no bid goes out" in caplog.text


def test_a_response_that_is_none_is_what_the_operator_chose_for_it(gate: Gate, ask: Ask) -> None:
    """`policy.malformed` of the register, which lets it pass here."""
    assert ask(Application(b"<html>"), BidFilter(gate)).body == b"<html>"


def test_what_is_no_bid_response_passes_unread(gate: Gate, ask: Ask) -> None:
    """Another method, another path, an error, no bid."""
    whole = response(BAD).encode()
    elsewhere = BidFilter(gate, {"/bid"})

    assert ask(Application(whole), elsewhere, path="/other").body == whole
    assert ask(Application(whole), elsewhere, b"", "GET").body == whole
    assert ask(Application(b"down", 503), BidFilter(gate)).status == 503
    assert ask(Application(b"", 204), BidFilter(gate)).status == 204


def test_a_request_that_is_too_long_does_not_reach_the_application(gate: Gate, ask: Ask) -> None:
    """The body is held whole, so that it can be judged by."""
    app = Application(response(GOOD).encode())

    assert ask(app, BidFilter(gate, most=9)).status == 413
    assert app.asked == []
    assert ask(app, BidFilter(gate, most=10)).status == 200


@pytest.mark.parametrize("coding", ["gzip", "X-GZIP", " gzip "])
def test_a_packed_request_is_read_and_reaches_the_application_as_it_came(gate: Gate, ask: Ask, coding: str) -> None:
    """Exchanges pack requests: all bids were lost, and nobody could see why."""
    app, packed = Application(response(GOOD, BAD).encode()), gzip.compress(REQUEST)

    answer = ask(app, BidFilter(gate), packed, coding=coding)

    assert (answer.status, answer.body) == (200, response(GOOD).encode())
    assert app.asked == [packed]


def test_a_request_is_as_long_as_it_is_unpacked_and_no_bid_goes_out_for_half_of_one(gate: Gate, ask: Ask) -> None:
    """A small body that unpacks to a large one must not fill the memory."""
    app, packed = Application(response(GOOD).encode()), gzip.compress(b'{"id":"%b"}' % (b"r" * 10_000))

    assert ask(app, BidFilter(gate, most=10_000), packed, coding="gzip").status == 413
    assert app.asked == []
    assert ask(app, BidFilter(gate), packed[:-9], coding="gzip").status == 204
    assert ask(app, BidFilter(gate), packed, coding="br").status == 204


@pytest.mark.parametrize(
    "path", ["/bid", "/bid/", "//bid", "/BID", "/Bid//", "/./bid", "/x/../bid", "/%62id", "/bid;v=1", "/bid/."]
)
def test_a_path_that_a_server_may_take_for_the_bids_is_filtered(gate: Gate, ask: Ask, path: str) -> None:
    """Frameworks differ in what they route alike; bids of refused parties went out by such a path."""
    for paths in ({"/bid"}, {"/Bid/"}):
        assert ask(Application(response(BAD).encode()), BidFilter(gate, paths), path=path).status == 204
    whole = response(BAD).encode()
    assert ask(Application(whole), BidFilter(gate, {"/bid"}), path=f"/bids{path}").body == whole


def test_a_response_that_is_dropped_since_it_cannot_be_read_is_logged(
    tmp_path: Path, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise it looks as if there were no bids."""
    policy = GatePolicy(unknown="allow", missing="allow", malformed="hold", mismatch="note")
    open_gate(tmp_path, row("ok", domains=("ok.example",)), policy=policy)

    assert ask(Application(b"<html>"), BidFilter(Gate(tmp_path / "register.jsonl", "last"))).status == 204
    assert "no bid goes out: the response cannot be read" in caplog.text


def test_a_new_register_is_taken_within_a_second_and_a_bad_one_is_not(
    tmp_path: Path, gate: Gate, ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody restarts an application for a decision."""
    now = [0.0]
    monkeypatch.setattr(middleware, "monotonic", lambda: now[0])
    bids, app = BidFilter(gate), Application(response(GOOD).encode())

    open_gate(tmp_path, row("ok", "refuse", domains=("ok.example",)))
    before = ask(app, bids).status
    now[0] = 1.0
    after = ask(app, bids).status
    (tmp_path / "register.jsonl").write_text("no register")
    now[0] = 2.0

    assert (before, after, ask(app, bids).status) == (200, 204, 204)
    assert "register refused" in caplog.text


def test_a_register_that_is_stale_without_a_choice_lets_no_bid_out(tmp_path: Path, ask: Ask) -> None:
    """The clock here is the real one, and the register is of August."""
    open_gate(tmp_path, row("ok", domains=("ok.example",)))

    assert ask(Application(response(GOOD).encode()), BidFilter(Gate(tmp_path / "register.jsonl", None))).status == 204


def test_what_is_not_http_passes(gate: Gate) -> None:
    """Web sockets and the life of a server are not ours."""
    heard: list[str] = []

    async def app(scope: Any, _: Any, __: Any) -> None:
        heard.append(scope["type"])

    asyncio.run(AsgiFilter(app, BidFilter(gate))({"type": "lifespan"}, None, None))  # type: ignore[arg-type]

    assert heard == ["lifespan"]
