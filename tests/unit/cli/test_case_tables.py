"""What the terminal shows, kept as text beside this file and reviewed as prose."""

import io
import os
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from evenhand.cli.render.case_tables import show_case, show_explained, show_report
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, Explained, RunReport
from tests.unit.cli.made import CASES, MADE, NO_PLAN

SNAPSHOTS = Path(__file__).parent / "snapshots"


def shown(report: RunReport, case: DecidedCase | None = None, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    if case is None:
        show_report(report, console)
    else:
        show_case(case, report.checkpoint, console)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize(
    ("name", "case"), [("report", None), ("case-refused", CASES[1]), ("case-notice", CASES[0]), ("case-hold", CASES[4])]
)
def test_what_people_read_is_what_was_reviewed(name: str, case: DecidedCase | None) -> None:
    """A changed word shows up in review. `EVENHAND_SNAPSHOTS=write pytest` keeps the new text."""
    path = SNAPSHOTS / f"{name}.txt"
    text = shown(MADE, case)
    if os.environ.get("EVENHAND_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_no_line_is_wider_than_the_terminal() -> None:
    """A table that wraps at 80 columns is unreadable in exactly the windows that people use."""
    assert max(cell_len(line) for line in shown(MADE).splitlines()) <= 80


def test_a_long_run_says_where_the_rest_is() -> None:
    """A screen is no archive."""
    large = msgspec.structs.replace(
        MADE, cases=CASES[:1] * 50, refused=MADE.refused[:1] * 41, contested=MADE.contested[:1] * 1_240
    )

    text = shown(large)

    assert "and 10 more: out/report.html" in text
    assert "  and 1,200 more: out/report.html" in text
    assert "row, and 40 more" in text
    assert "all of them: out/rejected-input.csv" in text


def test_a_row_with_two_faults_is_one_rejected_row() -> None:
    """All its faults are listed, so that it is corrected once."""
    row = MADE.refused[0]
    both = msgspec.structs.replace(MADE, refused=(row, msgspec.structs.replace(row, column="id")))

    text = shown(both)

    assert "Rejected input: 1 row, 0 values" in text
    assert "account_no" in text


def test_a_quiet_run_is_short() -> None:
    """No empty tables."""
    quiet = msgspec.structs.replace(MADE, historic=False, cases=(), refused=(), again=(), contested=())

    text = shown(quiet)

    assert "Decisions other than allow" not in text
    assert "Rejected input" not in text
    assert "nothing: no input changed since the last run" in text
    assert "historic" not in text


def test_an_allowed_case_says_that_there_are_no_adverse_findings() -> None:
    """`explain` also answers for those who may advertise."""
    plan = msgspec.structs.replace(NO_PLAN, account_kept=False)
    decision = msgspec.structs.replace(CASES[0].decision, outcome=Outcome.ALLOW, findings=(), plan=plan)
    case = msgspec.structs.replace(CASES[0], decision=decision, because=(), statement="")

    text = shown(MADE, case)

    assert text.startswith("Allowed  Vessari Telewave")
    assert "no adverse findings" in text
    assert "What follows" not in text


def test_a_name_cannot_command_the_terminal() -> None:
    """An escape sequence in a name must stay text, and rich markup must not be read."""
    case = msgspec.structs.replace(CASES[0], name="\x1b[2J[red]Shop[/red]")

    text = shown(MADE, case)

    assert "\\u001b[2J[red]Shop[/red]" in text
    assert "\x1b" not in text


def test_a_network_without_lists_has_no_table_of_lists() -> None:
    """The first run of a new network."""
    text = shown(msgspec.structs.replace(MADE, lists=()))

    assert "Published" not in text


def test_a_party_without_a_decision_on_that_day_is_told_so() -> None:
    """`--at` may lie before the first decision."""
    explained = Explained(
        party_kind="advertiser", party_id="a1", name="Made\x1b Up", at=MADE.at, in_force=(), waiting=(), inclusions=(),
        checkpoint=MADE.checkpoint,
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=80, color_system=None)

    show_explained(explained, console)

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "Made\\u001b Up: no decision in force at 19 August 2019, 12:00 UTC\n"


def test_a_rule_s_id_is_never_broken() -> None:
    """It is copied into a search."""
    rule = ("third-country-sponsor-before-vote", "Made up")
    case = msgspec.structs.replace(CASES[3], name="A very long name of an advertiser " * 3, rules=(rule,))

    text = shown(msgspec.structs.replace(MADE, cases=(case,)))

    assert "third-country-sponsor-before-vote" in text
