"""How a network stands, as Today shows it: found beside the page, a minute old at most."""

import re
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from evenhand.model.run import Advice
from evenhand.store.network import read_network
from evenhand.web.console.health_watch import HealthWatch
from evenhand.workflows.queries.health import health
from tests.networks import DAY_1, DAY_2, MadeNetwork, full_network
from tests.unit.web.console.clients import browser, console_of


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("health") / "network")
    made.settings["gate"]["switch"] = "gate-mode"
    made.add("advertisers", id="broken", name="Broken Mills", prepaid="much")
    made.run()
    return made


def lines_of(made: MadeNetwork, at: datetime) -> dict[str, tuple[str, str]]:
    return {each.label: (each.text, each.tone) for each in health(made.network, at)}


def test_each_thing_is_one_line_that_says_how_it_stands(ran: MadeNetwork) -> None:
    (ran.folder / "gate-mode.log").write_text("2026-03-02T10:00:00Z enforce\n2026-03-02T11:00:00Z observe\n", "utf-8")

    found = lines_of(ran, DAY_1 + timedelta(hours=1))

    assert found["Lists"] == ("2 lists in force, 7 entries", "good")
    assert found["Register"] == ("fresh until 2026-03-03 12:00 UTC", "good")
    assert found["Gate"] == ("mode observe since 2026-03-02T11:00:00Z", "warn")
    assert re.fullmatch(r"checkpoint at \d+ entries of .* UTC; no witness has signed it", found["Log"][0])
    assert found["Input"][1] == "warn"


def test_what_is_wrong_is_said_as_wrong(ran: MadeNetwork, tmp_path: Path) -> None:
    """A stale register, a list whose file has gone, a checkpoint that nobody can read."""
    made = ran.copy(tmp_path / "network")
    (made.folder / "lists" / "house-media" / "current").write_text("no hash", "ascii")
    (made.folder / "ledger" / "public" / "checkpoint").write_text("damaged", "utf-8")

    found = lines_of(made, DAY_2 + timedelta(hours=1))

    assert found["Lists"] == ("not updated: house-media", "bad")
    assert found["Register"][0].startswith("stale since 2026-03-03 12:00 UTC")
    assert found["Log"][1] == "bad"


def test_a_network_without_a_run_says_so(tmp_path: Path) -> None:
    made = full_network(tmp_path / "network")
    made.write()

    found = lines_of(made, DAY_1)

    assert found["Register"] == ("none: there was no run yet", "warn")


def test_a_page_waits_for_a_moment_only(ran: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor may take seconds: until it has answered, what is known without it is shown."""
    clock = [datetime(2026, 3, 2, 13, tzinfo=UTC)]
    watch = HealthWatch(lambda: read_network(ran.folder), ran.folder, lambda: clock[0])
    asked: list[int] = []

    def slow() -> None:
        asked.append(1)
        time.sleep(0.5)

    monkeypatch.setattr(watch, "_doctor", slow)
    first = watch.latest()
    while not asked:
        first = watch.latest()
        time.sleep(0.01)
    clock[0] += timedelta(seconds=59)
    watch.latest()

    assert first is None or first.findings is None
    assert asked == [1]
    while len(asked) < 2:
        clock[0] += timedelta(seconds=61)
        watch.latest()
        time.sleep(0.01)


def test_after_a_run_the_lines_are_those_of_the_run(
    ran: MadeNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a run reads Today at once: a minute of the run before is a minute of what is wrong."""
    made = ran.copy(tmp_path / "network")
    watch = HealthWatch(lambda: read_network(made.folder), made.folder, lambda: DAY_2)
    monkeypatch.setattr(watch, "_doctor", lambda: None)

    def shown() -> dict[str, str]:
        until, expected = time.monotonic() + 20, {each.label: each.text for each in health(made.network, DAY_2)}
        while True:  # on a busy machine a look takes longer than a page waits
            found = watch.latest()
            lines = {each.label: each.text for each in found.lines} if found else {}
            if lines == expected or time.monotonic() > until:
                return lines

    before = shown()
    made.run(DAY_2)
    after = shown()

    assert before["Register"].startswith("stale since 2026-03-03 12:00 UTC")
    assert after["Register"] == lines_of(made, DAY_2)["Register"][0] != before["Register"]
    assert after["Log"] == lines_of(made, DAY_2)["Log"][0]


def test_what_the_doctor_finds_names_no_folder_of_the_server(ran: MadeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads a page in a browser has neither the disk nor a need to know of it; when it was asked is said."""
    watch = HealthWatch(lambda: ran.network, ran.folder, lambda: DAY_1)
    folder = ran.folder.resolve()
    advice = Advice(level="error", area="register", what=f"{folder}/out is old", todo=f"evenhand run {folder}")
    found = msgspec.json.encode({"findings": [advice]})
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, found))

    watch.latest()
    until = time.monotonic() + 30
    while (latest := watch.latest()) is None or latest.findings is None:
        assert time.monotonic() < until
        time.sleep(0.02)

    assert [(each.what, each.todo) for each in latest.findings] == [("out is old", "evenhand run DIR")]
    assert latest.asked_at == DAY_1


def test_today_shows_the_last_run_and_what_the_doctor_finds(ran: MadeNetwork) -> None:
    with console_of(ran.folder, asks_doctor=True) as console:
        client = browser(console, "a")
        client.get("/")
        until = time.monotonic() + 60
        while (found := console.health.latest()) is None or found.findings is None:
            assert time.monotonic() < until, "the doctor does not answer"
            time.sleep(0.1)
        page = client.get("/").text

    assert "The last run checked 8 advertisers and 5 campaigns" in page
    assert "fresh until" in page or "stale since" in page
    assert "To do:" in page
