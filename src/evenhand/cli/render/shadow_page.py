"""The shadow report on one page that needs no network, no script and no other file."""

from datetime import datetime

from evenhand.cli.render import shadow_words
from evenhand.cli.render.pages import render_page
from evenhand.gate.shadow_report.report import ShadowReport
from evenhand.model.outcome import Outcome

MOST_SHOWN = 500
"""Parties on one page, those with most bids first; the JSON report has all."""


def render_shadow(report: ShadowReport, log: str, at: datetime, days: int | None) -> str:
    """Return the page of a report as HTML. Everything that came from outside is escaped. `log` is the file's name."""
    return render_page(
        "shadow.html",
        report=report,
        rows=report.rows[:MOST_SHOWN],
        log=log,
        at=at,
        days=days,
        say=shadow_words,
        outcome=Outcome,
    )
