"""The checks of a draft run beside the console; a newer text ends those of an older one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.store.network import Network, read_network
from evenhand.web.console import draft_runner
from evenhand.web.console.draft_runner import DraftRunner
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.rulebooks.drafts import begin_draft, remove_draft, save_draft_file
from tests.unit.web.console.clients import copy_network

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def network(console_network: Path, tmp_path: Path) -> Network:
    found = read_network(copy_network(console_network, tmp_path / "network"))
    remove_draft(found)
    begin_draft(found, Acting("pol"), AT)
    return found


def program(folder: Path, text: str) -> tuple[str, ...]:
    """Return a program of the shell that stands in for the verbs."""
    path = folder / "verb.sh"
    path.write_text(text, "utf-8")
    return ("/bin/sh", str(path))


def waited(is_so: Callable[[], bool]) -> bool:
    for _ in range(200):
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_what_a_verb_says_of_why_it_could_not_is_kept(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that fails is no check that passed; where files are on the server is not told."""
    monkeypatch.setattr(
        draft_runner, "COMMAND", program(tmp_path, 'echo "evenhand: $3/house.cedar:1: no rule" >&2; exit 2')
    )
    runner = DraftRunner()

    runner.start(network, AT)

    assert waited(lambda: runner.state(network)[1] is None)
    checks, _ = runner.state(network)
    assert checks is not None
    assert checks.problems["test"] == "house.cedar:1: no rule"
    assert checks.problems.keys() == {"test", "prove", "diff", "shadow"}


def test_a_newer_text_ends_the_checks_of_an_older_one(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer must never be shown for a text that it is not about."""
    monkeypatch.setattr(draft_runner, "COMMAND", program(tmp_path, "sleep 60"))
    runner = DraftRunner()
    runner.start(network, AT)
    assert waited(lambda: runner._process is not None)
    older = runner._process
    assert older is not None

    text = (network.rulebook / "house.cedar").read_text("utf-8")
    save_draft_file(network, "house.cedar", text + "// newer\n", 1, Acting("pol"), AT)
    assert runner.state(network) == (None, None)
    monkeypatch.setattr(draft_runner, "COMMAND", program(tmp_path, "exit 0"))
    runner.start(network, AT)

    assert older.wait(10) != 0
    assert waited(lambda: runner.state(network)[1] is None)
    checks, _ = runner.state(network)
    assert checks is not None
    assert checks.problems["prove"] == "it ended without an answer"
