"""Webhooks and mail in `evenhand.toml`: what is wrong is said when the settings are read, in one line."""

from pathlib import Path

import pytest

from evenhand.cli.commands.init import Inputs, _settings
from evenhand.model.errors import NetworkUnreadable
from evenhand.model.notification import EVENT_KINDS
from evenhand.store.settings import read_settings

SETTINGS = _settings("Made-up", "ads.made-up.example/log", Inputs())
WEBHOOK = """
[[webhook]]
key = "crm"
url = "https://crm.example/hooks/evenhand"
events = ["decision.changed", "clock.near"]
secret_env = "CRM_SECRET"
"""
MAIL = """
[mail]
host = "mail.ads.example"
user = "evenhand"
password_file = "../secrets/mail"
sender = "evenhand@ads.example"

[[mail_to]]
address = "desk@ads.example"
events = ["complaint.filed"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "evenhand.toml").write_text(SETTINGS + text, "utf-8")
    return folder


def test_webhooks_and_mail_are_read(tmp_path: Path) -> None:
    """With what may be left out: the port of submission, STARTTLS, no address that is not public."""
    settings = read_settings(write(tmp_path, WEBHOOK + MAIL))

    (webhook,), (recipient,) = settings.webhooks, settings.mail_to
    assert (webhook.target, recipient.target) == ("webhook:crm", "mail:desk@ads.example")
    assert not webhook.allow_private
    assert (settings.mail.port, settings.mail.tls) == (587, "starttls")
    assert settings.receivers == (webhook, recipient)


def test_every_event_can_be_asked_for(tmp_path: Path) -> None:
    """Each by the name that the page of settings gives it."""
    every = ", ".join(f'"{kind}"' for kind in EVENT_KINDS)

    settings = read_settings(write(tmp_path, WEBHOOK.replace('"decision.changed", "clock.near"', every)))

    assert settings.webhooks[0].events == EVENT_KINDS


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("clock.near", "clock.nere", "events in [webhook] is `clock.nere`; expected decision.changed, match.reopened"),
        ('["decision.changed", "clock.near"]', "[]", "events in [webhook] is `[]`; expected one event or more"),
        ('"clock.near"', '"decision.changed"', "events in [webhook] is `['decision.changed', 'decision.changed']`"),
        ("https://crm", "http://crm", "url in [webhook] is `http://crm.example/hooks/evenhand`; expected https://"),
        ("https://crm.example", "https://u:p@crm.example", "url in [webhook] is `https://u:p@crm.example"),
        ("https://crm.example", "ftp://crm.example", "url in [webhook] is `ftp://"),
        ("https://crm.example/hooks/evenhand", "https:///hooks", "url in [webhook] is `https:///hooks`"),
        ("https://crm.example", "https://crm.example:0", "url in [webhook] is `https://crm.example:0"),
        ("https://crm.example", "https://crm.example:port", "url in [webhook] is `https://crm.example:port"),
        ("https://crm.example", "https://10.1.2.3", "expected a public address, or `allow_private = true` beside it"),
        ("https://crm.example", "https://[::ffff:10.0.0.1]", "expected a public address"),
        ("https://crm.example", "http://127.0.0.1:8080", "expected a public address"),
        ("https://crm.example", "https://localhost", "expected a public address"),
        ('secret_env = "CRM_SECRET"', "", "secret in [webhook] is `missing`; expected `secret_file` or `secret_env`"),
        ("secret_env", 'secret_file = "/tmp/s"\nsecret_env', "secret in [webhook] is `stated twice`"),
        ("CRM_SECRET", "whsec_c2VjcmV0=", "secret_env in [webhook] is `no name of a variable`"),
        ('secret_env = "CRM_SECRET"', 'secret = "x"', "secret in [webhook] is unknown; expected one of key, url"),
        ('secret_env = "CRM_SECRET"', 'secret_file = "crm.secret"', "a file outside of the network's folder"),
        ('secret_env = "CRM_SECRET"', 'secret_file = "../x/../{name}/s"', "a file outside of the network's folder"),
        ('key = "crm"', 'key = "CRM"', "key in [webhook] is `CRM`; expected lower case"),
        ('[mail]\nhost = "mail.ads.example"', "[mail]", "host in [mail] is `missing`"),
        ("mail.ads.example", "smtp://mail.example", "host in [mail] is `smtp://mail.example`"),
        ("[[mail_to]]", "port = 70000\n[[mail_to]]", "port in [mail] is `70000`"),
        ("[[mail_to]]", 'tls = "ssl"\n[[mail_to]]', "tls in [mail] is `ssl`; expected starttls, tls, none"),
        ("[[mail_to]]", 'tls = "none"\n[[mail_to]]', "a password never goes unencrypted to another machine"),
        ("evenhand@ads.example", "", "sender in [mail] is `missing`"),
        ('password_file = "../secrets/mail"', "", "password in [mail] is `missing`"),
        ('user = "evenhand"', "", "user in [mail] is `missing`; expected the name that the password belongs to"),
        ("desk@ads.example", "desk@ads.example, x", "address in [mail_to] is `desk@ads.example, x`"),
        ("complaint.filed", "complaint.field", "events in [mail_to] is `complaint.field`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_section_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Also a secret that was pasted where its name belongs: the line never shows it."""
    text = WEBHOOK + MAIL
    assert old in text

    with pytest.raises(NetworkUnreadable) as refused:
        read_settings(write(tmp_path, text.replace(old, new.replace("{name}", tmp_path.name))))

    line = str(refused.value)
    assert says in line
    assert "\n" not in line
    assert "whsec_" not in line


def test_two_receivers_have_two_names(tmp_path: Path) -> None:
    """The outbox tells them apart by these names."""
    for text, says in ((WEBHOOK * 2, "key in [webhook] is `crm`"), (MAIL + MAIL[MAIL.index("[[") :], "address in")):
        with pytest.raises(NetworkUnreadable, match="each once") as refused:
            read_settings(write(tmp_path, text))
        assert says in str(refused.value)


def test_a_relay_of_the_own_network_may_take_mail_without_encryption(tmp_path: Path) -> None:
    """Without a password nothing secret goes over the line: a mail names ids only."""
    text = MAIL.replace('user = "evenhand"\npassword_file = "../secrets/mail"', 'tls = "none"\nport = 25')

    assert read_settings(write(tmp_path, text)).mail.tls == "none"


def test_this_machine_is_allowed_where_it_is_said(tmp_path: Path) -> None:
    """A relay beside the process is an ordinary set-up."""
    text = WEBHOOK.replace("https://crm.example", "http://127.0.0.1:8080") + "allow_private = true\n"

    assert read_settings(write(tmp_path, text)).webhooks[0].allow_private
