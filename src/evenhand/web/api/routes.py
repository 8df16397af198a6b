"""The routes of the API under `/api/v1`."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from evenhand.web.api import acts, decision_pages, records, screening
from evenhand.web.api.calls import Rates, endpoint
from evenhand.web.api.openapi import PREFIX, document
from evenhand.web.api.problems import problem
from evenhand.web.api.reconciliation import reconciliation_routes
from evenhand.web.api.screener import Screener

_ALL: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def api_routes() -> list[BaseRoute]:
    """Return every route, over one index and one count of requests."""
    screener, rates = Screener(), Rates()
    operations = (*screening.operations(screener), *decision_pages.OPERATIONS, *records.OPERATIONS, *acts.OPERATIONS)
    described = msgspec.json.encode(document(operations))

    async def description(_: Request) -> Response:
        """Answer the description of the API."""
        return Response(described, media_type="application/json", headers={"cache-control": "no-cache"})

    async def nothing(request: Request) -> Response:
        """Answer that there is nothing at a path."""
        return problem(404, f"there is nothing at {request.url.path[:200]}; see {PREFIX}/openapi.json")

    routes: list[BaseRoute] = [Route("/openapi.json", description, methods=["GET"])]
    by_path: dict[str, set[str]] = {}
    for each in operations:
        by_path.setdefault(each.path, set()).add(each.method)
        routes.append(Route(each.path, endpoint(each, rates), methods=[each.method], name=each.name))
    routes += [Route(path, _not_allowed(methods), methods=_ALL) for path, methods in by_path.items()]
    routes += reconciliation_routes(screener, rates)
    whole = [*routes, Route("/{path:path}", nothing, methods=_ALL)]
    return [Mount(PREFIX, routes=whole), Route(PREFIX, nothing, methods=_ALL)]


def _not_allowed(methods: set[str]) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers the other methods of a path, in the form of a problem."""
    allowed = ", ".join(sorted(methods))

    async def answer(_: Request) -> Response:
        """Answer 405."""
        return problem(405, f"this path takes {allowed}", {"allow": allowed})

    return answer
