"""`evenhand gate serve`: what it hands to the process of the service, and what it refuses before."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.cli.commands import gate_serve
from evenhand.model.service import BODIES, ServiceSettings
from evenhand.store.keys import SigningKey
from tests.commands import ORIGIN, evenhand


class Became(Exception):
    """Raised in place of becoming another program."""


@pytest.fixture
def _stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `execv` say what it was told: this process runs the tests."""

    def stay(program: str, command: list[str]) -> None:
        raise Became(program, command)

    monkeypatch.setattr(os, "execv", stay)
    kept = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, kept)


def settings(*arguments: Any) -> ServiceSettings:
    """Return what the service would be started with."""
    with pytest.raises(Became) as became:
        evenhand("gate", "serve", *arguments)
    program, command = became.value.args
    assert [program, *command[:4]] == [sys.executable, sys.executable, "-P", "-m", "evenhand.web"]
    return msgspec.json.decode(command[4], type=ServiceSettings)


@pytest.mark.usefixtures("_stays")
def test_it_listens_on_loopback_unless_told(tmp_path: Path) -> None:
    """With the defaults that the page of commands names."""
    register = tmp_path / "register.evh"

    assert settings("--register", register) == ServiceSettings(
        registers=(str(register),), stale=None, host="127.0.0.1", port=8970, switch=None, max_body=1 << 16, workers=1,
        tell="nothing", max_bodies=BODIES,
    )  # fmt: skip


@pytest.mark.usefixtures("_stays")
def test_every_option_reaches_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths whole, so that it does not matter where the service stands."""
    monkeypatch.chdir(tmp_path)

    made = settings(
        "--register", "r.jsonl", "--host", "::1", "--port", 0, "--switch", "word", "--stale", "hold",
        "--max-body", 5000, "--workers", 3, "--tell", "reasons", "--socket", "s", "--admin-port", 0,
        "--admin-host", "::1",
    )  # fmt: skip

    assert made == ServiceSettings(
        registers=(str(tmp_path / "r.jsonl"),), stale="hold", host="::1", port=0, switch=str(tmp_path / "word"),
        max_body=5000, workers=3, tell="reasons", socket=str(tmp_path / "s"), admin_port=0, admin_host="::1",
    )  # fmt: skip


@pytest.mark.usefixtures("_stays")
def test_a_limit_is_of_all_paths_or_of_one(tmp_path: Path) -> None:
    """The default leaves room for sixty bids of 20 KB where bids are posted, and for a question elsewhere."""
    one = settings("--register", tmp_path / "r", "--max-body", "/v1/filter=9000000")
    both = settings("--register", tmp_path / "r", "--max-body", "/v1/filter=9000000", "--max-body", 100)

    assert BODIES["/v1/filter"] > 60 * 20_000
    assert (one.max_body, one.max_bodies) == (1 << 16, {**BODIES, "/v1/filter": 9_000_000})
    assert (both.max_body, both.max_bodies) == (100, {"/v1/filter": 9_000_000})


@pytest.mark.usefixtures("_stays")
def test_a_network_s_folder_gives_both_forms_of_its_register_and_its_choice(network: Path) -> None:
    """The compiled form first; the option chooses otherwise for once."""
    made = settings("--register", network)

    assert made.registers == tuple(str(network / "out" / name) for name in ("register.evh", "register.jsonl"))
    assert made.stale == "hold"
    assert made.network == str(network)
    given = settings("--register", network, "--stale", "refuse")
    assert (given.stale, given.network) == ("refuse", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--stale", "maybe"), "--stale: unknown choice `maybe`; expected allow, hold, refuse, use-last"),
        (("--port", "70000"), "--port"),
        (("--workers", "0"), "workers"),
        (("--max-body", "0"), "--max-body: no number of bytes: `0`; expected 1 to 1073741824, or PATH=BYTES"),
        (("--max-body", "1MB"), "no number of bytes: `1MB`"),
        (("--max-body", "/v1/filter="), "no number of bytes: `/v1/filter=`"),
        (("--max-body", "9" * 5000), "no number of bytes"),
        (("--max-body", "/metrics=5"), "--max-body: a path without a body: `/metrics`; expected /v1/filter, "),
        (("--admin-port", "70000"), "--admin-port"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    """Before anything is started."""
    status, _, err = evenhand("gate", "serve", "--register", tmp_path / "r", *arguments)

    assert status == 2
    assert says in err


def test_a_folder_that_is_no_network_is_named(tmp_path: Path) -> None:
    """There is no register to look for in it."""
    status, _, err = evenhand("gate", "serve", "--register", tmp_path)

    assert status == 2
    assert "evenhand.toml" in err


def test_a_platform_without_the_loop_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where uvloop cannot be installed the rest of Evenhand runs."""
    monkeypatch.setattr(gate_serve, "find_spec", lambda _: None)

    status, _, err = evenhand("gate", "serve", "--register", tmp_path / "r")

    assert status == 2
    assert "the service needs uvloop" in err


@pytest.mark.usefixtures("_stays")
def test_which_registers_it_takes_reaches_the_service(tmp_path: Path) -> None:
    """A key may be given itself or by its file; a signal to open anew does not end what does not listen yet."""
    one, other = (SigningKey("log.example/a", bytes([number]) * 32).vkey for number in (1, 2))
    (tmp_path / "vkey").write_text(f"{other}\n")

    made = settings(
        "--register", tmp_path / "r.evh", "--origin", "log.example/a", "--tree-size", 7, "--allow-older",
        "--vkey", one, "--vkey", tmp_path / "vkey", "--signed",
    )  # fmt: skip

    assert (made.origin, made.tree_size, made.allow_older, made.vkeys) == ("log.example/a", 7, True, (one, other))
    assert made.signed
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@pytest.mark.usefixtures("_stays")
def test_a_network_s_folder_says_from_which_log_registers_come(network: Path) -> None:
    """So that another network's register in its place is refused at the first look."""
    assert settings("--register", network).origin == ORIGIN


@pytest.mark.parametrize(
    ("key", "says"), [("no-such-file", "no key: `no-such-file: No such file"), ("a+b+c", "not a verifier key `a+b+c`")]
)
def test_what_is_no_key_is_told_before_the_service_starts(tmp_path: Path, key: str, says: str) -> None:
    """One line, status 2."""
    answer = evenhand("gate", "serve", "--register", tmp_path / "r.evh", "--vkey", key)

    assert answer.status == 2
    assert says in answer.err
