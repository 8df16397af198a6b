"""Our signatures against OpenSSH's: each verifies what the other made, and both refuse the same."""

import subprocess
from pathlib import Path

import pytest

from evenhand.model.errors import NotVerified
from evenhand.store.ssh_private_keys import read_private_key
from evenhand.store.ssh_signatures import armored, read_signature, sign_message, unarmored, verify_message
from tests.ssh import make_key, needs_openssh, public_of, run

pytestmark = needs_openssh
MESSAGES = (b"", b"{}", b'{"answer":"same"}', bytes(range(256)) * 40, "Zoë & Ω\n".encode())


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("keys") / "key")


def openssh_verifies(key: Path, text: str, message: bytes, namespace: str = "evenhand") -> bool:
    """Tell whether `ssh-keygen -Y verify` takes a signature as that of the key's owner."""
    signers, signature = key.with_name("signers"), key.with_name("signature")
    signers.write_text(f"owner {key.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    signature.write_text(text, "utf-8")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "owner", "-n", namespace, "-s", str(signature)]
    return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("message", MESSAGES, ids=len)
def test_openssh_verifies_what_we_sign_and_the_other_way_round(key: Path, message: bytes) -> None:
    """The same key, message and namespace give the same bytes: Ed25519 leaves nothing to chance."""
    private = read_private_key(key)
    assert private is not None
    ours = sign_message(message, private.public, private.sign)
    theirs = run("ssh-keygen", "-Y", "sign", "-q", "-n", "evenhand", "-f", str(key), data=message).decode()

    assert armored(ours) == theirs
    assert openssh_verifies(key, armored(ours), message)
    verify_message(unarmored(theirs), message, public_of(key))


def test_both_refuse_another_message_namespace_or_a_changed_byte(key: Path) -> None:
    """What OpenSSH does not take, we do not take."""
    message = b'{"answer":"same"}'
    text = run("ssh-keygen", "-Y", "sign", "-q", "-n", "evenhand", "-f", str(key), data=message).decode()
    blob = unarmored(text)
    file = run("ssh-keygen", "-Y", "sign", "-q", "-n", "file", "-f", str(key), data=message).decode()
    changed = armored(blob[:-1] + bytes([blob[-1] ^ 1]))

    for given, about in ((text, b"{}"), (file, message), (changed, message)):
        assert not openssh_verifies(key, given, about)
        with pytest.raises(NotVerified):
            verify_message(unarmored(given), about, public_of(key))


def test_a_signature_over_sha256_is_taken_too(key: Path) -> None:
    """`ssh-keygen` can be told to use it; both hashes are in the format."""
    command = ("ssh-keygen", "-Y", "sign", "-q", "-n", "evenhand", "-O", "hashalg=sha256", "-f", str(key))
    blob = unarmored(run(*command, data=b"x").decode())

    assert read_signature(blob).hash == "sha256"
    verify_message(blob, b"x", public_of(key))


def test_a_key_of_another_kind_is_refused(key: Path) -> None:
    """RSA signatures verify in OpenSSH; staff.toml takes none, so neither do we."""
    rsa = make_key(key.with_name("rsa"), kind="rsa")
    text = run("ssh-keygen", "-Y", "sign", "-q", "-n", "evenhand", "-f", str(rsa), data=b"x").decode()

    assert openssh_verifies(rsa, text, b"x")
    with pytest.raises(NotVerified, match="key of another kind `ssh-rsa`"):
        verify_message(unarmored(text), b"x", public_of(key))


def test_every_cut_of_a_signature_is_refused(key: Path) -> None:
    """No error but ours, wherever the bytes end or go on."""
    private = read_private_key(key)
    assert private is not None
    blob = sign_message(b"x", private.public, private.sign)

    for given in (*(blob[:end] for end in range(len(blob))), blob + b"\0"):
        with pytest.raises(NotVerified):
            verify_message(given, b"x", private.public)
    for text in ("", "x", armored(blob)[1:], armored(blob).replace("U1NI", "U1!I")):
        with pytest.raises(NotVerified):
            unarmored(text)
