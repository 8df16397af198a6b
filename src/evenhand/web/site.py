"""`python -m evenhand.web.site SETTINGS`: serves a network's console and API, as `evenhand serve` starts it."""

import secrets
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import uvicorn
from starlette.types import ASGIApp

from evenhand.model.console import ServeSettings
from evenhand.model.errors import EvenhandError
from evenhand.store.console_tables import ConsoleTables
from evenhand.web.api.routes import api_routes
from evenhand.web.console.app import make_app
from evenhand.web.console.console import Console, Machine
from evenhand.web.deliveries import deliver_while_served
from evenhand.web.public.routes import public_routes
from evenhand.web.slow_clients import LimitedProtocol
from evenhand.workflows.people.staff_rules import network_staff


def main(arguments: Sequence[str]) -> int:
    """Serve the site of the settings, given as JSON; return 2 if it cannot start."""
    settings = msgspec.json.decode(arguments[0].encode(), type=ServeSettings)
    try:
        server = uvicorn.Server(server_config(settings))
        server.run([socket.socket(fileno=settings.listening)] if settings.listening >= 0 else None)
    except EvenhandError as error:
        sys.stderr.write(f"evenhand: {error}\n")
        return 2
    return 0 if server.started else 2


def make_site(console: Console, *, delivers: bool = False) -> ASGIApp:
    """Return the application: the console, the API, pages for everybody; it `delivers` webhooks and mail."""
    meanwhile = partial(deliver_while_served, console.folder) if delivers else None
    return make_app(console, [*api_routes(), *public_routes()], meanwhile)


def server_config(settings: ServeSettings) -> uvicorn.Config:
    """Return how the server listens; clients that wait are limited, and it names neither itself nor its version."""
    console = Console(settings, own_machine(), ConsoleTables(Path(settings.network)))
    network_staff(console.network())  # from now on what held last counts while a file does not hold
    return uvicorn.Config(
        make_site(console, delivers=True), host=settings.host, port=settings.port, log_level="warning",
        access_log=False, http=LimitedProtocol,
        server_header=False, proxy_headers=False, timeout_keep_alive=30, limit_concurrency=500, lifespan="on",
        timeout_graceful_shutdown=5, ws="none",
    )  # fmt: skip


def own_machine() -> Machine:
    """Return the clock and the randomness of this machine."""
    return Machine(
        now=lambda: datetime.now(UTC).replace(microsecond=0), random_bytes=secrets.token_bytes,
        random_text=lambda: secrets.token_urlsafe(32),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
