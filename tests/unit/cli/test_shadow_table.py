"""What the shadow report says on a terminal, kept as text beside this file and reviewed as prose."""

import io
import os
from pathlib import Path

import msgspec
from rich.cells import cell_len
from rich.console import Console

from evenhand.cli.render.shadow_table import show_shadow
from evenhand.gate.shadow_report.report import ShadowReport
from tests.unit.cli.shadows import EMPTY_SHADOW, MADE_SHADOW, ROWS

SNAPSHOT = Path(__file__).parent / "snapshots" / "shadow.txt"


def shown(report: ShadowReport, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show_shadow(report, "october.ndjson", console)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def test_what_people_read_is_what_was_reviewed() -> None:
    """A changed word shows up in review. `EVENHAND_SNAPSHOTS=write pytest` keeps the new text."""
    text = shown(MADE_SHADOW)
    if os.environ.get("EVENHAND_SNAPSHOTS") == "write":
        SNAPSHOT.write_text(text, encoding="utf-8")

    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_no_line_is_wider_than_the_terminal_and_nothing_reaches_it_raw() -> None:
    """Ids come from outside."""
    text = shown(MADE_SHADOW)

    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "\u202e" not in text


def test_a_long_report_says_where_the_rest_is() -> None:
    """A screen is no archive."""
    assert "and 10 more: --json shows all" in shown(msgspec.structs.replace(MADE_SHADOW, rows=ROWS[:1] * 50))


def test_an_empty_log_is_three_lines_and_no_table() -> None:
    """Nothing is divided by nothing."""
    text = shown(EMPTY_SHADOW)

    assert text.splitlines()[:3] == [
        "0 of 0 bids would have been removed (–)", "october.ndjson: 0 lines", "0 at risk, 0 responses left empty",
    ]  # fmt: skip
    assert len(text.splitlines()) <= 4


def test_removals_without_a_suspicion_say_so() -> None:
    """Silence could be a report that never looked."""
    assert "Nothing looks like a mistake." in shown(msgspec.structs.replace(MADE_SHADOW, suspects=()))
