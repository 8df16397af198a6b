"""Keys that sign for a person: a file, one with a passphrase, one in ssh-agent, and those that are refused."""

import base64
from pathlib import Path

import pytest

from evenhand.cli.acting import acting_of, signer_of
from evenhand.model.errors import BadInput
from evenhand.store.network import Network
from evenhand.store.ssh_keys import fingerprint
from evenhand.store.ssh_signatures import verify_message
from tests.networks import empty_network
from tests.ssh import agent, make_key, needs_openssh, public_of

pytestmark = needs_openssh


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    made = {name: make_key(folder / name) for name in ("plain", "other")}
    return {**made, "locked": make_key(folder / "locked", "open sesame"), "rsa": make_key(folder / "rsa", kind="rsa")}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, Path]) -> Network:
    made = empty_network(tmp_path_factory.mktemp("acting") / "network")
    made.write()
    line = keys["plain"].with_suffix(".pub").read_text("utf-8").strip()
    text = f'[[person]]\nid = "ana"\nname = "Made-up Ana"\nroles = ["analyst"]\nkey = "{line}"\n'
    (made.folder / "staff.toml").write_text(text + '[[person]]\nid = "rob"\nname = "Rob"\nroles = ["reviewer"]\n')
    return made.network


def signs_with(sign: object, key: Path) -> bool:
    """Tell whether what signs made a signature by this key."""
    made = sign(b"made up")  # type: ignore[operator]  # a callable, or the test fails here
    verify_message(base64.b64decode(made.signature), b"made up", public_of(key))
    return bool(made.key == fingerprint(public_of(key)) and made.how == "ssh-key")


def test_a_key_file_signs(network: Network, keys: dict[str, Path]) -> None:
    """Whoever can read it can sign, as for a login."""
    assert signs_with(acting_of(network, "ana", str(keys["plain"])).sign, keys["plain"])
    assert acting_of(network, "ana", "").sign is None


def test_a_key_with_a_passphrase_is_opened_by_openssh(
    keys: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The passphrase is asked by the program that people know, and never comes to us."""
    ask = tmp_path / "ask"
    ask.write_text("#!/bin/sh\necho open sesame\n")
    ask.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(ask))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")

    assert signs_with(signer_of(keys["locked"]), keys["locked"])
    ask.write_text("#!/bin/sh\necho wrong\n")
    with pytest.raises(BadInput, match="incorrect passphrase"):
        signer_of(keys["locked"])(b"x")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="ssh-keygen is not installed"):
        signer_of(keys["locked"])(b"x")


def test_the_agent_signs_by_a_public_file_or_by_its_name(
    network: Network, keys: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git does it: the .pub file says which key; `agent` takes the one of staff.toml."""
    with agent(tmp_path, keys["plain"]) as address:
        monkeypatch.setenv("SSH_AUTH_SOCK", address)
        assert signs_with(acting_of(network, "ana", "agent").sign, keys["plain"])
        assert signs_with(signer_of(keys["plain"].with_suffix(".pub")), keys["plain"])
        with pytest.raises(BadInput, match=r"does not hold the key .*; expected one that it holds: made up"):
            signer_of(keys["other"].with_suffix(".pub"))(b"x")
        with pytest.raises(BadInput, match="no key of this person"):
            acting_of(network, "rob", "agent")
    with pytest.raises(BadInput, match="ssh-agent does not answer"):
        signer_of(keys["plain"].with_suffix(".pub"))(b"x")
    monkeypatch.delenv("SSH_AUTH_SOCK")
    with pytest.raises(BadInput, match="no ssh-agent is running"):
        signer_of(keys["plain"].with_suffix(".pub"))(b"x")


def test_keys_that_cannot_be_used_are_refused_before_anything_is_signed(
    network: Network, keys: dict[str, Path], tmp_path: Path
) -> None:
    """Each says what to do."""
    open_key = make_key(tmp_path / "open")
    open_key.chmod(0o640)
    none = tmp_path / "none"
    none.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    none.chmod(0o600)
    text = tmp_path / "text"
    text.write_text("hello")

    for given, words in (
        (open_key, "others can read this private key `640`; expected 600"),
        (keys["rsa"], "a key of another kind; expected ssh-ed25519"),
        (keys["rsa"].with_suffix(".pub"), "a key of another kind `ssh-rsa`"),
        (none, "not a private key of OpenSSH"),
        (text, "a key of another kind `hello`"),
        (tmp_path / "absent", "no such key file"),
    ):
        with pytest.raises(BadInput, match=words):
            acting_of(network, "ana", str(given))
    with pytest.raises(BadInput, match=r"no staff.toml, so no key is anybody's"):
        acting_of(Network(tmp_path, network.settings), "ana", str(keys["plain"]))
