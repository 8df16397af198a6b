"""Private keys in the files of OpenSSH; those with a passphrase are for OpenSSH itself to open."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from evenhand.model.errors import BadInput

PRIVATE_HEAD = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_OTHERS = 0o077


class PrivateKey:
    """An Ed25519 key that can sign; `repr` shows nothing of it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`, 64 bytes."""
        return self._key.sign(message)


def read_private_key(path: Path) -> PrivateKey | None:
    """Return the key in a file; None if a passphrase protects it.

    Raises:
        BadInput: others can read the file, it is no private key of OpenSSH, or a key of another kind.
    """
    mode = path.stat().st_mode & 0o777
    if mode & _OTHERS:
        raise BadInput(
            "others can read this private key", where=path, got=f"{mode:o}", expected="600", todo=f"chmod 600 {path}"
        )
    try:
        key = load_ssh_private_key(path.read_bytes(), None)
    except TypeError:  # what the library says of a passphrase that it was not given
        return None
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput("not a private key of OpenSSH", where=path, expected=f"a file that begins with"
                       f" {PRIVATE_HEAD.decode()}", todo="make one: ssh-keygen -t ed25519") from None  # fmt: skip
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("a key of another kind", where=path, expected="ssh-ed25519",
                       todo="make one: ssh-keygen -t ed25519")  # fmt: skip
    return PrivateKey(key)
