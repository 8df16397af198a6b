"""Tutorial, README and the pages on rules are done step by step, and print what they say."""

from pathlib import Path

import pytest

from tests.commands import Demo
from tests.docs.pages import ROOT, Command, steps
from tests.docs.terminal import Terminal

LEAST_COMMANDS = {
    "README.md": 6,
    "docs/tutorial.md": 10,
    "docs/how-to/write-a-rulebook.md": 11,
    "docs/how-to/release-a-rulebook.md": 14,
    "docs/how-to/send-reasons.md": 5,
    "docs/how-to/for-auditors.md": 13,
    "docs/how-to/export-block-lists.md": 6,
    "docs/how-to/shadow-report.md": 8,
    "docs/how-to/judge-matches.md": 5,
    "docs/how-to/review-queue.md": 9,
    "docs/how-to/staff.md": 8,
    "docs/how-to/complaints.md": 8,
    "docs/how-to/audit-your-decisions.md": 4,
    "docs/how-to/audit-a-network.md": 3,
    "docs/how-to/transparency-report.md": 3,
}


@pytest.mark.parametrize("page", LEAST_COMMANDS)
def test_whoever_follows_the_page_sees_what_it_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_demo: Demo
) -> None:
    """A transcript that nobody runs grows old; here each command is run, in order, in one folder."""
    told = list(steps((ROOT / page).read_text(encoding="utf-8")))
    terminal = Terminal(tmp_path, monkeypatch, made_demo)

    for step in told:
        terminal.do(step)

    assert sum(isinstance(step, Command) for step in told) >= LEAST_COMMANDS[page]
