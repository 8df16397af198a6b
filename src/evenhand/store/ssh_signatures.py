"""Signatures as `ssh-keygen -Y sign` makes them, by Ed25519 keys.

Source: PROTOCOL.sshsig of OpenSSH; RFC 4251 for the fields, RFC 8709 for Ed25519.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evenhand.model.errors import NotVerified
from evenhand.store.ssh_keys import ED25519, fingerprint, public_blob, text_field

NAMESPACE, SESSION = "evenhand", "evenhand-session"
HASH = "sha512"

_MAGIC, _VERSION = b"SSHSIG", (1).to_bytes(4, "big")
_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE = 70


class SshSignature(NamedTuple):
    """A blob taken apart: the 32 bytes of its public key, what it is for, which hash of the message, 64 bytes."""

    public: bytes
    namespace: str
    hash: str
    signature: bytes


def sign_message(message: bytes, public: bytes, sign: Callable[[bytes], bytes], namespace: str = NAMESPACE) -> bytes:
    """Return the blob of a signature of `message`; `sign` makes 64 bytes of what the key is to sign."""
    signature = text_field(ED25519.encode()) + text_field(sign(message_for_key(message, namespace)))
    fields = (public_blob(public), namespace.encode(), b"", HASH.encode(), signature)
    return _MAGIC + _VERSION + b"".join(map(text_field, fields))


def message_for_key(message: bytes, namespace: str = NAMESPACE, hash_name: str = HASH) -> bytes:
    """Return the bytes that the key signs in place of a message: never text that means something elsewhere."""
    fields = (namespace.encode(), b"", hash_name.encode(), _HASHES[hash_name](message).digest())
    return _MAGIC + b"".join(map(text_field, fields))


def verify_message(blob: bytes, message: bytes, public: bytes, namespace: str = NAMESPACE) -> None:
    """Check that `blob` is the signature of `message` by the key `public`, made for `namespace`.

    Raises:
        NotVerified: it is none, of another key, for something else, or of another message.
    """
    found = read_signature(blob)
    if found.public != public:
        raise NotVerified("signature by another key", got=fingerprint(found.public), expected=fingerprint(public))
    if found.namespace != namespace:
        raise NotVerified("signature made for something else", got=found.namespace, expected=namespace)
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(found.signature, message_for_key(message, namespace, found.hash))
    except (InvalidSignature, ValueError):
        raise NotVerified("signature does not fit the record", got=fingerprint(public)) from None


def read_signature(blob: bytes) -> SshSignature:
    """Return the parts of a blob.

    Raises:
        NotVerified: it is no signature of OpenSSH, of another version or hash, or by a key that is no Ed25519.
    """
    head = _MAGIC + _VERSION
    if not blob.startswith(head):
        raise NotVerified("not a signature of OpenSSH", expected="a blob that begins with SSHSIG, version 1")
    key, namespace, _, hash_name, signature = _fields(blob[len(head) :], 5)
    kind = key[4 : 4 + int.from_bytes(key[:4], "big")]
    if kind != ED25519.encode():
        raise NotVerified("signature by a key of another kind", got=kind.decode("ascii", "replace"), expected=ED25519)
    public, (signed_kind, raw) = _fields(key, 2)[1], _fields(signature, 2)
    if signed_kind != kind or (len(public), len(raw)) != (32, 64):
        raise NotVerified("not a signature of Ed25519", expected="32 bytes of a key, 64 of a signature")
    if hash_name.decode("ascii", "replace") not in _HASHES:
        raise NotVerified("signature over an unknown hash", got=hash_name.decode("ascii", "replace"),
                          expected=" or ".join(_HASHES))  # fmt: skip
    return SshSignature(public, namespace.decode("utf-8", "replace"), hash_name.decode(), raw)


def armored(blob: bytes) -> str:
    """Return a blob as the text that `ssh-keygen` reads and writes."""
    encoded = base64.b64encode(blob).decode()
    lines = [encoded[at : at + _LINE] for at in range(0, len(encoded), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unarmored(text: str) -> bytes:
    """Return the blob in the text that `ssh-keygen` writes.

    Raises:
        NotVerified: it is no such text.
    """
    lines = text.strip().splitlines()
    if len(lines) < 3 or (lines[0].strip(), lines[-1].strip()) != (_BEGIN, _END):
        raise NotVerified("not a signature of OpenSSH", expected=f"text between {_BEGIN} and {_END}")
    try:
        return base64.b64decode("".join(line.strip() for line in lines[1:-1]), validate=True)
    except (binascii.Error, ValueError):
        raise NotVerified("not a signature of OpenSSH", expected="base64 between its two lines") from None


def _fields(data: bytes, count: int) -> list[bytes]:
    """Return so many fields with a length before each; nothing may follow."""
    found, at = [], 0
    for _ in range(count):
        size = int.from_bytes(data[at : at + 4], "big")
        if len(data) < at + 4 + size:
            raise NotVerified("not a signature of OpenSSH", expected=f"{count} fields; it is cut short")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(data):
        raise NotVerified("not a signature of OpenSSH", expected="nothing after its last field")
    return found
