"""The console as an ASGI application."""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from evenhand.model.errors import NetworkUnreadable, NotFound
from evenhand.web.console.all_areas import AREAS
from evenhand.web.console.area import menu_of
from evenhand.web.console.console import Console
from evenhand.web.console.endpoints import error_page
from evenhand.web.console.guard import Guard
from evenhand.web.console.guessed_paths import meant_path
from evenhand.web.console.static_files import serve_static, static_path
from evenhand.web.console.templates import add_globals
from evenhand.web.console.visit import visit_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp


_ROBOTS: Final = "User-agent: *\nAllow: /public\nAllow: /.well-known/\nDisallow: /\n"


def make_app(
    console: Console,
    beside: "Sequence[BaseRoute]" = (),
    meanwhile: "Callable[[], Coroutine[Any, Any, None]] | None" = None,
) -> "ASGIApp":
    """Return the application that serves a console and the routes `beside` it; its end closes the console's tables.

    `meanwhile` goes on from the start to the end.
    """
    add_globals(menu=menu_of(AREAS), static=static_path)
    routes = [route for area in AREAS for route in area.routes]
    routes += [Route("/static/{digest}/{name}", serve_static), *_of_every_site(), *beside]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> "AsyncIterator[None]":
        """Let what goes on meanwhile begin and end; close the tables at the end."""
        task = None if meanwhile is None else asyncio.create_task(meanwhile())
        yield
        if task is not None:
            task.cancel()
        console.close()

    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _not_found, 405: _not_found})
    app.router.redirect_slashes = False  # it names the host, and http where a proxy took the request over https
    app.state.console, app.state.areas = console, AREAS
    return Guard(app, console)


def _of_every_site() -> list[Route]:
    """Return what monitors, crawlers and browsers ask every site for, without a session."""
    return [
        Route("/healthz", _health), Route("/readyz", _readiness), Route("/robots.txt", _robots),
        Route("/favicon.ico", _icon),
    ]  # fmt: skip


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _readiness(request: Request) -> Response:
    """Say whether there are settings by which pages can be shown."""
    try:
        await run_in_threadpool(request.app.state.console.network)
    except NetworkUnreadable:
        return PlainTextResponse("not ready\n", 503)
    return PlainTextResponse("ok\n")


async def _robots(_: Request) -> Response:
    return PlainTextResponse(_ROBOTS)


async def _icon(_: Request) -> Response:
    """Lead to the icon that pages name; older browsers ask by this name alone."""
    return RedirectResponse(static_path("icon.svg"), 302)


async def _not_found(request: Request, _: Exception) -> Response:
    """Lead to the page that is meant, or say that there is none; in the console's form to who is logged in."""
    visit = visit_of(request)
    path, is_read = request.url.path.rstrip("/"), request.method in ("GET", "HEAD")
    if is_read and path and path != request.url.path and visit.can_open(path):
        return _same_query(request, quote(path), 307)
    if visit.session is None:
        return PlainTextResponse("There is no such page.\n", 404)
    meant = meant_path(request.url.path) if is_read else ""
    if meant:
        return _same_query(request, meant, 303)
    return error_page(visit, NotFound("there is no such page", got=request.url.path))


def _same_query(request: Request, path: str, status: int) -> Response:
    """Return the way to another path of this host, with the query as it came."""
    return RedirectResponse(path + (f"?{request.url.query}" if request.url.query else ""), status)
