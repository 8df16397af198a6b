"""The console under people who click, as `python -m benchmarks.console [--network DIR] [--advertisers N] [--kills N]`.

Serves a network in a process of its own and asks every page: first one after the other (`pages`), then answers to
tasks (`answers`), then by many people at once for a while (`load`). `bytes` is what a page and the files that it loads
weigh before they are kept. `processor_ms` is the server's own time, which others on the machine change less. The
figures are the last line. Everything goes to the loopback.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.console_client import Client, add_account, most_memory_mb, processor_ms, served
from benchmarks.console_kills import kill_often
from benchmarks.console_network import TASKS, add_records, build_network
from benchmarks.sizes import at_least
from evenhand.store.duckdb_engine import run_lookup
from evenhand.store.network import read_network
from evenhand.store.parquet_rows import literal

_FILES = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
_MOST = 60
_ANSWERS = ("same", "not-same", "unsure")
PLAIN = (
    "/", "/components", "/people", "/account", "/shown", "/tasks", "/tasks?kind=match&who=nobody&sort=-stake",
    "/tasks/numbers", "/find", "/find?q=re", "/parties", "/parties?outcome=refuse&sort=-name", "/complaints",
    "/complaints?view=all", "/evidence", "/evidence?show=done&q=harbour", "/influence", "/jobs", "/lists",
    "/lists/house-sanctions?q=a", "/upload", "/rules", "/rules/draft", "/login", "/public", "/public/complaint",
    "/public/letter",
)  # fmt: skip
"""The pages of which there is one."""

Pages = dict[str, list[str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, help="take this network, or build it there and leave it")
    parser.add_argument(
        "--advertisers", type=at_least(50), default=2_000, help="of a network that is built (%(default)s)"
    )
    parser.add_argument(
        "--tasks", type=at_least(1), default=TASKS, help="of a network that is built, at most (%(default)s)"
    )
    parser.add_argument("--people", type=at_least(1), default=50, help="who click at once (%(default)s)")
    parser.add_argument("--seconds", type=at_least(1), default=20, help="how long they click (%(default)s)")
    parser.add_argument(
        "--each", type=at_least(1), default=100, help="requests a page, one after the other (%(default)s)"
    )
    parser.add_argument(
        "--answers", type=at_least(0), default=20, help="tasks that are answered; recorded (%(default)s)"
    )
    parser.add_argument(
        "--kills", type=at_least(0), default=0, help="kill it so often under load, at the end (%(default)s)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        network = options.network or Path(folder) / "network"
        if not network.exists():
            build_network(network, options.advertisers, options.tasks)
        sys.stdout.write(f"{json.dumps(measure_console(network, options))}\n")


def measure_console(network: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of one network."""
    document = add_records(network)
    add_account(network)
    client, began = Client(), os.getloadavg()[0]
    with served(network) as process:
        client.log_in()
        begin = time.perf_counter()
        client.get("/tasks")
        first = 1_000 * (time.perf_counter() - begin)
        pages = _pages(network, client, document)
        one_by_one = {name: _one_by_one(several, client, options.each, process.pid) for name, several in pages.items()}
        answers = _answer(client, options.answers, process.pid)
        load = _at_once(_mixed(pages), client, options.people, options.seconds, process.pid)
        memory = most_memory_mb(process.pid)
    killed = kill_often(network, options.kills, pages["/tasks/ID"], _mixed(pages), 3.0) if options.kills else {}
    return {
        "pages": one_by_one, "answers": answers, "load": load | {"people": options.people}, "kills": killed,
        "first_queue_ms": round(first), "memory_mb": memory, "machine_load": [round(began, 1), _load()],
        "advertisers": sum(1 for _ in (network / "data" / "advertisers.csv").open(encoding="utf-8")) - 1,
    }  # fmt: skip


def _pages(network: Path, client: Client, document: str) -> Pages:
    """Return the addresses of the pages by what they are of; of many parties, tasks and claims several, drawn."""
    chance = random.Random(1)
    parties, held = _parties(network)
    cases = [f"/parties/advertiser/{each}" for each in chance.sample(parties, min(_MOST, len(parties)))]
    cases += [f"/parties/advertiser/{each}" for each in chance.sample(held, min(_MOST, len(held)))]
    tasks = _links(client, "/tasks?kind=match", "/tasks/t[0-9a-f]+")
    claims = _links(client, f"/evidence/{document}", f"/evidence/{document}/claims/q-[0-9a-f]+")
    chance.shuffle(cases)
    found: Pages = {path: [path] for path in PLAIN} | {
        "/parties/KIND/ID": cases,
        "/like-cases/KIND/ID": [each.replace("/parties/", "/like-cases/") for each in cases],
        "/decisions/ID/letter": [
            each for case in cases[:20] for each in _links(client, case, "/decisions/d-[0-9a-f]+/letter")
        ],
        "/tasks/ID": tasks,
        "/tasks/ID/precedents": [f"{each}/precedents" for each in tasks[:5]],
        "/tasks/not-same": [f"/tasks/not-same?party={each}" for each in held[:5]],
        "/complaints/ID": _links(client, "/complaints?view=all", "/complaints/c-[0-9a-z]+"),
        "/evidence/ID": [f"/evidence/{document}", f"/evidence/{document}?part=2"],
        "/evidence/ID/claims/ID": claims,
        "/rules/ID": _links(client, "/rules", "/rules/[a-z0-9-]+"),
    }
    kept = {name: [each for each in several if client.get(each)[0] == 200] for name, several in found.items()}
    return {name: several[:_MOST] for name, several in kept.items() if several}


def _parties(network: Path) -> tuple[list[str], list[str]]:
    """Return the ids of all advertisers, and of those that are on hold or refused."""
    table = literal(read_network(network).out / "decisions.parquet")
    query = "SELECT party_id, outcome FROM read_parquet({}) WHERE scope = 'advertiser' ORDER BY party_id"
    rows = run_lookup(query.format(table))
    return [each for each, _ in rows], [each for each, outcome in rows if outcome in ("hold", "refuse")]


def _links(client: Client, page: str, pattern: str) -> list[str]:
    found = re.findall(rf'href="({pattern})[?"]', client.get(page)[1].decode())
    return [each for each in dict.fromkeys(found) if each not in ("/rules/draft",)][:_MOST]


def _one_by_one(paths: Sequence[str], client: Client, each: int, pid: int) -> dict[str, float]:
    """Return how long the pages of one kind take, asked in turn, and what the heaviest of them weighs."""
    bodies = [client.get(path)[1] for path in paths]
    heaviest = max(bodies, key=len)
    before = processor_ms(pid)
    timed = [_timed(partial(_is_there, client, paths[place % len(paths)])) for place in range(each)]
    assert all(done for done, _ in timed), paths[0]
    took = [took_ms for _, took_ms in timed]
    own = (processor_ms(pid) - before) / each
    weighed = len(heaviest) + sum(len(client.get(file.decode())[1]) for file in set(_FILES.findall(heaviest)))
    return _ranks(took) | {"processor_ms": round(own, 1), "bytes": weighed, "page_bytes": len(heaviest)}


def _answer(client: Client, number: int, pid: int) -> dict[str, dict[str, float]]:
    """Return how long it takes to try an answer to a match or hold, to give one, and to note something."""
    matches = iter(_links(client, "/tasks?kind=match", "/tasks/t[0-9a-f]+")[1:])
    holds = _links(client, "/tasks?kind=hold", "/tasks/t[0-9a-f]+")
    chosen = [each for each, _ in zip(matches, range(number), strict=False)]
    acts: dict[str, list[Callable[[], bool]]] = {
        "try_match": [_act(client, each, 200, do="try", answer="same") for each in chosen],
        "note": [_act(client, each, 303, "act", do="note", words="made up") for each in chosen],
        "answer_match": [
            _act(client, each, 303, answer=_ANSWERS[place % 3], why="made up") for place, each in enumerate(chosen)
        ],
        "try_hold": [_act(client, each, 200, do="try", answer="keep") for each in holds[:number]],
    }
    figures = {}
    for name, several in acts.items():
        before = processor_ms(pid)
        took, refused = [], 0
        for each in several:
            done, took_ms = _timed(each)
            took.append(took_ms)
            refused += not done
        if took:
            own = (processor_ms(pid) - before) / len(took)
            figures[name] = _ranks(took) | {"processor_ms": round(own, 1), "number": len(took), "refused": refused}
    return figures


def _act(client: Client, task: str, status: int, act: str = "answer", **fields: str) -> Callable[[], bool]:
    return lambda: client.post(f"{task}/{act}", **fields) == status


def _is_there(client: Client, path: str) -> bool:
    return client.get(path)[0] == 200


def _timed(work: Callable[[], bool]) -> tuple[bool, float]:
    begin = time.perf_counter()
    done = work()
    return done, 1_000 * (time.perf_counter() - begin)


def _mixed(pages: Pages) -> list[str]:
    """Return the pages that people click, none of another kind twice as often as it is there, in a drawn order."""
    mixed = [path for several in pages.values() for path in several[:8]]
    random.Random(2).shuffle(mixed)
    return mixed


def _at_once(paths: Sequence[str], client: Client, people: int, seconds: int, pid: int) -> dict[str, float]:
    """Return what people meet who all click, each a second after the page has come."""
    took, wrong = list[float](), list[str]()
    end, before = time.perf_counter() + seconds, processor_ms(pid)

    def click(first: int) -> None:
        place = first * 7
        while time.perf_counter() < end:
            begin = time.perf_counter()
            try:
                status = client.get(paths[place % len(paths)])[0]
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
    own = processor_ms(pid) - before
    return {
        "requests": len(took), "errors": len(wrong), "processor_ms": round(own / max(len(took), 1), 1),
        "machine_load": _load(),
    } | _ranks(took)  # fmt: skip


def _ranks(took: Iterable[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        name: round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)
        for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95))
    }


def _load() -> float:
    """Return how many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    main()
