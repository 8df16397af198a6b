"""Public keys as OpenSSH writes them; of their kinds, Ed25519 alone is taken."""

import base64
import binascii
import hashlib

from evenhand.model.errors import BadInput

ED25519 = "ssh-ed25519"
_SIZE = 32


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes of the key in a line `ssh-ed25519 AAAA… comment`.

    Raises:
        BadInput: it is no such line, or a key of another kind.
    """
    kind, _, rest = text.strip().partition(" ")
    if kind != ED25519:
        raise BadInput("a key of another kind", got=kind, expected=_EXPECTED, todo="make one: ssh-keygen -t ed25519")
    try:
        blob = base64.b64decode(rest.strip().partition(" ")[0], validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    public = blob[len(_HEAD) :]
    if not blob.startswith(_HEAD) or len(public) != _SIZE:
        raise BadInput("not a public key of OpenSSH", got=text, expected=_EXPECTED, todo="copy the .pub file whole")
    return public


def public_blob(public: bytes) -> bytes:
    """Return the wire form of a key: its kind and its 32 bytes, each with a length before it."""
    return _HEAD + public


def public_line(public: bytes) -> str:
    """Return the line of a key without comment."""
    return f"{ED25519} {base64.b64encode(public_blob(public)).decode()}"


def fingerprint(public: bytes) -> str:
    """Return the name of a key as `ssh-keygen -l` shows it.

    >>> fingerprint(bytes(32))
    'SHA256:Z6ZY4esJWC1LfRXpiVNpgGbNHS/r+CqT9bPf1c2yAZo'
    """
    digest = hashlib.sha256(public_blob(public)).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def text_field(data: bytes) -> bytes:
    """Return bytes with their length before them, in four bytes (RFC 4251, `string`)."""
    return len(data).to_bytes(4, "big") + data


_HEAD = text_field(ED25519.encode()) + _SIZE.to_bytes(4, "big")
_EXPECTED = "a line `ssh-ed25519 AAAA…` as in the .pub file"
