"""Verification of what is gone: every missing payload or sealed value needs a later leaf that says why."""

from collections.abc import Iterable

import msgspec

from evenhand.ledger.erasure import ERASURE, read_erasure
from evenhand.ledger.sealed_fields import SEALED_MARK, seal_hash, sealed_places
from evenhand.model.log import ErasedEntry, LeafKind, Problem, SealedField


class PayloadChecks:
    """What was seen of the payloads of a log, entry after entry; `end` compares it with what erasures say.

    `where` is what the tables are called.
    """

    def __init__(self, where: str) -> None:
        self._payloads, self._sealed_values = f"{where}: payload", f"{where}: sealed"
        self.problems: list[Problem] = []
        self.erasures: tuple[ErasedEntry, ...] = ()
        self._missing: list[int] = []
        self._gone: dict[int, ErasedEntry] = {}
        self._gone_fields: set[tuple[int, str]] = set()
        self._sealed: dict[tuple[int, str], str] = {}

    def is_missing(self, seq: int) -> None:
        """Note an entry without payload."""
        self._missing.append(seq)

    def is_sound(self, seq: int, kind: LeafKind, body: bytes) -> None:
        """Note a payload that its leaf commits to: what it erases and what it seals."""
        if kind == ERASURE:
            self._read_erasure(seq, body)
        if SEALED_MARK in body:
            self._sealed |= {(seq, path): kept for path, kept in sealed_places(msgspec.json.decode(body))}

    def end(self, sealed: Iterable[tuple[int, SealedField]]) -> None:
        """Compare what is missing, and the sealed values that are there, with what erasures say."""
        missing = set(self._missing)
        for seq in self._missing:
            if seq not in self._gone:
                self._add("payload", f"{self._payloads} is missing", seq)
        for seq in self._gone.keys() - missing:
            self._add("payload", f"{self._payloads} is there, but was erased at leaf {self._gone[seq].leaf}", seq)
        self.erasures = tuple(self._gone[seq] for seq in self._missing if seq in self._gone)
        for seq, value in sealed:
            kept = self._sealed.pop((seq, value.path), None)
            if kept != seal_hash(value.path, value.salt, value.value) or (seq, value.path) in self._gone_fields:
                self._add("sealed", f"{self._sealed_values} at {value.path}", seq)
        for seq, path in sorted(self._sealed.keys() - self._gone_fields):
            self._add("sealed", f"{self._sealed_values} at {path} is missing", seq)

    def _read_erasure(self, leaf: int, body: bytes) -> None:
        erasure = read_erasure(body)
        if erasure is None:
            self._add("payload", f"{self._payloads} is no erasure", leaf)
            return
        for seq in erasure.erased:
            if seq >= leaf:
                self._add("payload", f"{self._payloads} erases entry {seq}, which is later", leaf)
            elif erasure.fields:
                self._gone_fields |= {(seq, path) for path in erasure.fields}
            else:
                self._gone[seq] = ErasedEntry(index=seq, leaf=leaf, basis=erasure.basis)

    def _add(self, kind: str, where: str, index: int) -> None:
        self.problems.append(Problem(kind=kind, where=where, index=index))
