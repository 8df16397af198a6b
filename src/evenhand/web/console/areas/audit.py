"""Were equals treated equally: the plans, an audit started and watched, the last report in words, its files."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from starlette.responses import FileResponse, Response, StreamingResponse

from evenhand.model.errors import BadInput, NotFound
from evenhand.model.job import Job, JobVerb
from evenhand.render.audit_overview import in_short
from evenhand.render.audit_page import PAGE
from evenhand.render.audit_sentences import about_family
from evenhand.render.audit_summary import finding_counts
from evenhand.render.audit_words import outcome_words
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.areas import audit_findings
from evenhand.web.console.areas.audit_readings import SHOWN, Readings, readings, shown_as
from evenhand.web.console.visit import Visit
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import FOLDER, PLAN, REPORT, write_plan
from evenhand.workflows.audit.kept_folder import kept_folder, place_for, zipped
from evenhand.workflows.audit.report_tables import WORKBOOK
from evenhand.workflows.audit.starting import may_audit, permit_audit
from evenhand.workflows.queries.kept_audits import PlanRecord, ReportRecord

_MOST_PAST: Final = 20
_MOST_LIMITS: Final = 60
_JSON: Final = "application/json"
_CSV: Final = "text/csv; charset=utf-8"
_FILES: Final = {
    PAGE: ("The report as a page", "text/html; charset=utf-8"),
    WORKBOOK: ("All figures as a workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "odd-decisions.csv": ("Decisions that differ", _CSV),
    "untestable.csv": ("What cannot be tested", _CSV),
    "groups.csv": ("Tests of groups, spend and time", _CSV),
    "selection.csv": ("Tests of who was examined, warned and made to wait", _CSV),
    REPORT: ("The report for programs, as it is recorded", _JSON),
    PLAN: ("The plan registered last", _JSON),
}  # fmt: skip


class AuditFile(NamedTuple):
    """A file that an audit wrote: its name, what it is, how large."""

    name: str
    words: str
    size: int


def audit_page(visit: Visit) -> Response:
    """Show what the last audit found in words, what it could not tell, and how to plan and start one."""
    return _page(visit)


def plan_audit(visit: Visit) -> Response:
    """Register a plan of an audit of the ledger as it is."""
    permit_audit(visit.network, visit.acting(), visit.now)
    try:
        found = register_plan(visit.network, visit.now, visit.console.tools())
    except BadInput as error:
        return _page(visit, str(error), 400)
    write_plan(visit.network, found.plan)
    visit.log_event(visit.person, "registered the plan of an audit")
    return visit.go("/audit", f"the plan {'is registered' if found.is_new else 'was registered before'}, at leaf"
                              f" {found.seq}: now start the audit")  # fmt: skip


def start_audit(visit: Visit) -> Response:
    """Start an audit; without a plan only where the form says that this is meant."""
    permit_audit(visit.network, visit.acting(), visit.now)
    exploratory = visit.form.text("exploratory") == "yes"
    if not exploratory and readings(visit).records.plan is None:
        return _page(visit, "no plan is registered: register one first, or choose to audit without", 400)
    job = visit.console.jobs.start("audit run", ("--exploratory",) if exploratory else (), visit.person)
    return visit.go(f"/jobs/{job.id}")


def make_folder(visit: Visit) -> Response:
    """Start to make the folder of an auditor."""
    permit_audit(visit.network, visit.acting(), visit.now)
    job = visit.console.jobs.start("audit export", ("--out", str(place_for(visit.network).resolve())), visit.person)
    visit.log_read("auditor's folder made", job.id)
    return visit.go(f"/jobs/{job.id}")


def folder_file(visit: Visit) -> Response:
    """Give the folder of an auditor as a ZIP file.

    Raises:
        NotFound: none was made.
    """
    found = kept_folder(visit.network)
    if found is None:
        raise NotFound("no folder of an auditor was made yet", todo="have it made on the page Audit")
    name = f"audit-{found.manifest.start}-{found.manifest.end}"
    visit.log_read("auditor's folder", name)
    headers = {"content-disposition": f'attachment; filename="{name}.zip"'}
    return StreamingResponse(zipped(found.path, name), media_type="application/zip", headers=headers)


def audit_file(visit: Visit) -> Response:
    """Give one of the files that the last audit wrote.

    Raises:
        NotFound: there is no such file.
    """
    name = visit.path("name")
    path = visit.network.out / FOLDER / name if name in _FILES else None
    if path is None or not path.is_file():
        raise NotFound("there is no such file", got=name, todo="start an audit")
    visit.log_read("file of an audit", name)
    return FileResponse(path, media_type=_FILES[name][1], filename=name)


def _page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    found = readings(visit)
    report = found.report
    if report is not None:
        visit.log_read(SHOWN, shown_as(found.recorded))
    jobs = visit.console.jobs
    return visit.render(
        "audit.html", status, problem=problem, found=found, report=report, busy=jobs.busy(),
        may=may_audit(visit.network, visit.acting(), visit.now), folder=kept_folder(visit.network),
        folder_job=_last(visit, "audit export"), last_job=_last(visit, "audit run"), files=_files(visit),
        past=_past(found), most_limits=_MOST_LIMITS, **_words(found),
    )  # fmt: skip


def _words(found: Readings) -> dict[str, Any]:
    """Return what the page says of a report; nothing where there is none."""
    report = found.report
    if report is None:
        return {}
    words = outcome_words(report.plan.adverse)
    people = report.matches
    return {
        "short": in_short(report, words), "counts": finding_counts(report), "family": about_family(report),
        "people": people and in_short(people, outcome_words(people.plan.adverse)),
        "since": found.records.decided_since(report.ledger.size if report.ledger else 0),
    }  # fmt: skip


def _past(found: Readings) -> list[PlanRecord | ReportRecord]:
    """Return the plans and audits that were recorded, the newest first."""
    several: list[PlanRecord | ReportRecord] = [*found.records.plans, *found.records.reports]
    return sorted(several, key=lambda each: each.seq, reverse=True)[:_MOST_PAST]


def _last(visit: Visit, verb: JobVerb) -> Job | None:
    return visit.console.jobs.jobs.last_of(verb)


def _files(visit: Visit) -> list[AuditFile]:
    folder = visit.network.out / FOLDER
    there = {name: folder / name for name in _FILES if (folder / name).is_file()}
    return [AuditFile(name, _FILES[name][0], path.stat().st_size) for name, path in there.items()]


_POSTS: Final[dict[str, Callable[[Visit], Response]]] = {
    "/audit/plan": plan_audit, "/audit/run": start_audit, "/audit/folder": make_folder,
}  # fmt: skip

AREA: Final = Area(
    menu=(MenuItem("Audit", "/audit", "Work"),),
    routes=(
        get("/audit", audit_page), *(post(path, page, "start_audit") for path, page in _POSTS.items()),
        get("/audit/folder.zip", folder_file), get("/audit/files/{name}", audit_file), *audit_findings.ROUTES,
    ),
)  # fmt: skip
