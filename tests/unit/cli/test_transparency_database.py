"""The line to the database: addresses, the token, and one request."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.reasons.eu_database import to_ask, to_store
from evenhand.transport import transparency_database
from evenhand.transport.transparency_database import address, exchanger, token
from tests.each_case import each_case
from tests.fake_database import Database, serving
from tests.publisher import publishing, raw, status


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://Database.example/", "https://database.example"),
        ("HTTPS://database.example:8443/Test/", "https://database.example:8443/Test"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.8.0.1", "http://127.8.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_https_or_this_machine(url: str, meant: str) -> None:
    """One spelling an address, for the outbox belongs to it."""
    assert address(url) == meant


@each_case(
    "url",
    [
        "", "database.example", "ftp://database.example", "https://", "https://a b.example", "https://a.example/?x=1",
        "https://a.example/#x", "https://user:secret@a.example", "https://a.example:99999", "https://[::1",
        "http://database.example", "http://127.0.0.1.example", "http://localhost.example", "https://a.example/\n",
        "https://a.example/\x1b[2J",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(url: str) -> None:
    """Plain HTTP would show the token to everybody on the way; a secret in an address is not repeated."""
    with pytest.raises(BadInput, match="--to: ") as refused:
        address(url)

    assert "secret" not in str(refused.value)


def test_the_token_comes_from_a_file_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the blank that an editor leaves at its end."""
    monkeypatch.setenv("EVENHAND_TOKEN", "of-the-environment")
    (tmp_path / "token").write_text("of-the-file\n", "utf-8")

    assert token(tmp_path / "token", tmp_path / "network") == "of-the-file"
    assert token(None, tmp_path / "network") == "of-the-environment"


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"two\nlines", b"t\xc3\xb6ken", b"x\x00y", b"\xff"])
def test_what_is_no_token_is_refused_and_never_shown(tmp_path: Path, content: bytes) -> None:
    """A header must not be broken open, and a log is no place for it."""
    (tmp_path / "token").write_bytes(content)

    with pytest.raises(BadInput, match="no token; expected") as refused:
        token(tmp_path / "token", tmp_path / "network")

    assert "two" not in str(refused.value)


def test_a_token_that_is_nowhere_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither file nor environment."""
    monkeypatch.delenv("EVENHAND_TOKEN", raising=False)

    with pytest.raises(BadInput, match="EVENHAND_TOKEN: no token"):
        token(None, tmp_path)
    with pytest.raises(BadInput, match="no token can be read"):
        token(tmp_path / "missing", tmp_path / "network")


def test_a_token_in_the_networks_folder_is_refused(tmp_path: Path) -> None:
    """Networks are copied and backed up; a link to it is no way round."""
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "token").write_text("t", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "network" / "token")

    for path in (tmp_path / "network" / "token", tmp_path / "link"):
        with pytest.raises(BadInput, match="a token in the network's folder"):
            token(path, tmp_path / "network")


def test_a_request_carries_token_and_json() -> None:
    """The headers that the database asks for."""
    made_up = Database()
    with serving(made_up) as at:
        exchange = exchanger(at, made_up.token)
        stored = exchange(to_store([b'{"puid":"r-1"}']))
        known = exchange(to_ask("r-1"))

    assert (stored.status, known.status) == (201, 302)
    assert made_up.stored == {"r-1": {"puid": "r-1"}}
    assert [path for _, path, _ in made_up.asked] == ["/api/v1/statement", "/api/v1/statement/existing-puid/r-1"]
    for headers in made_up.headers:
        assert (headers["Authorization"], headers["Accept"]) == ("Bearer made-up-token", "application/json")
    assert made_up.headers[0]["Content-Type"] == "application/json"


def test_a_redirect_is_an_answer_and_a_wish_to_wait_is_read() -> None:
    """Following it would take the token along."""
    with publishing() as publisher:
        publisher.at("/api/v1/statement/existing-puid/r-1", status(302, Location=publisher.address + "/elsewhere"))
        publisher.at("/api/v1/statement/existing-puid/r-2", status(429, Retry_After=7))
        exchange = exchanger(publisher.address, "t")

        assert exchange(to_ask("r-1")) == (302, b"", "")
        assert exchange(to_ask("r-2")) == (429, b"", "7")
        assert len(publisher.asked) == 2


def test_a_token_that_a_server_repeats_is_taken_out() -> None:
    """What it says is kept in the outbox."""
    said = b"HTTP/1.0 401 No\r\nContent-Length: 27\r\n\r\nyou sent made-up-token here"
    with publishing() as publisher:
        publisher.at("/api/v1/statement/existing-puid/r-1", raw(said))

        assert exchanger(publisher.address, "made-up-token")(to_ask("r-1")).body == b"you sent [token] here"


@pytest.mark.parametrize(
    "said", [b"", b"no http\r\n\r\n", b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nx", b"HTTP/1.0 2 OK\r\n\r\n"]
)
def test_no_whole_answer_is_silence(said: bytes) -> None:
    """Nobody knows what became of the request."""
    with publishing() as publisher:
        publisher.at("/api/v1/statement/existing-puid/r-1", raw(said))

        with pytest.raises(OSError, match=r"no whole answer|reset|closed|without response"):
            exchanger(publisher.address, "t")(to_ask("r-1"))


def test_a_certificate_that_does_not_hold_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone who answers there is not the database, now and later."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"

    def refuse(_: object) -> None:
        raise error

    monkeypatch.setattr("http.client.HTTPSConnection.connect", refuse)

    with pytest.raises(BadInput, match=r"certificate does not hold \(self-signed certificate\)"):
        exchanger("https://database.example", "t")(to_ask("r-1"))


@contextmanager
def silent() -> Iterator[str]:
    """Take connections and say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_silent_database_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a time."""
    monkeypatch.setattr(transparency_database, "TIMEOUT_S", 0.2)
    before = set(threading.enumerate())

    with silent() as at, pytest.raises(OSError, match=r"silent for 0 s|not done within 0.2 s"):
        exchanger(at, "t")(to_ask("r-1"))

    for left in set(threading.enumerate()) - before:
        left.join(60)
        assert not left.is_alive()


def test_a_port_where_nobody_listens_is_silence() -> None:
    """Another attempt may do better."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody else gets this port meanwhile
        at = f"http://127.0.0.1:{held.getsockname()[1]}"

        with pytest.raises(OSError, match="refused"):
            exchanger(at, "t")(to_ask("r-1"))
