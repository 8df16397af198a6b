"""Decisions made durable, as `python -m benchmarks.ledger_append [--quick] [--postgres ADDRESS]`; figures last.

The whole pipeline: canonical form, salt, commitment, leaf, FULL commit with idempotency keys, tree, tiles, one sync
and a signed checkpoint each second, on the disk of the temporary folder. Three phases, each on a new ledger:

- closed loop: 4 callers hand in 250 decisions of about 310 bytes each and wait for their receipts before the next;
- paced: one caller offers 20,000 decisions a second, one by one; each waits for its own receipt;
- baseline: the same ledger without group commit, one decision a transaction, run before and after the closed loop.

With an address the tables are in schemas of that database, made for the phases and dropped after them.
"""

import argparse
import gc
import json
import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.sizes import at_least
from evenhand.ledger import Ledger
from evenhand.ledger.commit_queue import BatchSettings, Promise
from evenhand.ledger.writer import Writer
from evenhand.model.log import LogRecord, Receipt
from evenhand.model.record import canonical_exact
from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import open_tables

FULL_S, QUICK_S = 10.0, 3.0
CALLERS, HANDED_IN = 4, 250
OFFERED = 20_000
TICK_S = 0.001
PACE = BatchSettings(batch_records=1000, batch_wait_s=0.005, publish_every_s=1.0)
HASH = "sha256:" + "5" * 64
PHASES = ("before", "closed", "paced", "after")


def main() -> None:
    """Run the phases and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_S:g} s a phase instead of {FULL_S:g}")
    parser.add_argument("--folder", type=Path, help="where the ledgers are made (default: the temporary folder)")
    parser.add_argument("--postgres", default="", help="address of a database that holds the tables in place of files")
    parser.add_argument("--seconds", type=at_least(3), help="any other length of a phase")
    wanted = parser.parse_args()
    # What a service does once after start: modules are no garbage (a look at them all took 30 ms), and a thread that
    # waits for the interpreter gets it within a millisecond instead of five.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.001)
    with TemporaryDirectory(dir=wanted.folder) as scratch:
        seconds = wanted.seconds or (QUICK_S if wanted.quick else FULL_S)
        print(json.dumps(measure(Path(scratch), seconds, wanted.postgres)))
    if wanted.postgres:
        change(wanted.postgres, *(f"DROP SCHEMA {schema_of(Path(phase))} CASCADE" for phase in PHASES))


def measure(folder: Path, seconds: float, server: str = "") -> dict[str, Any]:
    """Return the figures of phases of this length, on ledgers made in `folder`, or with tables on a server."""
    loads = [os.getloadavg()[0]]
    before = single_rows(folder / "before", seconds / 3, server)
    closed = closed_loop(folder / "closed", seconds, server)
    print(
        f"closed loop: {closed['decisions']:,} decisions in {closed['seconds']:.1f} s, {closed['heads']} heads, "
        f"longest publication {closed['checkpoint_s']:.2f} s, {closed['bytes_per_decision']} bytes a decision"
    )
    paced = paced_load(folder / "paced", seconds, server)
    print(
        f"paced: {paced['paced_per_s']:,}/s of {OFFERED:,} offered, answered after p50 {paced['p50_ack_ms']} ms, "
        f"p99 {paced['p99_ack_ms']} ms, longest {paced['max_ack_ms']} ms; {paced['heads']} heads"
    )
    after = single_rows(folder / "after", seconds / 3, server)
    loads.append(os.getloadavg()[0])
    single = round((before + after) / 2)
    print(f"one decision a transaction: {before:,.0f}/s before, {after:,.0f}/s after; load of the machine {loads}")
    decisions_per_s = round(closed["decisions"] / closed["seconds"])
    return {
        "decisions_per_s": decisions_per_s,
        "paced_per_s": paced["paced_per_s"],
        "p99_ack_ms": paced["p99_ack_ms"],
        "p50_ack_ms": paced["p50_ack_ms"],
        "checkpoint_s": paced["checkpoint_s"],
        "cpu_us_per_decision": closed["cpu_us"],
        "closed_checkpoint_s": closed["checkpoint_s"],
        "bytes_per_decision": closed["bytes_per_decision"],
        "baseline_single_row_per_s": single,
        "ratio": round(decisions_per_s / single, 1),
    }


def closed_loop(folder: Path, seconds: float, server: str) -> dict[str, Any]:
    """Return how many decisions were durable in `seconds`, with a checkpoint each second."""
    with writing(folder, server) as (ledger, writer):
        published = watch(ledger)
        start, cpu = time.perf_counter(), time.process_time()
        done = [0] * CALLERS

        def call(caller: int) -> None:
            while time.perf_counter() < start + seconds:
                receipts = writer.append(decisions(caller << 40 | done[caller], HANDED_IN))
                done[caller] += len(receipts)

        callers = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()
        taken, cpu = time.perf_counter() - start, time.process_time() - cpu
        heads, longest = len(published), max(published)
        writer.publish()
    with closing(open_tables(LedgerFolder(folder), read_only=True)) as tables:
        size = tables.bytes_used()
    check(folder, sum(done))
    return {
        "decisions": sum(done),
        "seconds": taken,
        "cpu_us": round(cpu / sum(done) * 1e6, 1),
        "heads": heads,
        "checkpoint_s": round(longest, 3),
        "bytes_per_decision": round(size / sum(done)),
    }


def paced_load(folder: Path, seconds: float, server: str) -> dict[str, Any]:
    """Return the rate and the times to an answer with `OFFERED` decisions a second, each on its own."""
    waited: list[float] = []
    given: queue.SimpleQueue[tuple[float, Promise[list[Receipt]]] | None] = queue.SimpleQueue()
    asked = threading.Thread(target=wait_for, args=(given, waited))
    with writing(folder, server) as (ledger, writer):
        published = watch(ledger)
        asked.start()
        start = time.perf_counter()
        count, number = int(OFFERED * seconds), 0
        while number < count:
            due = min(count, int((time.perf_counter() - start) * OFFERED) + 1)
            for record in decisions(number, due - number):
                # Measured from when the decision was due, so that a stalled caller does not hide the stall.
                given.put((start + number / OFFERED, writer.submit([record])))
                number += 1
            time.sleep(TICK_S)
        given.put(None)
        asked.join()
        taken = time.perf_counter() - start
        writer.publish()
        longest, heads = max(published), len(published)
    check(folder, count)
    waited.sort()
    return {
        "paced_per_s": round(count / taken),
        "p50_ack_ms": round(waited[len(waited) // 2] * 1e3, 1),
        "p99_ack_ms": round(waited[len(waited) * 99 // 100] * 1e3, 1),
        "max_ack_ms": round(waited[-1] * 1e3, 1),
        "checkpoint_s": round(longest, 3),
        "heads": heads,
    }


def single_rows(folder: Path, seconds: float, server: str) -> float:
    """Return the rate of decisions with one transaction each and a checkpoint each second."""
    with made(folder, server) as ledger:
        start = time.perf_counter()
        done, due = 0, start + 1
        while (now := time.perf_counter()) < start + seconds:
            ledger.append(decisions(done, 1), datetime.now(UTC))
            done += 1
            if now >= due:
                ledger.publish(datetime.now(UTC))
                due += 1
        return done / (time.perf_counter() - start)


@contextmanager
def writing(folder: Path, server: str) -> Iterator[tuple[Ledger, Writer]]:
    """Make a ledger and open its writer."""
    with made(folder, server) as ledger, Writer(ledger, lambda: datetime.now(UTC), PACE) as writer:
        yield ledger, writer


@contextmanager
def made(folder: Path, server: str) -> Iterator[Ledger]:
    """Make a ledger and open it; with the address of a database its tables are in a schema of its own there."""
    address = server and f"{server} options='-c search_path={schema_of(folder)}'"
    if server:
        change(server, f"CREATE SCHEMA {schema_of(folder)}")
    create_ledger(folder, "bench.example/ledger", postgres=address)
    with open_ledger(folder, wait_s=60) as ledger:
        yield ledger


def schema_of(folder: Path) -> str:
    """Return the name of the schema for the tables of a phase."""
    return f"bench_{folder.name}"


def change(server: str, *statements: str) -> None:
    """Carry out statements in a database."""
    import psycopg  # noqa: PLC0415  an optional dependency

    with psycopg.connect(server) as connection:
        for statement in statements:
            connection.execute(statement)


def watch(ledger: Ledger) -> list[float]:
    """Return a list that the seconds of every publication will be added to."""
    seconds: list[float] = []
    finish = ledger.finish_publication

    def timed(publication: Any) -> Any:
        start = time.perf_counter()
        checkpoint = finish(publication)
        seconds.append(time.perf_counter() - start)
        return checkpoint

    ledger.finish_publication = timed  # type: ignore[method-assign]
    return seconds


def decisions(start: int, count: int) -> list[LogRecord]:
    """Return made decisions, as a run records them; keys rise, as those of a caller that counts do."""
    return [
        LogRecord(
            kind="decision", payload=payload(number), key=f"decision/{number:016x}", subject=f"a{number:x}",
            rulebook=HASH, lists=HASH,
        )
        for number in range(start, start + count)
    ]  # fmt: skip


def payload(number: int) -> bytes:
    """Return the canonical payload of a made decision."""
    return canonical_exact(
        {
            "advertiser": f"a{number:x}",
            "at": "2026-11-24T13:58:59Z",
            "facts": HASH,
            "findings": [{"entity": "made-up-0001", "kind": "match", "list": "made-up", "score": "0.934500"}],
            "ground": "made-up/R-12",
            "outcome": "refused",
            "version": 3,
        }
    )


def wait_for(given: "queue.SimpleQueue[tuple[float, Promise[list[Receipt]]] | None]", waited: list[float]) -> None:
    """Wait for each answer in turn and add the time that it took; answers come in the order of the questions."""
    while (asked := given.get()) is not None:
        since, promise = asked
        promise.result()
        waited.append(time.perf_counter() - since)


def check(folder: Path, entries: int) -> None:
    """Verify the ledger and remove it; a fast log that does not verify is none."""
    report = verify_folder(folder)
    assert report.ok, report.problems
    assert report.size == report.entries == entries
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
