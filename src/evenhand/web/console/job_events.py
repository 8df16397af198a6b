"""How far a job is, told to a page as it goes on (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from evenhand.model.errors import EvenhandError
from evenhand.web.console.templates import render_template
from evenhand.web.console.visit import Visit, visit_of

_EVERY_S: Final = 0.5
_MOST: Final = 1_200
"""So many events one answer has at most, which is ten minutes: the browser asks again by itself."""


def job_events(path: str) -> Route:
    """Return the route of the events of a job; `part` has the lines to show, `end` says that it has ended."""

    async def answer(request: Request) -> StreamingResponse:
        return StreamingResponse(
            _events(visit_of(request)), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )

    return Route(path, answer, methods=["GET"])


async def _events(visit: Visit) -> AsyncIterator[str]:
    id_ = visit.path("job")
    for _ in range(_MOST):
        try:
            job = await run_in_threadpool(visit.console.jobs.find, id_)
        except EvenhandError:
            break
        if job.state != "running":
            break
        shown = render_template("job_progress.html", visit=visit, job=job)
        yield f"event: part\ndata: {' '.join(shown.split())}\n\n"
        if await visit.request.is_disconnected():
            return
        await asyncio.sleep(_EVERY_S)
    else:
        return
    yield "event: end\ndata: \n\n"
