"""The service beside nginx, as `python -m benchmarks.gate_http [--quick]`; the figures are the last line.

One process of each server on loopback, driven in turns by wrk (32 connections kept alive, 2 threads) with the same
POST body: the service answers questions (`/v1/verdict`) and filters a request and a response of 3.4 KB with four bids,
two of them refused (`/v1/filter`); nginx gives a constant reply of the same length; a bare ASGI app on uvicorn too, if
both are installed. Counted are requests for each CPU-second of the server's own processes, from `/proc/<pid>/stat`
around the timed part, after a warm-up of 2 s.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks import gate_made
from evenhand.gate import compile_register
from evenhand.model.service import ServiceSettings

PARTIES, ALLOWED = 25_000, 7
CONNECTIONS, THREADS = 32, 2
WARM_UP_S = 2
FULL_S, FULL_ROUNDS = 5, 3
QUICK_S, QUICK_ROUNDS = 1, 2
TICKS = os.sysconf("SC_CLK_TCK")
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Server(NamedTuple):
    """A server that runs: its port, the process whose tree is counted, and the path that is asked."""

    name: str
    port: int
    process: int
    path: str


class Taken(NamedTuple):
    """One timed part: requests for each CPU-second of the server, the 99th percentile, and replies that failed."""

    per_cpu_s: float
    p99_ms: float
    failed: int


def main() -> None:
    """Run the benchmark and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds of {QUICK_S} s instead of more")
    print(json.dumps(measure(quick=parser.parse_args().quick)))


def measure(*, quick: bool) -> dict[str, Any]:
    """Return the figures; those of nginx are null where it is not installed, all of them without wrk.

    `http_…`, `ratio` and `p99_ms` are of `/v1/verdict`, `filter_…` of `/v1/filter`; each ratio is over nginx with a
    reply of that length.
    """
    if shutil.which("wrk") is None:
        return dict.fromkeys(("http_req_per_cpu_s", "nginx_req_per_cpu_s", "ratio", "p99_ms"))
    seconds, rounds = (QUICK_S, QUICK_ROUNDS) if quick else (FULL_S, FULL_ROUNDS)
    loads = [os.getloadavg()[0]]
    figures: dict[str, Any] = {}
    with TemporaryDirectory() as scratch:
        for name, path, body in (("http", "/v1/verdict", question()), ("filter", "/v1/filter", exchange())):
            figures |= _beside(Path(scratch), name, path, body, seconds=seconds, rounds=rounds)
    loads.append(os.getloadavg()[0])
    return figures | {"load": loads}


def question() -> bytes:
    """Return the body of a question about a bid that nothing is held against."""
    asked = {
        "adomain": [f"https://www.{gate_made.host(ALLOWED)}/cars"],
        "seat": f"seat-{ALLOWED}",
        "bundle": "com.other",
    }
    return json.dumps(asked).encode()


def exchange() -> bytes:
    """Return a request and a response of 3.4 KB with four bids, two of them refused."""
    ((request, response, _),) = gate_made.auctions(1, PARTIES, random.Random(9))
    return b'{"request":%b,"response":%b}' % (request, response)


def _beside(scratch: Path, name: str, path: str, body: bytes, *, seconds: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one path, the servers asked in turns: a machine that slows down slows all of them."""
    script = scratch / f"{name}.lua"
    script.write_text(f'wrk.method="POST"\nwrk.headers["Content-Type"]="application/json"\nwrk.body={_lua(body)}\n')
    with ExitStack() as running:
        ours = running.enter_context(evenhand_serving(scratch, path))
        reply = _ask(ours, body)
        servers = [ours]
        if shutil.which("nginx"):
            servers.append(running.enter_context(nginx_serving(scratch, path, reply)))
        if find_spec("uvicorn"):
            servers.append(running.enter_context(uvicorn_serving(scratch, path, reply)))
        for server in servers:
            _drive(server, script, WARM_UP_S)
        taken: dict[str, list[Taken]] = {server.name: [] for server in servers}
        for _ in range(rounds):
            for server in servers:
                taken[server.name].append(_drive(server, script, seconds))
    for server in servers:
        shown = ", ".join(f"{each.per_cpu_s:,.0f}" for each in taken[server.name])
        print(f"{path} {server.name}: {shown} requests a CPU-second, p99 {_p99(taken[server.name])} ms")
    return _figures(name, taken)


def _figures(name: str, taken: dict[str, list[Taken]]) -> dict[str, Any]:
    per_cpu_s = {server: round(median(each.per_cpu_s for each in runs)) for server, runs in taken.items()}
    nginx = per_cpu_s.get("nginx")
    prefix = "" if name == "http" else f"{name}_"
    return {
        f"{name}_req_per_cpu_s": per_cpu_s["evenhand"],
        f"{prefix}nginx_req_per_cpu_s": nginx,
        f"{prefix}uvicorn_req_per_cpu_s": per_cpu_s.get("uvicorn"),
        f"{prefix}ratio": round(per_cpu_s["evenhand"] / nginx, 3) if nginx else None,
        f"{prefix}p99_ms": _p99(taken["evenhand"]),
        f"{prefix}nginx_p99_ms": _p99(taken["nginx"]) if nginx else None,
        f"{prefix}failed": sum(each.failed for runs in taken.values() for each in runs),
    }


def _p99(runs: list[Taken]) -> float:
    return round(median(each.p99_ms for each in runs), 2)


@contextmanager
def evenhand_serving(scratch: Path, path: str) -> Iterator[Server]:
    """Serve a register of made parties, as `evenhand gate serve` does."""
    register = scratch / "register.evh"
    compile_register(gate_made.rows(PARTIES), gate_made.HEAD, register, gate_made.Suffixes(), bytes(range(16)))
    port = _free_port()
    settings = ServiceSettings(
        registers=(str(register),), stale="hold", host="127.0.0.1", port=port, switch=None, max_body=1 << 20, workers=1
    )
    told = json.dumps({name: getattr(settings, name) for name in settings.__struct_fields__})
    with _running([sys.executable, "-P", "-m", "evenhand.web", told], port) as process:
        yield Server("evenhand", port, process, path)


@contextmanager
def nginx_serving(scratch: Path, path: str, reply: bytes) -> Iterator[Server]:
    """Serve a constant reply by nginx: one worker, connections kept alive, no access log."""
    port = _free_port()
    folders = "".join(
        f" {each}_temp_path {scratch}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = "x" * len(reply)  # nginx reads `$` and quotes in its text, and the length is what counts
    config = scratch / f"nginx-{port}.conf"
    config.write_text(
        f"daemon off; master_process off; worker_processes 1; pid {scratch}/nginx.pid; error_log stderr crit;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; keepalive_requests 1000000000;{folders}\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json;\n"
        f'return 200 "{text}"; }} }} }}\n'
    )
    with _running(["nginx", "-c", str(config), "-p", str(scratch)], port) as process:
        yield Server("nginx", port, process, path)


@contextmanager
def uvicorn_serving(scratch: Path, path: str, reply: bytes) -> Iterator[Server]:
    """Serve the same reply by a bare ASGI app on uvicorn with uvloop and httptools; it reads the body and no more."""
    port = _free_port()
    (scratch / "bare_asgi.py").write_text(
        f"REPLY = {reply!r}\n"
        "HEADERS = [(b'content-type', b'application/json'), (b'content-length', str(len(REPLY)).encode())]\n"
        "async def app(scope, receive, send):\n"
        "    while (await receive()).get('more_body'):\n"
        "        pass\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': HEADERS})\n"
        "    await send({'type': 'http.response.body', 'body': REPLY})\n"
    )
    command = [
        sys.executable, "-m", "uvicorn", "bare_asgi:app", "--app-dir", str(scratch), "--port", str(port),
        "--no-access-log", "--log-level", "critical", "--loop", "uvloop", "--http", "httptools", "--lifespan", "off",
    ]  # fmt: skip
    with _running(command, port) as process:
        yield Server("uvicorn", port, process, path)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    """Run a server until it has been used; its process is the one that was started here."""
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(lambda: _listens(port) or process.poll() is not None)
            yield process.pid
        finally:
            process.terminate()


def _drive(server: Server, script: Path, seconds: int) -> Taken:
    """Let wrk ask for some seconds and return what the server needed for it."""
    command = [
        "wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script),
        f"http://127.0.0.1:{server.port}{server.path}",
    ]  # fmt: skip
    before = cpu_s(server.process)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu_s(server.process) - before
    requests = int(_found(r"(\d+) requests in", said))
    share, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)", said) + re.findall(
        r"(?:connect|read|write|timeout) (\d+)", said
    )
    return Taken(requests / used if used else 0.0, float(share) * UNITS_MS[unit], sum(map(int, failed)))


def cpu_s(process: int) -> float:
    """Return the CPU-seconds that a process and those it started have used, user and system."""
    spent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    started = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return (int(spent[11]) + int(spent[12])) / TICKS + sum(cpu_s(int(each)) for each in started)


def _ask(server: Server, body: bytes) -> bytes:
    """Return the reply to a body; a benchmark of refusals would measure nothing."""
    call = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    call.request("POST", server.path, body, {"content-type": "application/json"})
    answer = call.getresponse()
    reply = answer.read()
    call.close()
    assert answer.status == 200, reply
    return reply


def _lua(body: bytes) -> str:
    """Return a text of Lua with these bytes."""
    return '"' + "".join(f"\\{each:03}" for each in body) + '"'


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.05)


if __name__ == "__main__":
    main()
