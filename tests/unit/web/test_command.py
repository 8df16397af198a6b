"""`evenhand-gate`: the service and one question, without a package beyond the gate's own."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.model.service import BODIES, ServiceSettings
from evenhand.web.gate import startup as service
from evenhand.web.gate.command import main
from tests.unit.gate.registers import open_gate, row

AT = ("--at", "2026-08-01T12:00:00Z")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """One refused advertiser with a domain, one allowed."""
    open_gate(tmp_path, row("x", "refuse", domains=("x.example",)), row("ok", domains=("ok.example",)))
    return tmp_path / "register.jsonl"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ServiceSettings]]:
    """Return what the service is started with."""
    found: list[ServiceSettings] = []

    def start(arguments: list[str]) -> int:
        found.append(msgspec.json.decode(arguments[0], type=ServiceSettings))
        return 0

    monkeypatch.setattr(service, "main", start)
    kept = signal.getsignal(signal.SIGHUP)
    yield found
    signal.signal(signal.SIGHUP, kept)


def test_a_question_is_answered_as_json_with_a_status(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 it may buy, 1 it may not."""
    asked = [["--adomain", "www.x.example"], ["--adomain", "ok.example"], ["--adomain", "nobody.example"]]

    statuses = [main(["check", "--register", str(register), *each, *AT]) for each in asked]

    outcomes = [json.loads(line)["outcome"] for line in capsys.readouterr().out.splitlines()]
    assert (statuses, outcomes) == ([1, 0, 0], ["refuse", "allow", "unknown"])


def test_an_id_that_is_not_on_file_does_not_pass(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be one that was misspelt."""
    assert main(["check", "--register", str(register), "--advertiser", "xx", *AT]) == 1
    assert json.loads(capsys.readouterr().out)["codes"] == ["advertiser-unknown"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", *AT], "nothing to check; expected --adomain, --seat, --bundle or --advertiser"),
        (["check", "--seat", "1", "--country", "Germany", *AT], "--country: unknown country `Germany`"),
        (["check", "--seat", "1"], "the register is stale since"),
        (["serve", "--max-body", "a"], "--max-body: no number of bytes: `a`"),
        (["serve", "--vkey", "absent"], "--vkey: not a key: `absent: No such file or directory`"),
    ],
)
def test_bad_use_is_one_line(
    register: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2."""
    assert main([*arguments, "--register", str(register)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("evenhand-gate: ")
    assert says in said


@pytest.mark.parametrize(
    "arguments",
    [[], ["serve"], ["serve", "--port", "70000"], ["serve", "--workers", "0"], ["check", "--at", "2026-08-01"],
     ["check", "--stale", "maybe"], ["serve", "--admin-port", "-1"]],
)  # fmt: skip
def test_an_option_of_no_such_value_ends_with_2(register: Path, arguments: list[str]) -> None:
    """As argparse says it."""
    given = [*arguments, "--register", str(register)] if len(arguments) > 1 else arguments
    with pytest.raises(SystemExit) as left:
        main(given)

    assert left.value.code == 2


def test_every_option_reaches_the_service(register: Path, tmp_path: Path, started: list[ServiceSettings]) -> None:
    """Paths whole."""
    (tmp_path / "vkey").write_text("log.example+key\n")

    status = main(
        ["serve", "--register", str(register), "--host", "::1", "--port", "0", "--switch", str(tmp_path / "word"),
         "--stale", "hold", "--max-body", "5000", "--workers", "3", "--tell", "codes", "--origin", "log.example",
         "--remember", str(tmp_path / "taken"), "--tree-size", "7", "--allow-older",
         "--vkey", str(tmp_path / "vkey"), "--vkey", "a+b", "--signed", "--socket",
         str(tmp_path / "s"), "--admin-port", "1", "--admin-host", "0.0.0.0"]
    )  # fmt: skip

    assert status == 0
    assert started == [
        ServiceSettings(
            registers=(str(register),), stale="hold", host="::1", port=0, switch=str(tmp_path / "word"), max_body=5000,
            workers=3, tell="codes", origin="log.example", tree_size=7, allow_older=True,
            remember=str(tmp_path / "taken"),
            vkeys=("log.example+key", "a+b"), signed=True, socket=str(tmp_path / "s"), admin_port=1,
            admin_host="0.0.0.0",
        )
    ]  # fmt: skip


def test_a_network_s_folder_gives_its_registers_its_choice_and_its_switch(
    tmp_path: Path, started: list[ServiceSettings]
) -> None:
    """As `evenhand gate serve` reads them, without what runs a network."""
    text = '[network]\norigin = "log.example/a"\n[gate]\nstale = "refuse"\nswitch = "word"\n'
    (tmp_path / "evenhand.toml").write_text(text)

    main(["serve", "--register", str(tmp_path)])
    main(["serve", "--register", str(tmp_path), "--stale", "last"])

    made, given = started
    wanted: dict[str, Any] = {
        "registers": tuple(str(tmp_path / "out" / name) for name in ("register.evh", "register.jsonl")),
        "stale": "refuse", "switch": str(tmp_path / "word"), "origin": "log.example/a", "network": str(tmp_path),
        "max_bodies": BODIES,
    }  # fmt: skip
    assert {name: getattr(made, name) for name in wanted} == wanted
    assert (given.stale, given.network) == ("last", "")
