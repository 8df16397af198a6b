"""`evenhand-gate`: the gate's own command, for an installation that has nothing but the gate.

It serves and answers one question. All other verbs are `evenhand`'s, which needs more packages.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, get_args

import msgspec

from evenhand.gate import Gate
from evenhand.gate.conditions.countries import alpha2_of
from evenhand.gate.effects import UNKNOWN_ID
from evenhand.gate.registers.location import locate_register
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.model.output_streams import show_every_text, write_data
from evenhand.model.service import REGISTER_FILES, STALE_WORDS, ServiceSettings, Tell, longest_bodies

_PASSES: Final = frozenset({"allow", "label", "unknown"})
_LONGEST_KEY: Final = 8192


def run() -> None:
    """Run the command and exit with its status."""
    show_every_text()
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Return the status: of `serve` 0 after a signal, of `check` 0 if it may buy and 1 if not; 2 for bad use."""
    options = _parser().parse_args(arguments)
    try:
        return _serve(options) if options.verb == "serve" else _check(options)
    except EvenhandError as error:
        sys.stderr.write(f"evenhand-gate: {error}\n")
        return 2


class _Version(argparse.Action):
    """Prints the version; a service that starts does not look for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"evenhand {version('evenhand')}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evenhand-gate", description="May this buyer buy, here, now?")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="serve | check")
    serve = verbs.add_parser("serve", help="answer bids, orders and questions over HTTP until told to stop")
    check = verbs.add_parser("check", help="answer one question, as JSON")
    for verb in (serve, check):
        verb.add_argument("--register", type=Path, required=True, help="a register, or a network's folder")
        verb.add_argument("--stale", choices=tuple(STALE_WORDS), help="answer of a stale register")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=8970, help="port to listen on, 0 for any (%(default)s)")
    serve.add_argument("--socket", type=Path, help="Unix socket to listen on, in place of address and port")
    serve.add_argument("--admin-port", type=_port, help="port of its own for health and metrics")
    serve.add_argument("--admin-host", default="127.0.0.1", help="address of that port (%(default)s)")
    serve.add_argument("--switch", type=Path, help="file with one word: enforce, observe, allow-all or refuse-all")
    serve.add_argument("--max-body", action="append", default=[], help="longest body: BYTES or PATH=BYTES")
    serve.add_argument("--workers", type=int, choices=range(1, 257), default=1, metavar="N", help="processes (1)")
    serve.add_argument("--tell", choices=get_args(Tell), default="nothing", help="what responses tell buyers")
    serve.add_argument("--vkey", action="append", default=[], help="key of the log, or its file")
    serve.add_argument("--signed", action="store_true", help="take only registers that this key signed whole")
    serve.add_argument("--origin", default="", help="log that registers must come from")
    serve.add_argument("--tree-size", type=int, default=0, help="smallest tree size of the first register")
    serve.add_argument("--remember", type=Path, help="file that keeps which register was taken last")
    serve.add_argument("--allow-older", action="store_true", help="take registers of smaller trees")
    check.add_argument("--adomain", action="append", help="advertiser domain as a bid gives it; may be repeated")
    for name in ("seat", "bundle", "advertiser", "country"):
        check.add_argument(f"--{name}")
    check.add_argument("--at", type=_instant, help="the instant asked about, ISO with offset (now)")
    return parser


def _serve(options: argparse.Namespace) -> int:
    if find_spec("uvloop") is None:
        raise BadInput("the service needs uvloop, which this platform lacks", expected="Linux or macOS with CPython")
    settings = _settings(options)
    from evenhand.web.gate.startup import main as serve  # noqa: PLC0415  a check needs no server

    # Who asks for the register to be opened anew before the service listens must not end it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return serve([msgspec.json.encode(settings).decode()])


def _settings(options: argparse.Namespace) -> ServiceSettings:
    register: Path = options.register
    longest, of_paths = longest_bodies(options.max_body)
    location = locate_register(register)
    is_network = register.is_dir()
    files = [register / "out" / name for name in REGISTER_FILES] if is_network else [register]
    switch = options.switch or location.switch
    return ServiceSettings(
        registers=tuple(str(file.absolute()) for file in files),
        stale=STALE_WORDS.get(options.stale, location.stale),
        host=options.host,
        port=options.port,
        switch=str(switch.absolute()) if switch else None,
        max_body=longest,
        max_bodies=of_paths,
        workers=options.workers,
        tell=options.tell,
        origin=options.origin or location.origin,
        tree_size=max(0, options.tree_size),
        vkeys=tuple(map(_key, options.vkey)),
        signed=options.signed,
        remember=str(options.remember.absolute()) if options.remember else "",
        allow_older=options.allow_older,
        socket=str(options.socket.absolute()) if options.socket else "",
        admin_port=options.admin_port,
        admin_host=options.admin_host,
        network=str(register.absolute()) if is_network and options.stale is None else "",
    )


def _check(options: argparse.Namespace) -> int:
    if not (options.adomain or options.seat or options.bundle or options.advertiser):
        raise BadInput("nothing to check", expected="--adomain, --seat, --bundle or --advertiser")
    if options.country is not None and alpha2_of(options.country) is None:
        raise BadInput(
            "unknown country", where="--country", got=options.country, expected="two or three letters, as DE or DEU"
        )  # fmt: skip
    gate = Gate(options.register, STALE_WORDS.get(options.stale))
    verdict = gate.verdict(
        adomain=options.adomain, seat=options.seat, bundle=options.bundle, advertiser=options.advertiser,
        country=options.country, at=options.at or datetime.now(UTC),
    )  # fmt: skip
    write_data(msgspec.json.encode(verdict) + b"\n")
    return 0 if verdict.outcome in _PASSES and UNKNOWN_ID not in verdict.codes else 1


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("no port: expected 0 to 65535")
    return port


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("no instant: expected an offset, as 2026-11-24T12:00:00Z")
    return at


def _key(text: str) -> str:
    """Return a key as a line, given itself or by the file that holds it; the service says if it is none."""
    if "+" in text:
        return text
    try:
        with Path(text).open(encoding="utf-8", errors="replace") as file:
            return file.readline(_LONGEST_KEY).strip()
    except OSError as error:
        expected = "a key as one line, or a file that holds one, as ledger/public/vkey"
        raise BadInput("not a key:", where="--vkey", got=f"{text}: {error.strerror}", expected=expected) from error
