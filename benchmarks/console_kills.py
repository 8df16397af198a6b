"""The console killed again and again while people read and write: what it acknowledged is in the ledger."""

import http.client
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.console_client import Client, add_account, served
from evenhand.model.task import TaskEvent
from evenhand.store.network import read_network
from evenhand.workflows.operations.ledgers import read_ledger

_READERS, _WRITERS = 8, 4
_LEAST = 10  # notes of a life: the first waits for what a new process reads
_event = msgspec.json.Decoder(TaskEvent).decode


def kill_often(network: Path, kills: int, tasks: list[str], pages: list[str], at_work_s: float) -> dict[str, Any]:
    """Return how many notes were acknowledged and how many of them are lost, and how many sessions went on."""
    add_account(network)
    client, known, went_on = Client(), list[str](), 0
    for life in range(kills + 1):
        with served(network) as process:
            if life == 0:
                client.log_in()
            else:
                went_on += client.get("/account")[0] == 200
            if life == kills:
                break
            threads = [threading.Thread(target=_read, args=(client, pages)) for _ in range(_READERS)]
            threads += [
                threading.Thread(target=_write, args=(client, tasks, f"{life}-{number}", known))
                for number in range(_WRITERS)
            ]
            for thread in threads:
                thread.start()
            _wait_for_more(known, at_work_s)
            process.kill()
            for thread in threads:
                thread.join()
    with read_ledger(read_network(network).ledger) as ledger:
        recorded = {_event(raw).words for _, _, raw in ledger.entries("task") if raw is not None}
    return {"kills": kills, "acknowledged": len(known), "lost": len(set(known) - recorded), "sessions_went_on": went_on}


def _wait_for_more(known: list[str], at_work_s: float) -> None:
    """Return after some seconds in which `_LEAST` notes were acknowledged, after two minutes more in any case."""
    before, end = len(known), time.monotonic() + at_work_s
    while time.monotonic() < end or (len(known) < before + _LEAST and time.monotonic() < end + 120):
        time.sleep(0.05)


def _read(client: Client, pages: list[str]) -> None:
    place = 0
    try:
        while True:
            client.get(pages[place % len(pages)])
            place += 1
    except (OSError, http.client.HTTPException):
        return


def _write(client: Client, tasks: list[str], name: str, known: list[str]) -> None:
    number = 0
    try:
        while True:
            words = f"made up {name}-{number}"
            if client.post(f"{tasks[number % len(tasks)]}/act", do="note", words=words) == 303:
                known.append(words)
            number += 1
    except (OSError, http.client.HTTPException):
        return
