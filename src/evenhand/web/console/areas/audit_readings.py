"""What the pages of audits read: the last report and the records of the ledger, kept while they are the same."""

from dataclasses import dataclass
from typing import Final

from evenhand.model.audit import AuditReport
from evenhand.model.errors import NotFound
from evenhand.render import audit_words
from evenhand.web.console.live import file_stamp
from evenhand.web.console.visit import Visit
from evenhand.workflows.queries.audited_flips import audit_report
from evenhand.workflows.queries.kept_audits import AuditRecords, LastAudit, ReportRecord, read_last_audit

SHOWN: Final = "audit"
"""What the log of reads calls a look at a report."""


@dataclass(frozen=True)
class Readings:
    """The last audit, None where there was none, beside every plan and audit of the ledger."""

    last: LastAudit | None
    records: AuditRecords

    @property
    def report(self) -> AuditReport | None:
        """Return the last report."""
        return self.last.report if self.last else None

    @property
    def group_words(self) -> str:
        """Return by what the groups of the plan are made, as a sentence has it."""
        plan = self.records.plan
        return audit_words.facts(plan.plan.groups).replace("_", " ") if plan and plan.plan else ""

    @property
    def fact_words(self) -> list[str]:
        """Return the facts of the plan in words."""
        plan = self.records.plan
        return sorted(map(audit_words.fact_word, plan.plan.facts)) if plan and plan.plan else []

    @property
    def recorded(self) -> ReportRecord | None:
        """Return the record of the last report; None where the ledger has none of exactly this report."""
        return self.records.of(self.last.sha256) if self.last else None


def readings(visit: Visit) -> Readings:
    """Return both, read anew only as far as they have changed."""
    network, console = visit.network, visit.console
    stamp = network.folder, file_stamp(audit_report(network.out))
    last = console.kept("audit", stamp, lambda: read_last_audit(network.out))
    return Readings(last, _records(visit))


def unseen_finding(visit: Visit) -> ReportRecord | None:
    """Return the last audit that was recorded, if it found something and nobody was shown its report here."""
    reports = _records(visit).reports
    last = reports[-1] if reports else None
    if last is None or not last.found:
        return None
    return None if visit.console.read_log.was_shown(SHOWN, shown_as(last), last.at) else last


def shown_as(record: ReportRecord | None) -> str:
    """Return how the log of reads names a report."""
    return f"leaf {record.seq}" if record else "not recorded"


def _records(visit: Visit) -> AuditRecords:
    records = visit.console.kept("audit records", visit.network.folder, AuditRecords)
    with visit.console.reading() as ledger:
        records.read_on(ledger)
    return records


def report_asked(visit: Visit) -> AuditReport:
    """Return the last report, or with `?of=people` the part of it about what people made of possible matches.

    Raises:
        NotFound: there is none.
    """
    report = readings(visit).report
    if report is not None and visit.query("of") == "people":
        report = report.matches
    if report is None:
        raise NotFound("nothing was audited yet", todo="register a plan and start an audit on the page Audit")
    return report
