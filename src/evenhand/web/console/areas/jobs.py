"""Runs and other long work: started, watched, stopped, and what came of it in words; the decisions as files."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec
from starlette.responses import FileResponse, Response

from evenhand.model.errors import BadInput, NotFound
from evenhand.model.job import AUDITING, Job
from evenhand.model.run import ListNews, RunReport
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.job_events import job_events
from evenhand.web.console.visit import Visit
from evenhand.workflows.audit.starting import permit_audit
from evenhand.workflows.delivery.decision_tables import CSV, WORKBOOK
from evenhand.workflows.evaluation.last_run import LastRun, last_run_of
from evenhand.workflows.uploads.run_starts import AcceptedLosses, accept_losses, permit_start

_PAGE: Final = 50
_MOST_CASES: Final = 100
_MOST_REJECTED: Final = 200
_LOST: Final = re.compile(r"--accept-(list|table|names) ([a-z0-9_-]+)")
_FILES: Final = {
    "decisions.csv": (CSV, "text/csv; charset=utf-8"),
    "decisions.xlsx": (WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}  # fmt: skip


class JobResult(NamedTuple):
    """What a job printed: the report of a run with its counts, or what became of lists."""

    report: RunReport | None = None
    counts: LastRun | None = None
    lists: tuple[ListNews, ...] = ()


class _Updated(msgspec.Struct):
    lists: tuple[ListNews, ...]


def jobs_page(visit: Visit) -> Response:
    """Show what was started, the newest first."""
    jobs, skip = visit.console.jobs, visit.number("skip")
    busy = jobs.busy()
    shown = [
        jobs.jobs.with_progress(each) if each.state == "running" else each for each in jobs.jobs.last(_PAGE + 1, skip)
    ]
    return visit.render(
        "jobs.html", jobs=shown[:_PAGE], busy=busy, more=len(shown) > _PAGE, skip=skip, page=_PAGE,
        has_table=(visit.network.out / WORKBOOK).is_file(),
    )  # fmt: skip


def start_run(visit: Visit) -> Response:
    """Start a run; with what a person accepts that inputs have lost, where they say so."""
    losses = AcceptedLosses(*(visit.form.all(name) for name in ("list", "table", "names")))
    if any(losses):
        accept_losses(visit.network, losses, visit.form.text("why"), visit.acting(), visit.now, visit.console.tools())
    permit_start(visit.network, visit.acting(), visit.now)
    job = visit.console.jobs.start("run", losses.options, visit.person)
    return visit.go(f"/jobs/{job.id}")


def job_page(visit: Visit) -> Response:
    """Show how far a job is, or what came of it."""
    job = visit.console.jobs.find(visit.path("job"))
    result = _result(visit, job)
    if result.report is not None:
        visit.log_read("run", job.id)
    return visit.render(
        "job.html", job=job, result=result, lost=tuple(lost_inputs(job)), most_cases=_MOST_CASES,
        most_rejected=_MOST_REJECTED, is_audit=job.verb in AUDITING,
    )  # fmt: skip


def cancel_job(visit: Visit) -> Response:
    """Stop a job as Ctrl-C does."""
    id_ = visit.path("job")
    permit = permit_audit if visit.console.jobs.find(id_).verb in AUDITING else permit_start
    permit(visit.network, visit.acting(), visit.now)
    visit.console.jobs.cancel(id_)
    visit.console.jobs.wait(id_, 3)
    return visit.go(f"/jobs/{id_}")


def decisions_file(visit: Visit) -> Response:
    """Send the table of decisions as the last run wrote it.

    Raises:
        NotFound: there is none.
    """
    name = visit.path("file")
    if name not in _FILES:
        raise NotFound("there is no such file", got=name, expected=" or ".join(_FILES))
    written, media_type = _FILES[name]
    path = visit.network.out / written
    if not path.is_file():
        raise NotFound("there is no table of decisions yet", todo="start a run")
    visit.log_read("decisions", written)
    return FileResponse(path, media_type=media_type, filename=written)


def lost_inputs(job: Job) -> Iterator[tuple[str, str]]:
    """Yield what a failed run says that a person could accept: (`list`, `table` or `names`, key)."""
    if job.verb == "run" and job.state == "failed":
        yield from dict.fromkeys(match.groups() for match in _LOST.finditer(job.message))  # type: ignore[misc]


def _result(visit: Visit, job: Job) -> JobResult:
    """Return what a job printed; nothing where it printed nothing that can be read."""
    if job.state == "running":
        return JobResult()
    with suppress(OSError, msgspec.MsgspecError, BadInput):
        data = visit.console.jobs.jobs.output(job.id).read_bytes()
        if job.verb == "run":
            report = msgspec.json.decode(data, type=RunReport)
            return JobResult(report, last_run_of(report))
        if job.verb == "lists update":
            return JobResult(lists=msgspec.json.decode(data, type=_Updated).lists)
    return JobResult()


AREA: Final = Area(
    menu=(MenuItem("Runs", "/jobs", "Network"),),
    routes=(
        get("/jobs", jobs_page), post("/jobs/run", start_run, "start_run"), get("/jobs/{job}", job_page),
        job_events("/jobs/{job}/events"), post("/jobs/{job}/cancel", cancel_job, "start_run", "start_audit"),
        get("/download/{file}", decisions_file),
    ),
)  # fmt: skip
