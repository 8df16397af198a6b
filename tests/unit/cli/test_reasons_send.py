"""`evenhand reasons send` against a database on this machine."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evenhand.cli.commands import reasons_send
from evenhand.store.outbox import Outbox
from evenhand.workflows.delivery.outbox_queue import outbox_path
from tests.commands import Answer, Demo, evenhand
from tests.fake_database import Database, serving

TOKEN, ORIGIN = "made-up-token", "ads.sample-network.example/log"


@pytest.fixture
def demo(made_demo: Demo, tmp_path: Path) -> Path:
    """A copy for each test: an outbox is that of an address, and a free port may be given out a second time."""
    return Path(shutil.copytree(made_demo.folder, tmp_path / "demo"))


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, str]]:
    """A database and its address; the token is in the environment, and only sleeping moves the clock."""
    monkeypatch.setenv("EVENHAND_TOKEN", TOKEN)
    slept, begun = [0.0], time.time()
    clock = SimpleNamespace(time=lambda: begun + sum(slept), monotonic=lambda: sum(slept), sleep=slept.append)
    monkeypatch.setattr(reasons_send, "time", clock)
    made_up = Database()
    with serving(made_up) as at:
        yield made_up, at


def send(demo: Path, at: str, *more: object) -> Answer:
    answer = evenhand("reasons", "send", demo, "--to", at, *more)
    kept = b"".join(path.read_bytes() for path in demo.glob("outbox/*"))
    assert TOKEN not in answer.out + answer.err
    assert TOKEN.encode() not in kept
    return answer


def test_the_sample_networks_statements_are_stored_once(demo: Path, database: tuple[Database, str]) -> None:
    """Five of 57 are of a time and a place that the database takes; the others are named with what is in the way."""
    made_up, at = database

    first = send(demo, at)
    again = send(demo, at, "--json")

    assert first.status == 0
    assert f"{at}: 5 stored now, 5 in all; 0 refused, 52 not sent, 0 left; 1 request\n" in first.out
    assert "not sent: application_date date-range" in first.out
    assert "… and 32 more not sent; --json shows all\n" in first.out
    assert (again.json["stored"], again.json["requests"], len(again.json["parked_statements"])) == (5, 0, 52)
    assert set(made_up.times_stored.values()) == {1}
    assert all(headers["Authorization"] == f"Bearer {TOKEN}" for headers in made_up.headers)


def test_a_rehearsal_shows_what_would_go_and_sends_nothing(
    demo: Path, database: tuple[Database, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs no token, and makes no outbox."""
    made_up, at = database
    monkeypatch.delenv("EVENHAND_TOKEN")
    before = sorted(demo.glob("outbox/*"))

    told = send(demo, at, "--dry-run")
    as_json = send(demo, at, "--dry-run", "--json").json

    assert (told.status, made_up.asked, sorted(demo.glob("outbox/*"))) == (0, [], before)
    assert told.out.endswith(f"5 statements would go to {at}; nothing was sent\n")
    assert [json.loads(line) for line in told.out.splitlines()[:-1]] == as_json["statements"]
    assert (as_json["dry_run"], as_json["would_send"]) == (True, 5)


def test_a_refused_statement_and_a_busy_database_are_told(demo: Path, database: tuple[Database, str]) -> None:
    """Status 1: somebody has to look, or to call again."""
    made_up, at = database
    puid = json.loads(send(demo, at, "--dry-run").out.splitlines()[0])["puid"]
    made_up.unwanted = {puid: "category"}
    made_up.faults = ["busy for long"]

    busy = send(demo, at, "--at", "2026-11-25T12:00:00Z")
    later = send(demo, at, "--at", "2026-11-25T12:30:00Z")
    settled = send(demo, at, "--at", "2026-11-25T12:31:00Z")

    assert (busy.status, later.status, settled.status) == (1, 1, 0)
    assert "Left for the next call: the database asks to come back in 900 s\n" in busy.out
    assert f"{puid}: refused by the database: category is not wanted\n" in later.out
    assert len(made_up.stored) == 4


@pytest.mark.parametrize("fault", ["silence before", "silence after", "late", "error after"])
def test_a_cut_connection_is_no_second_statement(demo: Path, database: tuple[Database, str], fault: str) -> None:
    """Over a real line: the outbox asks before it sends again."""
    made_up, at = database
    made_up.faults = [fault]

    answer = send(demo, at, "--json")

    assert answer.json["stored"] == 5
    assert set(made_up.times_stored.values()) == {1}
    assert not made_up.sent_again


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--to", "http://database.example"], "a token never goes over plain HTTP"),
        (["--to", "nonsense"], "--to: no address of a database"),
        (["--at", "yesterday"], "--at: no instant"),
        (["--token-file", "/missing/token"], "no token can be read"),
    ],
)
def test_bad_use_is_named_before_anything_is_sent(
    demo: Path, database: tuple[Database, str], more: list[str], said: str
) -> None:
    """Status 2 and one line."""
    made_up, at = database

    answer = send(demo, at, *more)

    assert (answer.status, made_up.asked) == (2, [])
    assert said in answer.err


def test_a_wrong_token_is_told_and_loses_nothing(
    demo: Path, database: tuple[Database, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2; with the right one all are sent."""
    _, at = database
    monkeypatch.setenv("EVENHAND_TOKEN", "another")

    refused = send(demo, at)
    monkeypatch.setenv("EVENHAND_TOKEN", TOKEN)

    assert refused.status == 2
    assert "does not take the token (status 401); nothing is lost" in refused.err
    assert send(demo, at, "--json").json["stored"] == 5


def test_a_killed_sender_loses_nothing_and_sends_nothing_twice(demo: Path, database: tuple[Database, str]) -> None:
    """The database stored all five and the process died before it read the answer."""
    made_up, at = database
    stored, killed = threading.Event(), threading.Event()
    answer = made_up.answer

    def slow(*request: Any) -> Any:
        told = answer(*request)
        stored.set()
        killed.wait(120)
        return told

    made_up.answer = slow  # type: ignore[method-assign]
    command = [sys.executable, "-c", "from evenhand.cli import main; main()", "reasons", "send", str(demo), "--to", at]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            assert stored.wait(120)
        finally:
            process.kill()
    killed.set()
    made_up.answer = answer  # type: ignore[method-assign]

    assert send(demo, at, "--json").json["stored"] == 5
    assert [method for method, _, _ in made_up.asked] == ["POST", *["GET"] * 5]
    assert set(made_up.times_stored.values()) == {1}


def test_a_run_sends_nothing(demo: Path, database: tuple[Database, str]) -> None:
    """Only somebody who asks for it sends; what the run recorded is read into the outbox that is there."""
    made_up, at = database
    send(demo, at)
    asked = len(made_up.asked)

    assert evenhand("run", demo, "--at", "2026-11-03T12:00:00Z").status == 0

    with closing(Outbox(outbox_path(demo, at), at, ORIGIN, wait_s=0)) as outbox:
        assert outbox.size == evenhand("ledger", "status", demo).json["entries"]
    assert len(made_up.asked) == asked
