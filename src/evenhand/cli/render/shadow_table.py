"""The shadow report on the terminal, from 80 columns up, and on a page that needs no other file."""

from collections.abc import Iterable
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evenhand.gate.shadow_report.report import ShadowReport
from evenhand.model.outcome import Outcome
from evenhand.model.visible_text import visible
from evenhand.render import shadow_words
from evenhand.render.pages import render_page
from evenhand.render.shadow_words import CODES, money, own_lists, party, period, place, share, what_was_read
from evenhand.render.wording import count

MOST_SHOWN = 40


def show_shadow(report: ShadowReport, log: str, console: Console) -> None:
    """Print what would have been stopped, by whom and why, what looks like a mistake, and what was not read."""
    removed = f"{report.removed:,} of {count(report.bids, 'bid')} would have been removed"
    console.print(_text(f"{removed} ({share(report.removed, report.bids)})", "bold"))
    console.print(_text(f"{log}: {what_was_read(report)}{period(report)}", "dim"))
    at_risk = f"{money(report.spend_at_risk)} at risk, {count(report.emptied, 'response')} left empty"
    console.print(_text(at_risk, "dim"))
    if report.stale_lines:
        console.print(_text(f"The register was stale for {count(report.stale_lines, 'line')}.", "yellow"))
    if report.own_badv:
        console.print(_text(own_lists(report), "yellow"))
    console.print()
    _show_suspects(report, console)
    _show_rows(report, console)
    _show("Codes", ("Bids", "Code", "What it means"), _codes(report), console)
    unresolved = ((f"{bids:,}", host) for host, bids in report.unresolved.items())
    _show("Hosts with no party on file", ("Bids", "Host"), unresolved, console)
    _show("Could not be read", ("Line", "What"), ((f"{each.line:,}", each.what) for each in report.faults), console)


def _show_suspects(report: ShadowReport, console: Console) -> None:
    rows = (
        (f"{each.bids:,}", each.about, "\n".join(filter(None, (each.why, place(each.line, each.seatbid, each.bid)))))
        for each in report.suspects
    )
    if report.suspects:
        _show("Looks like a mistake", ("Bids", "About", "Why"), rows, console)
    elif report.removed:
        console.print(_text("Nothing looks like a mistake.", "dim"))


def _show_rows(report: ShadowReport, console: Console) -> None:
    rows = (
        (
            f"{each.bids:,}",
            party(each),
            ", ".join(each.outcomes),
            money(each.spend_at_risk),
            each.reason or "",
        )
        for each in report.rows
    )
    _show("Who would have been stopped", ("Bids", "Party", "Outcome", "At risk", "Reason"), rows, console)


def _codes(report: ShadowReport) -> Iterable[tuple[str, ...]]:
    return ((f"{bids:,}", code, CODES.get(code, "")) for code, bids in report.by_code.items())


def _show(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], console: Console) -> None:
    """Print a table whose first column is a number; nothing where it has no rows."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", justify="left" if number else "right", no_wrap=not number)
    shown = 0
    for row in rows:
        shown += 1
        if shown <= MOST_SHOWN:
            table.add_row(*(_text(cell) for cell in row))
    if shown:
        console.print(table)
    if shown > MOST_SHOWN:
        console.print(_text(f"and {shown - MOST_SHOWN:,} more: --json shows all", "dim"))


def _text(text: str, style: str = "") -> Text:
    return Text("\n".join(map(visible, text.split("\n"))), style=style)


MOST_ON_PAGE = 500
"""Parties on one page, those with most bids first; the JSON report has all."""


def render_shadow(report: ShadowReport, log: str, at: datetime, days: int | None) -> str:
    """Return the page of a report as HTML. Everything that came from outside is escaped. `log` is the file's name."""
    return render_page(
        "shadow.html",
        report=report,
        rows=report.rows[:MOST_ON_PAGE],
        log=log,
        at=at,
        days=days,
        say=shadow_words,
        outcome=Outcome,
    )
