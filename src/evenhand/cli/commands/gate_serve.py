"""`evenhand gate serve`: the gate as a process that answers over HTTP."""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.commands.registers import TellOption, stale_of, tell_of
from evenhand.model.errors import BadInput
from evenhand.model.service import REGISTER_FILES, ServiceSettings, StaleChoice, longest_bodies

_LONGEST_KEY = 8192

MaxBodyOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Longest body taken: BYTES of all paths, or PATH=BYTES of one (default: 2 MiB to filter).",
        show_default=False,
    ),
]
SocketOption = Annotated[
    Path | None, typer.Option(help="Unix socket to listen on, in place of address and port.", show_default=False)
]
AdminPortOption = Annotated[
    int | None,
    typer.Option(help="Port of its own for /healthz, /readyz and /metrics.", min=0, max=65535, show_default=False),
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Key of the log, or its file, that must have signed the register's checkpoint.", show_default=False
    ),
]
SignedOption = Annotated[
    bool,
    typer.Option("--signed", help="Take only a register that the key signed whole, in register.sig beside it."),
]
RememberOption = Annotated[
    Path | None,
    typer.Option(help="File that keeps which register was taken last: none older is taken after a restart."),
]
SwitchOption = Annotated[
    Path | None,
    typer.Option(help="File with one word: enforce, observe, allow-all or refuse-all (default: the network's)."),
]


def serve(
    *,
    register: Annotated[Path, typer.Option(help="A register, or a network's folder.", show_default=False)],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 is any free one.", min=0, max=65535)] = 8970,
    switch: SwitchOption = None,
    stale: Annotated[
        str | None, typer.Option(help="Answer of a stale or missing register: allow, hold, refuse or use-last.")
    ] = None,
    max_body: MaxBodyOption = None,
    socket: SocketOption = None,
    admin_port: AdminPortOption = None,
    admin_host: Annotated[str, typer.Option(help="Address of that port.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=256)] = 1,
    tell: TellOption = "nothing",
    vkey: KeyOption = None,
    signed: SignedOption = False,
    origin: Annotated[
        str, typer.Option(help="Log that registers must come from (default: the network's, else the first's).")
    ] = "",
    tree_size: Annotated[int, typer.Option(help="Smallest tree size that the first register may have.", min=0)] = 0,
    remember: RememberOption = None,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Take registers of smaller trees, as after a restored backup.")
    ] = False,
) -> None:
    """Answer bids, orders and questions over HTTP until told to stop; this process becomes the service."""
    if find_spec("uvloop") is None:
        raise BadInput("the service needs uvloop, which this platform lacks", expected="Linux or macOS with CPython")
    registers, choice, own_switch, own_origin = _register(register, stale)
    switch = switch or own_switch
    longest, longest_of = longest_bodies(max_body or [])
    settings = ServiceSettings(
        registers=tuple(str(each.absolute()) for each in registers),
        stale=choice,
        host=host,
        port=port,
        switch=str(switch.absolute()) if switch else None,
        max_body=longest,
        max_bodies=longest_of,
        socket=str(socket.absolute()) if socket else "",
        admin_port=admin_port,
        admin_host=admin_host,
        network=str(register.absolute()) if register.is_dir() and stale is None else "",
        workers=workers,
        tell=tell_of(tell),
        origin=origin or own_origin,
        tree_size=tree_size,
        vkeys=tuple(map(_key, vkey or ())),
        signed=signed,
        remember=str(remember.absolute()) if remember else "",
        allow_older=allow_older,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    # Anyone who asks for the register to be opened anew before the service listens must not end it; this outlives exec.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # A fresh interpreter in this very process: what the command line has loaded is gone, id and signals stay.
    os.execv(sys.executable, service_command(settings))


def service_command(settings: ServiceSettings) -> list[str]:
    """Return the command that serves; `-P` keeps the current folder out of what Python imports from."""
    import msgspec

    return [sys.executable, "-P", "-m", "evenhand.web", msgspec.json.encode(settings).decode()]


def _register(path: Path, stale: str | None) -> tuple[list[Path], StaleChoice | None, Path | None, str]:
    """Return where the register lies, what a stale one means (else the network's choice), its switch and its origin."""
    choice = stale_of(stale)
    if path.is_dir():
        from evenhand.store.network import read_network

        network = read_network(path)
        gate = network.settings.gate
        switch = network.folder / gate.switch if gate.switch else None
        files = [network.out / name for name in REGISTER_FILES]
        return files, choice or gate.stale, switch, network.settings.network.origin
    return [path], choice, None, ""


def _key(text: str) -> str:
    """Return a verifier key that is given itself, or by a file that holds it, as `ledger/public/vkey` does.

    Raises:
        BadInput: neither.
    """
    from evenhand.ledger.signed_notes import read_vkey

    path = Path(text)
    try:
        if "+" not in text:
            with path.open(encoding="utf-8", errors="replace") as file:
                text = file.readline(_LONGEST_KEY).strip()
    except OSError as error:
        expected = "a key as one line, or a file that holds one, as ledger/public/vkey"
        raise BadInput("no key:", where="--vkey", got=f"{path}: {error.strerror}", expected=expected) from error
    return read_vkey(text).vkey
