"""The service stopped and started again under clients that keep their connections: no request is lost."""

import http.client
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.stories.services import EVENHAND, JSON
from tests.unit.gate.registers import open_gate, row

CLIENTS = 4
BODY = b'{"adomain":["x.example"]}'


class Clients:
    """Clients that ask without end; each asks on one connection for as long as it is not told to close it."""

    def __init__(self, port: int) -> None:
        self.port, self.counts, self.faults = port, Counter[str](), list[str]()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(CLIENTS)]
        for each in self._threads:
            each.start()

    def end(self) -> None:
        self._is_over.set()
        for each in self._threads:
            each.join()

    def _ask_on(self) -> None:
        while not self._is_over.is_set():
            call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                call.connect()
            except ConnectionRefusedError:
                time.sleep(0.02)  # nothing was asked, so nothing is lost
                continue
            except OSError as error:
                self.faults.append(f"connecting: {error!r}")
                continue
            self._ask_until_told(call)

    def _ask_until_told(self, call: http.client.HTTPConnection) -> None:
        asked = 0
        try:
            while not self._is_over.is_set():
                call.request("POST", "/v1/verdict", BODY, JSON)
                asked += 1
                answer = call.getresponse()
                whole = answer.read()
                self.counts["answered" if b'"refuse"' in whole else f"wrong: {answer.status}"] += 1
                if answer.getheader("connection") == "close":
                    self.counts["told"] += 1
                    return
                time.sleep(0.002)
        except (OSError, http.client.HTTPException) as error:
            self.faults.append(f"request {asked}: {error!r}")
        finally:
            call.close()


@pytest.mark.parametrize(
    ("restarts", "workers"),
    [(2, 1), pytest.param(50, 1, marks=pytest.mark.long), pytest.param(50, 2, marks=pytest.mark.long)],
)
def test_no_request_is_lost_when_the_service_is_started_again(tmp_path: Path, restarts: int, workers: int) -> None:
    """A client is told with its last answer; anyone who had connected and was not yet taken is answered too."""
    open_gate(tmp_path, row("x", "refuse", domains=("x.example",)))
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    command = [EVENHAND, "gate", "serve", "--register", tmp_path / "register.jsonl", "--stale", "last"]
    command += ["--port", port, "--workers", workers]
    process, clients = _started(command, port), Clients(port)
    try:
        for _ in range(restarts):
            seen = clients.counts["answered"]
            while clients.counts["answered"] < seen + 10 * CLIENTS and not clients.faults:
                time.sleep(0.01)
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
            process = _started(command, port)
    finally:
        clients.end()
        process.terminate()
        process.wait(timeout=60)

    assert clients.faults == []
    assert set(clients.counts) == {"answered", "told"}
    assert clients.counts["told"] >= restarts


def _started(command: list[object], port: int) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([str(each) for each in command], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=30).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            break
    return process
