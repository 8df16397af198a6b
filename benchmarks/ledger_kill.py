"""A writer killed at random moments, as `python -m benchmarks.ledger_kill --kills N`; the figures are the last line.

A child appends from several threads by group commit and publishes every few milliseconds; it says on a pipe what was
acknowledged to it. It is killed (SIGKILL), the ledger is opened again, and every acknowledged decision must be there,
once, under its index; then the log must verify. SIGKILL leaves the page cache: this shows the order of writes, not
what a power cut leaves (`tests/faults/test_power_loss.py` does).
"""

import argparse
import json
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.sizes import at_least
from evenhand.ledger.commit_queue import BatchSettings
from evenhand.ledger.writer import Writer
from evenhand.model.log import LogRecord
from evenhand.workflows.operations import create_ledger, open_ledger, verify_folder

CALLERS, HANDED_IN = 3, 20
KILLS_A_LEDGER = 25  # then a new one: what is verified after each kill stays small
LONGEST_S = 0.04
PACE = BatchSettings(batch_records=1000, batch_wait_s=0.001, publish_every_s=0.005)


class Figures(NamedTuple):
    """How often a writer was killed, what it had acknowledged, what of it was lost, how many logs verified after."""

    kills: int
    acknowledged: int
    lost: int
    verified: int


def main() -> None:
    """Kill as often as asked and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=at_least(1), default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with TemporaryDirectory() as scratch:
        figures = kill_often(Path(scratch), wanted.kills, random.Random(wanted.seed))
    print(json.dumps(figures._asdict()))


def kill_often(folder: Path, kills: int, chance: random.Random) -> Figures:
    """Return the figures of so many kills of writers to ledgers made in `folder`."""
    acknowledged = lost = verified = 0
    ledger, known = folder, dict[int, int]()
    for kill in range(kills):
        if kill % KILLS_A_LEDGER == 0:
            ledger, known = folder / str(kill), {}
            create_ledger(ledger, "kill.example/ledger")
        told = _killed(ledger, known, chance)
        acknowledged += len(told)
        known |= told
        lost += _lost(ledger, known)
        verified += verify_folder(ledger).ok
    return Figures(kills, acknowledged, lost, verified)


def _killed(folder: Path, known: dict[int, int], chance: random.Random) -> dict[int, int]:
    """Let a child write until it is killed; return the numbers that it had acknowledged and their indexes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _write(folder, known, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        if chance.random() < 0.9:
            pipe.read(1)  # the child has opened the ledger; one time in ten it is killed before, or while it opens
        time.sleep(chance.uniform(0, LONGEST_S))
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code == -signal.SIGKILL, f"the writer ended by itself: {code}"
        lines = pipe.read().split(b"\n")[:-1]
    return {int(number): int(seq) for number, seq in (line.split() for line in lines if b" " in line)}


def _write(folder: Path, known: dict[int, int], acknowledged: int) -> None:
    """Append for ever; say each number and its index after its receipt came. Runs in the child."""
    with open_ledger(folder) as ledger, Writer(ledger, lambda: datetime.now(UTC), PACE) as writer:
        os.write(acknowledged, b"o\n")

        def call(caller: int) -> None:
            # What the last writer did not acknowledge is handed in again: it may be there and must not be doubled.
            number = max((each for each in known if each % CALLERS == caller), default=caller - CALLERS) + CALLERS
            try:
                while True:
                    numbers = range(number, number + HANDED_IN * CALLERS, CALLERS)
                    receipts = writer.append([_decision(each) for each in numbers])
                    told = [b"%d %d\n" % (each, receipt.seq) for each, receipt in zip(numbers, receipts, strict=True)]
                    os.write(acknowledged, b"".join(told))
                    number = numbers.stop
            finally:
                os._exit(1)  # a writer that fails is no writer that was killed

        callers = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
        for each in callers:
            each.start()
        for each in callers:
            each.join()


def _lost(folder: Path, known: dict[int, int]) -> int:
    """Return how many acknowledged numbers are not there under their index, or are there twice."""
    with open_ledger(folder) as ledger:
        stored = {seq: int(payload[5:-1]) for seq, _, payload in ledger.entries() if payload}
    doubles = len(stored) - len(set(stored.values()))
    return doubles + sum(stored.get(seq) != number for number, seq in known.items())


def _decision(number: int) -> LogRecord:
    return LogRecord(kind="decision", payload=b'{"n":%d}' % number, key=f"d-{number}")


if __name__ == "__main__":
    main()
