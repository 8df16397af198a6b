"""The gate's changes of mode: told by its service in a file, entered in the ledger by the next run, each once."""

import json
from pathlib import Path
from typing import Any

from evenhand.store.network import read_network
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.run.gate_modes import mode_records
from tests.networks import DAY_2, DAY_3, MadeNetwork

LOG = b"2026-11-02T12:30:00Z observe\n2026-11-02T12:40:00Z enforce\n"


def entered(made: MadeNetwork) -> list[Any]:
    with open_ledger(made.network.ledger) as ledger:
        return [json.loads(payload or b"") for _, _, payload in ledger.entries("gate_mode")]


def switched(begun: MadeNetwork, folder: Path) -> MadeNetwork:
    made = begun.copy(folder / "network")
    made.settings["gate"]["switch"] = "gate.switch"
    return made


def test_each_change_is_entered_once_by_the_next_run(begun: MadeNetwork, tmp_path: Path) -> None:
    """Anyone who checks the gate later must know when it did not act as decided."""
    made = switched(begun, tmp_path)
    log = made.folder / "gate.switch.log"

    log.write_bytes(LOG)
    made.run(DAY_2)
    log.write_bytes(LOG + b"2026-11-03T08:00:00Z refuse-all\n")
    made.run(DAY_3)

    assert [(each["since"], each["mode"]) for each in entered(made)] == [
        ("2026-11-02T12:30:00Z", "observe"), ("2026-11-02T12:40:00Z", "enforce"),
        ("2026-11-03T08:00:00Z", "refuse-all"),
    ]  # fmt: skip


def test_a_line_that_is_no_change_is_told_and_left_out(begun: MadeNetwork, tmp_path: Path) -> None:
    """Somebody edited the log; nothing else suffers, and a line that is being written waits."""
    made = switched(begun, tmp_path)
    bad = (
        b"",
        b"observe",
        b"2026-11-02T12:30:00Z",
        b"2026-11-02T12:30:00Z whatever",
        b"2026-11-02T12:30:00 observe",
        b"\xff observe",
    )
    (made.folder / "gate.switch.log").write_bytes(
        b"\n".join([*bad, b"2026-11-02T12:30:00Z observe", b"2026-11-02T12:31:00Z enf"])
    )

    report = made.run(DAY_2)

    told = [each for each in report.contested if "no change of the gate's mode" in each]
    assert [each.partition(":")[2].partition(":")[0] for each in told] == ["1", "2", "3", "4", "5", "6"]
    assert len(entered(made)) == 1


def test_without_a_switch_or_a_log_there_is_nothing_to_enter(begun: MadeNetwork, tmp_path: Path) -> None:
    """Most networks never switch their gate."""
    assert mode_records(begun.network) == ([], ())
    made = switched(begun, tmp_path)
    made.write()
    assert mode_records(read_network(made.folder)) == ([], ())
    (made.folder / "gate.switch.log").write_bytes(b"")
    assert mode_records(read_network(made.folder)) == ([], ())
