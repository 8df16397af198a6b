"""Registers that a case states: opened in both forms, so that every case is answered twice."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from evenhand.gate import Gate, compile_register, write_register
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from tests.suffixes import SUFFIXES

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALLOWING = {"unknown": "allow", "missing": "allow", "malformed": "refuse", "mismatch": "note"}
_SEED = bytes(range(16))


@contextmanager
def gates(rows: list[dict[str, Any]], policy: dict[str, str] = ALLOWING) -> Iterator[tuple[Gate, Gate]]:
    """Give the register of some rows as two gates: on the plain form and on the compiled file."""
    chosen = msgspec.convert(policy, GatePolicy)
    head = RegisterHead(policy=chosen, fresh_until=datetime(2099, 1, 1, tzinfo=UTC), checkpoint="")
    listed = msgspec.convert(rows, list[RegisterRow])
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder) / "register.jsonl", Path(folder) / "register.evh"
        write_register(listed, head, plain, SUFFIXES)
        compile_register(listed, head, compiled, SUFFIXES, _SEED)
        yield Gate(plain, stale=None), Gate(compiled, stale=None)
