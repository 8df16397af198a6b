"""`[console]` in `evenhand.toml`: what is wrong is said when the settings are read, in one line."""

from pathlib import Path

import pytest

from evenhand.cli.commands.init import Inputs, _settings
from evenhand.model.errors import NetworkUnreadable
from evenhand.store.settings import read_settings

SETTINGS = _settings("Made-up", "ads.made-up.example/log", Inputs())
CONSOLE = """
[console]
passwords = false

[console.sso]
issuer = "https://id.ads.example/staff"
client_id = "evenhand"
client_secret_env = "EVENHAND_SSO_SECRET"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "evenhand.toml").write_text(SETTINGS + text, "utf-8")
    return folder


def test_a_provider_is_read_with_what_may_be_left_out(tmp_path: Path) -> None:
    """Accounts are found by the address; any class of authentication will do."""
    console = read_settings(write(tmp_path, CONSOLE)).console

    assert (console.passwords, console.sso.claim, console.sso.acr) == (False, "email", "")
    assert read_settings(write(tmp_path, "")).console.passwords


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("https://id.", "http://id.", "issuer in [console.sso] is `http://id.ads.example/staff`; expected https://"),
        ("https://id.", "https://u:p@id.", "issuer in [console.sso]"),
        ("/staff", "/staff?a=b", "issuer in [console.sso]"),
        ("/staff", "/staff#a", "issuer in [console.sso]"),
        ("https://id.ads.example/staff", "", "issuer in [console.sso] is `missing`"),
        ('client_id = "evenhand"', "", "client_id in [console.sso] is `missing`"),
        ('client_secret_env = "EVENHAND_SSO_SECRET"', "", "client_secret in [console.sso] is `missing`"),
        ("EVENHAND_SSO_SECRET", "s3cret-with-dashes", "is `no name of a variable`; expected a name such as"),
        ('_env = "EVENHAND_SSO_SECRET"', '_file = "sso.secret"', "a file outside of the network's folder"),
        ("client_secret_env", "client_secret", "client_secret in [console.sso] is unknown"),
        ("[console.sso]", '[console.sso]\nclaim = "two words"', "claim in [console.sso] is `two words`"),
        ("[console.sso]", '[console.sso]\nlabel = " "', "label in [console.sso]"),
        ("[console.sso]", '[console.sso]\nacr = "a\\nb"', "acr in [console.sso]"),
        (CONSOLE[CONSOLE.index("[console.sso]") :], "", "passwords in [console] is `false`; expected true"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_section_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Also a secret that was pasted where its name belongs: the line never shows it."""
    assert old in CONSOLE

    with pytest.raises(NetworkUnreadable) as refused:
        read_settings(write(tmp_path, CONSOLE.replace(old, new)))

    line = str(refused.value)
    assert says in line
    assert "\n" not in line
    assert "s3cret" not in line


def test_a_provider_on_this_machine_may_be_asked_over_plain_http(tmp_path: Path) -> None:
    """For trials: nobody is on the way."""
    text = CONSOLE.replace("https://id.ads.example/staff", "http://127.0.0.1:8080/realms/ads")

    assert read_settings(write(tmp_path, text)).console.sso.issuer.startswith("http://127.0.0.1")
