"""Registers for the gate's tests: a head with every choice stated, and rows in few words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evenhand.gate import Gate, compile_register, write_register
from evenhand.model.outcome import Outcome
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from tests.suffixes import SUFFIXES

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
FRESH_UNTIL = datetime(2026, 8, 2, tzinfo=UTC)
SEED = bytes(range(16))
OPEN = GatePolicy(unknown="allow", missing="allow", malformed="allow", mismatch="note")


def head(
    policy: GatePolicy = OPEN, checkpoint: str = "log.example/made-up\n7\ncm9vdA==\n", **further: Any
) -> RegisterHead:
    return RegisterHead(policy=policy, fresh_until=FRESH_UNTIL, checkpoint=checkpoint, **further)


def row(party: str, outcome: str = "allow", kind: Any = "advertiser", **keys: Any) -> RegisterRow:
    decided = {} if outcome == "allow" else {"decision": f"d-{party}", "reason": f"r-{party}"}
    return RegisterRow(kind=kind, id=party, outcome=Outcome(outcome), **{**decided, **keys})


def open_gate(folder: Path, *rows: RegisterRow, policy: GatePolicy = OPEN, stale: Any = None) -> Gate:
    path = folder / "register.jsonl"
    write_register(rows, head(policy), path, SUFFIXES)
    return Gate(path, stale)


def compiled_gate(
    folder: Path, *rows: RegisterRow, policy: GatePolicy = OPEN, stale: Any = None, **further: Any
) -> Gate:
    path = folder / "register.evh"
    compile_register(rows, head(policy, **further), path, SUFFIXES, SEED)
    return Gate(path, stale)
