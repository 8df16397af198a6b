"""Which paths are answered where: health and metrics on a port of their own, or all on one."""

from typing import Final

from evenhand.web.gate_app import GateApp
from evenhand.web.routes import Route

ADMIN: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths for who runs the service, not for who asks it."""


class Paths:
    """An app of which some paths alone are answered: those of `ADMIN` or all others; fits `hub.Answers`."""

    def __init__(self, app: GateApp, *, is_admin: bool) -> None:
        self._app, self._is_admin = app, is_admin
        self.answer, self.refuse = app.answer, app.refuse

    def route(self, url: bytes) -> Route | None:
        """Return what answers at a path here, or None."""
        route = self._app.route(url)
        return route if route is not None and (route.path in ADMIN) == self._is_admin else None
