"""A webhook posted: to the address that was checked, signed, with an end to everything."""

import base64
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import BadInput
from evenhand.model.notification import Webhook
from evenhand.store.network import Network, read_network
from evenhand.transport import webhook_client
from evenhand.transport.webhook_client import post, webhook_sender
from evenhand.workflows.notifications import verify_webhook
from evenhand.workflows.notifications.event_delivery import WebhookReply
from tests.certificates import self_signed
from tests.networks import empty_network
from tests.publisher import Answer, Handler, Publisher, moved, publishing, raw, stalling, status
from tests.unit.model.test_public_addresses import REFUSED

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = b'{"type":"decision.changed"}'


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as running:
        yield running


def sent(url: str, *, allow_private: bool = True, body: bytes = BODY) -> WebhookReply:
    return post(url, body, {"webhook-id": "evt_1"}, allow_private=allow_private)


def lead(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses; return the list of names that were looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        kinds = [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in addresses]
        return [(family, socket.SOCK_STREAM, 6, "", (each, port)) for family, each in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def network_with(folder: Path, *lines: str) -> Network:
    made = empty_network(folder / "network")
    made.write()
    path = made.folder / "evenhand.toml"
    block = '[[webhook]]\nkey = "crm"\nevents = ["clock.near"]\nallow_private = true\n'
    path.write_text(f"{path.read_text('utf-8')}\n{block}" + "\n".join(lines), "utf-8")
    return read_network(made.folder)


def test_what_arrives_is_signed_with_the_secret_and_the_time_of_the_attempt(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver verifies what came over the line, byte for byte."""
    monkeypatch.setenv("CRM_SECRET", SECRET)
    url = publisher.at("/hooks/evenhand", status(204))
    network = network_with(tmp_path, f'url = "{url}?source=evenhand"', 'secret_env = "CRM_SECRET"')

    reply = webhook_sender(network)(network.settings.webhooks[0], "evt_1", BODY)

    ((path, headers),) = publisher.asked
    assert (reply, path, publisher.bodies) == ((204, 0.0), "/hooks/evenhand", [BODY])
    assert verify_webhook([KEY], headers, publisher.bodies[0], time.time()) == "evt_1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == url.split("/")[2]


def test_a_secret_is_read_from_a_file_too_and_several_sign(publisher: Publisher, tmp_path: Path) -> None:
    """While a secret is replaced, the file has the new one above the old one."""
    other = f"whsec_{base64.b64encode(b'o' * 24).decode()}"
    (tmp_path / "crm.secret").write_text(f"{other}\n{SECRET}\n")
    url = publisher.at("/hook", status(200))
    network = network_with(tmp_path, f'url = "{url}"', 'secret_file = "../crm.secret"')

    webhook_sender(network)(network.settings.webhooks[0], "evt_1", BODY)

    assert verify_webhook([KEY], publisher.asked[0][1], BODY, time.time()) == "evt_1"
    assert verify_webhook([b"o" * 24], publisher.asked[0][1], BODY, time.time()) == "evt_1"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['secret_env = "NOT_SET"'], "NOT_SET: the variable of a secret is not set"),
        (['secret_file = "../no-file"'], "no secret can be read `No such file or directory`"),
        (['secret_file = "../short"'], "no secret of a webhook; expected `whsec_` and the base64 of 24 to 64"),
    ],
)
def test_a_missing_secret_is_said_before_anything_is_sent(tmp_path: Path, lines: list[str], says: str) -> None:
    """In one line that does not show it."""
    (tmp_path / "short").write_text("hunter2\n")
    network = network_with(tmp_path, 'url = "http://127.0.0.1:1/"', *lines)

    with pytest.raises(BadInput) as refused:
        webhook_sender(network)

    assert says in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", [each for each in REFUSED if "." in each or ":" in each][:33])
def test_a_name_that_leads_to_an_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """No connection is opened: a request alone can do harm."""
    lead(monkeypatch, address)
    monkeypatch.setattr(socket, "socket", None)

    with pytest.raises(OSError, match="which is not public; `allow_private = true` would allow it"):
        sent("http://crm.example/hook", allow_private=False)


def test_a_name_with_one_public_and_one_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    """Which of them is used would be a matter of luck."""
    lead(monkeypatch, "93.184.216.34", "127.0.0.1")

    with pytest.raises(OSError, match=r"crm\.example leads to 127\.0\.0\.1"):
        sent("http://crm.example/hook", allow_private=False)
    assert publisher.asked == []


def test_the_name_is_looked_up_once_and_that_very_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    """A name server that answers otherwise the second time is never asked a second time."""
    url = publisher.at("/hook", status(204)).replace("127.0.0.1", "crm.example")
    asked = lead(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(webhook_client, "is_public", lambda address: address == "127.0.0.1")

    assert sent(url, allow_private=False).status == 204
    assert asked == ["crm.example"]
    assert publisher.asked[0][1]["Host"] == url.split("/")[2]


def test_a_redirect_is_an_answer_and_is_not_followed(publisher: Publisher) -> None:
    """It could lead to an address that the settings would not allow."""
    publisher.at("/elsewhere", status(204))

    assert sent(publisher.at("/hook", moved("/elsewhere", 307))).status == 307
    assert [path for path, _ in publisher.asked] == ["/hook"]


def test_proxies_of_the_environment_are_not_used(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """One would look the name up itself, and what was checked here would count for nothing."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert sent(publisher.at("/hook", status(204))).status == 204


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [({"Retry_After": 120}, 120.0), ({"Retry_After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0), ({}, 0.0)],
)
def test_how_long_a_receiver_wants_to_be_left_alone_is_read(
    publisher: Publisher, headers: dict[str, Any], wait_s: float
) -> None:
    """As a number or as a date."""
    assert sent(publisher.at("/hook", status(503, **headers))) == (503, wait_s)


def drip(handler: Handler) -> None:
    """Send a letter of a header now and then: never silent, never done."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.publisher.closing.wait(0.02):
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return


def wait_long(handler: Handler) -> None:
    """Answer nothing."""
    handler.publisher.closing.wait(5)


@pytest.mark.parametrize(
    ("answer", "says"),
    [(wait_long, "silent for 0 s|not done within"), (drip, "not done within 0.2 s"), (raw(b""), "no whole answer"),
     (raw(b"SSH-2.0-OpenSSH\r\n"), "no whole answer in HTTP: BadStatusLine")],
    ids=["silence", "drip", "nothing", "no-http"],
)  # fmt: skip
def test_a_receiver_that_does_not_answer_is_not_waited_for(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, answer: Answer, says: str
) -> None:
    """Others wait behind it."""
    monkeypatch.setattr(webhook_client, "TIMEOUT_S", 0.2)

    with pytest.raises(OSError, match=says):
        sent(publisher.at("/hook", answer))


def test_of_an_answer_only_status_and_headers_are_read(publisher: Publisher) -> None:
    """A receiver that sends a gigabyte, or never ends, costs nothing."""
    assert sent(publisher.at("/hook", stalling(1_000_000_000, b"x" * 10))).status == 200


def test_a_port_where_nobody_listens_is_an_error() -> None:
    """The receiver is being started again, and gets the event later."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        with pytest.raises(ConnectionRefusedError):
            sent(f"http://127.0.0.1:{unused.getsockname()[1]}/hook")


def test_a_name_that_leads_nowhere_is_said() -> None:
    """`.invalid` never exists (RFC 6761)."""
    with pytest.raises(OSError, match=r"no address of crm\.invalid"):
        sent("https://crm.invalid/hook")


def test_a_certificate_has_to_hold_for_the_name_in_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusted and of this name; the address that the name leads to is no name."""
    path, context = self_signed(tmp_path, "crm.example")
    lead(monkeypatch, "127.0.0.1")
    with publishing() as publisher:
        port = publisher.address.rpartition(":")[2]
        publisher.at("/hook", status(204))
        # The handshake is left to the thread of each request: a client that never begins it holds up no others.
        publisher.server.socket = context.wrap_socket(
            publisher.server.socket, server_side=True, do_handshake_on_connect=False
        )

        with pytest.raises(OSError, match="certificate does not hold"):
            sent(f"https://crm.example:{port}/hook")
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(OSError, match="certificate does not hold"):
            sent(f"https://other.example:{port}/hook")
        assert publisher.asked == []
        assert sent(f"https://crm.example:{port}/hook").status == 204


def test_a_sender_is_asked_for_a_webhook_of_its_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its own secret: one that is not there is a fault of the caller, not a message without signature."""
    monkeypatch.setenv("CRM_SECRET", SECRET)
    network = network_with(tmp_path, 'url = "http://127.0.0.1:1/"', 'secret_env = "CRM_SECRET"')
    other = Webhook(key="other", url="http://127.0.0.1:1/", events=("clock.near",), secret_env="X")

    with pytest.raises(KeyError):
        webhook_sender(network)(other, "evt_1", BODY)
