"""What answers at which path: a route, what has routes, and the paths of the port for health and metrics."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from evenhand.web.gate.replies import JSON, Refusal

ADMIN: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths for who runs the service, not for who asks it."""


class Route(NamedTuple):
    """The one method of a path, and the function that turns a body, at an instant, into the answer's.

    The function raises `replies.Refused` for a body that it does not take. `media` is the answer's type.
    `path` is the one it answers at, for limits.
    A long answer (`is_long`) to a short question ends its connection: else a row of such questions could fill memory.
    """

    method: bytes
    give: Callable[[bytes, datetime], bytes]
    media: bytes = JSON
    is_long: bool = False
    path: str = ""


class Answers(Protocol):
    """What answers: finds the route of a path, and gives whole replies."""

    def route(self, url: bytes) -> Route | None:
        """Return what answers at a path, or None."""
        ...

    def answer(self, route: Route, body: bytes, *, keep: bool) -> bytes:
        """Return the whole reply to a body that arrived whole."""
        ...

    def refuse(self, refusal: Refusal, *, keep: bool, bare: bool = False) -> bytes:
        """Return the whole reply of a refusal, and count it."""
        ...


class Paths:
    """An app of which only some paths are answered: those of `ADMIN`, or all others."""

    def __init__(self, app: Answers, *, is_admin: bool) -> None:
        self._app, self._is_admin = app, is_admin
        self.answer, self.refuse = app.answer, app.refuse

    def route(self, url: bytes) -> Route | None:
        """Return what answers at a path here, or None."""
        route = self._app.route(url)
        return route if route is not None and (route.path in ADMIN) == self._is_admin else None
