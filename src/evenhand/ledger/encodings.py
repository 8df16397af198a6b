"""Reading the small pieces that C2SP texts are made of: base64, decimals, hashes."""

import base64
import binascii

from evenhand.ledger.tree import HASH_SIZE
from evenhand.model.errors import NotVerified

SIZE_LIMIT = 1 << 63


def to_base64(data: bytes) -> str:
    """Return standard base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Return the bytes of `text`, which must be exactly what `to_base64` writes.

    Strict, because spare bits in the last character would let a byte change unnoticed.
    """
    try:
        data = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        data = b""
    if not text or to_base64(data) != text:
        raise NotVerified("not base64", got=text)
    return data


def read_hash(text: str) -> bytes:
    """Return the 32 bytes of a hash written in base64."""
    data = from_base64(text)
    if len(data) != HASH_SIZE:
        raise NotVerified("not a hash", got=text, expected="32 bytes in base64")
    return data


def read_number(text: str) -> int:
    """Return an ASCII decimal below 2**63 without sign and leading zero."""
    plain = text.isascii() and text.isdigit() and len(text) <= 19
    if not plain or text != str(int(text)) or int(text) >= SIZE_LIMIT:
        raise NotVerified("not a number", got=text, expected="a decimal below 2^63 without leading zero")
    return int(text)
