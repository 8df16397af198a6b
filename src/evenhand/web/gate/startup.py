"""The process of the service, started by `evenhand gate serve` as `python -m evenhand.web SETTINGS` (JSON).

It is a process of its own so that it carries the gate and nothing else: no command line, no store, no engine.
"""

import resource
import signal
import socket
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NoReturn

import msgspec

from evenhand.gate.registers.location import locate_register
from evenhand.gate.registers.log_checkpoint import AcceptedRegisters
from evenhand.model.errors import BadInput
from evenhand.model.service import ServiceSettings, StaleChoice
from evenhand.web.gate.app import GateApp
from evenhand.web.gate.counters import Counters
from evenhand.web.gate.hub import Limits
from evenhand.web.gate.register_source import Source
from evenhand.web.gate.server import serve
from evenhand.web.gate.snapshots import Snapshots
from evenhand.web.gate.sockets import hold_back, listen_on_port, listening_on_path
from evenhand.web.gate.switch import Switch
from evenhand.web.gate.taken_registers import TakenRegisters
from evenhand.web.gate.workers import has_ended, run_workers

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
        say("no settings; `evenhand gate serve` starts this process")
    except BadInput as error:
        say(str(error))
    return 2


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
    limits = Limits(body=settings.max_body, bodies=settings.max_bodies)
    _allow_files(2 * limits.connections + _FILES_BESIDE)

    def work(worker: int, parent: int | None = None) -> None:
        counters.use(worker)
        switch.keeps_log = worker == 0
        serve(listening, app, limits, say, parent, admin)
        if parent is not None and has_ended(parent):
            snapshots.remove()  # the process that would have done it was killed

    with _listening(settings) as listening, _admin(settings) as admin:
        if settings.workers == 1:
            work(0)
        else:
            run_workers(settings.workers, work, say, lambda: _leave_to_workers(listening, admin))
    return 0


def _listening(settings: ServiceSettings) -> AbstractContextManager[socket.socket]:
    if settings.socket:
        return listening_on_path(Path(settings.socket), say)
    return listen_on_port(settings.host, settings.port, say)


def _admin(settings: ServiceSettings) -> AbstractContextManager[socket.socket | None]:
    if settings.admin_port is None:
        return nullcontext()
    return listen_on_port(settings.admin_host, settings.admin_port, lambda line: say(f"health and metrics: {line}"))


def _leave_to_workers(listening: socket.socket, admin: socket.socket | None) -> None:
    """Let nobody connect any more, and close what workers hold open until they have answered who is there."""
    hold_back(listening)
    listening.close()
    if admin is not None:
        admin.close()


def _app(settings: ServiceSettings, counters: Counters, switch: Switch, snapshots: Snapshots) -> GateApp:
    """Return what answers, with the register that is there; one that is absent or refused may come later.

    Raises:
        RegisterInvalid: the register is stale and nobody chose what that means.
        BadInput: a key, or what the service remembers, cannot be read, or a key not be checked here.
    """
    paths = [Path(register) for register in settings.registers]
    taken = TakenRegisters(Path(settings.remember) if settings.remember else None)
    source = Source(paths, settings.stale, _now, snapshots, taken.after_restart(_expected(settings)), taken.note)
    read_stale = (lambda: locate_register(settings.network).stale) if settings.network else None
    app = GateApp(
        source, switch, counters, settings.stale, _now, say, tell=settings.tell, read_stale=read_stale
    )  # fmt: skip
    for line in app.look():
        say(line)
    app.renew()
    if source.gate:
        source.gate.is_stale(_now())
    else:
        say(_without_register(paths[0], settings.stale))
    return app


def _without_register(path: Path, stale: StaleChoice | None) -> str:
    """Return what is answered until the first register is there; `/readyz` is not ready then, whatever was chosen."""
    if stale is None or stale == "last":
        answers, todo = "503", "; --stale allow, hold or refuse chooses another answer"
    else:
        answers, todo = f"`{stale}`, as chosen for a stale or missing register", ""
    return f"no register at {path} yet: not ready (/readyz 503), every request is answered {answers}{todo}"


def _expected(settings: ServiceSettings) -> AcceptedRegisters:
    """Return which registers the service takes.

    Raises:
        BadInput: a key cannot be read, or not be checked here, or is missing where registers have to be signed.
    """
    expected = AcceptedRegisters(settings.origin, settings.tree_size, "", settings.allow_older)
    if not settings.vkeys:
        if settings.signed:
            raise BadInput("no key to check signatures by", where="--signed", expected="--vkey with the log's key")
        return expected
    from evenhand.web.gate.log_key import note_check, text_check  # noqa: PLC0415  carries more than the gate

    of_all = text_check(settings.vkeys) if settings.signed else None
    return expected._replace(check_note=note_check(settings.vkeys), signed_text=of_all)


def _now() -> datetime:
    return datetime.now(UTC)


def say(line: str) -> None:
    """Tell the operator one line on standard error; what cannot be printed is shown as a question mark."""
    shown = "".join(each if each.isprintable() else "?" for each in line)
    sys.stderr.write(f"evenhand gate: {shown}\n")
    sys.stderr.flush()


def _allow_files(wanted: int) -> None:
    """Raise this process's own limit on open files to what the connections need, as far as it may be raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
