"""How much of a register a list covers."""

from pathlib import Path

from evenhand.gate.blocking.coverage import Says, coverage
from evenhand.gate.blocking.refused_keys import RefusedKeys
from evenhand.gate.registers.row_keys import BUNDLE, DOMAIN, SEAT
from tests.unit.gate.registers import NOW, compiled_gate, row


def test_a_row_whose_keys_cannot_be_listed_is_not_covered(tmp_path: Path) -> None:
    """A platform's host leads to nobody, a shared seat speaks for nobody: such rows need the gate itself."""
    gate = compiled_gate(
        tmp_path, row("tv", "refuse", domains=("youtube.com",)), row("a", "refuse", seats=("1",)),
        row("b", seats=("1",)), row("c", "refuse", bundles=("com.c",)), row("d", "refuse"),
    )  # fmt: skip
    says = Says(frozenset({DOMAIN, BUNDLE, SEAT}), frozenset(), until=False, notes=())

    found = coverage(gate.register, RefusedKeys(gate.opened.resolver).at(NOW), NOW)

    assert len(found.rows) == 4
    assert found.covered(says) == 1
    assert found.lacking(says) == {"conditions": 0, "accounts": 0, "names": 0, "until": 0}
