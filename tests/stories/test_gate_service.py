"""The gate beside an ad server: a real process on loopback, its registers, its switch, its workers, and bad callers."""

import gzip
import json
import os
import random
import signal
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest

from evenhand.gate import compile_register
from evenhand.model.outcome import Outcome
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow
from evenhand.web.gate.server import LOOK_S
from tests.commands import build, evenhand, replace
from tests.stories.services import Service, serving, wait_for
from tests.suffixes import SUFFIXES
from tests.unit.web.spoken import post

POLICY = GatePolicy(unknown="allow", missing="allow", malformed="refuse", mismatch="note")
SIZES = count(8)  # of the log that each next register is of: a smaller one would not be taken
QUESTION = post(b'{"adomain":["turning.example"]}', path=b"/v1/verdict")


def write_register(path: Path, turning: str, *, rows: int = 10, size: int = 7, fresh_h: float = 1.0) -> None:
    """Replace a compiled register by one in which `turning.example` has an outcome."""
    head = RegisterHead(
        policy=POLICY, fresh_until=datetime.now(UTC) + timedelta(hours=fresh_h),
        checkpoint=f"log.example/made-up\n{size}\ncm9vdA==\n",
    )  # fmt: skip
    decided: dict[str, Any] = {} if turning == "allow" else {"decision": "d-1", "reason": "r-1"}
    made = [RegisterRow(kind="advertiser", id="t", outcome=Outcome(turning), domains=("turning.example",), **decided)]
    made += [
        RegisterRow(kind="advertiser", id=f"a{number}", outcome=Outcome.ALLOW, domains=(f"a{number}.example",))
        for number in range(rows)
    ]
    compile_register(made, head, path, SUFFIXES, os.urandom(16))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.evh"
    write_register(path, "refuse")
    return path


def test_a_network_is_served_and_a_decision_that_is_lifted_opens_the_way(tmp_path: Path) -> None:
    """From `evenhand run` to the auction without a restart: refused today, allowed by the next run.

    Register and switch are looked at once a second, so that either takes effect within two.
    """
    network = build(tmp_path / "network")
    exchange = {
        "request": {"id": "r"},
        "response": {"id": "r", "seatbid": [{"bid": [{"id": "1", "adomain": ["quandar.example"]}]}]},
    }

    with serving(network) as service:
        refused = service.ask("/v1/filter", exchange).json
        replace("lists-in/house-list.csv", "Quandar Holding,,,quandar.example", "Zyxo Holding,,,zyxo.example")(network)
        ran = evenhand("run", network)
        wait_for(lambda: service.outcome("quandar.example") == "allow")
        allowed = service.ask("/v1/filter", exchange).json

    assert ran.status == 0, ran.err
    assert [each["id"] for each in refused["removed"]] == ["1"]
    assert refused["response"] is None
    assert (allowed["removed"], allowed["response"]) == ([], exchange["response"])
    assert LOOK_S <= 1


def test_a_service_may_be_started_before_there_is_a_register(tmp_path: Path) -> None:
    """Not ready, answering what the operator chose; then it is picked up."""
    path = tmp_path / "register.evh"
    with serving(path, "--stale", "hold") as service:
        before = (service.ask("/readyz").status, service.outcome("turning.example"), service.ask("/healthz").status)
        write_register(path, "allow")
        wait_for(lambda: service.ask("/readyz").status == 200)
        after = service.outcome("turning.example")

    assert before == (503, "hold", 200)
    assert after == "allow"


def test_a_register_that_is_stale_at_the_start_is_refused_without_a_choice(tmp_path: Path) -> None:
    """Status 2 and one line, as for any other verb."""
    path = tmp_path / "register.evh"
    write_register(path, "allow", fresh_h=-1)

    with pytest.raises(AssertionError, match="stale since"), serving(path) as service:
        raise ValueError(service.port)


def test_the_switch_takes_effect_and_its_log_tells_when(tmp_path: Path, register: Path) -> None:
    """Every word in turn, while questions are asked."""
    switch = tmp_path / "switch"
    switch.write_text("enforce\n")
    start = datetime.now(UTC).replace(microsecond=0)
    with serving(register, "--switch", switch) as service:
        for word in ("observe", "allow-all", "refuse-all", "enforce"):
            switch.write_text(f"{word}\n")
            wait_for(lambda: service.ask("/healthz").headers["evenhand-mode"] == word)  # noqa: B023
        switch.write_text("stop everything\n")
        wait_for(lambda: service.metric("switch_unreadable") == 1)
        assert service.ask("/healthz").headers["evenhand-mode"] == "enforce"

    lines = [line.split() for line in (tmp_path / "switch.log").read_text().splitlines()]
    assert [word for _, word in lines] == ["observe", "allow-all", "refuse-all", "enforce"]
    told = [datetime.fromisoformat(at) for at, _ in lines]
    assert (told, start <= told[0], told[-1] <= datetime.now(UTC)) == (sorted(told), True, True)


def ask_under_reload(
    service: Service, register: Path, requests: int, clients: int = 4, pause_s: float = 0.0
) -> dict[str, int]:
    """Ask so many questions from several clients while the register is replaced again and again; count the outcomes.

    Each client waits for `pause_s` between two of its own.
    """
    counted: dict[str, int] = {}
    done = threading.Event()
    lock = threading.Lock()

    def ask(share: int) -> None:
        with service.call() as call:
            for _ in range(share):
                time.sleep(pause_s)
                call.sendall(QUESTION)
                said = call.recv(65536)
                outcome = said.rpartition(b'{"outcome":"')[2].partition(b'"')[0].decode()
                whole = said.startswith(b"HTTP/1.1 200 ") and said.endswith(b"}")
                with lock:
                    counted[outcome if whole else repr(said)] = counted.get(outcome if whole else repr(said), 0) + 1

    def replace() -> None:
        for size, turning in zip(SIZES, cycle(("allow", "refuse")), strict=False):
            if done.is_set():
                return
            write_register(register, turning, size=size, rows=2000)
            done.wait(0.2)

    asking = [threading.Thread(target=ask, args=(requests // clients,)) for _ in range(clients)]
    replacing = threading.Thread(target=replace)
    replacing.start()
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    done.set()
    replacing.join()
    return counted


def test_no_request_fails_while_the_register_is_replaced(register: Path) -> None:
    """Until three have been taken and each outcome was met; without a pause, and a hundred thousand: the test below."""
    with serving(register) as service:
        wait_for(lambda: service.outcome("turning.example") == "refuse")
        counted: dict[str, int] = {}
        asked, taken, until = 0, 0.0, time.monotonic() + 90
        while (taken < 4 or len(counted) < 2) and time.monotonic() < until:
            for outcome, number in ask_under_reload(service, register, 1000, pause_s=0.004).items():
                counted[outcome] = counted.get(outcome, 0) + number
            asked += 1000
            taken = service.metric('register_reload_total{result="taken"}')

    assert set(counted) == {"allow", "refuse"}
    assert sum(counted.values()) == asked
    assert taken >= 4


@pytest.mark.long
def test_no_request_of_a_hundred_thousand_fails_while_the_register_is_replaced(register: Path) -> None:
    """The figure of the acceptance: 0 failed, every answer whole and from one of the registers."""
    with serving(register) as service:
        counted = ask_under_reload(service, register, 100_000)
        taken = service.metric('register_reload_total{result="taken"}')

    assert sum(counted.values()) == 100_000
    assert set(counted) <= {"allow", "refuse"}
    assert taken >= 3


def test_a_damaged_register_leaves_the_one_in_use(register: Path) -> None:
    """Cut short, changed in one byte, of another version, empty: refused, counted, told; the next good one is taken."""
    good = register.read_bytes()
    damaged = [
        b"",
        good[:-1],
        good[:40],
        good.replace(b"turning", b"turming"),
        b"EVHREG\xff\xff" + good[8:],
        os.urandom(5000),
    ]
    with serving(register) as service:
        for number, bad in enumerate(damaged, 1):
            # Renamed: anyone who looks while a file is written into would count what is half there as well.
            beside = register.with_name("bad")
            beside.write_bytes(bad)
            beside.replace(register)
            wait_for(lambda: service.metric('register_reload_total{result="refused"}') >= number)  # noqa: B023
            assert service.outcome("turning.example") == "refuse"
            assert service.ask("/readyz").status == 200
        write_register(register, "allow")
        wait_for(lambda: service.outcome("turning.example") == "allow")

    assert service.said.count("register refused: ") == len(damaged)


def test_bad_callers_get_a_status_each_and_others_their_answers(register: Path) -> None:
    """Random bytes, depth, ten thousand names, bodies of ten megabytes, bombs: no crash, and memory that is bounded."""
    noise = random.Random(6)
    names = json.dumps({"adomain": [f"https://n{number}.example/x" for number in range(10_000)]}).encode()
    bids = [{"id": str(number), "adomain": ["turning.example"], "price": 1.5} for number in range(10_000)]
    many = json.dumps({"request": {"id": "r"}, "response": {"id": "r", "seatbid": [{"bid": bids}]}}).encode()
    bomb = gzip.compress(b"[" * 10_000_000)
    with serving(register, "--max-body", 1 << 20) as service:
        before_mb = service.memory_mb()
        heard = [
            service.ask("/v1/verdict", noise.randbytes(900_000)).status,
            service.ask("/v1/verdict", b"[" * 1_000_000).status,
            service.ask("/v1/filter", b'{"request":{},"response":' + b'{"a":' * 200_000).status,
            service.ask("/v1/verdict", names).status,
            service.ask("/v1/filter", many).status,
            service.ask("/v1/verdict", b"x" * 10_000_000).status,
            service.ask(
                "/v1/verdict", bomb, headers={"content-type": "application/json", "content-encoding": "gzip"}
            ).status,
            service.ask("/v1/verdict", b'{"seat":NaN}').status,
            service.ask("/v1/verdict", b'{"seat":"1","seat":"2"}').status,
            service.ask("/" + "p" * 9000).status,
            service.ask("/healthz", headers={"x": "y" * 17_000}).status,
        ]
        for _ in range(20):
            with service.call() as call:
                _shout(call, noise.randbytes(100_000))
        grown_mb = service.memory_mb() - before_mb
        outcome = service.outcome("turning.example")

    assert heard == [400, 400, 400, 200, 200, 413, 413, 400, 400, 414, 431]
    assert outcome == "refuse"
    assert grown_mb < 60


def _shout(call: socket.socket, noise: bytes) -> None:
    """Send what nobody can read; the other side may hang up at any moment."""
    try:
        call.sendall(noise)
        call.recv(1000)
    except OSError:
        return


def test_stalled_and_half_closed_clients_hold_up_nobody(register: Path) -> None:
    """A hundred of them, while others are answered at once."""
    with serving(register) as service:
        start = time.monotonic()
        assert {service.outcome("turning.example") for _ in range(50)} == {"refuse"}
        alone_s = time.monotonic() - start
        stalled = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(100)]
        for number, call in enumerate(stalled):
            call.sendall(QUESTION[: 10 + number])
            if number % 2:
                call.shutdown(socket.SHUT_WR)
        start = time.monotonic()
        outcomes = {service.outcome("turning.example") for _ in range(50)}
        taken_s = time.monotonic() - start
        for call in stalled:
            call.close()
        wait_for(lambda: service.metric("connections") == 1)

    assert outcomes == {"refuse"}
    assert taken_s < 3 + 3 * alone_s


def test_nothing_that_was_asked_is_repeated_anywhere(register: Path) -> None:
    """Not in bodies, headers or the log: a caller's data is the caller's."""
    mark = "s3cr3t-mark"
    with serving(register) as service:
        heard = [
            service.ask(f"/{mark}?{mark}"),
            service.ask("/v1/verdict", f'{{"seat":"{mark}"'.encode()),
            service.ask("/v1/verdict", {mark: mark}),
            service.ask("/v1/verdict", {"seat": mark, "adomain": [mark], "advertiser": mark}),
            service.ask("/v1/filter", {"request": {"id": 7, mark: mark}, "response": {}}),
            service.ask("/v1/purchase", {"advertiser": mark, "markets": [mark]}),
            service.ask("/healthz", headers={mark: mark, "cookie": mark, "origin": f"https://{mark}.example"}),
            service.ask("/v1/verdict", b"{}", headers={"content-type": mark}),
            service.ask("/healthz", method="OPTIONS", headers={"origin": f"https://{mark}.example"}),
        ]
        with service.call() as call:
            call.sendall(f"{mark} / HTTP/1.1\r\n\r\n".encode())
            raw = call.recv(1000)

    said = b"".join(str(each.headers).encode() + each.body for each in heard) + raw
    assert mark.encode() not in said
    assert b"set-cookie" not in said.lower()
    assert b"access-control" not in said.lower()
    assert mark not in service.said


def test_a_worker_that_dies_is_replaced_and_the_counts_go_on(register: Path) -> None:
    """Callers of the others notice nothing; `/metrics` tells of all workers, no matter who answers."""
    with serving(register, "--workers", 3) as service:
        wait_for(lambda: len(service.workers()) == 3)
        for _ in range(30):
            assert service.outcome("turning.example") == "refuse"
        first = service.workers()
        os.kill(first[0], signal.SIGKILL)
        wait_for(lambda: len(set(service.workers()) - set(first)) == 1)
        for _ in range(30):
            assert service.outcome("turning.example") == "refuse"
        counted = {service.metric('verdicts_total{outcome="refuse"}') for _ in range(10)}
        status = service.stop()

    assert counted == {60}
    assert status == 0
    assert "worker 0 ended and is started again" in service.said


def test_workers_whose_parent_is_killed_leave_the_port_and_no_copy(
    tmp_path_factory: pytest.TempPathFactory, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed service can be started again at once, as often as it is killed."""
    tmp_path = tmp_path_factory.mktemp("copies")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(register, "--workers", 2) as service:
        wait_for(lambda: len(service.workers()) == 2)
        service.process.kill()
        service.process.wait()

        def is_free() -> bool:
            try:
                socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
            except ConnectionRefusedError:
                return True
            except TimeoutError:
                return False
            return False

        wait_for(is_free)
        wait_for(lambda: not list(tmp_path.iterdir()))


def test_a_signal_ends_the_service_in_time_whoever_is_still_there(register: Path) -> None:
    """Idle, stalled and half-sent clients included; status 0."""
    with serving(register) as service, service.call() as idle, service.call() as stalled:
        idle.sendall(QUESTION)
        idle.recv(1000)
        stalled.sendall(QUESTION[:-3])
        time.sleep(0.2)
        start = time.monotonic()
        status = service.stop()
        taken_s = time.monotonic() - start

    assert status == 0
    assert taken_s < 5 + 4 * service.start_s  # five, and what a busy machine adds


def test_bids_and_orders_of_many_callers_are_never_mixed_up(register: Path) -> None:
    """Each of eight callers filters responses of its own and gets only those back."""
    wrong: list[bytes] = []
    right = list[int]()

    def filter_own(caller: int, service: Service) -> None:
        with service.call() as call:
            for number in range(200):
                own = b'{"id":"%d-%d","seatbid":[{"bid":[{"id":"b","adomain":["a1.example"],"x":%s}]}]}' % (
                    caller, number, b'"' + b"%d" % caller * (number * 7) + b'"',
                )  # fmt: skip
                call.sendall(post(b'{"request":{"id":"r"},"response":%b}' % own, path=b"/v1/filter"))
                said = b""
                while not said.endswith(b'"response":%b}' % own):
                    part = call.recv(65536)
                    said += part
                    if not part or len(said) > 2 * len(own) + 1000:
                        wrong.append(said)
                        return
                right.append(caller)

    with serving(register) as service:
        calling = [threading.Thread(target=filter_own, args=(caller, service)) for caller in range(8)]
        for each in calling:
            each.start()
        for each in calling:
            each.join()

    assert wrong == []
    assert len(right) == 8 * 200
