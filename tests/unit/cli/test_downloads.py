"""One request over HTTP, to a server that cuts, stalls, lies and never ends."""

import ssl
from collections.abc import Iterator

import pytest

from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection
from evenhand.transport import downloads
from evenhand.transport.downloads import get, web
from tests.publisher import Answer, Publisher, chunked, file, lying, moved, publishing, raw, stalling, status

LIMITS = FetchSection(max_mb=1, seconds=120, stall_seconds=120)
IMPATIENT = FetchSection(max_mb=1, seconds=120, stall_seconds=0.1)  # type: ignore[arg-type]
BODY = b"id,schema,name\n" * 10


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with publishing() as publisher:
        yield publisher


def problem(publisher: Publisher, answer: Answer, limits: FetchSection = LIMITS) -> str:
    """Return why a request fails that is worth another attempt."""
    with pytest.raises(OSError) as caught:  # noqa: PT011  what it says is the test
        get(publisher.at("/list", answer), {}, limits)
    return str(caught.value)


def refusal(publisher: Publisher, answer: Answer) -> str:
    """Return why a request is refused for good."""
    with pytest.raises(ListUnreadable) as caught:
        get(publisher.at("/list", answer), {}, LIMITS)
    return str(caught.value)


def test_a_file_comes_whole_with_what_its_server_says_of_it(publisher: Publisher) -> None:
    """Names of headers are in lower case; the query is sent and nothing behind `#`."""
    url = publisher.at("/list", file(BODY, ETag='"1"', Last_Modified="Fri, 02 Jan 2026 03:04:05 GMT"))

    reply = get(f"{url}?token=1#part", {"If-None-Match": '"0"'}, LIMITS)

    assert reply.body == BODY
    assert (reply.status, reply.headers["etag"]) == (200, '"1"')
    ((_, asked),) = publisher.asked
    assert (asked["If-None-Match"], asked["Accept-Encoding"]) == ('"0"', "identity")
    assert asked["User-Agent"].startswith("evenhand/")


@pytest.mark.parametrize("answer", [status(304), status(404), moved("/elsewhere")], ids=["304", "404", "302"])
def test_every_other_answer_is_an_answer_without_a_body(publisher: Publisher, answer: Answer) -> None:
    """What to do about it is for another to say."""
    reply = get(publisher.at("/list", answer), {}, LIMITS)

    assert reply.status in (304, 404, 302)
    assert reply.body == b""


def test_chunks_are_put_together(publisher: Publisher) -> None:
    """A server that does not know the length before the end."""
    assert get(publisher.at("/list", chunked(BODY, BODY)), {}, LIMITS).body == BODY + BODY


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lying(BODY, len(BODY) + 1), f"{len(BODY)} bytes came and {len(BODY) + 1} were stated"),
        (lying(BODY, len(BODY) - 1), f"{len(BODY)} bytes came and {len(BODY) - 1} were stated"),
        (chunked(BODY, whole=False), "no whole answer in HTTP: IncompleteRead"),
        (raw(b""), "no whole answer in HTTP: RemoteDisconnected"),
        (raw(b"220 mail.example\r\n"), "no whole answer in HTTP: BadStatusLine"),
    ],
    ids=["cut", "longer", "cut in chunks", "hangs up", "no HTTP"],
)
def test_a_body_that_is_not_as_stated_is_a_failure(publisher: Publisher, answer: Answer, says: str) -> None:
    """Half a list would let the other half pass; the next attempt may bring it whole."""
    assert problem(publisher, answer) == says


def test_a_server_that_falls_silent_is_left(publisher: Publisher) -> None:
    """Before its first word, or in the middle of the file."""
    assert problem(publisher, stalling(100, b"half"), IMPATIENT) == "silent for 0.1 s"
    assert problem(publisher, lambda handler: handler.publisher.closing.wait(5), IMPATIENT) == "silent for 0.1 s"


def test_a_server_that_drips_is_left_after_its_time(publisher: Publisher) -> None:
    """A byte now and then is never silence and never an end."""
    slow = FetchSection(max_mb=1, seconds=0.3, stall_seconds=120)  # type: ignore[arg-type]

    assert problem(publisher, stalling(100, every_s=0.02), slow) == "not done within 0.3 s"


def test_a_server_that_does_not_hang_up_at_the_end_is_not_waited_for(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is there; whether more would come is asked for a moment only."""
    monkeypatch.setattr(downloads, "_SURPLUS_S", 0.05)

    assert get(publisher.at("/list", stalling(4, b"list")), {}, LIMITS).body == b"list"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (raw(b"HTTP/1.0 200 OK\r\n\r\nlist"), "/list: states no length; expected Content-Length, or chunks"),
        (lying(b"", 1_000_001), "/list: is too large: `1000001 bytes`; expected at most 1000000"),
        (chunked(b"x" * 600_000, b"x" * 600_000), "/list: is too large: `more`; expected at most 1000000 bytes"),
    ],
    ids=["no length", "too large", "too large in chunks"],
)
def test_what_no_second_attempt_mends_is_refused_at_once(publisher: Publisher, answer: Answer, says: str) -> None:
    """A body without a length could be cut and nobody would know; one without an end fills the memory."""
    assert refusal(publisher, answer).endswith(says)


def test_nobody_listens(publisher: Publisher) -> None:
    """The server is down, or its name is unknown."""
    with pytest.raises(ConnectionRefusedError):
        get("http://127.0.0.1:1/list", {}, LIMITS)


def test_a_proxy_of_the_environment_is_used(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked with the whole address; a tunnel that it refuses is a failure."""
    monkeypatch.setenv("http_proxy", publisher.address.removeprefix("http://"))
    monkeypatch.setenv("https_proxy", publisher.address)
    publisher.at("http://lists.example/list", file(BODY))

    assert get("http://lists.example/list", {}, LIMITS).body == BODY
    with pytest.raises(OSError, match="Tunnel connection failed"):
        get("https://lists.example/list", {}, LIMITS)


def test_a_certificate_that_does_not_hold_is_no_matter_of_patience(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anyone who answers there is not the publisher."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"

    def connect(connection: object) -> None:
        raise error

    monkeypatch.setattr("http.client.HTTPSConnection.connect", connect)
    with pytest.raises(ListUnreadable, match=r"certificate does not hold \(self-signed certificate\)"):
        get("https://127.0.0.1:1/list", {}, LIMITS)


def test_what_answers_https_without_speaking_it_is_no_answer(publisher: Publisher) -> None:
    """A plain server on the port of a safe one."""
    with pytest.raises(OSError, match=r"SSL|EOF|record"):
        get(publisher.address.replace("http:", "https:"), {}, LIMITS)


def test_the_outside_world_is_the_real_one(publisher: Publisher) -> None:
    """The command line gives real time and chance, and the operator's limits."""
    outside = web(LIMITS)

    assert outside.get(publisher.at("/list", status(404)), {}).status == 404
    assert 0 <= outside.chance() < 1
    assert outside.sleep(0) is None
    assert outside.limits == LIMITS
