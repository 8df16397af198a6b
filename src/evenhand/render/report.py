"""`out/report.html`: one run on one page that needs no network and no other file.

Everything is in it as data, so that it can be searched whole and shown a hundred rows at a time; where no script runs,
the first hundred rows are there as text.
"""

from itertools import islice
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evenhand.model.decision_row import ShownDecision
from evenhand.model.outcome import Outcome
from evenhand.model.run import RunReport
from evenhand.model.staff import not_verified
from evenhand.render.pages import render_page, write_page
from evenhand.render.report_rows import PageRow, Texts, data_block, page_row, rejected_row
from evenhand.render.wording import rows_first
from evenhand.workflows.delivery.decision_tables import MOST_SHOWN, WORKBOOK

ON_ONE_PAGE = 100
"""Rows that are shown at a time, and rows that are text where no script runs."""


class ReportPage:
    """The page of one run: it takes each decision as the run shows it, keeps what the page says, and writes it."""

    def __init__(self) -> None:
        self._texts = Texts()
        self._rows: list[Any] = []
        self._first: list[PageRow] = []

    def add(self, shown: ShownDecision) -> None:
        """Take one more decision; the strictest come first."""
        row = page_row(shown)
        self._rows.append(self._texts.row(row))
        if len(self._first) < ON_ONE_PAGE:
            self._first.append(row)

    def render(self, report: RunReport, *, workbook: bool = False, influence: bool = False) -> str:
        """Return the page as HTML. Everything that came from outside is escaped.

        `workbook` and `influence` tell whether a workbook and a report of tested acts are beside it.
        """
        rejected = list(map(rejected_row, islice(rows_first(report.refused), MOST_SHOWN)))
        data = data_block(self._rows, map(self._texts.row, rejected), self._texts)
        return render_page(
            "report.html",
            script="report.js",
            report=report,
            not_verified=not_verified,
            outcomes=tuple(Outcome),
            outcome_of=Outcome,
            rows=self._first,
            total=len(self._rows),
            decided=sum(sum(each.values()) for each in report.outcomes_in_force.values()),
            waiting=any(each.get(Outcome.HOLD, 0) for each in report.outcomes_in_force.values()),
            rejected=rejected,
            first=ON_ONE_PAGE,
            workbook=WORKBOOK if workbook else "",
            influence="influence/report.html" if influence else "",
            data=Markup(data),
        )

    def write(self, report: RunReport, path: Path) -> None:
        """Write the page to `path`; a reader sees the old page or the new one, never half of one."""
        beside = path.parent
        page = self.render(
            report, workbook=(beside / WORKBOOK).exists(), influence=(beside / "influence" / "report.html").exists()
        )
        write_page(page, path)
