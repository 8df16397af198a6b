"""The report of an audit on one page that needs no network, no script and no other file."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from evenhand.model.audit import AuditReport, GroupTest, MonthShare, SpendTest
from evenhand.render import audit_plots, audit_sentences, audit_words
from evenhand.render.audit_order import RESULTS, gravest_first, results_first
from evenhand.render.audit_overview import in_short
from evenhand.render.audit_plots import LinearScale, LogScale
from evenhand.render.pages import render_page, write_page
from evenhand.workflows.audit.report_tables import write_report_tables

PAGE = "report.html"

MOST_ODD = 100
"""So many odd decisions are on the page, those against the advertiser first; the tables beside it have all."""
_MOST_LINES = 20
_MOST_GROUPS = 40


def write_audit(report: AuditReport, subject: str, folder: Path) -> None:
    """Write the page and the tables beside it into a folder, which is made where it is missing.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_report_tables(report, folder)
    write_page(render_audit(report, subject), folder / PAGE)


class _Part:
    """One report within the page: what its tables and pictures show."""

    def __init__(self, report: AuditReport) -> None:
        self.report, self.words = report, audit_words.outcome_words(report.plan.adverse)
        self.short = in_short(report, self.words)
        self.odds = gravest_first(report.inconsistent)[:MOST_ODD]
        self.no_test = [test for test in report.groups if test.verdict == "untestable"]
        self.told = [test for test in report.groups if test.verdict in RESULTS]
        self.shown, self.drifted = _first_results(report.groups), _first_results(report.time)
        self.hidden_count = len(report.groups) - len(self.no_test) - len(self.shown)
        self.scale = ratio_scale((*self.shown, *self.drifted))
        paths, waiting = report.distributions.paths, report.distributions.waiting
        examined = any(step.examined for step in paths)
        self.funnel = sorted(paths, key=lambda step: -step.population)[:_MOST_GROUPS] if examined else []
        self.funnel_scale = LinearScale(step.population for step in self.funnel)
        waited = [group for group in waiting if any(group.quantiles)]
        self.at_once = bool(waiting) and not waited
        self.waiting = sorted(waited, key=lambda group: -group.n)[:_MOST_GROUPS]
        self.waiting_scale = LinearScale(group.quantiles[-1] for group in self.waiting)


def render_audit(report: AuditReport, subject: str) -> str:
    """Return the page as HTML. Everything that came from outside is escaped. `subject` is the network or the table."""
    picture = month_picture(report)
    return render_page(
        "audit.html",
        styles=("audit.css",),
        report=report,
        subject=subject,
        say=audit_sentences,
        word=audit_words,
        plots=audit_plots,
        first=_MOST_LINES,
        unit="Leaf" if report.ledger else report.plan.seq,
        part=_Part(report),
        matches=_Part(report.matches) if report.matches else None,
        months=picture.months,
        months_most=picture.most,
        month_points=picture.points,
        month_changes=picture.changes,
    )


class MonthPicture(NamedTuple):
    """The months of a report as a picture has them: the top of it, (low, share, high) of each, and rule changes."""

    months: Sequence[MonthShare]
    most: float
    points: Sequence[tuple[float, float, float]]
    changes: Sequence[int]


def month_picture(report: AuditReport) -> MonthPicture:
    """Return what the picture of the months shows."""
    months = report.distributions.months
    return MonthPicture(
        months, max((month.high for month in months), default=1.0),
        [(month.low, month.adverse / (month.decisions or 1), month.high) for month in months], _changes(months),
    )  # fmt: skip


def _first_results(tests: Iterable[GroupTest]) -> Sequence[GroupTest]:
    """Return the tests to show: every one with a result, then those with the smallest p."""
    ranked = results_first(test for test in tests if test.verdict != "untestable")
    results = sum(test.verdict in RESULTS for test in ranked)
    return ranked[: max(results, _MOST_GROUPS)]


def ratio_scale(tests: Iterable[GroupTest | SpendTest]) -> LogScale:
    """Return the line on which the odds ratios of some tests have their places."""
    ratios = (audit_words.ratio(limit) for test in tests for limit in (test.odds_ratio, test.ci_low, test.ci_high))
    return LogScale(ratio for ratio in ratios if ratio is not None)


def _changes(months: Sequence[MonthShare]) -> Sequence[int]:
    """Return the places of months with a rulebook that the month before did not have."""
    return [
        place for place, (before, after) in enumerate(pairwise(months), 1)
        if set(after.rulebooks) - set(before.rulebooks)
    ]  # fmt: skip
