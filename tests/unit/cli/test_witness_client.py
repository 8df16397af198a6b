"""One question to a witness over HTTP, to a server that answers, cuts, stalls and never ends."""

from collections.abc import Iterator

import pytest

from evenhand.transport.witness_client import MOST_BYTES, ask
from tests.publisher import Answer, Publisher, file, lying, publishing, raw, stalling, status


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with publishing() as publisher:
        yield publisher


def test_the_body_is_posted_and_any_status_is_an_answer(publisher: Publisher) -> None:
    """The media type comes without its parameters, the answer's body also where it is no success."""
    url = publisher.at("/w/add-checkpoint", file(b"12\n", Content_Type="text/x.tlog.size; charset=utf-8"), status(422))

    first, second = ask(url, b"old 0\n", 5), ask(url, b"old 12\n", 5)

    assert first == (200, "text/x.tlog.size", b"12\n")
    assert (second.status, second.body) == (422, b"")
    assert publisher.bodies == [b"old 0\n", b"old 12\n"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (stalling(5), "not done within 0.2 s|timed out"),
        (stalling(500, every_s=0.05), "not done within 0.2 s|timed out"),  # the second where the machine is busy
        (lying(b"short", 10), "no whole answer in HTTP: IncompleteRead"),
        (raw(b"220 mail.example\r\n"), "no whole answer in HTTP: BadStatusLine"),
        (file(b"x" * (MOST_BYTES + 1)), "no whole answer in HTTP: IncompleteRead"),
    ],
    ids=["silent", "drop by drop", "cut", "no HTTP", "too long"],
)
def test_an_answer_that_is_not_whole_is_none(publisher: Publisher, answer: Answer, says: str) -> None:
    """The log must not wait for a witness, nor read without end."""
    url = publisher.at("/w", answer)

    with pytest.raises(OSError, match=says):
        ask(url, b"", 0.2)


@pytest.mark.parametrize("url", ["ftp://w.example/", "w.example", "http://[", "http://w.example:port/", "file:///x"])
def test_what_is_no_address_is_not_asked(url: str) -> None:
    """The policy file is written by hand."""
    with pytest.raises(OSError, match="HTTP"):
        ask(url, b"", 0.2)
