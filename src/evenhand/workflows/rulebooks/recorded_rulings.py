"""Recorded rulings with the facts they were made on, as a replay reads them: nothing else of a decision is decoded."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from evenhand.ledger.protocols import Storage
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling


class _Inputs(msgspec.Struct, frozen=True):
    rulebook: str


class RecordedRuling(msgspec.Struct, frozen=True):
    """The ruling that a decision records; `facts` are JSON as the payload has it."""

    outcome: Outcome
    decision: Literal["allow", "deny", "nodecision"]
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    inputs: _Inputs
    facts: msgspec.Raw

    @property
    def rulebook(self) -> str:
        """Return the SHA-256 of the rulebook that ruled."""
        return self.inputs.rulebook.removeprefix("sha256:")

    @property
    def ruling(self) -> Ruling:
        """Return the ruling as such."""
        return Ruling(outcome=self.outcome, decision=self.decision, reasons=self.reasons, errors=self.errors)


class _Leaf(msgspec.Struct, frozen=True):
    kind: str


_leaf = msgspec.json.Decoder(_Leaf).decode
_recorded = msgspec.json.Decoder(RecordedRuling).decode


def read_recorded(payload: bytes) -> RecordedRuling:
    """Return the ruling that a decision's payload records."""
    return _recorded(payload)


def recorded_rulings(tables: Storage, start: int, end: int) -> Iterator[tuple[int, RecordedRuling | None]]:
    """Yield seq and ruling of the decisions from `start` to before `end`; None where the payload was erased."""
    for entry in tables.entries(start):
        if entry.seq >= end:
            return
        if _leaf(entry.leaf).kind == "decision":
            yield entry.seq, None if entry.body is None else read_recorded(entry.body)


def entries_in(tables: Storage) -> int:
    """Return how many entries there are."""
    return next((seq + 1 for seq, _ in tables.last_leaves()), 0)
