"""A console in a process of its own and somebody who asks it, for its figures: over the loopback, by plain HTTP."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from evenhand.model.console import ServeSettings
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables

PERSON, PASSWORD = "bench", "seven made up words"
PORT = int(os.environ.get("CONSOLE_PORT", "8979"))
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Client:
    """A person who is logged in; one object may be used by several threads."""

    def __init__(self, cookie: str = "", token: str = "") -> None:
        self._cookie, self._token = cookie, token

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body, as they came over the line."""
        return self._ask("GET", path, None, {"Accept-Encoding": "gzip"})[:2]

    def post(self, path: str, **fields: str) -> int:
        """Send a form and return the status."""
        body = urlencode({"token": self._token} | fields)
        return self._ask("POST", path, body, _FORM | {"Origin": f"http://127.0.0.1:{PORT}"})[0]

    def log_in(self) -> None:
        """Log in, and learn what forms have to send with them."""
        origin = {"Origin": f"http://127.0.0.1:{PORT}"}
        form = urlencode({"person": PERSON, "password": PASSWORD})
        self._cookie = self._ask("POST", "/login", form, _FORM | origin)[2].partition(";")[0]
        found = _TOKEN.search(self.get("/account")[1].decode())
        self._token = found.group(1) if found else ""

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)) as connection:
            connection.request(method, path, body, headers | {"Cookie": self._cookie})
            answer = connection.getresponse()
            return answer.status, answer.read(), str(answer.headers.get("set-cookie", ""))


def add_account(network: Path) -> None:
    """Give the person an account where there is none."""
    tables = ConsoleTables(network)
    accounts = Accounts(tables)
    if accounts.find(PERSON) is None:
        accounts.add(PERSON, PERSON, datetime.now(UTC))
    accounts.set_password(PERSON, PASSWORD)
    tables.close()


@contextmanager
def served(network: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve a console; it is stopped at the end.

    Raises:
        SystemExit: it does not answer within two minutes.
    """
    settings = msgspec.json.encode(ServeSettings(network=str(network.absolute()), port=PORT)).decode()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "evenhand.web.site", settings], env=os.environ | {"MALLOC_ARENA_MAX": "2"}
    )
    try:
        _wait()
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _wait() -> None:
    for _ in range(1_200):
        try:
            if Client().get("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the console does not answer")


def most_memory_mb(pid: int) -> float:
    """Return the most memory that a process had, in megabytes."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return round(int(found.group(1)) / 1000, 1) if found else 0.0


def processor_ms(pid: int) -> float:
    """Return the processor time that a process has taken, in milliseconds, to 10."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1_000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
