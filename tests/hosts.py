"""Two hosts of one ledger that can be cut off: network namespaces, or two addresses of loopback where there are none.

A namespace has a wire of its own to the server; a cut takes the wire down, and nobody is told. On loopback a relay
stands between host and server; a cut drops the server's end, as a server does that has given a host up, and leaves the
host's end open and silent.
"""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from typing import NamedTuple

from tests.clusters import PORT, Cluster, running_cluster

# Given up after 1 + 2 * 1 s, where ledgers wait 25: nobody wants to wait for tests.
PATIENCE = "keepalives_idle=1 keepalives_interval=1 keepalives_count=2 tcp_user_timeout=3000 connect_timeout=5"


class Host(NamedTuple):
    """A host: its address of the server, what a command there begins with, and what cuts it off and brings it back."""

    address: str
    prefix: tuple[str, ...]
    cut: Callable[[], object]
    restore: Callable[[], object]


class Hosts(NamedTuple):
    """A server, and two hosts that write to it."""

    cluster: Cluster
    one: Host
    other: Host


@cache
def why_no_namespaces() -> str:
    """Return why no network namespaces can be made, ``""`` if they can."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "not there: network namespaces need root and `ip` (Debian package iproute2)"
    name = f"eh{os.getpid()}t"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"not there: no network namespace can be made here: {made.stderr.strip()}"
    try:
        wire = ["ip", "link", "add", f"{name}0", "type", "veth", "peer", f"{name}1", "netns", name]
        laid = subprocess.run(wire, capture_output=True, text=True, check=False)
        if laid.returncode:
            return f"not there: no pair of veth can be made here: {laid.stderr.strip()}"
        _ip("link", "del", f"{name}0")
        return ""
    finally:
        _ip("netns", "del", name)


@contextmanager
def namespaces() -> Iterator[Hosts]:
    """Hold two namespaces, each with a wire to a server outside of them."""
    net = f"10.{200 + os.getpid() // 256 % 50}.{os.getpid() % 256}"
    with ExitStack() as held:
        hosts = [
            held.enter_context(_namespace(f"eh{os.getpid()}{name}", net, start)) for name, start in (("a", 1), ("b", 5))
        ]
        cluster = held.enter_context(running_cluster([f"{net}.1", f"{net}.5"], f"{net}.0/29"))
        yield Hosts(cluster, *hosts)


@contextmanager
def _namespace(name: str, net: str, start: int) -> Iterator[Host]:
    ours, theirs = f"{name}0", f"{name}1"
    _ip("netns", "add", name)
    _ip("link", "add", ours, "type", "veth", "peer", theirs, "netns", name)
    try:
        _ip("addr", "add", f"{net}.{start}/30", "dev", ours)
        _ip("-n", name, "addr", "add", f"{net}.{start + 1}/30", "dev", theirs)
        _ip("-n", name, "link", "set", theirs, "up")
        _ip("link", "set", ours, "up")
        yield Host(
            f"host={net}.{start} port={PORT} user=evenhand dbname=postgres {PATIENCE}",
            ("ip", "netns", "exec", name),
            lambda: _ip("link", "set", ours, "down"),
            lambda: _ip("link", "set", ours, "up"),
        )
    finally:
        # The wire first: a namespace ends some time after its last process.
        _ip("link", "del", ours)
        _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=60)


@contextmanager
def loopback() -> Iterator[Hosts]:
    """Hold two addresses of loopback, from each of which a relay leads to a server."""
    with ExitStack() as held:
        cluster = held.enter_context(running_cluster())
        relays = [held.enter_context(_Relay(where, cluster)) for where in ("127.0.0.2", "127.0.0.3")]
        hosts = [
            Host(
                f"host={each.where} port={each.port} user=evenhand dbname=postgres {PATIENCE}",
                (),
                each.cut,
                each.restore,
            )
            for each in relays
        ]
        yield Hosts(cluster, *hosts)


class _Relay:
    """Passes bytes on between those who connect to an address of loopback and the server's socket."""

    def __init__(self, where: str, cluster: Cluster) -> None:
        self.where = where
        self._server = str(cluster.folder / f".s.PGSQL.{PORT}")
        self._listening = socket.create_server((where, 0))
        self.port = int(self._listening.getsockname()[1])
        self._is_cut = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def __enter__(self) -> "_Relay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        for pair in self._pairs:
            for each in pair:
                _hang_up(each)

    def cut(self) -> None:
        self._is_cut = True
        for _, server in self._pairs:
            _hang_up(server)

    def restore(self) -> None:
        for client, _ in self._pairs:
            _hang_up(client)
        self._is_cut = False

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._pairs.append((client, server))
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if not self._is_cut:
                    target.sendall(data)
        if not self._is_cut:
            _hang_up(target)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
