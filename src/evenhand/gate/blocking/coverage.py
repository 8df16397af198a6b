"""How much of a register a list of some kinds of keys covers, row by row."""

from datetime import datetime
from typing import Final, NamedTuple

from evenhand.gate.blocking.refused_keys import KINDS, Refused, blocks, has_ended
from evenhand.gate.registers.register import Register
from evenhand.gate.registers.row_keys import ACCOUNT, BUNDLE, DOMAIN, NAME, SEAT
from evenhand.gate.registers.row_references import HAS_UNTIL, HAS_WHEN, HOLD

PLURALS: Final = {DOMAIN: "domains", BUNDLE: "bundles", SEAT: "seats", ACCOUNT: "accounts", NAME: "names"}


class Says(NamedTuple):
    """What a list of some format can say: the kinds of keys, the operator's choices, when an entry ends (`until`).

    `notes` are what its user has to know of it, each without full stop; `most` is how many entries a host takes.
    """

    kinds: frozenset[bytes]
    choices: frozenset[str]
    until: bool
    notes: tuple[str, ...]
    most: int | None = None


class RowKeys(NamedTuple):
    """The kinds of keys that a row has, those of them that can be listed, and when its decision ends."""

    kinds: set[bytes]
    listed: set[bytes]
    until: datetime | None


class Coverage(NamedTuple):
    """The rows that refuse or hold outright, and how many others do on some condition only."""

    rows: tuple[RowKeys, ...]
    conditional: int

    def covered(self, says: Says) -> int:
        """Return how many rows have a key that a list can hold."""
        return sum(not row.listed.isdisjoint(says.kinds) for row in self.rows)

    def lacking(self, says: Says) -> dict[str, int]:
        """Return how many rows say more than a list can: conditions, kinds of keys, an end (`until`)."""
        kinds = {kind: name for kind, name in PLURALS.items() if kind not in says.kinds}
        missing = {name: sum(kind in row.kinds for row in self.rows) for kind, name in kinds.items()}
        until = {} if says.until else {"until": sum(row.until is not None for row in self.rows)}
        return {"conditions": self.conditional, **missing, **until}


def coverage(register: Register, refused: Refused, at: datetime) -> Coverage:
    """Return what a register's rows have of keys, and which of them are listed at an instant."""
    rows: dict[int, RowKeys] = {}
    conditional = set()
    for kind, text, refs in register.entries():
        for ref in refs:
            if blocks(register, ref, at):
                row = rows.get(ref)
                if row is None:
                    row = rows[ref] = RowKeys(set(), set(), register.row(ref).until if ref & HAS_UNTIL else None)
                row.kinds.add(kind)
                if kind in KINDS and text in refused.keys[kind]:
                    row.listed.add(kind)
            elif ref & HAS_WHEN and _may_refuse(register, ref, at):
                conditional.add(ref)
    return Coverage(tuple(rows.values()), len(conditional))


def _may_refuse(register: Register, ref: int, at: datetime) -> bool:
    """Return whether a row has a condition that refuses or holds."""
    return not has_ended(register, ref, at) and any(when.outcome.severity >= HOLD for when in register.row(ref).when)
