"""Ctrl-C at any stage: one line that says what is safe, a ledger that verifies, and the same command goes on."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.cli.commands.demo import build_demo
from evenhand.cli.interrupts import SAFE, is_interrupt
from evenhand.model.errors import LedgerBusy
from evenhand.policy.proofs.smt import solver
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from tests.commands import DAY_2, append, evenhand

STAGES = (
    "run_inputs.take_lists", "recorded_rulings.record", "register_beside.make_register", "network_run.write_tables",
    "network_run.begin_state",
)  # fmt: skip


def press(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_is_interrupted_says_what_is_safe_and_goes_on(
    network: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Before anything is written, in the middle, and between what is recorded and what is published."""
    append("data/advertisers.csv", "a4,Quandar Holding,quandar.example\n")(network)
    with monkeypatch.context() as patched:
        patched.setattr(f"evenhand.workflows.run.{stage}", press)
        interrupted = evenhand("run", network, "--at", DAY_2)

    assert interrupted == (130, "", f"evenhand: {SAFE}\n")
    assert evenhand("ledger", "verify", network).status == 0
    again = evenhand("run", network, "--at", DAY_2, "--json")
    assert (again.status, again.json["outcomes_in_force"]["advertiser"]["refuse"]) == (0, 2)
    assert evenhand("ledger", "verify", network).status == 0


def test_a_demo_that_was_interrupted_can_be_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stopped in the middle of copying: what stood there must be a demo or nothing."""
    folder = tmp_path / "demo"
    with monkeypatch.context() as patched:
        patched.setattr("evenhand.cli.commands.demo.create_ledger", press)
        assert evenhand("demo", folder).status == 130

    build_demo(folder)
    build_demo(folder)

    assert (folder / "evenhand.toml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_ctrl_c_while_verbs_are_loaded_is_one_line() -> None:
    """The first half second of every command is spent on reading the program."""
    loading = (
        "import os, signal, sys, evenhand.cli as cli\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'evenhand.cli.app':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "cli.main()\n"
    )

    done = subprocess.run([sys.executable, "-c", loading], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"evenhand: {SAFE}\n")


def test_ctrl_c_that_duckdb_or_z3_took_is_still_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB makes an error of its own of it, Z3 the answer `unknown`; the work must not go on."""

    class Interrupted:
        def check(self) -> object:
            return solver._z3().unknown

        def reason_unknown(self) -> str:
            return "interrupted from keyboard"

    with pytest.raises(KeyboardInterrupt):
        solver._answered(Interrupted())
    assert is_interrupt(RuntimeError("Query interrupted"))
    assert not is_interrupt(RuntimeError("anything else"))


def test_who_waits_is_told_for_whom_and_how_long(network: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Before it waits, not when it gives up."""
    folder = LedgerFolder.at(network)

    with (
        folder.locked(0),
        pytest.raises(LedgerBusy, match=r"; waited 0\.1 s; wait for it or stop it"),
        folder.locked(0.1),
    ):
        pass

    (told,) = caplog.messages
    assert told.startswith(f"evenhand: waiting up to 0.1 s for process {os.getpid()} on ")
    assert told.endswith(" to finish writing")


def test_a_lock_of_an_earlier_version_names_nobody(network: Path) -> None:
    """It wrote nothing into the file."""
    path = network / "ledger/private/lock"
    path.write_bytes(b"")

    with path.open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LedgerBusy, match="a process that does not say which"):
            LedgerFolder.at(network).locked(0).__enter__()
