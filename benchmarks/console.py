"""The console under people who click, as `python -m benchmarks.console [--network DIR] [--advertisers N] [--people N]`.

Serves a network in a process of its own and asks every page that reads: first one after the other (`p50_ms`, `p95_ms`
a page), then by many people at once for some seconds (`load`). `bytes` is what a page and the files that it loads weigh
before they are kept. `plain` is the same reading done by the workflow without what the console keeps between requests.
The figures are the last line. Everything goes to the loopback.
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.river import measure
from evenhand.model.console import ServeSettings
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.network import read_network
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.workflows.queries import explain
from evenhand.workflows.review.task_board import list_tasks

PERSON, PASSWORD = "bench", "seven made up words"
PORT = 8979
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FILES = re.compile(rb'(?:href|src)="(/static/[^"]+)"')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, help="a network that was run; default: one is made")
    parser.add_argument("--advertisers", type=int, default=2_000, help="of the network that is made (%(default)s)")
    parser.add_argument("--people", type=int, default=50, help="who click at once (%(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="how long they click (%(default)s)")
    parser.add_argument("--each", type=int, default=100, help="requests a page, one after the other (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        network = options.network
        if network is None:
            network = Path(folder) / "network"
            measure(network, options.advertisers)
        figures = measure_console(network, options.people, options.seconds, options.each)
    sys.stdout.write(f"{json.dumps(figures)}\n")


def measure_console(network: Path, people: int, seconds: int, each: int) -> dict[str, Any]:
    """Return the figures of one network."""
    tables = ConsoleTables(network)
    accounts = Accounts(tables)
    if accounts.find(PERSON) is None:
        accounts.add(PERSON, PERSON, datetime.now(UTC))
    accounts.set_password(PERSON, PASSWORD)
    tables.close()
    settings = msgspec.json.encode(ServeSettings(network=str(network.absolute()), port=PORT)).decode()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "evenhand.web.site", settings], env=os.environ | {"MALLOC_ARENA_MAX": "2"}
    )
    try:
        cookie = _logged_in()
        paths = _paths(cookie)
        pages = {path: _one_by_one(path, cookie, each) for path in paths}
        load = _at_once(list(paths), cookie, people, seconds)
        memory = _memory_mb(process.pid)
    finally:
        process.terminate()
        process.wait(30)
    return {
        "pages": pages, "load": load, "memory_mb": memory, "plain": _plain(network), "people": people,
        "advertisers": sum(1 for _ in (network / "data" / "advertisers.csv").open(encoding="utf-8")) - 1,
    }  # fmt: skip


def _paths(cookie: str) -> Sequence[str]:
    """Return the addresses of the pages, with the first party, task and community that lists link to."""
    found = ["/", "/parties", "/parties?outcome=refuse&sort=-name", "/tasks", "/tasks?kind=match", "/complaints",
             "/influence", "/lists", "/jobs", "/upload", "/people", "/audit", "/audit/decisions",
             "/audit/decisions?what=untestable", "/audit/groups", "/audit/rules"]  # fmt: skip
    for listing, link in (("/parties", r"/parties/(?:advertiser|payer)/[^\"?]+"), ("/tasks", r"/tasks/t[0-9a-f]+")):
        linked = re.search(rf'href="({link})"', _get(listing, cookie)[1].decode())
        found += [linked.group(1)] if linked else []
    return [path for path in found if _get(path, cookie)[0] == 200]


def _one_by_one(path: str, cookie: str, each: int) -> dict[str, float]:
    _, body = _get(path, cookie)
    took = []
    for _ in range(each):
        begin = time.perf_counter()
        status, _ = _get(path, cookie)
        took.append(1000 * (time.perf_counter() - begin))
        assert status == 200, path
    weighed = len(body) + sum(len(_get(each.decode(), cookie)[1]) for each in set(_FILES.findall(body)))
    return {"p50_ms": _rank(took, 0.5), "p95_ms": _rank(took, 0.95), "bytes": weighed, "page_bytes": len(body)}


def _at_once(paths: Sequence[str], cookie: str, people: int, seconds: int) -> dict[str, float]:
    """Return what people meet who all click, each a second after the page has come."""
    took: list[float] = []
    wrong: list[str] = []
    end = time.perf_counter() + seconds

    def click(first: int) -> None:
        place = first
        while time.perf_counter() < end:
            begin = time.perf_counter()
            try:
                status, _ = _get(paths[place % len(paths)], cookie)
            except OSError as error:
                status = 0
                wrong.append(str(error))
            took.append(1000 * (time.perf_counter() - begin))
            if status != 200:
                wrong.append(f"{paths[place % len(paths)]}: {status}")
            place += 1
            time.sleep(1)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"requests": len(took), "errors": len(wrong), "p50_ms": _rank(took, 0.5), "p95_ms": _rank(took, 0.95)}


def _plain(network: Path) -> dict[str, float]:
    """Return how long the queue and a case take by the workflows alone, as a verb reads them, in milliseconds."""
    opened, at = read_network(network), datetime.now(UTC)
    begin = time.perf_counter()
    tasks = list_tasks(opened, at, PublicSuffixes())
    queue_ms = 1000 * (time.perf_counter() - begin)
    party = next((each.concerned[0].id for each in tasks if each.concerned), "")
    begin = time.perf_counter()
    if party:
        explain(opened, party, at)
    return {"queue_ms": round(queue_ms, 1), "case_ms": round(1000 * (time.perf_counter() - begin), 1)}


def _logged_in() -> str:
    """Return the cookie of a session, once the console answers."""
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            body = f"person={PERSON}&password={PASSWORD.replace(' ', '+')}"
            connection.request("POST", "/login", body, _FORM | {"Origin": f"http://127.0.0.1:{PORT}"})
            answer = connection.getresponse()
            answer.read()
            return str(answer.headers["set-cookie"]).partition(";")[0]
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the console does not answer")


def _get(path: str, cookie: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def _memory_mb(pid: int) -> float:
    """Return the most memory that a process had, in megabytes."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return round(int(found.group(1)) / 1000, 1) if found else 0.0


def _rank(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)


if __name__ == "__main__":
    main()
