"""A program asks a running service through the client: every question, on a Unix socket, and when nobody is there."""

import gzip
import http.client
import json
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import BadInput, GateRefused, GateUnavailable
from evenhand.web.client import GateClient
from tests.stories.services import JSON, Service, serving
from tests.unit.gate.registers import open_gate
from tests.unit.web.served import ORDER, ROWS, bid, exchange, response

GOOD, BAD = bid("b1", "ok.example"), bid("b2", "x.example")


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    """Where the service listens: the path of a socket has a hundred bytes at most."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "gate.sock"


@pytest.fixture(scope="module")
def service(path: Path) -> Iterator[Service]:
    """One service on a Unix socket for all these stories; its port answers health and metrics alone."""
    open_gate(path.parent, *ROWS)
    options = ("--stale", "last", "--socket", path, "--admin-port", 0, "--max-body", "/v1/verdict=5000")
    with serving(path.parent / "register.jsonl", *options) as running:
        yield running
    assert not path.exists()


@pytest.fixture
def client(service: Service, path: Path) -> Iterator[GateClient]:
    """A client of that service."""
    assert service.process.poll() is None
    with GateClient(f"unix:{path}", timeout_s=30) as asking:
        yield asking


def test_every_question_has_an_answer_of_its_type(client: GateClient) -> None:
    """On one connection."""
    left = client.filter(b'{"id":"r"}', response(GOOD, BAD).encode())
    verdict = client.verdict(adomain=["www.x.example"])
    order = client.purchase(ORDER)

    assert ([each.id for each in left.removed], left.response) == (["b2"], response(GOOD).encode())
    assert (verdict.outcome, verdict.advertiser, verdict.decision) == ("refuse", "x", "d-x")
    assert (order.outcome, order.advertiser) == ("allow", "ok")
    assert client.purchase(json.dumps(ORDER).encode()) == order
    assert json.loads(client.shape(b'{"id":"r"}'))["badv"] == ["h.example", "x.example"]
    assert client.filter(b"{}", response(BAD).encode()).response is None
    assert (client.mode, client.register) == ("enforce", "7; stale")


def test_what_is_not_taken_names_the_field(client: GateClient) -> None:
    """And the next question is answered."""
    with pytest.raises(GateRefused, match="/v1/purchase: a field is unknown, absent") as refused:
        client.purchase({**ORDER, "markets": []})
    with pytest.raises(GateRefused) as long:
        client.verdict(seat="5" * 6000)

    assert (refused.value.status, refused.value.field) == (400, "markets")
    assert (long.value.status, long.value.field) == (413, "")
    assert client.verdict(seat="512").outcome == "refuse"


def test_health_and_metrics_are_asked_on_their_own_port(client: GateClient, service: Service) -> None:
    """Nobody who may ask about bids sees them."""
    assert not client.is_ready()
    assert service.ask("/readyz").status == 200
    assert service.ask("/v1/verdict", {"seat": "512"}).status == 404


def test_a_packed_body_is_taken(path: Path, service: Service) -> None:
    """By any client that packs; one that unpacks to more than the path takes is refused."""
    assert service.process.poll() is None
    heard = [packed(path, "/v1/filter", exchange(GOOD, BAD)), packed(path, "/v1/verdict", b" " * 5001)]

    assert [each[0] for each in heard] == [200, 413]
    assert [each["id"] for each in heard[0][1]["removed"]] == ["b2"]


def packed(path: Path, target: str, body: bytes) -> tuple[int, Any]:
    call = http.client.HTTPConnection("gate", timeout=30)
    with socket.socket(socket.AF_UNIX) as call.sock:
        call.sock.settimeout(30)
        call.sock.connect(str(path))
        call.request("POST", target, gzip.compress(body), {**JSON, "content-encoding": "gzip"})
        answer = call.getresponse()
        return answer.status, json.loads(answer.read())


def test_a_connection_that_was_closed_meanwhile_is_opened_again(client: GateClient) -> None:
    """A service that is opened anew closes its connections; a question changes nothing, so it is asked once more."""
    before = client.verdict(seat="512")
    assert client._connection.sock is not None
    client._connection.sock.shutdown(socket.SHUT_RDWR)

    assert client.verdict(seat="512") == before


def test_a_service_that_is_not_there_is_told_with_its_address(tmp_path: Path) -> None:
    """One line, whichever way it is not there."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(GateUnavailable, match=rf"http://127\.0\.0\.1:{port}: no answer: timed out"):
            GateClient(f"http://127.0.0.1:{port}", timeout_s=0.05).verdict(seat="1")
    with pytest.raises(GateUnavailable, match="Connection refused") as absent:
        GateClient(f"http://127.0.0.1:{port}").is_ready()
    with pytest.raises(GateUnavailable, match="No such file"):
        GateClient(f"unix:{tmp_path}/s").shape(b"{}")

    assert absent.value.status == 0


@pytest.mark.parametrize(
    "address", ["", "gate.sock", "unix:", "https://gate.example", "http://", "http://a:x", "http://a/b"]
)
def test_an_address_of_another_form_is_named(address: str) -> None:
    """Before anything is asked."""
    with pytest.raises(BadInput, match="not the address of a service"):
        GateClient(address)
