"""`out/report.html`: one run on one page that needs no network, no script and no other file."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from evenhand.cli.pages import render_page, write_page
from evenhand.cli.ways import way_lines
from evenhand.cli.wording import rows_first
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, RunReport

MOST_SHOWN = 1_000
"""Cases and refused rows on one page; the rest is in the tables beside it, which a person sorts better there."""


def render_report(report: RunReport) -> str:
    """Return the page of a run as HTML. Everything that came from outside is escaped."""
    return render_page(
        "report.html",
        script="report.js",
        report=report,
        outcomes=tuple(Outcome),
        groups=list(_groups(report.cases[:MOST_SHOWN])),
        refused=rows_first(report.refused)[:MOST_SHOWN],
        way_lines=way_lines,
    )


def write_report(report: RunReport, path: Path) -> None:
    """Write the page of a run to `path`; a reader sees the old page or the new one, never half of one."""
    write_page(render_report(report), path)


def _groups(cases: tuple[DecidedCase, ...]) -> Iterator[tuple[Outcome, list[DecidedCase]]]:
    """Yield the cases by outcome, in the report's own order (strictest first)."""
    for outcome, group in groupby(cases, key=lambda case: case.decision.outcome):
        yield outcome, list(group)
