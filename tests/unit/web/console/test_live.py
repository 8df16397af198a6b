"""The tasks of a new run: those of a large network are made by a process of its own, so that pages go on."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.store.network import read_network
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.web.console import live
from evenhand.web.console.live import Live
from evenhand.workflows.review import task_questions
from evenhand.workflows.review.task_board import list_tasks
from tests.unit.web.console.clients import copy_network


@pytest.fixture
def network(console_network: Path, tmp_path: Path) -> Path:
    copied = copy_network(console_network, tmp_path / "network")
    (copied / "state" / task_questions.KEPT).unlink(missing_ok=True)
    return copied


def test_the_tasks_of_a_large_network_are_made_elsewhere(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 100,000 advertisers it takes 25 seconds and 340 MB, in which no other page would be made."""
    monkeypatch.setattr(task_questions, "_LARGE", 0)
    monkeypatch.setattr(task_questions, "_made", None)
    opened, suffixes = read_network(network), PublicSuffixes()

    board = Live().board(opened, datetime.now(UTC), suffixes)

    monkeypatch.undo()
    assert board.unanswered == list_tasks(opened, board.at, suffixes)


def test_where_no_process_can_be_started_they_are_made_here(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that is slow once is better than none."""
    monkeypatch.setattr(task_questions, "_LARGE", 0)
    monkeypatch.setattr(live.sys, "executable", str(network / "nothing"))

    assert Live().board(read_network(network), datetime.now(UTC), PublicSuffixes()).unanswered


def test_a_console_starts_without_what_writes_sql() -> None:
    """It takes 15 MB, and a check of a draft alone has a use for it."""
    code = "import sys, evenhand.web.site; print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
