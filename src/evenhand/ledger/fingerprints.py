"""Fingerprints of entries by their place in the log, in little memory."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

_SIZE: Final = sha256().digest_size


class Fingerprints:
    """Fingerprints of 32 bytes; of entries that follow one another they are in one row, of others in a dict."""

    def __init__(self) -> None:
        """Begin with none."""
        self._first, self._row = 0, bytearray()
        self._others: dict[int, bytes] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._row) // _SIZE + len(self._others)

    def get(self, seq: int) -> bytes | None:
        """Return the fingerprint of an entry, None where there is none."""
        start = (seq - self._first) * _SIZE
        return bytes(self._row[start : start + _SIZE]) if 0 <= start < len(self._row) else self._others.get(seq)

    def __setitem__(self, seq: int, fingerprint: bytes) -> None:
        """Keep the fingerprint of an entry."""
        self._first = self._first if self._row else seq
        start = (seq - self._first) * _SIZE
        if 0 <= start <= len(self._row):
            self._row[start : start + _SIZE] = fingerprint
        else:
            self._others[seq] = fingerprint

    def update(self, several: Mapping[int, bytes]) -> None:
        """Keep the fingerprints of entries that do not follow one another."""
        self._others.update(several)
