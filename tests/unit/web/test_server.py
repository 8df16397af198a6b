"""One process that serves, from its first connection to a signal and an orderly end."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest

from evenhand.model.service import Mode
from evenhand.web.gate.hub import Limits
from evenhand.web.gate.register_source import Source
from evenhand.web.gate.server import LOOK_S, serve
from evenhand.web.gate.sockets import hold_back
from tests.unit.gate.registers import open_gate, row
from tests.unit.web.served import Served
from tests.unit.web.spoken import get, post

LIMITS = Limits(stop_s=0.5, look_s=0.05, drain_s=0.05, settle_s=0.02)
PATIENT = Limits(stop_s=60.0, look_s=0.05, read_s=60.0, drain_s=0.05, settle_s=0.02)


def told_to(
    story: Callable[[int], None],
    folder: Path,
    *,
    ends: Callable[[], None],
    limits: Limits = LIMITS,
    admin: socket.socket | None = None,
) -> Served:
    """Serve in this thread while a story is told in another, which then ends the service; its faults are ours."""
    served = Served(folder)
    listening = socket.create_server(("127.0.0.1", 0))
    faults: list[BaseException] = []
    parent = ends if isinstance(ends, Parent) else Parent()

    def tell() -> None:
        try:
            story(listening.getsockname()[1])
        except BaseException as fault:  # noqa: BLE001  told below, in the thread of the test
            faults.append(fault)
            parent()
        else:
            ends()

    teller = threading.Thread(target=tell)
    teller.start()
    serve(listening, served.app, limits, served.said.append, parent.read, admin)
    teller.join()
    if faults:
        raise faults[0]
    return served


def terminate() -> None:
    """Tell the service to stop; only one that has answered is sure to listen, and only as long as it serves."""
    os.kill(os.getpid(), signal.SIGTERM)


def itself() -> None:
    """Nothing: the story has ended the service itself."""


class Parent:
    """A pipe that another process would hold open; closing it ends the service."""

    def __init__(self) -> None:
        self.read, self.held = os.pipe()

    def __call__(self) -> None:
        os.close(self.held)


@contextmanager
def calling(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as call:
        yield call


def status_of(call: socket.socket, said: bytes) -> int:
    call.sendall(said)
    return int(call.recv(65536).split(b" ")[1])


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Put back what the loop does not: how signals are handled, and how often threads take turns."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    turns_s = sys.getswitchinterval()
    yield
    sys.setswitchinterval(turns_s)
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_client_that_asks_while_the_service_stops_is_answered_and_told_to_go(tmp_path: Path) -> None:
    """Its connection was closed under it: a request that was on its way got no answer."""
    heard: list[bytes] = []

    def story(port: int) -> None:
        with calling(port) as call:
            assert status_of(call, get(b"/healthz")) == 200
            terminate()
            _wait_until_refused(port)
            call.sendall(get(b"/healthz"))
            heard.extend([call.recv(65536), call.recv(100)])

    told_to(story, tmp_path, ends=itself, limits=PATIENT._replace(drain_s=60.0))

    assert heard[0].startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in heard[0]
    assert heard[1] == b""


def test_a_client_that_has_connected_when_the_service_stops_is_answered(tmp_path: Path) -> None:
    """Closing the listening socket would have cut off anyone who was not taken yet."""
    served, parent = Served(tmp_path), Parent()
    with socket.create_server(("127.0.0.1", 0)) as listening, calling(listening.getsockname()[1]) as call:
        call.sendall(get(b"/healthz"))
        parent()

        serve(listening, served.app, LIMITS, served.said.append, parent.read)

        assert call.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_who_gets_there_just_after_the_service_was_told_to_stop_is_answered_and_told_to_go(tmp_path: Path) -> None:
    """Its first packet came before; over a network the rest takes a while."""
    served, parent = Served(tmp_path), Parent()
    heard: list[bytes] = []
    parent()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def ask() -> None:
            with calling(port) as call:
                call.sendall(get(b"/healthz"))
                heard.append(call.recv(65536))

        asking = threading.Timer(0.1, ask)
        asking.start()
        serve(listening, served.app, LIMITS._replace(settle_s=1.5), served.said.append, parent.read)
        asking.join()

    assert heard[0].startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in heard[0]


@pytest.mark.skipif(sys.platform != "linux", reason="never: only Linux drops packets for a socket of ours")
def test_nobody_begins_to_connect_to_a_socket_that_is_held_back() -> None:
    """Who is there is taken and talked to; who comes tries again in a second."""
    with socket.create_server(("127.0.0.1", 0)) as listening, calling(listening.getsockname()[1]) as early:
        hold_back(listening)

        with pytest.raises(TimeoutError):
            socket.create_connection(listening.getsockname(), timeout=0.3)
        taken, _ = listening.accept()
        with taken:
            early.sendall(b"asked")
            assert taken.recv(9) == b"asked"
            taken.sendall(b"told")
            assert early.recv(9) == b"told"


def test_a_signal_to_open_anew_drains_and_opens_and_ends_nothing(tmp_path: Path) -> None:
    """As `systemctl reload` sends it, or a terminal that is closed."""
    heard: list[bytes] = []

    def story(port: int) -> None:
        with calling(port) as old:
            assert status_of(old, get(b"/healthz")) == 200
            os.kill(os.getpid(), signal.SIGHUP)
            until = time.monotonic() + 30
            while b'taken"} 2' not in (counts := _counts(port)) and time.monotonic() < until:
                pass
            heard.append(counts)
            old.sendall(get(b"/healthz"))
            heard.extend([old.recv(65536), old.recv(100)])

    served = told_to(story, tmp_path, ends=terminate, limits=LIMITS._replace(drain_s=60.0))

    assert b'register_reload_total{result="taken"} 2' in heard[0]
    assert b"\r\nconnection: close\r\n" in heard[1]
    assert heard[2] == b""
    assert served.said == ["register taken"]


def test_health_and_metrics_are_on_their_own_port_and_nowhere_else(tmp_path: Path) -> None:
    """Who asks for bids need not see them; who scrapes them need not reach the rest."""
    admin = socket.create_server(("127.0.0.1", 0))
    own = admin.getsockname()[1]

    def story(port: int) -> None:
        asked = {path: get(path) for path in (b"/healthz", b"/readyz", b"/metrics", b"/openapi.json")}
        asked[b"/v1/verdict"] = post(b'{"seat":"512"}', b"/v1/verdict")
        heard = {}
        for at in (port, own):
            for path, said in asked.items():
                with calling(at) as call:
                    heard[at, path] = status_of(call, said)
        assert {path for (at, path), status in heard.items() if (at, status) == (own, 200)} == {
            b"/healthz", b"/readyz", b"/metrics",
        }  # fmt: skip
        assert {path for (at, path), status in heard.items() if (at, status) == (port, 200)} == {
            b"/openapi.json", b"/v1/verdict",
        }  # fmt: skip
        assert set(heard.values()) == {200, 404}

    told_to(story, tmp_path, ends=terminate, admin=admin)


def _counts(port: int) -> bytes:
    """Return the page of counts; the connection ends with it."""
    said = b""
    with calling(port) as call:
        call.sendall(get(b"/metrics"))
        while piece := call.recv(65536):
            said += piece
    return said


def _wait_until_refused(port: int) -> None:
    """Return as soon as nobody listens; who connects in the moment of closing is reset."""
    with suppress(ConnectionRefusedError, ConnectionResetError):
        while True:
            socket.create_connection(("127.0.0.1", port), timeout=30).close()


def test_a_signal_ends_the_service_after_what_was_begun(tmp_path: Path) -> None:
    """A request half sent is answered, an idle connection closed, a new one refused."""
    heard: list[bytes] = []

    def story(port: int) -> None:
        with calling(port) as idle, calling(port) as begun:
            assert status_of(begun, get(b"/healthz")) == 200
            asked = post(b'{"seat":"512"}', path=b"/v1/verdict")
            begun.sendall(asked[:-4])
            # With this answer what came before it has been read.
            assert status_of(idle, get(b"/healthz")) == 200
            terminate()
            heard.append(idle.recv(100))
            with pytest.raises(ConnectionRefusedError), calling(port):
                pass
            begun.sendall(asked[-4:])
            heard.append(begun.recv(65536))
            heard.append(begun.recv(100))

    told_to(story, tmp_path, ends=itself, limits=PATIENT)

    idle, answer, end = heard
    assert idle == b""
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer
    assert end == b""


def test_a_client_that_never_finishes_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """It is dropped when its time is over."""
    kept: list[socket.socket] = []

    def story(port: int) -> None:
        call = socket.create_connection(("127.0.0.1", port))
        kept.append(call)
        assert status_of(call, get(b"/healthz")) == 200
        call.sendall(b"POST /v1/verdict HT")
        with calling(port) as other:
            assert status_of(other, get(b"/healthz")) == 200

    start = time.monotonic()
    told_to(story, tmp_path, ends=terminate, limits=LIMITS._replace(read_s=60.0))

    assert time.monotonic() - start < 30
    kept[0].close()


def test_a_worker_whose_parent_is_gone_ends(tmp_path: Path) -> None:
    """However the parent went, nobody is left behind on the port."""
    told_to(lambda _: None, tmp_path, ends=Parent())


def test_register_and_switch_are_looked_at_while_it_serves(tmp_path: Path) -> None:
    """Once a second, so that both are in effect within two."""

    def story(port: int) -> None:
        with calling(port) as call:
            assert status_of(call, post(b'{"adomain":["late.example"]}', path=b"/v1/verdict")) == 200
            open_gate(tmp_path, row("late", "refuse", domains=("late.example",)))
            (tmp_path / "switch").write_text("observe")
            until = time.monotonic() + 60
            while time.monotonic() < until:
                call.sendall(post(b'{"adomain":["late.example"]}', path=b"/v1/verdict"))
                if b'"refuse"' in (said := call.recv(65536)) and b"evenhand-mode: observe" in said:
                    return
                time.sleep(0.05)
            raise AssertionError(said)

    served = told_to(story, tmp_path, ends=terminate)

    assert served.said == ["register taken", "mode observe"]
    assert LOOK_S <= 1


def test_connections_are_counted_by_the_process_that_has_them(tmp_path: Path) -> None:
    """For the gauge in the metrics."""
    heard: list[bytes] = []

    def story(port: int) -> None:
        with calling(port), calling(port) as call:
            call.sendall(get(b"/metrics"))
            while part := call.recv(65536):
                heard.append(part)

    told_to(story, tmp_path, ends=terminate)

    assert b"\nevenhand_gate_connections 2\n" in b"".join(heard)


def test_a_fault_while_a_register_is_opened_does_not_end_the_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else no later register would be taken, and no switch be read, as long as the process lives."""
    taken = Source.look
    faults = iter([ValueError("made-up fault")])

    def look(source: Source) -> Literal["taken", "refused"] | None:
        for fault in faults:
            raise fault
        return taken(source)

    def story(port: int) -> None:
        with calling(port) as call:
            assert status_of(call, get(b"/healthz")) == 200
            monkeypatch.setattr(Source, "look", look)
            (tmp_path / "switch").write_text("observe")
            open_gate(tmp_path, row("late", "refuse", domains=("late.example",)))
            until = time.monotonic() + 60
            while time.monotonic() < until:
                call.sendall(post(b'{"adomain":["late.example"]}', path=b"/v1/verdict"))
                if b'"refuse"' in (said := call.recv(65536)):
                    return
                time.sleep(0.05)
            raise AssertionError(said)

    served = told_to(story, tmp_path, ends=terminate)

    fault, *rest = served.said
    assert fault.startswith("internal error: ValueError at test_server.py:")
    assert rest == ["register taken"]
    assert served.app._mode is Mode.OBSERVE


def test_a_register_that_takes_long_to_open_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one in its plain form takes longer than a service that was told to stop may stay."""
    begun, goes_on = threading.Event(), threading.Event()

    def look(_: Source) -> None:
        begun.set()
        goes_on.wait(15)

    def story(port: int) -> None:
        with calling(port) as call:
            assert status_of(call, get(b"/healthz")) == 200
            monkeypatch.setattr(Source, "look", look)
            assert begun.wait(60)

    told_to(story, tmp_path, ends=terminate)

    assert not goes_on.is_set()
    assert [thread.name for thread in threading.enumerate() if thread.name == "looking"] == ["looking"]
    goes_on.set()
