"""A console in the process of the test, asked by Starlette's client as a browser would ask."""

import itertools
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from evenhand.model.console import ServeSettings
from evenhand.model.job import Job
from evenhand.store.console_tables import ConsoleTables
from evenhand.web.console.app import make_app
from evenhand.web.console.console import Console, Machine
from evenhand.web.console.page_forms import PageForms
from evenhand.web.console.processes import COMMAND, start_process
from tests.commands import evenhand

ADDRESS = "http://127.0.0.1:8971"
PASSWORD = "seven made up words"
_NUMBERS = itertools.count(1)  # of all tests of a process: consoles of one network keep their sessions in one file
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Browser(TestClient):
    """A browser with one person's session: it keeps cookies, names its origin, follows no way by itself."""

    def send_form(self, path: str, page: str = "", **fields: Any) -> Any:
        """Send a form as its page would: with the token that `page` (by default the account's) has."""
        token = TOKEN.search(self.get(page or "/account").text)
        data = {"token": token.group(1) if token else ""} | fields
        return self.post(path, data=data)


@contextmanager
def console_of(
    network: Path,
    at: datetime | None = None,
    clock: Callable[[], datetime] | None = None,
    public_url: str = "",
    asks_doctor: bool = False,
) -> Iterator[Console]:
    """Yield the console of a network; its clock stands at `at` or is `clock`, if given; its secrets are counted.

    The first page would start `evenhand doctor` beside it, which takes seconds: only where a test waits for that.
    """
    machine = Machine(
        now=clock or (lambda: at or datetime.now(UTC).replace(microsecond=0)),
        random_bytes=lambda size: next(_NUMBERS).to_bytes(8, "big").rjust(size, b"\0"),
        random_text=lambda: f"made-up-secret-{next(_NUMBERS):08}",
    )
    console = Console(ServeSettings(network=str(network), public_url=public_url), machine, ConsoleTables(network))
    if not asks_doctor:
        console.health._doctor_due = datetime.max.replace(tzinfo=UTC)
    try:
        yield console
    finally:
        console.close()


def browser(console: Console, person: str = "", address: str = ADDRESS) -> Browser:
    """Return a browser in which a person is logged in, or nobody; an account is made where there is none."""
    client = Browser(make_app(console), base_url=address, follow_redirects=False, headers={"origin": address})
    if person:
        if console.accounts.find(person) is None:
            console.accounts.add(person, person, console.machine.now())
            console.accounts.set_password(person, PASSWORD)
        answer = client.post("/login", data={"person": person, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
    return client


def forms_with(page: str, words: str) -> list[set[str]]:
    """Return where each form of a page goes that has words in one of its fields."""
    return [
        form.actions for form in PageForms(page).forms
        if any(words in page[slice(*each.at)] + page[slice(*each.content)] for each in form.fields)
    ]  # fmt: skip


def copy_network(network: Path, folder: Path) -> Path:
    """Return a copy of a network for a test that writes, without the console's own file."""
    return Path(shutil.copytree(network, folder, ignore=shutil.ignore_patterns("console")))


def run_of(console: Console, answer: Any) -> Job:
    """Return the job that a form started, when it has ended."""
    location = answer.headers["location"]
    return console.jobs.wait(location.rpartition("/")[2], 60)


def call_verb(arguments: Sequence[str], output: Path, errors: Path) -> "subprocess.Popen[bytes]":
    """Do what `start_process` does with a verb, but call the verb in this process: a new one takes a second to begin.

    The process that is returned has the verb's exit status.
    """
    said = evenhand(*arguments[len(COMMAND) :])
    ended = start_process(["/bin/sh", "-c", f"exit {said.status}"], output, errors)
    ended.wait()
    output.write_text(said.out, "utf-8")
    errors.write_text(said.err, "utf-8")
    return ended
