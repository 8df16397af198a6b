"""The process of the service: how it begins, and how it says that it cannot."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate
from evenhand.model.service import ServiceSettings
from evenhand.web.gate.startup import main, say
from tests.unit.gate.registers import open_gate, row


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    turns_s = sys.getswitchinterval()
    yield
    sys.setswitchinterval(turns_s)
    for number, handler in kept.items():
        signal.signal(number, handler)


ASKER = """
import os, signal, sys, time, urllib.request
for _ in range(1200):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/readyz")
        break
    except OSError:
        time.sleep(0.05)
os.kill(int(sys.argv[2]), signal.SIGTERM)
"""


def settings(folder: Path, **other: Any) -> str:
    wanted = ServiceSettings(
        registers=(str(folder / "register.jsonl"),), stale="last", host="127.0.0.1", port=0, switch=None,
        max_body=1000, workers=1,
    )  # fmt: skip
    return msgspec.json.encode(msgspec.structs.replace(wanted, **other)).decode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.mark.parametrize("workers", [1, 2])
def test_the_process_serves_until_it_is_told_to_stop(
    tmp_path: Path, workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 0: it was asked to end."""
    open_gate(tmp_path, row("a"))
    port, heard = free_port(), []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (500, hard))

    def ask() -> None:
        until = time.monotonic() + 60
        while not heard and time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
                    heard.append(answer.read())
            except OSError:
                time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=ask)
    if workers == 1:
        asking.start()
    else:
        # A process that has threads should not fork: another one asks.
        asker = subprocess.Popen([sys.executable, "-c", ASKER, str(port), str(os.getpid())])

    status = main([settings(tmp_path, port=port, workers=workers, switch=str(tmp_path / "switch"))])

    raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert raised == (2112 if hard == resource.RLIM_INFINITY else min(2112, hard))
    assert status == 0
    assert (
        f"evenhand gate: register taken\nevenhand gate: listening on http://127.0.0.1:{port}\n"
        in capsys.readouterr().err
    )
    if workers == 1:
        asking.join()
        assert [json.loads(each)["register"]["tree_size"] for each in heard] == [7]
    else:
        assert asker.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no settings; `evenhand gate serve` starts this process"),
        (["{}"], "no settings"),
        (["not json"], "no settings"),
    ],
)
def test_a_process_without_settings_says_who_starts_it(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no command of its own."""
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "", "a" * 70 + ".example"])
def test_an_address_that_is_not_here_is_named(tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, status 2."""
    assert main([settings(tmp_path, host=host)]) == 2  # the register's absence would not have stopped it
    assert f"{host}:0: cannot listen: " in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two services on one port would each see half of the bids."""
    open_gate(tmp_path, row("a"))
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

        assert main([settings(tmp_path, port=port)]) == 2

    assert f"127.0.0.1:{port}: cannot listen: Address already in use; expected" in capsys.readouterr().err


def test_a_register_that_is_stale_at_the_start_needs_a_choice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one in these tests is of August; the clock here is the real one."""
    open_gate(tmp_path, row("a"))

    assert main([settings(tmp_path, stale=None)]) == 2
    assert "choose allow, hold, refuse or last for a stale one" in capsys.readouterr().err


def test_who_asks_for_signatures_has_to_give_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without one nothing would be checked, and nobody told."""
    open_gate(tmp_path, row("a"))

    assert main([settings(tmp_path, signed=True)]) == 2
    assert "--signed: no key to check signatures by; expected --vkey" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stale", "answers"),
    [
        (None, "503; --stale allow, hold or refuse chooses another answer"),
        ("last", "503; --stale allow, hold or refuse chooses another answer"),
        ("hold", "`hold`, as chosen for a stale or missing register"),
    ],
)
def test_a_service_without_a_register_says_what_it_answers(
    tmp_path: Path, stale: str | None, answers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped path looks like a service that works; the register may also be on its way, so it listens."""
    main([settings(tmp_path, stale=stale, host="192.0.2.1")])  # an address that is not here ends it

    first = capsys.readouterr().err.splitlines()[0]
    assert first == (
        f"evenhand gate: no register at {tmp_path / 'register.jsonl'} yet: not ready (/readyz 503), "
        f"every request is answered {answers}"
    )


def test_what_is_said_is_one_line_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name cannot write into a terminal."""
    say("a\x1b[2Jb\nc")

    assert capsys.readouterr().err == "evenhand gate: a?[2Jb?c\n"


def test_without_a_folder_for_temporary_files_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Registers are copied there before they are used."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))

    assert main([settings(tmp_path)]) == 2
    assert "no folder for temporary files: `No such file or directory`; set TMPDIR to one" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_it_starts_ends_it_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """A large register takes seconds to open; the copy of it must not stay behind when somebody stops the service."""
    copies = tmp_path / "copies"
    copies.mkdir()
    open_gate(tmp_path, row("a"))
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    monkeypatch.setattr(Gate, "__init__", lambda *_: os.kill(os.getpid(), number))
    signal.signal(number, lambda *_: None)

    with pytest.raises(SystemExit) as left:
        main([settings(tmp_path)])

    assert left.value.code == 0
    assert list(copies.iterdir()) == []
