"""Looks at tables that were handed in, a few at a time and the oldest first: each may read a table of 200 MB."""

import threading
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from evenhand.model.errors import NotFound
from evenhand.model.job import Job
from evenhand.model.upload import Upload
from evenhand.web.console.visit import Visit
from evenhand.workflows.uploads.staging import all_uploads, change_upload, find_upload, upload_file

MOST_CHECKS: Final = 2
_VERB: Final = "tables check"
_WAIT_S: Final = 4.0
_STOP_S: Final = 2.0
# Of one process, which the console is: two people who hand in tables at once are put in order.
_STARTING: Final = threading.Lock()


def check_upload(visit: Visit, upload: Upload) -> None:
    """Look at an upload as its reading says, and wait for a moment: small tables are done then.

    An older look at it ends. Where enough others are looked at, it waits for its turn (`start_waiting`).
    """
    stop_check(visit, upload)
    change_upload(visit.network, replace(upload, check=""))
    start_waiting(visit)
    check = find_upload(visit.network, upload.id).check
    if check:
        visit.console.jobs.wait(check, _WAIT_S)


def stop_check(visit: Visit, upload: Upload) -> None:
    """End the look at an upload that goes on, so that others have their turn."""
    with suppress(NotFound):
        visit.console.jobs.cancel(upload.check)
        visit.console.jobs.wait(upload.check, _STOP_S)


def start_waiting(visit: Visit) -> None:
    """Look at the uploads whose turn has come; each page of one asks for it, so that none waits for a clock."""
    with _STARTING:
        waiting = [each for each in reversed(all_uploads(visit.network)) if not each.check]
        for upload in waiting[: max(MOST_CHECKS - len(running_checks(visit)), 0)]:
            _start(visit, upload)


def running_checks(visit: Visit) -> list[Job]:
    """Return the looks at uploads that go on now."""
    visit.console.jobs.refresh()
    return [each for each in visit.console.jobs.jobs.running() if each.verb == _VERB]


def _start(visit: Visit, upload: Upload) -> None:
    reading = upload.reading
    further = (("sheet", reading.sheet), ("dates", reading.dates), ("decimals", reading.decimals))
    options = ["--without-settings"]
    options += [f"--column={ours}={theirs}" for ours, theirs in reading.columns.items()]
    options += [f"--{name}={value}" for name, value in further if value]
    path = upload_file(visit.network, upload).resolve()
    job = visit.console.jobs.start(_VERB, (upload.table, str(path), *options), upload.person, about=upload.id)
    change_upload(visit.network, replace(upload, check=job.id))
