"""A service as an operator starts it: `evenhand gate serve` in a process of its own, on a free port of loopback."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

EVENHAND = Path(sys.executable).with_name("evenhand")
JSON = {"content-type": "application/json"}


class Heard(NamedTuple):
    """One reply."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Service:
    """A running service; what it says to its operator is in `log`, how long its start took in `start_s`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.log = process, list[str]()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        self.start_s = wait_for(
            lambda: any("listening on http" in line for line in self.log) or process.poll() is not None
        )
        if process.poll() is not None:
            self._reading.join()  # what it said last may not be read yet
        found = re.search(r"listening on http://127\.0\.0\.1:([0-9]+)", self.said)
        assert found, self.said
        self.port = int(found[1])

    @property
    def said(self) -> str:
        return "".join(self.log)

    def ask(self, path: str, body: Any = None, method: str | None = None, headers: Any = JSON) -> Heard:
        """Ask once on a connection of its own; a body that is not bytes is written as JSON."""
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        try:
            call.request(method or ("GET" if body is None else "POST"), path, data, headers)
            answer = call.getresponse()
            return Heard(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            call.close()

    def outcome(self, adomain: str) -> str:
        return str(self.ask("/v1/verdict", {"adomain": [adomain]}).json["outcome"])

    @contextmanager
    def call(self) -> Iterator[socket.socket]:
        """Open a connection on which bytes are said as they are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as call:
            yield call

    def metric(self, name: str) -> float:
        page = self.ask("/metrics").body.decode()
        return float(next(line for line in page.splitlines() if line.startswith(f"evenhand_gate_{name} ")).split()[-1])

    def memory_mb(self) -> float:
        """Return the resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+([0-9]+) kB", status)
        assert found
        return int(found[1]) / 1024

    def workers(self) -> list[int]:
        """Return the processes that this one has started."""
        return [
            int(each) for each in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def stop(self) -> int:
        """Tell it to stop and return its status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self._reading.join()
        return status

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log.append(line)


@contextmanager
def serving(register: Path, *options: object) -> Iterator[Service]:
    """Start a service and end it, whatever happens."""
    command = [EVENHAND, "gate", "serve", "--register", register, "--port", 0, *options]
    with subprocess.Popen([str(each) for each in command], stderr=subprocess.PIPE, text=True, env=_quiet()) as process:
        try:
            service = Service(process)
            yield service
        finally:
            if process.poll() is None:
                process.terminate()
        # Its output ends when it does; closed before, the one who reads it would fail.
        service._reading.join()


def _quiet() -> dict[str, str]:
    """Return the environment without what measures coverage: the service has a process of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def wait_for(holds: Callable[[], object], seconds: float = 60) -> float:
    """Return after how many seconds something held for the first time; fail if it did not in time."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds, "did not come to hold in time"
        time.sleep(0.02)
    return time.monotonic() - start
