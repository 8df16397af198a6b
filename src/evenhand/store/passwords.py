"""Passwords, kept as Argon2id hashes with the parameters of RFC 9106's second choice."""

from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: str) -> str:
    """Return a password's hash with its salt and parameters, as the PHC string format writes them; takes 50 ms."""
    return _HASHER.hash(password)


def is_password(password: str, hashed: str) -> bool:
    """Return whether a password is the one that was hashed; a broken hash is nobody's."""
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def hash_of_nobody() -> str:
    """Return a hash that no password has, made in no time; comparing with it takes as long as with any other."""
    salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (_HASHER.salt_len, _HASHER.hash_len))
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"
