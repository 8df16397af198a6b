"""A table handed in: how it was understood, mended, what would change, and put in the place of the old one."""

from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO, Final, Literal, cast

import msgspec
from msgspec.structs import replace
from starlette.responses import Response

from evenhand.intake.headings import places_of
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.model.job import Job
from evenhand.model.text_matching import plain
from evenhand.model.upload import CheckedTable, ColumnSeen, Reading, Upload
from evenhand.render.upload_words import rejected_words
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.upload_checks import check_upload, running_checks, start_waiting, stop_check
from evenhand.web.console.visit import Visit
from evenhand.workflows.uploads.readings import reading_of
from evenhand.workflows.uploads.replacing import replace_table
from evenhand.workflows.uploads.run_starts import AcceptedLosses, permit_start
from evenhand.workflows.uploads.staging import (
    TABLES,
    SentFile,
    all_uploads,
    find_upload,
    forget_upload,
    keep_upload,
    permit_upload,
    upload_file,
)


def upload_page(visit: Visit) -> Response:
    """Show the tables of today, what waits to be put in their place, and the form."""
    return _form(visit)


def hand_in(visit: Visit) -> Response:
    """Keep a file aside, and look at it."""
    try:
        if "file" not in visit.form.files:
            raise BadInput("no file was chosen", todo="drop one on the form, or choose one")
        sent = visit.form.files["file"]
        handed = SentFile(visit.form.text("table"), sent.name, cast("BinaryIO", sent.content))
        upload = keep_upload(visit.network, visit.console.new_id(), handed, visit.acting(), visit.now)
    except BadInput as error:
        return _form(visit, str(error), 400)
    path = upload_file(visit.network, upload)
    upload = replace(upload, reading=reading_of(visit.network, upload.table, path))
    check_upload(visit, upload)
    return visit.go(f"/upload/{upload.id}")


def looked_at(visit: Visit) -> Response:
    """Show how an upload is understood and what would change, or how far that is."""
    return _shown(visit, find_upload(visit.network, visit.path("upload")))


def read_otherwise(visit: Visit) -> Response:
    """Look again, with another mapping, sheet, or way to read days and amounts."""
    permit_upload(visit.network, visit.acting(), visit.now)
    upload = find_upload(visit.network, visit.path("upload"))
    job = _job(visit, upload)
    checked = _checked(visit, job) if job else None
    reading = _reading(visit, checked) if checked else upload.reading
    check_upload(visit, replace(upload, reading=reading))
    return visit.go(f"/upload/{upload.id}")


def put_in_place(visit: Visit) -> Response:
    """Put an upload in the place of its table, and start a run where that is asked for."""
    upload = find_upload(visit.network, visit.path("upload"))
    job = _job(visit, upload)
    checked = _checked(visit, job) if job else None
    if checked is None:
        return _shown(visit, upload, "It was not looked at to the end: look at it again", 409)
    acting, network = visit.acting(), visit.network
    runs = visit.form.is_checked("run")
    try:
        if runs:
            permit_start(network, acting, visit.now)
        tools, why = visit.console.tools(), visit.form.text("why")
        done = replace_table(network, upload, checked, acting, visit.now, tools, words=why)
    except BadInput as error:
        return _shown(visit, upload, str(error), 400)
    forget_upload(network, upload)
    kept = f"; the old one is kept as {done.kept}" if done.kept else ""
    note = f"The table {upload.table} is now {done.file}{kept}"
    if not runs:
        return visit.go("/upload", note)
    lost = {of: tuple(each.table for each in checked.losses if each.option == of) for of in ("table", "names")}
    losses = AcceptedLosses(tables=lost["table"], names=lost["names"])
    job = visit.console.jobs.start("run", losses.options, visit.person, about=upload.table)
    return visit.go(f"/jobs/{job.id}", note)


def throw_away(visit: Visit) -> Response:
    """Throw an upload away; nothing of the network changes."""
    permit_upload(visit.network, visit.acting(), visit.now)
    upload = find_upload(visit.network, visit.path("upload"))
    stop_check(visit, upload)
    forget_upload(visit.network, upload)
    return visit.go("/upload", f"{upload.name} was thrown away")


def _form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    intake = visit.network.settings.intake
    today = [(name, getattr(intake, name), intake.sheets.get(name, "")) for name in TABLES]
    return visit.render(
        "upload.html", status, tables=TABLES, today=today, waiting=all_uploads(visit.network), problem=problem,
        chosen=visit.form.text("table") or visit.query("table"),
    )  # fmt: skip


def _shown(visit: Visit, upload: Upload, problem: str = "", status: int = 200) -> Response:
    if not upload.check:
        start_waiting(visit)
        upload = find_upload(visit.network, upload.id)
    job = _job(visit, upload)
    checked = _checked(visit, job) if job else None
    if checked is not None:
        visit.log_read("upload", upload.id)
    return visit.render(
        "upload_checked.html", status, upload=upload, job=job, checked=checked, problem=problem,
        failed=bool(upload.check) and checked is None and (job is None or job.state != "running"),
        before=running_checks(visit) if not upload.check else [],
        read_from=_read_from(checked) if checked else {},
        words_of={each.column: each.words for each in checked.columns} if checked else {},
        unclear=[each[0] for each in checked.unclear] if checked else [], rejected_words=rejected_words(upload.table),
        why=visit.form.text("why"), column_groups=_column_groups(checked.columns if checked else ()),
    )  # fmt: skip


def _read_from(checked: CheckedTable) -> dict[str, str]:
    """Return as what each heading is read."""
    return {
        checked.header[place]: each.words
        for each in checked.columns if each.heading
        for place in places_of(checked.table, each.heading, checked.header)
    }  # fmt: skip


def _column_groups(columns: Sequence[ColumnSeen]) -> list[tuple[str, list[ColumnSeen], bool]]:
    """Return the columns by how sure it is what they are read from, each group with its title; is it open?"""
    missing = [each for each in columns if each.required and not each.heading]
    named = [each for each in columns if each.heading and plain(each.heading) == plain(each.column)]
    likely = [each for each in columns if each.heading and each not in named]
    absent = [each for each in columns if not each.heading and not each.required]
    return [
        ("Needed, and not found in this file", missing, True),
        ("Read from a heading of another name: look whether it is right", likely, True),
        ("Read from a heading of the same name", named, False),
        ("Not in this file", absent, False),
    ]


def _job(visit: Visit, upload: Upload) -> Job | None:
    with suppress(EvenhandError):
        return visit.console.jobs.find(upload.check)
    return None


def _checked(visit: Visit, job: Job) -> CheckedTable | None:
    """Return what a look at a table has found; None where it is not done, or failed."""
    if job.state == "running":
        return None
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(visit.console.jobs.jobs.output(job.id).read_bytes(), type=CheckedTable)
    return None


def _reading(visit: Visit, checked: CheckedTable) -> Reading:
    """Return how a person says that a table is read: only what would not be understood by itself is said."""
    form, columns = visit.form, {}
    sheet = next(iter(form.all("sheet")), checked.reading.sheet) if len(checked.sheets) > 1 else ""
    is_other = bool(sheet) and sheet != checked.sheet  # its headings are not those that the form shows
    for each in () if is_other else checked.columns:
        chosen = next(iter(form.all(f"column-{each.column}")), each.heading)
        if chosen and places_of(checked.table, chosen, checked.header):
            if plain(chosen) != plain(each.column):
                columns[each.column] = chosen
        elif each.guessed:
            columns[each.column] = ""
    dates, decimals = form.text("dates"), form.text("decimals")
    return Reading(
        columns=columns, sheet=sheet,
        dates=cast("Literal['', 'dmy', 'mdy']", dates if dates in ("dmy", "mdy") else ""),
        decimals=cast("Literal['', 'comma', 'point']", decimals if decimals in ("comma", "point") else ""),
    )  # fmt: skip


AREA: Final = Area(
    menu=(MenuItem("Upload", "/upload", "Network"),),
    routes=(
        get("/upload", upload_page), post("/upload", hand_in, "replace_table"), get("/upload/{upload}", looked_at),
        post("/upload/{upload}/read", read_otherwise, "replace_table"),
        post("/upload/{upload}/replace", put_in_place, "replace_table"),
        post("/upload/{upload}/discard", throw_away, "replace_table"),
    ),
)  # fmt: skip
