"""The console is killed while people answer and are logged in: what it acknowledged is recorded, sessions go on."""

import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from evenhand.model.console import ServeSettings
from evenhand.store.accounts import Accounts
from evenhand.store.api_keys import ApiKeys
from evenhand.store.console_tables import ConsoleTables
from evenhand.workflows.operations.ledgers import read_ledger
from tests.browser.consoles import PASSWORD, free_port, wait_for
from tests.commands import build

KILLS = 3


@contextmanager
def running(network: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve a network's console; it is killed at the end as a machine that loses power kills it."""
    settings = msgspec.json.encode(ServeSettings(network=str(network), port=port)).decode()
    process = subprocess.Popen([sys.executable, "-P", "-m", "evenhand.web.site", settings], env=dict(os.environ))
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)


def asked(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, str, str]:
    """Return status, body and cookie of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body or None, headers)
        with closing(connection.getresponse()) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("set-cookie", "").partition(";")[0]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    made = build(tmp_path / "network")
    tables = ConsoleTables(made)
    Accounts(tables).add("ana", "ana", datetime.now(UTC))
    Accounts(tables).set_password("ana", PASSWORD)
    tables.close()
    return made


def test_what_the_console_acknowledged_outlives_its_death_and_sessions_go_on(network: Path) -> None:
    """Complaints are filed by a program as fast as it can while the process is killed; each number given is there."""
    port = free_port()
    tables = ConsoleTables(network)
    _, secret = ApiKeys(tables).add("made-up", "ana", ["complain", "read"], datetime.now(UTC), lambda: "made-up",
                                    per_minute=100_000)  # fmt: skip
    tables.close()
    with read_ledger(network / "ledger") as ledger:
        decision = next(seq for seq, _, _ in ledger.entries("decision"))
    acknowledged: list[str] = []
    cookie = ""
    for life in range(KILLS):
        with running(network, port):
            if not cookie:
                form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
                _, _, cookie = asked(port, "POST", "/login", form, f"person=ana&password={PASSWORD.replace(' ', '+')}")
            assert asked(port, "GET", "/account", {"Cookie": cookie})[0] == 200, f"life {life}"
            enough = threading.Event()
            writer = threading.Thread(target=complain, args=(port, secret, decision, life, acknowledged, enough))
            writer.start()
            enough.wait(60)
        writer.join()

    assert len(acknowledged) >= KILLS * 2
    with read_ledger(network / "ledger") as ledger:
        filed = {msgspec.json.decode(raw)["complaint"] for _, _, raw in ledger.entries("complaint") if raw is not None}
    assert set(acknowledged) <= filed


def complain(
    port: int, secret: str, decision: int, life: int, acknowledged: list[str], enough: threading.Event
) -> None:
    """File complaints until the console is gone; note the numbers that it gave."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    for number in range(1_000):
        words = {"decision": str(decision), "reasons": ["facts_wrong"], "words": f"made up {life} {number}"}
        try:
            status, body, _ = asked(port, "POST", "/api/v1/complaints", headers, msgspec.json.encode(words).decode())
        except (OSError, http.client.HTTPException):
            return
        if status == 201:
            acknowledged.append(msgspec.json.decode(body)["id"])
        if number == 3:
            enough.set()
