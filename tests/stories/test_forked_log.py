"""Two folders of one network that both went on: a gate keeps to the history that it has seen."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.gate import Gate
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters
from evenhand.model.errors import RegisterUnexpected
from evenhand.web.gate.log_key import text_check
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network


def test_a_gate_takes_no_register_of_a_copy_that_went_on_by_itself(tmp_path: Path) -> None:
    """The copy decides more and has the larger tree, so that neither size nor signature tells; nor does a restart."""
    made = empty_network(tmp_path / "network")
    made.run(DAY_1)
    copy = made.copy(tmp_path / "copy")
    made.add("advertisers", id="held", name="Dravik Mills", domains="held.example")
    made.add("house-sanctions", id="s-1", name="Dravik Mills", schema="Company", topic="made-up")
    made.run(DAY_2)
    keys = [(made.folder / "ledger" / "public" / "vkey").read_text("ascii").strip()]
    gate = Gate(shipped(made, tmp_path), "last", expected=AcceptedRegisters(signed_text=text_check(keys)))
    assert gate.verdict(adomain=["held.example"], at=DAY_2).outcome == "hold"

    for number in range(9):
        copy.add("advertisers", id=f"a-{number}", name=f"Made Up {number}")
    copy.run(DAY_2)
    register = shipped(copy, tmp_path)
    with pytest.raises(RegisterUnexpected, match="a log of another history"):
        gate.refresh()
    with pytest.raises(RegisterUnexpected, match="a log of another history"):
        Gate(register, "last", expected=AcceptedRegisters(signed_text=text_check(keys)).after(gate.opened.log))
    assert gate.verdict(adomain=["held.example"], at=DAY_2).outcome == "hold"

    made.add("advertisers", id="more", name="One More")
    made.run(DAY_2 + timedelta(hours=1))
    shipped(made, tmp_path)
    assert gate.refresh()


def shipped(made: MadeNetwork, folder: Path) -> Path:
    """Put a network's register and its signature in place as somebody does who copies them to another machine."""
    for name in ("register.sig", "register.evh"):
        new = folder / f"new-{name}"
        new.write_bytes((made.folder / "out" / name).read_bytes())
        new.replace(folder / name)
    return folder / "register.evh"
