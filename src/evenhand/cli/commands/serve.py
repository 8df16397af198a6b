"""`evenhand serve`: the console in a browser."""

import os
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.commands.accounts import PORT, Url, accounts_of, checked_origin, draw, own_origin
from evenhand.cli.common import Folder, instant, say
from evenhand.model.console import OPENREFINE, ServeSettings
from evenhand.model.errors import BadInput

_BACKLOG = 1024  # connections that wait to be taken
_OWN_HOSTS = ("127.0.0.1", "::1", "localhost")
_FIRST_LASTS = timedelta(hours=1)


def add_to(app: typer.Typer) -> None:
    """Add the verb `serve` to the command line."""
    app.command("serve")(serve)


def serve(
    folder: Folder,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = PORT,
    public_url: Url = "",
    idle_minutes: Annotated[int, typer.Option(help="A session not used for so long ends.", min=1, max=1440)] = 60,
    session_hours: Annotated[int, typer.Option(help="A session ends after so long.", min=1, max=168)] = 12,
    preview_in: Annotated[
        list[str] | None,
        typer.Option("--preview-in", metavar="ORIGIN", help="Whose pages may frame previews; default: OpenRefine's."),
    ] = None,
) -> None:
    """Serve the console for browsers until told to stop; this process becomes the server."""
    import msgspec

    from evenhand.store.network import read_network
    from evenhand.store.refused_passwords import check_list
    from evenhand.workflows.people.sign_on_setup import check_sign_on
    from evenhand.workflows.people.staff_rules import network_staff

    network = read_network(folder)
    network_staff(network)
    check_sign_on(network, os.environ)
    if network.settings.console.refused_passwords:
        check_list(folder / network.settings.console.refused_passwords)
    accounts = accounts_of(network)
    has_accounts = bool(accounts.all())
    public_url = own_origin(public_url)
    _check_address(folder, host, public_url, has_accounts=has_accounts)
    settings = ServeSettings(
        network=str(folder.absolute()), host=host, port=port, public_url=public_url,
        idle_minutes=idle_minutes, session_hours=session_hours,
        preview_origins=tuple(checked_origin(each, "--preview-in") for each in preview_in or OPENREFINE),
        listening=_listen(host, port),
    )  # fmt: skip
    address = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    say(f"Console: {address}  (Ctrl-C ends it)")
    if not has_accounts and not network.settings.console.passwords:
        say(f"Nobody has an account yet: evenhand account add {folder} ID --sso ADDRESS")
    elif not has_accounts:
        secret = accounts.make_first_link(instant(None), _FIRST_LASTS, draw)
        say("Nobody has an account yet. This link makes the first one, within an hour:")
        say(f"  {address}/link/{secret}")
    sys.stdout.flush()
    command = [sys.executable, "-P", "-m", "evenhand.web.site", msgspec.json.encode(settings).decode()]
    # Each thread of the C library would keep memory of its own: measured with 100,000 advertisers, 497 MB become 377.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    # A fresh interpreter in this very process: what the command line has loaded is gone, id and signals stay.
    os.execv(sys.executable, command)


def _listen(host: str, port: int) -> int:
    """Return the descriptor of a socket that listens: anybody who opens the address before the server runs waits there.

    Raises:
        BadInput: there is no such host here, or the port is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_BACKLOG)
            listening.set_inheritable(True)  # this process becomes the server
            return listening.detach()
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no host"
        raise BadInput(
            f"cannot listen: {why}", where=f"{host}:{port}", todo="name another --port, or end what listens there"
        ) from error


def _check_address(folder: Path, host: str, public_url: str, *, has_accounts: bool) -> None:
    """Refuse to listen where others reach the console before anybody has an account, or without https.

    Raises:
        BadInput: see above.
    """
    if host in _OWN_HOSTS:
        return
    if not has_accounts:
        raise BadInput(
            "others could reach a console in which nobody has an account", where="--host", got=host,
            expected="127.0.0.1 until there is one", todo=f"evenhand account add {folder} ID",
        )  # fmt: skip
    if not public_url:
        raise BadInput(
            "others would reach it at an address that is not stated", where="--host", got=host,
            expected="--public-url with the https address of the proxy before it",
            todo="see the page serve of the documentation",
        )  # fmt: skip
