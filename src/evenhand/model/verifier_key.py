"""The public half of a signing key, as C2SP writes it."""

import base64
import hashlib
from typing import Literal

from evenhand.model.record import Record

ED25519: Literal[0x01] = 0x01
COSIGNATURE: Literal[0x04] = 0x04
MLDSA44: Literal[0x06] = 0x06
PUBLIC_SIZES = {ED25519: 32, COSIGNATURE: 32, MLDSA44: 1312}


class VerifierKey(Record, frozen=True, kw_only=True):
    """A name and a public key; `kind` 0x01 signs notes (a log), 0x04 cosigns them (a witness), 0x06 does either.

    Of Ed25519 (32 bytes) are the first two, of ML-DSA-44 (1,312 bytes) the third.

    Source: C2SP signed-note 1.0.0, tlog-cosignature 1.0.0.
    """

    name: str
    kind: Literal[0x01, 0x04, 0x06]
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that name this key on a signature line."""
        return key_id(self.name, self.kind, self.public)

    @property
    def label(self) -> str:
        """Return `name+hex(id)`: what a signature line shows of this key."""
        return f"{self.name}+{self.id.hex()}"

    @property
    def vkey(self) -> str:
        """Return the key as one line of text: `name+hex(id)+base64(kind ‖ public)`."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.label}+{encoded}"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return SHA-256(name ‖ 0x0A ‖ kind ‖ public)[:4] (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def is_key_name(name: str) -> bool:
    """Tell whether `name` is valid on a signature line: not empty, no blank, no `+`, no control character."""
    return bool(name) and "+" not in name and not any(character.isspace() or character < " " for character in name)
