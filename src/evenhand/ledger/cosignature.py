"""What a cosigner signs: a time and a checkpoint (C2SP tlog-cosignature)."""

from evenhand.ledger.encodings import SIZE_LIMIT, read_hash, read_number
from evenhand.ledger.protocols import Verifier
from evenhand.model.errors import NotVerified
from evenhand.model.key import MLDSA44, VerifierKey

TIME_SIZE = 8
MOST_NAME_BYTES = 255


def is_cosigned(key: VerifierKey, value: bytes, text: str, verifier: Verifier) -> bool:
    """Tell whether `value` (time, 8 bytes, and signature) is the cosignature of a checkpoint's text by `key`.

    Raises:
        NotVerified: the key is one of ML-DSA-44, and the text is no checkpoint.
    """
    at = int.from_bytes(value[:TIME_SIZE])
    if at >= SIZE_LIMIT:
        return False
    message = _structure(key.name, at, text) if key.kind == MLDSA44 else f"cosignature/v1\ntime {at}\n{text}".encode()
    return verifier.verify(key.public, value[TIME_SIZE:], message)


def _structure(name: str, at: int, text: str) -> bytes:
    """Return the `cosigned_message` of a whole log; lines after the third are not part of it."""
    lines = text.split("\n")
    if len(lines) < 4:
        raise NotVerified("not a checkpoint", got=text, expected="three or more lines")
    origin, size, root = lines[:3]
    parts = [b"subtree/v1\n\0", _opaque(name), at.to_bytes(8), _opaque(origin)]
    return b"".join([*parts, bytes(8), read_number(size).to_bytes(8), read_hash(root)])


def _opaque(text: str) -> bytes:
    """Return a text with its length before it, in one byte (RFC 8446 §3.4)."""
    data = text.encode()
    if len(data) > MOST_NAME_BYTES:
        raise NotVerified("name too long for this kind of signature", got=text, expected="at most 255 bytes")
    return bytes([len(data)]) + data
