"""A console that is served to a browser: for the tests of pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

from evenhand.model.console import ServeSettings
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
PASSWORD = "seven made up words"
WIDTHS = (390, 820, 1440, 1920)


def free_port() -> int:
    """Return a port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(network: Path, people: Sequence[str], at: str = "") -> Iterator[str]:
    """Serve a network's console in a process of its own; yield its address. Each of the people has an account.

    With `at` its clock stands at that instant.
    """
    tables = ConsoleTables(network)
    accounts = Accounts(tables)
    for person in people:
        accounts.add(person, person, datetime.now(UTC))
        accounts.set_password(person, PASSWORD)
    tables.close()
    port = free_port()
    settings = msgspec.json.encode(ServeSettings(network=str(network), port=port)).decode()
    way = ["-m", "tests.browser.stopped_clock", settings, at] if at else ["-P", "-m", "evenhand.web.site", settings]
    process = subprocess.Popen([sys.executable, *way], env=dict(os.environ), cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Return when a console answers."""
    for _ in range(900):
        assert process.poll() is None, "the console ended at its start"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the console does not answer")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def log_in(page: Page, address: str, person: str, path: str = "/") -> None:
    """Log in as a person does it."""
    page.goto(f"{address}/login?next={path}")
    page.get_by_label("Name").fill(person)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{address}{path}")
