"""What a client may say on a connection, and what becomes of one that says something else, too much, or nothing."""

import asyncio
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.gate.connection import PIECE, Connection
from evenhand.web.gate.hub import Hub, Limits
from tests.each_case import each_case
from tests.unit.web.spoken import JSON, Echo, Spoken, get, post, speak

CHUNKED = b"POST /echo HTTP/1.1\r\n" + JSON + b"transfer-encoding: chunked\r\n\r\n"


def test_requests_on_one_connection_are_answered_in_their_order() -> None:
    """Also when they come all at once, or in the middle of each other's bytes."""
    bodies = [b"%d" % number * (number + 1) for number in range(40)]
    said = b"".join(post(body) for body in bodies)

    async def story(service: Spoken) -> None:
        client = await service.client()
        for cut in (len(said), 7, 333):
            for start in range(0, len(said), cut):
                await client.say(said[start : start + cut])
            assert [(await client.hear()).json["length"] for _ in bodies] == [len(body) for body in bodies]

    speak(story)


class Line:
    """A transport that keeps what is written; no socket, so that thousands of streams can be tried."""

    def __init__(self) -> None:
        self.written, self.is_closed = b"", False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def can_write_eof(self) -> bool:
        return False


def heard_on(hub: Hub, pieces: list[bytes]) -> tuple[bytes, bool]:
    """Return what a client hears who says these pieces, and whether the connection was closed."""
    line = Line()
    connection = Connection(hub)
    connection.connection_made(line)  # type: ignore[arg-type]
    for piece in pieces:
        connection.data_received(piece)
    connection.connection_lost(None)
    return line.written, line.is_closed


SAID = [
    post(b"abc"), post(b"abcd"), post(b""), post(b"GET /ping HTTP/1.1\r\n\r\n"), post(b"refuse me"),
    get(b"/ping"), get(b"/long"), get(b"/nowhere"), get(b"/ping", b"HEAD"),
    post(b"{}", path=b"/nowhere"), post(b"abc", lines=b""), post(b"abc").replace(b"1.1", b"1.0"),
    CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", CHUNKED + b"0\r\n\r\n", b"\r\n" + post(b"abc"),
    *(
        post(b"abc", lines=JSON + line + b"\r\n")
        for line in (
            b"connection: close", b"expect: 100-continue", b"connection: upgrade\r\nupgrade: h2c", b"content-length: 4",
            b"x: " + b"y" * 2000,
        )
    ),
]  # fmt: skip


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=4), st.lists(st.integers(1, 120), max_size=6))
def test_a_head_that_was_met_before_means_what_it_meant_then(said: list[bytes], cuts: list[int]) -> None:
    """The short way past the parser answers like the parser, however the bytes of a stream are cut."""
    stream, pieces = b"".join(said), list[bytes]()
    for cut in cuts:
        pieces.append(stream[:cut])
        stream = stream[cut:]
    pieces = [piece for piece in (*pieces, *([stream] if cuts else said)) if piece]
    warm = Hub(Echo(), Limits())
    for each in SAID:
        heard_on(warm, [each])

    assert heard_on(warm, pieces) == heard_on(Hub(Echo(), Limits()), pieces)


@given(st.lists(st.binary(max_size=60) | st.sampled_from(SAID), max_size=5), st.integers(1, 300))
def test_whatever_is_said_nothing_but_replies_comes_back(said: list[bytes], cut: int) -> None:
    """No error leaves the connection, and no byte of noise is repeated."""
    stream = b"".join(said)
    pieces = [stream[start : start + cut] for start in range(0, len(stream), cut)]

    heard, _ = heard_on(Hub(Echo(), Limits()), pieces)

    assert not heard or heard.startswith(b"HTTP/1.1 ")
    assert heard.count(b"HTTP/1.1 ") <= stream.count(b"\r\n\r\n") + 2


def test_a_request_in_the_body_of_another_is_a_body_whatever_was_met_before() -> None:
    """Its bytes alone look like a request; where they stand says that they are none."""
    hub, inner = Hub(Echo(), Limits()), get(b"/ping")
    heard_on(hub, [inner])
    outer = post(inner)

    said, _ = heard_on(hub, [outer[: -len(inner)], inner])

    assert b'"length":%d' % len(inner) in said


def test_of_several_requests_at_once_none_is_learnt_for_another() -> None:
    """The head of the first must not come to mean what the last one meant."""
    hub = Hub(Echo(), Limits())
    heard_on(hub, [post(b"") + get(b"/ping")])

    assert b'"length":0' in heard_on(hub, [post(b"")])[0]


def test_nothing_is_learnt_of_requests_that_came_in_several_pieces() -> None:
    """What came last is no head, whatever it looks like: not the end of one, not blank lines, not another request."""
    whole, long = post(b""), post(b"x" * 2 * PIECE)
    streams = [
        [[whole[:-3], whole[-3:]], [b"\n\r\n"]],
        [[long + whole, b"\r\n\r\n"], [b"\r\n\r\n"]],
        [[long + whole, get(b"/nowhere")], [get(b"/nowhere")]],
        [[post(b"\r\n\r\n")[:-4], b"\r\n\r\n"], [b"\r\n\r\n"]],
    ]
    for first, then in streams:
        hub = Hub(Echo(), Limits())
        heard_on(hub, first)

        assert heard_on(hub, then) == heard_on(Hub(Echo(), Limits()), then)


def test_the_short_way_is_taken_and_forgets() -> None:
    """Else the test above would compare the parser with itself; what is remembered is bounded."""
    hub = Hub(Echo(), Limits())
    for length in range(1100):
        heard_on(hub, [post(b"x" * length)])

    assert hub.known(post(b"y" * 1099)) == (hub.answers.route(b"/echo"), b"y" * 1099)
    assert hub.known(post(b"y" * 1099) + b"z") is None
    assert hub.known(post(b"x")) is None


def test_no_byte_of_one_client_reaches_another() -> None:
    """Two that send their bodies in turns, piece by piece, get answers about their own."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        one, other = await service.client(), await service.client()
        first, second = post(b"a" * 500), post(b"b" * 700)
        for start in range(0, 900, 90):
            await one.say(first[start : start + 90])
            await other.say(second[start : start + 90])
            await asyncio.sleep(0.001)
        assert (await one.hear()).json == {"length": 500, "begins": "61" * 8}
        assert (await other.hear()).json == {"length": 700, "begins": "62" * 8}

    speak(story, echo)

    assert sorted(echo.seen) == [b"a" * 500, b"b" * 700]


def test_a_body_in_chunks_is_read_whole() -> None:
    """A client that streams need not know the length; extensions and trailers mean nothing here."""
    said = CHUNKED + b"3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nlast: x\r\n\r\n"

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(said + post(b"next"))).json["length"] == 7
        assert (await client.hear()).json["length"] == 4

    speak(story)


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        (post(b"abc", path=b"/nowhere"), 404, "path"),
        (get(b"/echo"), 405, "method"),
        (post(b"{}", path=b"/ping"), 405, "method"),
        (get(b"/ping", b"OPTIONS"), 405, "method"),
        (b"POST /echo HTTP/1.1\r\n" + JSON + b"\r\n", 411, "length"),
        (post(b"abc", lines=b""), 415, "media"),
        (post(b"abc", lines=b"content-type: text/plain\r\n"), 415, "media"),
        (post(b"abc", lines=b"content-type: application/json; charset=latin-1\r\n"), 415, "media"),
        (post(b"abc", lines=JSON + b"content-encoding: br\r\n"), 415, "media"),
        (post(b"abc", lines=JSON + b"content-encoding: gzip\r\n"), 400, "packed"),
        (post(b"abc", lines=JSON + b"content-encoding: gzip\r\ncontent-encoding: identity\r\n"), 415, "media"),
        (post(b"abc", lines=b"content-type: text/plain\r\n" + JSON), 415, "media"),
        (post(b"refuse me"), 400, "form"),
    ],
)
def test_a_refusal_that_was_read_whole_leaves_the_connection_open(said: bytes, status: int, why: str) -> None:
    """The next request is a chance to do better; nothing of the refused body is kept."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        client = await service.client()
        refused = await client.ask(said)
        assert refused.status == status
        assert list(refused.json) == ["error"]
        assert "connection" not in refused.headers
        assert (await client.ask(post(b"next"))).json["length"] == 4

    speak(story, echo)

    assert echo.refused == [why]
    assert [body for body in echo.seen if body != b"refuse me"] == [b"next"]


def test_a_coding_that_changes_nothing_is_taken_in_any_case() -> None:
    """Codings know no case (RFC 9110 §8.4.1)."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(post(b"abc", lines=JSON + b"content-encoding: Identity\r\n"))).status == 200

    speak(story)


def test_a_method_that_a_path_does_not_take_is_told_the_one_it_does() -> None:
    """HTTP asks for `Allow` with a 405 (RFC 9110 §15.5.6)."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(get(b"/echo"))).headers["allow"] == "POST"
        assert (await client.ask(post(b"{}", path=b"/ping"))).headers["allow"] == "GET"

    speak(story)


@pytest.mark.parametrize(
    "media",
    [b"application/json", b"Application/JSON", b'application/json;charset="UTF-8"', b"application/json ; charset=utf8"],
)
def test_json_is_json_in_any_spelling(media: bytes) -> None:
    """Media types know no case (RFC 9110 §8.3.1)."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(post(b"abc", lines=b"content-type: %b\r\n" % media))).status == 200

    speak(story)


SMUGGLED = [
    post(b"abc", lines=JSON + b"content-length: 4\r\n"),
    post(b"abc", lines=JSON + b"content-length: 3\r\n"),
    post(b"0\r\n\r\n", lines=JSON + b"transfer-encoding: chunked\r\n"),
    CHUNKED[:-2] + b"content-length: 3\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"content-length: +3\r\n\r\nabc",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"content-length: 3, 3\r\n\r\nabc",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"content-length : 3\r\n\r\nabc",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"content-length: 99999999999999999999999\r\n\r\nabc",
    b"POST /echo HTTP/1.1\n" + JSON + b"content-length: 3\n\nabc",
    b"POST /echo HTTP/1.1\r\n" + JSON + b"x: a\r\n b\r\ncontent-length: 3\r\n\r\nabc",
    post(b"abc", lines=JSON + b"host: another\r\n"),
    CHUNKED + b"3\nabc\n0\n\n",
    CHUNKED + b"zz\r\n",
]
NO_HTTP = [
    b"hello\r\n\r\n",
    b"\x16\x03\x01\x02\x00", b"\x00" * 40, b"GET /ping HTTP/9.9.9\r\n\r\n", b"GET /pi ng HTTP/1.1\r\n\r\n",
    b"GET /ping HTTP/2.0\r\n\r\n", b"GET /ping\r\n\r\n", b"GET /ping HTTP/0.9\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /ping HTTP/1.1\r\nx: \x00\r\n\r\n", b"GET /p\xff HTTP/1.1\r\n\r\n",
]  # fmt: skip


@each_case("said", [*SMUGGLED, *NO_HTTP])
def test_what_two_readers_could_read_differently_is_refused_and_ends_the_connection(said: bytes) -> None:
    """A second request hidden in the body of a first must not be answered (request smuggling)."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        client = await service.client()
        refused = await client.ask(said + post(b"hidden"))
        assert refused.status == 400
        assert refused.headers["connection"] == "close"
        assert await client.rest() == b""

    speak(story, echo)

    assert echo.seen == []
    assert echo.refused == ["head"]


def test_a_body_over_the_limit_is_refused_before_it_comes() -> None:
    """Its length says so; a client that sends it all the same still gets to read why."""

    async def story(service: Spoken) -> None:
        for sent in (0, 10_000_000):
            client = await service.client()
            refused = await client.ask(
                b"POST /echo HTTP/1.1\r\n" + JSON + b"content-length: 10000000\r\n\r\n" + b"x" * sent
            )
            assert refused.status == 413
            assert await client.rest() == b""

    hub = speak(story, body=1000)

    assert hub.connections == set()


def packed(body: bytes, coding: bytes = b"gzip") -> bytes:
    return post(body, lines=JSON + b"content-encoding: " + coding + b"\r\n")


@pytest.mark.parametrize("coding", [b"gzip", b"GZIP ", b"x-gzip"])
def test_a_packed_body_is_unpacked_before_it_is_answered(coding: bytes) -> None:
    """On the second request too, of which the head was met before."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        client = await service.client()
        for _ in range(3):
            assert (await client.ask(packed(gzip.compress(b"a" * 900), coding))).json["length"] == 900
        assert (await client.ask(post(b"next"))).json["length"] == 4

    speak(story, echo, body=1000)

    assert echo.seen == [b"a" * 900] * 3 + [b"next"]


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 400, "packed"),
        (b"{}", 400, "packed"),
        (gzip.compress(b"{}" * 200)[:-9], 400, "packed"),
        (gzip.compress(b"{}") + b"x", 400, "packed"),
        (gzip.compress(b"{}") + gzip.compress(b"{}"), 400, "packed"),
        (gzip.compress(b"{}")[:-8] + bytes(8), 400, "packed"),
        (gzip.compress(b" " * 1001), 413, "size"),
        (gzip.compress(b" " * 900_000), 413, "size"),
    ],
    ids=["empty", "plain", "cut", "followed", "two", "wrong-sum", "one-too-many", "bomb"],
)
def test_a_packed_body_that_is_none_or_too_long_is_told_in_one_line(body: bytes, status: int, why: str) -> None:
    """It is unpacked to one byte more than the limit, not to its end; the connection goes on."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        client = await service.client()
        refused = await client.ask(packed(body))
        assert (refused.status, list(refused.json)) == (status, ["error"])
        assert (await client.ask(post(b"next"))).json["length"] == 4

    speak(story, echo, body=1000)

    assert echo.refused == [why]
    assert echo.seen == [b"next"]


def test_a_coding_that_is_not_taken_is_answered_with_those_that_are() -> None:
    """RFC 9110 §12.5.3."""

    async def story(service: Spoken) -> None:
        refused = await (await service.client()).ask(packed(b"{}", b"zstd"))
        assert (refused.status, refused.headers["accept-encoding"]) == (415, "gzip, identity")

    speak(story)


def test_a_path_may_have_a_limit_of_its_own() -> None:
    """Bids are long, questions are short; what is said in chunks or packed is bounded by the same number."""
    echo = Echo()
    echo.routes = {
        path: route._replace(path=path.decode())
        for path, route in {**echo.routes, b"/own": echo.routes[b"/echo"]}.items()
    }

    async def story(service: Spoken) -> None:
        for path, length, status in (
            (b"/own", 2000, 200),
            (b"/own", 2001, 413),
            (b"/echo", 1000, 200),
            (b"/echo", 1001, 413),
        ):
            client = await service.client()
            assert (await client.ask(post(b"x" * length, path))).status == status
        long = gzip.compress(b"x" * 2000)
        lines = JSON + b"content-encoding: gzip\r\n"
        assert (await (await service.client()).ask(post(long, b"/own", lines))).status == 200
        assert (await (await service.client()).ask(post(long, b"/echo", lines))).status == 413

    speak(story, echo, body=1000, bodies={"/own": 2000})


def test_a_chunked_body_over_the_limit_is_refused_when_it_gets_there() -> None:
    """Nobody says beforehand how long it will be; chunks of a byte cost more on the line than they hold."""

    async def story(service: Spoken) -> None:
        for chunk in (b"400\r\n" + b"x" * 1024 + b"\r\n", b"1;" + b"e" * 300 + b"\r\nx\r\n"):
            client = await service.client()
            refused = await client.ask(CHUNKED + chunk * 500)
            assert refused.status == 413
            assert await client.rest() == b""

    speak(story, body=20_000)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET /" + b"p" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /" + b"p" * 40_000, 414),
        (b"GET /ping HTTP/1.1\r\n" + b"x: " + b"y" * 17_000 + b"\r\n\r\n", 431),
        (b"GET /ping HTTP/1.1\r\n" + b"a: b\r\n" * 4000 + b"\r\n", 431),
        (b"GET /ping HTTP/1.1\r\na: b\r\nx: " + b"y" * 40_000, 431),
        (CHUNKED + b"1\r\na\r\n0\r\n" + b"a: b\r\n" * 4000, 431),
    ],
)
def test_a_head_over_the_limit_is_refused(said: bytes, status: int) -> None:
    """Whether or not it ever ends."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(said)).status == status
        assert await client.rest() == b""

    speak(story)


def test_a_head_of_the_size_of_the_limit_is_taken_after_a_row_of_others() -> None:
    """What earlier requests in the same piece have sent is not counted against a later one."""
    large = b"POST /echo HTTP/1.1\r\n" + JSON + b"x: " + b"y" * 16_000 + b"\r\ncontent-length: 2\r\n\r\n"

    async def story(service: Spoken) -> None:
        client = await service.client()
        for piece in (post(b"small") * 100 + large[:4000], large[4000:12_000], large[12_000:] + b"{}"):
            await client.say(piece)
            await asyncio.sleep(0.02)
        assert [(await client.hear()).status for _ in range(101)] == [200] * 101

    speak(story)


def test_a_client_that_waits_for_a_word_gets_it() -> None:
    """`Expect: 100-continue` is met when the body will be read."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        head = b"POST /echo HTTP/1.1\r\n" + JSON + b"expect: 100-Continue\r\ncontent-length: 3\r\n\r\n"
        assert (await client.ask(head)).status == 100
        assert (await client.ask(b"abc")).json["length"] == 3

    speak(story)


@pytest.mark.parametrize(
    ("lines", "path", "status"),
    [
        (b"expect: 100-continue\r\ncontent-length: 10000000\r\n", b"/echo", 413),
        (b"expect: 100-continue\r\ncontent-length: 3\r\n", b"/nowhere", 404),
        (b"expect: 200-ok\r\ncontent-length: 3\r\n", b"/echo", 417),
    ],
)
def test_a_client_that_waits_is_not_asked_for_a_body_in_vain(lines: bytes, path: bytes, status: int) -> None:
    """It hears the refusal at once, and the connection ends: nobody knows whether the body will come."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        assert (await client.ask(b"POST %b HTTP/1.1\r\n" % path + JSON + lines + b"\r\n")).status == status
        assert await client.rest() == b""

    speak(story, body=1000)


def test_an_upgrade_is_answered_and_not_followed() -> None:
    """A client that would like HTTP/2 (h2c) gets its answer in HTTP/1.1, and the connection ends."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        answer = await client.ask(post(b"abc", lines=JSON + b"connection: upgrade\r\nupgrade: h2c\r\n") + post(b"more"))
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert await client.rest() == b""

    speak(story)


def test_a_last_request_is_the_last() -> None:
    """After `Connection: close`, with HTTP/1.0, and after a long answer, what follows is not looked at."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        for said in (
            post(b"abc", lines=JSON + b"connection: close\r\n"),
            post(b"abc").replace(b"1.1", b"1.0"),
            get(b"/long"),
        ):
            client = await service.client()
            answer = await client.ask(said + post(b"more"))
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert await client.rest() == b""

    speak(story, echo)

    assert echo.seen == [b"abc", b"abc"]


def test_the_head_of_an_answer_comes_without_its_body() -> None:
    """A HEAD is refused, and a refusal of a HEAD has no body (RFC 9110 §9.3.2)."""

    async def story(service: Spoken) -> None:
        client = await service.client()
        await client.say(get(b"/ping", b"HEAD") + post(b"abc", lines=JSON + b"connection: close\r\n"))
        said = await client.rest()
        assert said.startswith(b"HTTP/1.1 405 ")
        assert said.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 200 ")

    speak(story)


def test_a_slow_client_is_told_that_its_time_is_over_while_others_are_served() -> None:
    """A head or a body that comes a byte at a time holds a connection no longer than the limit."""
    echo = Echo()

    async def story(service: Spoken) -> None:
        head, body, other = [await service.client() for _ in range(3)]
        await head.say(b"POST /ec")
        await body.say(post(b"abcdefgh")[:-7])
        for _ in range(5):
            assert (await other.ask(post(b"quick"))).status == 200
            assert echo.refused == []
            service.later(1.0)
            await head.say(b"o")
            await body.say(b"x")
        assert [(await each.hear()).status for each in (head, body)] == [408, 408]
        assert [await each.rest() for each in (head, body)] == [b"", b""]

    speak(story, echo, read_s=5.0)


def test_a_client_that_asks_nothing_is_left_alone_for_a_while_and_then_closed() -> None:
    """Idle is not slow: no answer is due, so none is given."""

    async def story(service: Spoken) -> None:
        silent, blank, used = [await service.client() for _ in range(3)]
        await blank.say(b"\r\n\r\n")
        assert (await used.ask(post(b"abc"))).status == 200
        service.later(2.0)
        assert (await used.ask(post(b"abc"))).status == 200
        assert len(service.hub.connections) == 3
        service.later(1.0)
        assert [await each.rest() for each in (silent, blank)] == [b"", b""]
        assert (await used.ask(post(b"abc"))).status == 200
        service.later(3.0)
        assert await used.rest() == b""

    speak(story, read_s=1.0, idle_s=3.0)


def test_a_client_that_has_said_its_last_still_gets_its_answer() -> None:
    """Half-closed after a whole request: the answer comes. After half a request: nothing does."""

    async def story(service: Spoken) -> None:
        whole, half = await service.client(), await service.client()
        await whole.say(post(b"abc"))
        whole.stop_saying()
        assert (await whole.hear()).status == 200
        await half.say(post(b"abc")[:-1])
        half.stop_saying()
        assert await whole.rest() == b""
        assert await half.rest() == b""

    speak(story)


def test_a_client_that_takes_no_answers_is_not_read_from_and_then_dropped() -> None:
    """What waits for it stays small, whatever it sends."""
    echo = Echo(size=20_000)

    async def story(service: Spoken) -> None:
        client = await service.client(takes=1000)
        saying = asyncio.create_task(client.say(post(b"x" * 4000) * 20_000))
        other = await service.client()
        taken, still = -1, 0
        while still < 40:
            await asyncio.sleep(0.001)
            assert (await other.ask(post(b"quick"))).status == 200
            before, taken = taken, sum(len(body) == 4000 for body in echo.seen)
            still = still + 1 if 0 < taken == before else 0
        assert not saying.done()
        service.later(1.0)
        assert (await other.ask(post(b"quick"))).status == 200
        assert len(service.hub.connections) == 2
        service.later(0.5)
        while len(service.hub.connections) == 2:
            await asyncio.sleep(0.001)
        await asyncio.gather(saying, return_exceptions=True)

    hub = speak(story, echo, read_s=1.5)

    # 80 MB were offered; the socket's own buffers take some, and of each answer 20 KB wait at most for a piece.
    assert len(echo.seen) < 2_000
    assert hub.connections == set()


def test_a_client_that_takes_its_answers_late_gets_them_all() -> None:
    """Reading stops and goes on; nothing is lost or out of order."""
    bodies = [b"%d" % number for number in range(600)]

    async def story(service: Spoken) -> None:
        client = await service.client(takes=1000)
        saying = asyncio.create_task(client.say(b"".join(post(body + b"." * 2 * PIECE) for body in bodies)))
        await asyncio.sleep(0.3)
        lengths = [(await client.hear()).json["length"] - 2 * PIECE for _ in bodies]
        await saying
        assert lengths == [len(body) for body in bodies]

    speak(story, Echo(size=20_000))


def test_more_clients_than_the_limit_are_turned_away_and_those_within_are_served() -> None:
    """With a reason, or, far beyond it, without; anyone who leaves makes room."""

    async def story(service: Spoken) -> None:
        within = [await service.client() for _ in range(3)]
        assert [(await each.ask(post(b"abc"))).status for each in within] == [200] * 3
        beyond = [await service.client() for _ in range(4)]
        heard = [await each.rest() for each in beyond]
        assert [text[:12] for text in heard] == [b"HTTP/1.1 503"] * 3 + [b""]
        for each in (within[0], *beyond):
            await each.leave()
        while len(service.hub.connections) > 2:
            await asyncio.sleep(0.001)
        assert (await (await service.client()).ask(post(b"abc"))).status == 200
        assert (await within[1].ask(post(b"abc"))).status == 200

    speak(story, connections=3)


class Written(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += data

    def close(self) -> None:
        """Close nothing."""


def test_a_connection_that_is_made_while_the_service_begins_to_stop_is_told_to_close() -> None:
    """The loop makes its protocol first and connects it a moment later; in between it is in nobody's list."""
    hub, transport = Hub(Echo(), Limits()), Written()
    connection = Connection(hub)
    hub.is_stopping = True
    hub.drain(0.0)

    connection.connection_made(transport)
    connection.data_received(get(b"/ping"))

    assert transport.data.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in transport.data
