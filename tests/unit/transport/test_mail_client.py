"""Mail handed to a server of our own: encrypted as the settings say, logged in, and every refusal an error to retry."""

import email
import email.policy
import socket
from pathlib import Path

import pytest
from msgspec.structs import replace

from evenhand.model.errors import BadInput
from evenhand.model.notification import MailMessage, MailRecipient, MailSection
from evenhand.store.network import Network
from evenhand.transport.mail_client import mail_sender
from tests.certificates import self_signed
from tests.mail_server import MailServer, taking_mail
from tests.networks import empty_network
from tests.notifications import notified

MESSAGE = MailMessage(
    sender="evenhand@ads.example", to="desk@ads.example", subject="Evenhand, Zürich: 1 decision changed",
    text="Decision d-1: hold.\n.\n  /decisions/d-1\n", message_id="<1234@ads.example>",
)  # fmt: skip


def send(folder: Path, section: MailSection, message: MailMessage = MESSAGE) -> None:
    made = empty_network(folder / "network")
    made.write()
    network = notified(made.network, MailRecipient(address="desk@ads.example", events=("clock.near",)))
    mail_sender(Network(network.folder, replace(network.settings, mail=section)))(message)


def section(server: MailServer, **fields: object) -> MailSection:
    stated = {"host": "localhost", "port": server.port, "tls": "none", "sender": "evenhand@ads.example", **fields}
    return MailSection(**stated)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _own_machine_is_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some machines have `localhost` in both families, and the server here listens in one."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more, **named: look_up("127.0.0.1" if host == "localhost" else host, *more, **named),
    )


def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    """Plain text in any letters, a line with one full stop too, and nobody's out-of-office answer comes back."""
    with taking_mail() as server:
        send(tmp_path, section(server))

    ((sender, recipients, raw),) = server.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert (sender, recipients) == ("evenhand@ads.example", ["desk@ads.example"])
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Message-ID"] == "<1234@ads.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content() == MESSAGE.text
    assert server.log_ins == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_password_goes_over_an_encrypted_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str) -> None:
    """Whose certificate is trusted and of the host's name."""
    path, context = self_signed(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    with taking_mail(context, from_the_first_byte=tls == "tls") as server:
        send(tmp_path, section(server, tls=tls, user="evenhand", password_env="MAIL_PASSWORD"))

    assert server.encrypted == [True]
    assert server.log_ins == ["evenhand hunter2"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_does_not_hold_gets_neither_password_nor_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    """Whoever is on the way could show one."""
    _, context = self_signed(tmp_path, "localhost")
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    with (
        taking_mail(context, from_the_first_byte=tls == "tls") as server,
        pytest.raises(OSError, match="certificate of the mail server does not hold"),
    ):
        send(tmp_path, section(server, tls=tls, user="evenhand", password_env="MAIL_PASSWORD"))

    assert (server.log_ins, server.mails) == ([], [])


def test_a_server_without_starttls_is_not_spoken_to_unencrypted(tmp_path: Path) -> None:
    """Whoever is on the way could take the offer out of the answer."""
    with taking_mail() as server, pytest.raises(OSError, match="STARTTLS"):
        send(tmp_path, section(server, tls="starttls"))

    assert server.mails == []


@pytest.mark.parametrize(
    ("command", "answer", "says"),
    [
        ("RCPT", "550 no such user desk hunter2", r"the mail server refuses desk@ads\.example"),
        ("MAIL", "451 later hunter2", "the mail server answers 451"),
        ("DATA", "554 no hunter2", "the mail server answers 554"),
        ("AUTH", "535 wrong hunter2", "the mail server answers 535"),
    ],
)
def test_what_a_server_does_not_take_is_an_error_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, answer: str, says: str
) -> None:
    """The error is kept and shown, and an answer may repeat what the server was sent."""
    path, context = self_signed(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    with taking_mail(context) as server:
        server.answers[command] = answer
        with pytest.raises(OSError, match=says) as refused:
            send(tmp_path, section(server, tls="starttls", user="evenhand", password_env="MAIL_PASSWORD"))

    assert "hunter2" not in str(refused.value)
    assert server.mails == []


def test_a_missing_password_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    """In one line, with the name of the variable or the file."""
    for fields, says in (
        ({"password_env": "NOT_SET"}, "NOT_SET: the variable of a secret is not set"),
        ({"password_file": "../empty"}, "no password of the mail server"),
    ):
        made = tmp_path / str(len(says))
        made.mkdir()
        (made / "empty").touch()
        with pytest.raises(BadInput, match=says):
            send(made, section(MailServer(), user="evenhand", **fields))
