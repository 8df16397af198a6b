"""Ed25519 keys and the file that a log's own key is kept in."""

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evenhand.model.errors import BadInput
from evenhand.model.verifier_key import ED25519, MLDSA44, PUBLIC_SIZES, VerifierKey, is_key_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

SEED_SIZE = 32
PREFIX = "PRIVATE+KEY+"


class Ed25519Verifier:
    """Checks signatures of Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204); fits `evenhand.ledger.Verifier`."""

    def verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Tell whether `signature` is that of `message` under `public`, whose length says of which kind both are.

        Raises:
            BadInput: a key of ML-DSA-44, and the installed `cryptography` does not know it.
        """
        try:
            _public_key(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey(Ed25519Verifier):
    """A log's own key; fits `evenhand.ledger.Signer`. Never printed: `repr` shows the public half.

    `also` are keys that sign beside this one: after a rotation the former key does for a time.

    >>> SigningKey("ads.example/ledger", bytes(32))
    SigningKey(ads.example/ledger+b5c685fe+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop)

    Raises:
        BadInput: the name is not valid on a signature line, or the seed has not 32 bytes.
    """

    def __init__(self, name: str, seed: bytes, also: tuple["SigningKey", ...] = ()) -> None:
        if not is_key_name(name):
            raise BadInput("bad name of a log", got=name, expected="a URL without scheme, such as `ads.example/ledger`")
        if len(seed) != SEED_SIZE:
            raise BadInput("bad seed of a key", got=f"{len(seed)} bytes", expected=f"{SEED_SIZE} bytes")
        self._seed = seed
        self.also = also
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._key = VerifierKey(name=name, kind=ED25519, public=public)

    def __repr__(self) -> str:
        return f"SigningKey({self.vkey})"

    @property
    def name(self) -> str:
        """Return the origin of the log."""
        return self._key.name

    @property
    def vkey(self) -> str:
        """Return the public half as text."""
        return self._key.vkey

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`, 64 bytes."""
        return self._private.sign(message)

    def beside(self, *others: "SigningKey") -> "SigningKey":
        """Return this key with `others` signing beside it."""
        return SigningKey(self.name, self._seed, others)

    def to_file(self) -> bytes:
        """Return the bytes of the key's file: `PRIVATE+KEY+<name>+<hex id>+<base64(0x01 ‖ seed)>`, LF.

        Source: golang.org/x/mod/sumdb/note, GenerateKey.
        """
        encoded = base64.b64encode(bytes([ED25519]) + self._seed).decode()
        return f"{PREFIX}{self.name}+{self._key.id.hex()}+{encoded}\n".encode()


def read_key(data: bytes) -> SigningKey:
    """Return the key in a file's bytes.

    Raises:
        BadInput: not that form, or not the id of that key. The message shows nothing of the file.
    """
    line = data.decode(errors="replace").removesuffix("\n")
    name, _, rest = line.removeprefix(PREFIX).partition("+")
    hex_id, _, encoded = rest.partition("+")
    try:
        secret = base64.b64decode(encoded.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        secret = b""
    if line.startswith(PREFIX) and is_key_name(name) and len(secret) == SEED_SIZE + 1 and secret[0] == ED25519:
        key = SigningKey(name, secret[1:])
        if key.vkey.split("+")[1] == hex_id:
            return key
    raise BadInput("not a signing key", expected="one line `PRIVATE+KEY+<name>+<hex id>+<base64>`")


@lru_cache(maxsize=256)
def _public_key(public: bytes) -> "Ed25519PublicKey | MLDSA44PublicKey":
    if len(public) != PUBLIC_SIZES[MLDSA44]:
        return Ed25519PublicKey.from_public_bytes(public)
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415  newer than ours

        return MLDSA44PublicKey.from_public_bytes(public)
    except (ImportError, UnsupportedAlgorithm):
        raise BadInput("cannot check a signature of ML-DSA-44", todo="install a newer `cryptography`") from None
