"""The process of the service, started by `evenhand gate serve` as `python -m evenhand.web SETTINGS` (JSON).

It is a process of its own so that it carries the gate and nothing else: no command line, no store, no engine.
"""

import resource
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NoReturn

import msgspec

from evenhand.gate.registers.log_head import Expected
from evenhand.model.errors import BadInput
from evenhand.model.service import ServiceSettings
from evenhand.web.counters import Counters
from evenhand.web.gate_app import GateApp
from evenhand.web.limits import Limits
from evenhand.web.server import serve
from evenhand.web.snapshots import Snapshots
from evenhand.web.source import Source
from evenhand.web.switch import Switch
from evenhand.web.workers import has_ended, run_workers

_BACKLOG: Final = 1024  # connections that wait to be taken
_FILES_BESIDE: Final = 64  # descriptors that are no connections


def main(arguments: list[str]) -> int:
    """Serve as the settings say until a signal comes; return 0, or 2 if the service cannot begin."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Until the service itself listens to signals, they end it here, so that its folder goes with it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        settings = msgspec.json.decode(arguments[0], type=ServiceSettings)
        with Snapshots(_folder(), are_shared=settings.workers > 1) as snapshots:
            return _serve(settings, snapshots)
    except (IndexError, msgspec.MsgspecError):
        return _say("no settings; `evenhand gate serve` starts this process", 2)
    except BadInput as error:
        return _say(str(error), 2)


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def _folder() -> Path:
    try:
        return Path(mkdtemp(prefix="evenhand-gate-"))
    except OSError as error:
        raise BadInput("no folder for temporary files:", got=error.strerror, todo="set TMPDIR to one") from error


def _serve(settings: ServiceSettings, snapshots: Snapshots) -> int:
    counters, switch = Counters(settings.workers), Switch(Path(settings.switch) if settings.switch else None)
    app = _app(settings, counters, switch, snapshots)
    listening = _listening(settings.host, settings.port)
    limits = Limits(body=settings.max_body)
    _allow_files(2 * limits.connections + _FILES_BESIDE)

    def work(worker: int, parent: int | None = None) -> None:
        counters.use(worker)
        switch.keeps_log = worker == 0
        serve(listening, app, limits, say, parent)
        if parent is not None and has_ended(parent):
            snapshots.remove()  # whoever would have done it was killed

    with listening:
        if settings.workers == 1:
            work(0)
        else:
            run_workers(settings.workers, work, say, listening.close)
    return 0


def _app(settings: ServiceSettings, counters: Counters, switch: Switch, snapshots: Snapshots) -> GateApp:
    """Return what answers, with the register that is there; one that is absent or refused may come later.

    Raises:
        RegisterInvalid: the register is stale and nobody chose what that means.
        BadInput: a key cannot be read, or not be checked here.
    """
    source = Source([Path(each) for each in settings.registers], settings.stale, _now, snapshots, _expected(settings))
    app = GateApp(source, switch, counters, settings.stale, _now, say, tell=settings.tell)
    for line in app.look():
        say(line)
    app.renew()
    if source.gate:
        source.gate.is_stale(_now())
    return app


def _expected(settings: ServiceSettings) -> Expected:
    """Return which registers the service takes.

    Raises:
        BadInput: a key cannot be read, or not be checked here.
    """
    check = None
    if settings.vkeys:
        from evenhand.web.log_key import note_check  # noqa: PLC0415  carries more than the gate

        check = note_check(settings.vkeys)
    return Expected(settings.origin, settings.tree_size, "", settings.allow_older, check)


def _now() -> datetime:
    return datetime.now(UTC)


def say(line: str) -> None:
    """Tell the operator one line on standard error; what cannot be printed is shown as a question mark."""
    shown = "".join(each if each.isprintable() else "?" for each in line)
    sys.stderr.write(f"evenhand gate: {shown}\n")
    sys.stderr.flush()


def _say(line: str, status: int) -> int:
    say(line)
    return status


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the first address of a host, and say where.

    Raises:
        BadInput: there is no such host here, or the port is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise _deaf(host, port, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise _deaf(host, port, error) from error
    shown, port = listening.getsockname()[:2]
    say(f"listening on http://{f'[{shown}]' if ':' in shown else shown}:{port}")
    return listening


def _deaf(host: str, port: int, error: Exception) -> BadInput:
    why = error.strerror if isinstance(error, OSError) else "no name of a host"
    return BadInput(f"cannot listen: {why}", where=f"{host}:{port}", expected="an address of this machine, a free port")


def _allow_files(wanted: int) -> None:
    """Raise this process's own limit on open files to what the connections need, as far as it may be raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
