"""Salts made from a subject's key: deleting the key closes every commitment about the subject."""

import hashlib
import hmac
from collections.abc import Callable

from evenhand.ledger.protocols import Storage
from evenhand.model.log import StoredEntry

SUBJECT_KEY_SIZE = 32
_CONTEXT = b"evenhand/salt/v1"


def subject_salt(key: bytes, seq: int) -> bytes:
    """Return the salt of entry `seq`: HKDF-SHA256(key, salt=`evenhand/salt/v1`, info = uint64-BE seq, 32 bytes).

    Source: RFC 5869; 32 bytes are one block of its expansion.
    """
    extracted = hmac.digest(_CONTEXT, key, hashlib.sha256)
    return hmac.digest(extracted, seq.to_bytes(8) + b"\x01", hashlib.sha256)


def salt_of(entry: StoredEntry) -> bytes | None:
    """Return the salt of a row: its own, or the one that its subject's key gives; None if it is gone."""
    if entry.salt or entry.subject_key is None:
        return entry.salt
    return subject_salt(entry.subject_key, entry.seq)


class SubjectSalts:
    """The salts of new records where the ledger is set to `salts = "subject"`.

    A record without subject has a random salt of its own, kept beside its payload.
    """

    def __init__(self, storage: Storage, draw: Callable[[int], bytes]) -> None:
        self._storage, self._draw = storage, draw

    def keys(self, subjects: set[str]) -> dict[str, bytes]:
        """Return the key of each subject; those that had none have one now, durably."""
        subjects = subjects - {""}
        known = dict(self._storage.subject_keys(subjects))
        fresh = {subject: self._draw(SUBJECT_KEY_SIZE) for subject in sorted(subjects - known.keys())}
        # INVARIANT: a key is durable before a leaf commits under it; a key without leaf does no harm.
        if fresh:
            self._storage.add_subject_keys(fresh)
        return known | fresh
